"""Formulas: that there is one, what it uses, how it is filled, and that nothing in it is typed that belongs in a cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

from question_bank.phrase import phrase
from question_bank.practical.arguments import number, texts, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import NONE, Finding, Outcome, Words, judged, quoted
from question_bank.practical.sheet import formula as says
from question_bank.practical.sheet.address import apart, area, cell_area
from question_bank.practical.sheet.anchors import CELLS, Target, each
from question_bank.practical.sheet.aspects import aspect
from question_bank.practical.sheet.cells import Cell
from question_bank.practical.sheet.spoiling import frozen, reformulated, spoil_cell
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import formula_words, joined, place_words
from question_bank.practical.sheet.workbook import Workbook

ALL = texts("all", phrase("functions that must all be used"))
ANY = texts("any", phrase("functions of which one is enough"))
NOT = texts("not", phrase("functions that must not be used"))
FIXED = texts("fixed", phrase("references that must not move: $B$1, or B$1 where only the row is fixed"))
MOVING = texts("moving", phrase("references that must move: B4"))
ONE_OF = texts("one_of", phrase("formulas that are right"), required=True)
DOLLARS = truth("dollars", phrase("the signs $ must be the same"))
ALLOWED = texts("allowed", phrase("numbers that may stand in a formula"))
SHEETS_USED = texts("sheets", phrase("sheets the formula must look at"), required=True)
SHARE = number("share", phrase("how many of the cells must have it, in percent"), default="100")
_LOOKUPS = {"VLOOKUP": (3, False), "HLOOKUP": (3, False), "MATCH": (2, True), "XLOOKUP": (4, True), "XMATCH": (2, True)}
_EXACT = ("0", "false")

PerCell = Callable[[Target, Cell], bool]


def _with_formula(target: Target) -> list[Cell]:
    """The cells a check of formulas is about: those that hold anything."""
    return target.filled()


def _formula_check(book: Workbook, request: Request, expected: Words, right: PerCell) -> Outcome:
    def judge(target: Target) -> Iterator[Finding]:
        yield aspect(
            target, _with_formula(target), phrase("formula"), expected,
            lambda cell: cell.has_formula and right(target, cell), formula_words,
        )  # fmt: skip

    return each(book, request, judge)


@check(
    "xlsx.is_formula", phrase("Cells are calculated"), "IU04", select=CELLS, expect=(SHARE,),
    mutation=lambda data, request: spoil_cell(data, request, frozen, lambda sheet, cell: cell.has_formula),
)  # fmt: skip
def is_formula(book: Workbook, request: Request) -> Outcome:
    """Every filled cell has a formula that looks at other cells; with `share`, so many of them."""
    least = (request.expect[SHARE] or Fraction(100)) / 100

    def judge(target: Target) -> Iterator[Finding]:
        one = aspect(
            target, _with_formula(target), phrase("formula"), phrase("a formula that looks at other cells"),
            lambda cell: bool(says.references(cell.formula) or says.names(cell.formula)), formula_words,
        )  # fmt: skip
        enough = 0 < least <= one.credit
        yield judged(one.item, enough or one.credit, one.expected, one.found, one.where)

    return each(book, request, judge)


def _shown(words: tuple[str, ...]) -> str:
    return joined(one.upper() for one in words)


@check(
    "xlsx.function", phrase("Functions that a formula uses"), "IU04", select=CELLS, expect=(ALL, ANY, NOT),
    mutation=lambda data, request: spoil_cell(data, request, reformulated(lambda f: _without(f, request)), lambda s, c: c.has_formula),
)  # fmt: skip
def function(book: Workbook, request: Request) -> Outcome:
    """By their English names, as files keep them."""
    wanted, enough, not_one = (
        {says.function_name(one.strip()) for one in request.expect[field]} for field in (ALL, ANY, NOT)
    )

    def right(_target: Target, cell: Cell) -> bool:
        used = set(says.functions(cell.formula))
        return wanted <= used and (not enough or bool(enough & used)) and not (not_one & used)

    return _formula_check(book, request, _functions_words(request), right)


def _functions_words(request: Request) -> Words:
    if request.expect[NOT] and not (request.expect[ALL] or request.expect[ANY]):
        return phrase("without %(functions)s", functions=_shown(request.expect[NOT]))
    if request.expect[ANY] and not request.expect[ALL]:
        return phrase("one of %(functions)s", functions=_shown(request.expect[ANY]))
    return phrase("with %(functions)s", functions=_shown((*request.expect[ALL], *request.expect[ANY])))


def _without(formula: str, request: Request) -> str:
    """The same result by no function at all, or with one that must not be used."""
    if request.expect[NOT] and not request.expect[ALL] and not request.expect[ANY]:
        return f"{request.expect[NOT][0].upper()}({formula})"
    found = says.references(formula)
    return f"{found[0].text.partition(':')[0]}+0" if found else "1+0"


@check(
    "xlsx.references", phrase("Fixed and moving references"), "IU04", select=CELLS, expect=(FIXED, MOVING),
    mutation=lambda data, request: spoil_cell(data, request, reformulated(_loosened), lambda s, c: "$" in c.formula or bool(request.expect[MOVING])),
)  # fmt: skip
def references(book: Workbook, request: Request) -> Outcome:
    """Only the first filled cell of a range is compared with what must move, since the others have moved."""

    def judge(target: Target) -> Iterator[Finding]:
        cells = _with_formula(target)
        for said in request.expect[FIXED]:
            yield aspect(target, cells, phrase("formula"), said, lambda cell, said=said: _uses(book, target, cell, said), formula_words)  # type: ignore[misc]  # fmt: skip
        for said in request.expect[MOVING]:
            yield aspect(target, cells[:1], phrase("formula"), said, lambda cell, said=said: _uses(book, target, cell, said), formula_words)  # type: ignore[misc]  # fmt: skip

    return each(book, request, judge)


def _uses(book: Workbook, target: Target, cell: Cell, said: str) -> bool:
    """A reference as written; a fixed one also by a defined name of the same cells."""
    sheet, text = apart(said)
    for one in says.references(cell.formula):
        if one.text == text.upper() and (not sheet or canon(one.sheet or target.sheet.name) == canon(sheet)):
            return True
    place = book.resolve(said.replace("$", ""), target.sheet.name)
    fixed = text.count("$") >= 2
    return fixed and any(book.resolve(name, target.sheet.name) == place for name in says.names(cell.formula))


def _loosened(formula: str) -> str:
    return formula.replace("$", "") if "$" in formula else re.sub(r"\b([A-Z]{1,3})(\d+)\b", r"$\1$\2", formula)


@check(
    "xlsx.formula", phrase("A formula that says a certain thing"), "IU04", select=CELLS, expect=(ONE_OF, DOLLARS),
    mutation=lambda data, request: spoil_cell(data, request, reformulated(lambda f: f"({f})+1"), lambda s, c: c.has_formula),
)  # fmt: skip
def formula(book: Workbook, request: Request) -> Outcome:
    """Compared without spaces, case and, unless asked for, `$`. Written as for the first cell; others as if filled from there."""
    dollars = bool(request.expect[DOLLARS])

    def judge(target: Target) -> Iterator[Finding]:
        def right(cell: Cell) -> bool:
            rows, columns = cell.row - target.area.top, cell.column - target.area.left
            found = says.normal(cell.formula, dollars=dollars)
            return any(
                found == says.normal(says.moved(one, rows, columns), dollars=dollars) for one in request.expect[ONE_OF]
            )

        yield aspect(
            target, _with_formula(target), phrase("formula"), quoted(request.expect[ONE_OF][0]), right, formula_words
        )

    return each(book, request, judge)


def _another(data: bytes, request: Request) -> bytes | None:
    return spoil_cell(data, request, reformulated(lambda f: f"{f}+0"), lambda s, c: c.has_formula)


@check("xlsx.fill_down", phrase("One formula for all cells"), "IU04", select=CELLS, mutation=_another)
def fill_down(book: Workbook, request: Request) -> Outcome:
    """The cells' formulas are one formula, filled down or right; how many agree with the most frequent one."""

    def judge(target: Target) -> Iterator[Finding]:
        cells = _with_formula(target)
        seen = {id(cell): says.relative(cell.formula, cell.row, cell.column) for cell in cells if cell.has_formula}
        if not seen:
            yield Finding(
                phrase("formula"), NONE, phrase("the same formula in all cells"), phrase("no formula"), target.words
            )
            return
        common = Counter(seen.values()).most_common(1)[0][0]
        yield aspect(
            target, cells, phrase("formula"), phrase("the same formula in all cells"),
            lambda cell: seen.get(id(cell)) == common, formula_words,
        )  # fmt: skip

    return each(book, request, judge)


