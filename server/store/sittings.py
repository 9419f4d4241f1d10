"""The sittings a room knows, in room.sqlite: each one's definition as its file said it, and which one is active.

What happens in a sitting is in its own journal; here is only what the room must know to find that journal.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlite_utils import Database

from question_bank.errors import ExamRoomError
from question_bank.phrase import phrase

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE sitting (
      sitting_id  TEXT PRIMARY KEY,
      contest_id  TEXT NOT NULL,
      definition  TEXT NOT NULL,   -- the exam-sitting/1 file, unchanged
      added_at_ms INTEGER NOT NULL,
      added_by    TEXT NOT NULL,   -- an officer's id, or 'cli'
      active      INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1))
    ) STRICT;
    CREATE UNIQUE INDEX sitting_active ON sitting (active) WHERE active = 1;
    """,
)


class SittingStoreError(ExamRoomError):
    """A sitting the room does not know, or one that cannot be replaced any more."""


@dataclass(frozen=True, slots=True)
class SittingRow:
    """One sitting; `definition` is the text of its file."""

    sitting_id: str
    contest_id: str
    definition: str
    added_at_ms: int
    added_by: str
    active: bool


class SittingStore:
    """Reads and writes the list of sittings; every write is one transaction, on disk when the method returns."""

    def __init__(self, database: Database, lock: threading.Lock | None = None) -> None:
        self._connection: sqlite3.Connection = database.conn
        self._lock = lock or threading.Lock()

    def put(self, sitting_id: str, contest_id: str, definition: str, now_ms: int, added_by: str) -> None:
        """Add a sitting, or replace the definition of one that has not begun (the caller has made sure of that)."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO sitting (sitting_id, contest_id, definition, added_at_ms, added_by) VALUES (?,?,?,?,?)"
                " ON CONFLICT (sitting_id) DO UPDATE SET contest_id = excluded.contest_id,"
                " definition = excluded.definition, added_at_ms = excluded.added_at_ms, added_by = excluded.added_by",
                (sitting_id, contest_id, definition, now_ms, added_by),
            )

    def by_id(self, sitting_id: str) -> SittingRow | None:
        """One sitting."""
        return next(self._rows("WHERE sitting_id = ?", (sitting_id,)), None)

    def active(self) -> SittingRow | None:
        """The sitting kiosks are in now."""
        return next(self._rows("WHERE active = 1", ()), None)

    def everyone(self) -> tuple[SittingRow, ...]:
        """All sittings, in the order they were added."""
        return tuple(self._rows("ORDER BY added_at_ms, sitting_id", ()))

    def activate(self, sitting_id: str) -> None:
        """Make this the active sitting instead of any other. Raises SittingStoreError when it is not known."""
        with self._transaction() as connection:
            connection.execute("UPDATE sitting SET active = 0 WHERE active = 1")
            changed = connection.execute("UPDATE sitting SET active = 1 WHERE sitting_id = ?", (sitting_id,)).rowcount
            if changed != 1:
                raise SittingStoreError(
                    phrase("there is no sitting %(sitting)s", sitting=sitting_id), hint=phrase("Add its file first.")
                )

    def deactivate(self) -> None:
        """No sitting is active."""
        with self._transaction() as connection:
            connection.execute("UPDATE sitting SET active = 0 WHERE active = 1")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection as connection:
            yield connection

    def _rows(self, where: str, parameters: tuple[str, ...]) -> Iterator[SittingRow]:
        with self._lock:
            rows = self._connection.execute(
                "SELECT sitting_id, contest_id, definition, added_at_ms, added_by, active FROM sitting " + where,  # noqa: S608
                parameters,
            ).fetchall()
        for row in rows:
            yield SittingRow(row[0], row[1], row[2], row[3], row[4], bool(row[5]))
