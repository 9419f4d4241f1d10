"""Listening sockets: how many connections the room holds, and how none of them can keep the others waiting.

The handshake of a connection happens in that connection's own thread, under a deadline: a silent machine costs a slot
for ten seconds and nothing else. Works the same on real and on green threads; knows neither.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
import ssl
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, Self, TypeVar

from question_bank.phrase import phrase
from server.errors import RoomError

if TYPE_CHECKING:
    from typing_extensions import Buffer

ANY_ADDRESS = "::"
BACKLOG = 1024  # every kiosk of the largest hall connects at once after a restart
HANDSHAKE_S = 10.0
IDLE_S = 20.0  # a websocket carries a ping every 2 s; a browser's idle connection may close sooner than that and reopen
# A hall of 1000 kiosks has 1000 sockets and as many downloads before the start; consoles and slack beside them.
MAX_CONNECTIONS = 4096
# Twice a hall behind one address translator; a machine that opens more cannot take every slot.
MAX_PER_ADDRESS = 2304
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}  # a vanished kiosk frees its slot in 25 s

T = TypeVar("T")


class ListenError(RoomError):
    """An address or port cannot be listened on."""


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; "::" listens on IPv6 and IPv4, and on IPv4 alone where the computer has no IPv6.

    A link-local address carries its scope ("fe80::1%eth0"). Raises ListenError.
    """
    if host == ANY_ADDRESS and not socket.has_dualstack_ipv6():
        host = "0.0.0.0"  # noqa: S104 - the room is for everyone on its network
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != ANY_ADDRESS))
        if sys.platform == "win32":  # there SO_REUSEADDR would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        address = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0][4]
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        in_use = phrase("Another program uses the port; stop it or choose another.")
        hint = in_use if taken else phrase("Check the address.")
        why = error.strerror or str(error)
        told = phrase("cannot listen on %(host)s port %(port)s [%(error)s]", host=host, port=port, error=why)
        raise ListenError(told, hint=hint) from error
    return listener


def peer_name(address: tuple[object, ...]) -> str:
    """One name for a peer's address however it came: IPv4 also when it arrived through an IPv6 socket."""
    text = str(address[0])
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped) if mapped is not None else text


class Pass:
    """One connection that was let in. A stranger's may be put out for somebody else; a known machine's is not."""

    __slots__ = ("_connection", "out", "peer", "port")

    def __init__(self, peer: str, port: int) -> None:
        self.peer = peer
        self.port = port
        self.out = False
        self._connection: socket.socket | None = None

    def holds(self, connection: socket.socket) -> None:
        """This is the connection now; the TLS side of one replaces the plain one."""
        self._connection = connection
        if self.out:
            _shut(connection)

    def put_out(self) -> None:
        """End the connection; whoever serves it closes it."""
        self.out = True
        if self._connection is not None:
            _shut(self._connection)


class Gate:
    """How many connections are open, in all and per address, and who must go when they are too many.

    A newcomer is let in as long as a stranger can be put out for it: the oldest one of the address that holds the most
    strangers. So whoever fills the room with silent connections pushes out their own, and known machines get in.
    """

    def __init__(self, total: int = MAX_CONNECTIONS, per_address: int = MAX_PER_ADDRESS) -> None:
        self._total = total
        self._per_address = per_address
        self._open: Counter[str] = Counter()
        self._strangers: dict[str, dict[int, Pass]] = {}  # by address, by port; oldest first
        self._lock = threading.Lock()

    @property
    def open(self) -> int:
        """Connections open now."""
        return self._open.total()

    def enter(self, peer: str, port: int) -> Pass | None:
        """The pass of one more connection, for which `leave` must follow; None when there is no room for it."""
        with self._lock:
            displaced = None
            if self._open[peer] >= self._per_address:
                displaced = self._oldest(peer)
            elif self._open.total() >= self._total:
                displaced = self._oldest(max(self._strangers, key=self._held_by, default=""))
            if displaced is not None:
                self._forget(displaced)
            elif self._open.total() >= self._total or self._open[peer] >= self._per_address:
                return None
            found = self._strangers.setdefault(peer, {})[port] = Pass(peer, port)
            self._open[peer] += 1
        if displaced is not None:
            displaced.put_out()
        return found

    def trust(self, peer: str, port: int) -> None:
        """The connection from there is a machine of this room: nobody's coming puts it out."""
        with self._lock:
            self._no_stranger(peer, port)

    def leave(self, gone: Pass) -> None:
        """A connection that was let in has ended."""
        with self._lock:
            if not gone.out:
                self._forget(gone)

    def _held_by(self, peer: str) -> int:
        return len(self._strangers[peer])

    def _oldest(self, peer: str) -> Pass | None:
        return next(iter(self._strangers.get(peer, {}).values()), None)

    def _forget(self, gone: Pass) -> None:
        gone.out = True
        self._no_stranger(gone.peer, gone.port)
        self._open[gone.peer] -= 1
        if self._open[gone.peer] <= 0:
            del self._open[gone.peer]

    def _no_stranger(self, peer: str, port: int) -> None:
        held = self._strangers.get(peer, {})
        held.pop(port, None)
        if not held:
            self._strangers.pop(peer, None)


def tune(connection: socket.socket) -> None:
    """Small messages leave at once; a peer that vanished is noticed."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if (option := getattr(socket, name, None)) is not None:  # not every system names them
            connection.setsockopt(socket.IPPROTO_TCP, option, value)


def secure(connection: socket.socket, context: ssl.SSLContext, admitted: Pass) -> ssl.SSLSocket:
    """The TLS side of an accepted connection, its handshake done within HANDSHAKE_S. Raises OSError."""
    tls = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    admitted.holds(tls)
    with contextlib.ExitStack() as undo:
        undo.callback(tls.close)
        tls.settimeout(HANDSHAKE_S)
        tls.do_handshake()
        tls.settimeout(IDLE_S)
        undo.pop_all()
    return tls


class WholeSocket(socket.socket):
    """A plain socket whose `send` sends everything: simple_websocket ignores how much a `send` took."""

    @classmethod
    def adopt(cls, connection: socket.socket) -> Self:
        """The same connection as a WholeSocket; the given object is empty afterwards."""
        limit = connection.gettimeout()
        adopted = cls(connection.family, connection.type, connection.proto, fileno=connection.detach())
        adopted.settimeout(limit)
        return adopted

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        """Send all of `data`."""
        self.sendall(data, flags)
        return memoryview(data).nbytes


def hang_up(connection: socket.socket) -> None:
    """Close both directions now, waking whoever reads; never raises."""
    _shut(connection)
    with contextlib.suppress(OSError):
        connection.close()


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
