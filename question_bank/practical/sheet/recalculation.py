"""Workbooks for LibreOffice to recalculate, and what it made of them.

LibreOffice keeps what Excel last calculated unless it is told otherwise; here the kept values are taken out, so that nothing
but a calculation can be read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from question_bank.practical.catalogue import Request
from question_bank.practical.sheet import formula as says
from question_bank.practical.sheet.anchors import Target, locate
from question_bank.practical.sheet.cells import Cell, ErrorValue
from question_bank.practical.sheet.edits import Edited, without_caches
from question_bank.practical.sheet.workbook import Workbook, open_model

AS_IT_IS = "0"  # the key of the workbook in which nothing was changed
MOST_XML = 8 * 1024 * 1024  # bytes of a workbook's sheets that are edited as trees: about half a gigabyte then
# What LibreOffice 7.4 does not know (24.8 knows most of it): its #NAME? there says nothing of the candidate's formula.
_NEWER = frozenset(
    [
        "XLOOKUP",
        "XMATCH",
        "FILTER",
        "SORT",
        "SORTBY",
        "UNIQUE",
        "SEQUENCE",
        "RANDARRAY",
        "LET",
        "LAMBDA",
        "TEXTSPLIT",
        "TEXTBEFORE",
        "TEXTAFTER",
        "VSTACK",
        "HSTACK",
        "TOCOL",
        "TOROW",
        "TAKE",
        "DROP",
        "CHOOSECOLS",
        "CHOOSEROWS",
        "WRAPROWS",
        "WRAPCOLS",
        "EXPAND",
        "BYROW",
        "BYCOL",
        "MAP",
        "REDUCE",
        "SCAN",
        "MAKEARRAY",
        "GROUPBY",
        "PIVOTBY",
    ]
)


class NotRecalculatedError(Exception):
    """LibreOffice made nothing of a workbook, or does not know a function in it: a person must look."""


def editable(data: bytes) -> Edited | None:
    """A workbook to change; None for one that is too large to hold as trees."""
    edited = Edited.open(data)
    size = sum(len(edited.parts.get(part, b"")) for part in edited.sheets.values())
    return edited if size <= MOST_XML else None


def as_it_is(data: bytes) -> Mapping[str, bytes]:
    """The workbook without its kept values, under its key."""
    edited = editable(data)
    if edited is None:
        return {}
    without_caches(edited)
    return {AS_IT_IS: edited.saved()}


def recalculated(given: Mapping[str, bytes] | None, key: str) -> Workbook:
    """The workbook LibreOffice made of one. Raises NotRecalculatedError, UnreadableFileError."""
    data = (given or {}).get(key)
    if data is None:
        raise NotRecalculatedError(key)
    return open_model(data)


def unknown_there(cell: Cell, found: Cell) -> bool:
    """Whether LibreOffice could not calculate a cell because it does not know a function."""
    return (
        isinstance(found.value, ErrorValue)
        and found.value == "#NAME?"
        and bool(_NEWER & set(says.functions(cell.formula)))
    )


def wants_what_is_missing(book: Workbook, request: Request, data: bytes) -> Mapping[str, bytes]:
    """The workbook as it is, where a cell that is looked at has a formula but no kept value: not every program keeps one."""
    looked_at = (cell for target in locate(book, request).targets for cell in target.cells())
    return as_it_is(data) if any(cell.has_formula and cell.value is None for cell in looked_at) else {}


def now(request: Request) -> Callable[[Target, Cell], Cell]:
    """What gives each cell with the value it has: kept by the file, else recalculated. That raises NotRecalculatedError."""
    there: list[Workbook] = []

    def current(target: Target, cell: Cell) -> Cell:
        if cell.value is not None or not cell.has_formula:
            return cell
        if not there:
            there.append(recalculated(request.recalculated, AS_IT_IS))
        return Cell(cell.row, cell.column, cell.style, cell_there(there[0], target, cell).value, cell.formula)

    return current


def cell_there(book: Workbook, target: Target, cell: Cell) -> Cell:
    """The same cell in what LibreOffice made. Raises NotRecalculatedError where it cannot know the value."""
    sheet = book.sheet(target.sheet.name)
    if sheet is None:
        raise NotRecalculatedError(target.sheet.name)
    found = sheet.cell(cell.row, cell.column)
    if unknown_there(cell, found):
        raise NotRecalculatedError(cell.formula)
    return found


def few(cells: Iterable[Cell], most: int) -> list[Cell]:
    """At most so many cells, the first and the last among them, evenly apart."""
    listed = list(cells)
    if len(listed) <= most:
        return listed
    return [listed[at * (len(listed) - 1) // (most - 1)] for at in range(most)]
