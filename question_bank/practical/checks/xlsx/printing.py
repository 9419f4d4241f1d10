"""How sheets are printed: areas, titles, paper, margins, headers and footers, breaks."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, choices, span, text, texts, truth, whole
from question_bank.practical.catalogue import Mutation, Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import attribute, edit_tree, elements, put_attribute, take_out
from question_bank.practical.sheet.address import Area, area
from question_bank.practical.sheet.anchors import SHEETS, each_sheet
from question_bank.practical.sheet.cells import Sheet
from question_bank.practical.sheet.edits import drop
from question_bank.practical.sheet.headers import FIELDS, section
from question_bank.practical.sheet.spoiling import drop_from_sheet, spoil_sheet
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, sheet_words, truth_words
from question_bank.practical.sheet.workbook import Workbook

_PAPERS = {"A3": 8, "A4": 9, "A5": 11, "letter": 1, "legal": 5, "B4": 12, "B5": 13}
_ORIENTATIONS = {"portrait": phrase("upright"), "landscape": phrase("on its side")}
AREA = text("range", phrase("the cells that are printed"), required=True)
ROWS = text("rows", phrase("rows on every page, like 1:3"))
COLUMNS = text("columns", phrase("columns on every page, like A:B"))
ORIENTATION = choice("orientation", phrase("orientation of the page"), _ORIENTATIONS)
PAPER = choice("paper", phrase("size of the paper"), {name: phrase("paper") for name in _PAPERS})
WIDE = whole("pages_wide", phrase("pages across; 0 for as many as it takes"))
TALL = whole("pages_tall", phrase("pages down; 0 for as many as it takes"))
SCALE = span("scale", phrase("size of the print in percent"))
GRIDLINES = truth("gridlines", phrase("lines between cells are printed"))
HEADINGS = truth("headings", phrase("letters of columns and numbers of rows are printed"))
_MARGINS = {
    "top": span("top_mm", phrase("top margin"), unit="mm"), "bottom": span("bottom_mm", phrase("bottom margin"), unit="mm"),
    "left": span("left_mm", phrase("left margin"), unit="mm"), "right": span("right_mm", phrase("right margin"), unit="mm"),
    "header": span("header_mm", phrase("distance of the header"), unit="mm"),
    "footer": span("footer_mm", phrase("distance of the footer"), unit="mm"),
}  # fmt: skip
_NAMES = {
    "top": phrase("top margin"), "bottom": phrase("bottom margin"), "left": phrase("left margin"),
    "right": phrase("right margin"), "header": phrase("distance of the header"), "footer": phrase("distance of the footer"),
}  # fmt: skip
ACROSS = truth("centred_across", phrase("centred between left and right"))
DOWN = truth("centred_down", phrase("centred between top and bottom"))
_PARTS = {"header": phrase("header"), "footer": phrase("footer")}
_SIDES = {"left": phrase("to the left"), "center": phrase("in the middle"), "right": phrase("to the right")}
PART = choice("part", phrase("header or footer"), _PARTS, required=True)
SIDE = choice("side", phrase("at which side"), _SIDES)
WORDS = texts("text", phrase("words that must be there"))
HAS = choices("fields", phrase("what the program fills in"), FIELDS)
BREAK_ROWS = texts("before_rows", phrase("rows that begin a page"))
BREAK_COLUMNS = texts("before_columns", phrase("columns that begin a page"))
_TOLERANCE_MM = 0.6


def _unprinted(name: str) -> Mutation:
    def edit(top: Element) -> bool:
        found = [one for one in elements(top, "definedName") if attribute(one, "name") == name]
        for one in found:
            take_out(one)
        return bool(found)

    return lambda data, request: edit_tree(data, "xl/workbook.xml", edit)


@check(
    "xlsx.print_area",
    phrase("The cells that are printed"),
    "IU04",
    select=SHEETS,
    expect=(AREA,),
    mutation=_unprinted("_xlnm.Print_Area"),
)
def print_area(book: Workbook, request: Request) -> Outcome:
    """The print area of a sheet."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        found = book.printed(sheet, "print_area")
        wanted = book.resolve(request.expect[AREA] or "", sheet.name)
        shown: Words = joined(one.words() for one in found) or NOTHING
        yield judged(
            phrase("print area"),
            wanted is not None and found == (wanted[1],),
            request.expect[AREA] or "",
            shown,
            sheet_words(sheet),
        )

    return each_sheet(book, request, judge)


