"""A sentence not yet put into a language: what pure code returns instead of text.

`wording.render` turns it into the reader's language. The functions are extraction keywords of
scripts/translations.py, so their first arguments are literal English.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "str | int | Phrase"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message id in English with the values of its `%(name)s` places; `plural` and `n` only when it counts."""

    message: str
    plural: str
    n: int
    values: tuple[tuple[str, Value], ...]


def phrase(message: str, /, **values: Value) -> Phrase:
    """A sentence that does not count."""
    return Phrase(message, "", 1, tuple(values.items()))


def phrases(singular: str, plural: str, n: int, /, **values: Value) -> Phrase:
    """A sentence that counts `n`, which fills `%(n)s`."""
    return Phrase(singular, plural, n, (("n", n), *values.items()))


def english(text: Phrase | str) -> str:
    """The sentence in the language of its message id, for logs and programs; a plain text as it is."""
    if isinstance(text, str):
        return text
    sentence = text.plural if text.plural and text.n != 1 else text.message
    values = {name: english(value) if isinstance(value, Phrase) else value for name, value in text.values}
    return sentence % values if values else sentence
