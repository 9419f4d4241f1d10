"""Values of QTI, and what an item declares of its responses and outcomes: right responses, what each response earns.

Numbers are exact. NULL is None; an empty container is NULL, as QTI has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from question_bank.formats.lined_tree import Node
from question_bank.formats.qti_tree import elements, words
from question_bank.items._numbers import MAX_EXPONENT
from question_bank.items._regions import within

Point: TypeAlias = tuple[Fraction, Fraction]
Scalar: TypeAlias = str | Fraction | bool | tuple[str, str] | Point

MOST_VALUES = 200  # of one container: forty times the largest item that fits a screen
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE]([+-]?[0-9]{1,3}))?")
NUMBERS = ("float", "integer")
_OURS = {"ellipse": "ellipse", "rect": "rectangle", "poly": "polygon"}  # what shapes are called here


class UnknownRuleError(Exception):
    """Something of the response processing that cannot be worked out here."""


@dataclass(frozen=True, slots=True)
class Bag:
    """A container with something in it."""

    items: tuple[Scalar, ...]
    ordered: bool = False


Value: TypeAlias = Scalar | Bag | None


def _bounded(total: Fraction, lower: Fraction | None, upper: Fraction | None) -> Fraction:
    total = total if lower is None else max(total, lower)
    return total if upper is None else min(total, upper)


@dataclass(frozen=True, slots=True)
class MapEntry:
    """What one response earns."""

    key: Scalar
    earns: Fraction
    exact_case: bool


@dataclass(frozen=True, slots=True)
class Earnings:
    """What responses earn, added up for containers."""

    entries: tuple[MapEntry, ...]
    default: Fraction
    lower: Fraction | None
    upper: Fraction | None

    def earned(self, value: Value) -> Fraction:
        """What a response earns; each value of a container once."""
        items = list(dict.fromkeys(value.items)) if isinstance(value, Bag) else [] if value is None else [value]
        return self.bounded(sum((self._one(item) for item in items), Fraction(0)))

    def bounded(self, total: Fraction) -> Fraction:
        """A total between the bounds."""
        return _bounded(total, self.lower, self.upper)

    def _one(self, item: Scalar) -> Fraction:
        """The entry that says the very same, else one that takes any case."""
        for entry in self.entries:
            if entry.key == item:
                return entry.earns
        folded = item.casefold() if isinstance(item, str) else None
        for entry in self.entries:
            if (
                folded is not None
                and not entry.exact_case
                and isinstance(entry.key, str)
                and entry.key.casefold() == folded
            ):
                return entry.earns
        return self.default


@dataclass(frozen=True, slots=True)
class Area:
    """A region of a picture in its pixels, and what a point inside earns."""

    shape: str
    numbers: tuple[Fraction, ...]
    earns: Fraction

    def holds(self, at: Point) -> bool:
        """Whether a point is inside, its edge included."""
        return inside(self.shape, self.numbers, at)


@dataclass(frozen=True, slots=True)
class AreaMapping:
    """What points earn: each region once."""

    areas: tuple[Area, ...]
    default: Fraction
    lower: Fraction | None
    upper: Fraction | None

    def earned(self, value: Value) -> Fraction:
        """What points earn."""
        points = [as_point(one) for one in (value.items if isinstance(value, Bag) else (value,)) if one is not None]
        total, used = Fraction(0), set[int]()
        for point in points:
            at = next((n for n, area in enumerate(self.areas) if area.holds(point)), None)
            if at is None:
                total += self.default
            elif at not in used:
                used.add(at)
                total += self.areas[at].earns
        return _bounded(total, self.lower, self.upper)


@dataclass(frozen=True, slots=True)
class Declared:
    """A response or outcome variable. `correct` are its right values, in order; for an outcome what it begins with."""

    identifier: str
    cardinality: str
    base: str
    correct: tuple[Scalar, ...]
    mapping: Earnings | None
    areas: AreaMapping | None
    table: Node | None = None

    @property
    def several(self) -> bool:
        """Whether it holds several values."""
        return self.cardinality in ("multiple", "ordered")

    def value(self, items: Sequence[Scalar]) -> Value:
        """These values as one of the variable's."""
        if not items:
            return None
        return Bag(tuple(items), self.cardinality == "ordered") if self.several else items[0]


