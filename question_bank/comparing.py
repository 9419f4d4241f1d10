"""Comparing texts, above all Vietnamese ones, in a canonical form: when a typed text is an accepted answer, when a file says what it should.

Pure. `hoà` and `hòa` are one word in two spellings of the same tone (the old and the new placement); so are `thuý` and
`thúy`. The placement differs only where oa, oe, uy end a syllable.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from question_bank.canonical import JSON

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng
_LATE = re.compile(rf"(o)([ae])([{_TONES}])(?![^\W\d_])|(?<![qQ])(u)(y)([{_TONES}])(?![^\W\d_])", re.IGNORECASE)
_PUNCTUATION = frozenset({"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"})
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‑": "-", "…": "..."})


@dataclass(frozen=True, slots=True)
class Compare:
    """What makes a difference between two texts beside their letters."""

    case: bool = False
    accents: bool = True
    punctuation: bool = True
    spaces: bool = True  # whether words are apart; how wide a space is never counts

    def document(self) -> dict[str, JSON]:
        """As it travels in the marking part."""
        return {
            "case": self.case, "accents": self.accents, "punctuation": self.punctuation, "spaces": self.spaces,
        }  # fmt: skip


EXACT = Compare()


def canonical_text(text: str, compare: Compare) -> str:
    """The form in which equal answers are equal strings."""
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    text = unicodedata.normalize("NFC", one_tone_placement(text))
    if not compare.case:
        text = unicodedata.normalize("NFC", text.casefold())
    if not compare.accents:
        text = without_accents(text)
    if not compare.punctuation:
        text = "".join(" " if unicodedata.category(one) in _PUNCTUATION else one for one in text)
    return (" " if compare.spaces else "").join(text.split())


def one_tone_placement(text: str) -> str:
    """The text in NFD with tones where the new spelling puts them: on the first of oa, oe, uy at a syllable's end.

    Vowel marks other than tones (ă, ơ …) stay joined to their letters, so `oă`, `uơ` are not touched.
    """
    apart = "".join(_tone_apart(character) for character in text)
    return _LATE.sub(lambda m: f"{m[1]}{m[3]}{m[2]}" if m[1] else f"{m[4]}{m[6]}{m[5]}", apart)


def without_accents(text: str) -> str:
    """Letters without marks; đ is d."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(one for one in apart if not unicodedata.combining(one)))


@lru_cache(maxsize=4096)  # characters a text of any language has; each is asked for again and again
def _tone_apart(character: str) -> str:
    parts = unicodedata.normalize("NFD", character)
    tone = next((part for part in parts if part in _TONES), "")
    return unicodedata.normalize("NFC", parts.replace(tone, "", 1)) + tone if tone else character