@check(
    "xlsx.no_constants", phrase("No typed numbers in formulas"), "IU04", select=CELLS, expect=(ALLOWED,),
    mutation=lambda data, request: spoil_cell(data, request, reformulated(lambda f: f"{f}*7919/7919"), lambda s, c: c.has_formula),
)  # fmt: skip
def no_constants(book: Workbook, request: Request) -> Outcome:
    """0 and 1 may always stand there, and 100; and what the rubric allows."""
    allowed = {float(one) for one in ("0", "1", "100", *request.expect[ALLOWED]) if _is_number(one)}

    def right(_target: Target, cell: Cell) -> bool:
        return all(float(one) in allowed for one in says.constants(cell.formula))

    return _formula_check(book, request, phrase("references instead of typed numbers"), right)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", text) is not None


@check(
    "xlsx.sheet_reference", phrase("Formulas that look at another sheet"), "IU04", select=CELLS, expect=(SHEETS_USED,),
    mutation=lambda data, request: spoil_cell(data, request, reformulated(lambda f: "1+0"), lambda s, c: c.has_formula),
)  # fmt: skip
def sheet_reference(book: Workbook, request: Request) -> Outcome:
    """Directly, by a defined name or by a table."""
    named = request.expect[SHEETS_USED]
    wanted = {canon(found.name if (found := book.sheet(one)) else one) for one in named}

    def right(target: Target, cell: Cell) -> bool:
        used = {canon(one.sheet) for one in says.references(cell.formula) if one.sheet}
        used |= {
            canon(place[0].name)
            for name in says.names(cell.formula)
            if (place := book.resolve(name, target.sheet.name))
        }
        return wanted <= used

    return _formula_check(book, request, joined(named), right)


