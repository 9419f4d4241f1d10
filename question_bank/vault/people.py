"""People who write, review and approve, by name. Pure.

A name is what a person calls themself; two spellings that differ only in case, spaces or composition are one person.
"""

from __future__ import annotations

import unicodedata
from typing import NewType

from question_bank.items.text import folded, forbidden
from question_bank.phrase import Phrase, phrase

Person = NewType("Person", str)

MOST_LETTERS = 80  # a name with a title and an office; it stands in every line of a history


def person(text: str) -> Person | Phrase:
    """The person of this name, or why it is none."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(letter.isalpha() for letter in name):
        return phrase("a name needs letters")
    if len(name) > MOST_LETTERS:
        return phrase("%(length)s characters; the most allowed is %(limit)s", length=len(name), limit=MOST_LETTERS)
    if forbidden(name, several_lines=False):
        return phrase("a name has no characters that cannot be seen")
    return Person(name)


def same_person(one: Person, other: Person) -> bool:
    """Whether two names are one person's."""
    return folded(one) == folded(other)
