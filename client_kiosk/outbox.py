"""The kiosk's durable queue of records: on this machine's disk before anything is shown as saved.

One SQLite file is one *stream*: a random id made with the file, and numbers 1, 2, 3 … without gaps. Number 1 is the
sign-in, which holds an access code and is therefore never written here; the file begins at 2. Records stay after they
are acknowledged (an ack is no resume point): the file goes only when the server releases the stream.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client_kiosk.errors import OutboxError
from question_bank import canonical, sql_reserve
from question_bank.disk import lasting_folder
from question_bank.phrase import phrase

LOG_PAGES = 256  # of 4 KiB: the log begins anew while it still lies in blocks that `hold_space` gave it
FIRST_SEQ = 2  # number 1 of a stream is its sign-in
MAX_RECORDS = 200_000  # far above 60 items changed once a second for eight hours; bounds a page gone wild
_SCHEMA = """
CREATE TABLE stream (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  source TEXT NOT NULL, sitting_id TEXT NOT NULL, attempt_id TEXT NOT NULL, generation INTEGER NOT NULL
) STRICT;
CREATE TABLE record (
  seq INTEGER PRIMARY KEY CHECK (seq >= 2),
  message TEXT NOT NULL, -- canonical JSON, exactly as it is sent
  verdict TEXT           -- what the server durably decided; NULL until then
) STRICT;
"""
FREE_SPACE = phrase("Free some disk space.")
_UNSETTLED = "SELECT count(*) FROM record WHERE verdict IS NULL"
_SET_ASIDE = 1  # PRAGMA user_version of a file whose sitting is not served any more


@dataclass(frozen=True, slots=True)
class Stream:
    """Whose records a file holds. `source` is 32 hex digits, random, never reused."""

    source: str
    sitting_id: str
    attempt_id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Held:
    """One record of the file; `verdict` is None while the server has not spoken."""

    seq: int
    message: str
    verdict: str | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a file holds when it is opened."""

    last_seq: int = FIRST_SEQ - 1
    unsettled: int = 0
    set_aside: bool = False