@check(
    "xlsx.exact_lookup", phrase("A lookup that finds only what is equal"), "IU04", select=CELLS,
    mutation=lambda data, request: spoil_cell(data, request, reformulated(_inexact), lambda s, c: c.has_formula),
)  # fmt: skip
def exact_lookup(book: Workbook, request: Request) -> Outcome:
    """VLOOKUP and HLOOKUP with FALSE or 0, MATCH with 0, XLOOKUP and XMATCH as they are without a mode."""

    def right(_target: Target, cell: Cell) -> bool:
        found = [one for one in says.calls(cell.formula) if one.name in _LOOKUPS]
        return bool(found) and all(_is_exact(one) for one in found)

    return _formula_check(book, request, phrase("a lookup that finds only what is equal"), right)


def _is_exact(call: says.Call) -> bool:
    at, default_exact = _LOOKUPS[call.name]
    if len(call.arguments) <= at:
        return default_exact and call.name != "MATCH"
    said = "".join(one.text for one in call.arguments[at]).lower()
    return said in (*_EXACT, "")  # an argument left empty between commas is 0


def _inexact(formula: str) -> str:
    found = re.sub(r",\s*(FALSE(\(\))?|0)\s*\)", ",1)", formula, count=1, flags=re.IGNORECASE)
    return found if found != formula else "1+0"


@check(
    "xlsx.array_formula", phrase("A formula for many cells at once"), "IU08", select=CELLS,
    mutation=lambda data, request: spoil_cell(data, request, frozen, lambda s, c: bool(c.array)),
)  # fmt: skip
def array_formula(book: Workbook, request: Request) -> Outcome:
    """An array formula, or one that spills, whose area holds the cells."""

    def judge(target: Target) -> Iterator[Finding]:
        places = [area(cell.array) for cell in target.sheet.cells() if cell.array]
        for cell in target.cells():
            right = any(one is not None and one.holds(cell.row, cell.column) for one in places)
            yield judged(phrase("formula"), right, phrase("a formula for many cells at once"), formula_words(cell),
                         place_words(target.sheet.name, cell_area(cell.row, cell.column)))  # fmt: skip

    return each(book, request, judge)
