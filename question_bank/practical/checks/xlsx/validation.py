"""Rules of what may be typed: lists, limits, messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from question_bank.phrase import phrase
from question_bank.practical.arguments import choice, text, texts
from question_bank.practical.catalogue import Request, check
from question_bank.practical.checks.xlsx.conditional import OPERATORS
from question_bank.practical.findings import NONE, Finding, Outcome, Words, judged, quoted
from question_bank.practical.sheet import formula as says
from question_bank.practical.sheet.anchors import CELLS, Target, each
from question_bank.practical.sheet.cells import serial
from question_bank.practical.sheet.rules import Validation
from question_bank.practical.sheet.spoiling import drop_from_sheet, put_on_sheet
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined
from question_bank.practical.sheet.workbook import Workbook

_MOST_ITEMS = 2000  # of one list
_KINDS = {
    "whole": phrase("whole numbers"), "decimal": phrase("numbers"), "list": phrase("a list"), "date": phrase("days"),
    "time": phrase("times"), "textLength": phrase("length of the text"), "custom": phrase("by a formula"),
}  # fmt: skip
_STYLES = {"stop": phrase("stops"), "warning": phrase("warns"), "information": phrase("informs")}
ITEMS = texts("items", phrase("what can be chosen"))
SOURCE = text("source", phrase("the cells that the list comes from"))
KIND = choice("kind", phrase("what may be typed"), _KINDS, required=True)
OPERATOR = choice("operator", phrase("how it compares"), OPERATORS)
VALUES = texts("value", phrase("the limits: numbers, days, references"))
FORMULAS = texts("formula", phrase("formulas that are right, written for the first cell"))
PROMPT = text("prompt", phrase("words of the message shown while typing"))
ERROR = text("error", phrase("words of the message shown for a wrong value"))
STYLE = choice("style", phrase("what happens with a wrong value"), _STYLES)
_DROP = drop_from_sheet("dataValidations")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2})")
_DATE_CALL = re.compile(r"DATE\((\d{4}),(\d{1,2}),(\d{1,2})\)", re.IGNORECASE)


def _rules(target: Target) -> list[Validation]:
    """The rules that hold for every cell of a place."""
    used = target.sheet.used(target.area) or target.area
    return [
        one
        for one in target.sheet.parts.validations
        if sum(part.size for where in one.areas if (part := where.within(used)) is not None) >= used.size
    ]


def _best(book: Workbook, request: Request, expected: Words, kinds: tuple[str, ...], judge: Callable[[Target, Validation], list[Finding]]) -> Outcome:  # fmt: skip
    def one(target: Target) -> Iterator[Finding]:
        listed = [rule for rule in _rules(target) if not kinds or rule.kind in kinds]
        if not listed:
            others = joined(rule.kind for rule in _rules(target)) or NOTHING
            yield Finding(phrase("rule of what may be typed"), NONE, expected, others, target.words)
            return
        yield from max((judge(target, rule) for rule in listed), key=lambda found: sum(part.credit for part in found))

    return each(book, request, one)


def _items(book: Workbook, target: Target, rule: Validation) -> list[str]:
    """What can be chosen: written into the rule, or in cells."""
    said = rule.formulas[0] if rule.formulas else ""
    if said.startswith('"'):
        return [one.strip() for one in re.split(r"[,;]", said.strip('"'))][:_MOST_ITEMS]
    place = book.resolve(said, target.sheet.name)
    if place is None:
        return []
    return [cell.text.strip() for cell in place[0].within(place[1]) if not cell.is_empty][:_MOST_ITEMS]


@check(
    "xlsx.validation_list",
    phrase("A list to choose from"),
    "IU08",
    select=CELLS,
    expect=(ITEMS, SOURCE),
    mutation=_DROP,
)
def validation_list(book: Workbook, request: Request) -> Outcome:
    """What can be chosen, wherever the rule has it from; `source` only where it must come from those cells."""
    items, source = request.expect[ITEMS], request.expect[SOURCE]

    def judge(target: Target, rule: Validation) -> list[Finding]:
        found = _items(book, target, rule)
        findings = []
        if items:
            right = {canon(one) for one in items} == {canon(one) for one in found}
            findings.append(judged(phrase("what can be chosen"), right, joined(map(quoted, items[:10])), joined(map(quoted, found[:10])) or NOTHING, target.words))  # fmt: skip
        if source is not None:
            place = book.resolve(rule.formulas[0], target.sheet.name) if rule.formulas else None
            right = place is not None and place == book.resolve(source, target.sheet.name)
            findings.append(
                judged(phrase("where the list comes from"), right, source, joined(rule.formulas), target.words)
            )
        return findings or [
            judged(
                phrase("rule of what may be typed"), bool(found), phrase("a list"), joined(rule.formulas), target.words
            )
        ]

    return _best(book, request, phrase("a list"), ("list",), judge)


@check(
    "xlsx.validation_rule", phrase("Limits of what may be typed"), "IU08", select=CELLS,
    expect=(KIND, OPERATOR, VALUES, FORMULAS), mutation=_DROP,
)  # fmt: skip
def validation_rule(book: Workbook, request: Request) -> Outcome:
    """Kind, comparison and limits. Whole numbers where numbers are asked for are stricter, and right only if the rubric says so."""
    expect = request.expect
    kind = expect[KIND] or "custom"

    def judge(target: Target, rule: Validation) -> list[Finding]:
        findings = [
            judged(phrase("what may be typed"), True, _KINDS[kind], _KINDS.get(rule.kind, rule.kind), target.words)
        ]
        if (operator := expect[OPERATOR]) is not None:
            findings.append(judged(phrase("comparison"), rule.operator == operator, OPERATORS[operator], OPERATORS.get(rule.operator, rule.operator), target.words))  # fmt: skip
        limits = expect[VALUES]
        for at, said in enumerate(limits):
            found = rule.formulas[at] if at < len(rule.formulas) else ""
            findings.append(
                judged(phrase("limit"), _limit_right(book, target, said, found), said, found or NOTHING, target.words)
            )
        if expect[FORMULAS]:
            found = rule.formulas[0] if rule.formulas else ""
            first = rule.areas[0]
            wanted = {says.normal(says.moved(one, first.top - target.area.top, first.left - target.area.left)) for one in expect[FORMULAS]}  # fmt: skip
            findings.append(judged(phrase("formula"), says.normal(found) in wanted, quoted(expect[FORMULAS][0]), quoted(found), target.words))  # fmt: skip
        return findings

    return _best(book, request, _KINDS[kind], (kind,), judge)


def _limit_right(book: Workbook, target: Target, said: str, found: str) -> bool:
    if says.normal(said) == says.normal(found):
        return True
    wanted, there = _figure(target, said), _figure(target, found)
    if wanted is None:
        place = book.resolve(said, target.sheet.name)
        return place is not None and place == book.resolve(found, target.sheet.name)
    if there is None and (place := book.resolve(found, target.sheet.name)) is not None:
        there = next((cell.value for cell in place[0].within(place[1]) if isinstance(cell.value, float)), None)
    return there is not None and abs(there - wanted) < 1e-6


def _figure(target: Target, said: str) -> float | None:
    """A number, or a day as its number."""
    text = said.strip().strip('"').removeprefix("=").replace(" ", "")
    day = _DAY.fullmatch(text) or _DATE_CALL.fullmatch(text)
    try:
        if day is not None:
            parts = [int(one) for one in day.groups() if one]
            year, month, number = parts if len(str(parts[0])) == 4 else parts[::-1]
            return serial(datetime(year, month, number), target.sheet.epoch)  # noqa: DTZ001
        return float(text)
    except ValueError:
        return None


_SILENT = put_on_sheet("dataValidation", {"prompt": "", "error": "", "promptTitle": "", "errorTitle": "", "showInputMessage": "0", "showErrorMessage": "0"})  # fmt: skip


@check(
    "xlsx.validation_message", phrase("Messages while typing and for wrong values"), "IU08", select=CELLS,
    expect=(PROMPT, ERROR, STYLE), mutation=_SILENT,
)  # fmt: skip
def validation_message(book: Workbook, request: Request) -> Outcome:
    """Words that the message must have, in its title or its text; without any, some message is right."""
    expect = request.expect

    def judge(target: Target, rule: Validation) -> list[Finding]:
        prompt = f"{rule.prompt_title} {rule.prompt}".strip() if rule.prompt_shown else ""
        error = f"{rule.error_title} {rule.error}".strip() if rule.error_shown else ""
        findings = []
        for wanted, found, item in (
            (expect[PROMPT], prompt, phrase("message while typing")),
            (expect[ERROR], error, phrase("message for a wrong value")),
        ):
            if wanted is not None:
                findings.append(
                    judged(item, canon(wanted) in canon(found), quoted(wanted), quoted(found), target.words)
                )
        if (style := expect[STYLE]) is not None:
            findings.append(judged(phrase("what happens with a wrong value"), rule.error_shown and rule.error_style == style, _STYLES[style], _STYLES.get(rule.error_style, rule.error_style), target.words))  # fmt: skip
        return findings or [
            judged(phrase("message"), bool(prompt or error), phrase("a message"), quoted(prompt or error), target.words)
        ]

    return _best(book, request, phrase("a message"), (), judge)
