"""Room time across restarts: a one-row file beaten once a second, outside every journal.

It says two things after a crash: how long the room was away, and what time it is. While the computer has not been
restarted its monotonic clock answers exactly, whoever moved the date; otherwise the wall clock and its last known
offset do, and a wall clock that went backwards (an empty battery) cannot take the room back with it.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from question_bank import canonical
from question_bank.phrase import phrase
from server.errors import ConfigError

FILE_NAME = "heartbeat"
BEAT_S: Final = 1.0
_SLOT_BYTES = 512  # one disk sector: a torn write spoils one slot and leaves the other
_SLOTS = 2


@dataclass(frozen=True, slots=True)
class Beat:
    """One instant on three clocks, in ms; `boot` names the run of the operating system `monotonic_ms` belongs to."""

    room_ms: int
    wall_ms: int
    monotonic_ms: int
    boot: str


def monotonic_ms() -> int:
    """Time since this computer was started, in ms, sleep included where the system can say so."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return (time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)) // 1_000_000


def wall_ms() -> int:
    """What the computer believes the time is, in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


def boot_name() -> str:
    """A name for this run of the operating system; "" where it has none, and then no two runs are the same."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


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
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise ConfigError(
                phrase("%(file)s cannot be written [%(error)s]", file=str(path), error=error.strerror or str(error)),
                hint=phrase("Check the room's folder."),
            ) from error
        self._boot = boot_name()
        self._next = 0
        self.last = self._read()
        """The last beat of the run before this one."""
        self.room_ms = room_ms or (lambda: resumed_ms(self.last, wall_ms(), monotonic_ms(), self._boot))
        """Room time; the room's clock replaces it once there is one."""

    def now(self) -> Beat:
        """This instant. Taken on the hub: the room's clock has a lock that a native thread must not contend for."""
        return Beat(self.room_ms(), wall_ms(), monotonic_ms(), self._boot)

    def write(self, now: Beat) -> None:
        """Force one instant to the disk."""
        text = canonical.encode([now.room_ms, now.wall_ms, now.monotonic_ms, now.boot])
        line = f"{zlib.crc32(text):08x} ".encode() + text
        os.lseek(self._descriptor, self._next * _SLOT_BYTES, os.SEEK_SET)
        os.write(self._descriptor, line.ljust(_SLOT_BYTES - 1) + b"\n")
        os.fsync(self._descriptor)
        self._next = (self._next + 1) % _SLOTS

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def _read(self) -> Beat | None:
        data = os.read(self._descriptor, _SLOT_BYTES * _SLOTS)
        found = [_beat(data[place * _SLOT_BYTES : (place + 1) * _SLOT_BYTES]) for place in range(_SLOTS)]
        beats = [(beat.room_ms, place, beat) for place, beat in enumerate(found) if beat is not None]
        if not beats:
            return None
        _, place, latest = max(beats)
        self._next = (place + 1) % _SLOTS
        return latest


def _beat(slot: bytes) -> Beat | None:
    """The beat in one slot, or None for an empty or torn one."""
    crc, _, text = slot.strip().partition(b" ")
    if f"{zlib.crc32(text):08x}".encode() != crc:
        return None
    try:
        value = canonical.decode(text, _SLOT_BYTES)
    except canonical.CanonicalError:
        return None
    match value:
        case [int(room_ms), int(wall), int(monotonic), str(boot)]:
            return Beat(room_ms, wall, monotonic, boot)
    return None
