"""Blueprints as people write them, `exam-blueprint/1`: contest, round, sections, and a grid of topic by level.

The format is described in `schema/README.md`, for editors in `schema/exam-blueprint-1.schema.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from question_bank.blueprint import BLUEPRINT_FORMAT, Blueprint, Cell, RulePlan, SectionPlan
from question_bank.errors import ExamRoomError
from question_bank.formats.authoring import read_title
from question_bank.formats.nodes import MAX_BYTES, Node, Series, Table, Text, plain
from question_bank.formats.report import Report, read_document
from question_bank.ids import TopicCode
from question_bank.items import types
from question_bank.items._labelled import read_truth
from question_bank.items.model import Item, Level
from question_bank.marking_scheme import Marks
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Problem
from question_bank.wording import gettext

TOP_FIELDS = ("contest_id", "round_id", "title", "sections")
SECTION_FIELDS = ("code", "title", "duration_s", "mark_per_item", "cells")
SECTION_OPTIONAL = ("rule", "keep_order")

MOST_SECONDS = 86_400  # a day
MOST_MARKS = 100_000  # hundredths: a thousand marks for one item
MOST_ITEMS = 500  # in one cell
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE_LENGTH = 40  # characters
_NUMBER = re.compile(r"[0-9]{1,9}")


class BlueprintFileError(ExamRoomError):
    """The file cannot be read at all."""


@dataclass(frozen=True, slots=True)
class BlueprintReading:
    """The blueprint when nothing is wrong with it, else None and every problem."""

    blueprint: Blueprint | None
    problems: tuple[Problem, ...]


def read_blueprint_file(path: Path) -> BlueprintReading:
    """Read a blueprint from disk. Raises BlueprintFileError when the file cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BlueprintFileError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                                 hint=gettext("Check the path and the file's permissions.")) from error  # fmt: skip
    return read_blueprint(data, str(path))


def read_blueprint(data: bytes, file: str) -> BlueprintReading:
    """Read a blueprint; `file` names it in problems. Never raises: everything wrong is a problem."""
    report = Report(file)
    tree = read_document(data, report, BLUEPRINT_FORMAT, TOP_FIELDS)
    if tree is None:
        return BlueprintReading(None, tuple(report.problems))
    contest_id, round_id = _code(tree, "contest_id", report), _code(tree, "round_id", report)
    title = read_title(tree.get("title"), "title", report)
    sections = tuple(_section(node, report) for node in _list(tree, "sections", report))
    codes = [section.code for section in sections if section is not None]
    for code in sorted({code for code in codes if code and codes.count(code) > 1}):
        message = phrase("two sections have the code “%(code)s”", code=code)
        report.add(tree.place, "duplicate_section", message)
    if report.problems:
        return BlueprintReading(None, tuple(sorted(report.problems)))
    whole = tuple(section for section in sections if section is not None)
    return BlueprintReading(Blueprint(contest_id, round_id, title, whole), ())


def _section(node: Node, report: Report) -> SectionPlan | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a section"), phrase("begin each with “- code: …”"))
        return None
    report.unknown_keys(node, (*SECTION_FIELDS, *SECTION_OPTIONAL))
    report.missing(node, SECTION_FIELDS)
    cells = [cell for row in _list(node, "cells", report) for cell in _row(row, report)]
    seen: set[tuple[str, Level]] = set()
    for cell in cells:
        if (cell.topic, cell.level) in seen:
            message = phrase("the topic “%(topic)s” has two rows", topic=cell.topic)
            report.add(node.place, "duplicate_row", message)
            break
        seen.add((cell.topic, cell.level))
    return SectionPlan(
        code=_code(node, "code", report),
        title=read_title(node.get("title"), "title", report),
        duration_s=_number(node, "duration_s", 1, MOST_SECONDS, report),
        mark_per_item=Marks(_number(node, "mark_per_item", 1, MOST_MARKS, report)),
        rules=_rules(node.get("rule"), report),
        cells=tuple(cells),
        keep_order=_truth(node, "keep_order", report),
    )


