"""A list of officers as a spreadsheet holds it: every officer, or everything that is wrong. Pure.

The same manner as a roster's: forty-five people are not typed by hand, and a list is corrected once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from server.domain.names import lookalikes, search_key, tidy
from server.domain.rights import Role
from server.domain.roster_columns import header_key
from server.domain.table import Cell, CellKind, Row, Table, column_letters

MAX_ROWS = 500  # officers in one list; the largest plan names about sixty people
HEADER_WITHIN_ROWS = 20
MAX_NAME, MAX_BODY = 80, 120  # characters

USER_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


class Column(Enum):
    """What a column of the list holds."""

    FULL_NAME = "full_name"
    USER_NAME = "user_name"
    ROLE = "role"
    BODY = "body"
    SERIAL = "serial"
    NOTE = "note"


HEADERS: Mapping[Column, tuple[str, ...]] = {
    Column.FULL_NAME: ("Họ và tên", "Họ tên", "Full name", "Name"),
    Column.USER_NAME: ("Tên đăng nhập", "Tài khoản", "Tên tài khoản", "User name", "Account"),
    Column.ROLE: ("Vai trò", "Nhiệm vụ", "Role"),
    Column.BODY: ("Đơn vị", "Đơn vị công tác", "Ban", "Cơ quan", "Body", "Unit"),
    Column.SERIAL: ("STT", "TT", "Số thứ tự", "No", "#"),
    Column.NOTE: ("Ghi chú", "Note"),
}

ROLE_NAMES: Mapping[Role, tuple[str, ...]] = {
    Role.TECHNICAL: ("technical", "Tổ Kỹ thuật", "Kỹ thuật", "Kỹ thuật viên", "Technical Team"),
    Role.PROCTOR: ("proctor", "Ban Coi thi", "Coi thi", "Cán bộ coi thi", "Giám thị", "Proctor"),
    Role.SETTING: ("setting", "Ban Đề thi", "Ban Ra đề", "Ra đề", "Exam-setting Committee"),
    Role.JURY: ("jury", "Ban Giám khảo", "Giám khảo", "Jury"),
    Role.SECRETARIAT: ("secretariat", "Tổ Thư ký", "Ban Thư ký", "Thư ký", "Secretariat"),
    Role.ORGANISING: ("organising", "Ban Tổ chức", "Tổ chức", "Organising Committee"),
}

_COLUMN_OF = {header_key(name): column for column, names in HEADERS.items() for name in names}
_ROLE_OF = {header_key(name): role for role, names in ROLE_NAMES.items() for name in names}
_NEEDED = (Column.FULL_NAME, Column.ROLE)


class Code(Enum):
    """Everything that can be wrong with a list of officers; its sentences are in server/web/officer_wording.py."""

    NO_HEADER = "no_header"
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    EMPTY_ROW = "empty_row"
    NOT_PLAIN = "not_plain"
    MISSING = "missing"
    TOO_LONG = "too_long"
    LOOKALIKE = "lookalike"
    NAME_MALFORMED = "name_malformed"
    USER_NAME_MALFORMED = "user_name_malformed"
    USER_NAME_TAKEN = "user_name_taken"
    ROLE_UNKNOWN = "role_unknown"


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """One officer of the list; the user name is made from the name where the list gives none."""

    full_name: str
    user_name: str
    role: Role
    body: str


@dataclass(frozen=True, slots=True)
class OfficerProblem:
    """One thing wrong: the row in the file (0: the whole file) and the column as people find it."""

    row: int
    column: str
    code: Code
    value: str = ""


def read_officers(table: Table, taken: Collection[str]) -> tuple[OfficerRow, ...] | list[OfficerProblem]:
    """The officers of a list, or every problem it has. `taken`: user names that already belong to someone."""
    for index, row in enumerate(table.rows[:HEADER_WITHIN_ROWS]):
        found = [_COLUMN_OF.get(header_key(cell.text)) for cell in row.cells]
        if sum(column is not None for column in found) >= 2:
            return _Reader(row, taken).read(table.rows[index + 1 :])
    return [OfficerProblem(0, "", Code.NO_HEADER)]


def suggested_user_name(full_name: str, taken: Collection[str]) -> str:
    """The user name offices make of a name: given name, then the other words' initials (Lê Văn An: anlv, anlv2 …)."""
    words = ["".join(sign for sign in search_key(word) if "a" <= sign <= "z") for word in full_name.split()]
    words = [word for word in words if word] or ["officer"]
    base = (words[-1] + "".join(word[0] for word in words[:-1]))[:28].ljust(2, "x")
    number = 1
    while (name := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    return name


class _Reader:
    """Reads rows by one header and keeps what is wrong with them."""

    def __init__(self, header: Row, taken: Collection[str]) -> None:
        self.problems: list[OfficerProblem] = []
        self.columns: dict[Column, int] = {}
        self.titles: dict[int, str] = {}
        self.taken = set(taken)
        for at, cell in enumerate(header.cells):
            column = _COLUMN_OF.get(header_key(cell.text))
            self.titles[at] = tidy(cell.text)
            if column is not None and column not in self.columns:
                self.columns[column] = at
            elif not cell.blank:
                self.problems.append(
                    OfficerProblem(header.number, self._title(at), Code.COLUMN_UNKNOWN, cell.text[:60])
                )
        for column in _NEEDED:
            if column not in self.columns:
                self.problems.append(OfficerProblem(header.number, "", Code.COLUMN_MISSING, column.value))

    def read(self, below: tuple[Row, ...]) -> tuple[OfficerRow, ...] | list[OfficerProblem]:
        rows = list(below)
        while rows and rows[-1].blank:
            rows.pop()
        if not rows or len(rows) > MAX_ROWS:
            code = Code.TOO_MANY_ROWS if rows else Code.NO_ROWS
            return [*self.problems, OfficerProblem(0, "", code, str(MAX_ROWS))]
        # Names that the list itself gives go first, so that none made up here takes one of them.
        given = [self._given(row) for row in rows]
        found = [self._officer(row, name) for row, name in zip(rows, given, strict=True)]
        officers = tuple(officer for officer in found if officer is not None)
        return sorted(self.problems, key=lambda problem: problem.row) if self.problems else officers

    def _given(self, row: Row) -> str | None:
        """The user name in a row; None where there is none or it cannot be used."""
        cell = self._cell(row, Column.USER_NAME)
        if cell.blank:
            return None
        name = tidy(cell.text).casefold()
        if not USER_NAME.fullmatch(name):
            self._wrong(row, Column.USER_NAME, Code.USER_NAME_MALFORMED)
        elif name in self.taken:
            self._wrong(row, Column.USER_NAME, Code.USER_NAME_TAKEN)
        self.taken.add(name)
        return name

    def _officer(self, row: Row, user_name: str | None) -> OfficerRow | None:
        if row.blank:
            self.problems.append(OfficerProblem(row.number, "", Code.EMPTY_ROW))
            return None
        full_name = self._text(row, Column.FULL_NAME, MAX_NAME, needed=True)
        if full_name and (any(sign.isdigit() for sign in full_name) or " " not in full_name):
            self._wrong(row, Column.FULL_NAME, Code.NAME_MALFORMED)
            full_name = None
        body = self._text(row, Column.BODY, MAX_BODY)
        role_text = self._text(row, Column.ROLE, MAX_NAME, needed=True)
        role = _ROLE_OF.get(header_key(role_text or ""))
        if role_text and role is None:
            self._wrong(row, Column.ROLE, Code.ROLE_UNKNOWN)
        if full_name is None or role is None or body is None:
            return None
        name = user_name or suggested_user_name(full_name, self.taken)
        self.taken.add(name)
        return OfficerRow(full_name, name, role, body)

    def _text(self, row: Row, column: Column, most: int, *, needed: bool = False) -> str | None:
        """The text of a cell, "" where it may be empty and is; None with a problem noted."""
        cell = self._cell(row, column)
        if cell.blank and not cell.merged:
            if needed and column in self.columns:
                self._wrong(row, column, Code.MISSING)
            return None if needed else ""
        if cell.merged or cell.kind is not CellKind.TEXT or not cell.text.replace("\n", " ").isprintable():
            self._wrong(row, column, Code.NOT_PLAIN)
            return None
        text = tidy(cell.text)
        if len(text) > most or lookalikes(text):
            self._wrong(row, column, Code.TOO_LONG if len(text) > most else Code.LOOKALIKE)
            return None
        return text

    def _cell(self, row: Row, column: Column) -> Cell:
        at = self.columns.get(column)
        return Cell(CellKind.EMPTY, "") if at is None else row.cell(at)

    def _wrong(self, row: Row, column: Column, code: Code) -> None:
        at = self.columns[column]
        self.problems.append(OfficerProblem(row.number, self._title(at), code, row.cell(at).text[:60]))

    def _title(self, at: int) -> str:
        return f"{column_letters(at)} ({self.titles[at]})"
