"""Addresses of cells: `B7`, `$A$4:G23`, `'Tổng hợp'!B7`. Rows and columns count from 1, areas include both ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_ROW = 1_048_576  # of a sheet (ISO/IEC 29500-1 §18.3.1.73)
MOST_COLUMN = 16_384
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_PLAIN_NAME = re.compile(r"[^\W\d][\w.]*")


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A rectangle of cells."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """How many cells."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def places(self) -> Iterator[tuple[int, int]]:
        """Every (row, column), row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def covers(self, other: Area) -> bool:
        """Whether another area is wholly inside."""
        return self.holds(other.top, other.left) and self.holds(other.bottom, other.right)

    def within(self, other: Area) -> Area | None:
        """What two areas share."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom, right = min(self.bottom, other.bottom), min(self.right, other.right)
        return Area(top, left, bottom, right) if top <= bottom and left <= right else None

    def words(self) -> str:
        """`B7`, `A4:G23`, `A:C`, `1:3`."""
        if self.top == 1 and self.bottom == MOST_ROW:
            return f"{letters(self.left)}:{letters(self.right)}"
        if self.left == 1 and self.right == MOST_COLUMN:
            return f"{self.top}:{self.bottom}"
        first = f"{letters(self.left)}{self.top}"
        return first if self.size == 1 else f"{first}:{letters(self.right)}{self.bottom}"


def area(text: str) -> Area | None:
    """The area an address without a sheet names; None for anything else. `$` says nothing here."""
    text = text.strip()
    if (found := _AREA.fullmatch(text)) is not None:
        left, top = number(found[1]), int(found[2])
        right, bottom = (number(found[3]), int(found[4])) if found[3] else (left, top)
    elif (found := _COLUMNS.fullmatch(text)) is not None:
        left, right, top, bottom = number(found[1]), number(found[2]), 1, MOST_ROW
    elif (found := _ROWS.fullmatch(text)) is not None:
        top, bottom, left, right = int(found[1]), int(found[2]), 1, MOST_COLUMN
    else:
        return None
    top, bottom, left, right = min(top, bottom), max(top, bottom), min(left, right), max(left, right)
    return Area(top, left, bottom, right) if top >= 1 and bottom <= MOST_ROW and right <= MOST_COLUMN else None


def cell_area(row: int, column: int) -> Area:
    """The area of one cell."""
    return Area(row, column, row, column)


def place(text: str) -> tuple[int, int] | None:
    """(row, column) of `B7`; None for anything else."""
    found = _CELL.fullmatch(text)
    if found is None:
        return None
    row, column = int(found[2]), number(found[1])
    return (row, column) if 1 <= row <= MOST_ROW and column <= MOST_COLUMN else None


@lru_cache(maxsize=20_000)  # a sheet has 16,384 columns at most
def letters(column: int) -> str:
    """`A` for 1, `AA` for 27."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def number(text: str) -> int:
    """1 for `A`, 27 for `AA`; `text` is one to three letters."""
    found = 0
    for letter in text.upper():
        found = found * 26 + ord(letter) - 64
    return found


def apart(text: str) -> tuple[str, str]:
    """The sheet (without its quotes; empty where none is named) and the rest of a reference."""
    text = text.strip().removeprefix("=")
    if text.startswith("'"):
        end = text.find("'!")
        return ("", text) if end < 0 else (text[1:end].replace("''", "'"), text[end + 2 :])
    sheet, mark, rest = text.rpartition("!")
    return (sheet.removeprefix("$"), rest) if mark else ("", text)


def named(sheet: str, cells: str) -> str:
    """A reference with its sheet, quoted where a formula needs it."""
    plain = _PLAIN_NAME.fullmatch(sheet) and place(sheet) is None
    return f"{sheet}!{cells}" if plain else f"'{sheet.replace(chr(39), chr(39) * 2)}'!{cells}"
