"""Strict reading of the JSON documents the bank writes: parse once at the edge, into types.

These documents are written by this program, so the first wrong field is the end of it: `DocumentError` says where.
What people write (YAML) is read by `formats`, which lists every problem instead.
"""

from __future__ import annotations

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.errors import ExamRoomError


class DocumentError(ExamRoomError):
    """A document lacks a field, has one too many, or one of the wrong kind."""


class Fields:
    """The fields of one object, each taken once; `done()` refuses any that nobody asked for."""

    __slots__ = ("_rest", "where")

    def __init__(self, value: JSON, where: str) -> None:
        if not isinstance(value, dict):
            raise DocumentError(f"{where}: an object was expected")
        self._rest = dict(value)
        self.where = where

    def text(self, name: str) -> str:
        """A string."""
        value = self._take(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a string")
        return value

    def integer(self, name: str, least: int = 0) -> int:
        """A whole number, `least` or more."""
        value = self._take(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self._wrong(name, f"a whole number from {least}")
        return value

    def truth(self, name: str) -> bool:
        """True or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def objects(self, name: str) -> list[Fields]:
        """A list of objects."""
        return [Fields(value, f"{self.where}.{name}[{place}]") for place, value in enumerate(self.values(name))]

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        found = self.values(name)
        texts = tuple(value for value in found if isinstance(value, str))
        if len(texts) != len(found):
            raise self._wrong(name, "a list of strings")
        return texts

    def values(self, name: str) -> list[JSON]:
        """A list of anything."""
        value = self._take(name)
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return value

    def value(self, name: str) -> JSON:
        """Anything."""
        return self._take(name)

    def object(self, name: str) -> dict[str, JSON]:
        """An object, unread."""
        value = self._take(name)
        if not isinstance(value, dict):
            raise self._wrong(name, "an object")
        return value

    def inner(self, name: str) -> Fields:
        """An object, to be read field by field."""
        return Fields(self._take(name), f"{self.where}.{name}")

    def bilingual(self, name: str) -> Bilingual:
        """A title in both languages."""
        inner = self.inner(name)
        title = Bilingual(inner.text("vi"), inner.text("en"))
        inner.done()
        return title

    def expect(self, name: str, value: str) -> None:
        """A string with exactly this value, such as the document's format."""
        if self.text(name) != value:
            raise self._wrong(name, f"“{value}”")

    def names(self) -> tuple[str, ...]:
        """The fields not yet taken, in the order of the document."""
        return tuple(self._rest)

    def rest(self) -> dict[str, JSON]:
        """All fields not yet taken; none is left."""
        rest, self._rest = self._rest, {}
        return rest

    def done(self) -> None:
        """Refuse fields that were not taken."""
        if self._rest:
            raise DocumentError(f"{self.where}: unknown field “{min(self._rest)}”")

    def _take(self, name: str) -> JSON:
        if name not in self._rest:
            raise DocumentError(f"{self.where}: the field “{name}” is missing")
        return self._rest.pop(name)

    def _wrong(self, name: str, expected: str) -> DocumentError:
        return DocumentError(f"{self.where}.{name}: {expected} was expected")
