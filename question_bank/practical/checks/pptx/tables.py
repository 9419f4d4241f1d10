"""Checks of tables on slides."""

from __future__ import annotations

from question_bank.formats.xml_tree import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import colour, span, text, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.slides.judging import outcome, told
from question_bank.practical.slides.model import Cell, Presentation, Table
from question_bank.practical.slides.palette import near
from question_bank.practical.slides.places import SHAPES, Place, form, says, shapes_of
from question_bank.practical.slides.spoiling import child, drop, put, say, spoils
from question_bank.practical.slides.tables import PLAIN_STYLES

A_TABLE = phrase("a table")
ROWS, COLUMNS = span("rows", phrase("rows")), span("columns", phrase("columns"))
ROW, COLUMN = text("row", phrase("the first cell of its row")), text("column", phrase("the head of its column"))
VALUE = text("value", phrase("what it says"), required=True)
HEADING, BANDED, TOTAL = (
    truth("heading", phrase("a heading row")),
    truth("banded", phrase("banded rows")),
    truth("total", phrase("a row of totals")),
)
HEAD_FILL = colour("heading_fill", phrase("colour of the heading row"))
STYLED = truth("styled", phrase("has a table style or filled cells"))
SPAN_COLUMNS, SPAN_ROWS = whole("columns", phrase("columns it covers")), whole("rows", phrase("rows it covers"))
INSIDE = text("text", phrase("what the merged cell contains"))
_FLAGS = {"firstRow": HEADING, "bandRow": BANDED, "lastRow": TOTAL}
_TITLES = {"firstRow": phrase("heading row"), "bandRow": phrase("banded rows"), "lastRow": phrase("row of totals")}


def _tables(deck: Presentation, request: Request) -> list[Place]:
    return [one for one in shapes_of(deck, request, ("table",)) if one.shape and one.shape.table]


def _table(place: Place) -> Table:
    assert place.shape is not None
    assert place.shape.table is not None
    return place.shape.table


def _less(place: Place, request: Request) -> bool:
    table = _table(place)
    if request.expect[ROWS] is not None:
        rows = [one for one in table.node.children if one.name == "a:tr"]
        wanted = request.expect[ROWS]
        extra = int(wanted.high) + 1 - len(rows) if wanted else 0
        table.node.children = [*table.node.children, *[rows[-1]] * max(1, min(extra, 100))]
        return bool(rows)
    grid = table.node.child("a:tblGrid")
    if grid is None or not grid.children:
        return False
    grid.children = [*grid.children, *[grid.children[-1]] * 100]
    return True


@check(
    "pptx.table_size",
    phrase("Rows and columns of a table"),
    "IU05",
    select=SHAPES,
    expect=(ROWS, COLUMNS),
    mutation=spoils(_tables, _less),
)
def table_size(deck: Presentation, request: Request) -> Outcome:
    """How many rows and columns a table has, merged ones counted."""

    def judge(place: Place) -> list[Finding]:
        table, found = _table(place), list[Finding]()
        for field, item, count in (
            (ROWS, phrase("rows"), len(table.rows)),
            (COLUMNS, phrase("columns"), table.columns),
        ):
            if (wanted := request.expect[field]) is not None:
                found.append(judged(item, wanted.holds(count), wanted.words(), str(count), place.where))
        return found

    return outcome(request, _tables(deck, request), judge, A_TABLE)


def _cell(table: Table, request: Request) -> Cell | None:
    """The cell at a row's first cell and a column's head; of a row alone its second, of a column alone the one below."""
    row, column = request.expect[ROW], request.expect[COLUMN]
    across = 1
    head = 0
    if column is not None:
        spots = [
            (at, n)
            for at, one in enumerate(table.rows)
            for n, cell in enumerate(one)
            if form(cell.text) == form(column)
        ]
        if not spots:
            return None
        head, across = spots[0]
    down = head + 1
    if row is not None:
        down = next((at for at, one in enumerate(table.rows) if one and form(one[0].text) == form(row)), -1)
    held = table.rows[down] if 0 <= down < len(table.rows) else ()
    return held[across] if across < len(held) else None


def _other_value(place: Place, request: Request) -> bool:
    cell = _cell(_table(place), request)
    return (
        cell is not None
        and cell.body is not None
        and bool(cell.body.paragraphs)
        and say(cell.body.paragraphs[0].node, "—")
    )


@check(
    "pptx.table_cell",
    phrase("A cell of a table"),
    "IU05",
    select=SHAPES,
    expect=(ROW, COLUMN, VALUE),
    mutation=spoils(_tables, _other_value),
)
def table_cell(deck: Presentation, request: Request) -> Outcome:
    """What stands in the cell of a row and a column, which are found by their own words."""
    value = request.expect[VALUE] or ""

    def judge(place: Place) -> list[Finding]:
        cell = _cell(_table(place), request)
        item = phrase("cell %(row)s, %(column)s", row=request.expect[ROW] or "…", column=request.expect[COLUMN] or "…")
        said: Words = quoted(cell.text) if cell else phrase("no such row or column")
        return [judged(item, cell is not None and form(cell.text) == form(value), quoted(value), said, place.where)]

    return outcome(request, _tables(deck, request), judge, A_TABLE)


