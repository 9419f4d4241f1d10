"""Lists: sorted, filtered, extracted, without duplicates, with subtotals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, span, text, texts, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.xlsx.values import number_right
from question_bank.practical.findings import NONE, Finding, Outcome, judged, quoted
from question_bank.practical.mutants import attribute, elements, put_attribute, put_text, text_of
from question_bank.practical.sheet import formula as says
from question_bank.practical.sheet.address import Area, cell_area
from question_bank.practical.sheet.anchors import CELLS, SHEETS, Target, each, each_sheet, locate
from question_bank.practical.sheet.cells import Cell, Sheet
from question_bank.practical.sheet.edits import drop, put_value
from question_bank.practical.sheet.order import first_out_of_order
from question_bank.practical.sheet.spoiling import first_cell, other_value, spoil_cell, spoil_sheet, targets_in
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, place_words, sheet_words, value_words
from question_bank.practical.sheet.workbook import Workbook

_ORDERS = {"rising": phrase("rising"), "falling": phrase("falling")}
ORDER = choice("order", phrase("rising or falling"), _ORDERS, default="rising")
ORDERS = texts("orders", phrase("rising or falling for each column"))
LAST_WORD = truth("by_given_name", phrase("names by their last word"))
COVERS = text("range", phrase("the cells that are filtered"))
BY = text("by", phrase("heading of the column that is filtered"))
SHOWN = texts("shown", phrase("the texts of the rows that are seen"))
NUMBER = span("number", phrase("the numbers of the rows that are seen"))
SOURCE = text("source", phrase("the cells of the list, its headings first"), required=True)
WHERE = text("where", phrase("heading of the column that decides"))
COLUMNS = texts("columns", phrase("headings of the columns that are taken"))
SAME_AS = text("same_as", phrase("the cells whose values are kept, each once"))
FUNCTION = whole("function", phrase("number of the function of SUBTOTAL: 9 sum, 1 average, 3 count"))
GROUPS = span("groups", phrase("how many groups"))
LEVELS = whole("levels", phrase("levels of the outline"))


def _swap(data: bytes, request: Request) -> bytes | None:
    """The first value of the first key becomes one that belongs at the other end."""

    def edit(element: Element, _sheet: Sheet, cell: Cell) -> None:
        falling = request.expect[ORDER] == "falling"
        if cell.is_number:
            put_value(element, -1e9 if falling else 1e9)
        else:
            put_value(element, "" if falling else "zzz zzz")

    return spoil_cell(data, request, edit)


@check(
    "xlsx.sorted",
    phrase("Rows stand in order"),
    "IU04",
    select=CELLS,
    expect=(ORDER, ORDERS, LAST_WORD),
    mutation=_swap,
)
def sorted_rows(book: Workbook, request: Request) -> Outcome:
    """The columns of the select are the keys, the first before the others."""
    found = locate(book, request)
    if not found.targets or found.missing:
        return Outcome.nothing(joined(map(quoted, found.missing)) or phrase("cells"))
    columns = [list(one.sheet.within(one.area)) for one in found.targets]
    rows: list[tuple[Cell, ...]] = list(zip(*columns, strict=False))
    said = request.expect[ORDERS] or (request.expect[ORDER] or "rising",) * len(columns)
    falling = [(said[at] if at < len(said) else "rising") == "falling" for at in range(len(columns))]
    wrong = first_out_of_order(rows, falling, bool(request.expect[LAST_WORD]))
    sheet, expected = found.targets[0].sheet, joined(said)
    if wrong is None:
        right = len(rows) > 1
        return Outcome.of(
            [judged(phrase("order of the rows"), right, expected, str(len(rows)), found.targets[0].words)],
            found.targets,
        )
    cell = rows[wrong][0]
    where = place_words(sheet.name, cell_area(cell.row, cell.column))
    return Outcome.of(
        [judged(phrase("order of the rows"), False, expected, value_words(sheet, cell), where)], found.targets
    )


@check(
    "xlsx.autofilter", phrase("Buttons to filter a list"), "IU04", select=SHEETS, expect=(COVERS, BY, SHOWN),
    mutation=lambda data, request: spoil_sheet(data, request, lambda top: drop(top, "autoFilter")),
)  # fmt: skip
def autofilter(book: Workbook, request: Request) -> Outcome:
    """A filter of the sheet or of one of its tables, its cells, and what a column is filtered by."""
    expect = request.expect

    def judge(sheet: Sheet) -> Iterator[Finding]:
        tables = [one.autofilter for one in book.tables if one.sheet == sheet.name]
        found = sheet.parts.autofilter or next((one for one in tables if one is not None), None)
        where = sheet_words(sheet)
        yield judged(
            phrase("buttons to filter"),
            found is not None,
            phrase("a filter"),
            found.area.words() if found else NOTHING,
            where,
        )
        if (cells := expect[COVERS]) is not None:
            place = book.resolve(cells, sheet.name)
            right = (
                found is not None
                and place is not None
                and place[1].top == found.area.top
                and found.area.covers(place[1])
            )
            yield judged(phrase("cells of the filter"), right, cells, found.area.words() if found else NOTHING, where)
        if (head := expect[BY]) is not None:
            columns = (
                [one for one in found.columns if _heading(sheet, found.area, one.column) == canon(head)]
                if found
                else []
            )
            yield judged(
                phrase("filtered by"), bool(columns), quoted(head), NOTHING if not columns else quoted(head), where
            )
            if expect[SHOWN] and columns:
                values = {
                    *map(canon, columns[0].values),
                    *(canon(value) for sign, value in columns[0].custom if sign == "equal"),
                }
                shown = expect[SHOWN]
                yield judged(phrase("what is seen"), values == set(map(canon, shown)), joined(shown), joined(columns[0].values) or NOTHING, where)  # fmt: skip

    return each_sheet(book, request, judge)


def _heading(sheet: Sheet, where: Area, column: int) -> str:
    return canon(sheet.cell(where.top, where.left + column).text)


def _unhide_row(data: bytes, request: Request) -> bytes | None:
    targets = targets_in(data, request)

    def edit(top: Element) -> bool:
        for row in elements(top, "row"):
            at = int(attribute(row, "r") or 0)
            if any(one.area.top <= at <= one.area.bottom for one in targets):
                gone = attribute(row, "hidden") in ("1", "true")
                put_attribute(row, "hidden", None if gone else "1")
                return True
        return False

    return spoil_sheet(data, request, edit)


@check(
    "xlsx.filtered_rows",
    phrase("Only certain rows are seen"),
    "IU04",
    select=CELLS,
    expect=(SHOWN, NUMBER),
    mutation=_unhide_row,
)
def filtered_rows(book: Workbook, request: Request) -> Outcome:
    """For each cell of the column: its row is seen exactly when the cell says what is to be seen."""
    wanted, numbers = {canon(one) for one in request.expect[SHOWN]}, request.expect[NUMBER]

    def judge(target: Target) -> Iterator[Finding]:
        cells = target.filled()
        wrong = []
        for cell in cells:
            line = target.sheet.parts.rows.get(cell.row)
            seen = not (line is not None and line.hidden)
            fits = number_right(cell.value, numbers, Fraction(0)) if numbers else canon(cell.text) in wanted
            if seen != fits:
                wrong.append(cell)
        shown = request.expect[SHOWN]
        expected = joined(shown) or (numbers.words() if numbers else "")
        share = Fraction(len(cells) - len(wrong), len(cells)) if cells else NONE
        found = value_words(target.sheet, wrong[0]) if wrong else expected
        where = place_words(target.sheet.name, cell_area(wrong[0].row, wrong[0].column)) if wrong else target.words
        yield Finding(phrase("what is seen"), share, expected, found, where)

    return each(book, request, judge)


Row = tuple[str, ...]


def _texts(cells: Sequence[Cell]) -> Row:
    return tuple(f"{cell.value:.9g}" if isinstance(cell.value, float) else canon(cell.text) for cell in cells)


def _table(book: Workbook, reference: str) -> list[list[Cell]]:
    """The rows of a reference, empty ones left out."""
    place = book.resolve(reference)
    used = place[0].used(place[1]) if place else None
    if place is None or used is None:
        return []
    width = used.right - used.left + 1
    cells = list(place[0].within(used))
    rows = [cells[at : at + width] for at in range(0, len(cells), width)]
    return [row for row in rows if not all(cell.is_empty for cell in row)]


@check(
    "xlsx.extract", phrase("Rows that were taken out of a list"), "IU08", select=CELLS, expect=(SOURCE, WHERE, SHOWN, NUMBER, COLUMNS),
    mutation=lambda data, request: spoil_cell(data, request, other_value),
)  # fmt: skip
def extract(book: Workbook, request: Request) -> Outcome:
    """Exactly the rows of the list for which a column says a text or lies in a range, in any order, each as often as it is there."""
    expect = request.expect
    rows = _table(book, expect[SOURCE] or "")
    heads = [canon(cell.text) for cell in rows[0]] if rows else []
    taken = [heads.index(canon(one)) for one in expect[COLUMNS] if canon(one) in heads] or list(range(len(heads)))
    by = heads.index(canon(expect[WHERE] or "")) if canon(expect[WHERE] or "") in heads else -1
    shown, numbers = {canon(one) for one in expect[SHOWN]}, expect[NUMBER]
    fitting = (row for row in rows[1:] if by < 0 or (number_right(row[by].value, numbers, Fraction(0)) if numbers else canon(row[by].text) in shown))  # fmt: skip
    wanted = Counter(_texts([row[at] for at in taken]) for row in fitting)

    def judge(target: Target) -> Iterator[Finding]:
        found = Counter(_texts(row) for row in _table(book, target.sheet.where(target.area)))
        heading = _texts([rows[0][at] for at in taken]) if rows else ()
        found.pop(heading, None)
        right = sum((found & wanted).values())
        whole_number = max(sum(found.values()), sum(wanted.values()))
        odd = next(iter((found - wanted) or (wanted - found)), ())
        credit = Fraction(right, whole_number) if whole_number else NONE
        yield Finding(
            phrase("rows"),
            credit,
            str(sum(wanted.values())),
            quoted(" | ".join(odd)) if odd else str(right),
            target.words,
        )

    return each(book, request, judge)


def _twice(data: bytes, request: Request) -> bytes | None:
    """The second row becomes the first once more."""
    targets = targets_in(data, request)
    found = first_cell(targets)
    if found is None:
        return None
    first = found[1]
    return spoil_cell(
        data, request, lambda e, s, c: put_value(e, first.value), lambda s, c: c.row > first.row and not c.is_empty
    )


@check("xlsx.no_duplicates", phrase("No row is there twice"), "IU04", select=CELLS, expect=(SAME_AS,), mutation=_twice)
def no_duplicates(book: Workbook, request: Request) -> Outcome:
    """Rows of the place; with `same_as`, also none of those values is lost and none is new."""

    def judge(target: Target) -> Iterator[Finding]:
        rows = [_texts(row) for row in _table(book, target.sheet.where(target.area))]
        twice = [row for row, n in Counter(rows).items() if n > 1]
        shown = quoted(" | ".join(twice[0])) if twice else NOTHING
        yield judged(phrase("rows that are there twice"), bool(rows) and not twice, NOTHING, shown, target.words)
        if (source := request.expect[SAME_AS]) is not None:
            wanted = {_texts(row) for row in _table(book, source)}
            lost = len(wanted ^ set(rows))
            yield judged(
                phrase("values that are kept"), lost == 0, str(len(wanted)), str(len(wanted & set(rows))), target.words
            )

    return each(book, request, judge)


def _levelled(top: Element) -> bool:
    """No outline, and no SUBTOTAL."""
    found = [one for one in elements(top, "row") if attribute(one, "outlineLevel")]
    for one in found:
        put_attribute(one, "outlineLevel", None)
    formulas = [one for one in elements(top, "f") if "SUBTOTAL" in text_of(one).upper()]
    for one in formulas:
        put_text(one, "1+0")
    return bool(found or formulas)


@check(
    "xlsx.subtotals", phrase("Subtotals and outline"), "IU08", select=CELLS, expect=(FUNCTION, GROUPS, LEVELS),
    mutation=lambda data, request: spoil_sheet(data, request, _levelled),
)  # fmt: skip
def subtotals(book: Workbook, request: Request) -> Outcome:
    """SUBTOTAL formulas in the place (one may be the grand total) and the levels that rows are grouped in."""
    expect = request.expect

    def judge(target: Target) -> Iterator[Finding]:
        calls = [
            call
            for cell in target.cells()
            if cell.has_formula
            for call in says.calls(cell.formula)
            if call.name == "SUBTOTAL"
        ]
        numbers = [call.arguments[0][0].text for call in calls if call.arguments and call.arguments[0]]
        if (function := expect[FUNCTION]) is not None:
            right = bool(numbers) and all(one in (str(function), str(function + 100)) for one in numbers)
            yield judged(
                phrase("function of SUBTOTAL"),
                right,
                str(function),
                joined(dict.fromkeys(numbers)) or NOTHING,
                target.words,
            )
        if (groups := expect[GROUPS]) is not None:
            yield judged(phrase("subtotals"), groups.holds(len(calls)), groups.words(), str(len(calls)), target.words)
        if (levels := expect[LEVELS]) is not None:
            rows = target.sheet.parts.rows
            deepest = max((rows[at].level for at in rows if target.area.top <= at <= target.area.bottom), default=0)
            yield judged(phrase("levels of the outline"), deepest >= levels, str(levels), str(deepest), target.words)
        if not expect.values:
            yield judged(phrase("subtotals"), bool(calls), "≥ 1", str(len(calls)), target.words)

    return each(book, request, judge)
