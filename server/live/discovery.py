"""The server's end of the announcing process: starts it, passes on what it hears, and starts it again if it dies.

Without discovery a room works all the same (kits and typed addresses), so nothing here may stop the server.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from server.live.pairing import SeenMachine
from server.logs import RoomLog
from server.protocol.service import KioskNotice
from server.store.async_port import AsyncPort, Worker

RESTART_S = 1.0
STOP_S = 3.0  # for the goodbye; then the process is ended
MAX_LINE_CHARS = 4 * 1024 * 1024  # the whole list of the largest hall is about 400 kB


def command() -> list[str]:
    """How the announcing process is started, from source and from the frozen program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--role", "announce"]
    return [sys.executable, "-m", "server.announce"]


class Discovery:
    """Keeps one announcing process running. `seen` is given the whole list each time it changes."""

    def __init__(
        self, orders: str, port: AsyncPort, seen: Callable[[Sequence[SeenMachine]], None], log: RoomLog
    ) -> None:
        self._orders = orders
        self._port = port
        self._seen = seen
        self._log = log
        self._stopping = port.waiter()
        self._process: subprocess.Popen[str] | None = None
        self._worker: Worker | None = None
        self.addresses: tuple[str, ...] = ()
        """Where this computer can be reached, as last announced; for kits."""

    def start(self) -> None:
        """Start announcing."""
        self._worker = self._port.spawn(self._keep_running)

    def stop(self) -> None:
        """Say goodbye to the network, and wait until that is done."""
        self._stopping.set()
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if self._worker is not None:
            self._worker.join(2 * STOP_S)
        if process is not None and process.poll() is None:  # it did not see the end of its input
            process.kill()

    def _keep_running(self) -> None:
        while not self._stopping.wait(0):
            self._run_once()
            if self._stopping.wait(RESTART_S):
                return
            self._log("announcer_restarted")

    def _run_once(self) -> None:
        try:
            process = subprocess.Popen(
                command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        except OSError as error:
            self._log.failure("announcer_failed", error)
            return
        self._process = process
        if self._stopping.wait(0) and process.stdin is not None:  # told to stop while the process was made
            process.stdin.close()
        assert process.stdin is not None
        assert process.stdout is not None
        stdout = process.stdout
        with contextlib.suppress(OSError, ValueError):  # the process died at once, or we are stopping already
            process.stdin.write(self._orders + "\n")
            process.stdin.flush()
        while line := self._port.offload(lambda: stdout.readline(MAX_LINE_CHARS)):
            self._heard(line)
        stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()
        _end(process)
        self._seen(())

    def _heard(self, line: str) -> None:
        try:
            news = json.loads(line)
        except ValueError:
            return  # cut off by the death of the process; its successor says everything again
        match news:
            case {"event": "announced", "addresses": list(addresses)}:
                self.addresses = tuple(str(address) for address in addresses)
                self._log("announced", addresses=len(addresses))
            case {"event": "kiosks", "kiosks": list(kiosks)}:
                self._seen([seen for kiosk in kiosks if (seen := _machine(kiosk)) is not None])
            case {"event": "problem", "why": str(why)}:
                self._log("announcing_failed", why=why[:200])


def _end(process: subprocess.Popen[str]) -> None:
    """Wait for a process that closed its output, and end it when it does not end itself.

    By asking, not by `wait`: that would hold a lock of the patched kind in a native thread, and nobody could stop us.
    """
    deadline = time.monotonic() + STOP_S
    while process.poll() is None:
        if time.monotonic() > deadline:
            process.kill()
        time.sleep(0.02)


def _machine(kiosk: object) -> SeenMachine | None:
    match kiosk:
        case {
            "service": str(service),
            "label": str(label),
            "room": str(room),
            "paired": bool(paired),
            "addresses": list(addresses),
        }:
            return SeenMachine(service, KioskNotice(label, paired, room), tuple(map(str, addresses)))
    return None
