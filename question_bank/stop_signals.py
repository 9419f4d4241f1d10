"""Being told to end: SIGTERM and SIGINT, heard at whatever moment they come.

A handler of Python's runs in the main thread, when that next runs Python code: a signal that arrives just before the thread
begins to wait for a lock is not heard until something else wakes it. What is written to a wakeup descriptor is not lost.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NUMBERS = (signal.SIGTERM, signal.SIGINT)
_ENOUGH = b"\0"  # no signal has this number


@contextmanager
def heard(act: Callable[[int], None]) -> Iterator[None]:
    """Call `act` with the signal's number, in a thread of its own, for each SIGTERM and SIGINT until the body ends.

    To be used in the main thread. What handled the signals before handles them again afterwards.
    """
    reader, writer = socket.socketpair()
    with reader, writer:
        listener = threading.Thread(target=_listen, args=(reader, act), name="stop-signals", daemon=True)
        listener.start()
        writer.setblocking(False)
        before = {number: signal.signal(number, lambda number, frame: None) for number in _NUMBERS}
        fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(fd)
            for number, handler in before.items():
                signal.signal(number, handler)
            writer.setblocking(True)
            writer.sendall(_ENOUGH)
            listener.join()


def _listen(reader: socket.socket, act: Callable[[int], None]) -> None:
    while (data := reader.recv(64)) and _ENOUGH not in data:
        for number in data:
            if number in _NUMBERS:
                act(number)
