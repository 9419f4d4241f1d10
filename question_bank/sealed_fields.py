"""Fields of the sealed package's documents: `fields.Fields` with the rules that a manifest needs."""

from __future__ import annotations

import re
import unicodedata

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.fields import DocumentError, Fields

MAX_TITLE = 200  # characters of a title or a body's name: two lines on a sheet

RECIPIENT = "age1[02-9ac-hj-np-z]{58}"  # an X25519 recipient as age writes it (Bech32's alphabet)

_VERSION = re.compile(r"(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})(?!\d)", re.ASCII)


class SealedFields(Fields):
    """The fields of one object, each taken once with its rule. Every method raises DocumentError."""

    __slots__ = ()

    def pattern(self, name: str, pattern: str) -> str:
        """A string of which the whole matches the pattern."""
        value = self.text(name)
        if re.fullmatch(pattern, value, re.ASCII) is None:
            raise self._wrong(name, f"the form {pattern}")
        return value

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number between the two bounds, both allowed."""
        value = self.integer(name, least)
        if value > most:
            raise self._wrong(name, f"a whole number up to {most}")
        return value

    def null(self, name: str) -> bool:
        """Whether the field is null; it is taken then, and only then."""
        return self._rest.get(name, 0) is None and self._take(name) is None

    def title(self, name: str) -> Bilingual:
        """A title in both languages, each a text for people."""
        title = self.bilingual(name)
        if not (is_title(title.vi) and is_title(title.en)):
            raise self._wrong(name, f"texts of 1 to {MAX_TITLE} plain characters in NFC")
        return title

    def part(self, name: str) -> SealedFields:
        """An object, to be read field by field."""
        return SealedFields(self._take(name), f"{self.where}.{name}")

    def parts(self, name: str, least: int, most: int) -> list[SealedFields]:
        """A list of objects, `least` to `most` of them."""
        values = self.values(name)
        if not least <= len(values) <= most:
            raise self._wrong(name, f"a list of {least} to {most}")
        return [SealedFields(value, f"{self.where}.{name}[{place}]") for place, value in enumerate(values)]

    def left(self) -> dict[str, JSON]:
        """Everything not yet taken, for an object whose names are ids."""
        left, self._rest = self._rest, {}
        return left


def is_title(value: str) -> bool:
    """Whether a text may stand in a manifest for people: 1 to 200 characters, NFC, none of them control characters."""
    plain = value.isprintable() and value == value.strip() and unicodedata.is_normalized("NFC", value)
    return plain and 1 <= len(value) <= MAX_TITLE


def whole_version(text: str) -> str:
    """A version "X.Y.Z" and nothing more; DocumentError for anything else."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise DocumentError(f"requires_version: {text[:40]!r} is not X.Y.Z")
    return text


def is_older(room: str, required: str) -> bool:
    """Whether a room of version `room` ("X.Y.Z", perhaps with a suffix, which does not count) is older than required."""
    match = _VERSION.match(room)
    return match is None or tuple(map(int, match.groups())) < tuple(map(int, required.split(".")))
