"""Other documents that are kept with the bank: blueprints and forms with revisions, and rough copies without."""

from __future__ import annotations

import re
from dataclasses import dataclass

from question_bank.canonical import JSON, decode, encode
from question_bank.phrase import phrase
from question_bank.vault.people import Person
from question_bank.vault.states import No, Refused
from question_bank.vault.store import MAX_CONTENT, Kind, Revision, Store

MOST_ROUGH = 4 * 1024 * 1024  # bytes of one rough copy: a form of all fields of an item has 60 kB
_NAME = re.compile(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Rough:
    """What somebody was typing: of which thing (`item:DVC-001`), who, when, and the fields as they stood."""

    name: str
    by: Person
    at_ms: int
    content: JSON


class Papers:
    """Documents of other parts of the program, by a name like `blueprint:tinh-2026` or `form:primary`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def names(self, family: str = "") -> tuple[str, ...]:
        """All names, or those of one family (`blueprint`)."""
        names = [
            str(row[0])
            for row in self._store.rows("SELECT DISTINCT name FROM revision WHERE kind = 'paper' ORDER BY name")
        ]
        return tuple(name for name in names if not family or name.startswith(f"{family}:"))

    def get(self, name: str, revision: int = 0) -> Revision | None:
        """One revision, the latest for 0."""
        return self._store.revision(Kind.PAPER, name, revision)

    def write(self, name: str, content: JSON, by: Person, why: str = "") -> Refused | int:
        """Add a document or a revision of it; gives the revision's number. The same again adds none."""
        if not _NAME.fullmatch(name):
            return Refused(No.BAD_CONTENT, phrase("this is not the name of a document: “%(name)s”", name=name))
        with self._store.doing():
            before = self.get(name)
            if before is not None and before.content == content:
                return before.number
            change = self._store.change(by, "written", Kind.PAPER, name, why)
            self._store.run("DELETE FROM rough WHERE name = ? AND person = ?", (f"paper:{name}", by))
            return self._store.add_revision(Kind.PAPER, name, change, content)


class Roughs:
    """Rough copies: what is typed and not kept yet, one for each person and thing (docs/vault.md §3)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, name: str, content: JSON, by: Person) -> Refused | None:
        """Keep what is being typed in the place of what was. `name` is `item:ID`, or any other of at most 200 letters."""
        data = encode(content)
        if len(data) > MOST_ROUGH or not 0 < len(name) <= 200:
            return Refused(No.BAD_CONTENT, phrase("the text is too long"))
        with self._store.doing():
            self._store.run(
                "INSERT INTO rough (name, person, at_ms, content) VALUES (?, ?, ?, ?) ON CONFLICT (name, person)"
                " DO UPDATE SET at_ms = excluded.at_ms, content = excluded.content",
                (name, by, self._store.now(), data.decode()),
            )
        return None

    def get(self, name: str, by: Person) -> Rough | None:
        """What this person was typing."""
        return next((one for one in self.all(by) if one.name == name), None)

    def all(self, by: Person | None = None) -> tuple[Rough, ...]:
        """All of them, or one person's, the latest first."""
        rows = self._store.rows("SELECT name, person, at_ms, content FROM rough ORDER BY at_ms DESC, name")
        found = [
            Rough(name, Person(person), at_ms, decode(content.encode(), MAX_CONTENT))
            for name, person, at_ms, content in rows
        ]
        return tuple(one for one in found if by is None or one.by == by)

    def drop(self, name: str, by: Person) -> None:
        """Throw it away."""
        with self._store.doing():
            self._store.run("DELETE FROM rough WHERE name = ? AND person = ?", (name, by))
