"""What a blueprint says beside its sections: forms, sets, stimuli, exclusions, exposure, fixed items (docs/blueprint.md)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.blueprint import (
    ExclusionGroup,
    ExposureLimit,
    FixedItem,
    FormItems,
    FormsPlan,
    SectionPlan,
    SetName,
)
from question_bank.formats.blueprint_fields import code_in, item_id, list_in, number_in, word_in
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.formats.report import Report
from question_bank.phrase import phrase

TOP_OPTIONAL = ("forms", "sets", "stimuli", "exclude", "exposure", "fixed")
FORMS_FIELDS = ("count", "items", "codes", "reserve_codes")
GROUP_FIELDS = ("items", "most")
EXPOSURE_FIELDS = ("rounds", "uses", "days")
FIXED_FIELDS = ("item", "section", "place", "set")
SETS, STIMULI = ("apart", "may_share"), ("whole", "parts")

MOST_FORMS = 26  # of one set: a letter each; a hall has at most eight kinds of papers side by side
MOST_GROUPS = 500
MOST_IN_GROUP = 100
MOST_ROUNDS, MOST_USES, MOST_DAYS = 100, 100, 36_500
MOST_FIXED = 100
MOST_PLACE = 500
_FORM_CODE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it, each with its default."""

    forms: FormsPlan = field(default_factory=FormsPlan)
    sets_share: bool = False
    split_stimuli: bool = False
    exclude: tuple[ExclusionGroup, ...] = ()
    exposure: ExposureLimit = field(default_factory=ExposureLimit)
    fixed: tuple[FixedItem, ...] = ()


def read_rules(tree: Table, sections: Sequence[SectionPlan], report: Report) -> Rules:
    """The rules of a blueprint with these sections."""
    return Rules(
        _forms(tree.get("forms"), report),
        word_in(tree, "sets", SETS, report) == "may_share",
        word_in(tree, "stimuli", STIMULI, report) == "parts",
        _groups(tree, report),
        _exposure(tree.get("exposure"), report),
        _fixed(tree, sections, report),
    )


def _table(node: Node, known: Sequence[str], hint: str, report: Report) -> Table | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("fields with their values were expected"),
                   phrase("write %(example)s", example=hint))  # fmt: skip
        return None
    report.unknown_keys(node, known)
    return node


def _forms(node: Node | None, report: Report) -> FormsPlan:
    table = _table(node, FORMS_FIELDS, "{count: 3, items: different}", report) if node else None
    if table is None:
        return FormsPlan()
    codes, reserve = _codes(table, "codes", report), _codes(table, "reserve_codes", report)
    count = number_in(table, "count", 1, MOST_FORMS, report, max(1, len(codes)))
    for name, found in (("codes", codes), ("reserve_codes", reserve)):
        if found and len(found) != count:
            message = phrase(
                "“%(field)s” names %(named)s forms, not %(count)s", field=name, named=len(found), count=count
            )
            report.add(table.place, "wrong_count", message)
    if len(set(codes + reserve)) < len(codes + reserve):
        report.add(table.place, "repeated_code", phrase("two forms have the same code"))
    items = word_in(table, "items", tuple(one.value for one in FormItems), report)
    return FormsPlan(count, FormItems(items), codes, reserve)


def _codes(table: Table, name: str, report: Report) -> tuple[str, ...]:
    found = []
    for node in list_in(table, name, report):
        if isinstance(node, Text) and _FORM_CODE.fullmatch(node.text):
            found.append(node.text)
        else:
            report.add(node.place, "bad_id", phrase("the code of a form has one to six digits"))
    return tuple(found)


def _groups(tree: Table, report: Report) -> tuple[ExclusionGroup, ...]:
    """Each a list of items, or {items, most}."""
    nodes = list_in(tree, "exclude", report)
    if len(nodes) > MOST_GROUPS:
        report.add(nodes[MOST_GROUPS].place, "too_many", phrase("at most %(most)s of these", most=MOST_GROUPS))
    return tuple(group for node in nodes[:MOST_GROUPS] if (group := _group(node, report)) is not None)