def declared(node: Node) -> Declared:
    """A `responseDeclaration` or `outcomeDeclaration`. A value that is none of its type is left out."""
    base = _base(node)
    group = node.child("correctResponse") or node.child("defaultValue")
    values = [read_value(words(one), base) for one in group.all("value")] if group else []
    table = node.child("matchTable") or node.child("interpolationTable")
    return Declared(
        identifier=node.attributes.get("identifier", ""),
        cardinality=node.attributes.get("cardinality", "single"),
        base=base,
        correct=tuple(one for one in values if one is not None)[:MOST_VALUES],
        mapping=_mapping(node.child("mapping"), base),
        areas=_areas(node.child("areaMapping")),
        table=table,
    )


def _base(node: Node) -> str:
    """The type of its values. Two names where one identifier should stand are a pair: an identifier holds no space."""
    base = node.attributes.get("baseType", "identifier")
    group = node.child("correctResponse")
    found = [words(one).split() for one in group.all("value")] if group else []
    return "directedPair" if base == "identifier" and found and all(len(one) == 2 for one in found) else base


def read_value(text: str, base: str) -> Scalar | None:
    """A value as written; None when it is none of the type. Spaces inside a text count once."""
    text = " ".join(text.split())
    if base in NUMBERS:
        return number(text)
    if base == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text)
    if base in ("pair", "directedPair"):
        parts = text.split(" ")
        if len(parts) != 2:
            return None
        return (parts[0], parts[1]) if base == "directedPair" else pair(parts[0], parts[1])
    if base == "point":
        numbers = [number(one) for one in re.split(r"[ ,]+", text)]
        return (
            (numbers[0], numbers[1])
            if len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None
            else None
        )
    return text or None


def as_point(value: Scalar) -> Point:
    """A value that must be a point. Raises UnknownRuleError."""
    if isinstance(value, tuple):
        x, y = value
        if isinstance(x, Fraction) and isinstance(y, Fraction):
            return x, y
    raise UnknownRuleError("point")


def pair(one: str, other: str) -> tuple[str, str]:
    """A pair without direction."""
    return (one, other) if one <= other else (other, one)


def number(text: str) -> Fraction | None:
    """A number as programs write it, exactly; None for anything else, infinity too."""
    found = _NUMBER.fullmatch(text.strip())
    return Fraction(text.strip()) if found and abs(int(found[1] or 0)) <= MAX_EXPONENT else None


def _mapping(node: Node | None, base: str) -> Earnings | None:
    if node is None:
        return None
    entries: list[MapEntry] = []
    for one in node.all("mapEntry"):
        key = read_value(one.attributes.get("mapKey", ""), base)
        if key is not None and len(entries) < MOST_VALUES:
            earns = number(one.attributes.get("mappedValue", "0")) or Fraction(0)
            entries.append(MapEntry(key, earns, one.flag("caseSensitive")))
    return Earnings(tuple(entries), *_bounds(node))


def _areas(node: Node | None) -> AreaMapping | None:
    if node is None:
        return None
    areas: list[Area] = []
    for one in node.all("areaMapEntry"):
        numbers = coords(one.attributes.get("coords", ""))
        if len(areas) < MOST_VALUES:
            areas.append(
                Area(
                    one.attributes.get("shape", ""),
                    numbers,
                    number(one.attributes.get("mappedValue", "0")) or Fraction(0),
                )
            )
    return AreaMapping(tuple(areas), *_bounds(node))


def _bounds(node: Node) -> tuple[Fraction, Fraction | None, Fraction | None]:
    said: Mapping[str, str] = node.attributes
    lower, upper = (number(said.get(name, "")) for name in ("lowerBound", "upperBound"))
    return number(said.get("defaultValue", "0")) or Fraction(0), lower, upper


def coords(text: str) -> tuple[Fraction, ...]:
    """The numbers of a shape, at most those of a polygon with a hundred corners; none when one of them is no number."""
    found = [number(one) for one in re.split(r"[\s,;]+", text.strip())[:201]]
    return tuple(one for one in found if one is not None) if all(one is not None for one in found) else ()


def inside(shape: str, numbers: Sequence[Fraction], at: Point) -> bool:
    """Whether a point lies in a shape of QTI, its edge included."""
    x, y = at
    if shape == "default":
        return True
    if shape == "circle" and len(numbers) == 3:
        return (x - numbers[0]) ** 2 + (y - numbers[1]) ** 2 <= numbers[2] ** 2
    return within(_OURS.get(shape, ""), numbers, at)


def declarations(item: Node, name: str) -> dict[str, Declared]:
    """All of one kind by identifier."""
    found = [declared(one) for one in elements(item) if one.name == name]
    return {one.identifier: one for one in found}


def positive_ids(one: Declared) -> list[Scalar]:
    """The responses that a mapping rewards."""
    return [entry.key for entry in one.mapping.entries if entry.earns > 0] if one.mapping else []
