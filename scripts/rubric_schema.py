"""The JSON schema of `exam-rubric/1` for editors, from the catalogue of checks and the reader of rubrics."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import copy_context
from typing import Any

from question_bank.canonical import JSON
from question_bank.items._schema import NUMBER, TRUTH, entries, fields, text, whole
from question_bank.items.text import LIMITS
from question_bank.phrase import Phrase
from question_bank.practical import rubric_checks, rubric_reading
from question_bank.practical.arguments import MOST_TEXTS, Field
from question_bank.practical.catalogue import CheckType, catalogue
from question_bank.practical.rubric import MOST_CHECKS, MOST_FILES, RUBRIC_FORMAT, Combine, Partial
from question_bank.practical.rubric_fields import MOST_TAGS, SKILL
from question_bank.practical.values import MOST_PARAMETERS
from question_bank.wording import render, use_language

CODE: JSON = {"type": "string", "pattern": "^[a-z0-9]+(?:-[a-z0-9]+)*$", "maxLength": 40}
TITLE = fields({"vi": text(LIMITS["title"]), "en": text(LIMITS["title"])}, "vi", "en")
_POINTS: JSON = {"type": "number", "minimum": 0, "maximum": 1000}
_LOSS: JSON = {"type": "number", "minimum": -1000, "maximum": 0}
_PLACE: JSON = {"type": "string", "pattern": r"\$\{"}
_CHECK: JSON = {"$ref": "#/definitions/check"}
_NESTED: JSON = {"$ref": "#/definitions/nested"}
_SKILL: JSON = {"type": "string", "pattern": f"^{SKILL.pattern}$"}
_TAGS: JSON = {"type": "array", "maxItems": MOST_TAGS, "items": {"type": "string", "pattern": "^[a-z0-9_-]+$"}}


def rubric_schema() -> dict[str, JSON]:
    """`exam-rubric/1`: its own fields, and for each check of the catalogue what it selects and expects."""
    known, shared = catalogue(), _Shared()
    asked = {name: _asked(one, shared) for name, one in known.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": RUBRIC_FORMAT,
        "description": "What a practical task is marked by. For editors, while typing; `examroom-bank rubric check` has the last word.",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", *rubric_reading.FIELDS],
        "properties": {"format": {"const": RUBRIC_FORMAT}, **_top()},
        "definitions": {
            "check": _check(known, ("id", "type", "points"), rubric_checks.TOP),
            "penalty": _check(known, ("id", "type", "points"), (*rubric_checks.TOP, *rubric_checks.PENALTY)),
            "nested": _check(known, ("type",), rubric_checks.NESTED),
            "asked": {"allOf": _by_type(known)},
            **shared.definitions,
            **asked,
        },
    }


class _Shared:
    """Fields that several checks have, each described once: `$ref` to a definition named by kind and field."""

    def __init__(self) -> None:
        self.definitions: dict[str, JSON] = {}

    def field(self, kind: str, one: Field[Any]) -> JSON:
        """A reference to the field's own schema, or a place for a candidate's value."""
        said = _vietnamese(one.title) + (f" ({one.unit})" if one.unit else "")
        schema: JSON = {"description": said, "anyOf": [_loosened(dict(one.schema)), _PLACE]}
        names = (f"{kind}:{one.name}{n or ''}" for n in range(len(self.definitions) + 1))
        name = next(name for name in names if self.definitions.get(name, schema) == schema)
        self.definitions[name] = schema
        return {"$ref": f"#/definitions/{name}"}

    def fields(self, kind: str, asked: tuple[Field[Any], ...]) -> JSON:
        """Fields of `select` or `expect`."""
        return fields({one.name: self.field(kind, one) for one in asked}, *(one.name for one in asked if one.required))


def _top() -> dict[str, JSON]:
    kinds: JSON = {"enum": [*rubric_reading.ACCEPTED]}
    name = text(200)
    criterion: dict[str, JSON] = {
        "id": CODE, "points": _POINTS, "scale": {"type": "array", "minItems": 1, "items": _POINTS}, "title": TITLE, "tags": _TAGS,
    }  # fmt: skip
    file: dict[str, JSON] = {
        "name": name, "accept": entries(kinds, len(rubric_reading.ACCEPTED)), "start": name, "solution": name,
        "mutants": name, "watermark": {"enum": [*rubric_reading.WATERMARK]},
    }  # fmt: skip
    group: dict[str, JSON] = {"id": CODE, "title": TITLE, "file": name, "checks": _list(_CHECK, MOST_CHECKS)}
    return {
        "id": CODE,
        "version": whole(1, rubric_reading.MOST_VERSION),
        "title": TITLE,
        "legal_profile": name,
        "files": _list(fields(file, "name", "accept"), MOST_FILES),
        "parameters": {
            "type": "object", "maxProperties": MOST_PARAMETERS, "additionalProperties": _parameter(),
        },
        "points": _POINTS,
        "rounding": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "floor": _LOSS,
        "groups": _list(fields(group, "id", "title", "checks"), MOST_CHECKS),
        "penalties": _list({"$ref": "#/definitions/penalty"}, MOST_CHECKS),
        "manual": _list(fields(criterion, "id", "points", "scale", "title"), MOST_CHECKS),
    }  # fmt: skip


def _parameter() -> JSON:
    pair: dict[str, JSON] = {"type": "array", "minItems": 2, "maxItems": 2}
    day: JSON = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    number: JSON = {"type": "integer"}
    ways: list[JSON] = [
        fields({"choose": entries(text(), MOST_TEXTS)}, "choose"),
        fields({"date_between": pair | {"items": day}}, "date_between"),
        fields({"number_between": pair | {"items": number}}, "number_between"),
    ]
    return {"oneOf": ways}


def _check(known: Mapping[str, CheckType], required: tuple[str, ...], own: tuple[str, ...]) -> JSON:
    """A check with its own fields; which `select` and `expect` it has its type says."""
    combined: list[JSON] = [one.value for one in Combine]
    said: dict[str, JSON] = {
        "id": CODE,
        "type": {"enum": [*known, *combined]},
        "points": {"type": "number", "minimum": -1000, "maximum": 1000},
        "select": {"type": "object"},
        "expect": {"type": "object"},
        "partial": {"enum": [one.value for one in Partial]},
        "steps": {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0, "maximum": 1}},
        "title": TITLE,
        "feedback": TITLE,
        "skill": _SKILL,
        "tags": _TAGS,
        "checks": _list(_NESTED, MOST_CHECKS),
        "count": whole(1, MOST_CHECKS),
        "requires": _list(_need(), MOST_CHECKS),
        "start": {"enum": ["full"]},
        "also": {"type": "array", "items": CODE},
        "file": text(200),
        "credit": whole(1, 100),
    }
    names = (*rubric_checks.COMMON, *own)
    nesting: JSON = {
        "if": {"properties": {"type": {"enum": combined}}, "required": ["type"]}, "then": {"required": ["checks"]},
    }  # fmt: skip
    return {
        **_object({name: said[name] for name in names}, required),
        "allOf": [{"$ref": "#/definitions/asked"}, nesting],
    }


def _by_type(known: Mapping[str, CheckType]) -> list[JSON]:
    return [
        {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": {"$ref": f"#/definitions/{name}"}}
        for name in known
    ]  # fmt: skip


def _need() -> JSON:
    check: dict[str, JSON] = {"check": CODE}
    ways: dict[str, JSON] = {"is": {"enum": [*rubric_checks.STATES]}, "at_least": whole(1, 100), "step": text(200)}
    return {"oneOf": [fields({**check, name: one}, "check", name) for name, one in ways.items()]}


def _asked(one: CheckType, shared: _Shared) -> JSON:
    """What one check of the catalogue selects and expects, in the words of its fields."""
    taken = fields({"ref": CODE}, "ref")
    select: JSON = {"oneOf": [taken, shared.fields(one.kind, one.select)]} if one.select else taken
    steps: JSON = {"propertyNames": {"enum": [*one.steps]}}
    needed = [
        name for name, asked in (("select", one.select), ("expect", one.expect)) if any(f.required for f in asked)
    ]
    found: dict[str, JSON] = {
        "description": _vietnamese(one.title),
        "properties": {"select": select, "expect": shared.fields(one.kind, one.expect), "steps": steps},
    }
    return found | ({"required": [*needed]} if needed else {})


def _loosened(schema: JSON) -> JSON:
    """Ours takes every scalar as a text, an editor's YAML reads `12` and `true` as what they look like."""
    if isinstance(schema, list):
        return [_loosened(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "boolean":
        return TRUTH
    if schema.get("type") == "number":
        return {"anyOf": [NUMBER, _PLACE]}
    if schema.get("type") == "string":
        return {**schema, "type": ["string", "number", "boolean"]}
    return {name: _loosened(value) for name, value in schema.items()}


def _list(one: JSON, most: int) -> JSON:
    return {"type": "array", "minItems": 1, "maxItems": most, "items": one}


def _object(known: Mapping[str, JSON], required: tuple[str, ...]) -> dict[str, JSON]:
    return {"type": "object", "additionalProperties": False, "required": [*required], "properties": dict(known)}


def _vietnamese(words: Phrase) -> str:
    def said() -> str:
        use_language("vi")
        return render(words)

    return copy_context().run(said)
