"""What formulas come to when LibreOffice calculates them: as they stand, and when the inputs are others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from question_bank.draw import Draw
from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, number, span, text, texts, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.xlsx.values import number_right
from question_bank.practical.findings import FULL, NONE, Finding, Outcome, Words, judged, quoted
from question_bank.practical.sheet import oracles
from question_bank.practical.sheet.address import cell_area
from question_bank.practical.sheet.anchors import CELLS, SHEETS, Target, each, locate, sheets_of
from question_bank.practical.sheet.cells import Cell, ErrorValue, Sheet, Value
from question_bank.practical.sheet.changes import CHANGE, apply
from question_bank.practical.sheet.edits import put_formula, without_caches
from question_bank.practical.sheet.formula import moved
from question_bank.practical.sheet.recalculation import (
    AS_IT_IS,
    NotRecalculatedError,
    as_it_is,
    cell_there,
    editable,
    few,
    recalculated,
    unknown_there,
)
from question_bank.practical.sheet.spoiling import frozen, other_value, reformulated, spoil_cell
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, formula_words, place_words, sheet_words, value_words
from question_bank.practical.sheet.workbook import Workbook

MOST_CELLS = 40  # results of one check that are worked out beside the candidate's
MOST_TRIALS = 5  # each is a workbook to recalculate
_SCRATCH = 7  # columns between the last one in use and where the oracle works
NUMBER = span("number", phrase("a number, or a range"))
TEXTS = texts("text", phrase("one of these texts"))
TOLERANCE = number("tolerance", phrase("how far a number may be off"), default="0.0005")
TRIALS = whole("trials", phrase("how often the inputs are changed"), default=3)
ORACLE = text("oracle", phrase("a formula for the right result, worked out in the same workbook"))
FUNCTION = choice("function", phrase("a function of ours for the right result"), oracles.TITLES)
RANGES = texts("ranges", phrase("the cells that function looks at"))
FITS = text("fits", phrase("what cells must say to be counted, like Đúng hạn or >=5"))
UNTIL = text("until", phrase("where the rows below a heading end: the row that says this"))


def _wants_all(_book: Workbook, _request: Request, data: bytes) -> Mapping[str, bytes]:
    return as_it_is(data)


@check(
    "xlsx.recalculated_value", phrase("What cells come to when they are calculated anew"), "IU08", select=CELLS,
    expect=(NUMBER, TEXTS, TOLERANCE), wants=_wants_all,
    mutation=lambda data, request: spoil_cell(data, request, other_value),
)  # fmt: skip
def recalculated_value(book: Workbook, request: Request) -> Outcome:
    """Whatever the file keeps, the value that LibreOffice calculates counts."""
    there = recalculated(request.recalculated, AS_IT_IS) if locate(book, request).targets else book

    def judge(target: Target) -> Iterator[Finding]:
        for cell in target.cells():
            found = cell_there(there, target, cell)
            wanted, said = request.expect[NUMBER], request.expect[TEXTS]
            if wanted is not None:
                right, expected = (
                    number_right(found.value, wanted, request.expect[TOLERANCE] or Fraction(0)),
                    wanted.words(),
                )
            else:
                right = canon(found.text) in set(map(canon, said)) if said else not isinstance(found.value, ErrorValue)
                expected = quoted(said[0]) if said else ""
            where = place_words(target.sheet.name, cell_area(cell.row, cell.column))
            yield judged(phrase("value"), right, expected or phrase("a value"), value_words(target.sheet, found), where)

    return each(book, request, judge)


@check(
    "xlsx.no_errors", phrase("No errors when everything is calculated anew"), "IU04", select=SHEETS, wants=_wants_all,
    mutation=lambda data, request: spoil_cell(data, request, reformulated(lambda f: f"({f})+#REF!"), lambda s, c: c.has_formula),
)  # fmt: skip
def no_errors(book: Workbook, request: Request) -> Outcome:
    """Of the sheets of the select, all without one. What LibreOffice does not know counts as the file keeps it."""
    there = recalculated(request.recalculated, AS_IT_IS)
    sheets, missing = sheets_of(book, request.select)
    if missing:
        return Outcome.nothing(phrase("the sheet %(name)s", name=quoted(missing[0])))
    findings = [one for sheet in sheets for one in _errors(sheet, there)]
    if not findings:
        findings = [judged(phrase("errors"), True, NOTHING, NOTHING, sheet_words(sheet)) for sheet in sheets]
    return Outcome.of(findings)


def _errors(sheet: Sheet, there: Workbook) -> Iterator[Finding]:
    other = there.sheet(sheet.name)
    for cell in sheet.cells():
        found = other.cell(cell.row, cell.column) if other is not None else cell
        if unknown_there(cell, found):
            found = cell
        if isinstance(found.value, ErrorValue):
            where = place_words(sheet.name, cell_area(cell.row, cell.column))
            yield Finding(phrase("errors"), NONE, NOTHING, str(found.value), where)


def _results(target: Target) -> list[Cell]:
    return few(target.cells(), MOST_CELLS)


def _scratch(sheet: Sheet) -> int:
    return sheet.last_column + _SCRATCH


def _seeded(request: Request, trial: int) -> Draw:
    """The same for every candidate: their files are changed alike."""
    said = f"{request.expect[ORACLE]} {request.expect[FUNCTION]} {request.expect[RANGES]} {request.expect[FITS]}"
    return Draw(hashlib.sha256(said.encode()).digest(), f"what-if {trial}")


def _wants_trials(book: Workbook, request: Request, data: bytes) -> Mapping[str, bytes]:
    """The workbook as it is, and one for each trial, with the oracle's formulas in scratch cells."""
    targets = locate(book, request).targets
    if not targets:
        return {}
    # Where nothing is calculated, no change of the inputs can show more than the first comparison.
    calculated = any(cell.has_formula for target in targets for cell in target.cells())
    trials = min(request.expect[TRIALS] or 1, MOST_TRIALS) if calculated else 0
    made: dict[str, bytes] = {}
    for trial in range(trials + 1):
        edited = editable(data)
        if edited is None:
            return {}
        if trial:
            apply(edited, book, request.expect[CHANGE], _seeded(request, trial))
        for target in targets if request.expect[ORACLE] is not None else ():
            for cell in _results(target):
                element = edited.cell(target.sheet.name, cell.row, _scratch(target.sheet))
                if element is not None:
                    put_formula(element, _formula(book, request, target, cell))
        without_caches(edited)
        made[str(trial)] = edited.saved()
    return made


