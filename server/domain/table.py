"""A table as it came out of a spreadsheet file, before anything is believed of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CellKind(Enum):
    """What a spreadsheet says a cell holds; a .csv knows only EMPTY and TEXT."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"  # text is the number as shown: "147", "0147" with a zero-padding format, "147.5"
    DATE = "date"  # text is YYYY-MM-DD, with THH:MM:SS when the time is not midnight
    BOOLEAN = "boolean"
    FORMULA = "formula"  # text is the formula; nothing is computed
    ERROR = "error"  # text is #N/A and its like


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `merged` tells that it belongs to a range of merged cells."""

    kind: CellKind
    text: str
    merged: bool = False

    @property
    def blank(self) -> bool:
        """Nothing in it a person could see."""
        return self.kind is CellKind.EMPTY or (self.kind is CellKind.TEXT and not self.text.strip())


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number in the file (the first is 1), as a person sees it in the spreadsheet."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """The cell of a column (the first is 0); beyond the end of the row, an empty one."""
        return self.cells[column] if column < len(self.cells) else EMPTY

    @property
    def blank(self) -> bool:
        """Nothing in the whole row."""
        return all(cell.blank for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet in order, with the sheet's name ("" for a .csv)."""

    sheet: str
    rows: tuple[Row, ...]


EMPTY = Cell(CellKind.EMPTY, "")


def column_letters(column: int) -> str:
    """The name a spreadsheet gives a column: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
