"""A rubric from its YAML, with every mistake at its line; each candidate's values are filled in first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from question_bank.bilingual import Bilingual
from question_bank.formats.authoring import read_title
from question_bank.formats.blueprint_fields import code_in, list_in, number_in
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.formats.report import Report, read_document
from question_bank.marking_scheme import Marks
from question_bank.phrase import phrase
from question_bank.practical.rubric import (
    MOST_CHECKS,
    MOST_FILES,
    MOST_POINTS,
    RUBRIC_FORMAT,
    CheckPlan,
    Group,
    HandedIn,
    ManualCriterion,
    Rubric,
)
from question_bank.practical.rubric_checks import read_check, read_tags
from question_bank.practical.rubric_fields import marks_in, word_in
from question_bank.practical.values import Parameter, filled, read_parameters, values
from question_bank.problems import Problem

FIELDS = ("id", "version", "title", "files", "points", "groups")
OPTIONAL = ("legal_profile", "parameters", "rounding", "floor", "penalties", "manual")
ACCEPTED = ("docx", "xlsx", "pptx", "odt", "ods", "odp")
_MOST_VERSION = 100_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RubricReading:
    """The rubric when nothing is wrong with it, else None and every problem; `parameters` as far as they could be read."""

    rubric: Rubric | None
    parameters: tuple[Parameter, ...]
    problems: tuple[Problem, ...]
    values: Mapping[str, str]


def read_rubric(data: bytes, file: str, seed: bytes) -> RubricReading:
    """Read a rubric for one candidate's seed (32 bytes). Never raises: everything wrong is a problem."""
    report = Report(file)
    tree = read_document(data, report, RUBRIC_FORMAT, FIELDS, OPTIONAL)
    if tree is None:
        return RubricReading(None, (), tuple(report.problems), {})
    parameters = read_parameters(tree.get("parameters"), report)
    given = values(parameters, seed, code_in(tree, "id", Report(file)))
    whole = filled(tree, given, report)
    assert isinstance(whole, Table)
    rubric = _rubric(whole, report)
    wrong = any(not problem.is_warning for problem in report.problems)
    return RubricReading(None if wrong else rubric, parameters, tuple(sorted(report.problems)), given)


def _rubric(tree: Table, report: Report) -> Rubric:
    files = _each(tree, "files", _file, report)
    if len(files) > MOST_FILES:
        report.add(tree.place, "too_many_files", phrase("at most %(most)s files", most=MOST_FILES))
    groups = _each(tree, "groups", lambda node, report: _group(node, files, report), report)
    penalties = _each(tree, "penalties", lambda node, report: read_check(node, report, penalty=True), report)
    manual = _each(tree, "manual", _criterion, report)
    rubric = Rubric(
        code_in(tree, "id", report), number_in(tree, "version", 1, _MOST_VERSION, report),
        read_title(tree.get("title"), "title", report), word_in(tree, "legal_profile", report), files,
        marks_in(tree, "points", 0, MOST_POINTS, report), marks_in(tree, "rounding", 1, 100, report, 1),
        marks_in(tree, "floor", -MOST_POINTS, 0, report, 0), groups, penalties, manual,
    )  # fmt: skip
    _agree(rubric, tree, report)
    return rubric


def _each(tree: Table, name: str, read: Callable[[Node, Report], T | None], report: Report) -> tuple[T, ...]:
    """The entries of a list that could be read."""
    return tuple(one for node in list_in(tree, name, report) if (one := read(node, report)) is not None)