def _formula(book: Workbook, request: Request, target: Target, cell: Cell) -> str:
    """The oracle for one cell: what it names, then what it says by address as if filled down from the first. Raises NoOracleError."""
    said = request.expect[ORACLE] or ""
    filled = moved(said.removeprefix("="), cell.row - target.area.top, cell.column - target.area.left)
    return oracles.written(book, filled, cell.row, request.expect[UNTIL] or "")


@dataclass(frozen=True, slots=True)
class _Trial:
    """What one workbook came to: for each cell of a target the candidate's value and the oracle's."""

    pairs: tuple[tuple[Cell, Value, Value], ...]


def _trial(book: Workbook, request: Request, target: Target, key: str) -> _Trial:
    there = recalculated(request.recalculated, key)
    sheet = there.sheet(target.sheet.name)
    if sheet is None:
        raise NotRecalculatedError(target.sheet.name)
    pairs: list[tuple[Cell, Value, Value]] = []
    for cell in _results(target):
        if request.expect[ORACLE] is not None:
            wanted = sheet.cell(cell.row, _scratch(target.sheet)).value
        else:
            ranges, until = request.expect[RANGES], request.expect[UNTIL] or ""
            wanted = oracles.computed(
                there, request.expect[FUNCTION] or "sum", ranges, request.expect[FITS] or "", until
            )
        pairs.append((cell, cell_there(there, target, cell).value, wanted))
    return _Trial(tuple(pairs))


def _equal(found: Value, wanted: Value, tolerance: Fraction) -> bool:
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found == wanted
    if isinstance(wanted, float):
        return isinstance(found, float) and abs(found - wanted) <= float(tolerance) + 1e-9 * abs(wanted)
    if isinstance(found, ErrorValue) or isinstance(wanted, ErrorValue):
        return type(found) is type(wanted) and found == wanted
    return canon(str(found or "")) == canon(str(wanted or ""))


