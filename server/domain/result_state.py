"""What a sitting's state knows of its own way: whether it was put back from a backup. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResultState:
    """`restored_at_ms`: room time when the room was last put back from a backup; None when it never was."""

    restored_at_ms: int | None = None


NEVER_RESTORED = ResultState()
