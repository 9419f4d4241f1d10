"""Make the JSON schemas that editors use while an author types, from what the item types, the checks and the readers say.

    .venv/bin/python -m scripts.make_schemas

Writes question_bank/schema/*.schema.json; a test compares the committed files with what this makes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from question_bank.blueprint import BLUEPRINT_FORMAT, FormItems, SetName
from question_bank.canonical import JSON
from question_bank.formats import authoring, blueprint, blueprint_rules
from question_bank.items import types
from question_bank.items._schema import TRUTH, entries, fields, text, whole
from question_bank.items.model import Item, Level
from question_bank.items.text import LIMITS
from scripts.rubric_schema import rubric_schema

SCHEMA = Path(__file__).resolve().parent.parent / "question_bank" / "schema"
_HEAD: dict[str, JSON] = {"$schema": "http://json-schema.org/draft-07/schema#"}
_ID: JSON = {"type": "string", "pattern": f"^{authoring.ID_PATTERN}$"}
_CODE: JSON = {"type": "string", "pattern": "^[a-z0-9]+(?:-[a-z0-9]+)*$", "maxLength": 40}
_TITLE = fields({"vi": text(LIMITS["title"]), "en": text(LIMITS["title"])}, "vi", "en")
_LEVELS: list[JSON] = [level.value for level in Level]


def items_schema() -> dict[str, JSON]:
    """`exam-items/1`: the fields of every item, and for each type its own."""
    properties: dict[str, JSON] = {
        "format": {"const": authoring.ITEMS_FORMAT},
        "topic": {**_code("Mã chủ đề: chữ thường không dấu")},
        "topic_title": _TITLE,
        "stimuli": {"type": "array", "items": fields(
            {"id": _ID, "title": text(LIMITS["title"]), "text": text(LIMITS["stimulus"])}, "id", "title", "text",
        )},
        "items": {"type": "array", "minItems": 1, "maxItems": authoring.MOST_ITEMS, "items": {"$ref": "#/definitions/item"}},
    }  # fmt: skip
    own: list[JSON] = [_of_type(item_type) for item_type in types().values()]
    item: dict[str, JSON] = {
        "type": "object", "required": [*authoring.COMMON_FIELDS], "properties": _common(), "allOf": own,
    }  # fmt: skip
    return {
        **_HEAD,
        "title": authoring.ITEMS_FORMAT,
        "description": "Items of one topic. For editors, while typing; `examroom-bank check` knows more rules and has the last word.",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", *authoring.TOP_FIELDS],
        "properties": properties,
        "definitions": {"item": item},
    }


def _common() -> dict[str, JSON]:
    said: dict[str, JSON] = {
        "id": _ID,
        "type": {"enum": [*types()]},
        "level": {"enum": _LEVELS},
        "stem": text(LIMITS["stem"], "Câu dẫn"),
        "explanation": text(LIMITS["explanation"], "Giải thích vì sao đáp án đúng"),
        "source": text(LIMITS["source"], "Văn bản làm căn cứ"),
        "stimulus": _ID,
        "tags": entries(text(LIMITS["tag"]), 20),
        "excludes": entries(_ID, 100),
        "shuffle": TRUTH,
        "plays": whole(0, authoring.MOST_PLAYS, "Số lần được nghe, xem; 0 là không giới hạn"),
    }
    return said


def _of_type(item_type: type[Item]) -> JSON:
    """If an item is of this type, then these are its fields and no others."""
    known: dict[str, JSON] = dict.fromkeys((*authoring.COMMON_FIELDS, *authoring.COMMON_OPTIONAL), True)
    return {
        "if": {"properties": {"type": {"const": item_type.NAME}}, "required": ["type"]},
        "then": {
            "required": [*item_type.REQUIRED],
            "properties": known | dict(item_type.SCHEMA),
            "additionalProperties": False,
        },
    }


def blueprint_schema() -> dict[str, JSON]:
    """`exam-blueprint/1`."""
    rules: dict[str, JSON] = {name: _rule(item_type) for name, item_type in types().items()}
    section: dict[str, JSON] = {
        "code": _CODE,
        "title": _TITLE,
        "duration_s": whole(1, blueprint.MOST_SECONDS, "Thời gian làm bài, giây"),
        "mark_per_item": whole(1, blueprint.MOST_MARKS, "Phần trăm điểm: 100 là 1 điểm"),
        "rule": fields(rules),
        "keep_order": TRUTH,
        "cells": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/row"}},
    }
    row: dict[str, JSON] = {
        "topic": _CODE,
        "type": {"oneOf": [{"enum": [*types()]}, {"type": "array", "minItems": 1, "items": {"enum": [*types()]}}]},
        "mark_per_item": whole(1, blueprint.MOST_MARKS, "Khác với điểm chung của phần thi"),
        **{level.value: whole(0, blueprint.MOST_ITEMS) for level in Level},
    }
    return {
        **_HEAD,
        "title": BLUEPRINT_FORMAT,
        "description": "What a paper is made of. For editors, while typing; `examroom-bank assemble` has the last word.",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", *blueprint.TOP_FIELDS],
        "properties": {
            "format": {"const": BLUEPRINT_FORMAT}, "contest_id": _CODE, "round_id": _CODE, "title": _TITLE, **_rules(),
            "sections": {"type": "array", "minItems": 1, "items": fields(section, *blueprint.SECTION_FIELDS)},
        },
        "definitions": {"row": fields(row, "topic")},
    }  # fmt: skip


def _rules() -> dict[str, JSON]:
    """What a blueprint says beside its sections."""
    code: JSON = {"pattern": "^[0-9]{1,6}$"}
    items: JSON = {"type": "array", "minItems": 2, "maxItems": blueprint_rules.MOST_IN_GROUP, "items": _ID}
    group = fields({"items": items, "most": whole(1, blueprint_rules.MOST_IN_GROUP)}, "items")
    sets: list[JSON] = ["both", *(one.value for one in SetName)]
    return {
        "forms": fields({
            "count": whole(1, blueprint_rules.MOST_FORMS, "Số đề của mỗi bộ"),
            "items": {"enum": [one.value for one in FormItems]},
            "codes": {"type": "array", "minItems": 1, "items": code}, "reserve_codes": {"type": "array", "minItems": 1, "items": code},
        }),
        "sets": {"enum": [*blueprint_rules.SETS]},
        "stimuli": {"enum": [*blueprint_rules.STIMULI]},
        "exclude": {"type": "array", "minItems": 1, "maxItems": blueprint_rules.MOST_GROUPS, "items": {"oneOf": [items, group]}},
        "exposure": fields({
            "rounds": whole(0, blueprint_rules.MOST_ROUNDS), "uses": whole(0, blueprint_rules.MOST_USES), "days": whole(0, blueprint_rules.MOST_DAYS),
        }),
        "fixed": {"type": "array", "minItems": 1, "maxItems": blueprint_rules.MOST_FIXED, "items": fields(
            {"item": _ID, "section": _CODE, "place": whole(1, blueprint_rules.MOST_PLACE), "set": {"enum": sets}}, "item", "section",
        )},
    }  # fmt: skip


def _rule(item_type: type[Item]) -> JSON:
    names: JSON = {"enum": [*item_type.RULES]}
    percent = whole(0, 100)
    return {"oneOf": [names, fields({"name": names, "penalty": percent, "floor": percent}, "name")]}


def _code(said: str) -> dict[str, JSON]:
    return {"type": "string", "pattern": "^[a-z0-9]+(?:-[a-z0-9]+)*$", "maxLength": 40, "description": said}


def schemas() -> Iterator[tuple[Path, str]]:
    """Each file and what belongs in it."""
    made = {"exam-items-1": items_schema(), "exam-blueprint-1": blueprint_schema()}
    for name, schema in made.items():
        yield SCHEMA / f"{name}.schema.json", json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    yield SCHEMA / "exam-rubric-1.schema.json", _laid_out(rubric_schema())


def _laid_out(schema: dict[str, JSON]) -> str:
    """Indented, but each definition on a line of its own: there is one for each check and field of the catalogue."""
    definitions = schema.get("definitions", {})
    assert isinstance(definitions, dict)
    lines = [f"  {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in definitions.items()]
    rest = json.dumps(
        {name: one for name, one in schema.items() if name != "definitions"}, ensure_ascii=False, indent=1
    )
    return rest.removesuffix("\n}") + ',\n "definitions": {\n' + ",\n".join(lines) + "\n }\n}\n"


def main() -> None:
    """Write them."""
    for path, content in schemas():
        path.write_text(content, encoding="utf-8")
        print(path.name)


if __name__ == "__main__":
    main()
