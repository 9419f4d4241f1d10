"""Room time across restarts: a one-row file beaten once a second, outside every journal.

It says two things after a crash: how long the room was away, and what time it is. While the computer has not been
restarted its monotonic clock answers exactly, whoever moved the date; otherwise the wall clock and its last known
offset do, and a wall clock that went backwards (an empty battery) cannot take the room back with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from question_bank.beats import BeatFile, boot_name, monotonic_ms
from question_bank.canonical import JSON
from question_bank.phrase import phrase
from server.errors import ConfigError

__all__ = ["BEAT_S", "FILE_NAME", "Beat", "Heartbeat", "monotonic_ms", "resumed_ms", "wall_ms"]

FILE_NAME = "heartbeat"
BEAT_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Beat:
    """One instant on three clocks, in ms; `boot` names the run of the operating system `monotonic_ms` belongs to."""

    room_ms: int
    wall_ms: int
    monotonic_ms: int
    boot: str


def wall_ms() -> int:
    """What the computer believes the time is, in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


def resumed_ms(last: Beat | None, now_wall_ms: int, now_monotonic_ms: int, boot: str) -> int:
    """Room time now, after a stop: pure. Without a last beat the computer's own time is all there is."""
    if last is None:
        return now_wall_ms
    if boot and boot == last.boot and now_monotonic_ms >= last.monotonic_ms:
        return last.room_ms + now_monotonic_ms - last.monotonic_ms
    return max(last.room_ms, now_wall_ms + last.room_ms - last.wall_ms)


class Heartbeat:
    """The file. One writer; `write` is blocking disk work, so it is offloaded."""

    def __init__(self, directory: Path, room_ms: Callable[[], int] | None = None) -> None:
        path = directory / FILE_NAME
        try:
            self._file = BeatFile(path)
        except OSError as error:
            raise ConfigError(
                phrase("%(file)s cannot be written [%(error)s]", file=str(path), error=error.strerror or str(error)),
                hint=phrase("Check the room's folder."),
            ) from error
        self._boot = boot_name()
        self.last = _beat(self._file.last)
        """The last beat of the run before this one."""
        self.room_ms = room_ms or (lambda: resumed_ms(self.last, wall_ms(), monotonic_ms(), self._boot))
        """Room time; the room's clock replaces it once there is one."""

    def now(self) -> Beat:
        """This instant. Taken on the hub: the room's clock has a lock that a native thread must not contend for."""
        return Beat(self.room_ms(), wall_ms(), monotonic_ms(), self._boot)

    def write(self, now: Beat) -> None:
        """Force one instant to the disk."""
        self._file.write([now.room_ms, now.wall_ms, now.monotonic_ms, now.boot])

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _beat(row: list[JSON] | None) -> Beat | None:
    """The beat in a row of the file; None where there is none."""
    match row:
        case [int(room_ms), int(wall), int(monotonic), str(boot)]:
            return Beat(room_ms, wall, monotonic, boot)
    return None