@check(
    "xlsx.print_titles",
    phrase("Rows or columns on every page"),
    "IU04",
    select=SHEETS,
    expect=(ROWS, COLUMNS),
    mutation=_unprinted("_xlnm.Print_Titles"),
)
def print_titles(book: Workbook, request: Request) -> Outcome:
    """Exactly these rows and columns; LibreOffice writes whole rows as long ranges, which count."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        found = book.printed(sheet, "print_titles")
        shown: Words = joined(one.words() for one in found) or NOTHING
        for field, item in ((ROWS, phrase("rows on every page")), (COLUMNS, phrase("columns on every page"))):
            if (said := request.expect[field]) is not None:
                wanted = area(said if ":" in said else f"{said}:{said}")
                right = wanted is not None and any(
                    _ends(one, field is ROWS) == _ends(wanted, field is ROWS) for one in found
                )
                yield judged(item, right, said, shown, sheet_words(sheet))

    return each_sheet(book, request, judge)


def _ends(where: Area, rows: bool) -> tuple[int, int]:
    return (where.top, where.bottom) if rows else (where.left, where.right)


def _other_setup(top: Element, request: Request) -> bool:
    expect = request.expect
    values: dict[str, str] = {}
    if (orientation := expect[ORIENTATION]) is not None:
        values["orientation"] = "portrait" if orientation == "landscape" else "landscape"
    if expect[PAPER] is not None:
        values["paperSize"] = "70"
    if expect[WIDE] is not None:
        values["fitToWidth"] = "7"
    if expect[TALL] is not None:
        values["fitToHeight"] = "7"
    if expect[SCALE] is not None:
        values["scale"] = "17"
    changed = False
    for one in elements(top, "pageSetup"):
        for key, value in values.items():
            put_attribute(one, key, value)
            changed = True
    if expect[GRIDLINES] or expect[HEADINGS]:
        changed = drop(top, "printOptions") or changed
    return changed


@check(
    "xlsx.page_setup", phrase("Paper, orientation, fitting"), "IU04", select=SHEETS,
    expect=(ORIENTATION, PAPER, WIDE, TALL, SCALE, GRIDLINES, HEADINGS),
    mutation=lambda data, request: spoil_sheet(data, request, lambda top: _other_setup(top, request)),
)  # fmt: skip
def page_setup(book: Workbook, request: Request) -> Outcome:
    """A page that says nothing is upright."""
    expect = request.expect

    def judge(sheet: Sheet) -> Iterator[Finding]:
        page, where = sheet.parts.page, sheet_words(sheet)
        if (orientation := expect[ORIENTATION]) is not None:
            found = "landscape" if page.orientation == "landscape" else "portrait"
            yield judged(
                phrase("orientation"), found == orientation, _ORIENTATIONS[orientation], _ORIENTATIONS[found], where
            )
        if (paper := expect[PAPER]) is not None:
            name = next((name for name, number in _PAPERS.items() if number == page.paper), str(page.paper))
            yield judged(phrase("paper"), name == paper, paper, name, where)
        for field, at in ((WIDE, 0), (TALL, 1)):
            if (pages := expect[field]) is not None:
                fitted = page.fit[at] if page.fit else None
                shown: Words = str(fitted) if fitted is not None else phrase("not fitted")
                yield judged(
                    phrase("pages across") if at == 0 else phrase("pages down"),
                    fitted == pages,
                    str(pages),
                    shown,
                    where,
                )
        if (scale := expect[SCALE]) is not None:
            yield judged(
                phrase("size of the print"),
                page.fit is None and scale.holds(page.scale),
                scale.words(),
                f"{page.scale} %",
                where,
            )
        for switch, printed, item in (
            (GRIDLINES, page.gridlines, phrase("lines between cells printed")),
            (HEADINGS, page.headings, phrase("letters and numbers printed")),
        ):
            if (said := expect[switch]) is not None:
                yield judged(item, printed == said, truth_words(said), truth_words(printed), where)

    return each_sheet(book, request, judge)


def _other_margins(top: Element, request: Request) -> bool:
    changed = False
    for one in elements(top, "pageMargins"):
        for name, field in _MARGINS.items():
            if request.expect[field] is not None:
                put_attribute(one, name, "3.9")
                changed = True
    if request.expect[ACROSS] or request.expect[DOWN]:
        changed = drop(top, "printOptions") or changed
    return changed


@check(
    "xlsx.page_margins", phrase("Margins, and where the print stands"), "IU04", select=SHEETS,
    expect=(*_MARGINS.values(), ACROSS, DOWN),
    mutation=lambda data, request: spoil_sheet(data, request, lambda top: _other_margins(top, request)),
)  # fmt: skip
def page_margins(book: Workbook, request: Request) -> Outcome:
    """Millimetres, give or take 0.6: programs keep them in inches."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        page, where = sheet.parts.page, sheet_words(sheet)
        margins = dict(page.margins)
        for name, field in _MARGINS.items():
            if (wanted := request.expect[field]) is not None:
                found = margins.get(name)
                right = (
                    found is not None
                    and float(wanted.low) - _TOLERANCE_MM <= found <= float(wanted.high) + _TOLERANCE_MM
                )
                yield judged(
                    _NAMES[name],
                    right,
                    f"{wanted.words()} mm",
                    f"{found:.1f} mm" if found is not None else NOTHING,
                    where,
                )
        for switch, centred, item in (
            (ACROSS, page.centred_across, phrase("centred between left and right")),
            (DOWN, page.centred_down, phrase("centred between top and bottom")),
        ):
            if (said := request.expect[switch]) is not None:
                yield judged(item, centred == said, truth_words(said), truth_words(centred), where)

    return each_sheet(book, request, judge)


