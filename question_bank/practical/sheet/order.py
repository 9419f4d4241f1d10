"""Whether values stand in order. Programs sort Vietnamese by different alphabets; each that a reader would call sorted is right."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

from question_bank.comparing import without_accents
from question_bank.practical.sheet.cells import Cell
from question_bank.practical.sheet.texts import canon

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries
Key = tuple[object, ...]


def vietnamese(text: str) -> Key:
    """Letters of the Vietnamese alphabet first, then tones."""
    letters: list[int] = []
    tones: list[int] = []
    for character in canon(text):
        apart = unicodedata.normalize("NFD", character)
        tone = next((one for one in apart if one in _TONES), "")
        base = unicodedata.normalize("NFC", apart.replace(tone, "", 1)) if tone else character
        letters.append(
            _LETTERS.index(base) + 1000
            if base in _LETTERS
            else ord(base[0])
            if ord(base[0]) < 97
            else 2000 + ord(base[0])
        )
        tones.append(_TONES.index(tone) + 1 if tone else 0)
    return tuple(letters), tuple(tones)


_COLLATIONS: tuple[Callable[[str], object], ...] = (
    vietnamese,
    lambda text: (without_accents(canon(text)), canon(text)),
    lambda text: without_accents(canon(text)),
    lambda text: canon(text),
)


def last_word_first(text: str) -> str:
    """A person's name as rosters are sorted: the given name, then the rest."""
    rest, _, last = canon(text).rpartition(" ")
    return f"{last} {rest}"


def first_out_of_order(rows: Sequence[Sequence[Cell]], falling: Sequence[bool], by_last_word: bool) -> int | None:
    """The first row that stands wrong by any collation that does better; None when all is in order."""
    worst: int | None = -1
    for collation in _COLLATIONS:
        found = next((at for at, (one, other) in enumerate(pairwise(rows), 1) if _after(one, other, falling, by_last_word, collation)), None)  # fmt: skip
        if found is None:
            return None
        worst = max(worst or 0, found)
    return worst


def _after(one: Sequence[Cell], other: Sequence[Cell], falling: Sequence[bool], by_last_word: bool, collation: Callable[[str], object]) -> bool:  # fmt: skip
    """Whether the first row belongs behind the second."""
    for left, right, down in zip(one, other, falling, strict=True):
        a, b = (_key(cell, by_last_word, collation) for cell in (left, right))
        if a[0] == 9 or b[0] == 9:  # empty cells stand last, whatever the order
            return a[0] == 9 and b[0] != 9
        if a != b:
            return bool(a < b) if down else bool(a > b)
    return False


def _key(cell: Cell, by_last_word: bool, collation: Callable[[str], object]) -> tuple[int, object]:
    """Numbers stand before texts, texts before truths; empty ones are told apart."""
    if cell.is_empty or cell.value is None:
        return 9, 0
    if isinstance(cell.value, bool):
        return 3, cell.value
    if isinstance(cell.value, float):
        return 1, cell.value
    return 2, collation(last_word_first(cell.value) if by_last_word else cell.value)
