"""A lean Socket.IO client on asyncio, so that one process can be a thousand kiosks and still measure milliseconds.

Speaks what the product speaks: TLS 1.3 with the room's authority pinned, WebSocket (RFC 6455), Engine.IO 4,
Socket.IO 5, text packets only. Frames go out with a zero mask, which the standard allows and costs nothing.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import ssl
import struct
from collections.abc import Callable
from typing import Any, TypeAlias

HANDSHAKE_TIMEOUT_S = 30.0
Plug: TypeAlias = Callable[[], socket.socket]
"""Makes a TCP socket that is not connected yet, in a network namespace of its own for instance."""

_ZERO_MASK = b"\0\0\0\0"
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class SocketGoneError(ConnectionError):
    """The connection ended, or never came about."""


class VirtualSocket(asyncio.Protocol):
    """One Socket.IO connection to one namespace.

    `on_push(event, payload)` is called for every event the server sends; `on_gone()` once, when the connection ends.
    """

    def __init__(
        self, namespace: str, host: str, on_push: Callable[[str, Any], None], on_gone: Callable[[], None],
        cookie: str = "",
    ) -> None:  # fmt: skip
        self.namespace = namespace
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.leaf_der = b""
        self.received: list[bytes] | None = None
        self.heard_at = asyncio.get_running_loop().time()  # when anything last came
        self._cookie = cookie
        self._host = host
        self._on_push = on_push
        self._on_gone = on_gone
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._fragments: list[bytes] = []
        self._upgraded = False
        self._next_id = 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    # --- asyncio's side ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the WebSocket upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        secure = transport.get_extra_info("ssl_object")
        self.leaf_der = secure.getpeercert(binary_form=True) if secure is not None else b""
        key = base64.b64encode(os.urandom(16)).decode()
        cookie = f"Cookie: {self._cookie}\r\n" if self._cookie else ""
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{cookie}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take in whatever whole frames have arrived."""
        self.heard_at = asyncio.get_running_loop().time()
        self._buffer += data
        if not self._upgraded:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self._fail(SocketGoneError(head.split(b"\r\n", 1)[0].decode("latin-1")))
                return
            self._upgraded = True
            self._buffer = bytearray(rest)
        while (frame := self._frame()) is not None:
            self._handle_frame(*frame)

    def connection_lost(self, exc: Exception | None) -> None:
        """Everyone who waits hears that no answer will come."""
        self._fail(SocketGoneError(str(exc or "the server closed the connection")))
        self._on_gone()

    # --- our side ---

    def call(self, event: str, payload: object) -> asyncio.Future[Any]:
        """Send an event; the future gives the server's answer, or raises SocketGoneError."""
        if self._transport is None or self._transport.is_closing():
            raise SocketGoneError("the connection is closed")
        self._next_id += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[self._next_id] = answer
        self._send_text(f"42{self.namespace},{self._next_id}{_dumps([event, payload])}")
        return answer

    def cut(self) -> None:
        """End the connection at once, as a power cut would."""
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, error: SocketGoneError) -> None:
        if not self.ready.done():
            self.ready.set_exception(error)
            self.ready.exception()  # marks it as seen: a socket nobody waits for is not a mistake
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(error)
        if self._transport is not None:
            self._transport.abort()

    def _frame(self) -> tuple[int, bool, bytes] | None:
        """The next whole frame as (opcode, final, payload), taken from the buffer."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length == 126:
            if len(buffer) < 4:
                return None
            length, start = struct.unpack_from("!H", buffer, 2)[0], 4
        elif length == 127:
            if len(buffer) < 10:
                return None
            length, start = struct.unpack_from("!Q", buffer, 2)[0], 10
        if len(buffer) < start + length:
            return None
        opcode, final, payload = buffer[0] & 0x0F, bool(buffer[0] & 0x80), bytes(buffer[start : start + length])
        del buffer[: start + length]
        return opcode, final, payload

    def _handle_frame(self, opcode: int, final: bool, payload: bytes) -> None:
        if opcode == 8:
            self._fail(SocketGoneError("closed"))
        elif opcode == 9:
            self._send_frame(10, payload)
        elif opcode in (0, 1):
            self._fragments.append(payload)
            if final:
                whole, self._fragments = b"".join(self._fragments), []
                if self.received is not None:
                    self.received.append(whole)
                self._handle_packet(whole.decode())

    def _handle_packet(self, packet: str) -> None:
        """Engine.IO: 0 open, 1 close, 2 ping, 4 message; inside a message, Socket.IO's own type follows."""
        match packet[:1]:
            case "0":
                self._send_text(f"40{self.namespace},")
            case "1":
                self._fail(SocketGoneError("closed by the server"))
            case "2":
                self._send_text("3" + packet[1:])
            case "4":
                self._handle_message(packet[1:])

    def _handle_message(self, message: str) -> None:
        kind, rest = message[:1], message[1:]
        if rest.startswith(self.namespace):
            rest = rest[len(self.namespace) :].removeprefix(",")
        if kind == "0":
            self.ready.set_result(None)
        elif kind in ("1", "4"):
            self._fail(SocketGoneError(f"refused: {rest}"))
        elif kind == "2":
            start = rest.index("[")
            event, *payload = json.loads(rest[start:])
            self._on_push(event, payload[0] if payload else None)
        elif kind == "3":
            start = rest.index("[")
            waiting = self._waiting.pop(int(rest[:start]), None)
            answer = json.loads(rest[start:])
            if waiting is not None and not waiting.done():
                waiting.set_result(answer[0] if answer else None)

    def _send_text(self, text: str) -> None:
        self._send_frame(1, text.encode())

    def _send_frame(self, opcode: int, payload: bytes) -> None:
        assert self._transport is not None
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        self._transport.write(head + _ZERO_MASK + payload)


async def connect(
    namespace: str, host: str, port: int, tls: ssl.SSLContext | None, server_name: str,
    on_push: Callable[[str, Any], None], on_gone: Callable[[], None] = lambda: None, cookie: str = "",
    received: list[bytes] | None = None, within_s: float = HANDSHAKE_TIMEOUT_S, plug: Plug | None = None,
) -> VirtualSocket:  # fmt: skip
    """A connected socket whose namespace is open. Raises OSError (SocketGoneError among them) or TimeoutError.

    `received`, when given, collects every text message exactly as it came.
    """
    loop = asyncio.get_running_loop()

    def make() -> VirtualSocket:
        made = VirtualSocket(namespace, f"{host}:{port}", on_push, on_gone, cookie)
        made.received = received
        return made

    async with asyncio.timeout(within_s):
        plain = await dialled(host, port, plug)
        _, found = await loop.create_connection(
            make, sock=plain, ssl=tls, server_hostname=server_name if tls is not None else None
        )
        with contextlib.ExitStack() as undo:
            undo.callback(found.cut)
            await found.ready
            undo.pop_all()
    return found


async def dialled(host: str, port: int, plug: Plug | None) -> socket.socket:
    """A TCP connection, made by `plug` where a kiosk has a place of its own in the network. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM) if plug is None else plug()
    with contextlib.ExitStack() as undo:
        undo.callback(made.close)
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(made, (host, port))
        undo.pop_all()
    return made
