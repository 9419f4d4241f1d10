"""Merged cells, widths and heights, hidden rows and columns."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import span, texts, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import FULL, NONE, Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import attribute, elements, put_attribute, take_out
from question_bank.practical.sheet.address import area, letters
from question_bank.practical.sheet.anchors import CELLS, SHEETS, Target, each, each_sheet
from question_bank.practical.sheet.cells import Sheet
from question_bank.practical.sheet.spoiling import spoil_sheet, targets_in
from question_bank.practical.sheet.words import NOTHING, joined, sheet_words, truth_words
from question_bank.practical.sheet.workbook import Workbook

ACROSS = span("columns", phrase("how many columns are merged"))
DOWN = span("rows", phrase("how many rows are merged"))
MERGED = truth("merged", phrase("merged"), default=True)
WIDTH = span("width", phrase("width of the columns"), unit="characters")
HEIGHT = span("height_pt", phrase("height of the rows"), unit="pt")
FITS = truth("fits", phrase("wide enough for what is in it"))
HIDDEN_ROWS = texts("rows", phrase("hidden rows, like 5 or 5:7"))
HIDDEN_COLUMNS = texts("columns", phrase("hidden columns, like C or C:D"))
_STANDARD_WIDTH, _STANDARD_HEIGHT = 8.43, 15.0


def _apart(data: bytes, request: Request) -> bytes | None:
    if request.expect[MERGED] is False:
        return None
    targets = targets_in(data, request)

    def edit(top: Element) -> bool:
        for one in elements(top, "mergeCell"):
            where = area(attribute(one, "ref") or "")
            if where is not None and any(target.area.within(where) for target in targets):
                owner = one.parentNode
                take_out(one)
                if isinstance(owner, Element) and not list(elements(owner, "mergeCell")):
                    take_out(owner)
                return True
        return False

    return spoil_sheet(data, request, edit) if targets else None


@check("xlsx.merged", phrase("Merged cells"), "IU04", select=CELLS, expect=(MERGED, ACROSS, DOWN), mutation=_apart)
def merged(book: Workbook, request: Request) -> Outcome:
    """The merged area that the first cell of the place belongs to; `merged: false` wants none in the place."""
    expect = request.expect

    def judge(target: Target) -> Iterator[Finding]:
        found = [one for one in target.sheet.parts.merged if one.within(target.area)]
        wanted = expect[MERGED] is not False
        shown: Words = joined(one.words() for one in found[:5]) or NOTHING
        yield judged(phrase("merged"), bool(found) == wanted, truth_words(wanted), shown, target.words)
        if wanted and found:
            for field, size in (
                (ACROSS, found[0].right - found[0].left + 1),
                (DOWN, found[0].bottom - found[0].top + 1),
            ):
                if (said := expect[field]) is not None:
                    yield judged(
                        phrase("size of the merged cells"), said.holds(size), said.words(), str(size), target.words
                    )

    return each(book, request, judge)


def _squeeze(data: bytes, request: Request) -> bytes | None:
    targets = targets_in(data, request)

    def edit(top: Element) -> bool:
        for one in elements(top, "col"):
            first, last = int(attribute(one, "min") or 0), int(attribute(one, "max") or 0)
            if any(
                first <= column <= last
                for target in targets
                for column in range(target.area.left, target.area.right + 1)
            ):
                put_attribute(one, "width", "1.5")
                put_attribute(one, "customWidth", "1")
                return True
        return False

    return spoil_sheet(data, request, edit)


@check("xlsx.column_width", phrase("Width of columns"), "IU04", select=CELLS, expect=(WIDTH, FITS), mutation=_squeeze)
def column_width(book: Workbook, request: Request) -> Outcome:
    """In characters of the standard font. `fits` estimates from the longest text that is not wrapped: numbers must be seen whole."""

    def judge(target: Target) -> Iterator[Finding]:
        used = target.sheet.used(target.area)
        for column in range(used.left, used.right + 1) if used else ():
            width = target.sheet.parts.column(column).size or _STANDARD_WIDTH
            where = phrase("sheet %(sheet)s, column %(column)s", sheet=target.sheet.name, column=letters(column))
            if (wanted := request.expect[WIDTH]) is not None:
                yield judged(phrase("width"), wanted.holds(round(width, 1)), wanted.words(), f"{width:.1f}", where)
            if request.expect[FITS]:
                longest = _longest(target, column)
                yield judged(phrase("width"), width + 1.5 >= longest, f"≥ {longest:.0f}", f"{width:.1f}", where)

    return each(book, request, judge)


def _longest(target: Target, column: int) -> float:
    """Characters of the longest cell; wrapped and merged ones need only their longest word."""
    longest = 1.0
    for cell in target.cells():
        if cell.column != column or cell.is_empty:
            continue
        look = target.sheet.look(cell)
        if target.sheet.merged(cell.row, cell.column).size > 1:
            continue
        words = cell.text.split() if look.alignment.wrap else cell.text.splitlines()
        length = 10 if look.number_format.is_date else max(map(len, words), default=0)
        if cell.is_number and not look.number_format.is_date:
            whole_part = len(f"{abs(float(cell.value or 0)):.0f}")
            length = whole_part + look.number_format.decimals + (whole_part // 3 if look.number_format.thousands else 0)
        longest = max(longest, length * (look.font.size or 11) / 11 * 0.9)
    return min(longest, 255)


def _flatten(data: bytes, request: Request) -> bytes | None:
    targets = targets_in(data, request)

    def edit(top: Element) -> bool:
        for one in elements(top, "row"):
            if any(target.area.top <= int(attribute(one, "r") or 0) <= target.area.bottom for target in targets):
                put_attribute(one, "ht", "3")
                put_attribute(one, "customHeight", "1")
                return True
        return False

    return spoil_sheet(data, request, edit)


@check("xlsx.row_height", phrase("Height of rows"), "IU04", select=CELLS, expect=(HEIGHT,), mutation=_flatten)
def row_height(book: Workbook, request: Request) -> Outcome:
    """In points; a row whose height was never set has 15."""

    def judge(target: Target) -> Iterator[Finding]:
        used, wanted = target.sheet.used(target.area), request.expect[HEIGHT]
        for row in range(used.top, used.bottom + 1) if used and wanted else ():
            line = target.sheet.parts.rows.get(row)
            height = (line.size if line else None) or _STANDARD_HEIGHT
            where = phrase("sheet %(sheet)s, row %(row)s", sheet=target.sheet.name, row=row)
            right = wanted is not None and wanted.holds(round(height, 1))
            yield judged(phrase("height"), right, wanted.words() if wanted else "", f"{height:.1f} pt", where)

    return each(book, request, judge)


def _unhide(top: Element) -> bool:
    found = [one for name in ("row", "col") for one in elements(top, name) if attribute(one, "hidden") in ("1", "true")]
    for one in found:
        put_attribute(one, "hidden", None)
    return bool(found)


@check(
    "xlsx.hidden", phrase("Hidden rows and columns"), "IU04", select=SHEETS, expect=(HIDDEN_ROWS, HIDDEN_COLUMNS),
    mutation=lambda data, request: spoil_sheet(data, request, _unhide),
)  # fmt: skip
def hidden(book: Workbook, request: Request) -> Outcome:
    """Each that is named must be hidden; where nothing is named, nothing may be."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        rows = {at for at, line in sheet.parts.rows.items() if line.hidden}
        columns = [(first, last) for first, last, line in sheet.parts.columns if line.hidden]
        for said in request.expect[HIDDEN_ROWS]:
            where = area(said if ":" in said else f"{said}:{said}")
            right = where is not None and where.bottom - where.top < 10_000 and all(at in rows for at in range(where.top, where.bottom + 1))  # fmt: skip
            yield judged(phrase("hidden row"), right, quoted(said), truth_words(right), sheet_words(sheet))
        for said in request.expect[HIDDEN_COLUMNS]:
            where = area(said if ":" in said else f"{said}:{said}")
            right = where is not None and all(
                any(a <= at <= b for a, b in columns) for at in range(where.left, where.right + 1)
            )
            yield judged(phrase("hidden column"), right, quoted(said), truth_words(right), sheet_words(sheet))
        if not request.expect.values:
            credit = NONE if rows or columns else FULL
            yield Finding(
                phrase("hidden rows and columns"), credit, NOTHING, str(len(rows) + len(columns)), sheet_words(sheet)
            )

    return each_sheet(book, request, judge)
