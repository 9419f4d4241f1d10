"""How tables look: style, lines, ground, width, place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from xml.dom.minidom import Element

from question_bank.formats.word_measures import millimetres
from question_bank.formats.word_paragraphs import Border
from question_bank.phrase import phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.docx.paragraph_details import COLOUR, LINE, WIDTH, is_line, line_words
from question_bank.practical.checks.docx.tables import edit_table
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import elements
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.spoiling import put_properties, refill, remove_all
from question_bank.practical.word.tabled import (
    CELLS,
    cell_where,
    cells_of,
    table_sought,
    table_where,
    tables_of,
)
from question_bank.practical.word.tables import Table, TableCell
from question_bank.practical.word.traits import TOLERANCE_MM, of_span, within

_BORDERS = {
    "all": phrase("lines around every cell"),
    "outside": phrase("lines around the table"),
    "none": phrase("no lines"),
}
_ALIGNMENTS = {
    "left": phrase("on the left"),
    "center": phrase("in the middle"),
    "right": phrase("on the right"),
}
_VERTICAL = {"top": phrase("at the top"), "center": phrase("in the middle"), "bottom": phrase("at the bottom")}
_SIDES = ("top", "left", "bottom", "right")

STYLE = arguments.text("style", phrase("style of the table"))
BORDERS = arguments.choice("borders", phrase("lines of the table"), _BORDERS)
SHADING = arguments.colour("shading", phrase("colour behind the cells"))
SHADED = arguments.truth("shaded", phrase("whether there is a colour behind the cells"))
WIDTH_MM = arguments.span("width_mm", phrase("width of the table"), unit="mm")
PERCENT = arguments.span("width_percent", phrase("width of the table"), unit="%")
ALIGN = arguments.choice("align", phrase("place of the table"), _ALIGNMENTS)
VERTICAL = arguments.choice("vertical", phrase("place of the text in cells"), _VERTICAL)
COLUMN_MM = arguments.span("column_mm", phrase("width of the column"), unit="mm")
HEIGHT = arguments.span("row_mm", phrase("height of rows"), unit="mm")


@check(
    "docx.table_look", phrase("Lines, colours and style of a table"), "IU03", select=CELLS,
    expect=(STYLE, BORDERS, LINE, WIDTH, COLOUR, SHADING, SHADED),
    mutation=lambda data, request: edit_table(data, request, lambda one: _other_look(one, request)),
)  # fmt: skip
def table_look(file: WordFile, request: Request) -> Outcome:
    """The style of the table, its lines as they are drawn in the end, the colour behind a row, a column or all cells."""
    found = tables_of(file, request)
    if not found:
        return Outcome.nothing(table_sought(request))
    return Outcome.of((one for table in found for one in _look(file, table, request)), found)


def _look(file: WordFile, table: Table, request: Request) -> Iterator[Finding]:
    cells = cells_of(file, table, request)
    if (style := request.expect[STYLE]) is not None:
        right = table.style is not None and canon(style) in (canon(table.style.name), canon(table.style.id))
        found: Words = quoted(table.style.name) if table.style else phrase("no style")
        yield judged(STYLE.title, right, quoted(style), found, table_where(table))
    if (borders := request.expect[BORDERS]) is not None:
        wrong = next(_unframed(table, borders, request), None)
        shown: Words = _BORDERS[borders] if wrong is None else line_words(wrong[0].borders.get(wrong[1]))
        where = cell_where(table, wrong[0]) if wrong else table_where(table)
        yield judged(BORDERS.title, wrong is None, _BORDERS[borders], shown, where)
    if (shading := request.expect[SHADING]) is not None:
        yield _ground(table, cells, lambda one: one.shade == ("" if shading == "FFFFFF" else shading), shading)
    if (shaded := request.expect[SHADED]) is not None:
        words = {True: phrase("a colour behind it"), False: phrase("no colour behind it")}
        yield _ground(table, cells, lambda one: bool(one.shade) == shaded, words[shaded])


def _ground(table: Table, cells: list[TableCell], right: Callable[[TableCell], bool], wanted: Words) -> Finding:
    wrong = next((one for one in cells if not right(one)), None)
    found: Words = wanted if wrong is None else wrong.shade or phrase("no colour behind it")
    where = cell_where(table, wrong) if wrong else table_where(table)
    return judged(SHADING.title, bool(cells) and wrong is None, wanted, found, where)


def _unframed(table: Table, borders: str, request: Request) -> Iterator[tuple[TableCell, str]]:
    """Cells and their sides whose line is not as it should be. Of two cells side by side, the line of one will do."""
    last_row, last_column = len(table.rows), table.columns
    for cell in table.cells:
        for side in _SIDES:
            outer = {
                "top": cell.row == 1, "left": cell.column == 1, "bottom": cell.row + cell.rows - 1 >= last_row,
                "right": cell.column + cell.columns - 1 >= last_column,
            }[side]  # fmt: skip
            if borders == "outside" and not outer:
                continue
            line = cell.borders.get(side) or (None if outer else _beside(table, cell, side))
            if (line is None) != (borders == "none") or (line is not None and not is_line(line, request)):
                yield cell, side


def _beside(table: Table, cell: TableCell, side: str) -> Border | None:
    row, column, other = {
        "top": (cell.row - 1, cell.column, "bottom"), "left": (cell.row, cell.column - 1, "right"),
        "bottom": (cell.row + cell.rows, cell.column, "top"), "right": (cell.row, cell.column + cell.columns, "left"),
    }[side]  # fmt: skip
    neighbour = table.cell(row, column)
    return neighbour.borders.get(other) if neighbour else None


def _other_look(table: Element, request: Request) -> bool:
    expect = request.expect
    if expect.has(STYLE):
        put_properties(table, "tblPr", {"tblStyle": {"val": "ExamroomOther"}})
        return True
    if (borders := expect[BORDERS]) is not None:
        line = {"val": "single" if borders == "none" else "none", "sz": "4", "color": "auto"}
        return all(refill(one, "tcPr", "tcBorders", [(side, line) for side in _SIDES]) for one in elements(table, "tc"))
    fill = "auto" if expect[SHADED] or expect.has(SHADING) else "FF8000"
    for one in elements(table, "tc"):
        put_properties(one, "tcPr", {"shd": {"val": "clear", "fill": fill}})
    return True


@check(
    "docx.table_layout", phrase("Width and place of a table"), "IU03", select=CELLS,
    expect=(WIDTH_MM, PERCENT, ALIGN, VERTICAL, COLUMN_MM, HEIGHT, TOLERANCE_MM),
    mutation=lambda data, request: edit_table(data, request, lambda one: _other_layout(one, request)),
)  # fmt: skip
def table_layout(file: WordFile, request: Request) -> Outcome:
    """How wide the table and its columns are, how high its rows, where it stands, where text stands in its cells."""
    found = tables_of(file, request)
    if not found:
        return Outcome.nothing(table_sought(request))
    return Outcome.of((one for table in found for one in _layout(file, table, request)), found)


def _layout(file: WordFile, table: Table, request: Request) -> Iterator[Finding]:
    expect, where = request.expect, table_where(table)
    tolerance = expect[TOLERANCE_MM]
    total, share = _width(file, table)
    for field, found, unit, off in (
        (WIDTH_MM, total, "mm", tolerance),
        (PERCENT, share, "%", Fraction(1)),  # a percent: column widths are rounded one by one
    ):
        if (span := expect[field]) is not None:
            yield judged(field.title, within(span, found, off), of_span(span, unit), f"{found:g} {unit}", where)
    if (align := expect[ALIGN]) is not None:
        right = table.align == align or (align != "right" and share >= 99)  # a table as wide as the text is everywhere
        yield judged(ALIGN.title, right, _ALIGNMENTS[align], _ALIGNMENTS.get(table.align, _ALIGNMENTS["left"]), where)
    cells = cells_of(file, table, request)
    if (vertical := expect[VERTICAL]) is not None:
        wrong = next((one for one in cells if one.vertical != vertical), None)
        said = _VERTICAL.get(wrong.vertical if wrong else vertical, _VERTICAL["top"])
        yield judged(VERTICAL.title, bool(cells) and wrong is None, _VERTICAL[vertical], said, where)
    if (column := expect[COLUMN_MM]) is not None:
        widths = [(cell, millimetres(_cell_width(table, cell))) for cell in cells if cell.columns == 1]
        narrow = next((width for _, width in widths if not within(column, width, tolerance)), None)
        yield judged(
            COLUMN_MM.title,
            bool(widths) and narrow is None,
            of_span(column, "mm"),
            f"{narrow or (widths[0][1] if widths else 0):g} mm",
            where,
        )
    if (height := expect[HEIGHT]) is not None:
        rows = {cell.row for cell in cells}
        heights = [millimetres(row.height) for number, row in enumerate(table.rows, 1) if number in rows]
        bad = next((one for one in heights if not within(height, one, tolerance)), None)
        shown = f"{heights[0] if bad is None and heights else bad or 0:g} mm"
        yield judged(HEIGHT.title, bool(heights) and bad is None, of_span(height, "mm"), shown, where)


def _cell_width(table: Table, cell: TableCell) -> int:
    """The cell's own width, else its column's."""
    return cell.width or (table.grid[cell.column - 1] if cell.column <= len(table.grid) else 0)


def _width(file: WordFile, table: Table) -> tuple[float, float]:
    """Millimetres, and percent of the text's width."""
    place = min(max(table.section, 1), len(file.sections))
    section = file.sections[place - 1]
    room = max(section.width - section.left - section.right - section.gutter, 1)
    if table.width_kind == "pct":
        # Fiftieths of a percent, or a number with a percent sign.
        share = table.width if table.width <= 100 else table.width / 50
        return millimetres(round(room * share / 100)), round(share, 1)
    twips = table.width if table.width_kind == "dxa" and table.width else sum(table.grid)
    return millimetres(twips), round(100 * twips / room, 1)


def _other_layout(table: Element, request: Request) -> bool:
    expect = request.expect
    if expect.has(WIDTH_MM) or expect.has(PERCENT):
        put_properties(table, "tblPr", {"tblW": {"w": "777", "type": "dxa"}})
        remove_all(table, "gridCol")
    elif expect.has(ALIGN):
        put_properties(
            table,
            "tblPr",
            {"jc": {"val": "right" if expect[ALIGN] != "right" else "left"}, "tblW": {"w": "2000", "type": "dxa"}},
        )
    elif expect.has(VERTICAL):
        for one in elements(table, "tc"):
            put_properties(one, "tcPr", {"vAlign": {"val": "bottom" if expect[VERTICAL] != "bottom" else "top"}})
    elif expect.has(COLUMN_MM):
        for one in elements(table, "tc"):
            put_properties(one, "tcPr", {"tcW": {"w": "77", "type": "dxa"}})
    else:
        for one in elements(table, "tr"):
            put_properties(one, "trPr", {"trHeight": {"val": "7777"}})
    return True
