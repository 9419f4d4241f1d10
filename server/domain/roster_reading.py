"""From the rows of a spreadsheet to a roster: every candidate, or everything that is wrong. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from server.domain import roster_fields as read
from server.domain.names import tidy
from server.domain.roster import Entry, Person, Roster, RosterNote, RosterProblem, RosterRules, person
from server.domain.roster_columns import Field, Header, find_header
from server.domain.roster_fields import Code, Wrong
from server.domain.table import EMPTY, Cell, CellKind, Row, Table

MAX_ROWS = 5_000  # candidates of one sitting; a room has at most some hundreds of seats
SHOWN_CHARACTERS = 60  # of a refused value, in its problem

T = TypeVar("T", str, date)

# A row with fewer of these filled, and little else, is text beside the table rather than a candidate.
_TELLING = (Field.SBD, Field.FULL_NAME, Field.FAMILY_NAME, Field.BIRTH_DATE, Field.UNIT)
# The fields of a form, in its order; a file may also split the name in two.
FORM_FIELDS = tuple(field for field in read.LIMITS if field not in (Field.FAMILY_NAME, Field.GIVEN_NAME))


def read_roster(table: Table, rules: RosterRules) -> Roster | list[RosterProblem]:
    """The roster written in a table, or every problem it has, by row."""
    header = find_header(table)
    if header is None:
        return [RosterProblem(0, "", Code.NO_HEADER)]
    rows = _body(table, header)
    if len(rows) > MAX_ROWS:
        return [RosterProblem(0, "", Code.TOO_MANY_ROWS, str(len(rows)), str(MAX_ROWS))]
    reader = _Reader(header, rules, _zero_width(rows, header))
    reader.check_header()
    if not rows:
        reader.problems.append(RosterProblem(0, "", Code.NO_ROWS))
    entries = [entry for row in rows if (entry := reader.entry(row)) is not None]
    if reader.problems:
        return sorted(reader.problems, key=lambda problem: problem.row)
    return Roster(tuple(entries), tuple(reader.notes))


def check_entry(entry: Mapping[Field, str], rules: RosterRules, others: Sequence[Entry]) -> Entry | list[RosterProblem]:
    """One entry as typed into a form, by the same rules as a file's; `others` are those it must not collide with.

    The problems' columns are the fields' values ("birth_date").
    """
    places = dict(enumerate(FORM_FIELDS))
    header = Header(0, 0, {field: at for at, field in places.items()}, {}, (), ())
    reader = _Reader(header, rules, 0, {at: field.value for at, field in places.items()})
    for other in others:
        reader.remember(other)
    found = reader.entry(Row(1, tuple(Cell(CellKind.TEXT, entry.get(field, "")) for field in FORM_FIELDS)))
    return reader.problems if found is None or reader.problems else found


def _body(table: Table, header: Header) -> list[Row]:
    rows = list(table.rows[header.index + 1 :])
    while rows and rows[-1].blank:
        rows.pop()
    return rows


def _zero_width(rows: Sequence[Row], header: Header) -> int:
    """The length of candidate numbers written with leading zeros; 0 where none is."""
    at = header.columns.get(Field.SBD)
    texts = [row.cell(at).text.strip() for row in rows] if at is not None else []
    return max((len(text) for text in texts if text.startswith("0") and text.isdecimal()), default=0)


class _Reader:
    """Reads rows by one header, and keeps what is wrong with them and what two of them may not share."""

    def __init__(
        self, header: Header, rules: RosterRules, zero_width: int, names: Mapping[int, str] | None = None
    ) -> None:
        self.header, self.rules, self.zero_width, self.names = header, rules, zero_width, names
        self.problems: list[RosterProblem] = []
        self.notes: list[RosterNote] = []
        self._numbers: dict[str, int] = {}
        self._people: dict[Person, int] = {}
        self._seats: dict[tuple[str, str], int] = {}

    def remember(self, entry: Entry, row: int = 0) -> None:
        """Take an entry as one that later ones must differ from."""
        self._numbers.setdefault(entry.sbd, row)
        self._people.setdefault(entry.person, row)
        if entry.seat:
            self._seats.setdefault((entry.room, entry.seat), row)

    def check_header(self) -> None:
        """Note columns that are missing, that appear twice, or that nobody knows."""
        have = self.header.columns
        named = Field.FULL_NAME in have or {Field.FAMILY_NAME, Field.GIVEN_NAME} <= have.keys()
        needed = [Field.SBD, Field.BIRTH_DATE, Field.UNIT] + [Field.DIVISION] * bool(self.rules.divisions)
        missing = [field for field in needed if field not in have] + [Field.FULL_NAME] * (not named)
        where = self.header.row
        self.problems += [RosterProblem(where, "", Code.COLUMN_MISSING, field.value) for field in missing]
        for code, columns in ((Code.COLUMN_TWICE, self.header.twice), (Code.COLUMN_UNKNOWN, self.header.unknown)):
            self.problems += [
                RosterProblem(where, self._column(at), code, title[:SHOWN_CHARACTERS]) for at, title in columns
            ]

    def entry(self, row: Row) -> Entry | None:
        """The entry of a row, or None with what is wrong noted."""
        if row.blank and not any(cell.merged for cell in row.cells):
            self.problems.append(RosterProblem(row.number, "", Code.EMPTY_ROW))
            return None
        if self._stray(row):
            return None
        before = len(self.problems)
        number, name, born = self._number(row), self._name(row), self._born(row)
        unit = self._read(row, Field.UNIT, _text, needed=True)
        division = self._choice(row, Field.DIVISION, self.rules.divisions, Code.DIVISION_UNKNOWN)
        position = self._read(row, Field.POSITION, _text)
        place = self._place(row)
        extra = self._read(row, Field.EXTRA_TIME, read.extra_time)
        breaks = self._read(row, Field.BREAKS, read.breaks)
        if (
            name
            and born
            and unit
            and (first := self._people.setdefault(person(name, born, unit), row.number)) != row.number
        ):
            self._wrong(row, self._name_field, Wrong(Code.PERSON_DUPLICATE, str(first)))
        if number is None or name is None or born is None or unit is None or place is None:
            return None
        if len(self.problems) > before:
            return None
        return Entry(number, name, born, unit, division or "", position or "", *place, extra or "", breaks or "")

    def _number(self, row: Row) -> str | None:
        number = self._read(row, Field.SBD, read.sbd, needed=True)
        if number is None:
            return None
        if self._cell(row, Field.SBD).kind is CellKind.NUMBER and len(number) < self.zero_width:
            self._wrong(row, Field.SBD, Wrong(Code.SBD_LOST_ZEROS, number.zfill(self.zero_width)))
            return None
        if (first := self._numbers.setdefault(number, row.number)) != row.number:
            self._wrong(row, Field.SBD, Wrong(Code.SBD_DUPLICATE, str(first)))
        return number

    @property
    def _name_field(self) -> Field:
        return Field.FULL_NAME if Field.FULL_NAME in self.header.columns else Field.GIVEN_NAME

    def _name(self, row: Row) -> str | None:
        if Field.FULL_NAME in self.header.columns:
            return self._read(row, Field.FULL_NAME, read.full_name, needed=True)
        parts = [self._read(row, field, _text, needed=True) for field in (Field.FAMILY_NAME, Field.GIVEN_NAME)]
        if None in parts:
            return None
        joined = read.full_name(Cell(CellKind.TEXT, " ".join(part for part in parts if part)))
        if isinstance(joined, Wrong):
            self._wrong(row, Field.GIVEN_NAME, joined)
            return None
        return joined

    def _born(self, row: Row) -> date | None:
        rules = self.rules
        return self._read(
            row, Field.BIRTH_DATE, lambda cell: read.birth_date(cell, rules.on, rules.min_age_years), needed=True
        )

    def _place(self, row: Row) -> tuple[str, str] | None:
        """Room and seat, each "" where the list says nothing; None when they are wrong."""
        before = len(self.problems)
        room = self._choice(row, Field.ROOM, self.rules.rooms, Code.ROOM_UNKNOWN) or ""
        seat = self._read(row, Field.SEAT, read.seat) or ""
        if len(self.problems) > before:
            return None
        if seat and not room and Field.ROOM in self.header.columns:
            self._wrong(row, Field.SEAT, Wrong(Code.SEAT_WITHOUT_ROOM))
        elif seat and (first := self._seats.setdefault((room, seat), row.number)) != row.number:
            self._wrong(row, Field.SEAT, Wrong(Code.SEAT_TAKEN, str(first)))
        return room, seat

    def _choice(self, row: Row, field: Field, allowed: Sequence[str], code: Code) -> str | None:
        return self._read(row, field, lambda cell: read.one_of(tidy(cell.text), allowed, code), needed=bool(allowed))

    def _read(self, row: Row, field: Field, parse: Callable[[Cell], T | Wrong], *, needed: bool = False) -> T | None:
        """What a cell holds, or None: with a problem noted, or because it may be empty and is."""
        if field not in self.header.columns:
            return None
        cell = self._cell(row, field)
        if cell.blank and not cell.merged:
            if needed:
                self._wrong(row, field, Wrong(Code.MISSING))
            return None
        value = read.text_problem(field, cell) or parse(cell)
        if isinstance(value, Wrong):
            self._wrong(row, field, value)
            return None
        self._note(row, field, cell)
        return value

    def _note(self, row: Row, field: Field, cell: Cell) -> None:
        where = self._column(self.header.columns[field])
        composed = unicodedata.normalize("NFC", cell.text)
        if composed != cell.text:
            self.notes.append(RosterNote(row.number, where, "nfc"))
        if tidy(cell.text) != composed:
            self.notes.append(RosterNote(row.number, where, "spaces"))

    def _stray(self, row: Row) -> bool:
        """Text beside the table: a signature line under it, a total, a serial number with nothing after it."""
        filled = [at for at, cell in enumerate(row.cells) if not cell.blank]
        telling = sum(not self._cell(row, field).blank for field in _TELLING)
        if len(filled) > 2 or telling > 1 or not filled:
            return False
        text = row.cell(filled[0]).text[:SHOWN_CHARACTERS]
        self.problems.append(RosterProblem(row.number, self._column(filled[0]), Code.STRAY_TEXT, text))
        return True

    def _cell(self, row: Row, field: Field) -> Cell:
        at = self.header.columns.get(field)
        return EMPTY if at is None else row.cell(at)

    def _column(self, at: int) -> str:
        return self.names[at] if self.names else self.header.title(at)

    def _wrong(self, row: Row, field: Field, wrong: Wrong) -> None:
        at = self.header.columns[field]
        value = row.cell(at).text[:SHOWN_CHARACTERS]
        self.problems.append(RosterProblem(row.number, self._column(at), wrong.code, value, wrong.detail))


def _text(cell: Cell) -> str | Wrong:
    # An office's name is never a bare number: a column has slipped.
    return Wrong(Code.WRONG_KIND) if cell.kind is CellKind.NUMBER else tidy(cell.text)
