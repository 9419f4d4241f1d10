"""The server's end of the announcing process: starts it, passes on what it hears, and starts it again if it dies.

Without discovery a room works all the same (kits and typed addresses), so nothing here may stop the server.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from server.live.kept_process import KeptProcess
from server.live.pairing import SeenMachine
from server.logs import RoomLog
from server.protocol.service import KioskNotice
from server.store.async_port import AsyncPort

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
        self._seen = seen
        self._log = log
        self._process = KeptProcess(
            command, port, self._heard, self._over, lambda: log("announcer_restarted"), restart_s=RESTART_S,
            stop_s=2 * STOP_S, most_chars=MAX_LINE_CHARS, first=f"{orders}\n", always_over=True,
        )  # fmt: skip
        self.addresses: tuple[str, ...] = ()
        """Where this computer can be reached, as last announced; for kits."""

    def start(self) -> None:
        """Start announcing."""
        self._process.start()

    def stop(self) -> None:
        """Say goodbye to the network, and wait until that is done."""
        self._process.stop()

    def _over(self, error: OSError | None) -> None:
        if error is not None:
            self._log.failure("announcer_failed", error)
            return
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
