"""A rubric from its YAML, with every mistake at its line; each candidate's values are filled in first."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from question_bank.formats.authoring import read_title
from question_bank.formats.blueprint_fields import code_in, list_in, number_in
from question_bank.formats.nodes import Node, Place, Series, Table, Text
from question_bank.formats.report import Report, read_document
from question_bank.formats.zips import plain_name
from question_bank.phrase import phrase
from question_bank.practical.profiles.reading import profile_ids
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
from question_bank.practical.rubric_agreement import family, report_disagreements
from question_bank.practical.rubric_checks import read_check
from question_bank.practical.rubric_fields import known_in, marks_in, names_in, tags_in, word_in
from question_bank.practical.values import Parameter, filled, read_parameters, values
from question_bank.problems import Problem

FIELDS = ("id", "version", "title", "points", "groups")
OPTIONAL = ("files", "legal_profile", "parameters", "rounding", "floor", "penalties", "manual")
FILE_FIELDS = ("name", "accept", "start", "solution", "watermark", "mutants")
GROUP_FIELDS = ("id", "title", "file", "checks")
CRITERION_FIELDS = ("id", "points", "scale", "title", "tags")
ACCEPTED = ("docx", "xlsx", "pptx", "odt", "ods", "odp")
WATERMARK = ("flag", "none")
FILLED = ("select", "expect", "title", "feedback")  # where `${name}` is a candidate's value: never in points or ids
MOST_VERSION = 100_000

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
    rubric = _rubric(_for_candidate(tree, given, report), report)
    wrong = any(not problem.is_warning for problem in report.problems)
    return RubricReading(None if wrong else rubric, parameters, tuple(sorted(report.problems)), given)


def _for_candidate(table: Table, given: Mapping[str, str], report: Report) -> Table:
    """The tree with this candidate's values where there may be any."""

    def inside(name: str, node: Node) -> Node:
        if name in FILLED:
            return filled(node, given, report)
        if isinstance(node, Series):
            return Series(tuple(inside("", one) for one in node.items), node.place)
        return _for_candidate(node, given, report) if isinstance(node, Table) else node

    return Table(tuple((key, inside(key.text, node)) for key, node in table.entries), table.place)


def _rubric(tree: Table, report: Report) -> Rubric:
    files = _each(tree, "files", _file, report)
    if len(files) > MOST_FILES:
        report.add((tree.get("files") or tree).place, "too_many", phrase("at most %(most)s files", most=MOST_FILES))
    rubric = Rubric(
        id=code_in(tree, "id", report),
        version=number_in(tree, "version", 1, MOST_VERSION, report),
        title=read_title(tree.get("title"), "title", report),
        legal_profile=known_in(tree, "legal_profile", profile_ids(), report),
        files=files,
        points=marks_in(tree, "points", 1, MOST_POINTS, report),
        rounding=marks_in(tree, "rounding", 1, 100, report, 1),
        floor=marks_in(tree, "floor", -MOST_POINTS, 0, report, 0),
        groups=_each(tree, "groups", lambda node, report: _group(node, files, report), report),
        penalties=_each(tree, "penalties", lambda node, report: _penalty(node, files, report), report),
        manual=_each(tree, "manual", _criterion, report),
    )
    if sum(1 for _, one in rubric.checks() for _ in one.parts()) + len(rubric.manual) > MOST_CHECKS:
        place = (tree.get("groups") or tree).place
        report.add(place, "too_many", phrase("at most %(most)s checks", most=MOST_CHECKS))
    report_disagreements(rubric, tree, report)
    return rubric


def _each(tree: Table, name: str, read: Callable[[Node, Report], T | None], report: Report) -> tuple[T, ...]:
    """The entries of a list that could be read."""
    return tuple(one for node in list_in(tree, name, report) if (one := read(node, report)) is not None)


def _file(node: Node, report: Report) -> HandedIn | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a file"), phrase("begin each with “- name: …”"))
        return None
    report.unknown_keys(node, FILE_FIELDS)
    report.missing(node, ("name", "accept"))
    stamped = known_in(node, "watermark", WATERMARK, report)
    return HandedIn(
        _path_in(node, "name", report),
        _accepted(node, report),
        _path_in(node, "start", report),
        _path_in(node, "solution", report),
        stamped == "flag",
        _path_in(node, "mutants", report),
        node.place,
    )


def _path_in(node: Table, name: str, report: Report) -> str:
    """The plain name of a file; all but what is handed in may lie in folders beside the rubric."""
    found = unicodedata.normalize("NFC", word_in(node, name, report))
    if found and (not plain_name(found) or (name == "name" and "/" in found)):
        place = (node.get(name) or node).place
        report.add(place, "bad_file_name", phrase("“%(name)s” cannot be the name of a file", name=found[:80]))
    return found


def _accepted(node: Table, report: Report) -> tuple[str, ...]:
    """Kinds of files that can stand for each other: those of one program. The file's own name says one of them."""
    said = node.get("accept")
    if said is None:
        return ()
    found = names_in(node, "accept", report)
    known = tuple(one for one in found if one in ACCEPTED)
    if len(known) < len(found) or not known:
        message = phrase("“%(field)s” has no such value", field="accept")
        report.add(said.place, "bad_value", message, phrase("known here: %(names)s", names=", ".join(ACCEPTED)))
    elif len({family(one) for one in known}) > 1:
        report.add(said.place, "mixed_kinds", phrase("“accept” names kinds of one program only: docx and odt, …"))
    name = node.get("name")
    if known and isinstance(name, Text) and name.text.strip().lower().rpartition(".")[2] not in known:
        message = phrase("the name ends with a kind that “accept” does not take")
        report.add(name.place, "bad_file_name", message)
    return known


def _group(node: Node, files: tuple[HandedIn, ...], report: Report) -> Group | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a group"), phrase("begin each with “- id: …”"))
        return None
    report.unknown_keys(node, GROUP_FIELDS)
    report.missing(node, ("id", "title", "checks"))
    file = word_in(node, "file", report) or (files[0].name if files else "")
    title = read_title(node.get("title"), "title", report)
    checks = _each(node, "checks", lambda inner, report: read_check(inner, report), report)
    return Group(code_in(node, "id", report), title, file, checks, _place(node, "file"))


def _penalty(node: Node, files: tuple[HandedIn, ...], report: Report) -> CheckPlan | None:
    found = read_check(node, report, penalty=True)
    return replace(found, file=files[0].name) if found and files and not found.file else found


def _criterion(node: Node, report: Report) -> ManualCriterion | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a criterion"), phrase("begin each with “- id: …”"))
        return None
    report.unknown_keys(node, CRITERION_FIELDS)
    report.missing(node, ("id", "points", "scale", "title"))
    points = marks_in(node, "points", 1, MOST_POINTS, report)
    scale = tuple(
        marks_in(Table(((Text("scale", False, one.place), one),), one.place), "scale", 0, MOST_POINTS, report)
        for one in list_in(node, "scale", report)
    )
    if scale and (scale[-1] != points or list(scale) != sorted(set(scale))):
        message = phrase("the marks of “%(field)s” rise, and the last is all the points", field="scale")
        report.add(_place(node, "scale"), "bad_value", message)
    title = read_title(node.get("title"), "title", report)
    return ManualCriterion(code_in(node, "id", report), points, scale, title, tags_in(node, report), node.place)


def _place(node: Table, name: str) -> Place:
    return (node.get(name) or node).place
