"""Conditional formats: rules on values and formulas, bars, scales, icons."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from question_bank.phrase import Phrase, phrase
from question_bank.practical.arguments import choice, choices, colour, text, texts, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import NONE, Finding, Outcome, Words, judged, quoted
from question_bank.practical.sheet import formula as says
from question_bank.practical.sheet.anchors import CELLS, Target, each
from question_bank.practical.sheet.colours import near
from question_bank.practical.sheet.rules import Rule
from question_bank.practical.sheet.spoiling import drop_from_sheet
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, truth_words
from question_bank.practical.sheet.workbook import Workbook

_KINDS = {
    "cellIs": phrase("by the cell's value"), "expression": phrase("by a formula"), "containsText": phrase("that contain a text"),
    "notContainsText": phrase("that do not contain a text"), "beginsWith": phrase("that begin with a text"),
    "endsWith": phrase("that end with a text"), "top10": phrase("the highest or lowest"), "aboveAverage": phrase("above or below the average"),
    "duplicateValues": phrase("that are there twice"), "uniqueValues": phrase("that are there once"), "timePeriod": phrase("by the day"),
    "containsBlanks": phrase("empty ones"), "notContainsBlanks": phrase("filled ones"), "containsErrors": phrase("with errors"),
}  # fmt: skip
OPERATORS = {
    "greaterThan": phrase("greater than"), "greaterThanOrEqual": phrase("at least"), "lessThan": phrase("less than"),
    "lessThanOrEqual": phrase("at most"), "equal": phrase("equal to"), "notEqual": phrase("not equal to"),
    "between": phrase("between"), "notBetween": phrase("not between"),
}  # fmt: skip
KIND = choices("kind", phrase("what the rule goes by"), _KINDS)
OPERATOR = choice("operator", phrase("how it compares"), OPERATORS)
VALUES = texts("value", phrase("with what it compares: one of these numbers, texts, references; both ends for between"))
FORMULAS = texts("formula", phrase("formulas that are right, written for the first cell"))
FILL = colour("fill", phrase("colour of the cell"))
LETTERS = colour("letters", phrase("colour of the letters"))
BOLD = truth("bold", phrase("bold"))
MARKED = truth("marked", phrase("changes how the cell looks"), default=True)
RANK = whole("rank", phrase("how many of the highest or lowest"))
BOTTOM = truth("lowest", phrase("the lowest"))
COLOUR = colour("colour", phrase("colour"))
COLOURS = whole("colours", phrase("number of colours"))
ICONS = text("icons", phrase("the set of icons, like 3TrafficLights1"))
COUNT = whole("count", phrase("number of icons"))
_DROP = drop_from_sheet("conditionalFormatting", "conditionalFormattings")
_SIGNS = {
    "greaterThan": ">",
    "greaterThanOrEqual": ">=",
    "lessThan": "<",
    "lessThanOrEqual": "<=",
    "equal": "=",
    "notEqual": "<>",
}


def _rules(target: Target) -> list[Rule]:
    """The rules that hold for every cell of a place, in one area or several."""
    used = target.sheet.used(target.area) or target.area
    found = []
    for rule in target.sheet.parts.rules:
        shared = [part for one in rule.areas if (part := one.within(used)) is not None]
        if sum(part.size for part in shared) >= used.size:
            found.append(rule)
    return found


def _best(book: Workbook, request: Request, kinds: tuple[str, ...], expected: Words, judge: Callable[[Target, Rule], list[Finding]]) -> Outcome:  # fmt: skip
    """The rule that fits best for each place."""

    def one(target: Target) -> Iterator[Finding]:
        listed = [rule for rule in _rules(target) if not kinds or rule.kind in kinds]
        if not listed:
            others = joined(dict.fromkeys(rule.kind for rule in _rules(target))) or NOTHING
            yield Finding(phrase("conditional format"), NONE, expected, others, target.words)
            return
        yield from max(
            (judge(target, rule) for rule in listed), key=lambda found: sum(part.credit for part in found) / len(found)
        )

    return each(book, request, one)


@check(
    "xlsx.conditional_format", phrase("A conditional format by a value or formula"), "IU08", select=CELLS,
    expect=(KIND, OPERATOR, VALUES, FORMULAS, FILL, LETTERS, BOLD, MARKED, RANK, BOTTOM), mutation=_DROP,
)  # fmt: skip
def conditional_format(book: Workbook, request: Request) -> Outcome:
    """A rule that holds for all cells of the place. A formula that only compares the cell itself counts as a rule by value, and the other way round."""
    expect = request.expect
    kinds = expect[KIND]
    expected: Words = _KINDS[kinds[0]] if kinds else phrase("a conditional format")
    wider = (*kinds, "expression", "cellIs") if {"cellIs", "expression"} & set(kinds) else kinds
    return _best(book, request, wider, expected, lambda target, rule: list(_judged(target, rule, request)))


def _judged(target: Target, rule: Rule, request: Request) -> Iterator[Finding]:
    expect, where = request.expect, target.words
    yield judged(
        phrase("conditional format"), True, phrase("a conditional format"), _KINDS.get(rule.kind, rule.kind), where
    )
    shown: Words = joined(rule.formulas) or rule.text or NOTHING
    if expect.has(VALUES) or expect.has(OPERATOR):
        sign = expect[OPERATOR] or ""
        values = expect[VALUES]
        expected = f"{_SIGNS.get(sign, sign)} {joined(values)}".strip()
        found = f"{_SIGNS.get(rule.operator, rule.operator)} {joined(rule.formulas) or rule.text}".strip()
        yield judged(phrase("condition"), _compares(target, rule, request), expected, found, where)
    if expect[FORMULAS]:
        right = any(_same(target, rule, one) for one in expect[FORMULAS])
        yield judged(phrase("formula"), right, quoted(expect[FORMULAS][0]), shown, where)
    if (rank := expect[RANK]) is not None:
        yield judged(phrase("condition"), rule.rank == rank, str(rank), str(rule.rank), where)
    if (bottom := expect[BOTTOM]) is not None:
        lowest = rule.bottom or rule.below
        yield judged(phrase("the lowest"), lowest == bottom, truth_words(bottom), truth_words(lowest), where)
    yield from _looks(rule, request, where)


def _looks(rule: Rule, request: Request, where: Words) -> Iterator[Finding]:
    expect, look = request.expect, rule.look
    fill, letters = (look.fill, look.font.colour) if look else ("", "")
    bold = bool(look and look.font.bold)
    if (wanted := expect[FILL]) is not None:
        yield judged(phrase("fill"), near(fill, wanted), wanted, fill or NOTHING, where)
    if (ink := expect[LETTERS]) is not None:
        yield judged(phrase("colour of letters"), near(letters, ink), ink, letters or NOTHING, where)
    if (heavy := expect[BOLD]) is not None:
        yield judged(phrase("bold"), bold == heavy, truth_words(heavy), truth_words(bold), where)
    if expect[MARKED] is not False and not (expect[FILL] or expect[LETTERS] or expect[BOLD]):
        borders = look is not None and any(look.borders.side(side) for side in ("left", "right", "top", "bottom"))
        font = look.font if look else None
        marked = bool(fill or letters or bold or borders or (font and (font.italic or font.strike or font.underline)))
        yield judged(phrase("look"), marked, phrase("another look"), truth_words(marked), where)


def _same(target: Target, rule: Rule, wanted: str) -> bool:
    """A rule's formula is written for the first cell of its area, the rubric's for the first of the place."""
    first = rule.areas[0]
    moved = says.moved(wanted, first.top - target.area.top, first.left - target.area.left)
    if rule.formulas and says.normal(rule.formulas[0]) == says.normal(moved):
        return True
    return rule.kind == "cellIs" and says.normal(_as_formula(rule)) == says.normal(moved)


def _as_formula(rule: Rule) -> str:
    """A rule by value as the formula that says the same of the first cell."""
    first = rule.areas[0].words().partition(":")[0]
    sign = _SIGNS.get(rule.operator)
    return f"{first}{sign}{rule.formulas[0]}" if sign and rule.formulas else ""


def _compares(target: Target, rule: Rule, request: Request) -> bool:
    operator, values = request.expect[OPERATOR], request.expect[VALUES]
    if rule.kind == "expression":
        sign = _SIGNS.get(operator or "equal")
        first = target.area.words().partition(":")[0]
        return bool(sign and values) and any(
            _same(target, rule, f"{first}{sign}{one}") for said in values for one in _written(said)
        )
    if rule.kind in ("containsText", "beginsWith", "endsWith", "notContainsText"):
        return bool(values) and canon(rule.text) == canon(values[0])
    if operator and rule.operator != operator:
        return False
    area = rule.areas[0]
    rows, columns = area.top - target.area.top, area.left - target.area.left

    def same(found: str, said: str) -> bool:
        return any(says.normal(found) == says.normal(says.moved(form, rows, columns)) for form in _written(said))

    if not values or not rule.formulas:
        return not values
    if rule.operator not in ("between", "notBetween"):
        return any(same(rule.formulas[0], said) for said in values)
    return len(values) == len(rule.formulas) and all(same(*pair) for pair in zip(rule.formulas, values, strict=True))


def _written(value: str) -> tuple[str, ...]:
    """A value as a formula may write it: a text stands in quotation marks."""
    inner = value.strip().strip('"')
    return value, '"' + inner.replace('"', '""') + '"'


@check("xlsx.data_bar", phrase("Bars in cells"), "IU08", select=CELLS, expect=(COLOUR,), mutation=_DROP)
def data_bar(book: Workbook, request: Request) -> Outcome:
    """A data bar for all cells of the place; its colour only where it is asked for."""
    wanted = request.expect[COLOUR]

    def judge(target: Target, rule: Rule) -> list[Finding]:
        right = wanted is None or any(near(one, wanted) for one in rule.colours)
        return [
            judged(
                phrase("bars in cells"),
                right,
                wanted or phrase("bars"),
                joined(rule.colours) or phrase("bars"),
                target.words,
            )
        ]

    return _best(book, request, ("dataBar",), phrase("bars in cells"), judge)


@check("xlsx.colour_scale", phrase("Colours by value"), "IU08", select=CELLS, expect=(COLOURS,), mutation=_DROP)
def colour_scale(book: Workbook, request: Request) -> Outcome:
    """A scale of two or three colours."""
    wanted = request.expect[COLOURS]

    def judge(target: Target, rule: Rule) -> list[Finding]:
        right = wanted is None or len(rule.colours) == wanted
        return [judged(phrase("number of colours"), right, str(wanted or "2–3"), str(len(rule.colours)), target.words)]

    return _best(book, request, ("colorScale",), phrase("colours by value"), judge)


@check("xlsx.icon_set", phrase("Icons by value"), "IU08", select=CELLS, expect=(ICONS, COUNT), mutation=_DROP)
def icon_set(book: Workbook, request: Request) -> Outcome:
    """A set of icons; which one, and how many, only where it is asked for."""

    def judge(target: Target, rule: Rule) -> list[Finding]:
        asked: list[tuple[Phrase, bool, Words, Words]] = []
        if (name := request.expect[ICONS]) is not None:
            asked.append((phrase("icons"), canon(rule.icons) == canon(name), name, rule.icons))
        if (count := request.expect[COUNT]) is not None:
            asked.append((phrase("number of icons"), len(rule.points) == count, str(count), str(len(rule.points))))
        if not asked:
            asked.append((phrase("icons"), True, phrase("icons"), rule.icons))
        return [judged(*one, target.words) for one in asked]

    return _best(book, request, ("iconSet",), phrase("icons"), judge)
