"""The schemas editors use and the page authors read say what the reader does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from question_bank.formats import authoring, blueprint
from question_bank.items import types
from question_bank.items._choice import LABELS
from question_bank.items.model import Level
from question_bank.items.text import LIMITS

SCHEMA = Path(__file__).resolve().parent.parent.parent / "question_bank" / "schema"
LEVELS = [level.value for level in Level]


def schema(name: str) -> Any:
    return json.loads((SCHEMA / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_the_schema_of_items_says_what_the_reader_knows() -> None:
    found = schema("exam-items-1")
    assert set(found["properties"]) == set(found["required"]) == {"format", *authoring.TOP_FIELDS}
    assert found["properties"]["format"]["const"] == authoring.ITEMS_FORMAT
    assert found["properties"]["items"]["maxItems"] == authoring.MOST_ITEMS
    item = found["definitions"]["item"]
    required = {name for item_type in types().values() for name in item_type.REQUIRED}
    optional = {name for item_type in types().values() for name in item_type.OPTIONAL}
    assert set(item["required"]) == {*authoring.COMMON_FIELDS, *required}
    assert set(item["properties"]) == {*authoring.COMMON_FIELDS, *required, *optional}
    assert item["properties"]["type"]["enum"] == list(types())
    assert item["properties"]["level"]["enum"] == LEVELS
    assert item["properties"]["options"]["maxProperties"] == len(LABELS)
    assert item["properties"]["options"]["additionalProperties"]["maxLength"] == LIMITS["option"]
    for field in ("stem", "explanation", "source"):
        assert item["properties"][field]["maxLength"] == LIMITS[field]
    assert found["definitions"]["title"]["properties"]["vi"]["maxLength"] == LIMITS["title"]


def test_the_schema_of_blueprints_says_what_the_reader_knows() -> None:
    found = schema("exam-blueprint-1")
    assert set(found["properties"]) == set(found["required"]) == {"format", *blueprint.TOP_FIELDS}
    section = found["definitions"]["section"]
    assert set(section["required"]) == set(blueprint.SECTION_FIELDS)
    assert set(section["properties"]) == {*blueprint.SECTION_FIELDS, *blueprint.SECTION_OPTIONAL}
    assert section["properties"]["duration_s"]["maximum"] == blueprint.MOST_SECONDS
    assert section["properties"]["mark_per_item"]["maximum"] == blueprint.MOST_MARKS
    rules = {name: item_type["enum"] for name, item_type in section["properties"]["rule"]["properties"].items()}
    assert rules == {name: list(item_type.RULES) for name, item_type in types().items()}
    row = found["definitions"]["row"]["properties"]
    assert list(row) == ["topic", *LEVELS]
    assert {row[level]["maximum"] for level in LEVELS} == {blueprint.MOST_ITEMS}


def test_every_problem_code_is_on_the_page_authors_read(repository: Path) -> None:
    expected = re.compile(rb"^# expect: \d+ (\w+)$", re.MULTILINE)
    vectors = (repository / "tests" / "vectors" / "items").glob("*.yaml")
    codes = {code.decode() for path in vectors for code in expected.findall(path.read_bytes())}
    text = (repository / "question_bank" / "formats" / "blueprint.py").read_text(encoding="utf-8")
    codes |= set(re.findall(r"""report\.add\([^"]*?, "(\w+)\"""", text))
    assert len(codes) > 30
    assert codes - set(re.findall(r"`(\w+)`", (SCHEMA / "README.md").read_text(encoding="utf-8"))) == set()