class Outbox:
    """One stream's file, open. Safe to call from several threads; each call is one transaction, fsynced."""

    def __init__(self, path: Path, connection: sqlite3.Connection, stream: Stream, found: _Found) -> None:
        self.path = path
        self.stream = stream
        self._connection = connection
        self._last_seq = found.last_seq
        self._unsettled = found.unsettled
        self._set_aside = found.set_aside
        self._lock = threading.Lock()

    @classmethod
    def create(cls, folder: Path, stream: Stream) -> Outbox:
        """Make the file of a new stream; it is on disk when this returns. Raises OutboxError."""
        path = folder / f"{stream.source}.sqlite"
        if path.exists():
            raise OutboxError(phrase("the stream %(source)s exists already", source=stream.source))
        connection = _connect(path)
        try:
            with connection:
                connection.executescript(f"BEGIN;{_SCHEMA}")
                connection.execute(
                    "INSERT INTO stream VALUES (1, ?, ?, ?, ?)",
                    (stream.source, stream.sitting_id, stream.attempt_id, stream.generation),
                )
        except sqlite3.Error as error:
            connection.close()
            told = phrase("%(file)s cannot be written [%(error)s]", file=path.name, error=str(error))
            raise OutboxError(told, hint=FREE_SPACE) from error
        return cls(path, connection, stream, _Found())

    @classmethod
    def open(cls, path: Path) -> Outbox:
        """Open a stream's file as a crash may have left it. Raises OutboxError when it is not one."""
        if _lost_its_head(path):
            raise OutboxError(
                phrase("%(file)s is empty, but its log is not", file=path.name),
                hint=phrase("Copy the folder before anything else."),
            )
        connection = _connect(path)
        try:
            row = connection.execute("SELECT source, sitting_id, attempt_id, generation FROM stream").fetchone()
            last, unsettled = connection.execute(
                "SELECT coalesce(max(seq), ?), count(*) - count(verdict) FROM record", (FIRST_SEQ - 1,)
            ).fetchone()
            set_aside = connection.execute("PRAGMA user_version").fetchone()[0] == _SET_ASIDE
        except sqlite3.Error as error:
            connection.close()
            raise _unreadable(path, error) from error
        if row is None:
            connection.close()
            raise OutboxError(phrase("%(file)s names no stream", file=path.name))
        return cls(path, connection, Stream(*row), _Found(last, unsettled, set_aside))

    @property
    def last_seq(self) -> int:
        """The number of the newest record; 1 when only the sign-in has happened."""
        return self._last_seq

    @property
    def is_set_aside(self) -> bool:
        """Whether its sitting was no longer the one served when the room last spoke; remembered over restarts."""
        return self._set_aside

    def set_aside(self, aside: bool) -> None:
        """Remember that this file waits for its sitting to be served again, or no longer waits. Raises OutboxError."""
        if aside == self._set_aside:
            return
        try:
            with self._lock:
                self._connection.execute(f"PRAGMA user_version = {_SET_ASIDE if aside else 0}")
        except sqlite3.Error as error:
            raise _not_taken(error) from error
        self._set_aside = aside

    def append(self, body: Mapping[str, object]) -> int:
        """Store one record durably and give its number. Raises OutboxError; then nothing was stored."""
        message = canonical.encode(dict(body)).decode("utf-8")
        with self._lock:
            seq = self._last_seq + 1
            if seq > MAX_RECORDS:
                raise OutboxError(phrase("one stream holds %(max)s records at most", max=MAX_RECORDS))
            try:
                with self._connection:
                    self._connection.execute("INSERT INTO record (seq, message) VALUES (?, ?)", (seq, message))
            except sqlite3.Error as error:
                raise _not_taken(error) from error
            self._last_seq = seq
            self._unsettled += 1
            return seq

    def hold_space(self, octets: int) -> bool:
        """Have so many bytes free inside the file, for records on a disk that is full by then; False when it is already."""
        with self._lock:
            return sql_reserve.reserve(self._connection, octets)

    def after(self, seq: int, limit: int) -> list[Held]:
        """The records numbered above `seq`, in order, at most `limit`. Raises OutboxError when the disk cannot be read."""
        query = "SELECT seq, message, verdict FROM record WHERE seq > ? ORDER BY seq LIMIT ?"
        return [Held(*row) for row in self._rows(query, (seq, limit))]

    def settle(self, verdicts: Sequence[tuple[int, str]]) -> None:
        """Note what the server durably decided, so that a restarted kiosk shows the truth at once.

        Raises OutboxError when the disk does not take it; then nothing was noted.
        """
        try:
            with self._lock, self._connection:
                self._connection.executemany(
                    "UPDATE record SET verdict = ? WHERE seq = ?", [(verdict, seq) for seq, verdict in verdicts]
                )
                self._unsettled = self._connection.execute(_UNSETTLED).fetchone()[0]
        except sqlite3.Error as error:
            raise _not_taken(error) from error

    def unsettled(self) -> int:
        """How many records have no verdict yet; read from memory, so that a page may ask at any time."""
        return self._unsettled

    def first_unsettled(self) -> int | None:
        """The lowest number without a verdict, or None. Raises OutboxError when the disk cannot be read."""
        lowest: int | None = self._rows("SELECT min(seq) FROM record WHERE verdict IS NULL", ())[0][0]
        return lowest

    def digest_of(self, seq: int) -> str | None:
        """SHA-256 (hex) of the record numbered `seq` as it is sent; None when it is not here. Raises OutboxError."""
        rows = self._rows("SELECT message FROM record WHERE seq = ?", (seq,))
        return hashlib.sha256(rows[0][0].encode("utf-8")).hexdigest() if rows else None

    def _rows(self, query: str, values: tuple[int, ...]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:  # also a file that was released and closed a moment ago
            raise _unreadable(self.path, error) from error

    def bodies(self) -> Iterator[tuple[Held, Mapping[str, object]]]:
        """Every record with its parsed body, oldest first."""
        for held in self.after(FIRST_SEQ - 1, MAX_RECORDS):
            yield held, json.loads(held.message)

    def close(self) -> None:
        """Close the file; a later call on this object that needs it raises OutboxError."""
        with self._lock:
            self._connection.close()

    def release(self) -> None:
        """Delete the file: only after the server said that every required copy is confirmed."""
        self.close()
        _remove(self.path)


@dataclass(frozen=True, slots=True)
class Opened:
    """The outboxes found on this machine: usable ones by source, and the names of files that cannot be read."""

    outboxes: Mapping[str, Outbox]
    damaged: tuple[str, ...]


def open_all(folder: Path) -> Opened:
    """Every outbox on this machine. A damaged one is named, never deleted: a technician may still rescue it."""
    lasting_folder(folder)
    found: dict[str, Outbox] = {}
    damaged: list[str] = []
    for path in sorted(folder.glob("*.sqlite")):
        if _never_begun(path):
            _remove(path)
            continue
        try:
            outbox = Outbox.open(path)
        except OutboxError:
            damaged.append(path.name)
            continue
        found[outbox.stream.source] = outbox
    return Opened(found, tuple(damaged))


def _never_begun(path: Path) -> bool:
    """Whether a crash left a database without a single table: the stream was never made, so it never held a record."""
    if _lost_its_head(path):
        return False
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.Error:
        return False  # damaged, which is another matter
    return tables == 0


def _lost_its_head(path: Path) -> bool:
    """Whether the file is empty beside a log that is not: SQLite would throw the log away, and with it every record."""
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size == 0 and log.exists() and log.stat().st_size > 0


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _unreadable(path: Path, error: sqlite3.Error) -> OutboxError:
    return OutboxError(phrase("%(file)s cannot be read [%(error)s]", file=path.name, error=str(error)))


def _not_taken(error: sqlite3.Error) -> OutboxError:
    return OutboxError(phrase("the disk did not take a record [%(error)s]", error=str(error)), hint=FREE_SPACE)


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level="IMMEDIATE", timeout=5)
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        connection.execute("PRAGMA synchronous = FULL")  # on the disk before a commit returns (SQLite WAL docs)
    except sqlite3.Error as error:
        connection.close()
        raise _unreadable(path, error) from error
    return connection
