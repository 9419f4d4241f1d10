"""Instants as people in Viet Nam write them."""

from __future__ import annotations

from datetime import datetime

from question_bank.sheets import VIETNAM


def when(at_ms: int) -> str:
    """Day and time of an instant in ms since 1970 UTC."""
    return datetime.fromtimestamp(at_ms / 1000, VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
