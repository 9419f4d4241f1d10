"""Words of a file in canonical form, with the way back to the characters they were typed as. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from question_bank.comparing import Compare, canonical_text

_ANY_CASE, _CASE = Compare(), Compare(case=True)
_WIDER = {"…": "..."}  # what the canonical form writes with more characters


@lru_cache(maxsize=4096)  # the texts of rubrics, and of the paragraphs of one file
def canon(text: str, case: bool = False) -> str:
    """The text in the form in which equal texts are equal strings; capitals count only where asked."""
    return canonical_text(text, _CASE if case else _ANY_CASE)


@dataclass(frozen=True, slots=True)
class Canonical:
    """A canonical text; `places` are the first characters of the typed text that each of its characters stands for, and its end."""

    text: str
    places: tuple[int, ...]

    def find(self, wanted: str | re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Where the typed text holds a canonical text or a pattern: from … to before, in its own characters."""
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted
        for found in pattern.finditer(self.text):
            if found.end() > found.start():
                yield self.places[found.start()], self.places[found.end()]


def canonical(text: str, case: bool = False) -> Canonical:
    """A typed text with its places. Where a letter has no canonical form of one character, the whole text is one place."""
    letters: list[str] = []
    places: list[int] = []
    for at, cluster in _clusters(text):
        if cluster.isspace():
            if letters and letters[-1] != " ":
                letters.append(" ")
                places.append(at)
            continue
        for one in _WIDER.get(cluster, unicodedata.normalize("NFC", cluster)):
            letters.append(one)
            places.append(at)
    if letters and letters[-1] == " ":
        letters.pop()
        places.pop()
    found = canonical_text("".join(letters), _CASE if case else _ANY_CASE)
    end = len(text.rstrip())
    if len(found) != len(letters):
        return Canonical(found, (0,) * len(found) + (end,))
    return Canonical(found, (*places, end))


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Letters with the marks that combine with them."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, text[start:at]
            start = at
