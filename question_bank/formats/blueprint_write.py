"""An authoring document of a blueprint as YAML for people: one row of the grid a line. Reads back as the same document. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from question_bank.canonical import JSON

_TOP = ("format", "contest_id", "round_id", "title", "forms", "sets", "stimuli", "exclude", "exposure", "fixed", "sections")  # fmt: skip
_SECTION = ("code", "title", "duration_s", "mark_per_item", "rule", "keep_order", "cells")
_ROW = ("topic", "type", "nhan_biet", "thong_hieu", "van_dung", "van_dung_cao", "mark_per_item")
# What YAML reads back as the same text without quotation marks, between brackets too; anything else gets them.
_BARE = re.compile(r"[^\W_](?:[\w /.()%–-]*[\w.)%])?")
# YAML has no place for these, or takes them for the end of a line (YAML 1.2 §5.1, §5.4); JSON writes the rest of them itself.
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_NULLS = frozenset({"null", "~"})


def write_blueprint(document: Mapping[str, JSON]) -> str:
    """The document's fields in the order that docs/blueprint.md has them; what is none of its fields comes last."""
    lines: list[str] = []
    for name in _ordered(document, _TOP):
        value = document[name]
        if name == "sections" and isinstance(value, list) and value:
            lines += ["sections:", *(line for section in value for line in _section(section))]
        elif isinstance(value, list) and value:
            lines += [f"{_flow(name)}:", *(f"  - {_flow(entry)}" for entry in value)]
        else:
            lines.append(f"{_flow(name)}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _section(section: JSON) -> Iterator[str]:
    if not isinstance(section, dict) or not section:
        yield f"  - {_flow(section)}"
        return
    start = "  - "
    for name in _ordered(section, _SECTION):
        value = section[name]
        if name == "cells" and isinstance(value, list) and value:
            yield f"{start}cells:"
            yield from (f"      - {_flow(_row(row))}" for row in value)
        else:
            yield f"{start}{_flow(name)}: {_flow(value)}"
        start = "    "


def _row(row: JSON) -> JSON:
    return {name: row[name] for name in _ordered(row, _ROW)} if isinstance(row, dict) else row


def _ordered(fields: Mapping[str, JSON], known: tuple[str, ...]) -> list[str]:
    return [*(name for name in known if name in fields), *(name for name in fields if name not in known)]


def _flow(value: JSON) -> str:
    """A value in one line."""
    match value:
        case str():
            bare = _BARE.fullmatch(value) and value.casefold() not in _NULLS
            return value if bare else _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=False))
        case list():
            return f"[{', '.join(_flow(one) for one in value)}]"
        case dict():
            return "{" + ", ".join(f"{_flow(name)}: {_flow(one)}" for name, one in value.items()) + "}"
        case _:
            return json.dumps(value)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"
