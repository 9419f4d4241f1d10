"""The server's side of a WebSocket (RFC 6455), for Engine.IO on green and on real threads alike.

The libraries' own either copy byte by byte and read each frame in four steps, or keep whatever a client sends in a list
without end (docs/decisions/0051). This one reads what has arrived, holds one message at a time, and takes nothing larger
than the server's bound. No extensions, no subprotocols.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CHUNK_BYTES = 16 * 1024  # one TLS record: no read gives more
MAX_CONTROL_BYTES = 125  # RFC 6455 §5.5
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0, 1, 2, 8, 9, 10
_PROTOCOL_ERROR, _NOT_TEXT, _TOO_LARGE = 1002, 1007, 1009


class EngineServer(Protocol):
    """What is used of the Engine.IO server."""

    max_http_buffer_size: int
    _async: dict[str, Any]


class _BadFrameError(OSError):
    """The client broke the protocol; the connection is closed with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"websocket closed with {code}")
        self.code = code


def use_websocket(server: EngineServer, over: Callable[[], Iterable[bytes]]) -> None:
    """Have this Engine.IO server speak through `WebSocket`.

    `over` is called when a connection has ended and returns (or raises) what tells the HTTP server that the response
    was sent by other means.
    """
    server._async = {**server._async, "websocket": partial(WebSocket, over)}


class WebSocket:
    """One connection: a WSGI application that upgrades, then lets `handler` wait, send and close."""

    def __init__(
        self, over: Callable[[], Iterable[bytes]], handler: Callable[[WebSocket], object], server: EngineServer
    ) -> None:
        self.socket: socket.socket
        self._over = over
        self._handler = handler
        self._most = int(server.max_http_buffer_size)
        self._buffer = bytearray()
        self._sending = threading.Lock()
        self._closed = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Upgrade the connection and serve it until it ends; 400 for what is no proper request to upgrade."""
        key = _accepted_key(environ)
        if key is None:
            start_response("400 Bad Request", [("Connection", "close"), ("Content-Length", "0")])
            return []
        if "eventlet.input" in environ:
            self.socket = environ["eventlet.input"].get_socket()
            environ["eventlet.set_idle"]()  # a server that stops does not wait for this connection
        else:
            self.socket = environ["werkzeug.socket"]
        try:
            self.socket.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + key + b"\r\n\r\n"
            )
            self._handler(self)
        finally:
            self.close()
        return self._over()

    def wait(self) -> str | bytes | None:
        """The next whole message; None once the connection has ended. Raises OSError when it broke or was broken."""
        try:
            return self._message()
        except _BadFrameError as error:
            self._end(error.code)
            raise

    def send(self, message: str | bytes) -> None:
        """Send one message. Raises OSError when the connection is gone."""
        if isinstance(message, str):
            self._send(_TEXT, message.encode())
        else:
            self._send(_BINARY, message)

    def close(self) -> None:
        """End the connection, whoever began it; never raises."""
        self._end(1000)

    # --- inside ---

    def _message(self) -> str | bytes | None:
        kind, size = 0, 0
        pieces: list[bytes] = []
        while True:
            found = self._frame(self._most - size)
            if found is None:
                return None
            opcode, final, payload = found
            if opcode >= _CLOSE:
                if opcode == _CLOSE:
                    return None
                if opcode == _PING:
                    self._send(_PONG, payload)
                continue
            if (opcode == _CONTINUATION) != bool(pieces):
                raise _BadFrameError(_PROTOCOL_ERROR)
            kind = kind or opcode
            pieces.append(payload)
            size += len(payload)
            if final:
                break
        whole = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if kind == _BINARY:
            return whole
        try:
            return whole.decode()
        except UnicodeDecodeError as error:
            raise _BadFrameError(_NOT_TEXT) from error

    def _frame(self, room: int) -> tuple[int, bool, bytes] | None:
        """The next frame as (opcode, final, payload); None when the other side has ended the connection."""
        if not self._have(2):
            return None
        first, second = self._buffer[0], self._buffer[1]
        opcode, length, start = first & 0x0F, second & 0x7F, 6
        if first & 0x70 or not second & 0x80 or opcode not in (0, 1, 2, 8, 9, 10):
            raise _BadFrameError(_PROTOCOL_ERROR)  # an extension nobody agreed on, or a client that does not mask
        if opcode >= _CLOSE and (length > MAX_CONTROL_BYTES or not first & 0x80):
            raise _BadFrameError(_PROTOCOL_ERROR)
        if length == 126:
            if not self._have(4):
                return None
            length, start = struct.unpack_from("!H", self._buffer, 2)[0], 8
        elif length == 127:
            if not self._have(10):
                return None
            length, start = struct.unpack_from("!Q", self._buffer, 2)[0], 14
        if opcode < _CLOSE and length > room:
            raise _BadFrameError(_TOO_LARGE)
        if not self._have(start + length):
            return None
        buffer = self._buffer
        payload = unmasked(bytes(buffer[start : start + length]), bytes(buffer[start - 4 : start]))
        del buffer[: start + length]
        return opcode, bool(first & 0x80), payload

    def _have(self, count: int) -> bool:
        """Whether so many bytes are there, after waiting for them; False when the connection has ended before."""
        buffer = self._buffer
        while len(buffer) < count:
            chunk = self.socket.recv(CHUNK_BYTES)
            if not chunk:
                return False
            buffer += chunk
        return True

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 127, size)
        with self._sending:  # a pong of the reader must not fall into a message of the writer
            self.socket.sendall(head + payload)

    def _end(self, code: int) -> None:
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self._send(_CLOSE, struct.pack("!H", code))
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """The payload without its mask (RFC 6455 §5.3), the whole of it in one operation on two long numbers."""
    size = len(payload)
    if mask == b"\0\0\0\0" or not size:
        return payload
    pattern = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(pattern)).to_bytes(size)


def _accepted_key(environ: Mapping[str, object]) -> bytes | None:
    """What proves to the client that its request to upgrade was understood; None when it is not one."""
    connection = [part.strip() for part in str(environ.get("HTTP_CONNECTION", "")).lower().split(",")]
    upgrade = str(environ.get("HTTP_UPGRADE", "")).lower()
    if environ.get("REQUEST_METHOD") != "GET" or "upgrade" not in connection or upgrade != "websocket":
        return None
    key = str(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")).encode("latin-1", "replace")
    try:
        right = len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return None
    if not right or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        return None
    return base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
