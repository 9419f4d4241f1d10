"""A blueprint's authoring document as the editor has it: begun, put into order, and read with its faults at their fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from question_bank.blueprint import BLUEPRINT_FORMAT, Blueprint
from question_bank.canonical import JSON, CanonicalError, encode
from question_bank.formats.blueprint import blueprint_in
from question_bank.formats.nodes import Node, Place, Series, Table
from question_bank.formats.report import Report, read_tree
from question_bank.items.model import Level
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Path, Severity

MOST_BYTES = 1024 * 1024  # of a document: one with 12 topics in 3 sections has 10 kB, one with 500 exclusions 400 kB
MOST_SECTIONS = 20  # tabs beside each other, some too many for a package: that is said (formats/blueprint.py)
MOST_ROWS = 1_000  # of all sections: 12 topics with six kinds of rows in 3 sections have 216

_NUMBERS = frozenset({
    "count", "most", "rounds", "uses", "days", "place", "duration_s", "mark_per_item", "penalty", "floor",
    *(level.value for level in Level),
})  # fmt: skip
_TRUTHS = {"true": True, "đúng": True, "false": False, "sai": False}
_DIGITS = re.compile("0|[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Read:
    """The blueprint when nothing is wrong, else None; every fault with the path of its field."""

    blueprint: Blueprint | None
    faults: tuple[Fault, ...]


def begun(contest: str, round_id: str, vi: str, en: str) -> dict[str, JSON]:
    """What a new blueprint begins with: one section without items."""
    section: dict[str, JSON] = {
        "code": "phan-1", "title": {"vi": "Phần 1", "en": "Part 1"}, "duration_s": 2700, "mark_per_item": 25, "cells": [],
    }  # fmt: skip
    return {
        "format": BLUEPRINT_FORMAT, "contest_id": contest, "round_id": round_id, "title": {"vi": vi, "en": en or vi},
        "sections": [section],
    }  # fmt: skip


def document_of(given: JSON) -> dict[str, JSON] | None:
    """What a page or file sent, with numbers as numbers; None when it is no document or larger than any may be."""
    try:
        if not isinstance(given, dict) or len(encode(given)) > MOST_BYTES:
            return None
    except CanonicalError:
        return None
    sections = given.get("sections", [])
    if not isinstance(sections, list) or len(sections) > MOST_SECTIONS or sum(map(_rows, sections)) > MOST_ROWS:
        return None
    found = _ordered(given, "")
    assert isinstance(found, dict)
    return {**found, "format": BLUEPRINT_FORMAT}


def finished(document: Mapping[str, JSON]) -> dict[str, JSON]:
    """The same with the English titles that were left empty as in Vietnamese."""
    found = {**document, "title": _titled(document.get("title"))}
    sections = document.get("sections")
    if isinstance(sections, list):
        found["sections"] = [
            {**one, "title": _titled(one.get("title"))} if isinstance(one, dict) else one for one in sections
        ]
    return found


def read(document: Mapping[str, JSON]) -> Read:
    """The blueprint that a document is. Read as `assemble` reads it, so that nothing is right here and wrong there."""
    data = encode(finished(document))
    report = _Gathered()
    blueprint = blueprint_in(data, report)
    tree = read_tree(data, Report(""))
    paths = dict(_places(tree, ())) if tree is not None else {}
    faults = [
        Fault(one.code, _path(paths.get(place, ()), one), one.message, one.hint, one.severity)
        for place, one in report.found
    ]
    within = {fault.path[:end] for fault in faults for end in range(len(fault.path))}
    # A row whose only number cannot be read asks for no item either: the number alone is to be put right.
    told = [fault for fault in faults if fault.code != "empty_field" or fault.path not in within]
    return Read(blueprint, tuple(dict.fromkeys(told)))


def items_named(document: Mapping[str, JSON]) -> list[str]:
    """The ids of items that its exclusions and fixed items name, each once."""
    found: list[str] = []
    groups, fixed = document.get("exclude"), document.get("fixed")
    for group in groups if isinstance(groups, list) else []:
        listed = group.get("items") if isinstance(group, dict) else group
        found += [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    for one in fixed if isinstance(fixed, list) else []:
        item = one.get("item") if isinstance(one, dict) else None
        found += [item] if isinstance(item, str) else []
    return list(dict.fromkeys(found))


class _Gathered(Report):
    """A report that keeps its sentences, for pages to say in their own words."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        super().__init__("")
        self.found: list[tuple[Place, Fault]] = []

    def add(
        self, place: Place, code: str, message: Phrase, hint: Phrase | None = None, severity: Severity = Severity.ERROR
    ) -> None:
        super().add(place, code, message, hint, severity)
        self.found.append((place, Fault(code, (), message, hint, severity)))


def _places(node: Node, path: Path) -> Iterator[tuple[Place, Path]]:
    """Where everything stands; a key leads to its value."""
    yield node.place, path
    match node:
        case Series():
            for number, inner in enumerate(node.items):
                yield from _places(inner, (*path, number))
        case Table():
            for key, inner in node.entries:
                yield key.place, (*path, key.text)
                yield from _places(inner, (*path, key.text))
        case _:
            pass


def _path(path: Path, fault: Fault) -> Path:
    """What is missing is shown where it belongs."""
    field = dict(fault.message.values).get("field")
    return (*path, str(field)) if fault.code == "missing_field" and field else path


def _rows(section: JSON) -> int:
    cells = section.get("cells") if isinstance(section, dict) else None
    return len(cells) if isinstance(cells, list) else 0


def _ordered(value: JSON, name: str) -> JSON:
    """Without what is nothing, and with numbers and truths as such where fields are numbers and truths."""
    match value:
        case dict():
            return {key: _ordered(inner, key) for key, inner in value.items() if inner is not None}
        case list():
            return [_ordered(inner, "") for inner in value if inner is not None]
        case str() if name in _NUMBERS and _DIGITS.fullmatch(value):
            return int(value)
        case str() if name == "keep_order" and value in _TRUTHS:
            return _TRUTHS[value]
        case _:
            return value


def _titled(title: JSON) -> JSON:
    if not isinstance(title, dict):
        return title
    vi, en = title.get("vi"), title.get("en")
    return {**title, "en": vi if not (isinstance(en, str) and en.strip()) and isinstance(vi, str) else en or ""}


def too_large() -> Phrase:
    """Why `document_of` gave nothing."""
    return phrase(
        "a blueprint has at most %(sections)s parts and %(rows)s rows", sections=MOST_SECTIONS, rows=MOST_ROWS
    )
