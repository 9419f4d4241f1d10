"""A command's values as JSON, for the digest that tells a repeated order from another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum

from question_bank.canonical import JSON
from server.domain.commands import StartPart
from server.store.candidates import Candidate


def plain(value: object) -> JSON:
    """The JSON of a value that may be part of a command. Raises TypeError for any other."""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"a {type(value).__name__} cannot be part of a command")


def arranged(command: StartPart, roster: Iterable[Candidate]) -> StartPart:
    """The start with what the roster grants beforehand."""
    granted = {one.candidate_id: one.entry.arrangement for one in roster if one.entry.arrangement}
    return replace(command, arrangements=granted)