def _group(node: Node, report: Report) -> ExclusionGroup | None:
    most, listed = 1, node
    if isinstance(node, Table):
        report.unknown_keys(node, GROUP_FIELDS)
        report.missing(node, ("items",))
        most = number_in(node, "most", 1, MOST_IN_GROUP, report)
        found = node.get("items")
        if found is None:
            return None
        listed = found
    if not isinstance(listed, Series):
        hint = phrase("write %(example)s", example="[DVC-001, DVC-014]")
        report.add(listed.place, "wrong_shape", phrase("this is not a list of items"), hint)
        return None
    ids = [one for inner in listed.items[:MOST_IN_GROUP] if (one := item_id(inner, report)) is not None]
    if len(listed.items) > MOST_IN_GROUP:
        report.add(listed.place, "too_many", phrase("at most %(most)s of these", most=MOST_IN_GROUP))
    if len(set(ids)) <= most and len(ids) == len(listed.items):
        report.add(listed.place, "no_exclusion", phrase("the group has no more items than one form may have of it"))
    return ExclusionGroup(tuple(dict.fromkeys(ids)), most)


def _exposure(node: Node | None, report: Report) -> ExposureLimit:
    table = _table(node, EXPOSURE_FIELDS, "{rounds: 2, uses: 3, days: 365}", report) if node else None
    if table is None:
        return ExposureLimit()
    return ExposureLimit(
        number_in(table, "rounds", 0, MOST_ROUNDS, report),
        number_in(table, "uses", 0, MOST_USES, report),
        number_in(table, "days", 0, MOST_DAYS, report),
    )


def _fixed(tree: Table, sections: Sequence[SectionPlan], report: Report) -> tuple[FixedItem, ...]:
    found = []
    nodes = list_in(tree, "fixed", report)
    if len(nodes) > MOST_FIXED:
        report.add(nodes[MOST_FIXED].place, "too_many", phrase("at most %(most)s of these", most=MOST_FIXED))
    for node in nodes[:MOST_FIXED]:
        one = _fixed_item(node, sections, report)
        if one is not None:
            found.append(one)
            _check_repeated(node, found, report)
    return tuple(found)


def _fixed_item(node: Node, sections: Sequence[SectionPlan], report: Report) -> FixedItem | None:
    table = _table(node, FIXED_FIELDS, "{item: DVC-020, section: ly-thuyet}", report)
    if table is None:
        return None
    report.missing(table, ("item", "section"))
    said = table.get("item")
    item = item_id(said, report) if said is not None else None
    code = code_in(table, "section", report)
    place = number_in(table, "place", 1, MOST_PLACE, report, 0)
    set_name = word_in(table, "set", ("both", *(one.value for one in SetName)), report)
    plan = next((plan for plan in sections if plan.code == code), None)
    if code and plan is None:
        report.add(table.place, "no_section", phrase("there is no section “%(code)s”", code=code))
    if plan is not None and place > plan.item_count:
        message = phrase("the section has %(items)s items, so no place %(place)s", items=plan.item_count, place=place)
        report.add(table.place, "no_place", message)
    if plan is not None and place and not plan.keep_order:
        report.add(table.place, "place_not_kept", phrase("candidates get the items of this section in other orders"),
                   phrase("add “keep_order: true” to the section, or leave “place” out"))  # fmt: skip
    return FixedItem(item, code, place, None if set_name == "both" else SetName(set_name)) if item else None


def _check_repeated(node: Node, found: Sequence[FixedItem], report: Report) -> None:
    """The last of them: no item twice in a set, no place twice."""
    last = found[-1]
    others = [one for one in found[:-1] if None in (one.set_name, last.set_name) or one.set_name is last.set_name]
    if any(one.item == last.item for one in others):
        report.add(node.place, "repeated_item", phrase("the item “%(id)s” is fixed twice", id=last.item))
    places = Counter((one.section, one.place) for one in others if one.place)
    if last.place and places[last.section, last.place]:
        report.add(node.place, "repeated_place", phrase("two items are fixed at the same place"))
