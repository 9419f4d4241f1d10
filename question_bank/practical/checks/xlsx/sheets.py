"""The sheets of a workbook: names, order, hidden ones, tabs, frozen panes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, colour, texts, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import attribute, edit_tree, elements, put_attribute, take_out
from question_bank.practical.sheet.address import cell_area
from question_bank.practical.sheet.anchors import SHEETS, Target, each_sheet
from question_bank.practical.sheet.cells import Sheet
from question_bank.practical.sheet.colours import near
from question_bank.practical.sheet.spoiling import spoil_sheet
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, sheet_words, truth_words
from question_bank.practical.sheet.workbook import Workbook

NAMES = texts("names", phrase("names of sheets"), required=True)
ORDER = truth("order", phrase("in this order"))
ONLY = truth("only", phrase("and no other sheets"))
_STATES = {
    "visible": phrase("visible"),
    "hidden": phrase("hidden"),
    "veryHidden": phrase("hidden so that no menu shows it"),
}
STATE = choice("state", phrase("whether the sheet is seen"), _STATES, required=True)
COLOUR = colour("colour", phrase("colour"))
ROWS = whole("rows", phrase("rows that stay"))
COLUMNS = whole("columns", phrase("columns that stay"))
GRIDLINES = truth("gridlines", phrase("lines between cells are shown"))
ZOOM = whole("zoom", phrase("enlargement in percent"))


def _rename(data: bytes, request: Request) -> bytes | None:
    def edit(top: Element) -> bool:
        wanted = {canon(name) for name in request.expect[NAMES]}
        for sheet in elements(top, "sheet"):
            if canon(attribute(sheet, "name") or "") in wanted:
                put_attribute(sheet, "name", f"{attribute(sheet, 'name')} 2")
                return True
        return False

    return edit_tree(data, "xl/workbook.xml", edit)


@check("xlsx.sheets", phrase("Sheets: names and order"), "IU04", expect=(NAMES, ORDER, ONLY), mutation=_rename)
def sheets(book: Workbook, request: Request) -> Outcome:
    """Each name is a finding; the order and other sheets one more each, where they are asked for."""
    wanted = request.expect[NAMES]
    there = joined(quoted(one.name) for one in book.sheets)
    places = [book.sheet(name) for name in wanted]
    findings = [
        judged(
            phrase("sheet"), place is not None, quoted(name), quoted(place.name) if place else there, phrase("the tabs")
        )
        for name, place in zip(wanted, places, strict=True)
    ]
    found = [place for place in places if place is not None]
    if request.expect[ORDER]:
        right = len(found) == len(wanted) and [one.position for one in found] == sorted(one.position for one in found)
        findings.append(
            judged(phrase("order of the sheets"), right, joined(map(quoted, wanted)), there, phrase("the tabs"))
        )
    if request.expect[ONLY]:
        right = len(book.sheets) == len({id(one) for one in found})
        findings.append(
            judged(phrase("number of sheets"), right, str(len(wanted)), str(len(book.sheets)), phrase("the tabs"))
        )
    return Outcome.of(findings, (Target(one, cell_area(1, 1)) for one in found))


def _show(data: bytes, request: Request) -> bytes | None:
    wanted = "hidden" if request.expect[STATE] == "visible" else "visible"

    def edit(top: Element) -> bool:
        names = {canon(name) for name in request.select[SHEETS[0]]}
        for sheet in elements(top, "sheet"):
            if canon(attribute(sheet, "name") or "") in names:
                put_attribute(sheet, "state", wanted)
                return True
        return False

    return edit_tree(data, "xl/workbook.xml", edit)


@check("xlsx.sheet_state", phrase("A sheet is hidden, or seen"), "IU04", select=SHEETS, expect=(STATE,), mutation=_show)
def sheet_state(book: Workbook, request: Request) -> Outcome:
    """`hidden` takes both ways to hide a sheet; `veryHidden` only the one."""
    wanted = request.expect[STATE] or "visible"

    def judge(sheet: Sheet) -> Iterator[Finding]:
        right = sheet.state == wanted or (wanted == "hidden" and sheet.state == "veryHidden")
        yield judged(phrase("sheet"), right, _STATES[wanted], _STATES.get(sheet.state, sheet.state), sheet_words(sheet))

    return each_sheet(book, request, judge)


def _bare_tab(top: Element) -> bool:
    found = list(elements(top, "tabColor"))
    for one in found:
        take_out(one)
    return bool(found)


@check(
    "xlsx.tab_colour", phrase("Colour of a sheet's tab"), "IU04", select=SHEETS, expect=(COLOUR,),
    mutation=lambda data, request: spoil_sheet(data, request, _bare_tab),
)  # fmt: skip
def tab_colour(book: Workbook, request: Request) -> Outcome:
    """Without a colour in the rubric any colour is right."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        wanted, found = request.expect[COLOUR], sheet.parts.tab_colour
        right = bool(found) and (wanted is None or near(wanted, found))
        expected: Words = wanted or phrase("any colour")
        yield judged(phrase("colour of the tab"), right, expected, found or NOTHING, sheet_words(sheet))

    return each_sheet(book, request, judge)


def _thaw(top: Element) -> bool:
    found = list(elements(top, "pane"))
    for one in found:
        take_out(one)
    return bool(found)


@check(
    "xlsx.freeze_panes", phrase("Rows or columns that stay in view"), "IU04", select=SHEETS, expect=(ROWS, COLUMNS),
    mutation=lambda data, request: spoil_sheet(data, request, _thaw),
)  # fmt: skip
def freeze_panes(book: Workbook, request: Request) -> Outcome:
    """What the rubric does not say is not looked at; without both, anything frozen is right. LibreOffice loses it when it converts."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        rows, columns = sheet.parts.view.frozen
        for field, found, item in (
            (ROWS, rows, phrase("rows that stay")),
            (COLUMNS, columns, phrase("columns that stay")),
        ):
            wanted = request.expect[field]
            if wanted is not None:
                yield judged(item, found == wanted, str(wanted), str(found), sheet_words(sheet))
        if not request.expect.values:
            yield judged(phrase("rows that stay"), bool(rows or columns), "≥ 1", str(rows), sheet_words(sheet))

    return each_sheet(book, request, judge)


def _view(top: Element, request: Request) -> bool:
    for view in elements(top, "sheetView"):
        if (said := request.expect[GRIDLINES]) is not None:
            put_attribute(view, "showGridLines", "0" if said else "1")
        if request.expect[ZOOM] is not None:
            put_attribute(view, "zoomScale", "73")
        return True
    return False


@check(
    "xlsx.view", phrase("How a sheet is shown"), "IU04", select=SHEETS, expect=(GRIDLINES, ZOOM),
    mutation=lambda data, request: spoil_sheet(data, request, lambda top: _view(top, request)),
)  # fmt: skip
def view(book: Workbook, request: Request) -> Outcome:
    """Lines between cells, enlargement."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        shown = sheet.parts.view
        if (lines := request.expect[GRIDLINES]) is not None:
            yield judged(phrase("lines between cells"), shown.gridlines == lines, truth_words(lines), truth_words(shown.gridlines), sheet_words(sheet))  # fmt: skip
        if (zoom := request.expect[ZOOM]) is not None:
            yield judged(phrase("enlargement"), shown.zoom == zoom, f"{zoom} %", f"{shown.zoom} %", sheet_words(sheet))

    return each_sheet(book, request, judge)
