"""Places and values of a workbook in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeVar

from question_bank.phrase import phrase
from question_bank.practical.arguments import figure
from question_bank.practical.findings import Words, quoted
from question_bank.practical.sheet.address import Area, cell_area
from question_bank.practical.sheet.cells import Cell, Sheet

Listed = TypeVar("Listed", bound=Iterable[str])

_SHOWN = 5  # places named in one sentence
NOTHING = phrase("nothing")
EMPTY = phrase("an empty cell")
YES, NO = phrase("yes"), phrase("no")


def place_words(sheet: str, where: Area) -> Words:
    """`sheet TongHop, cell B7`."""
    if where.size == 1:
        return phrase("sheet %(sheet)s, cell %(cell)s", sheet=sheet, cell=where.words())
    return phrase("sheet %(sheet)s, cells %(cells)s", sheet=sheet, cells=where.words())


def sheet_words(sheet: Sheet) -> Words:
    """`sheet TongHop`."""
    return phrase("sheet %(sheet)s", sheet=sheet.name)


def cell_words(sheet: Sheet, cells: Sequence[Cell]) -> Words:
    """The first of some cells, with how many more there are."""
    if len(cells) == 1:
        return place_words(sheet.name, cell_area(cells[0].row, cells[0].column))
    shown = ", ".join(cell_area(one.row, one.column).words() for one in cells[:_SHOWN])
    return phrase("sheet %(sheet)s, cells %(cells)s", sheet=sheet.name, cells=shown + (" …" if len(cells) > _SHOWN else ""))  # fmt: skip


def value_words(sheet: Sheet, cell: Cell) -> Words:
    """What a cell shows: days as days, texts in quotation marks."""
    if cell.value is None or cell.value == "":
        return phrase("a formula without a value") if cell.has_formula else EMPTY
    if isinstance(cell.value, float):
        day = sheet.day(cell) if sheet.look(cell).number_format.is_date else None
        return f"{day:%d/%m/%Y}" if day is not None else figure(Fraction(cell.value)) if abs(cell.value) >= 0.001 or cell.value == 0 else cell.text  # fmt: skip
    return quoted(cell.text)


def formula_words(cell: Cell) -> Words:
    """A cell's formula, or that it has none."""
    return quoted(f"={cell.formula}") if cell.has_formula else phrase("no formula")


def truth_words(said: object) -> Words:
    """Yes or no."""
    return YES if said else NO


def joined(words: Listed) -> str:
    """A list in one line."""
    return ", ".join(words)
