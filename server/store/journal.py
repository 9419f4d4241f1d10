"""The journal: one append-only table of hash-linked records in one SQLite file; no update, no delete.

`append` is the only way in. It takes the head the caller built on, and changes nothing when the journal has moved.
One thing at a time touches a journal; between threads it is handed over, never shared.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from sqlite_utils import Database

from question_bank.phrase import phrase
from server.domain.chain import NO_RECORDS, Head
from server.errors import JournalError, NotStored
from server.store.database import open_database, open_to_read
from server.store.record import Record, StoredVerdict, verdict_in

PAGE_RECORDS = 5_000  # records read into memory at a time: about 5 MB

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE journal (
      seq        INTEGER PRIMARY KEY, -- 1, 2, 3 … no gaps; this journal's order
      epoch      INTEGER NOT NULL,    -- grows at every server start and promotion
      source     BLOB    NOT NULL CHECK (length(source) = 16), -- random id of one outbox file or one officer's page
      source_seq INTEGER NOT NULL,    -- counted by the source
      part       INTEGER NOT NULL,    -- 0, 1 … when one request gives several events
      kind       TEXT    NOT NULL,    -- 'response_saved/1'
      at_ms      INTEGER NOT NULL,    -- room time, ms since 1970 UTC; decreases only at a clock_anchored/1 that sets it back
      request_sha256 BLOB NOT NULL CHECK (length(request_sha256) = 32),  -- of the message as it came
      body       TEXT    CHECK (body IS NULL OR json_valid(body)),       -- canonical JSON; NULL once erased
      body_sha256 BLOB   NOT NULL CHECK (length(body_sha256) = 32),
      prev_hash  BLOB    NOT NULL CHECK (length(prev_hash) = 32),
      hash       BLOB    NOT NULL CHECK (length(hash) = 32),  -- chain.link over all columns above but body
      UNIQUE (source, source_seq, part)
    ) STRICT;
    CREATE TRIGGER journal_grows_at_its_end BEFORE INSERT ON journal
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
    BEGIN SELECT RAISE(ABORT, 'a journal record is added at the end'); END;
    CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'a journal record is never deleted'); END;
    CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
    WHEN NEW.body IS NOT NULL OR OLD.body IS NULL
      OR NEW.seq IS NOT OLD.seq OR NEW.epoch IS NOT OLD.epoch OR NEW.source IS NOT OLD.source
      OR NEW.source_seq IS NOT OLD.source_seq OR NEW.part IS NOT OLD.part OR NEW.kind IS NOT OLD.kind
      OR NEW.at_ms IS NOT OLD.at_ms OR NEW.request_sha256 IS NOT OLD.request_sha256
      OR NEW.body_sha256 IS NOT OLD.body_sha256 OR NEW.prev_hash IS NOT OLD.prev_hash OR NEW.hash IS NOT OLD.hash
    BEGIN SELECT RAISE(ABORT, 'of a journal record only the body can be erased'); END;
    """,
)

_COLUMNS = "seq, epoch, source, source_seq, part, kind, at_ms, request_sha256, body, body_sha256, prev_hash, hash"
_INSERT = f"INSERT INTO journal ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608

# Errors after which the file is as it was and may accept the next batch: a full disk, a lock, no memory.
_PASSING = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT}
)


@dataclass(frozen=True, slots=True)
class Appended:
    """The records are on disk."""

    head: Head


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody else has appended; nothing was written. Read on from your own head, evolve, decide again."""

    head: Head


class JournalPort(Protocol):
    """What the committer needs of a journal."""

    def head(self) -> Head:
        """The last record's number and hash."""

    def read(self, after: int = 0, limit: int = PAGE_RECORDS) -> list[Record]:
        """Records with a number above `after`, in order."""

    def append(self, expected_head: Head, records: Sequence[Record]) -> Appended | Moved:
        """All of the records or none, durably."""

    def verdict_of(self, source: bytes, source_seq: int) -> StoredVerdict | None:
        """The verdict on a request that was judged before."""


class Journal:
    """A journal in an SQLite file."""

    def __init__(self, db: Database, path: Path) -> None:
        self.path = path
        self._db = db

    @classmethod
    def open(cls, path: Path) -> Self:
        """The journal at `path`, made when it is not there. Raises DatabaseError; the caller closes it."""
        return cls(open_database(path, [("journal", MIGRATIONS)]), path)

    @classmethod
    def open_to_read(cls, path: Path, at_rest: bool = False) -> Self:
        """The journal at `path`, which must be there and is never changed. Raises DatabaseError.

        `at_rest`: nobody writes it meanwhile.
        """
        return cls(open_to_read(path, at_rest), path)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def head(self) -> Head:
        """The last record's number and hash. Raises JournalError."""
        with _reading():
            row = self._db.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        return NO_RECORDS if row is None else Head(*row)

    def read(self, after: int = 0, limit: int = PAGE_RECORDS) -> list[Record]:
        """Records with a number above `after`, in order, at most `limit`. Raises JournalError."""
        query = f"SELECT {_COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608
        with _reading():
            return [Record(*row) for row in self._db.execute(query, (after, limit))]

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file's structure; reads all of it. Raises JournalError."""
        with _reading():
            found = [str(row[0]) for row in self._db.execute("PRAGMA integrity_check(20)")]
        return [] if found == ["ok"] else found

    def append(self, expected_head: Head, records: Sequence[Record]) -> Appended | Moved:
        """All of the records or none; on disk when it returns Appended.

        Raises NotStored when nothing was written and the next batch may succeed (disk full, locked), JournalError
        when the file can no longer be trusted with anything.
        """
        connection = self._db.conn
        try:
            connection.execute("BEGIN IMMEDIATE")
            head = self.head()
            if head != expected_head:
                connection.execute("ROLLBACK")
                return Moved(head)
            connection.executemany(_INSERT, records)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(error)
        return Appended(Head(records[-1].seq, records[-1].hash) if records else expected_head)

    def _give_up(self, error: sqlite3.Error) -> None:
        """Undo what was begun, and say whether it is worth trying again. Always raises."""
        try:
            self._db.conn.rollback()
        except sqlite3.Error as worse:
            hint = phrase("Stop the room, look at the disk, and start again.")
            raise JournalError(
                phrase("a failed batch could not be undone [%(error)s]", error=str(worse)), hint=hint
            ) from error
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR) & 0xFF
        if code in _PASSING:
            hint = phrase("Make space on the server's disk; kiosks send again by themselves.")
            raise NotStored(phrase("the batch was not stored [%(error)s]", error=str(error)), hint=hint) from error
        hint = phrase("Stop the room, look at the disk, and start again; nothing acknowledged is lost.")
        raise JournalError(phrase("the journal cannot be written [%(error)s]", error=str(error)), hint=hint) from error

    def verdict_of(self, source: bytes, source_seq: int) -> StoredVerdict | None:
        """The verdict on a request that was judged before, or None. Raises JournalError."""
        query = f"SELECT {_COLUMNS} FROM journal WHERE source = ? AND source_seq = ? ORDER BY part"  # noqa: S608
        with _reading():
            rows = [Record(*row) for row in self._db.execute(query, (source, source_seq))]
        return verdict_in(rows)


def pages(journal: JournalPort, after: int = 0) -> Iterator[list[Record]]:
    """All records after a number, a page at a time."""
    while page := journal.read(after):
        yield page
        after = page[-1].seq


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError(
            phrase("the journal cannot be read [%(error)s]", error=str(error)), hint=phrase("Look at the disk.")
        ) from error
