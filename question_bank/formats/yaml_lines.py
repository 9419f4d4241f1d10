"""Values as lines of YAML that read back as the same: for the files this program writes and people go on writing."""

from __future__ import annotations

import json
import re

from question_bank.canonical import JSON

# What YAML reads back as the same text without quotation marks; anything else gets them.
_BARE = re.compile(r"[^\W\d_][\w ,.()/%–-]*[\w.)%]|[A-Za-z0-9]")


def entry_lines(fields: dict[str, JSON], indent: int) -> list[str]:
    """An entry of a list of mappings, its first field after the hyphen."""
    first, *rest = (line for name, value in fields.items() for line in field_lines(name, value, indent + 2))
    return [f"{' ' * indent}- {first.lstrip()}", *rest]


def field_lines(name: str, value: JSON, indent: int) -> list[str]:
    """One field; a list of plain texts stands in one line, a list of mappings below its name."""
    start = f"{' ' * indent}{_key(name)}:"
    match value:
        case str():
            return _text_lines(start, value, indent)
        case [str() as only] if "\n" not in only:
            return [f"{start} [{_listed(only)}]" if name not in _ALONE else f"{start} {_inline(only)}"]
        case list() if all(isinstance(part, str) for part in value) and sum(len(str(part)) for part in value) < 90:
            return [f"{start} [{', '.join(_listed(part) for part in value)}]"]
        case list():
            return [start, *(line for part in value for line in _part_lines(part, indent + 2))]
        case dict():
            return [start, *(line for label, part in value.items() for line in field_lines(label, part, indent + 2))]
    raise TypeError(f"“{name}” cannot be written")


def quoted(text: str) -> str:
    """A double-quoted scalar: JSON's escapes are YAML's."""
    return json.dumps(text, ensure_ascii=False)


_ALONE = frozenset({"key", "fixed"})  # one letter needs no brackets


def _part_lines(part: JSON, indent: int) -> list[str]:
    if isinstance(part, dict):
        return entry_lines(part, indent)
    return [f"{' ' * indent}- {_inline(part)}"]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_]+", name) else quoted(name)


def _text_lines(start: str, text: str, indent: int) -> list[str]:
    if "\n" in text and all(line == line.strip() for line in text.split("\n")):
        inner = " " * (indent + 2)
        return [f"{start} |-", *(inner + line if line else "" for line in text.split("\n"))]
    return [f"{start} {_inline(text)}"]


def _inline(value: JSON) -> str:
    assert isinstance(value, str)
    return value if _BARE.fullmatch(value) and value.casefold() not in ("null", "~") else quoted(value)


def _listed(value: JSON) -> str:
    """Between brackets, where a bare comma would begin another text."""
    return quoted(value) if isinstance(value, str) and "," in value else _inline(value)
