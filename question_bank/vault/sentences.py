"""Sentences kept in a vault: a phrase as JSON, so that each reader gets it in their own language. Pure."""

from __future__ import annotations

from question_bank.canonical import JSON
from question_bank.phrase import Phrase


def kept(sentence: Phrase | str) -> JSON:
    """A phrase as it is stored; a plain text as itself."""
    if isinstance(sentence, str):
        return sentence
    values: list[JSON] = [[name, value if isinstance(value, int) else kept(value)] for name, value in sentence.values]
    return {"message": sentence.message, "plural": sentence.plural, "n": sentence.n, "values": values}


def said(stored: JSON) -> Phrase | str:
    """The inverse of `kept`; what is none of its results is shown as it stands."""
    match stored:
        case str():
            return stored
        case {"message": str(message), "plural": str(plural), "n": int(n), "values": list(values)}:
            return Phrase(message, plural, n, tuple(_value(value) for value in values))
        case _:
            return str(stored)


def _value(stored: JSON) -> tuple[str, str | int | Phrase]:
    match stored:
        case [str(name), int(value)]:
            return name, value
        case [str(name), value]:
            return name, said(value)
        case _:
            return "", str(stored)
