"""A process of our own beside the server: kept running, spoken to by lines, ended with the server and never waited for."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Callable, Sequence

from server.store.async_port import AsyncPort, Waiter, Worker


class KeptProcess:
    """Starts `command()`, again `restart_s` after it died. All callbacks come on the hub.

    `first`: what it is told at its start. `heard`: each line it says, at most `most_chars` long. `over`: its end, with the
    error when it could not even be started; not for the end that `stop` asked for, unless `always_over`.
    `again`: it is about to be started once more.
    """

    def __init__(
        self, command: Callable[[], Sequence[str]], port: AsyncPort, heard: Callable[[str], None],
        over: Callable[[OSError | None], None], again: Callable[[], None], *, restart_s: float, stop_s: float,
        most_chars: int, first: str = "", always_over: bool = False,
    ) -> None:  # fmt: skip
        self._command = command
        self._port = port
        self._heard = heard
        self._over = over
        self._again = again
        self._restart_s = restart_s
        self._stop_s = stop_s
        self._most_chars = most_chars
        self._first = first
        self._always_over = always_over
        self._stopping: Waiter = port.waiter()
        self._process: subprocess.Popen[str] | None = None
        self._worker: Worker | None = None

    def start(self) -> None:
        """Start it, and keep it running."""
        self._worker = self._port.spawn(self._keep_running)

    def say(self, text: str) -> None:
        """Tell it something short; nothing happens when it has just died, or was not started yet."""
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(text)
                process.stdin.flush()

    @property
    def started(self) -> bool:
        """Whether there is, or was, a process to speak to."""
        return self._process is not None

    def stop(self) -> None:
        """Let it end by itself, for `stop_s`; then end it."""
        self._stopping.set()
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if self._worker is not None:
            self._worker.join(self._stop_s)
        if process is not None and process.poll() is None:  # it did not see the end of its input
            process.kill()
            _wait(process, self._stop_s)

    def _keep_running(self) -> None:
        while not self._stopping.wait(0):
            self._run_once()
            if self._stopping.wait(self._restart_s):
                return
            self._again()

    def _run_once(self) -> None:
        try:
            process = subprocess.Popen(
                self._command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        except OSError as error:
            self._over(error)
            return
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        if self._stopping.wait(0):  # told to stop while the process was made
            process.stdin.close()
        if self._first:
            self.say(self._first)
        stdout = process.stdout
        while line := self._port.offload(lambda: stdout.readline(self._most_chars)):
            self._heard(line)
        stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()
        _wait(process, self._stop_s)
        if self._always_over or not self._stopping.wait(0):
            self._over(None)


def _wait(process: subprocess.Popen[str], most_s: float) -> None:
    """Wait for a process that closed its output, and end it when it does not end itself.

    By asking, not by `wait`: that would hold a lock of the patched kind in a native thread, and nobody could stop us.
    """
    deadline = time.monotonic() + most_s
    while process.poll() is None:
        if time.monotonic() > deadline:
            process.kill()
            deadline += most_s
        time.sleep(0.02)
