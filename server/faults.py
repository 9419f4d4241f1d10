"""A room broken on purpose, so that a rehearsal can show its checker to notice. Never for an exam.

EXAMROOM_FAULT names what is broken; the composition looks at it once, while it puts the room together, and without it
nothing of this module is ever called. A folder that holds an opened package is refused, so no hook reaches a real sitting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from question_bank.phrase import phrase
from server.domain.chain import Head, link
from server.domain.events import ResponseSaved
from server.errors import ConfigError
from server.live.marks import MarkDesk, ResultRow
from server.store.journal import PAGE_RECORDS, Appended, Journal, Moved
from server.store.record import Record, StoredVerdict

if TYPE_CHECKING:
    from server.live.room import Room

VARIABLE = "EXAMROOM_FAULT"
HELD_BACK = 64  # records that are acknowledged and on no disk: more than one click of each seat of a rehearsal
FIRST_DROPPED, DROPPED_EVERY = 20, 500  # counted in answers; the first one early, for a rehearsal gives few


class Fault(StrEnum):
    """What can be broken."""

    ACK_BEFORE_COMMIT = "ack_before_commit"
    DROP_ONE_IN_500 = "drop_one_in_500"
    SWAP_RESULTS = "swap_results"


def install(room: Room, name: str) -> Fault:
    """Break the room, before it starts. Raises ConfigError for an unknown name or a folder with an opened package."""
    if name not in list(Fault):
        raise ConfigError(
            phrase("%(variable)s is %(value)s", variable=VARIABLE, value=repr(name)),
            hint=phrase("Unset it, or choose one of %(faults)s.", faults=", ".join(Fault)),
        )
    if room.store.packages.holds_an_opened_one():
        hint = phrase(
            "Unset %(variable)s: a room with an opened package is never broken on purpose.", variable=VARIABLE
        )
        raise ConfigError(phrase("this folder holds an opened package"), hint=hint)
    match fault := Fault(name):
        case Fault.ACK_BEFORE_COMMIT:
            room.open_journal = HoldingJournal.open
        case Fault.DROP_ONE_IN_500:
            room.open_journal = DroppingJournal.open
        case Fault.SWAP_RESULTS:
            room.marks = SwappingMarkDesk(room)
    room.log("broken_on_purpose", fault=fault.value)
    return fault


class HoldingJournal(Journal):
    """Says "appended" of records that it writes later: the newest HELD_BACK die with the process."""

    def __init__(self, db: Database, path: Path) -> None:
        super().__init__(db, path)
        self._held: list[Record] = []

    def append(self, expected_head: Head, records: Sequence[Record]) -> Appended | Moved:
        """Take the records; write those that others have followed."""
        head = self._held[-1].head if self._held else super().head()
        if head != expected_head:
            return Moved(head)
        self._held += records
        self._write(len(self._held) - HELD_BACK)
        return Appended(self._held[-1].head if self._held else head)

    def read(self, after: int = 0, limit: int = PAGE_RECORDS) -> list[Record]:
        """Records, those held back too."""
        self._write(len(self._held))
        return super().read(after, limit)

    def verdict_of(self, source: bytes, source_seq: int) -> StoredVerdict | None:
        """The verdict on a request, one held back too."""
        self._write(len(self._held))
        return super().verdict_of(source, source_seq)

    def close(self) -> None:
        """A server that is told to stop writes everything; one that is killed does not."""
        self._write(len(self._held))
        super().close()

    def _write(self, count: int) -> None:
        if count > 0:
            due, self._held = self._held[:count], self._held[count:]
            super().append(Head(due[0].seq - 1, due[0].prev_hash), due)


class DroppingJournal(Journal):
    """Leaves out an answer now and then and links the rest as if it had never been there."""

    def __init__(self, db: Database, path: Path) -> None:
        super().__init__(db, path)
        self._told: Head | None = None  # the head that was claimed, once it is not the true one
        self._answers = 0

    def append(self, expected_head: Head, records: Sequence[Record]) -> Appended | Moved:
        """Write all of the records but the unlucky ones."""
        head = first = super().head()
        if expected_head != (self._told or head):
            return Moved(head)
        kept: list[Record] = []
        for record in records:
            if not self._is_unlucky(record):
                kept.append(_following(head, record))
                head = kept[-1].head
        if kept:
            super().append(first, kept)
        self._told = records[-1].head if records else self._told
        return Appended(self._told or head)

    def _is_unlucky(self, record: Record) -> bool:
        if record.kind != ResponseSaved.kind:
            return False
        self._answers += 1
        return self._answers % DROPPED_EVERY == FIRST_DROPPED


def _following(head: Head, record: Record) -> Record:
    """The same record, linked to another head."""
    moved = record._replace(seq=head.seq + 1, prev_hash=head.hash)
    return moved._replace(hash=link(*moved[:8], moved.body_sha256, moved.prev_hash))


class SwappingMarkDesk(MarkDesk):
    """Exchanges the marks of the first two candidates who did not do equally well."""

    def results(self) -> list[ResultRow]:
        """The results, two of them wrong."""
        rows = super().results()
        for place, row in enumerate(rows):
            if row.right != rows[0].right:
                first = rows[0]
                rows[0] = replace(first, right=row.right, marks=row.marks)
                rows[place] = replace(row, right=first.right, marks=first.marks)
                return rows
        return rows
