"""Tables: how many rows and columns, what cells say, merged cells, header rows, formulas, order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any
from xml.dom.minidom import Element

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import add_element, elements, take_out
from question_bank.practical.ordering import day_of, name_key, number_of, word_key
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.fielded import fields_named, no_field
from question_bank.practical.word.selecting import whole
from question_bank.practical.word.spoiling import child, edit_node, put_properties, remove_all, reword_all, unlike
from question_bank.practical.word.tabled import (
    CELLS,
    COLUMN,
    ROW,
    TABLES,
    cell_text,
    cell_where,
    cells_of,
    column_of,
    table_sought,
    table_where,
    tables_of,
)
from question_bank.practical.word.tables import Table

_ORDERS = {"ascending": phrase("ascending"), "descending": phrase("descending")}
_KEYS: dict[str, tuple[Phrase, Callable[[str], Any]]] = {
    "text": (phrase("as words"), word_key),
    "name": (phrase("as names of persons"), name_key),
    "number": (phrase("as numbers"), number_of),
    "date": (phrase("as days"), day_of),
}

ROWS = arguments.span("rows", phrase("number of rows"))
COLUMNS = arguments.span("columns", phrase("number of columns"))
SAYS = arguments.texts("says", phrase("what the cell says, one of these"))
FITS = arguments.pattern("regex", phrase("a pattern that the cell's text fits"))
NUMBER = arguments.span("number", phrase("the number in the cell"))
TEXT = arguments.text("text", phrase("what the merged cell says"))
ACROSS = arguments.span("columns", phrase("how many columns the merged cell covers"))
DOWN = arguments.span("rows", phrase("how many rows the merged cell covers"))
REPEATS = arguments.span("repeats", phrase("first rows that are repeated on every page"))
WHOLE_ROWS = arguments.truth("whole_rows", phrase("whether rows stay on one page"))
FUNCTION = arguments.texts("function", phrase("function of the formula"))
RANGE = arguments.text("over", phrase("cells that the formula is about, like ABOVE"))
RESULT = arguments.span("result", phrase("result of the formula"))
KEY = arguments.text("by", phrase("the column: the text of its first cell, or its number"), required=True)
ORDER = arguments.choice("order", phrase("order"), _ORDERS, default="ascending")
AS = arguments.choice(
    "as", phrase("how cells are compared"), {name: words for name, (words, _) in _KEYS.items()}, default="text"
)
HEAD = arguments.whole("head_rows", phrase("rows at the top that are not sorted"), default=1)
FOOT = arguments.whole("foot_rows", phrase("rows at the end that are not sorted"), default=0)


def edit_table(data: bytes, request: Request, edit: Callable[[Element], object]) -> bytes | None:
    """The file with the first table changed that a check looks at."""
    file = open_model(data)
    found = tables_of(file, request)
    return edit_node(data, file, found[0].part, found[0].node, edit) if found else None


@check(
    "docx.table", phrase("A table with rows and columns"), "IU03", select=TABLES, expect=(ROWS, COLUMNS),
    mutation=lambda data, request: edit_table(data, request, lambda one: _other_size(one, request)),
)  # fmt: skip
def table(file: WordFile, request: Request) -> Outcome:
    """A table that holds these texts has so many rows and columns of its grid."""
    found = tables_of(file, request)
    if not found:
        return Outcome.nothing(table_sought(request))
    return Outcome.of((one for table in found for one in _size(table, request)), found)


def _size(table: Table, request: Request) -> Iterator[Finding]:
    if not request.expect.has(ROWS) and not request.expect.has(COLUMNS):
        yield judged(phrase("table"), True, phrase("a table"), phrase("it is there"), table_where(table))
    for field, found in ((ROWS, len(table.rows)), (COLUMNS, table.columns)):
        if (span := request.expect[field]) is not None:
            yield judged(field.title, span.holds(found), span.words(), str(found), table_where(table))


def _other_size(table: Element, request: Request) -> bool:
    """Rows, or cells of the first row, beyond what may be."""
    rows = [one for one in elements(table, "tr") if one.parentNode is table]
    asked = request.expect[ROWS]
    span = asked or request.expect[COLUMNS]
    if span is None or not rows:
        return remove_all(table, "tr")
    for _ in range(int(span.high) + 1):
        row = add_element(table, "tr") if asked else rows[0]
        add_element(add_element(row, "tc"), "p")
    return True


@check(
    "docx.cell_text", phrase("What cells of a table say"), "IU03", select=CELLS, expect=(SAYS, FITS, NUMBER),
    mutation=lambda data, request: _other_cells(data, request),
)  # fmt: skip
def cell_text_is(file: WordFile, request: Request) -> Outcome:
    """The cell where a row and a column meet; every cell of a row or column where only one is named."""
    found = [(table, cell) for table in tables_of(file, request) for cell in cells_of(file, table, request)]
    if not found:
        return Outcome.nothing(table_sought(request))
    findings: list[Finding] = []
    for one, cell in found:
        if request.select.has(COLUMN) and not request.select.has(ROW) and cell.row == 1:
            continue  # the cell that names the column
        said, where = cell_text(file, cell), cell_where(one, cell)
        if says := request.expect[SAYS]:
            right = canon(said) in {canon(one) for one in says}
            findings.append(judged(phrase("cell"), right, ", ".join(map(quoted, says)), quoted(said), where))
        if (fits := request.expect[FITS]) is not None:
            findings.append(
                judged(phrase("cell"), bool(fits.search(canon(said, True))), fits.pattern, quoted(said), where)
            )
        if (span := request.expect[NUMBER]) is not None:
            number = number_of(said)
            findings.append(
                judged(phrase("cell"), number is not None and span.holds(number), span.words(), quoted(said), where)
            )
    targets = [whole(one) for _, cell in found for one in file.between(cell.paragraphs) if not one.empty]
    return Outcome.of(findings, targets)


def _other_cells(data: bytes, request: Request) -> bytes | None:
    file = open_model(data)
    says = request.expect[SAYS]
    known = unlike("".join(says))
    for one in tables_of(file, request):
        for cell in cells_of(file, one, request):
            first = next((found for found in file.between(cell.paragraphs) if not found.empty), None)
            skipped = request.select.has(COLUMN) and not request.select.has(ROW) and cell.row == 1
            if first is not None and not skipped:
                return edit_node(data, file, first.part, first.node, lambda tree: reword_all(tree, known))
    return None


@check(
    "docx.merged_cells", phrase("Merged cells"), "IU03", select=(*TABLES, TEXT), expect=(ACROSS, DOWN),
    mutation=lambda data, request: edit_table(data, request, lambda one: remove_all(one, "gridSpan", "vMerge")),
)  # fmt: skip
def merged_cells(file: WordFile, request: Request) -> Outcome:
    """A cell that covers several columns or rows; the one that says a text where that is asked."""
    found = tables_of(file, request)
    if not found:
        return Outcome.nothing(table_sought(request))
    text = request.select[TEXT]
    cells = [
        (one, cell) for one in found for cell in one.cells
        if (canon(cell_text(file, cell)) == canon(text) if text is not None else cell.columns > 1 or cell.rows > 1)
    ]  # fmt: skip
    if not cells:
        wanted = phrase("a cell %(text)s", text=quoted(text)) if text is not None else phrase("a merged cell")
        return Outcome.nothing(wanted, table_where(found[0]))
    findings: list[Finding] = []
    for one, cell in cells[:1] if text is not None else cells:
        plain = cell.columns == 1 and cell.rows == 1
        if not request.expect.has(ACROSS) and not request.expect.has(DOWN):
            words = {False: phrase("a merged cell"), True: phrase("a single cell")}
            findings.append(judged(phrase("cell"), not plain, words[False], words[plain], cell_where(one, cell)))
        for field, number in ((ACROSS, cell.columns), (DOWN, cell.rows)):
            if (span := request.expect[field]) is not None:
                findings.append(
                    judged(field.title, span.holds(number), span.words(), str(number), cell_where(one, cell))
                )
    if text is None and any(one.right for one in findings):
        findings = [one for one in findings if one.right]
    return Outcome.of(findings, found)


@check(
    "docx.header_row", phrase("Repeated header rows"), "IU03", select=TABLES, expect=(REPEATS, WHOLE_ROWS),
    mutation=lambda data, request: edit_table(data, request, lambda one: _other_rows(one, request)),
)  # fmt: skip
def header_row(file: WordFile, request: Request) -> Outcome:
    """Rows at the top that every page repeats, and rows that are not cut by the end of a page."""
    found = tables_of(file, request)
    if not found:
        return Outcome.nothing(table_sought(request))
    findings: list[Finding] = []
    for one in found:
        heads = next((at for at, row in enumerate(one.rows) if not row.header), len(one.rows))
        span = request.expect[REPEATS]
        if span is not None or not request.expect.has(WHOLE_ROWS):
            wanted: Words = span.words() if span else phrase("at least one")
            findings.append(
                judged(
                    phrase("repeated rows"),
                    span.holds(heads) if span else heads > 0,
                    wanted,
                    str(heads),
                    table_where(one),
                )
            )
        if (whole_rows := request.expect[WHOLE_ROWS]) is not None:
            cut = sum(not row.cant_split for row in one.rows)
            words = {True: phrase("rows stay on one page"), False: phrase("rows go on over the page")}
            findings.append(
                judged(phrase("rows"), (cut == 0) == whole_rows, words[whole_rows], words[cut == 0], table_where(one))
            )
    return Outcome.of(findings, found)


def _other_rows(table: Element, request: Request) -> bool:
    name = "tblHeader" if request.expect.has(REPEATS) or not request.expect.has(WHOLE_ROWS) else "cantSplit"
    span = request.expect[REPEATS]
    on = (span is not None and span.low == 0) or request.expect[WHOLE_ROWS] is False
    for row in elements(table, "tr"):
        put_properties(row, "trPr", {name: {"val": "1" if on else "0"}})
    return True


@check(
    "docx.formula_field", phrase("A formula in a table"), "IU07", select=TABLES, expect=(FUNCTION, RANGE, RESULT),
    mutation=lambda data, _: no_field(data, lambda one: one.name == "="),
)  # fmt: skip
def formula_field(file: WordFile, request: Request) -> Outcome:
    """A field that works something out in a cell, with its function, what it is about, and what it shows."""
    tables = tables_of(file, request)
    inside = [
        one for one in fields_named(file, "=")
        if any(table.paragraphs[0] <= one.range.start.paragraph < table.paragraphs[1] for table in tables)
    ]  # fmt: skip
    if not inside:
        return Outcome.nothing(phrase("a formula in a table"))
    best = max(
        (list(_formula(file, request, one)) for one in inside), key=lambda one: sum(found.right for found in one)
    )
    return Outcome.of(best, tables)


def _formula(file: WordFile, request: Request, field: Any) -> Iterator[Finding]:
    said = "".join(field.instruction.arguments).upper().replace(" ", "")
    paragraph = file.paragraph(field.range.start.paragraph)
    where = paragraph.where if paragraph else ""
    functions, over = request.expect[FUNCTION], request.expect[RANGE]
    right = not functions or any(said.startswith(f"{one.upper().rstrip('()')}(") for one in functions)
    yield judged(phrase("formula"), right, ", ".join(functions) or phrase("a formula"), quoted(f"={said}"), where)
    if over is not None:
        held = f"({over.upper().replace(' ', '')})" in said.replace(";", ",")
        yield judged(phrase("cells"), held, over, quoted(f"={said}"), where)
    if (span := request.expect[RESULT]) is not None:
        shown = file.text_of(field.range)
        number = number_of(shown)
        yield judged(phrase("result"), number is not None and span.holds(number), span.words(), quoted(shown), where)


@check(
    "docx.sorted_rows", phrase("Rows in order"), "IU03", select=TABLES, expect=(KEY, ORDER, AS, HEAD, FOOT),
    mutation=lambda data, request: edit_table(data, request, lambda one: _turned(one, request)),
)  # fmt: skip
def sorted_rows(file: WordFile, request: Request) -> Outcome:
    """Rows stand in the order of a column, in the order of Vietnamese letters where it is text."""
    found = tables_of(file, request)
    if not found:
        return Outcome.nothing(table_sought(request))
    return Outcome.of((_order(file, one, request) for one in found), found)


def _order(file: WordFile, table: Table, request: Request) -> Finding:
    by, order, kind = request.expect[KEY] or "1", request.expect[ORDER] or "ascending", request.expect[AS] or "text"
    wanted = phrase("%(order)s by %(column)s", order=_ORDERS[order], column=quoted(by))
    column = column_of(file, table, by)
    if not column:
        return judged(phrase("order"), False, wanted, phrase("no column of this name"), table_where(table))
    first, last = 1 + (request.expect[HEAD] or 0), len(table.rows) - (request.expect[FOOT] or 0)
    said = [cell_text(file, table.cell(row, column)) for row in range(first, last + 1)]
    keys: Sequence[Any] = [_KEYS[kind][1](one) for one in said]
    wrong = next(
        (at for at, (one, other) in enumerate(pairwise(keys), 1) if one is None or other is None or (one > other if order == "ascending" else one < other)),
        None,
    )  # fmt: skip
    right = wrong is None and len(said) > 1
    shown = (
        wanted
        if right
        else phrase("%(one)s before %(other)s", one=quoted(said[wrong - 1]), other=quoted(said[wrong]))
        if wrong
        else phrase("no rows")
    )
    return judged(phrase("order"), right, wanted, shown, table_where(table))


def _turned(table: Element, request: Request) -> bool:
    """The rows that are sorted stand the other way round."""
    rows = [one for one in elements(table, "tr") if one.parentNode is table]
    head, foot = request.expect[HEAD] or 0, request.expect[FOOT] or 0
    moved = rows[head : len(rows) - foot]
    behind = rows[len(rows) - foot] if foot else None
    for row in reversed(moved):
        take_out(row)
        table.insertBefore(row, behind)
    return len(moved) > 1 and child(table, "tr") is not None
