"""The composition root: puts a room together and serves it. The only module that knows eventlet.

`serve` patches first and imports everything of web and live afterwards, so another async mode is a change in this
file alone. The two drivers have the same shape; nothing else of the program knows which one runs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from server.logs import RoomLog
from server.running import RoomLock, Running
from server.settings import AsyncMode, Settings
from server.store import locks as locks  # before the process is patched: it keeps the system's own locks

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from server.live.transport import Gate
    from server.store.async_port import AsyncPort, Worker

T = TypeVar("T")

SPARE_DESCRIPTORS = 256  # files, databases and pipes beside the connections
_CHANGE = 255  # no signal has this number
STOP_S = 5.0  # for what is under way when the server is told to stop


class Stoppable(Protocol):
    """A listener that is served."""

    def stop(self) -> None:
        """Accept no more, and hang up."""


class Driver(Protocol):
    """What an async mode has to offer."""

    port: AsyncPort

    def serve(
        self, listener: socket.socket, app: WSGIApplication, gate: Gate, log: RoomLog, tls: ssl.SSLContext | None
    ) -> Stoppable:
        """Serve an application on a listening socket, beside everything else."""

    def websocket_over(self) -> Iterable[bytes]:
        """What an application gives back when its connection was a websocket and has ended."""


# --- real threads ---------------------------------------------------------------------------------------------------


class ThreadDriver:
    """One operating-system thread a connection."""

    def __init__(self) -> None:
        from server.store.async_port import THREADS

        self.port = THREADS

    def serve(
        self, listener: socket.socket, app: WSGIApplication, gate: Gate, log: RoomLog, tls: ssl.SSLContext | None
    ) -> Stoppable:
        """Serve in threads."""
        from server.live.threaded import ThreadedServer

        server = ThreadedServer(listener, app, gate, log, tls)
        server.start()
        return server

    def websocket_over(self) -> Iterable[bytes]:
        """The handler ends quietly."""
        from server.live.threaded import hung_up

        hung_up()


# --- green threads --------------------------------------------------------------------------------------------------


def patch() -> None:
    """Make this process green; before anything of web or live is imported, and never in the kiosk or in tests.

    `subprocess` stays as it is: the announcer's pipe is read in a native thread.
    """
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # a room has no DNS, and a frozen program no dnspython
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")
        import eventlet
    eventlet.monkey_patch(os=True, select=True, socket=True, thread=True, time=True)


class GreenWaiter:
    """A flag for green threads; set only from the hub."""

    def __init__(self) -> None:
        from eventlet.event import Event

        self._make: Callable[[], Any] = Event
        self._event = Event()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until set, or for `timeout` seconds; whether it is set."""
        from eventlet import Timeout

        if self._event.ready() or timeout == 0:
            return bool(self._event.ready())
        with Timeout(timeout, False):
            self._event.wait()
        return bool(self._event.ready())

    def set(self) -> None:
        """Set it, waking whoever waits."""
        if not self._event.ready():
            self._event.send(None)

    def clear(self) -> None:
        """Unset it."""
        if self._event.ready():
            self._event = self._make()


