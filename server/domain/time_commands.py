"""What officers may ask about lost time and late records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from server.domain.values import Cause

Who: TypeAlias = tuple[str, ...] | None
Choices: TypeAlias = tuple[tuple[str, int], ...] | None
"""Pairs of an attempt and a record's number; None: everything that waits."""


@dataclass(frozen=True, slots=True)
class DecideCompensation:
    """Accept proposed compensations as they are (`ms` None) or less of each (`ms`), or refuse them (`accept` False)."""

    choices: Choices
    accept: bool
    ms: int | None
    cause: Cause
    reason: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class DecideLate:
    """Accept or refuse late records; a second officer where a part has ended."""

    choices: Choices
    accept: bool
    reason: str
    officer_id: str
    second_officer_id: str | None = None
