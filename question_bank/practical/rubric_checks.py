"""One check of a rubric from its YAML: of the catalogue, or over nested ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction

from question_bank.formats.blueprint_fields import code_in, list_in, number_in
from question_bank.formats.nodes import Node, Table
from question_bank.formats.report import Report
from question_bank.marking_scheme import Marks
from question_bank.phrase import phrase
from question_bank.practical.arguments import Asked, WrongValueError, read_fields
from question_bank.practical.arguments import number_in as exact_in
from question_bank.practical.catalogue import CheckType, catalogue, check_type
from question_bank.practical.rubric import FULL, MOST_POINTS, CheckPlan, Combine, Partial, Requirement
from question_bank.practical.rubric_fields import (
    feedback_in,
    known_in,
    marks_in,
    names_in,
    skill_in,
    tags_in,
    title_in,
    word_in,
)

COMMON = ("type", "select", "expect", "partial", "steps", "title", "feedback", "skill", "tags", "checks", "count")
TOP = ("id", "points", "requires", "start", "also")
NESTED = ("credit",)
PENALTY = ("file",)
NEED = ("is", "at_least", "step")
STATES = ("found", "full")
_COMBINED = {one.value: one for one in Combine}
_MOST_COUNT = 100


def read_check(node: Node, report: Report, *, penalty: bool = False) -> CheckPlan | None:
    """A check; None, reported, when it is none. A penalty costs points and names its own file."""
    if not _is_table(node, report):
        return None
    assert isinstance(node, Table)
    report.unknown_keys(node, (*COMMON, *TOP, *(PENALTY if penalty else ())))
    report.missing(node, ("id", "type", "points"))
    least, most = (-MOST_POINTS, -1) if penalty else (1, MOST_POINTS)
    needs = (_need(inner, report) for inner in list_in(node, "requires", report))
    return replace(
        _plan(node, code_in(node, "id", report), report),
        points=marks_in(node, "points", least, most, report),
        requires=tuple(one for one in needs if one is not None),
        start_full=known_in(node, "start", ("full",), report) == "full",
        also=names_in(node, "also", report),
        file=word_in(node, "file", report) if penalty else "",
    )


def _nested_check(node: Node, name: str, owner: Combine, report: Report) -> CheckPlan | None:
    """A check within another: no id, no points; a credit where the best of several counts."""
    if not _is_table(node, report):
        return None
    assert isinstance(node, Table)
    report.unknown_keys(node, (*COMMON, *NESTED))
    report.missing(node, ("type",))
    credit = node.get("credit")
    if credit is not None and owner is not Combine.ANY:
        report.add(
            credit.place, "unknown_key", phrase("“%(field)s” belongs to %(names)s", field="credit", names="any_of")
        )
    percent = number_in(node, "credit", 1, 100, report) if credit else 100
    return replace(_plan(node, name, report), credit=Fraction(percent, 100))


def _is_table(node: Node, report: Report) -> bool:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a check"), phrase("begin each with “- type: …”"))
    return isinstance(node, Table)


def _plan(node: Table, name: str, report: Report) -> CheckPlan:
    """What nested checks and all others have in common."""
    said = word_in(node, "type", report)
    combine = _COMBINED.get(said)
    kind = None if combine else _type(node, said, report)
    select, ref = _select(node, kind, report)
    if combine is not None:
        _no_fields(node, ("select", "expect", "steps"), said, report)
    return CheckPlan(
        id=name,
        points=Marks(0),
        type=kind,
        combine=combine,
        nested=_nested(node, name, combine, report),
        count=_count(node, combine, report),
        partial=_partial(node, combine, report),
        steps=_steps(node, kind, report),
        select=select,
        expect=read_fields(node, "expect", kind.expect, report) if kind else Asked(),
        ref=ref,
        title=title_in(node, report),
        feedback=feedback_in(node, report),
        skill=skill_in(node, report) or (kind.skill if kind else ""),
        tags=tags_in(node, report),
        place=node.place,
    )


def _type(node: Table, name: str, report: Report) -> CheckType | None:
    found = check_type(name)
    if found is None and name:
        near = get_close_matches(name, [*catalogue(), *_COMBINED], 1, 0.5)
        hint = phrase("did you mean “%(field)s”?", field=near[0]) if near else None
        place = node.get("type") or node
        report.add(place.place, "unknown_type", phrase("there is no check “%(type)s”", type=name), hint)
    return found


def _select(node: Table, kind: CheckType | None, report: Report) -> tuple[Asked, str]:
    """What is looked at, and the check whose places are taken instead."""
    said = node.get("select")
    if kind is None:
        return Asked(), ""
    if isinstance(said, Table) and [key.text for key, _ in said.entries] == ["ref"]:
        return Asked(), word_in(said, "ref", report)
    return read_fields(node, "select", kind.select, report), ""


def _no_fields(node: Table, names: tuple[str, ...], type_name: str, report: Report) -> None:
    for name in names:
        if (said := node.get(name)) is not None:
            message = phrase("“%(type)s” has no “%(field)s”: its nested checks do", type=type_name, field=name)
            report.add(said.place, "unknown_key", message)


def _nested(node: Table, name: str, combine: Combine | None, report: Report) -> tuple[CheckPlan, ...]:
    if combine is None:
        if (said := node.get("checks")) is not None:
            message = phrase("“%(field)s” belongs to %(names)s", field="checks", names=", ".join(_COMBINED))
            report.add(said.place, "unknown_key", message)
        return ()
    report.missing(node, ("checks",))
    found = (
        _nested_check(inner, f"{name}.{number}", combine, report)
        for number, inner in enumerate(list_in(node, "checks", report), 1)
    )
    return tuple(one for one in found if one is not None)


def _count(node: Table, combine: Combine | None, report: Report) -> int:
    said = node.get("count")
    if combine is not Combine.SOME:
        if said is not None:
            message = phrase("“%(field)s” belongs to %(names)s", field="count", names=Combine.SOME.value)
            report.add(said.place, "unknown_key", message)
        return 1
    report.missing(node, ("count",))
    return number_in(node, "count", 1, len(list_in(node, "checks", Report(""))) or _MOST_COUNT, report)


def _partial(node: Table, combine: Combine | None, report: Report) -> Partial:
    known = [one.value for one in Partial]
    if combine in (Combine.ALL, Combine.SOME):
        known.remove(Partial.STEPS.value)
    elif combine is not None:
        known = [Partial.ALL_OR_NOTHING.value]
    return Partial(known_in(node, "partial", known, report) or Partial.ALL_OR_NOTHING.value)


def _steps(node: Table, kind: CheckType | None, report: Report) -> Mapping[str, Fraction]:
    """Weights by the name of a step, each above 0; they must come to 1."""
    said, by_steps = node.get("steps"), word_in(node, "partial", Report("")) == Partial.STEPS.value
    if kind is None:
        return {}
    if said is None or not by_steps:
        if by_steps:
            report.add(node.place, "missing_field", phrase("“%(field)s” is missing", field="steps"))
        elif said is not None:
            message = phrase("“%(field)s” belongs to %(names)s", field="steps", names="partial: steps")
            report.add(said.place, "unknown_key", message)
        return {}
    if not isinstance(said, Table):
        report.add(said.place, "wrong_shape", phrase("“%(field)s” must be fields with values", field="steps"))
        return {}
    found: dict[str, Fraction] = {}
    for key, value in said.entries:
        if key.text not in kind.steps:
            known = phrase("known here: %(names)s", names=", ".join(kind.steps))
            message = phrase("this check has no step “%(step)s”", step=key.text[:60])
            report.add(key.place, "unknown_step", message, known)
            continue
        try:
            found[key.text] = exact_in(value)
        except WrongValueError as wrong:
            report.add(value.place, "bad_value", wrong.message)
    if sum(found.values()) != 1 or min(found.values()) <= 0:
        message = phrase("the weights of the steps must be above 0 and come to 1")
        report.add(said.place, "wrong_sum", message)
    return found


def _need(node: Node, report: Report) -> Requirement | None:
    shape = phrase("write {check: …, is: found}, {check: …, is: full}, {check: …, at_least: 50} or {check: …, step: …}")
    if not isinstance(node, Table) or len(node.entries) != 2:
        report.add(node.place, "wrong_shape", shape)
        return None
    report.unknown_keys(node, ("check", *NEED))
    report.missing(node, ("check",))
    state = known_in(node, "is", STATES, report)
    share = FULL if state == "full" else Fraction(0)
    if node.get("at_least"):
        share = Fraction(number_in(node, "at_least", 1, 100, report), 100)
    return Requirement(code_in(node, "check", report), state == "found", share, word_in(node, "step", report))
