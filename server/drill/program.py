"""A program of ours as a process of its own, which may be killed and started again: for scenarios and rehearsals."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # where the packages are: `-m server.cli` finds them there, installed or not
FROZEN = bool(getattr(sys, "frozen", False))  # then the program is all there is of Python
WHERE = None if FROZEN else ROOT  # the working folder of what is started
START_S = 60.0
STOP_S = 20.0


class Program:
    """One command, started any number of times; it prints a line on its standard output as soon as it is ready.

    `environment` is added to this process's own at every start. `log` is where standard error goes; without it, to ours.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        self.command = list(command)
        self.environment = dict(environment or {})
        self.log = log
        self.process: subprocess.Popen[str] | None = None

    def launch(self) -> None:
        """Start it and do not wait."""
        with ExitStack() as stack:
            log = None if self.log is None else stack.enter_context(self.log.open("a", encoding="utf-8"))
            self.process = subprocess.Popen(
                self.command, cwd=WHERE, stdout=subprocess.PIPE, stderr=log, text=True,
                env={**os.environ, **self.environment},
            )  # fmt: skip

    def next_line(self) -> str:
        """The next line it prints, for which it has a minute; empty when none comes, and then it has ended or stands still.

        Raises OSError or ValueError when it was ended meanwhile by another thread.
        """
        process = self.process
        if process is None or process.stdout is None:
            return ""
        ready, _, _ = select.select([process.stdout], [], [], START_S)
        line = process.stdout.readline() if ready else ""
        if ready and not line:
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)  # it closes its output before it has an exit code
        return line.strip()

    def lines(self) -> Iterator[str]:
        """Every further line, for as long as it runs."""
        process = self.process
        if process is not None and process.stdout is not None:
            for line in process.stdout:
                yield line.strip()

    @property
    def exit_code(self) -> int | None:
        """How it ended by itself; None while it runs, and when it is not running at all."""
        process = self.process
        return None if process is None else process.poll()

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return "" if self.log is None else self.log.read_text(encoding="utf-8")[-2000:].strip()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def strike(self) -> bool:
        """kill -9 from another thread than the one that keeps it, which notices and tidies up; False when none runs."""
        process = self.process
        if process is None or process.poll() is not None:
            return False
        process.send_signal(signal.SIGKILL)
        return True

    def stop(self) -> int:
        """Ask it to stop: its exit code; killed when it does not."""
        return self._end(signal.SIGTERM)

    def wait(self) -> int:
        """Wait until it ends: its exit code."""
        assert self.process is not None
        return self.process.wait()

    def _end(self, number: signal.Signals | None) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        if number is not None:
            process.send_signal(number)
        try:
            code = process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if process.stdout is not None:
            process.stdout.close()
        return code


def stop_all(programs: Iterable[Program]) -> None:
    """Ask all of them to stop, in their order, and wait for each; one that does not is killed."""
    asked = list(programs)
    for program in asked:
        if program.process is not None:
            program.process.terminate()
    for program in asked:
        program._end(None)
