"""A short text on paper: a place to write it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, alternatives, texts
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """All accepted answers are on the key sheet."""
    answers = texts(key.get("answers") if isinstance(key, dict) else None)
    return OnPaper((Field("write"),), (alternatives(answers),), hint=phrase("write a word or a short phrase"))
