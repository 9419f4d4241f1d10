"""The order in which one candidate meets the items and options of a section.

Pure, and all a kiosk needs of a form: ids and which options stay in place. The same seed gives the same order for ever
(`draw`), and the order is recorded when the attempt opens, since appeals rest on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from question_bank.canonical import JSON
from question_bank.draw import Draw

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Group:
    """Things of an item that are shown in a drawn order, by id in the form's order, and those that keep their place."""

    ids: tuple[str, ...]
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ItemOutline:
    """An item without its words: its type, the groups that are shuffled each for itself, and what else its type needs.

    `shape` is the type's own: plain JSON, no text of the author's in it.
    """

    item_id: str
    type: str
    groups: tuple[Group, ...] = ()
    shape: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids of all groups, one after the other."""
        return tuple(one for group in self.groups for one in group.ids)


@dataclass(frozen=True, slots=True)
class SectionOutline:
    """A section without its words. Items are in the form's order; each block stays together, in its order.

    With `keep_order` nobody's blocks are shuffled.
    """

    section_id: str
    form_id: str
    items: tuple[ItemOutline, ...]
    blocks: tuple[tuple[str, ...], ...] = ()
    keep_order: bool = False


@dataclass(frozen=True, slots=True)
class AttemptOrder:
    """What one candidate sees, in order: items, and for each item its options."""

    item_ids: tuple[str, ...]
    option_ids: Mapping[str, tuple[str, ...]]


def attempt_order(section: SectionOutline, seed: bytes) -> AttemptOrder:
    """The order of one attempt; `seed` (32 bytes) is drawn for this candidate alone and says nothing about the key."""
    blocks = section.blocks or tuple((item.item_id,) for item in section.items)
    if not section.keep_order:
        blocks = Draw(seed, f"attempt/1 items {section.section_id}").shuffled(blocks)
    draw = Draw(seed, f"attempt/1 options {section.section_id}")
    # Options are drawn in the form's order, not the attempt's: one item's options do not hang on another's place.
    options = {item.item_id: _options(draw, item) for item in section.items}
    return AttemptOrder(tuple(item for block in blocks for item in block), options)


def shuffled_around(draw: Draw, values: Sequence[T], stays: Callable[[T], bool]) -> tuple[T, ...]:
    """The values in a drawn order, except that each one that `stays` keeps its place."""
    moving = iter(draw.shuffled([value for value in values if not stays(value)]))
    return tuple(value if stays(value) else next(moving) for value in values)


def _options(draw: Draw, item: ItemOutline) -> tuple[str, ...]:
    return tuple(one for group in item.groups for one in shuffled_around(draw, group.ids, group.fixed.__contains__))
