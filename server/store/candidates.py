"""The candidates of each sitting in room.sqlite: every revision of every entry, and the digests of access codes.

The journal holds ids and salted digests of entries; names and codes are here. A change by two officers is written
here first as proposed, then journalled, then settled, so that after a crash the journal tells what became of it.
Instants are ms of room time.
"""

from __future__ import annotations

import hmac
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from sqlite_utils import Database

from question_bank.phrase import phrase
from server.domain import access_codes
from server.domain.roster import Entry
from server.domain.values import RosterChange
from server.errors import RoomError

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE candidate (
      candidate_id TEXT PRIMARY KEY,
      sitting_id   TEXT NOT NULL,
      revision     INTEGER NOT NULL,
      sbd          TEXT NOT NULL,
      full_name    TEXT NOT NULL,
      birth_date   TEXT NOT NULL,  -- YYYY-MM-DD
      unit         TEXT NOT NULL,
      division     TEXT NOT NULL,
      position     TEXT NOT NULL,
      room         TEXT NOT NULL,
      seat         TEXT NOT NULL,
      salt         BLOB NOT NULL CHECK (length(salt) = 16),
      UNIQUE (sitting_id, sbd)
    ) STRICT;
    CREATE TABLE candidate_revision (
      candidate_id TEXT NOT NULL,
      revision     INTEGER NOT NULL,
      sitting_id   TEXT NOT NULL,
      change       TEXT NOT NULL,     -- imported, added, corrected, substituted
      sbd          TEXT NOT NULL,
      full_name    TEXT NOT NULL,
      birth_date   TEXT NOT NULL,
      unit         TEXT NOT NULL,
      division     TEXT NOT NULL,
      position     TEXT NOT NULL,
      room         TEXT NOT NULL,
      seat         TEXT NOT NULL,
      salt         BLOB NOT NULL,
      reason       TEXT NOT NULL,
      first_by     TEXT NOT NULL,     -- an officer's id, or 'cli'
      second_by    TEXT NOT NULL,     -- '' for an import
      at_ms        INTEGER NOT NULL,
      outcome      TEXT NOT NULL CHECK (outcome IN ('proposed', 'made', 'refused')),
      PRIMARY KEY (candidate_id, revision)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX candidate_revision_number ON candidate_revision (sitting_id, sbd) WHERE outcome = 'proposed';
    CREATE TABLE access_code (
      candidate_id TEXT NOT NULL,
      issue        INTEGER NOT NULL,  -- 1, 2 … of this candidate; the highest is the one on the slip
      keyed_hash   BLOB NOT NULL CHECK (length(keyed_hash) = 32),
      made_at_ms   INTEGER NOT NULL,
      made_by      TEXT NOT NULL,
      reason       TEXT NOT NULL,     -- '' for the first
      dead_at_ms   INTEGER,
      PRIMARY KEY (candidate_id, issue)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX access_code_alive ON access_code (candidate_id) WHERE dead_at_ms IS NULL;
    """,
    """
    ALTER TABLE candidate ADD COLUMN extra_time TEXT NOT NULL DEFAULT '';
    ALTER TABLE candidate ADD COLUMN breaks TEXT NOT NULL DEFAULT '';
    ALTER TABLE candidate_revision ADD COLUMN extra_time TEXT NOT NULL DEFAULT '';
    ALTER TABLE candidate_revision ADD COLUMN breaks TEXT NOT NULL DEFAULT '';
    """,
)


class CandidateError(RoomError):
    """The roster was asked for something its caller should have checked (a taken number, an unknown candidate)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate of one sitting as the roster has them now."""

    candidate_id: str
    sitting_id: str
    revision: int
    entry: Entry
    salt: bytes = field(repr=False)

    @property
    def entry_sha256(self) -> bytes:
        """The salted digest that stands for this revision in the journal."""
        return self.entry.sha256(self.salt)


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of an entry. `change` is "imported" or how it changed; `second_by` is "" for an import."""

    candidate: Candidate
    change: str
    reason: str
    first_by: str
    second_by: str
    at_ms: int
    outcome: str


@dataclass(frozen=True, slots=True)
class CodeIssue:
    """One code that was made for a candidate; what it was, nobody knows."""

    candidate_id: str
    issue: int
    made_at_ms: int
    made_by: str
    reason: str
    dead_at_ms: int | None


_ENTRY = "sbd, full_name, birth_date, unit, division, position, room, seat, extra_time, breaks, salt"
_CANDIDATE = f"candidate_id, sitting_id, revision, {_ENTRY}"
_COLUMNS = 14  # of a candidate
_REVISION = f"{_CANDIDATE}, change, reason, first_by, second_by, at_ms, outcome"


class CandidateStore:
    """Reads and writes rosters; every write is one transaction, on disk when the method returns."""

    def __init__(self, database: Database, lock: threading.Lock | None = None) -> None:
        self._connection: sqlite3.Connection = database.conn
        self._lock = lock or threading.Lock()

    # --- reading ---

    def of_sitting(self, sitting_id: str) -> tuple[Candidate, ...]:
        """Everybody of a sitting, by candidate number."""
        return tuple(self._candidates("WHERE sitting_id = ? ORDER BY sbd", (sitting_id,)))

    def by_id(self, candidate_id: str) -> Candidate | None:
        """One candidate."""
        return next(self._candidates("WHERE candidate_id = ?", (candidate_id,)), None)

    def find_by_sbd(self, sitting_id: str, sbd: str) -> Candidate | None:
        """The candidate with this number in this sitting; the case of its letters makes no difference."""
        return next(self._candidates("WHERE sitting_id = ? AND sbd = ?", (sitting_id, sbd.strip().upper())), None)

    def elsewhere(self, sitting_id: str) -> tuple[Candidate, ...]:
        """Everybody of the room's other sittings: who is at the wrong door is told which one is theirs."""
        return tuple(self._candidates("WHERE sitting_id <> ? ORDER BY sitting_id, sbd", (sitting_id,)))

    def count(self, sitting_id: str) -> int:
        """How many candidates a sitting has."""
        with self._lock:
            row = self._connection.execute(
                "SELECT count(*) FROM candidate WHERE sitting_id = ?", (sitting_id,)
            ).fetchone()
        return int(row[0])

    def revisions(self, sitting_id: str) -> tuple[Revision, ...]:
        """Every change after the import, oldest first; refused ones too."""
        return tuple(self._revisions("WHERE sitting_id = ? AND change <> 'imported'", (sitting_id,)))

    def history(self, sitting_id: str) -> tuple[Revision, ...]:
        """Every revision, the imported ones too, oldest first; refused ones too."""
        return tuple(self._revisions("WHERE sitting_id = ?", (sitting_id,)))

    def proposed(self) -> tuple[Revision, ...]:
        """Changes nobody knows the outcome of: the room stopped between writing and settling them."""
        return tuple(self._revisions("WHERE outcome = 'proposed'", ()))

    # --- importing ---

    def replace_all(
        self, sitting_id: str, entries: Sequence[Entry], by: str, now_ms: int, token: Callable[[int], bytes]
    ) -> tuple[Candidate, ...]:
        """Make these entries the sitting's roster. The caller has made sure that nobody has signed in.

        Raises CandidateError while a change by two officers is under way.
        Whoever was on the roster before under the same number and as the same person keeps their id and access code;
        everybody else's code dies. `token(n)` gives n random bytes.
        """
        if any(revision.candidate.sitting_id == sitting_id for revision in self.proposed()):
            raise CandidateError(
                phrase("an entry is being changed"), hint=phrase("Finish that change, then import again.")
            )
        before = {(old.entry.sbd, old.entry.person): old for old in self.of_sitting(sitting_id)}
        after = [self._imported(sitting_id, entry, before.get((entry.sbd, entry.person)), token) for entry in entries]
        kept = {candidate.candidate_id for candidate in after}
        with self._transaction() as connection:
            connection.execute("DELETE FROM candidate WHERE sitting_id = ?", (sitting_id,))
            for old in before.values():
                if old.candidate_id not in kept:
                    self._kill(connection, old.candidate_id, now_ms)
            for candidate in after:
                self._insert(connection, candidate)
                revision = Revision(candidate, "imported", "", by, "", now_ms, "made")
                self._insert_revision(connection, revision)
        return tuple(after)

    # --- changing afterwards ---

    def propose(
        self, candidate: Candidate, change: RosterChange, reason: str, officers: tuple[str, str], now_ms: int
    ) -> None:
        """Write down a change before it is journalled: `candidate` is the entry as it shall be, one revision on.

        Raises CandidateError when another change of the same candidate, or to the same number, is under way, or the
        number belongs to someone else: a change that is journalled can always be made.
        """
        taken = self.find_by_sbd(candidate.sitting_id, candidate.entry.sbd)
        if taken is not None and taken.candidate_id != candidate.candidate_id:
            raise CandidateError(phrase("the candidate number is taken"), hint=phrase("Choose another number."))
        try:
            with self._transaction() as connection:
                self._insert_revision(
                    connection, Revision(candidate, change.value, reason, *officers, now_ms, "proposed")
                )
        except sqlite3.IntegrityError as error:
            raise CandidateError(
                phrase("someone else is changing this entry"), hint=phrase("Look at it again, then change it.")
            ) from error

    def settle(self, revision: Revision, *, made: bool, now_ms: int) -> None:
        """Make a proposed change the candidate's entry, or note that it was refused. Settling twice changes nothing.

        A substituted candidate's access code dies: it was handed to someone else.
        """
        candidate = revision.candidate
        key = (candidate.candidate_id, candidate.revision)
        with self._transaction() as connection:
            settled = connection.execute(
                "UPDATE candidate_revision SET outcome = ?"
                " WHERE candidate_id = ? AND revision = ? AND outcome = 'proposed'",
                ("made" if made else "refused", *key),
            ).rowcount
            if settled and made:
                connection.execute("DELETE FROM candidate WHERE candidate_id = ?", key[:1])
                self._insert(connection, candidate)
            if settled and made and revision.change == RosterChange.SUBSTITUTED:
                self._kill(connection, candidate.candidate_id, now_ms)

    # --- access codes ---

    def issue_codes(self, hashes: Sequence[tuple[str, bytes]], by: str, now_ms: int, reason: str = "") -> None:
        """Give candidates (ids) the codes with these keyed hashes; whatever code they had before is dead."""
        with self._transaction() as connection:
            for candidate_id, keyed_hash in hashes:
                self._kill(connection, candidate_id, now_ms)
                connection.execute(
                    "INSERT INTO access_code (candidate_id, issue, keyed_hash, made_at_ms, made_by, reason)"
                    " SELECT ?, coalesce(max(issue), 0) + 1, ?, ?, ?, ? FROM access_code WHERE candidate_id = ?",
                    (candidate_id, keyed_hash, now_ms, by, reason, candidate_id),
                )

    def check_code(self, key: bytes, sitting_id: str, sbd: str, code: str) -> Candidate | None:
        """Who signs in with this number and this code; None for a wrong number or code alike.

        `key` is the room's (`RoomIdentity.access_code_key`); a dead code is wrong. Counting tries is the caller's.
        """
        candidate, typed = self.find_by_sbd(sitting_id, sbd), access_codes.read(code)
        if candidate is None or typed is None:
            return None
        with self._lock:
            row = self._connection.execute(
                "SELECT keyed_hash FROM access_code WHERE candidate_id = ? AND dead_at_ms IS NULL",
                (candidate.candidate_id,),
            ).fetchone()
        right = access_codes.keyed_hash(key, sitting_id, candidate.candidate_id, typed)
        return candidate if row is not None and hmac.compare_digest(row[0], right) else None

    def with_code(self, sitting_id: str) -> frozenset[str]:
        """The ids of a sitting's candidates who have a living code."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT candidate_id FROM access_code JOIN candidate USING (candidate_id)"
                " WHERE sitting_id = ? AND dead_at_ms IS NULL",
                (sitting_id,),
            ).fetchall()
        return frozenset(row[0] for row in rows)

    def issues(self, candidate_id: str) -> tuple[CodeIssue, ...]:
        """Every code that was made for a candidate, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT candidate_id, issue, made_at_ms, made_by, reason, dead_at_ms FROM access_code"
                " WHERE candidate_id = ? ORDER BY issue",
                (candidate_id,),
            ).fetchall()
        return tuple(CodeIssue(*row) for row in rows)

    # --- inside ---

    def _imported(
        self, sitting_id: str, entry: Entry, old: Candidate | None, token: Callable[[int], bytes]
    ) -> Candidate:
        candidate_id, revision = ("c" + token(8).hex(), 1) if old is None else (old.candidate_id, old.revision + 1)
        return Candidate(candidate_id, sitting_id, revision, entry, token(16))

    def _kill(self, connection: sqlite3.Connection, candidate_id: str, now_ms: int) -> None:
        connection.execute(
            "UPDATE access_code SET dead_at_ms = ? WHERE candidate_id = ? AND dead_at_ms IS NULL",
            (now_ms, candidate_id),
        )

    def _insert(self, connection: sqlite3.Connection, candidate: Candidate) -> None:
        connection.execute(f"INSERT INTO candidate ({_CANDIDATE}) VALUES ({_marks(_COLUMNS)})", _values(candidate))  # noqa: S608

    def _insert_revision(self, connection: sqlite3.Connection, revision: Revision) -> None:
        connection.execute(
            f"INSERT INTO candidate_revision ({_REVISION}) VALUES ({_marks(_COLUMNS + 6)})",  # noqa: S608
            (
                *_values(revision.candidate), revision.change, revision.reason, revision.first_by, revision.second_by,
                revision.at_ms, revision.outcome,
            ),
        )  # fmt: skip

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection as connection:
            yield connection

    def _candidates(self, where: str, parameters: Sequence[str]) -> Iterator[Candidate]:
        with self._lock:
            rows = self._connection.execute(f"SELECT {_CANDIDATE} FROM candidate {where}", parameters).fetchall()  # noqa: S608
        yield from map(_candidate, rows)

    def _revisions(self, where: str, parameters: Sequence[str]) -> Iterator[Revision]:
        with self._lock:
            rows = self._connection.execute(
                f"SELECT {_REVISION} FROM candidate_revision {where} ORDER BY at_ms, candidate_id, revision",  # noqa: S608
                parameters,
            ).fetchall()
        for row in rows:
            yield Revision(_candidate(row[:_COLUMNS]), *row[_COLUMNS:])


def _candidate(row: Sequence[object]) -> Candidate:
    candidate_id, sitting_id, revision, sbd, full_name, birth_date, *rest, salt = row
    entry = Entry(str(sbd), str(full_name), date.fromisoformat(str(birth_date)), *map(str, rest))
    assert isinstance(revision, int) and isinstance(salt, bytes)  # noqa: PT018 - as the schema says
    return Candidate(str(candidate_id), str(sitting_id), revision, entry, salt)


def _values(candidate: Candidate) -> tuple[object, ...]:
    entry = candidate.entry
    return (
        candidate.candidate_id, candidate.sitting_id, candidate.revision, entry.sbd, entry.full_name,
        entry.birth_date.isoformat(), entry.unit, entry.division, entry.position, entry.room, entry.seat,
        entry.extra_time, entry.breaks, candidate.salt,
    )  # fmt: skip


def _marks(count: int) -> str:
    return ",".join("?" * count)
