"""Blueprints as people write them, `exam-blueprint/1`: contest, round, sections, and a grid of topic by level.

The format is described in `schema/README.md`, for editors in `schema/exam-blueprint-1.schema.json`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from question_bank.blueprint import BLUEPRINT_FORMAT, Blueprint, Cell, RulePlan, SectionPlan
from question_bank.errors import ExamRoomError
from question_bank.formats.authoring import read_title
from question_bank.formats.blueprint_fields import code_in, list_in, number_in, truth_in
from question_bank.formats.blueprint_rules import TOP_OPTIONAL, read_rules
from question_bank.formats.nodes import MAX_BYTES, Node, Series, Table, Text
from question_bank.formats.report import Report, read_document
from question_bank.ids import TopicCode
from question_bank.items import types
from question_bank.items.model import Item, Level
from question_bank.marking_scheme import Marks
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Problem
from question_bank.wording import gettext

TOP_FIELDS = ("contest_id", "round_id", "title", "sections")
SECTION_FIELDS = ("code", "title", "duration_s", "mark_per_item", "cells")
SECTION_OPTIONAL = ("rule", "keep_order")

MOST_SECONDS = 86_400  # a day
MOST_MARKS = 100_000  # hundredths: a thousand marks for one item
MOST_ITEMS = (
    400  # in one section, as many as a room takes (server/protocol/situation.py); the largest contest known has 60
)
MOST_SECTIONS = 16  # as many as a package has (sealed_manifest.py); the largest contest known has four
MOST_KINDS = 6  # of rows that meet in one topic and level: each union of them is a condition, 63 then
ROW_OPTIONAL = ("type", "mark_per_item")


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
    found = blueprint_in(data, report)
    return BlueprintReading(found, tuple(sorted(report.problems)))


def blueprint_in(data: bytes, report: Report) -> Blueprint | None:
    """The blueprint; None, with everything wrong reported, when something is."""
    tree = read_document(data, report, BLUEPRINT_FORMAT, TOP_FIELDS, TOP_OPTIONAL)
    if tree is None:
        return None
    contest_id, round_id = code_in(tree, "contest_id", report), code_in(tree, "round_id", report)
    title = read_title(tree.get("title"), "title", report)
    sections = tuple(_section(node, report) for node in list_in(tree, "sections", report))
    codes = [section.code for section in sections if section is not None]
    for code in sorted({code for code in codes if code and codes.count(code) > 1}):
        message = phrase("two sections have the code “%(code)s”", code=code)
        report.add(tree.place, "duplicate_section", message)
    if len(sections) > MOST_SECTIONS:
        report.add(tree.place, "too_many_sections", phrase("at most %(most)s sections", most=MOST_SECTIONS))
    whole = tuple(section for section in sections if section is not None)
    rules = read_rules(tree, whole, report)
    if any(not problem.is_warning for problem in report.problems):
        return None
    return Blueprint(
        contest_id, round_id, title, whole, rules.forms, rules.sets_share, rules.split_stimuli, rules.exclude,
        rules.exposure, rules.fixed,
    )  # fmt: skip


def _section(node: Node, report: Report) -> SectionPlan | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a section"), phrase("begin each with “- code: …”"))
        return None
    report.unknown_keys(node, (*SECTION_FIELDS, *SECTION_OPTIONAL))
    report.missing(node, SECTION_FIELDS)
    cells = [cell for row in list_in(node, "cells", report) for cell in _row(row, report)]
    _check_rows(node, cells, report)
    return SectionPlan(
        code=code_in(node, "code", report),
        title=read_title(node.get("title"), "title", report),
        duration_s=number_in(node, "duration_s", 1, MOST_SECONDS, report),
        mark_per_item=Marks(number_in(node, "mark_per_item", 1, MOST_MARKS, report)),
        rules=_rules(node.get("rule"), report),
        cells=tuple(cells),
        keep_order=truth_in(node, "keep_order", report),
    )


def _check_rows(node: Table, cells: list[Cell], report: Report) -> None:
    """Rows that ask for the same twice, too many that overlap, and more than a room can hold."""
    if (count := sum(cell.count for cell in cells)) > MOST_ITEMS:
        message = phrase("the section asks for %(count)s items; a room takes %(most)s", count=count, most=MOST_ITEMS)
        report.add(node.place, "too_many_items", message)
    seen: set[tuple[object, ...]] = set()
    for cell in cells:
        same = (cell.topic, cell.level, cell.types, cell.mark)
        if same in seen:
            message = phrase("the topic “%(topic)s” has two rows", topic=cell.topic)
            report.add(node.place, "duplicate_row", message)
            break
        seen.add(same)
    kinds = {(cell.topic, cell.level, cell.types) for cell in cells}
    for topic, level in dict.fromkeys((cell.topic, cell.level) for cell in cells):
        if sum(kind[:2] == (topic, level) for kind in kinds) > MOST_KINDS:
            message = phrase("topic %(topic)s, %(level)s has rows for more than %(most)s different choices of types",
                             topic=topic, level=level.label, most=MOST_KINDS)  # fmt: skip
            report.add(node.place, "too_many_rows", message)


def _row(node: Node, report: Report) -> list[Cell]:
    """One row of the grid: a topic, perhaps types and what an item is worth, and a number for each level that is wanted."""
    levels = [level.value for level in Level]
    if not isinstance(node, Table):
        hint = phrase("write {topic: …, nhan_biet: 4, …}")
        report.add(node.place, "wrong_shape", phrase("this is not a row of the grid"), hint)
        return []
    report.unknown_keys(node, ("topic", *ROW_OPTIONAL, *levels))
    report.missing(node, ("topic",))
    topic, names = TopicCode(code_in(node, "topic", report)), _types(node.get("type"), report)
    said = node.get("mark_per_item")
    mark = None if said is None else Marks(number_in(node, "mark_per_item", 1, MOST_MARKS, report))
    wanted = [level for level in Level if node.get(level.value) is not None]
    cells = [
        Cell(topic, level, number_in(node, level.value, 0, MOST_ITEMS, report), names, mark) for level in wanted
    ]  # fmt: skip
    if not any(cell.count for cell in cells):
        report.add(node.place, "empty_field", phrase("the row asks for no item"))
    return [cell for cell in cells if cell.count]


def _types(node: Node | None, report: Report) -> tuple[str, ...]:
    """One type or a list of them, in the order of their names."""
    if node is None:
        return ()
    named = node.items if isinstance(node, Series) else (node,)
    found: set[str] = set()
    for one in named:
        if isinstance(one, Text) and one.text in types():
            found.add(one.text)
        else:
            report.add(one.place, "unknown_type", phrase("unknown type of item"), _known(types()))
    if not named:
        report.add(node.place, "empty_field", phrase("“%(field)s” is empty", field="type"))
    return tuple(sorted(found))


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
    penalty = number_in(node, "penalty", 0, 100, report)
    return RulePlan(said.text, penalty, -number_in(node, "floor", 0, 100, report))


def _known(names: Iterable[str]) -> Phrase:
    return phrase("known here: %(names)s", names=", ".join(names))
