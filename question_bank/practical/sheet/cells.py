"""The cells of a sheet, and the sheet they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from question_bank.practical.sheet.address import Area, cell_area, named
from question_bank.practical.sheet.formula import template, template_filled
from question_bank.practical.sheet.parts import SheetParts
from question_bank.practical.sheet.styles import Font, Look, Styles
from question_bank.practical.sheet.texts import canon

_WIDE = 16_384 + 1  # more than the columns of a sheet: a row and a column make one number
EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of a workbook has no zone
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_MOST_DAY = 2_958_466  # 31 December 9999

Value = float | str | bool | None


class ErrorValue(str):
    """An error that a cell holds: `#N/A`."""

    __slots__ = ()


class RichText(str):
    """A text whose runs look different; `fonts` are theirs, with how many characters each has."""

    __slots__ = ("fonts",)
    fonts: tuple[tuple[int, Font], ...]


class Shared(NamedTuple):
    """A formula written once for many cells: its text, and how far this cell stands from where it was written."""

    text: str
    rows: int
    columns: int


class Cell:
    """One cell: what it shows (`value`), and how it comes to it (`formula`, without its `=`; empty for a typed value)."""

    __slots__ = ("_formula", "array", "column", "row", "style", "value")

    def __init__(self, row: int, column: int, style: int, value: Value, formula: str | Shared, array: str = "") -> None:
        self.row = row
        self.column = column
        self.style = style
        self.value = value
        self.array = array  # the area of an array formula
        self._formula = formula

    @property
    def formula(self) -> str:
        """The formula as it would be typed into this cell."""
        said = self._formula
        if isinstance(said, Shared):
            said = "".join(template_filled(template(said.text), said.rows, said.columns))
            self._formula = said
        return said

    @property
    def has_formula(self) -> bool:
        """Whether it is calculated."""
        return bool(self._formula)

    @property
    def is_number(self) -> bool:
        """Whether it holds a number (a date is one)."""
        return isinstance(self.value, float)

    @property
    def is_empty(self) -> bool:
        """Whether it neither shows nor calculates anything."""
        return (self.value is None or (isinstance(self.value, str) and not self.value.strip())) and not self._formula

    @property
    def text(self) -> str:
        """What it holds as words: whole numbers without a point."""
        match self.value:
            case None:
                return ""
            case bool():
                return "TRUE" if self.value else "FALSE"
            case float():
                return f"{self.value:.15g}"
            case _:
                return str(self.value)


@dataclass(slots=True)
class Sheet:
    """One sheet: its cells by place, and everything else that stands on it."""

    name: str
    state: str = "visible"  # visible, hidden, veryHidden
    position: int = 0
    parts: SheetParts = field(default_factory=SheetParts)
    styles: Styles = field(default_factory=Styles)
    epoch: datetime = EPOCH_1900
    _cells: dict[int, Cell] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0

    def put(self, cell: Cell) -> None:
        """One more cell, while the file is read."""
        self._cells[cell.row * _WIDE + cell.column] = cell
        self.last_row = max(self.last_row, cell.row)
        self.last_column = max(self.last_column, cell.column)

    def at(self, row: int, column: int) -> Cell | None:
        """A cell that is there."""
        return self._cells.get(row * _WIDE + column)

    def cell(self, row: int, column: int) -> Cell:
        """A cell, an empty one where the file has none."""
        found = self._cells.get(row * _WIDE + column)
        return found if found is not None else Cell(row, column, self.parts.style_of(row, column), None, "")

    def cells(self) -> Iterator[Cell]:
        """All cells of the file, in its order."""
        return iter(self._cells.values())

    def used(self, where: Area) -> Area | None:
        """The part of an area within what the sheet uses: a whole column has a million cells."""
        return where.within(Area(1, 1, max(self.last_row, 1), max(self.last_column, 1)))

    def within(self, where: Area) -> Iterator[Cell]:
        """The cells of an area, empty ones too, within what the sheet uses."""
        used = where if where.size == 1 else self.used(where)
        for row, column in used.places() if used else ():
            yield self.cell(row, column)

    def look(self, cell: Cell) -> Look:
        """How a cell looks."""
        return self.styles.look(cell.style)

    def merged(self, row: int, column: int) -> Area:
        """The merged area a cell belongs to; the cell itself where it is not merged."""
        return self.parts.merged_at(row, column) or cell_area(row, column)

    def day(self, cell: Cell) -> datetime | None:
        """The moment a cell holds, None where it holds no number a date can be."""
        return day_of(cell.value, self.epoch)

    def find(self, text: str) -> Iterator[Cell]:
        """Cells that say a text (canonical, with or without a colon or a point at its end), row by row."""
        wanted = _bare(text)
        found = [one for one in self._cells.values() if isinstance(one.value, str) and _bare(one.value) == wanted]
        return iter(sorted(found, key=lambda one: (one.row, one.column)))

    def where(self, where: Area) -> str:
        """A reference to a place of this sheet."""
        return named(self.name, where.words())


def _bare(text: str) -> str:
    return canon(text).rstrip(" :.*")


def day_of(value: Value, epoch: datetime) -> datetime | None:
    """A serial number as a moment; Excel's 29 February 1900 makes days before March 1900 one less."""
    if not isinstance(value, float) or isinstance(value, bool) or not 0 <= value < _MOST_DAY:
        return None
    if epoch == EPOCH_1900 and value < 60:
        value += 1
    return epoch + timedelta(seconds=round(value * 86_400))


def serial(day: datetime, epoch: datetime) -> float:
    """A moment as a serial number."""
    return (day - epoch) / timedelta(days=1)
