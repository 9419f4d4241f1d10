"""A statement to judge on paper. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import FALSE, TRUE, Field, OnPaper
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """True or false; the two bubbles are on the answer sheet."""
    return OnPaper(
        (Field("truths", labels=("",)),),
        (TRUE if key is True else FALSE,),
        hint=phrase("is the statement true or false?"),
    )
