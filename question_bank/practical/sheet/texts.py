"""Texts of a workbook in the form in which they are compared: one Unicode form, one placement of tones, no width of spaces."""

from __future__ import annotations

from functools import lru_cache

from question_bank.comparing import Compare, canonical_text

_ANY_CASE = Compare()
_EXACT_CASE = Compare(case=True)
_LOOSE = Compare(accents=False, punctuation=False, spaces=False)


@lru_cache(maxsize=65_536)  # the texts of a sheet come again and again
def canon(text: str) -> str:
    """Equal for texts that a reader takes for the same, in any case."""
    return canonical_text(text.replace("\u00a0", " "), _ANY_CASE)


def canon_exact(text: str) -> str:
    """The same, with capitals that count."""
    return canonical_text(text.replace("\u00a0", " "), _EXACT_CASE)


def loose(text: str) -> str:
    """Letters and digits alone, without accents: `Tổng hợp` and `TongHop` are one name of a sheet."""
    return canonical_text(text.replace("_", " "), _LOOSE)
