"""Where another server of this room comes in: `GET /standby` with `Upgrade: exam-standby`, on the port of all machines."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from server.live.standby.frames import Frames

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/standby"
PROTOCOL = "exam-standby"

Serve: TypeAlias = Callable[[Frames, str, int], None]
"""Speak with whoever came from this address and port until they hang up; never raises."""


class Door:
    """A WSGI application before another one: takes the connections of servers, and passes all others on.

    `over`: what tells the HTTP server that the response was sent by other means (`Driver.websocket_over`).
    """

    def __init__(self, behind: WSGIApplication, serve: Serve, over: Callable[[], Iterable[bytes]]) -> None:
        self._behind = behind
        self._serve = serve
        self._over = over

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Take the connection over, or pass the request on."""
        if environ.get("PATH_INFO") != PATH or environ.get("HTTP_UPGRADE", "").lower() != PROTOCOL:
            return self._behind(environ, start_response)
        if environ.get("wsgi.url_scheme") != "https":
            start_response("400 Bad Request", [("Connection", "close"), ("Content-Length", "0")])
            return []
        connection: socket.socket
        if "eventlet.input" in environ:
            connection = environ["eventlet.input"].get_socket()
            environ["eventlet.set_idle"]()
        else:
            connection = environ["werkzeug.socket"]
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + PROTOCOL.encode() + b"\r\nConnection: Upgrade\r\n\r\n"
        )
        self._serve(Frames(connection), str(environ.get("REMOTE_ADDR", "")), int(environ.get("REMOTE_PORT") or 0))
        return self._over()
