"""Pieces of JSON Schema for what authors write, which editors read while they type; `check` has the last word.

YAML readers of editors take `12` for a number and `true` for a truth where ours takes every scalar as a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from question_bank.canonical import JSON
from question_bank.items.text import LIMITS

NUMBER: JSON = {"type": ["string", "number"]}
TRUTH: JSON = {"enum": [True, False, "đúng", "sai"]}


def text(limit: int = LIMITS["option"], said: str = "") -> JSON:
    """A text of so many characters; `said` is the help an editor shows."""
    found: dict[str, JSON] = {"type": ["string", "number", "boolean"], "maxLength": limit}
    return found | ({"description": said} if said else {})


def whole(least: int, most: int, said: str = "") -> JSON:
    """A whole number."""
    found: dict[str, JSON] = {"type": "integer", "minimum": least, "maximum": most}
    return found | ({"description": said} if said else {})


def labelled(labels: Sequence[str], said: str = "", least: int = 2) -> JSON:
    """Texts by labels."""
    found: dict[str, JSON] = {
        "type": "object", "minProperties": least, "maxProperties": len(labels),
        "propertyNames": {"enum": [*labels]}, "additionalProperties": text(),
    }  # fmt: skip
    return found | ({"description": said} if said else {})


def label(labels: Sequence[str]) -> JSON:
    """One label, as letters or as numbers."""
    known: list[JSON] = [*labels]
    return {"enum": known + [int(one) for one in labels if one.isdigit()]}


def several(labels: Sequence[str], said: str = "") -> JSON:
    """One label or a list of them."""
    found: dict[str, JSON] = {"oneOf": [label(labels), {"type": "array", "uniqueItems": True, "items": label(labels)}]}
    return found | ({"description": said} if said else {})


def pairs(labels: Sequence[str], mates: Sequence[str]) -> JSON:
    """A label of the second kind for each of the first."""
    return {
        "type": "object", "minProperties": 1, "propertyNames": {"enum": [*labels]},
        "additionalProperties": label(mates),
    }  # fmt: skip


def fields(known: Mapping[str, JSON], *required: str) -> JSON:
    """An object with these fields and no others."""
    found: dict[str, JSON] = {"type": "object", "additionalProperties": False, "properties": dict(known)}
    return found | ({"required": [*required]} if required else {})


def entries(one: JSON, most: int, said: str = "") -> JSON:
    """A list, or one entry alone."""
    found: dict[str, JSON] = {"oneOf": [one, {"type": "array", "minItems": 1, "maxItems": most, "items": one}]}
    return found | ({"description": said} if said else {})


def answers(value: str, most: int) -> JSON:
    """Accepted answers: each alone, or with what it earns."""
    known: dict[str, JSON] = {value: NUMBER if value == "value" else text(LIMITS["answer"]), "percent": NUMBER}
    if value == "value":
        known["tolerance"] = NUMBER
    alone: JSON = {"type": ["string", "number", "boolean"], "maxLength": LIMITS["answer"]}
    return {
        "anyOf": [
            alone,
            {"type": "array", "minItems": 1, "maxItems": most, "items": {"anyOf": [alone, fields(known, value)]}},
        ]
    }


COMPARE: JSON = fields({
    "case": {"enum": ["ignore", "exact"]}, "accents": {"enum": ["exact", "ignore"]}, "punctuation": {"enum": ["exact", "ignore"]},
    "spaces": {"enum": ["exact", "ignore"]},
})  # fmt: skip
