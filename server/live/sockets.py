"""What the channels use of the Socket.IO server: python-socketio's own, below Flask-SocketIO's request contexts.

A kiosk's message needs no Flask session and no request context, which cost more than judging an answer does
(docs/decisions/0050).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol


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
    if eio_sid is not None and eio_sid in server.eio.sockets:
        server.eio.disconnect(eio_sid)


def peer_address(environ: Mapping[str, object]) -> str:
    """The address a connection came from."""
    return str(environ.get("REMOTE_ADDR", ""))
