"""What of an item has no place that people see, as JSON in a cell or in hidden text; read back as authored fields. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from question_bank.canonical import JSON

MOST = 64_000  # characters; the longest item is about forty thousand
_DEPTH = 6


def write_fields(fields: Mapping[str, JSON]) -> str:
    """Always the same text for the same fields; empty for none."""
    return json.dumps(fields, ensure_ascii=False) if fields else ""


def read_fields(text: str) -> dict[str, JSON] | None:
    """The fields; None when the text is none of ours any more."""
    try:
        found = json.loads(text) if len(text) <= MOST else None
    except (ValueError, RecursionError):
        return None
    return {str(key): _text(inner, 0) for key, inner in found.items()} if isinstance(found, dict) else None


def _text(value: JSON, depth: int) -> JSON:
    """As authored fields have it: texts, lists and mappings of them."""
    if depth > _DEPTH:
        return None
    if isinstance(value, dict):
        return {str(key): _text(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_text(inner, depth + 1) for inner in value]
    return value if value is None or isinstance(value, str) else str(value).lower()
