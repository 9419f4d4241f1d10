"""A TLS socket that one thread may read while another writes; for the room's server on threads, and for every kiosk.

OpenSSL forbids two threads inside one SSL object (openssl-threads(7)), and CPython lets them in: the reader's "nothing
there yet" is then mistaken for the end of the stream whenever a writer comes by (seen on one connection in fifty). A
websocket has just such a reader and writer. Standard library only; it stands here because server and kiosks share it.
"""

from __future__ import annotations

import errno
import select
import ssl
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Buffer

T = TypeVar("T")


class SerialTLSSocket(ssl.SSLSocket):
    """Give it to a context as `sslsocket_class`. The descriptor never blocks: each operation enters under a lock and
    waits outside it. `send` sends everything, in one piece among other senders.
    """

    _guard: threading.Lock
    _sending: threading.Lock
    _limit_s: float | None

    def __new__(cls, *arguments: object, **options: object) -> Self:
        """Make the locks before the base class touches the socket."""
        made = super().__new__(cls, *arguments, **options)
        made._guard, made._sending, made._limit_s = threading.Lock(), threading.Lock(), None
        return made

    def settimeout(self, value: float | None, /) -> None:
        """The patience of each operation, in seconds; None waits for ever."""
        self._limit_s = value
        super().settimeout(0.0)

    def gettimeout(self) -> float | None:
        """What `settimeout` was given."""
        return self._limit_s

    def do_handshake(self, block: bool = False) -> None:
        """The handshake, within the patience set."""
        self._patiently(lambda: ssl.SSLSocket.do_handshake(self, block=False))

    def read(self, len: int = 1024, buffer: Buffer | None = None) -> bytes:  # noqa: A002 - the base class's name
        """Read up to `len` bytes, or into `buffer`."""
        return self._patiently(lambda: ssl.SSLSocket.read(self, len, buffer))

    def send(self, data: Buffer, flags: int = 0) -> int:
        """Send all of `data`."""
        rest = memoryview(data).cast("B")
        with self._sending:
            sent = 0
            while sent < rest.nbytes:
                part = rest[sent:]
                sent += self._patiently(lambda part=part: ssl.SSLSocket.send(self, part, flags))  # type: ignore[misc]
        return rest.nbytes

    def sendall(self, data: Buffer, flags: int = 0) -> None:
        """Send all of `data`."""
        self.send(data, flags)

    def _patiently(self, operation: Callable[[], T]) -> T:
        deadline = None if self._limit_s is None else time.monotonic() + self._limit_s
        while True:
            with self._guard:
                try:
                    return operation()
                except ssl.SSLWantReadError:
                    reading = True
                except ssl.SSLWantWriteError:
                    reading = False
            left = None if deadline is None else deadline - time.monotonic()
            if (left is not None and left <= 0) or not _ready(self.fileno(), reading, left):
                raise TimeoutError("timed out")


def _ready(descriptor: int, reading: bool, left_s: float | None) -> bool:
    """Whether the descriptor became ready in time. Raises OSError for a closed one."""
    if descriptor < 0:
        raise OSError(errno.EBADF, "the connection is closed")
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN if reading else select.POLLOUT)
        return bool(poll.poll(None if left_s is None else left_s * 1000))
    waiting = ([descriptor], []) if reading else ([], [descriptor])
    return any(select.select(*waiting, [], left_s))
