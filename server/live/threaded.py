"""Serving on real threads: one thread a connection, each doing its own handshake."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from question_bank.serial_tls import SerialTLSSocket
from server.live.transport import IDLE_S, Gate, Pass, WholeSocket, hang_up, peer_name, secure, tune
from server.logs import RoomLog

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_POLL_S = 0.05  # how soon a stop is noticed

Request: TypeAlias = "socket.socket | tuple[bytes, socket.socket]"
Address: TypeAlias = "tuple[object, ...]"


def hung_up() -> NoReturn:
    """Tell the handler that a websocket has ended: the response was sent by other means, nothing must follow."""
    raise ConnectionError("the websocket has ended")


class QuietHandler(WSGIRequestHandler):
    """One connection's requests. Nothing is written per request: addresses and paths are nobody's business."""

    timeout = IDLE_S
    sys_version = ""

    @property
    def server_version(self) -> str:  # type: ignore[override]
        """What the Server header says: no versions for a stranger to look up."""
        return "examroom"

    def address_string(self) -> str:
        """The peer's address as every other part names it."""
        return peer_name(self.client_address)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not kept."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Not kept: a malformed request is the sender's fault."""


class ThreadedServer(ThreadedWSGIServer):
    """A WSGI server on a socket that already listens; with a TLS context, every connection is wrapped in its thread."""

    daemon_threads = True
    block_on_close = False  # sockets of kiosks stay open until they go; stopping does not wait for them

    def __init__(
        self, listener: socket.socket, app: WSGIApplication, gate: Gate, log: RoomLog, tls: ssl.SSLContext | None
    ) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(host, port, app, QuietHandler, fd=listener.fileno())
        listener.close()  # the base class holds a duplicate of the descriptor
        self._gate = gate
        self._log = log
        self._tls = tls
        self._peers: set[socket.socket] = set()
        self._passes: dict[Address, Pass] = {}
        if tls is not None:
            tls.sslsocket_class = SerialTLSSocket
            self.ssl_context = tls  # tells the handler that the scheme is https; the listener itself stays plain

    def start(self) -> threading.Thread:
        """Serve in a thread of its own until `shutdown`."""
        thread = threading.Thread(target=self.serve_forever, args=(_POLL_S,), name="accept", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Accept no more, and hang up on everybody."""
        self.shutdown()
        for connection in tuple(self._peers):
            hang_up(connection)

    def verify_request(self, request: Request, client_address: Address) -> bool:
        """Whether there is room for this connection; counts it in."""
        peer = peer_name(client_address)
        admitted = self._gate.enter(peer, int(str(client_address[1])))
        if admitted is not None:
            assert isinstance(request, socket.socket)  # the base class also knows datagrams
            admitted.holds(request)
            self._passes[client_address] = admitted
            return True
        self._log("connection_refused", peer=peer, open=self._gate.open)
        return False

    def process_request(self, request: Request, client_address: Address) -> None:
        """Start the connection's thread; without one, the connection ends and is counted out."""
        admitted = self._passes[client_address]
        try:
            super().process_request(request, client_address)
        except RuntimeError as error:  # "can't start new thread"
            self._log.failure("connection_without_thread", error)
            self._gate.leave(admitted)
            self.shutdown_request(request)

    def process_request_thread(self, request: Request, client_address: Address) -> None:
        """One connection, from handshake to end, in its own thread."""
        peer, admitted = peer_name(client_address), self._passes.pop(client_address)
        try:
            connection = self._prepared(request, admitted)
        except OSError as error:  # includes TLS failures and the deadline; a scan of the port is not our failure
            self._log("handshake_failed", peer=peer, error=type(error).__name__)
            self.shutdown_request(request)
        else:
            self._peers.add(connection)
            super().process_request_thread(connection, client_address)
            self._peers.discard(connection)
        finally:
            self._gate.leave(admitted)

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection's own failure ends that connection; what is not a lost connection is logged."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self._log.failure("request_failed", error)

    def _prepared(self, request: Request, admitted: Pass) -> socket.socket:
        assert isinstance(request, socket.socket)  # the base class also knows datagrams
        with contextlib.suppress(OSError):  # an odd kind of socket without these options works all the same
            tune(request)
        if self._tls is not None:
            return secure(request, self._tls, admitted)
        connection = WholeSocket.adopt(request)
        admitted.holds(connection)
        return connection
