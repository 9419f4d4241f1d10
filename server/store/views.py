"""Projections of a journal for pages and reports: rebuildable, disposable, in a file of their own.

Nothing here is ever the truth: a views file that is missing, behind or of another journal is made again from the
journal, with identical content. They are in a file of their own because a rebuild would hold the journal's write lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from question_bank.phrase import phrase
from server.domain.chain import Head
from server.domain.event import Event, Kinds
from server.errors import DatabaseError
from server.store.batch import Entry
from server.store.database import open_database
from server.store.journal import JournalPort, pages
from server.store.projection import rows_of
from server.store.record import Record
from server.store.replay import entries

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE projected (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
    INSERT INTO projected VALUES (1, 0, zeroblob(32));
    CREATE TABLE attempt (
      attempt_id TEXT PRIMARY KEY, candidate_id TEXT NOT NULL, kiosk_id TEXT NOT NULL, seat_label TEXT NOT NULL,
      generation INTEGER NOT NULL, confirmed INTEGER NOT NULL, seated_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE part (
      attempt_id TEXT NOT NULL, part INTEGER NOT NULL, form_id TEXT NOT NULL, opened_at_ms INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL, extended_ms INTEGER NOT NULL, finished_at_ms INTEGER, time_taken_ms INTEGER,
      answered INTEGER, of INTEGER, receipt TEXT, responses_sha256 TEXT, ended_by TEXT, disputed INTEGER,
      PRIMARY KEY (attempt_id, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE response (       -- the effective one of each item
      attempt_id TEXT NOT NULL, part INTEGER NOT NULL, item_id TEXT NOT NULL, response TEXT, -- NULL: cleared
      generation INTEGER NOT NULL, seq INTEGER NOT NULL, made_at_ms INTEGER NOT NULL,
      PRIMARY KEY (attempt_id, part, item_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE timeline (       -- everything that happened, by whom and to whom
      seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, epoch INTEGER NOT NULL, kind TEXT NOT NULL,
      attempt_id TEXT, candidate_id TEXT, officer_id TEXT, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX timeline_of_attempt ON timeline (attempt_id, seq) WHERE attempt_id IS NOT NULL;
    CREATE TABLE incident (
      seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, attempt_id TEXT, category TEXT NOT NULL, note TEXT NOT NULL,
      officer_id TEXT
    ) STRICT;
    """,
    """
    CREATE TABLE former_part (    -- passages on a paper that another one took the place of: kept, and not marked
      attempt_id TEXT NOT NULL, part INTEGER NOT NULL, form_id TEXT NOT NULL, opened_at_ms INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL, extended_ms INTEGER NOT NULL, finished_at_ms INTEGER, time_taken_ms INTEGER,
      answered INTEGER, of INTEGER, receipt TEXT, responses_sha256 TEXT, ended_by TEXT, disputed INTEGER,
      PRIMARY KEY (attempt_id, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE former_response (
      attempt_id TEXT NOT NULL, part INTEGER NOT NULL, item_id TEXT NOT NULL, response TEXT,
      generation INTEGER NOT NULL, seq INTEGER NOT NULL, made_at_ms INTEGER NOT NULL,
      PRIMARY KEY (attempt_id, part, item_id)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE action (         -- every action in a simulator that was not late; which of them count, the state says
      attempt_id TEXT NOT NULL, part INTEGER NOT NULL, item_id TEXT NOT NULL, generation INTEGER NOT NULL,
      n INTEGER NOT NULL, seq INTEGER NOT NULL, made_at_ms INTEGER NOT NULL, action TEXT NOT NULL,
      PRIMARY KEY (attempt_id, part, item_id, generation, n)
    ) STRICT, WITHOUT ROWID;
    """,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline; `body` is the event's canonical JSON."""

    seq: int
    at_ms: int
    kind: str
    attempt_id: str | None
    officer_id: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident; `category` is a domain category, or `conflict` or `unreadable` for what a kiosk sent."""

    seq: int
    at_ms: int
    attempt_id: str | None
    category: str
    note: str
    officer_id: str | None


class Views:
    """The projections of one journal. One thing at a time touches them."""

    def __init__(self, path: Path, kinds: Kinds) -> None:
        self._path = path
        self._kinds = kinds
        self._db = open_database(path, [("views", MIGRATIONS)])
        self._db.execute("PRAGMA synchronous = OFF")  # a power cut costs a rebuild, and a rebuild costs seconds

    @classmethod
    def of(cls, journal: JournalPort, path: Path, kinds: Kinds) -> Self:
        """The views of this journal in this file, as far as they have come; made anew when they are of another.

        Raises JournalError when the journal cannot be read, DatabaseError when the file cannot be written.
        """
        try:
            views = cls(path, kinds)
        except DatabaseError:  # disposable: a damaged file, or one of another version, is made again
            remove(path)
            views = cls(path, kinds)
        if not views._is_of(journal):
            views.close()
            remove(path)
            views = cls(path, kinds)
        return views

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def head(self) -> Head:
        """The last record projected."""
        return Head(*self._db.execute("SELECT seq, hash FROM projected").fetchone())

    def catch_up(self, journal: JournalPort, most: int | None = None) -> None:
        """Project what the journal holds beyond the views' head: all of it, or the next `most` records."""
        head = self.head()
        for page in pages(journal, head.seq) if most is None else [journal.read(head.seq, most)]:
            self.apply(entries(page, self._kinds, head))
            head = page[-1].head if page else head

    def apply(self, added: Iterable[Entry]) -> None:
        """Project these entries in one transaction; those already projected are passed over.

        Raises DatabaseError when one is missing before them, or they cannot be written; nothing has changed then.
        """
        try:
            with self._db.atomic():
                self._apply(added)
        except sqlite3.Error as error:
            hint = phrase("Make space on the disk; answers are not affected.")
            told = phrase("%(file)s cannot be written [%(error)s]", file=self._path.name, error=str(error))
            raise DatabaseError(told, hint=hint) from error

    def _apply(self, added: Iterable[Entry]) -> None:
        head = before = self.head()
        for record, event in added:
            if record.seq <= head.seq:
                continue
            if record.prev_hash != head.hash:
                told = phrase("record %(seq)s does not follow record %(before)s", seq=record.seq, before=head.seq)
                raise DatabaseError(told, hint=phrase("Catch up first."))
            self._project(record, event)
            head = record.head
        if head != before:
            self._db.execute("UPDATE projected SET seq = ?, hash = ?", head)

    def timeline(self, attempt_id: str, limit: int = 5_000) -> list[Moment]:
        """What happened to one candidate, in order."""
        query = (
            "SELECT seq, at_ms, kind, attempt_id, officer_id, body FROM timeline WHERE attempt_id = ?"
            " ORDER BY seq LIMIT ?"
        )
        return [Moment(*row) for row in self._db.execute(query, (attempt_id, limit))]

    def decisions(self, limit: int = 5_000) -> list[Moment]:
        """What officers did, in order."""
        query = (
            "SELECT seq, at_ms, kind, attempt_id, officer_id, body FROM timeline WHERE officer_id IS NOT NULL"
            " ORDER BY seq LIMIT ?"
        )
        return [Moment(*row) for row in self._db.execute(query, (limit,))]

    def incidents(self, limit: int = 5_000) -> list[Incident]:
        """Everything out of the ordinary, in order."""
        query = "SELECT seq, at_ms, attempt_id, category, note, officer_id FROM incident ORDER BY seq LIMIT ?"
        return [Incident(*row) for row in self._db.execute(query, (limit,))]

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """All rows of one of the tables, by its key, for exports."""
        if table not in {
            "attempt",
            "part",
            "response",
            "former_part",
            "former_response",
            "action",
            "timeline",
            "incident",
        }:
            raise ValueError(f"there is no view {table!r}")
        return self._db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()  # noqa: S608 - checked above

    def _is_of(self, journal: JournalPort) -> bool:
        head = self.head()
        if head.seq == 0:
            return True
        found = journal.read(head.seq - 1, 1)
        return bool(found) and found[0].head == head

    def _project(self, record: Record, event: Event) -> None:
        attempt, candidate = getattr(event, "attempt_id", None), getattr(event, "candidate_id", None)
        officer = getattr(event, "officer_id", None)
        self._db.conn.execute(
            "INSERT INTO timeline VALUES (?,?,?,?,?,?,?,?)",
            (record.seq, record.at_ms, record.epoch, record.kind, attempt, candidate, officer, record.body),
        )
        for query, values in rows_of(record, event):
            self._db.conn.execute(query, values)


def remove(path: Path) -> None:
    """Delete a views file, with what SQLite keeps beside it."""
    for extra in ("", "-wal", "-shm"):
        path.with_name(path.name + extra).unlink(missing_ok=True)
