"""One check of a rubric from its YAML: of the catalogue, or over nested ones."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction

from question_bank.bilingual import Bilingual
from question_bank.formats.authoring import read_title
from question_bank.formats.blueprint_fields import code_in, list_in, number_in
from question_bank.formats.nodes import Node, Series, Table
from question_bank.formats.report import Report
from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, WrongValueError, read_fields, texts_in
from question_bank.practical.arguments import number_in as exact_in
from question_bank.practical.catalogue import CheckType, catalogue, check_type
from question_bank.practical.rubric import FULL, MOST_POINTS, CheckPlan, Combine, Partial, Requirement
from question_bank.practical.rubric_fields import marks_in, word_in

_COMMON = ("type", "select", "expect", "partial", "steps", "title", "feedback", "skill", "tags", "checks", "count")
_TOP = ("id", "points", "requires", "start", "also")
_NESTED = ("credit",)


def read_check(node: Node, report: Report, *, nested: bool = False, penalty: bool = False) -> CheckPlan | None:
    """A check; None, reported, when it is none. A nested one has no id and no points, a penalty costs points."""
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a check"), phrase("begin each with “- type: …”"))
        return None
    report.unknown_keys(node, (*_COMMON, *(_NESTED if nested else _TOP)))
    report.missing(node, ("type",) if nested else ("id", "type", "points"))
    name = word_in(node, "type", report)
    combine = next((one for one in Combine if one.value == name), None)
    kind = None if combine else _type(node, name, report)
    least, most = (-MOST_POINTS, -1) if penalty else (1, MOST_POINTS)
    select, ref = _select(node, kind, report)
    return CheckPlan(
        id="" if nested else code_in(node, "id", report),
        points=marks_in(node, "points", least, most, report),
        type=kind,
        combine=combine,
        nested=_nested(node, combine, report),
        count=number_in(node, "count", 1, 100, report) if node.get("count") else 1,
        credit=_credit(node, report),
        partial=_partial(node, report),
        steps=_steps(node, kind, report),
        select=select,
        expect=read_fields(node, "expect", kind.expect, report) if kind else Asked(),
        ref=ref,
        requires=tuple(one for inner in list_in(node, "requires", report) if (one := _need(inner, report)) is not None),
        title=_words(node, "title", report),
        feedback=_words(node, "feedback", report),
        skill=word_in(node, "skill", report) or (kind.skill if kind else ""),
        tags=read_tags(node, report),
        start_full=word_in(node, "start", report) == "full",
        also=_texts(node, "also", report),
    )


def read_tags(node: Table, report: Report) -> tuple[str, ...]:
    """Names that rankings and reports sum."""
    return _texts(node, "tags", report)


def _type(node: Table, name: str, report: Report) -> CheckType | None:
    found = check_type(name)
    if found is None and name:
        near = get_close_matches(name, [*catalogue(), *(one.value for one in Combine)], 1, 0.5)
        hint = phrase("did you mean “%(field)s”?", field=near[0]) if near else None
        place = node.get("type") or node
        report.add(place.place, "unknown_type", phrase("there is no check “%(type)s”", type=name), hint)
    return found


def _select(node: Table, kind: CheckType | None, report: Report) -> tuple[Asked, str]:
    """What is looked at, and the check whose places are taken instead."""
    said = node.get("select")
    if kind is None or said is None:
        asked = read_fields(node, "select", kind.select, report) if kind else Asked()
        return asked, ""
    if isinstance(said, Table) and [key.text for key, _ in said.entries] == ["ref"]:
        return Asked(), word_in(said, "ref", report)
    return read_fields(node, "select", kind.select, report), ""


def _nested(node: Table, combine: Combine | None, report: Report) -> tuple[CheckPlan, ...]:
    if combine is None:
        if (said := node.get("checks")) is not None:
            report.add(
                said.place,
                "unknown_key",
                phrase("only %(names)s have “checks”", names=", ".join(c.value for c in Combine)),
            )
        return ()
    report.missing(node, ("checks",))
    found = (read_check(inner, report, nested=True) for inner in list_in(node, "checks", report))
    return tuple(one for one in found if one is not None)


def _credit(node: Table, report: Report) -> Fraction:
    return Fraction(number_in(node, "credit", 1, 100, report), 100) if node.get("credit") else FULL


def _partial(node: Table, report: Report) -> Partial:
    name = word_in(node, "partial", report)
    found = next((one for one in Partial if one.value == name), None)
    if name and found is None:
        said = node.get("partial") or node
        report.add(
            said.place, "bad_value", phrase("known here: %(names)s", names=", ".join(one.value for one in Partial))
        )
    return found or Partial.ALL_OR_NOTHING


def _steps(node: Table, kind: CheckType | None, report: Report) -> Mapping[str, Fraction]:
    """Weights by the name of a step; they must come to 1."""
    said = node.get("steps")
    if said is None:
        if _partial(node, Report("")) is Partial.STEPS:
            report.add(node.place, "missing_field", phrase("“%(field)s” is missing", field="steps"))
        return {}
    found: dict[str, Fraction] = {}
    for key, value in said.entries if isinstance(said, Table) else ():
        if kind is None or key.text not in kind.steps:
            known = phrase("known here: %(names)s", names=", ".join(kind.steps) if kind else "")
            report.add(
                key.place, "unknown_step", phrase("this check has no step “%(step)s”", step=key.text[:60]), known
            )
            continue
        try:
            found[key.text] = exact_in(value)
        except WrongValueError as wrong:
            report.add(value.place, "bad_value", wrong.message)
    if sum(found.values()) != 1:
        report.add(said.place, "wrong_sum", phrase("the weights of the steps must come to 1"))
    return found


def _need(node: Node, report: Report) -> Requirement | None:
    if not isinstance(node, Table) or len(node.entries) != 2:
        report.add(node.place, "wrong_shape", phrase("write {check: …, is: found}, {check: …, is: full}, {check: …, at_least: 50} or {check: …, step: …}"))  # fmt: skip
        return None
    report.unknown_keys(node, ("check", "is", "at_least", "step"))
    check, state = code_in(node, "check", report), word_in(node, "is", report)
    if state not in ("", "found", "full"):
        report.add(node.place, "bad_value", phrase("known here: %(names)s", names="found, full"))
    share = FULL if state == "full" else Fraction(number_in(node, "at_least", 0, 100, report), 100) if node.get("at_least") else Fraction(0)  # fmt: skip
    return Requirement(check, state == "found", share, word_in(node, "step", report))


def _words(node: Table, name: str, report: Report) -> Bilingual | None:
    found = node.get(name)
    return None if found is None else read_title(found, name, report)


def _texts(node: Table, name: str, report: Report) -> tuple[str, ...]:
    found = node.get(name)
    if found is None:
        return ()
    try:
        return texts_in(found) if not (isinstance(found, Series) and not found.items) else ()
    except WrongValueError as wrong:
        report.add((wrong.node or found).place, "bad_value", wrong.message)
        return ()