def _agree(rubric: Rubric, tree: Table, report: Report) -> None:
    """What no single field shows: the sum of points, names given twice, and requirements that name nothing before them."""
    given = Marks(
        sum(one.points for group in rubric.groups for one in group.checks) + sum(one.points for one in rubric.manual)
    )
    if given != rubric.points:
        message = phrase("the checks and criteria come to %(sum)s points, the rubric says %(points)s",
                         sum=_points(given), points=_points(rubric.points))  # fmt: skip
        report.add(tree.place, "wrong_sum", message)
    if sum(1 for _, one in rubric.checks() for _ in one.parts()) > MOST_CHECKS:
        report.add(tree.place, "too_many_checks", phrase("at most %(most)s checks", most=MOST_CHECKS))
    seen: dict[str, CheckPlan] = {}
    for _, plan in rubric.checks():
        for other in (*(need.check for need in plan.requires), *([plan.ref] if plan.ref else [])):
            if other not in seen:
                message = phrase("“%(id)s” needs “%(other)s”, which is no check before it", id=plan.id, other=other)
                report.add(tree.place, "unknown_check", message)
        _known_steps(plan, seen, tree, report)
        _once(plan.id, seen, tree, report)
        seen[plan.id] = plan
    for one in rubric.manual:
        _once(one.id, seen, tree, report)
    for plan in seen.values():
        for other in plan.also:
            if other not in seen:
                message = phrase("“%(id)s” names “%(other)s”, which is no check", id=plan.id, other=other)
                report.add(tree.place, "unknown_check", message)


def _once(name: str, seen: Mapping[str, CheckPlan], tree: Table, report: Report) -> None:
    if name in seen:
        report.add(tree.place, "duplicate_check", phrase("two checks have the id “%(id)s”", id=name))


def _known_steps(plan: CheckPlan, seen: Mapping[str, CheckPlan], tree: Table, report: Report) -> None:
    for need in plan.requires:
        other = seen.get(need.check)
        if need.step and other is not None and (other.type is None or need.step not in other.type.steps):
            message = phrase("“%(other)s” has no step “%(step)s”", other=need.check, step=need.step)
            report.add(tree.place, "unknown_step", message)


def _file(node: Node, report: Report) -> HandedIn | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a file"), phrase("begin each with “- name: …”"))
        return None
    report.unknown_keys(node, ("name", "accept", "start", "solution", "watermark"))
    report.missing(node, ("name", "accept"))
    accept = node.get("accept")
    listed = accept.items if isinstance(accept, Series) else (accept,) if accept else ()
    kinds = tuple(one.text for one in listed if isinstance(one, Text) and one.text in ACCEPTED)
    if accept is not None and len(kinds) != len(listed):
        report.add(accept.place, "bad_value", phrase("known here: %(names)s", names=", ".join(ACCEPTED)))
    stamped = word_in(node, "watermark", report)
    if stamped not in ("", "flag", "none"):
        report.add(node.place, "bad_value", phrase("known here: %(names)s", names="flag, none"))
    return HandedIn(
        word_in(node, "name", report), kinds, word_in(node, "start", report), word_in(node, "solution", report),
        stamped == "flag",
    )  # fmt: skip


def _group(node: Node, files: tuple[HandedIn, ...], report: Report) -> Group | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a group"), phrase("begin each with “- id: …”"))
        return None
    report.unknown_keys(node, ("id", "title", "file", "checks"))
    report.missing(node, ("id", "title", "checks"))
    file = word_in(node, "file", report) or (files[0].name if files else "")
    if files and file not in [one.name for one in files]:
        report.add(node.place, "unknown_file", phrase("there is no file “%(name)s” in this rubric", name=file))
    title = read_title(node.get("title"), "title", report)
    return Group(code_in(node, "id", report), title, file, _each(node, "checks", read_check, report))


def _criterion(node: Node, report: Report) -> ManualCriterion | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a criterion"), phrase("begin each with “- id: …”"))
        return None
    report.unknown_keys(node, ("id", "points", "scale", "title", "tags"))
    report.missing(node, ("id", "points", "scale", "title"))
    points = marks_in(node, "points", 1, MOST_POINTS, report)
    scale = tuple(
        marks_in(Table(((Text("scale", False, one.place), one),), one.place), "scale", 0, MOST_POINTS, report)
        for one in list_in(node, "scale", report)
    )
    if scale and (max(scale) != points or list(scale) != sorted(set(scale))):
        message = phrase("the marks of “%(field)s” rise, and the last is all the points", field="scale")
        report.add(node.place, "bad_value", message)
    title: Bilingual = read_title(node.get("title"), "title", report)
    return ManualCriterion(code_in(node, "id", report), points, scale, title, read_tags(node, report))


def _points(marks: int) -> str:
    return f"{marks / 100:.2f}".rstrip("0").rstrip(".")
