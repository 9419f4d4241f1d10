"""The schemas editors use and the page authors read say what the reader does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from question_bank.content import MEDIA, SPANS
from question_bank.formats import authoring, blueprint
from question_bank.formats.authoring import read_items
from question_bank.items import types
from question_bank.practical import rubric_checks, rubric_reading
from question_bank.practical.catalogue import catalogue
from scripts.make_schemas import SCHEMA, schemas


def schema(name: str) -> Any:
    return json.loads((SCHEMA / f"{name}.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("path", "content"), list(schemas()), ids=lambda value: getattr(value, "name", ""))
def test_the_schemas_are_what_the_types_and_readers_say(path: Path, content: str) -> None:
    assert path.read_text(encoding="utf-8") == content, "run scripts/make_schemas.py"


def test_every_field_of_every_type_is_described() -> None:
    for item_type in types().values():
        assert set(item_type.SCHEMA) == {*item_type.REQUIRED, *item_type.OPTIONAL}, item_type.NAME
    found = schema("exam-items-1")
    assert set(found["properties"]) == {"format", *authoring.TOP_FIELDS, *authoring.TOP_OPTIONAL}
    item = found["definitions"]["item"]
    assert set(item["properties"]) == {*authoring.COMMON_FIELDS, *authoring.COMMON_OPTIONAL}
    assert [one["if"]["properties"]["type"]["const"] for one in item["allOf"]] == list(types())


def test_the_schema_of_blueprints_has_every_field() -> None:
    section = schema("exam-blueprint-1")["properties"]["sections"]["items"]
    assert set(section["required"]) == set(blueprint.SECTION_FIELDS)
    assert set(section["properties"]) == {*blueprint.SECTION_FIELDS, *blueprint.SECTION_OPTIONAL}


def test_the_schema_of_rubrics_has_every_field_and_every_check_with_its_own() -> None:
    found = schema("exam-rubric-1")
    assert set(found["properties"]) == {"format", *rubric_reading.FIELDS, *rubric_reading.OPTIONAL}
    assert set(found["properties"]["files"]["items"]["properties"]) == {*rubric_reading.FILE_FIELDS}
    assert set(found["properties"]["groups"]["items"]["properties"]) == {*rubric_reading.GROUP_FIELDS}
    assert set(found["properties"]["manual"]["items"]["properties"]) == {*rubric_reading.CRITERION_FIELDS}
    for name, own in (("check", rubric_checks.TOP), ("nested", rubric_checks.NESTED)):
        assert set(found["definitions"][name]["properties"]) == {*rubric_checks.COMMON, *own}
    for name, one in catalogue().items():
        asked = found["definitions"][name]["properties"]
        assert set(asked["expect"]["properties"]) == {field.name for field in one.expect}, name
        select = asked["select"]["oneOf"][1]["properties"] if one.select else {}
        assert set(select) == {field.name for field in one.select}, name


def test_the_page_authors_read_shows_one_item_of_every_type_that_can_be_read() -> None:
    page = (SCHEMA / "README.md").read_text(encoding="utf-8")
    head = "format: exam-items/1\ntopic: thu\ntopic_title: {vi: Thử, en: A trial}\nitems:\n"
    rest = "    level: nhan_biet\n    explanation: Vì thế.\n    source: Sách mẫu\n"
    shown = []
    for number, example in enumerate(re.findall(r"```yaml\ntype: (.*?)```", page, re.DOTALL)):
        lines = f"type: {example}".strip().splitlines()
        text = f"{head}  - id: X-{number}\n" + "".join(f"    {line}\n" for line in lines) + rest
        reading = read_items(text.encode(), "README.md")
        assert reading.problems == (), example
        shown += [found.item.NAME for found in reading.items if found.item is not None]
    assert shown == list(types())


def test_the_page_authors_read_names_every_construct() -> None:
    page = (SCHEMA / "README.md").read_text(encoding="utf-8")
    for name in (*SPANS, *MEDIA, "math", "formula", "pre", "list", "numbered", "table", "gap"):
        assert f"{{{{{name}:" in page, name


def test_every_problem_code_is_on_the_page_authors_read(repository: Path) -> None:
    expected = re.compile(rb"^# expect: \d+ (\w+)$", re.MULTILINE)
    vectors = (repository / "tests" / "vectors" / "items").glob("*.yaml")
    codes = {code.decode() for path in vectors for code in expected.findall(path.read_bytes())}
    text = (repository / "question_bank" / "formats" / "blueprint.py").read_text(encoding="utf-8")
    codes |= set(re.findall(r"""report\.add\([^"]*?, "(\w+)\"""", text))
    assert len(codes) > 30
    assert codes - set(re.findall(r"`(\w+)`", (SCHEMA / "README.md").read_text(encoding="utf-8"))) == set()
