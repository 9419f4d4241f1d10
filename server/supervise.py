"""`serve --supervise`: keeps a server running where no service manager does, and passes stops on to it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

from question_bank.stop_signals import heard

RESTART_S = 0.1  # a dead server is back within a second, of which its own start takes the rest
EXIT_USAGE = 2  # what the command line and the settings answer to a mistake: starting again cannot help
FAST_S = 5.0  # a server that dies sooner than this, again and again, …
MAX_PAUSE_S = 8.0  # … is given more and more time, so that a full disk is not hammered


def command(arguments: Sequence[str]) -> list[str]:
    """The same program without `--supervise`."""
    kept = [argument for argument in arguments if argument != "--supervise"]
    if getattr(sys, "frozen", False):
        return [sys.executable, *kept]
    return [sys.executable, "-m", "server.cli", *kept]


def pause_s(lived_s: float, before_s: float) -> float:
    """How long to wait before the next start: at once after a good run, twice as long after each quick death."""
    return RESTART_S if lived_s >= FAST_S else min(MAX_PAUSE_S, max(RESTART_S, before_s * 2))


def supervise(arguments: Sequence[str], said: Callable[[int, float], None]) -> int:
    """Run the server until it ends by itself or is told to stop; the exit code.

    `said` is told of each death: the exit code, and the seconds until the next start.
    """
    stopping = threading.Event()
    current: list[subprocess.Popen[bytes]] = []

    def stop(number: int) -> None:
        stopping.set()
        for process in current:
            process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", number))

    with heard(stop):
        return _again_and_again(arguments, said, stopping, current)


def _again_and_again(
    arguments: Sequence[str], said: Callable[[int, float], None], stopping: threading.Event,
    current: list[subprocess.Popen[bytes]],
) -> int:  # fmt: skip
    pause = 0.0
    while True:
        started = time.monotonic()
        # A group of its own: Ctrl-C then reaches the server once, through us.
        process = subprocess.Popen(
            command(arguments),
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        current[:] = [process]
        if stopping.is_set():  # told to stop between two starts
            process.terminate()
        code = process.wait()
        if stopping.is_set() or code in (0, EXIT_USAGE):
            return code if code >= 0 or not stopping.is_set() else 0
        pause = pause_s(time.monotonic() - started, pause)
        said(code, pause)
        if stopping.wait(pause):
            return 0
