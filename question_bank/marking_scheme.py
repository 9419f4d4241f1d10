"""What the marking part of a package says: keys, maximum marks, and the named rule that turns a response into marks.

A leaf of the package: item types bring their rules, `scoring` applies them, neither is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NewType, TypeAlias

from question_bank.canonical import JSON
from question_bank.fields import Fields

Marks = NewType("Marks", int)  # hundredths of a mark

Response: TypeAlias = Mapping[str, object]  # as on the wire; choice items: {"options": [option_id, …]}

LOWEST_FLOOR = 100_000  # hundredths: as far below 0 as an item can be worth

SECTION_FORMAT = "exam-marking-section/1"


@dataclass(frozen=True, slots=True)
class NeedsMarker:
    """No rule can mark this response: a person must."""

    max_marks: Marks


@dataclass(frozen=True, slots=True)
class MarkingItem:
    """How one item of a form is marked, and which bank item it was.

    `key` is the type's own, in opaque ids of the form (for choices their ids in ascending order); `item_sha256` (hex) is
    the digest of the bank item's canonical form when the form was assembled; `level` and `topic` are the bank's codes.
    `penalty` is taken off for a response that earns nothing (marks, 0 or more), never below `floor` (0 or less).
    """

    item_id: str
    rule: str
    key: JSON
    max_mark: Marks
    bank_item: str
    item_sha256: str
    level: str
    topic: str
    penalty: Marks = Marks(0)
    floor: Marks = Marks(0)

    def document(self) -> dict[str, JSON]:
        """As it travels in the marking part."""
        return {
            "item_id": self.item_id,
            "rule": self.rule,
            "key": self.key,
            "max_mark": self.max_mark,
            "penalty": self.penalty,
            "floor": self.floor,
            "bank_item": self.bank_item,
            "item_sha256": self.item_sha256,
            "level": self.level,
            "topic": self.topic,
        }


def key_ids(marking: MarkingItem) -> tuple[str, ...]:
    """A key that is a list of ids; empty for any other, which then no response matches."""
    key = marking.key
    return tuple(one for one in key if isinstance(one, str)) if isinstance(key, list) else ()


def key_part(marking: MarkingItem, name: str) -> JSON:
    """One field of a key that is an object; None when it is none."""
    return marking.key.get(name) if isinstance(marking.key, dict) else None


def share(marking: MarkingItem, part: int | Fraction, whole: int = 1) -> Marks:
    """`part` of `whole` of the item's maximum, clipped to 0 … maximum, rounded half up to a hundredth of a mark."""
    exact = marking.max_mark * Fraction(part) / whole if whole else Fraction(0)
    return Marks(max(0, min(marking.max_mark, int(exact + Fraction(1, 2)))))


Rule: TypeAlias = Callable[[MarkingItem, Response | None], Marks | NeedsMarker]
"""Marks for a response, from 0 to the item's maximum; None is no response. Pure, total: nonsense earns 0.

What a wrong response costs is taken off by `scoring.score`, for every rule alike.
"""


@dataclass(frozen=True, slots=True)
class MarkingSection:
    """The marking of one section of one form, items in the form's order."""

    section_id: str
    form_id: str
    items: tuple[MarkingItem, ...]

    @property
    def max_marks(self) -> Marks:
        """The ceiling of the section."""
        return Marks(sum(item.max_mark for item in self.items))

    def document(self) -> dict[str, JSON]:
        """As it travels in the marking part, format `exam-marking-section/1`."""
        return {
            "format": SECTION_FORMAT,
            "section_id": self.section_id,
            "form_id": self.form_id,
            "items": [item.document() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class Canary:
    """Responses whose result is known by construction: graded when marking opens, before anything is published.

    A room whose marking gives another number than `expected_right` or `expected_mark` must not publish.
    """

    section_id: str
    responses: Mapping[str, Response]
    expected_right: int
    expected_mark: Marks

    def document(self) -> dict[str, JSON]:
        """As it travels in the marking part; responses have the shape they have on the wire."""
        responses: dict[str, JSON] = {item: _json(response) for item, response in self.responses.items()}
        return {
            "section_id": self.section_id,
            "responses": responses,
            "expected_right": self.expected_right,
            "expected_mark": self.expected_mark,
        }


def parse_section(value: JSON) -> MarkingSection:
    """The marking of a section from its document. Raises DocumentError."""
    fields = Fields(value, "marking")
    fields.expect("format", SECTION_FORMAT)
    section = MarkingSection(
        section_id=fields.text("section_id"),
        form_id=fields.text("form_id"),
        items=tuple(_parse_item(item) for item in fields.objects("items")),
    )
    fields.done()
    return section


def parse_canary(value: JSON) -> Canary:
    """A canary from its document. Raises DocumentError."""
    fields = Fields(value, "canary")
    responses = fields.inner("responses")
    canary = Canary(
        section_id=fields.text("section_id"),
        responses={item: responses.object(item) for item in responses.names()},
        expected_right=fields.integer("expected_right"),
        expected_mark=Marks(fields.integer("expected_mark")),
    )
    fields.done()
    return canary


def _parse_item(fields: Fields) -> MarkingItem:
    item = MarkingItem(
        item_id=fields.text("item_id"),
        rule=fields.text("rule"),
        key=fields.value("key"),
        max_mark=Marks(fields.integer("max_mark")),
        penalty=Marks(fields.integer("penalty")),
        floor=Marks(fields.integer("floor", -LOWEST_FLOOR)),
        bank_item=fields.text("bank_item"),
        item_sha256=fields.text("item_sha256"),
        level=fields.text("level"),
        topic=fields.text("topic"),
    )
    fields.done()
    return item


def _json(value: object) -> JSON:
    """A response as JSON; a type that puts anything else into its responses is a mistake in that type."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _json(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(part) for part in value]
    raise TypeError(f"a {type(value).__name__} cannot be part of a response")