@check(
    "xlsx.what_if", phrase("Results that follow when the inputs change"), "IU08", select=CELLS,
    expect=(CHANGE, TRIALS, ORACLE, FUNCTION, RANGES, FITS, UNTIL, TOLERANCE), steps=("value", "is_formula", "recalculates"),
    wants=_wants_trials, mutation=lambda data, request: spoil_cell(data, request, frozen, lambda s, c: c.has_formula),
)  # fmt: skip
def what_if(book: Workbook, request: Request) -> Outcome:
    """`value`: what the file shows is right; `is_formula`: it is calculated; `recalculates`: it is right again each time the inputs change.

    Inputs are changed the same way for every candidate. An oracle that comes to an error says nothing of that trial.
    """

    def judge(target: Target) -> Iterator[Finding]:
        tolerance = request.expect[TOLERANCE] or Fraction(0)
        first = _trial(book, request, target, AS_IT_IS)
        yield _shown(target, first, tolerance)
        cells = [cell for cell, _, _ in first.pairs]
        plain = [cell for cell in cells if not cell.has_formula]
        share = Fraction(len(cells) - len(plain), len(cells)) if cells else NONE
        shown = formula_words(plain[0] if plain else cells[0]) if cells else NOTHING
        yield Finding(
            phrase("formula"), share, phrase("a formula"), shown, _place(target, plain[:1] or cells[:1]), "is_formula"
        )
        yield _follows(book, request, target, tolerance)

    return each(book, request, judge)


def _place(target: Target, cells: list[Cell]) -> Words:
    return place_words(target.sheet.name, cell_area(cells[0].row, cells[0].column)) if cells else target.words


def _words(target: Target, cell: Cell, value: Value) -> Words:
    return value_words(target.sheet, Cell(cell.row, cell.column, cell.style, value, ""))


def _shown(target: Target, first: _Trial, tolerance: Fraction) -> Finding:
    """What the file keeps, compared with the right result; a file that keeps none has what LibreOffice calculates."""
    said = [(cell, cell.value if cell.value is not None else found, wanted) for cell, found, wanted in first.pairs]
    wrong = [one for one in said if not _equal(one[1], one[2], tolerance)]
    shown = wrong[0] if wrong else said[0] if said else None
    if shown is None:
        return Finding(phrase("value"), NONE, phrase("a value"), NOTHING, target.words, "value")
    share = Fraction(len(said) - len(wrong), len(said))
    cell, found, wanted = shown
    return Finding(
        phrase("value"),
        share,
        _words(target, cell, wanted),
        _words(target, cell, found),
        _place(target, [cell]),
        "value",
    )


def _follows(book: Workbook, request: Request, target: Target, tolerance: Fraction) -> Finding:
    """The share of trials in which every result is right again; a result that is typed follows nothing."""
    item, expected = phrase("follows the inputs"), phrase("right again when the inputs change")
    if not any(cell.has_formula for cell in target.cells()):
        return Finding(item, NONE, expected, phrase("no formula"), target.words, "recalculates")
    right = told = 0
    worst: tuple[Cell, Value, Value] | None = None
    for trial in range(1, min(request.expect[TRIALS] or 1, MOST_TRIALS) + 1):
        pairs = [one for one in _trial(book, request, target, str(trial)).pairs if not isinstance(one[2], ErrorValue)]
        if not pairs:
            continue
        told += 1
        wrong = [one for one in pairs if not _equal(one[1], one[2], tolerance)]
        right += not wrong
        worst = worst or (wrong[0] if wrong else None)
    if not told:
        raise oracles.NoOracleError(request.expect[ORACLE] or "")
    if worst is None:
        return Finding(item, FULL, expected, expected, target.words, "recalculates")
    cell, found, wanted = worst
    after = phrase(
        "%(found)s instead of %(wanted)s", found=_words(target, cell, found), wanted=_words(target, cell, wanted)
    )
    return Finding(item, Fraction(right, told), expected, after, _place(target, [cell]), "recalculates")
