"""What cells hold: numbers, texts, days, and whether they are what they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from question_bank.formats.nodes import Node
from question_bank.phrase import phrase
from question_bank.practical.arguments import Field, Span, WrongValueError, number, pattern, span, text_in, texts, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.sheet.address import Area, cell_area
from question_bank.practical.sheet.anchors import CELLS, Target, each
from question_bank.practical.sheet.aspects import aspect
from question_bank.practical.sheet.cells import Cell, ErrorValue, Sheet
from question_bank.practical.sheet.edits import put_value
from question_bank.practical.sheet.recalculation import now, wants_what_is_missing
from question_bank.practical.sheet.spoiling import as_text, other_value, spoil_cell, targets_in
from question_bank.practical.sheet.texts import canon, canon_exact
from question_bank.practical.sheet.words import EMPTY, joined, value_words
from question_bank.practical.sheet.workbook import Workbook

_NUMBER = re.compile(r"[-+(]?\s*\d[\d.,\s\u00a0]*\)?\s*(%|đ|₫|vnd|vnđ|đồng)?", re.IGNORECASE)
_DAY = re.compile(r"\s*\d{1,4}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{1,4}\s*")


def _day_in(node: Node) -> date:
    """`YYYY-MM-DD` or `dd/mm/yyyy`. Raises WrongValueError."""
    said = text_in(node).strip()
    parts = said.split("/")
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(said)
    except ValueError as error:
        raise WrongValueError(phrase("a day is written YYYY-MM-DD"), node) from error


NUMBER = span("number", phrase("a number, or a range"))
TOLERANCE = number("tolerance", phrase("how far a number may be off"), default="0")
TEXTS = texts("text", phrase("one of these texts"))
CASE = truth("case", phrase("capitals count"))
PATTERN = pattern("pattern", phrase("a pattern of the text"))
DAY: Field[date | None] = Field("day", phrase("a day"), {"type": "string", "format": "date"}, _day_in)
FROM: Field[date | None] = Field("from", phrase("not before this day"), {"type": "string", "format": "date"}, _day_in)
TO: Field[date | None] = Field("to", phrase("not after this day"), {"type": "string", "format": "date"}, _day_in)
TYPED = truth("typed", phrase("typed, not calculated"))
EACH = texts("each", phrase("the texts or numbers of the cells, in order"), required=True)


def number_right(value: object, wanted: Span, tolerance: Fraction) -> bool:
    """Whether a value is a number within a range; what binary fractions lose in a calculation is allowed."""
    if not isinstance(value, float):
        return False
    slack = Fraction(abs(value)) / 10**9 if value else Fraction(0)
    return wanted.holds(value, tolerance + slack)


def _expected(request: Request) -> Words:
    said: list[str] = []
    if (wanted := request.expect[NUMBER]) is not None:
        said.append(wanted.words())
    said += [quoted(one) for one in request.expect[TEXTS]]
    if (day := request.expect[DAY]) is not None:
        said.append(f"{day:%d/%m/%Y}")
    if (shape := request.expect[PATTERN]) is not None:
        said.append(quoted(shape.pattern))
    return joined(said) or phrase("something")


def _right(sheet: Sheet, cell: Cell, request: Request) -> bool:
    expect = request.expect
    if expect[TYPED] is not None and cell.has_formula == expect[TYPED]:
        return False
    if (wanted := expect[NUMBER]) is not None:
        return number_right(cell.value, wanted, expect[TOLERANCE] or Fraction(0))
    if expect[TEXTS]:
        form = canon_exact if expect[CASE] else canon
        return not isinstance(cell.value, ErrorValue) and form(cell.text) in {form(one) for one in expect[TEXTS]}
    if (day := expect[DAY]) is not None:
        found = sheet.day(cell)
        return found is not None and found.date() == day
    if (shape := expect[PATTERN]) is not None:
        return shape.fullmatch(canon_exact(cell.text)) is not None
    return not cell.is_empty and not isinstance(cell.value, ErrorValue)


@check(
    "xlsx.value", phrase("What cells hold"), "IU04", select=CELLS,
    expect=(NUMBER, TOLERANCE, TEXTS, CASE, PATTERN, DAY, TYPED),
    wants=wants_what_is_missing, mutation=lambda data, request: spoil_cell(data, request, other_value),
)  # fmt: skip
def value(book: Workbook, request: Request) -> Outcome:
    """The value the file keeps, else what LibreOffice calculates; `typed: true` wants no formula."""
    current = now(request)

    def judge(target: Target) -> Iterator[Finding]:
        for kept in target.cells():
            cell = current(target, kept)
            right = _right(target.sheet, cell, request)
            yield judged(phrase("value"), right, _expected(request), value_words(target.sheet, cell), Target(target.sheet, _one(cell)).words)  # fmt: skip

    return each(book, request, judge)


def _one(cell: Cell) -> Area:
    return cell_area(cell.row, cell.column)


@check(
    "xlsx.values", phrase("The cells of a range, one by one"), "IU04", select=CELLS, expect=(EACH, TOLERANCE),
    wants=wants_what_is_missing, mutation=lambda data, request: spoil_cell(data, request, other_value),
)  # fmt: skip
def values(book: Workbook, request: Request) -> Outcome:
    """Row by row; numbers within the tolerance, texts in canonical form. Too many or too few cells are wrong ones."""
    wanted, current = request.expect[EACH], now(request)

    def judge(target: Target) -> Iterator[Finding]:
        cells = [current(target, cell) for cell in target.cells()][: len(wanted) + 1000]
        cells = cells[: len(wanted)] + [one for one in cells[len(wanted) :] if not one.is_empty]
        for at in range(max(len(wanted), len(cells))):
            cell = cells[at] if at < len(cells) else None
            said = wanted[at] if at < len(wanted) else None
            right = (
                cell is not None and said is not None and _equal(cell, said, request.expect[TOLERANCE] or Fraction(0))
            )
            found = value_words(target.sheet, cell) if cell else EMPTY
            where = Target(target.sheet, _one(cell)).words if cell else target.words
            yield judged(phrase("value"), right, quoted(said) if said is not None else EMPTY, found, where)

    return each(book, request, judge)


def _equal(cell: Cell, said: str, tolerance: Fraction) -> bool:
    if isinstance(cell.value, float):
        try:
            exact = Fraction(said.strip())
        except (ValueError, ZeroDivisionError):
            return False
        return number_right(cell.value, Span(exact, exact), tolerance)
    return canon(cell.text) == canon(said)


@check(
    "xlsx.number_cells", phrase("Numbers are numbers, not texts"), "IU04", select=CELLS,
    wants=wants_what_is_missing, mutation=lambda data, request: spoil_cell(data, request, as_text, lambda sheet, cell: cell.is_number),
)  # fmt: skip
def number_cells(book: Workbook, request: Request) -> Outcome:
    """Of the filled cells, how many hold a number."""
    current = now(request)

    def judge(target: Target) -> Iterator[Finding]:
        def found(cell: Cell) -> Words:
            if isinstance(cell.value, str) and _NUMBER.fullmatch(cell.value.strip()):
                return phrase("the number %(number)s as a text", number=quoted(cell.value))
            return value_words(target.sheet, cell)

        cells = [current(target, cell) for cell in target.filled()]
        yield aspect(target, cells, phrase("numbers"), phrase("numbers"), lambda cell: cell.is_number, found)

    return each(book, request, judge)


@check(
    "xlsx.date_cells", phrase("Days are days, not texts"), "IU04", select=CELLS, expect=(FROM, TO),
    wants=wants_what_is_missing, mutation=lambda data, request: spoil_cell(data, request, lambda e, s, c: put_value(e, f"{s.day(c):%d/%m/%Y}"), lambda s, c: s.day(c) is not None),
)  # fmt: skip
def date_cells(book: Workbook, request: Request) -> Outcome:
    """A number that is shown as a day, within the days given."""
    first, last, current = request.expect[FROM], request.expect[TO], now(request)

    def judge(target: Target) -> Iterator[Finding]:
        def right(cell: Cell) -> bool:
            day = target.sheet.day(current(target, cell))
            if day is None or not target.sheet.look(cell).number_format.is_date:
                return False
            return (first is None or day.date() >= first) and (last is None or day.date() <= last)

        def found(cell: Cell) -> Words:
            if isinstance(cell.value, str) and _DAY.fullmatch(cell.value):
                return phrase("the day %(day)s as a text", day=quoted(cell.value))
            return value_words(target.sheet, cell)

        ends = "–".join(f"{day:%d/%m/%Y}" if day else "" for day in (first, last)) if first or last else ""
        yield aspect(target, target.filled(), phrase("days"), ends or phrase("days"), right, found)

    return each(book, request, judge)


def _emptied(data: bytes, request: Request) -> bytes | None:
    """The last cell: the first may be the heading by which the place is found."""
    last = [(cell.row, cell.column) for one in targets_in(data, request)[:1] for cell in one.filled()][-1:]
    return spoil_cell(data, request, lambda e, s, c: put_value(e, None), lambda s, c: (c.row, c.column) in last)


@check(
    "xlsx.filled", phrase("Cells are filled"), "IU04", select=CELLS, expect=(TYPED,),
    mutation=_emptied,
)  # fmt: skip
def filled(book: Workbook, request: Request) -> Outcome:
    """None of the cells is empty or an error; `typed: false` wants formulas in all of them."""

    def judge(target: Target) -> Iterator[Finding]:
        def right(cell: Cell) -> bool:
            typed = request.expect[TYPED]
            return (
                not cell.is_empty
                and not isinstance(cell.value, ErrorValue)
                and (typed is None or cell.has_formula != typed)
            )

        yield aspect(target, list(target.cells()), phrase("cells"), phrase("filled"), right, lambda cell: value_words(target.sheet, cell))  # fmt: skip

    return each(book, request, judge)
