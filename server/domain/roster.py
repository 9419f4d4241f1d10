"""The roster of a sitting: its candidates, the rules for them, and what can be wrong with a list of them. Pure.

Nothing is imported while anything is wrong, and nothing wrong is kept back: a person with a list of three hundred
candidates corrects it once. What is changed on the way in without asking (Unicode form, spaces) is noted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TypeAlias

from question_bank import canonical
from server.domain.arrangements import Arrangement
from server.domain.names import NameKey, sort_key
from server.domain.roster_fields import Code

Person: TypeAlias = tuple[str, date, str]
_NEWER = ("extra_time", "breaks")


@dataclass(frozen=True, slots=True)
class RosterRules:
    """What the contest asks of a roster. `on` is the day of the sitting; empty lists allow anything.

    Where `divisions` are listed each candidate must have one; `min_age_years` is in completed years on that day.
    """

    on: date
    min_age_years: int | None = None
    divisions: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()


def person(full_name: str, birth_date: date, unit: str) -> Person:
    """What makes two entries the same person, until an identity document says otherwise."""
    return full_name.casefold(), birth_date, unit.casefold()


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate as the roster has them; "" where the list says nothing. All text is NFC."""

    sbd: str
    full_name: str
    birth_date: date
    unit: str
    division: str = ""
    position: str = ""
    room: str = ""
    seat: str = ""
    extra_time: str = ""  # granted beforehand: minutes ("15") or a share ("25%"), server/domain/arrangements.py
    breaks: str = ""  # minutes

    def sha256(self, salt: bytes) -> bytes:
        """The digest that stands for this entry in the journal; the salt keeps a name from being guessed by it."""
        values = {field.name: str(getattr(self, field.name)) for field in fields(self)}
        for name in _NEWER:  # entries without them have the digests they always had
            values = {key: value for key, value in values.items() if key != name or value}
        return canonical.digest({"format": "exam-roster-entry/1", "salt": salt.hex(), "entry": values})

    @property
    def arrangement(self) -> Arrangement:
        """What was granted beforehand."""
        return Arrangement(self.extra_time, self.breaks)

    @property
    def by_name(self) -> tuple[NameKey, str]:
        """The key that puts entries in the order of a Vietnamese list."""
        return sort_key(self.full_name), self.sbd

    @property
    def person(self) -> Person:
        """Who this is, for comparing."""
        return person(self.full_name, self.birth_date, self.unit)


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """One thing wrong, and where: the row's number in the file (0: the whole file) and the column as people find it.

    `value` is what stands there, shortened; `detail` is what else the sentence about it needs (another row, a limit).
    """

    row: int
    column: str
    code: Code
    value: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RosterNote:
    """Something put right on the way in: the text was not NFC, or had needless spaces."""

    row: int
    column: str
    what: str  # "nfc" or "spaces"


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster without problems, its entries in the order of the file."""

    entries: tuple[Entry, ...]
    notes: tuple[RosterNote, ...] = ()

    def by_name(self) -> tuple[Entry, ...]:
        """The entries in the order of a Vietnamese list."""
        return tuple(sorted(self.entries, key=lambda entry: entry.by_name))