class GreenWorker:
    """A running green thread."""

    def __init__(self, thread: Any) -> None:
        self._thread = thread

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended."""
        from eventlet import Timeout

        with Timeout(timeout, False):
            self._thread.wait()


class GreenServer:
    """Accepts on a green listener; every connection shakes hands in its own green thread."""

    def __init__(
        self, listener: socket.socket, app: WSGIApplication, gate: Gate, log: RoomLog, tls: ssl.SSLContext | None
    ) -> None:
        import eventlet
        from eventlet import wsgi

        from server.live.transport import IDLE_S

        environ = {"wsgi.url_scheme": "https", "HTTPS": "on"} if tls is not None else {}
        self._listener, self._gate, self._log, self._tls = listener, gate, log, tls
        self._protocol = wsgi.Server(
            listener,
            listener.getsockname(),
            app,
            environ=environ,
            minimum_chunk_size=1,  # a line of news leaves at once, not when 4 KiB have come together
            keepalive=IDLE_S,
            socket_timeout=IDLE_S,
            log_output=False,
            debug=False,
        )
        self._idle = wsgi.STATE_IDLE
        self._spawn = eventlet.spawn
        self._open: set[socket.socket] = set()
        self._accepting = eventlet.spawn(self._accept)

    def stop(self) -> None:
        """Accept no more, and hang up on everybody."""
        from server.live.transport import hang_up

        self._accepting.kill()
        self._listener.close()
        for connection in tuple(self._open):
            hang_up(connection)

    def _accept(self) -> None:
        from eventlet import sleep

        while True:
            try:
                connection, address = self._listener.accept()
            except OSError as error:  # no descriptor left, or a connection that was reset while it waited
                self._log("accept_failed", error=type(error).__name__)
                sleep(0.05)
                continue
            self._spawn(self._connection, connection, address)

    def _connection(self, connection: socket.socket, address: tuple[object, ...]) -> None:
        from server.live.transport import hang_up, peer_name, secure, tune

        peer = peer_name(address)
        admitted = self._gate.enter(peer, int(str(address[1])))
        if admitted is None:
            self._log("connection_refused", peer=peer, open=self._gate.open)
            hang_up(connection)
            return
        admitted.holds(connection)
        try:
            tune(connection)
            connection = connection if self._tls is None else secure(connection, self._tls, admitted)
            self._open.add(connection)
            self._protocol.process_request([(peer, *address[1:]), connection, self._idle])
        except OSError as error:  # TLS failures and deadlines among them; a scan of the port is not our failure
            self._log("connection_failed", peer=peer, error=type(error).__name__)
        finally:
            self._open.discard(connection)
            self._gate.leave(admitted)
            hang_up(connection)


class GreenDriver:
    """Green threads on one hub; blocking work goes to a few native threads. Only after `patch`."""

    def __init__(self) -> None:
        from server.store.async_port import AsyncPort

        self.port = AsyncPort(self._spawn, self._offload, GreenWaiter)

    def serve(
        self, listener: socket.socket, app: WSGIApplication, gate: Gate, log: RoomLog, tls: ssl.SSLContext | None
    ) -> Stoppable:
        """Serve in green threads."""
        return GreenServer(listener, app, gate, log, tls)

    def websocket_over(self) -> Iterable[bytes]:
        """The handler ends quietly."""
        from eventlet import wsgi

        wsgi.WSGI_LOCAL.already_handled = True
        return []

    def _spawn(self, work: Callable[[], None]) -> Worker:
        import eventlet

        return GreenWorker(eventlet.spawn(work))

    def _offload(self, work: Callable[[], T]) -> T:
        from eventlet import tpool

        result: T = tpool.execute(work)
        return result


def driver(mode: AsyncMode) -> Driver:
    """The driver of an async mode; patches the process for eventlet."""
    if mode is AsyncMode.THREADING:
        return ThreadDriver()
    patch()
    return GreenDriver()


# --- the room -------------------------------------------------------------------------------------------------------


def serve(settings: Settings, opened: Callable[[Running], None]) -> int:
    """Serve a room until SIGTERM or SIGINT; the process's exit code.

    `opened` is told once everything listens. Raises ExamRoomError when the room cannot be opened.
    """
    chosen = driver(settings.async_mode)
    from server.live.listening import Listening
    from server.turns import Turns

    with ExitStack() as stack:
        lock = stack.enter_context(RoomLock(settings.directory))
        log = RoomLog(settings.directory / "logs", echo=settings.echo_log)
        stack.callback(log.close)
        signals = stack.enter_context(_stop_signal())
        _raise_descriptor_limit(log)
        turns = Turns(settings, chosen, log, signals.change, stack.enter_context(Listening(settings)))
        while True:
            with turns.next() as running:
                lock.publish(running)
                log("opened", pid=running.pid, port=running.port, mode=running.async_mode, role=running.role)
                opened(running)
                stopping = signals.wait()
                log("stopping" if stopping else "changing_role")
            if stopping:
                return 0


class _Signals:
    """What ends a turn: a signal to stop, or the server's own wish to go on in its other role."""

    def __init__(self, reader: socket.socket, writer: socket.socket) -> None:
        self._reader = reader
        self._writer = writer

    def wait(self) -> bool:
        """Wait for either; whether the server stops."""
        stop = {signal.SIGTERM, signal.SIGINT}
        while True:
            said = set(self._reader.recv(64))
            if stop & said:
                return True
            if _CHANGE in said:
                return False

    def change(self) -> None:
        """Go on in the other role; from any thread."""
        self._writer.send(bytes([_CHANGE]))


@contextmanager
def _stop_signal() -> Iterator[_Signals]:
    """Waits for SIGTERM or SIGINT. The signal arrives as a byte, so a sleeping hub wakes for it."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: None)

    try:
        yield _Signals(reader, writer)
    finally:
        signal.set_wakeup_fd(-1)
        reader.close()
        writer.close()


def _raise_descriptor_limit(log: RoomLog) -> None:
    """A hall needs more open sockets than a shell's usual 1024."""
    if sys.platform == "win32":
        return
    import resource

    from server.live.transport import MAX_CONNECTIONS

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + SPARE_DESCRIPTORS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < wanted:
        log("few_descriptors", allowed=allowed, wanted=wanted)