def _filled(table: Table) -> bool:
    return any(cell.fill.kind not in ("", "none") for row in table.rows for cell in row)


def _row_look(table: Table, at: int) -> tuple[object, ...]:
    """What a row looks like: the colours of its cells, and whether their words are bold."""
    cells = table.rows[at]
    bold = {run.look.bold for cell in cells if cell.body for line in cell.body.paragraphs for run in line.runs}
    return tuple(cell.fill.colours for cell in cells), frozenset(bold)


def _looks_like(table: Table, flag: str) -> bool:
    """Whether a table's rows look as a ticked part of its style makes them."""
    if len(table.rows) < 4:
        return False
    if flag == "bandRow":
        return _row_look(table, 1) != _row_look(table, 2)
    one, others = (0, (1, 2)) if flag == "firstRow" else (-1, (-2, -3))
    return _row_look(table, one) not in [_row_look(table, other) for other in others]


def _repaint(cell: Cell) -> None:
    """Another fill for a cell."""
    said = child(cell.node, "a:tcPr", 1)
    drop(said, "a:solidFill", "a:gradFill")
    fill = Node("a:pattFill", {"prst": "pct5"})
    said.children = [*said.children, fill]


def _unstyled(place: Place, request: Request) -> bool:
    table = _table(place)
    said = child(table.node, "a:tblPr")
    for name, field in _FLAGS.items():
        if (wanted := request.expect[field]) is not None:
            put(said, **{name: "0" if wanted else "1"})
    if request.expect[STYLED] is not None:
        drop(said, "a:tableStyleId")
    for at, row in enumerate(table.rows):
        for cell in row:
            if request.expect[STYLED] is not None:
                drop(child(cell.node, "a:tcPr", 1), "a:solidFill", "a:gradFill")
            if request.expect[HEAD_FILL] is not None and at == 0:
                _repaint(cell)
    return True


@check(
    "pptx.table_style",
    phrase("Style of a table"),
    "IU05",
    select=SHAPES,
    expect=(STYLED, HEADING, BANDED, TOTAL, HEAD_FILL),
    mutation=spoils(_tables, _unstyled),
)
def table_style(deck: Presentation, request: Request) -> Outcome:
    """A style other than “none”, its ticked parts, the heading row's colour. LibreOffice writes no style and no ticks: filled cells
    count as a style, and rows that differ from their neighbours as the ticked ones."""

    def judge(place: Place) -> list[Finding]:
        table, found = _table(place), list[Finding]()
        if (styled := request.expect[STYLED]) is not None:
            here = table.style not in PLAIN_STYLES or _filled(table)
            found.append(judged(phrase("table style"), here == styled, told(styled), told(here), place.where))
        for name, field in _FLAGS.items():
            if (wanted := request.expect[field]) is not None:
                here = name in table.flags or (deck.of_libreoffice and _looks_like(table, name))
                found.append(judged(_TITLES[name], here == wanted, told(wanted), told(here), place.where))
        if (ink := request.expect[HEAD_FILL]) is not None:
            colours = [one for cell in table.rows[0] for one in cell.fill.colours] if table.rows else []
            right = bool(colours) and all(near(one, ink) for one in colours)
            found.append(
                judged(
                    phrase("colour of the heading row"),
                    right,
                    ink,
                    ", ".join(dict.fromkeys(colours)) or phrase("none"),
                    place.where,
                )
            )
        return found

    return outcome(request, _tables(deck, request), judge, A_TABLE)


def _split(place: Place, _: Request) -> bool:
    changed = False
    for row in _table(place).rows:
        for cell in row:
            kept = {
                name: said
                for name, said in cell.node.attributes.items()
                if name not in ("gridSpan", "rowSpan", "hMerge", "vMerge")
            }
            changed = changed or len(kept) != len(cell.node.attributes)
            cell.node.attributes = kept
    return changed


@check(
    "pptx.table_merge",
    phrase("Merged cells"),
    "IU05",
    select=SHAPES,
    expect=(INSIDE, SPAN_COLUMNS, SPAN_ROWS),
    mutation=spoils(_tables, _split),
)
def table_merge(deck: Presentation, request: Request) -> Outcome:
    """A merged cell, by its words and by how many columns and rows it covers."""
    wanted, wide, high = request.expect[INSIDE], request.expect[SPAN_COLUMNS], request.expect[SPAN_ROWS]

    def judge(place: Place) -> list[Finding]:
        merged = [cell for row in _table(place).rows for cell in row if cell.spans != (1, 1) and not cell.covered]
        fits = [
            one for one in merged if (wanted is None or says(one.text, wanted)) and (wide is None or one.spans[0] == wide)
            and (high is None or one.spans[1] == high)
        ]  # fmt: skip
        expected = phrase("%(columns)s columns × %(rows)s rows", columns=str(wide or "…"), rows=str(high or "…"))
        said: Words = ", ".join(f"{one.spans[0]} × {one.spans[1]}" for one in merged) or phrase("no merged cell")
        return [judged(quoted(wanted) if wanted else phrase("merged cell"), bool(fits), expected, said, place.where)]

    return outcome(request, _tables(deck, request), judge, A_TABLE)
