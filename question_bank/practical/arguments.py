"""What a check may be asked: typed fields of `select` and `expect`, read from a rubric with every mistake at its line.

A field is declared once; the reader, the form of the studio, the schema for editors and `docs/checks.md` use the declaration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, TypeVar, cast

from question_bank.canonical import JSON
from question_bank.formats.nodes import Node, Series, Table, Text
from question_bank.formats.report import Report
from question_bank.phrase import Phrase, phrase

MOST_TEXT = 2000  # characters
MOST_TEXTS = 400
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_COLOUR = re.compile(r"#?[0-9A-Fa-f]{6}")
_YES, _NO = ("true", "yes", "đúng", "có"), ("false", "no", "sai", "không")

T = TypeVar("T")


class WrongValueError(Exception):
    """A value is not of its field's kind; raised while a rubric is read and always reported at its line."""

    def __init__(self, message: Phrase, node: Node | None = None) -> None:
        super().__init__(message.message)
        self.message = message
        self.node = node


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` to `high`, both included."""

    low: Fraction
    high: Fraction

    def holds(self, value: Fraction | float | None, tolerance: Fraction = Fraction(0)) -> bool:
        """Whether a value lies within, give or take the tolerance."""
        return value is not None and self.low - tolerance <= Fraction(value) <= self.high + tolerance

    def words(self) -> str:
        """As people read it: `20–25`, `13`."""
        return figure(self.low) if self.low == self.high else f"{figure(self.low)}–{figure(self.high)}"


@dataclass(frozen=True, eq=False)
class Field(Generic[T]):
    """One field of a check: its name in the rubric, its kind (a JSON Schema), how it is read, and words for a form.

    A field that is not there is `default`. Two fields are the same only when they are one object.
    """

    name: str
    title: Phrase
    schema: Mapping[str, JSON]
    read: Callable[[Node], T]
    default: Any = None
    required: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The values of one check's fields."""

    values: Mapping[str, object] = field(default_factory=dict)

    def __getitem__(self, one: Field[T]) -> T:
        """The field's value, its default where the rubric says nothing."""
        return cast("T", self.values.get(one.name, one.default))

    def has(self, one: Field[Any]) -> bool:
        """Whether the rubric says something of it."""
        return one.name in self.values


def read_fields(owner: Table, where: str, fields: tuple[Field[Any], ...], report: Report) -> Asked:
    """The fields under the name `where` of a check; unknown, missing and wrong ones are reported."""
    node = owner.get(where)
    if node is None:
        if any(one.required for one in fields):
            report.add(owner.place, "missing_field", phrase("“%(field)s” is missing", field=where))
        return Asked()
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("“%(field)s” must be fields with values", field=where))
        return Asked()
    report.unknown_keys(node, [one.name for one in fields])
    report.missing(node, [one.name for one in fields if one.required])
    found: dict[str, object] = {}
    for one in fields:
        inner = node.get(one.name)
        if inner is None:
            continue
        try:
            found[one.name] = one.read(inner)
        except WrongValueError as wrong:
            message = phrase("“%(field)s”: %(why)s", field=one.name, why=wrong.message)
            report.add((wrong.node or inner).place, "bad_value", message)
    return Asked(found)


def text_in(node: Node) -> str:
    """A text of 1 … `MOST_TEXT` characters. Raises WrongValueError."""
    if not isinstance(node, Text) or not node.text.strip():
        raise WrongValueError(phrase("this must be a text"), node)
    if len(node.text) > MOST_TEXT:
        raise WrongValueError(phrase("at most %(most)s characters", most=MOST_TEXT), node)
    return node.text


def texts_in(node: Node) -> tuple[str, ...]:
    """A text or a list of texts. Raises WrongValueError."""
    if isinstance(node, Series):
        if not 0 < len(node.items) <= MOST_TEXTS:
            raise WrongValueError(phrase("1 to %(most)s texts", most=MOST_TEXTS), node)
        return tuple(text_in(item) for item in node.items)
    return (text_in(node),)


def number_in(node: Node) -> Fraction:
    """An exact decimal number with a point. Raises WrongValueError."""
    text = node.text.strip() if isinstance(node, Text) else ""
    if not _NUMBER.fullmatch(text):
        raise WrongValueError(phrase("this must be a number, like 1.5"), node)
    return Fraction(text)


def span_in(node: Node) -> Span:
    """`[low, high]`, or one number. Raises WrongValueError."""
    if not isinstance(node, Series):
        value = number_in(node)
        return Span(value, value)
    if len(node.items) != 2 or (low := number_in(node.items[0])) > (high := number_in(node.items[1])):
        raise WrongValueError(phrase("a range is [low, high]"), node)
    return Span(low, high)


def whole_in(node: Node) -> int:
    """A whole number. Raises WrongValueError."""
    value = number_in(node)
    if value.denominator != 1:
        raise WrongValueError(phrase("this must be a whole number"), node)
    return value.numerator


def truth_in(node: Node) -> bool:
    """True or false, in English or Vietnamese. Raises WrongValueError."""
    said = node.text.strip().lower() if isinstance(node, Text) else ""
    if said not in _YES + _NO:
        raise WrongValueError(phrase("this must be true or false"), node)
    return said in _YES


def colour_in(node: Node) -> str:
    """Six hex digits in capitals. Raises WrongValueError."""
    text = node.text.strip() if isinstance(node, Text) else ""
    if not _COLOUR.fullmatch(text):
        raise WrongValueError(phrase("a colour is six hex digits, like FF0000"), node)
    return text.removeprefix("#").upper()


def pattern_in(node: Node) -> re.Pattern[str]:
    """A regular expression, matched against canonical text (NFC) in any case. Raises WrongValueError."""
    text = text_in(node)
    try:
        return re.compile(unicodedata.normalize("NFC", text), re.IGNORECASE)
    except re.error as error:
        raise WrongValueError(
            phrase("this is not a regular expression: %(detail)s", detail=str(error)), node
        ) from error


def text(name: str, title: Phrase, *, required: bool = False) -> Field[str | None]:
    """One text."""
    return Field(name, title, {"type": "string", "maxLength": MOST_TEXT}, text_in, None, required)


def texts(name: str, title: Phrase, *, required: bool = False) -> Field[tuple[str, ...]]:
    """One text, or several."""
    one: JSON = {"type": "string", "maxLength": MOST_TEXT}
    schema: dict[str, JSON] = {"oneOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_TEXTS}]}
    return Field(name, title, schema, texts_in, (), required)


def number(
    name: str, title: Phrase, *, unit: str = "", required: bool = False, default: str = ""
) -> Field[Fraction | None]:
    """One number."""
    return Field(name, title, {"type": "number"}, number_in, Fraction(default) if default else None, required, unit)


def whole(name: str, title: Phrase, *, required: bool = False, default: int | None = None) -> Field[int | None]:
    """One whole number."""
    return Field(name, title, {"type": "integer"}, whole_in, default, required)


def span(name: str, title: Phrase, *, unit: str = "", required: bool = False) -> Field[Span | None]:
    """A number, or a range with both its ends."""
    pair: JSON = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    return Field(name, title, {"oneOf": [{"type": "number"}, pair]}, span_in, None, required, unit)


def truth(name: str, title: Phrase, *, default: bool | None = None, required: bool = False) -> Field[bool | None]:
    """True or false."""
    return Field(name, title, {"type": "boolean"}, truth_in, default, required)


def colour(name: str, title: Phrase, *, required: bool = False) -> Field[str | None]:
    """Six hex digits."""
    return Field(name, title, {"type": "string", "pattern": f"^{_COLOUR.pattern}$"}, colour_in, None, required)


def pattern(name: str, title: Phrase, *, required: bool = False) -> Field[re.Pattern[str] | None]:
    """A regular expression."""
    return Field(name, title, {"type": "string", "format": "regex"}, pattern_in, None, required)


def choice(
    name: str, title: Phrase, known: Mapping[str, Phrase], *, default: str | None = None, required: bool = False
) -> Field[str | None]:
    """One of the known words."""

    def read(node: Node) -> str:
        if not isinstance(node, Text) or node.text not in known:
            raise WrongValueError(phrase("known here: %(names)s", names=", ".join(known)), node)
        return node.text

    return Field(name, title, {"enum": list(known)}, read, default, required)


def choices(name: str, title: Phrase, known: Mapping[str, Phrase], *, required: bool = False) -> Field[tuple[str, ...]]:
    """One or several of the known words."""
    one = choice(name, title, known)

    def read(node: Node) -> tuple[str, ...]:
        if isinstance(node, Series) and not node.items:
            raise WrongValueError(phrase("known here: %(names)s", names=", ".join(known)), node)
        found = [one.read(item) for item in node.items] if isinstance(node, Series) else [one.read(node)]
        return tuple(word for word in found if word is not None)

    listed: dict[str, JSON] = {"type": "array", "items": dict(one.schema), "minItems": 1}
    return Field(name, title, {"oneOf": [dict(one.schema), listed]}, read, (), required)


def figure(value: Fraction | float) -> str:
    """A number as people read it: at most three decimals, with a point, none that say nothing."""
    said = f"{float(value):.3f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said
