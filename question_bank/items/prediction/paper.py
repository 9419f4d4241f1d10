"""A prediction on paper: a number to write, which earns nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """There is no key."""
    return OnPaper(
        (Field("write"),), ("–",), hint=phrase("predict: write a whole number; it decides between equals only")
    )
