"""Where a check looks: cells named by address, name, label or heading, so that inserted rows and columns do not matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from question_bank.formats.nodes import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, Field, WrongValueError, text, text_in, texts
from question_bank.practical.catalogue import Request
from question_bank.practical.findings import NONE, Finding, Outcome, Words, quoted
from question_bank.practical.sheet.address import Area, apart, area, cell_area
from question_bank.practical.sheet.blocks import block_of, column_below, headings_of, row_beside
from question_bank.practical.sheet.cells import Cell, Sheet
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import place_words
from question_bank.practical.sheet.workbook import Workbook

_OFFSET = re.compile(r"(right|left|below|above)(?: ([1-9][0-9]?))?")
_MOST_FOUND = 200  # places of one select


@dataclass(frozen=True, slots=True)
class Offset:
    """How far from a label the cell stands, in cells of that row or column."""

    rows: int
    columns: int


def _offset_in(node: Node) -> Offset:
    found = _OFFSET.fullmatch(text_in(node).strip())
    if found is None:
        raise WrongValueError(phrase("write right, left, below or above, or one with a number: right 2"), node)
    steps = int(found[2] or 1)
    rows = {"below": steps, "above": -steps}.get(found[1], 0)
    return Offset(rows, {"right": steps, "left": -steps}.get(found[1], 0))


SHEET = texts("sheet", phrase("the sheet, by its name or one of several names"))
CELL = texts("cell", phrase("addresses of cells, like B7 or TongHop!B7"))
RANGE = texts("range", phrase("a range, like A4:G23 or HoSo!A4:G23"))
NAME = texts("name", phrase("a defined name or a table"))
TEXT = texts("text", phrase("the cell that says this"))
LABEL = texts("label", phrase("the cell beside the one that says this"))
OFFSET: Field[Offset | None] = Field(
    "offset", phrase("on which side of the label: right, left, below, above, or right 2"),
    {"type": "string", "pattern": f"^{_OFFSET.pattern}$"}, _offset_in,
)  # fmt: skip
COLUMN = texts("column", phrase("the cells below this heading"))
ROW = texts("row", phrase("the cells of the row that begins with this"))
UNTIL = text("until", phrase("where the rows below a heading end: the row that says this"))
HEADINGS = texts("headings", phrase("the whole row of headings that has this one"))
BLOCK = texts("block", phrase("the whole table that has this heading"))
CELLS: tuple[Field[Any], ...] = (SHEET, CELL, RANGE, NAME, TEXT, LABEL, OFFSET, COLUMN, ROW, UNTIL, HEADINGS, BLOCK)
SHEETS: tuple[Field[Any], ...] = (SHEET,)


@dataclass(frozen=True, slots=True)
class Target:
    """A place of a sheet."""

    sheet: Sheet
    area: Area

    def cells(self) -> Iterator[Cell]:
        """Its cells within what the sheet uses, of merged ones only the first."""
        for cell in self.sheet.within(self.area):
            merged = self.sheet.merged(cell.row, cell.column)
            if (merged.top, merged.left) == (cell.row, cell.column) or self.area.size == 1:
                yield cell

    def filled(self) -> list[Cell]:
        """Its cells that hold something."""
        return [cell for cell in self.cells() if not cell.is_empty]

    @property
    def words(self) -> Words:
        """Where it is, for people."""
        return place_words(self.sheet.name, self.area)


@dataclass(frozen=True, slots=True)
class Found:
    """The places of a select, and what it asked for that is not there."""

    targets: tuple[Target, ...]
    missing: tuple[str, ...] = ()


def locate(book: Workbook, request: Request) -> Found:
    """The places a request looks at: what another check found, else what its select says."""
    if request.refs is not None:
        return Found(tuple(one for one in request.refs if isinstance(one, Target)))
    return located(book, request.select)


def located(book: Workbook, asked: Asked) -> Found:
    """The places these fields name."""
    sheets, wanted = sheets_of(book, asked)
    found: list[Target] = []
    missing: list[str] = list(wanted)
    for said in (*asked[CELL], *asked[RANGE]):
        _add(found, missing, said, _address(book, sheets, said))
    for said in asked[NAME]:
        place = book.resolve(said, sheets[0].name if asked.has(SHEET) and sheets else "")
        _add(found, missing, said, Target(*place) if place else None)
    if asked.has(COLUMN) and asked.has(ROW):
        _crossings(sheets, asked, found, missing)
    else:
        for field, look in _LOOKS:
            for said in asked[field]:
                _add(found, missing, said, _first(sheets, said, partial(look, book, asked)))
    if not found and not missing:
        found = [Target(sheet, used) for sheet in sheets[:1] if (used := sheet.used(Area(1, 1, 1 << 20, 1 << 14)))]
    return Found(tuple(found[:_MOST_FOUND]), tuple(missing))


def sheets_of(book: Workbook, asked: Asked) -> tuple[list[Sheet], tuple[str, ...]]:
    """The sheets in which is looked: the first of the names that is there, else all, those a reader sees first."""
    names = asked[SHEET]
    if not names:
        return sorted(book.sheets, key=lambda one: one.state != "visible"), ()
    found = next((sheet for name in names if (sheet := book.sheet(name)) is not None), None)
    return ([found], ()) if found is not None else ([], (names[0],))


def _add(found: list[Target], missing: list[str], said: str, place: Target | None) -> None:
    if place is not None:
        found.append(place)
    else:
        missing.append(said)


def _address(book: Workbook, sheets: list[Sheet], said: str) -> Target | None:
    name, cells = apart(said)
    where = area(cells)
    sheet = book.sheet(name) if name else next(iter(sheets), None)
    if sheet is None or where is None:
        return None
    return Target(sheet, cell_area(*_first_cell(sheet, where)) if where.size == 1 else where)


def _first_cell(sheet: Sheet, where: Area) -> tuple[int, int]:
    merged = sheet.merged(where.top, where.left)
    return merged.top, merged.left


Look = Callable[[Sheet, Cell], Area | None]


def _first(sheets: Iterable[Sheet], said: str, look: Look) -> Target | None:
    """The first cell that says a text and from which a place is found."""
    for sheet in sheets:
        for cell in sheet.find(said):
            where = look(sheet, cell)
            if where is not None:
                return Target(sheet, where)
    return None


def _beside(sheet: Sheet, cell: Cell, offset: Offset) -> Area | None:
    """The cell so many cells away; merged cells are one step."""
    row, column = cell.row, cell.column
    for _ in range(max(abs(offset.rows), abs(offset.columns))):
        merged = sheet.merged(row, column)
        if offset.columns:
            row, column = merged.top, (merged.right + 1 if offset.columns > 0 else merged.left - 1)
        else:
            row, column = (merged.bottom + 1 if offset.rows > 0 else merged.top - 1), merged.left
        if row < 1 or column < 1:
            return None
    merged = sheet.merged(row, column)
    return cell_area(merged.top, merged.left)


_RIGHT = Offset(0, 1)
_LOOKS: tuple[tuple[Field[tuple[str, ...]], Callable[[Workbook, Asked, Sheet, Cell], Area | None]], ...] = (
    (TEXT, lambda book, asked, sheet, cell: cell_area(cell.row, cell.column)),
    (LABEL, lambda book, asked, sheet, cell: _beside(sheet, cell, asked[OFFSET] or _RIGHT)),
    (COLUMN, lambda book, asked, sheet, cell: column_below(book, sheet, cell, asked[UNTIL] or "")),
    (ROW, lambda book, asked, sheet, cell: row_beside(sheet, cell)),
    (HEADINGS, lambda book, asked, sheet, cell: headings_of(sheet, cell)),
    (BLOCK, lambda book, asked, sheet, cell: block_of(book, sheet, cell, asked[UNTIL] or "")),
)


def _crossings(sheets: Iterable[Sheet], asked: Asked, found: list[Target], missing: list[str]) -> None:
    """Where a heading's column and a label's row meet, for each of the labels."""
    heads, listed = asked[COLUMN], tuple(sheets)
    for head in heads:
        for label in asked[ROW]:
            _add(found, missing, f"{head} / {label}", _crossing(listed, head, label))


def _crossing(sheets: Iterable[Sheet], head: str, label: str) -> Target | None:
    for sheet in sheets:
        for top in sheet.find(head):
            for side in sheet.find(label):
                if side.row > top.row and side.column != top.column:
                    merged = sheet.merged(side.row, top.column)
                    return Target(sheet, cell_area(merged.top, merged.left))
    return None


def each(book: Workbook, request: Request, judge: Callable[[Target], Iterable[Finding]]) -> Outcome:
    """What `judge` finds in each place of the select; what is not there is wrong."""
    found = locate(book, request)
    if not found.targets:
        return Outcome.nothing(_wanted(found))
    findings = [
        Finding(phrase("place"), NONE, quoted(said), phrase("nothing of the kind"), phrase("the whole file"))
        for said in found.missing
    ]
    for target in found.targets:
        findings += judge(target)
    return Outcome.of(findings, found.targets)


def _wanted(found: Found) -> Words:
    return "; ".join(quoted(said) for said in found.missing) or phrase("cells")


def each_sheet(book: Workbook, request: Request, judge: Callable[[Sheet], Iterable[Finding]]) -> Outcome:
    """The same for whole sheets: that of the select, or of what another check found, else the first that is seen."""
    if request.refs is not None:
        found = list({id(one.sheet): one.sheet for one in request.refs if isinstance(one, Target)}.values())
        missing: tuple[str, ...] = ()
    else:
        found, missing = sheets_of(book, request.select)
        found = found[:1]
    if not found:
        return Outcome.nothing(phrase("the sheet %(name)s", name=quoted(missing[0] if missing else "")))
    findings = [finding for sheet in found for finding in judge(sheet)]
    return Outcome.of(findings, (Target(sheet, cell_area(1, 1)) for sheet in found))


def same_text(one: str, other: str) -> bool:
    """Whether two texts say the same to a reader."""
    return canon(one) == canon(other)
