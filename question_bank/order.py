"""The order in which one candidate meets the items and options of a section.

Pure, and all a kiosk needs of a form: ids and which options stay in place. The same seed gives the same order for ever
(`draw`), and the order is recorded when the attempt opens, since appeals rest on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.fields import DocumentError, Fields

CANDIDATE_FORMAT = "exam-candidate/1"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemOutline:
    """An item without its words: its type, its options in the form's order, and those that keep their place.

    Types without options have two empty tuples.
    """

    item_id: str
    type: str
    option_ids: tuple[str, ...]
    fixed_option_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionOutline:
    """A section without its words, items in the form's order."""

    section_id: str
    form_id: str
    items: tuple[ItemOutline, ...]


@dataclass(frozen=True, slots=True)
class AttemptOrder:
    """What one candidate sees, in order: items, and for each item its options."""

    item_ids: tuple[str, ...]
    option_ids: Mapping[str, tuple[str, ...]]


def outline(candidate_doc: JSON) -> SectionOutline:
    """The outline of a candidate document (`exam-candidate/1`). Raises DocumentError."""
    fields = Fields(candidate_doc, "candidate")
    fields.expect("format", CANDIDATE_FORMAT)
    return SectionOutline(
        section_id=fields.text("section_id"),
        form_id=fields.text("form_id"),
        items=tuple(_item_outline(item) for item in fields.objects("items")),
    )


def attempt_order(section: SectionOutline, seed: bytes) -> AttemptOrder:
    """The order of one attempt; `seed` (32 bytes) is drawn for this candidate alone and says nothing about the key."""
    items = Draw(seed, f"attempt/1 items {section.section_id}").shuffled(section.items)
    draw = Draw(seed, f"attempt/1 options {section.section_id}")
    # Options are drawn in the form's order, not the attempt's: one item's options do not hang on another's place.
    options = {item.item_id: _options(draw, item) for item in section.items}
    return AttemptOrder(tuple(item.item_id for item in items), options)


def shuffled_around(draw: Draw, values: Sequence[T], stays: Callable[[T], bool]) -> tuple[T, ...]:
    """The values in a drawn order, except that each one that `stays` keeps its place."""
    moving = iter(draw.shuffled([value for value in values if not stays(value)]))
    return tuple(value if stays(value) else next(moving) for value in values)


def _options(draw: Draw, item: ItemOutline) -> tuple[str, ...]:
    fixed = frozenset(item.fixed_option_ids)
    return shuffled_around(draw, item.option_ids, fixed.__contains__)


def _item_outline(item: Fields) -> ItemOutline:
    options = item.values("options") if "options" in item.names() else []
    found = [_option(option, f"{item.where}.options[{place}]") for place, option in enumerate(options)]
    return ItemOutline(
        item_id=item.text("item_id"),
        type=item.text("type"),
        option_ids=tuple(option for option, _ in found),
        fixed_option_ids=tuple(option for option, fixed in found if fixed),
    )


def _option(option: JSON, where: str) -> tuple[str, bool]:
    """An option's id and whether it keeps its place. A kiosk reads hundreds of these while its candidate waits."""
    if isinstance(option, dict):
        option_id, fixed = option.get("option_id"), option.get("fixed")
        if isinstance(option_id, str) and isinstance(fixed, bool):
            return option_id, fixed
    raise DocumentError(f"{where}: an object with a text “option_id” and a true or false “fixed” was expected")
