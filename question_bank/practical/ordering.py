"""The order of Vietnamese words, names, numbers and days. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from question_bank.practical.word.canon import canon

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES = {letter: place for place, letter in enumerate(_LETTERS, 1)}
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # ngang, huyền, hỏi, ngã, sắc, nặng, as dictionaries of Vietnam have them
_DAY = re.compile(r"\b([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})\b")


def word_key(text: str) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Where a text stands: word by word, letters (ă after a, đ after d …) before tones."""
    return tuple(_word(one) for one in canon(text).split())


def name_key(text: str) -> tuple[object, ...]:
    """Where a person's name stands: by the given name, which is the last word, then by the rest."""
    words = canon(text).split()
    return (word_key(words[-1] if words else ""), word_key(" ".join(words[:-1])))


def number_of(text: str) -> float | None:
    """A number as Vietnam or English writes it, None for what is none: one sign before one or two figures at the end is a decimal
    point, all others group thousands."""
    found = re.search(r"-?[0-9][0-9.,\u00a0 ]*", text)
    if found is None:
        return None
    said = re.sub(r"[\s\u00a0]", "", found[0]).rstrip(".,")
    decimal = re.search(r"[.,]([0-9]+)$", said)
    signs = {one for one in said if one in ".,"}
    if decimal and (len(signs) == 2 or (said.count(decimal[0][0]) == 1 and len(decimal[1]) != 3)):
        whole, part = said[: decimal.start()], decimal[1]
    else:
        whole, part = said, "0"
    return float(f"{re.sub('[.,]', '', whole)[:30] or '0'}.{part[:15]}")


def day_of(text: str) -> date | None:
    """A day as dd/mm/yyyy, None for what is none."""
    found = _DAY.search(text)
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _word(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    letters: list[int] = []
    tones: list[int] = []
    for character in word:
        parts = unicodedata.normalize("NFD", character)
        tone = next((one for one in parts if one in _TONES), "")
        letter = unicodedata.normalize("NFC", parts.replace(tone, "", 1) if tone else parts)
        letters.append(_place(letter))
        tones.append(_TONES.index(tone) + 1 if tone else 0)
    return tuple(letters), tuple(tones)


def _place(letter: str) -> int:
    """Figures before letters, all that is neither behind them."""
    if letter.isdecimal():
        return int(letter) - 10
    return _PLACES.get(letter, len(_LETTERS) + 1 + (ord(letter[0]) if letter else 0))
