"""What every part of an open vault shares: the database, the lock, the clock, and the record of what was done."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from sqlite_utils import Database

from question_bank.canonical import JSON, decode, digest, encode
from question_bank.vault.people import Person
from question_bank.vault.undoing import Made

MAX_CONTENT = 16 * 1024 * 1024  # bytes of one revision: a form of thousands of items is the largest


class Kind(Enum):
    """What has a history."""

    BANK = "bank"
    ITEM = "item"
    STIMULUS = "stimulus"
    TOPIC = "topic"
    MEDIUM = "medium"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done: `act` in docs/vault.md's words, `body` what belongs to it."""

    number: int
    at_ms: int
    person: Person
    act: str
    kind: Kind
    name: str
    why: str
    body: Mapping[str, JSON]

    def document(self) -> dict[str, JSON]:
        """As `history --json` prints it."""
        return {"change": self.number, "at_ms": self.at_ms, "person": self.person, "act": self.act,
                "kind": self.kind.value, "name": self.name, "why": self.why, "body": {**self.body}}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Revision:
    """The content of a thing from one change to the next."""

    number: int
    change: int
    made: Made
    sha256: str
    content: JSON


class Store:
    """The database with one lock: any thread may call, one at a time. Nothing here touches a disk."""

    def __init__(self, db: Database, now: Callable[[], int]) -> None:
        self.db = db
        self.now = now
        self.lock = threading.RLock()
        self.unsaved = False
        self._versions: Counter[Kind] = Counter()

    @contextmanager
    def doing(self) -> Iterator[None]:
        """Do all of it or, when it raises, nothing."""
        with self.lock:
            before, nested = self.db.conn.total_changes, self.db.conn.in_transaction
            done = False
            try:
                with self.db.atomic():
                    yield
                done = True
            finally:
                if not done:
                    self._versions.update(Kind)  # what was read meanwhile was of what is no more
            self.unsaved |= not nested and self.db.conn.total_changes != before

    def rows(self, sql: str, values: Sequence[str | int | bytes | None] = ()) -> list[sqlite3.Row]:
        """The answer to a query, whole."""
        with self.lock:
            return list(self.db.execute(sql, values))

    def run(self, sql: str, values: Sequence[str | int | bytes | None] = ()) -> None:
        """A statement; only inside `doing`."""
        self.db.execute(sql, values)

    def change(
        self, person: Person, act: str, kind: Kind, name: str, why: str = "", body: Mapping[str, JSON] | None = None
    ) -> int:
        """Record an act; gives its number."""
        values = (self.now(), person, act, kind.value, name, why.strip(), encode(dict(body or {})).decode())
        [row] = self.db.execute(
            "INSERT INTO change (at_ms, person, act, kind, name, why, body) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING change",
            values,
        )
        return int(row[0])

    def history(self, kind: Kind | None = None, name: str = "", most: int = 1000) -> list[Change]:
        """The latest changes, newest first: of everything, of one kind, or of one thing."""
        where, values = "", list[str]()
        if kind is not None:
            where, values = (
                ("WHERE kind = ? AND name = ?", [kind.value, name]) if name else ("WHERE kind = ?", [kind.value])
            )
        query = (
            f"SELECT change, at_ms, person, act, kind, name, why, body FROM change {where} ORDER BY change DESC LIMIT ?"  # noqa: S608
        )
        return [_change(row) for row in self.rows(query, (*values, most))]

    def add_revision(self, kind: Kind, name: str, change: int, content: JSON, made: Made = Made.WRITTEN) -> int:
        """Add a revision; gives its number."""
        data = encode(content)
        [row] = self.db.execute(
            "INSERT INTO revision (kind, name, revision, change, made, sha256, content)"
            " VALUES (?, ?, 1 + (SELECT count(*) FROM revision WHERE kind = ? AND name = ?), ?, ?, ?, ?) RETURNING revision",
            (kind.value, name, kind.value, name, change, made.value, digest(data), data.decode()),
        )
        self._versions[kind] += 1
        return int(row[0])

    def version(self, *kinds: Kind) -> tuple[int, ...]:
        """Something that is another after any revision of these kinds: for keeping what was worked out from them."""
        return tuple(self._versions[kind] for kind in kinds)

    def revision(self, kind: Kind, name: str, number: int = 0) -> Revision | None:
        """One revision of a thing, the latest for 0; None when there is none."""
        found = self.rows(
            "SELECT revision, change, made, hex(sha256), content FROM revision"
            " WHERE kind = ? AND name = ? AND (? = 0 OR revision = ?) ORDER BY revision DESC LIMIT 1",
            (kind.value, name, number, number),
        )
        return _revision(found[0]) if found else None

    def latest(self, kind: Kind) -> dict[str, Revision]:
        """The latest revision of everything of a kind, by name."""
        rows = self.rows(
            "SELECT name, revision, change, made, hex(sha256), content FROM revision r WHERE kind = ? AND revision ="
            " (SELECT max(revision) FROM revision WHERE kind = r.kind AND name = r.name) ORDER BY name",
            (kind.value,),
        )
        return {str(row[0]): _revision(row[1:]) for row in rows}


def _change(row: Sequence[object]) -> Change:
    number, at_ms, person, act, kind, name, why, body = row
    found = decode(str(body).encode(), MAX_CONTENT)
    assert isinstance(number, int)
    assert isinstance(at_ms, int)
    assert isinstance(found, dict)
    return Change(number, at_ms, Person(str(person)), str(act), Kind(kind), str(name), str(why), found)


def _revision(row: Sequence[object]) -> Revision:
    number, change, made, sha256, content = row
    assert isinstance(number, int)
    assert isinstance(change, int)
    return Revision(number, change, Made(made), str(sha256).lower(), decode(str(content).encode(), MAX_CONTENT))
