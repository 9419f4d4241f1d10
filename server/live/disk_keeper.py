"""A server's own disk, whichever of the room's two it is: space held for answers, what gives way, when it will be full.

Answers have their place inside the journal's file (docs/readiness.md §4); what else must still be written on a full disk
has a reserve that is given back for it, and taken again once there is space.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from question_bank import sql_reserve
from question_bank.ballast import Ballast
from question_bank.computer import hardware
from server.domain.disk_forecast import History, full_in_ms
from server.logs import RoomLog
from server.protocol.machine import DiskState
from server.store.giving_way import GivesWay

LOOK_S = 2.0  # between two looks at the disk
SAMPLE_MS = 10_000
PROBE_MS = 60_000  # between two looks for the internet
RESERVE_BYTES = 64 * 2**20  # given back when the disk is full: a room's own files for a whole contest are a third
JOURNAL_BYTES = 32 * 2**20  # inside the journal: 60,000 records, a sitting of three hundred with sixty items each
PIECE_BYTES = (
    8 * 2**20
)  # taken at a time: a fifth of a second on a slow disk; twice what the log holds before it begins anew
FULL_BYTES = 8 * 2**20  # free: below it the reserve is given back
LOW_BYTES = 512 * 2**20  # free: a technician should look
SOON_MS = 60 * 60_000  # a forecast nearer than this is a problem


@dataclass(frozen=True, slots=True)
class RunningJournal:
    """The journal that answers are written to; `open_part`: whether somebody is answering now."""

    path: Path
    open_part: bool


@dataclass(frozen=True, slots=True)
class DiskReading:
    """One look at the disk."""

    state: DiskState
    free_bytes: int
    full_in_ms: int | None


class DiskKeeper:
    """`folder`: where answers lie. `journal`: what is to have free pages, None when nothing is written."""

    def __init__(
        self, folder: Path, gives_way: Sequence[GivesWay], journal: Callable[[], RunningJournal | None], log: RoomLog
    ) -> None:
        self.folder = folder
        self._gives_way = gives_way
        self._journal = journal
        self._log = log
        self._ballast = Ballast(folder, RESERVE_BYTES)
        self._given_back = False
        self._journal_bytes = 0
        self._history = History()
        self._sampled_ms = -SAMPLE_MS
        self._state: DiskState | None = None

    @property
    def reserved_bytes(self) -> int:
        """What is held for answers: inside the journal, and beside it."""
        return self._journal_bytes + self._ballast.held_bytes

    def keep(self) -> int:
        """Hold what should be held and give up what should be; bytes free afterwards. Blocking. Raises OSError."""
        free = hardware.disk(self.folder).free
        if free < FULL_BYTES:
            for one in self._gives_way:
                freed = one.give_way()
                if freed:
                    self._log("gave_way", what=one.name, bytes=freed)
            if hardware.disk(self.folder).free < FULL_BYTES and self._ballast.held_bytes:
                self._given_back = True
                self._log("reserve_given_back", bytes=self._ballast.give_back())
        elif self._ballast.held_bytes < RESERVE_BYTES and self._ballast.take(beside=4 * FULL_BYTES):
            self._given_back = False
            self._log("reserve_taken", bytes=RESERVE_BYTES)
        self._keep_journal()
        return hardware.disk(self.folder).free

    def read(self, now_ms: int, free: int) -> DiskReading:
        """What that means; `now_ms` is a steady clock's."""
        if now_ms - self._sampled_ms >= SAMPLE_MS:
            self._sampled_ms = now_ms
            self._history = self._history.seen(now_ms, free)
        left_ms = full_in_ms(self._history.samples, now_ms, FULL_BYTES)
        if free < FULL_BYTES or self._given_back:
            state = DiskState.FULL
        elif left_ms is not None and left_ms <= SOON_MS:
            state = DiskState.SOON
        else:
            state = DiskState.LOW if free < LOW_BYTES else DiskState.OK
        if state is not self._state:
            self._log("disk", state=state.value, free_bytes=free)
        self._state = state
        return DiskReading(state, free, left_ms)

    def _keep_journal(self) -> None:
        """Free pages in the sitting's journal, so that answers need nothing of the disk any more."""
        journal = self._journal()
        if journal is None:
            self._journal_bytes = 0
            return
        try:
            with closing(sqlite3.connect(journal.path, timeout=1.0)) as own:
                held = sql_reserve.reserved_octets(own)
                short = _log_bytes(journal.path) < PIECE_BYTES  # a log that was begun anew has no blocks yet
                spare = hardware.disk(self.folder).free - PIECE_BYTES - 2 * FULL_BYTES
                target = min(JOURNAL_BYTES, held + spare)
                low = JOURNAL_BYTES // 2 if journal.open_part else JOURNAL_BYTES - PIECE_BYTES
                if spare > 0 and (short or (held < low and target >= held + PIECE_BYTES)):
                    own.execute("PRAGMA synchronous = FULL")
                    sql_reserve.reserve(own, target if held < low else PIECE_BYTES, PIECE_BYTES)
                    held = sql_reserve.reserved_octets(own)
        except sqlite3.Error as error:
            self._log.failure("journal_reserve", error)
            held = 0
        self._journal_bytes = held


def _log_bytes(journal: Path) -> int:
    """How large the journal's log is: blocks it has on the disk already."""
    log = journal.with_name(f"{journal.name}-wal")
    try:
        return log.stat().st_size
    except OSError:
        return 0
