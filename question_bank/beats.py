"""What a program forces to its disk every second, so that after a crash it knows when it last ran; and its clocks.

One file of two slots of one sector each, written in turn: a torn write spoils one and leaves the other.
"""

from __future__ import annotations

import os
import time
import zlib
from pathlib import Path
from typing import Final

from question_bank import canonical
from question_bank.canonical import JSON
from question_bank.disk import sync_folder

SLOT_BYTES: Final = 512  # one disk sector
_SLOTS: Final = 2


def monotonic_ms() -> int:
    """Time since this computer was started, in ms, sleep included where the system can say so."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return (time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)) // 1_000_000


def boot_name() -> str:
    """A name for this run of the operating system; "" where it has none, and then no two runs are the same."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


class BeatFile:
    """The file. One writer; `write` is blocking disk work. `last` is the newest row of the run before this one.

    A row is a list whose first value is the instant it was written at: the higher one is the newer. Raises OSError.
    """

    def __init__(self, path: Path) -> None:
        known = path.exists()
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        if not known:
            sync_folder(path.parent)
        self._next = 0
        self.last = self._read()

    def write(self, row: list[JSON]) -> None:
        """Force one row to the disk; in a row of at most `SLOT_BYTES` with its checksum."""
        text = canonical.encode(row)
        line = f"{zlib.crc32(text):08x} ".encode() + text
        os.lseek(self._descriptor, self._next * SLOT_BYTES, os.SEEK_SET)
        os.write(self._descriptor, line.ljust(SLOT_BYTES - 1) + b"\n")
        os.fsync(self._descriptor)
        self._next = (self._next + 1) % _SLOTS

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def _read(self) -> list[JSON] | None:
        data = os.read(self._descriptor, SLOT_BYTES * _SLOTS)
        found = [_row(data[place * SLOT_BYTES : (place + 1) * SLOT_BYTES]) for place in range(_SLOTS)]
        rows = [(row[0], place, row) for place, row in enumerate(found) if row is not None and isinstance(row[0], int)]
        if not rows:
            return None
        _, place, latest = max(rows, key=lambda one: (one[0], one[1]))
        self._next = (place + 1) % _SLOTS
        return latest


def _row(slot: bytes) -> list[JSON] | None:
    """The row in one slot, or None for an empty or torn one."""
    crc, _, text = slot.strip().partition(b" ")
    if f"{zlib.crc32(text):08x}".encode() != crc:
        return None
    try:
        value = canonical.decode(text, SLOT_BYTES)
    except canonical.CanonicalError:
        return None
    return value if isinstance(value, list) and value else None
