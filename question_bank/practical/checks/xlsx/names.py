"""Defined names and tables."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import text, texts, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, judged, quoted
from question_bank.practical.mutants import attribute, edit_tree, edit_trees, elements, put_attribute, take_out
from question_bank.practical.sheet import formula as says
from question_bank.practical.sheet.anchors import SHEETS, Target, sheets_of
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, place_words, truth_words
from question_bank.practical.sheet.workbook import TableObject, Workbook, body

NAME = text("name", phrase("the name"), required=True)
REFERS = text("refers_to", phrase("what the name stands for, like HoSo!A4:G23"))
USED = truth("used", phrase("some formula uses it"))
TABLE_NAME = text("name", phrase("the name of the table"))
COVERS = text("range", phrase("the cells of the table"))
COLUMNS = texts("columns", phrase("headings that the table has"))
TOTALS = truth("totals", phrase("has a row of totals"))
FILTER = truth("filter", phrase("has buttons to filter"))


def _unnamed(data: bytes, request: Request) -> bytes | None:
    def edit(top: Element) -> bool:
        for one in elements(top, "definedName"):
            if canon(attribute(one, "name") or "") == canon(request.expect[NAME] or ""):
                put_attribute(one, "name", f"{attribute(one, 'name')}_2")
                return True
        return False

    return edit_tree(data, "xl/workbook.xml", edit)


@check("xlsx.defined_name", phrase("A defined name"), "IU08", expect=(NAME, REFERS, USED), mutation=_unnamed)
def defined_name(book: Workbook, request: Request) -> Outcome:
    """That it is there, what it stands for, and whether a formula uses it."""
    name = request.expect[NAME] or ""
    found = book.defined(name)
    if found is None:
        return Outcome.nothing(phrase("the name %(name)s", name=quoted(name)))
    place = book.resolve(found.formula, found.sheet)
    findings = [judged(phrase("name"), True, quoted(name), quoted(found.formula), phrase("defined names"))]
    if (wanted := request.expect[REFERS]) is not None:
        right = place is not None and place == book.resolve(wanted)
        findings.append(
            judged(phrase("what the name stands for"), right, wanted, found.formula, phrase("defined names"))
        )
    if request.expect[USED]:
        used = any(canon(name) in map(canon, says.names(cell.formula)) for sheet in book.sheets for cell in sheet.cells() if cell.has_formula)  # fmt: skip
        findings.append(
            judged(phrase("used in a formula"), used, truth_words(True), truth_words(used), phrase("defined names"))
        )
    return Outcome.of(findings, [Target(*place)] if place else [])


def _no_table(data: bytes, request: Request) -> bytes | None:
    def edit(top: Element) -> bool:
        found = list(elements(top, "tableParts"))
        for one in found:
            take_out(one)
        return bool(found)

    return edit_trees(data, r"xl/worksheets/[^/]+\.xml", edit)


@check(
    "xlsx.table", phrase("A table of Excel"), "IU08", select=SHEETS, expect=(TABLE_NAME, COVERS, COLUMNS, TOTALS, FILTER),
    mutation=_no_table,
)  # fmt: skip
def table(book: Workbook, request: Request) -> Outcome:
    """The table that fits best; its style is not looked at, because LibreOffice loses it."""
    sheets = {one.name for one in sheets_of(book, request.select)[0]}
    listed = [one for one in book.tables if one.sheet in sheets]
    if not listed:
        return Outcome.nothing(phrase("a table"))
    best = max(
        (list(_judged(book, one, request)) for one in listed), key=lambda found: sum(one.credit for one in found)
    )
    chosen = max(listed, key=lambda one: sum(found.credit for found in _judged(book, one, request)))
    sheet = book.sheet(chosen.sheet)
    return Outcome.of(best, [Target(sheet, body(chosen))] if sheet else [])


def _judged(book: Workbook, one: TableObject, request: Request) -> Iterator[Finding]:
    expect, where = request.expect, place_words(one.sheet, one.area)
    yield judged(phrase("table"), True, phrase("a table"), quoted(one.name), where)
    if (name := expect[TABLE_NAME]) is not None:
        yield judged(phrase("name of the table"), canon(name) == canon(one.name), quoted(name), quoted(one.name), where)
    if (cells := expect[COVERS]) is not None:
        place = book.resolve(cells, one.sheet)
        yield judged(
            phrase("cells of the table"), place is not None and place[1] == one.area, cells, one.area.words(), where
        )
    for head in expect[COLUMNS]:
        right = canon(head) in map(canon, one.columns)
        yield judged(phrase("heading"), right, quoted(head), joined(map(quoted, one.columns)) or NOTHING, where)
    if (totals := expect[TOTALS]) is not None:
        yield judged(phrase("row of totals"), one.totals == totals, truth_words(totals), truth_words(one.totals), where)
    if (filtered := expect[FILTER]) is not None:
        there = one.autofilter is not None
        yield judged(phrase("buttons to filter"), there == filtered, truth_words(filtered), truth_words(there), where)
