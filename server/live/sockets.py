"""What the channels use of the Socket.IO server: python-socketio's own, below Flask-SocketIO's request contexts.

A kiosk's message needs no Flask session and no request context, which cost more than judging an answer does
(docs/decisions/0050).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Protocol

from socketio.packet import Packet

from server.live.websocket import use_websocket

MAX_DIGITS = 20  # of a number in a message: ours have at most 16, and a million digits take seconds to read


class TextJson:
    """JSON of the packets: what the library does, with reader and writer made once instead of for every packet."""

    def __init__(self) -> None:
        self._write = json.JSONEncoder(separators=(",", ":")).encode
        self._read = json.JSONDecoder(parse_int=_whole).decode

    def dumps(self, value: object, **_: object) -> str:
        """The value as JSON text, without spaces."""
        return self._write(value)

    def loads(self, text: str, **_: object) -> Any:
        """The value in JSON text. Raises ValueError."""
        return self._read(text)


class TextPacket(Packet):  # type: ignore[misc]  # the library brings no types
    """A Socket.IO packet that is never binary.

    Nothing of ours is; looking for it costs a walk over every message, and a binary packet may announce billions of
    attachments that the library would wait for and keep.
    """

    uses_binary_events = False
    json: ClassVar[TextJson]

    def decode(self, encoded_packet: object) -> int:
        """Read the packet; ValueError for a binary one."""
        if not isinstance(encoded_packet, str) or encoded_packet[:1] not in ("0", "1", "2", "3", "4"):
            raise ValueError("only text packets are taken")
        return int(super().decode(encoded_packet) or 0)


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)


TextPacket.json = TextJson()


def prepare_server(server: SocketServer, over: Callable[[], Iterable[bytes]]) -> None:
    """Have this server speak text only, through our own WebSocket; before it is served. `over`: see `use_websocket`."""
    server.packet_class = TextPacket
    use_websocket(server.eio, over)


class SocketServer(Protocol):
    """The part of `socketio.Server` that is used here."""

    def on(self, event: str, handler: Callable[..., object], namespace: str | None = None) -> object:
        """Register a handler; what it returns is the acknowledgement."""

    def emit(self, event: str, data: object, *, namespace: str, to: str) -> object:
        """Send an event to one socket."""

    def disconnect(self, sid: str, namespace: str | None = None) -> object:
        """Close one namespace of a socket."""

    def sleep(self, seconds: float = 0) -> object:
        """Let others run."""

    packet_class: Any

    @property
    def eio(self) -> Any:
        """The Engine.IO server underneath."""

    @property
    def manager(self) -> Any:
        """The client manager: which socket is in which namespace."""


def hang_up(server: SocketServer, sid: str, namespace: str) -> None:
    """Close the whole connection of a namespace's socket, not only the namespace."""
    eio_sid = server.manager.eio_sid_from_sid(sid, namespace)
    server.disconnect(sid, namespace=namespace)
    if eio_sid is not None:
        end(server, eio_sid)


def end(server: SocketServer, eio_sid: str) -> None:
    """Close an Engine.IO connection without waiting: a peer that reads nothing must not hold up whoever closes it."""
    connection = server.eio.sockets.get(eio_sid)
    if connection is not None:
        connection.close(wait=False)


def peer_address(environ: Mapping[str, object]) -> str:
    """The address a connection came from."""
    return str(environ.get("REMOTE_ADDR", ""))


def peer_port(environ: Mapping[str, object]) -> int:
    """The port a connection came from: with the address, its name while it lives."""
    return int(str(environ.get("REMOTE_PORT") or 0))
