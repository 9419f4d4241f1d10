"""People who write, review and approve, by name. Pure.

A name is what a person calls themself; two spellings that differ only in case, spaces, width or composition are one person.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NewType

from question_bank.items.text import folded, forbidden
from question_bank.phrase import Phrase, phrase

Person = NewType("Person", str)

MOST_LETTERS = 80  # a name with a title and an office; it stands in every line of a history

# Letters and marks that show nothing (Unicode's Default_Ignorable_Code_Point, and the empty Braille cell): with one of
# them the same name, as people see it, would be another person's.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def person(text: str) -> Person | Phrase:
    """The person of this name, or why it is none."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(letter.isalpha() for letter in name):
        return phrase("a name needs letters")
    if len(name) > MOST_LETTERS:
        return phrase("%(length)s characters; the most allowed is %(limit)s", length=len(name), limit=MOST_LETTERS)
    if forbidden(name, several_lines=False) or _UNSEEN.search(name):
        return phrase("a name has no characters that cannot be seen")
    return Person(name)


def same_person(one: Person, other: Person) -> bool:
    """Whether two names are one person's: wide letters and ligatures are the letters that they look like."""
    return _compared(one) == _compared(other)


def _compared(name: Person) -> str:
    return folded(unicodedata.normalize("NFKC", name))