@check(
    "xlsx.header_footer", phrase("Header or footer of the print"), "IU04", select=SHEETS, expect=(PART, SIDE, WORDS, HAS),
    mutation=drop_from_sheet("headerFooter"),
)  # fmt: skip
def header_footer(book: Workbook, request: Request) -> Outcome:
    """Words, and what the program fills in: the number of the page, of all pages, the day, the names of sheet and file."""
    expect = request.expect
    part = expect[PART] or "header"

    def judge(sheet: Sheet) -> Iterator[Finding]:
        codes = dict(sheet.parts.page.header)
        code = codes.get("oddHeader" if part == "header" else "oddFooter", "")
        said, fields = section(code, expect[SIDE] or "")
        where = phrase("sheet %(sheet)s, %(part)s", sheet=sheet.name, part=_PARTS[part])
        for words in expect[WORDS]:
            yield judged(
                _PARTS[part], canon(words) in canon(said), quoted(words), quoted(said) if said else NOTHING, where
            )
        for field in expect[HAS]:
            yield judged(_PARTS[part], field in fields, FIELDS[field], joined(fields) or NOTHING, where)
        if not expect[WORDS] and not expect[HAS]:
            yield judged(_PARTS[part], bool(said or fields), phrase("something"), NOTHING, where)

    return each_sheet(book, request, judge)


@check(
    "xlsx.page_breaks", phrase("Where pages begin"), "IU04", select=SHEETS, expect=(BREAK_ROWS, BREAK_COLUMNS),
    mutation=drop_from_sheet("rowBreaks", "colBreaks"),
)  # fmt: skip
def page_breaks(book: Workbook, request: Request) -> Outcome:
    """Breaks set by hand before these rows or columns."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        page, where = sheet.parts.page, sheet_words(sheet)
        for said in request.expect[BREAK_ROWS]:
            right = said.strip().isdigit() and int(said) - 1 in page.row_breaks
            yield judged(
                phrase("a page begins before the row"),
                right,
                said,
                joined(str(at + 1) for at in page.row_breaks) or NOTHING,
                where,
            )
        for said in request.expect[BREAK_COLUMNS]:
            column = area(f"{said}:{said}")
            right = column is not None and column.left - 1 in page.column_breaks
            yield judged(
                phrase("a page begins before the column"),
                right,
                said,
                joined(str(at + 1) for at in page.column_breaks) or NOTHING,
                where,
            )
        if not request.expect.values:
            yield judged(phrase("page breaks"), bool(page.row_breaks or page.column_breaks), "≥ 1", "0", where)

    return each_sheet(book, request, judge)
