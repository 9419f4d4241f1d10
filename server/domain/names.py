"""Vietnamese names: how they are normalised, sorted, searched, and told from characters that only look alike.

Pure. The order is that of Vietnamese dictionaries and of the lists offices keep: by given name (the last word), then by
family name and middle names from left to right; within a syllable by its letters, and only then by its tone.
"""

from __future__ import annotations

import unicodedata
from typing import TypeAlias

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"  # f j w z stand where Latin lists put them
TONES = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # huyền, hỏi, ngã, sắc, nặng; no mark (ngang) is before all

Syllable: TypeAlias = tuple[tuple[int, ...], int]
NameKey: TypeAlias = tuple[tuple[Syllable, ...], str]

_RANK = {letter: rank for rank, letter in enumerate(LETTERS)}
_TONE = {mark: rank for rank, mark in enumerate(TONES, start=1)}
_BASE = {"đ": "d", "ð": "d"}
# Letters that are Latin to Unicode yet never Vietnamese, and are taken for one that is (Windows-1258 and -1252 mixed up).
_LATIN_LOOKALIKES = frozenset("ðÐɖƉ")


def tidy(text: str) -> str:
    """NFC, with every run of white space made one space and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def sort_key(full_name: str) -> NameKey:
    """The key that sorts full names as Vietnamese lists do; case, spacing and Unicode form make no difference.

    The name itself ends the key, so that two spellings of one name (HÒA, HOÀ) keep a stable order.
    """
    words = tidy(full_name).casefold().split()
    ordered = words[-1:] + words[:-1]
    return tuple(_syllable(word) for word in ordered), " ".join(words)


def search_key(text: str) -> str:
    """The text as someone types it in a hurry: lower case, without tones, hats, horns and the bar of đ."""
    flat = unicodedata.normalize("NFD", tidy(text).casefold())
    return "".join(_BASE.get(sign, sign) for sign in flat if not unicodedata.combining(sign))


def lookalikes(text: str) -> str:
    """The letters of `text` that are not Latin, or are Latin but not what they look like (a Cyrillic A, an Icelandic Eth)."""
    return "".join(
        sign for sign in text
        if sign in _LATIN_LOOKALIKES or (sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN "))
    )  # fmt: skip


def _syllable(word: str) -> Syllable:
    parts = unicodedata.normalize("NFD", word)
    tone = max((_TONE.get(part, 0) for part in parts), default=0)
    letters = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONE))
    return tuple(_RANK.get(letter, len(LETTERS) + ord(letter)) for letter in letters), tone
