"""The fields of an item as an editor has them, and back: everything is texts, lists and objects of texts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.formats.authoring import ID_PATTERN, MOST_PLAYS
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items import types
from question_bank.items._labelled import read_list, read_text, read_truth, read_whole
from question_bank.items.model import Common, Item, Level
from question_bank.phrase import phrase
from question_bank.problems import Fault

_ID = re.compile(ID_PATTERN)
_USUAL_OPTIONS, _USUAL_ENTRIES = "ABCD", 4


def read_fields(fields: Mapping[str, JSON]) -> tuple[Item | None, list[Fault]]:
    """The item, and every field that could not be read as what it should be; None for a type that is not installed."""
    faults: list[Fault] = []
    known = types().get(str(fields.get("type", "")))
    if known is None:
        return None, [Fault("unknown_type", ("type",), phrase("unknown type of item"))]
    identity = read_text(("id",), fields.get("id"), faults)
    if not _ID.fullmatch(identity):
        hint = phrase("letters, digits, “.”, “_” and “-”, at most 40 of them, like “DVC-001”")
        faults.append(Fault("bad_id", ("id",), phrase("this is not an id"), hint))
    level = read_text(("level",), fields.get("level"), faults)
    levels = [one.value for one in Level]
    if level not in levels:
        faults.append(Fault("unknown_level", ("level",), phrase("unknown level")))
    common = Common(
        id=BankItemId(identity),
        topic=TopicCode(read_text(("topic",), fields.get("topic"), faults)),
        level=Level(level) if level in levels else Level.NHAN_BIET,
        stem=read_text(("stem",), fields.get("stem"), faults),
        explanation=read_text(("explanation",), fields.get("explanation"), faults),
        source=read_text(("source",), fields.get("source"), faults),
        stimulus=StimulusId(read_text(("stimulus",), fields.get("stimulus"), faults)),
        tags=tuple(read_text(("tags",), one, faults) for one in read_list("tags", fields.get("tags"), faults)),
        excludes=tuple(
            BankItemId(read_text(("excludes",), one, faults))
            for one in read_list("excludes", fields.get("excludes"), faults)
        ),
        shuffle=read_truth(("shuffle",), fields.get("shuffle"), True, faults),
        plays=read_whole(("plays",), fields.get("plays"), 0, (0, MOST_PLAYS), faults),
    )
    return known.read(common, fields, faults), faults


def write_fields(content: Mapping[str, JSON]) -> dict[str, JSON]:
    """The fields of a stored item; numbers and truths become the words that editors have."""
    return {name: _worded(value) for name, value in content.items()}


def blank_fields(type_name: str, identity: str, topic: str) -> dict[str, JSON]:
    """What a new item begins with: as many empty rows as its kind mostly has."""
    shape = types()[type_name].SCHEMA
    rows: dict[str, JSON] = {"options": dict.fromkeys(_USUAL_OPTIONS, "")} if "options" in shape else {}
    if "entries" in shape:
        rows["entries"] = [""] * _USUAL_ENTRIES
    return {
        "id": identity, "type": type_name, "topic": topic, "level": Level.NHAN_BIET.value, "stem": "", **rows,
        "explanation": "", "source": "",
    }  # fmt: skip


def _worded(value: JSON) -> JSON:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value