def _row(node: Node, report: Report) -> list[Cell]:
    """One row of the grid: a topic, and a number for each level that is wanted."""
    levels = [level.value for level in Level]
    if not isinstance(node, Table):
        hint = phrase("write {topic: …, nhan_biet: 4, …}")
        report.add(node.place, "wrong_shape", phrase("this is not a row of the grid"), hint)
        return []
    report.unknown_keys(node, ("topic", *levels))
    report.missing(node, ("topic",))
    topic = TopicCode(_code(node, "topic", report))
    wanted = [level for level in Level if node.get(level.value) is not None]
    cells = [Cell(topic, level, _number(node, level.value, 0, MOST_ITEMS, report)) for level in wanted]
    if not any(cell.count for cell in cells):
        report.add(node.place, "empty_field", phrase("the row asks for no item"))
    return [cell for cell in cells if cell.count]


def _rules(node: Node | None, report: Report) -> dict[str, RulePlan]:
    """`{multiple_choice: all_or_nothing}`, or `{single_choice: {name: single, penalty: 25, floor: 25}}` in percent."""
    if node is None:
        return {}
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("“rule” names a marking rule for types of items"),
                   phrase("write {multiple_choice: all_or_nothing}"))  # fmt: skip
        return {}
    found: dict[str, RulePlan] = {}
    for key, value in node.entries:
        item_type = types().get(key.text)
        if item_type is None:
            report.add(key.place, "unknown_type", phrase("unknown type of item"), _known(types()))
        elif (rule := _rule(key.text, value, item_type, report)) is not None:
            found[key.text] = rule
    return found


def _rule(name: str, node: Node, item_type: type[Item], report: Report) -> RulePlan | None:
    said = node.get("name") if isinstance(node, Table) else node
    if not isinstance(said, Text) or said.text not in item_type.RULES:
        report.add(
            node.place, "unknown_rule", phrase("“%(type)s” has no such rule", type=name), _known(item_type.RULES)
        )
        return None
    if not isinstance(node, Table):
        return RulePlan(said.text)
    report.unknown_keys(node, ("name", "penalty", "floor"))
    penalty = _number(node, "penalty", 0, 100, report)
    return RulePlan(said.text, penalty, -_number(node, "floor", 0, 100, report))


def _truth(node: Table, name: str, report: Report) -> bool:
    faults: list[Fault] = []
    found = node.get(name)
    truth = read_truth((name,), plain(found) if found else None, False, faults)
    for fault in faults:
        report.fault(node, fault)
    return truth


def _known(names: Iterable[str]) -> Phrase:
    return phrase("known here: %(names)s", names=", ".join(names))


def _list(node: Table, name: str, report: Report) -> tuple[Node, ...]:
    found = node.get(name)
    if found is None:
        return ()
    if not isinstance(found, Series):
        report.add(found.place, "wrong_shape", phrase("“%(field)s” must be a list", field=name))
        return ()
    if not found.items:
        report.add(found.place, "empty_field", phrase("“%(field)s” is empty", field=name))
    return found.items


def _code(node: Table, name: str, report: Report) -> str:
    found = node.get(name)
    if found is None:
        return ""
    if isinstance(found, Text) and _CODE.fullmatch(found.text) and len(found.text) <= _CODE_LENGTH:
        return found.text
    hint = phrase("small letters without marks, digits and single hyphens, like “dich-vu-cong”")
    report.add(found.place, "bad_id", phrase("“%(field)s” is not a code", field=name), hint)
    return ""


def _number(node: Table, name: str, least: int, most: int, report: Report) -> int:
    found = node.get(name)
    if found is None:
        return least
    if isinstance(found, Text) and _NUMBER.fullmatch(found.text) and least <= int(found.text) <= most:
        return int(found.text)
    message = phrase("“%(field)s” is a whole number from %(least)s to %(most)s", field=name, least=least, most=most)
    report.add(found.place, "bad_number", message)
    return least
