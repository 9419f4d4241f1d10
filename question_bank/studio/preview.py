"""An item as a candidate's page gets it, without a form: what the studio's preview shows. Pure.

Options stand in their author's order unless a number to mix them by is given; a half-written item shows what it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from question_bank.canonical import JSON
from question_bank.draw import SEED_BYTES, Draw
from question_bank.fields import DocumentError
from question_bank.front.widgets import described
from question_bank.ids import FreshIds
from question_bank.items._paper import on_paper
from question_bank.items.model import Item, Placed, Stimulus
from question_bank.marking_scheme import MarkingItem, Marks
from question_bank.phrase import Phrase
from question_bank.showing import MediumFile, shown
from question_bank.wording import render

T = TypeVar("T")

_UNKNOWN = MediumFile("", "", 0)  # shown as its description: the file is not in the bank


class _AsWritten(Draw):
    """Leaves everything where its author put it."""

    __slots__ = ()

    def shuffled(self, values: Sequence[T]) -> tuple[T, ...]:
        """The order given."""
        return tuple(values)


class _Files(dict[str, MediumFile]):
    def __missing__(self, name: str) -> MediumFile:
        return _UNKNOWN


class _Gaps(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return name


def preview(item: Item, stimulus: Stimulus | None, media: Mapping[str, MediumFile], mixed: int = 0) -> dict[str, JSON]:
    """`item` as the page of a paper has it, its type's sentences, a right response, and the key in words.

    `whole` is false where the type's own part cannot be shown yet: then there is the stem alone.
    """
    files = _Files(media)
    draw = Draw(mixed.to_bytes(SEED_BYTES), "preview") if mixed else _AsWritten(bytes(SEED_BYTES), "preview")
    placed = _placed(item, draw, files)
    common = item.common
    view: dict[str, JSON] = {
        "number": 1, "type": item.NAME, "stimulus": common.stimulus or None, "max_marks": "1" if item.SCORED else None,
        "stem": shown(common.stem, files, _Gaps(placed.gaps if placed else {})),
        "view": dict(placed.view) if placed else {}, "plays": common.plays,
    }  # fmt: skip
    text: JSON = {"title": stimulus.title, "text": shown(stimulus.text, files, _Gaps())} if stimulus else None
    found = {"item": view, "stimulus": text, "types": described([item.NAME]), "whole": placed is not None}
    return {**found, "right": _right(item, placed), "key": [*_key(item, placed)]}


def _placed(item: Item, draw: Draw, files: Mapping[str, MediumFile]) -> Placed | None:
    try:
        return item.place(draw, FreshIds(draw), lambda text: shown(text, files, _Gaps()))
    except (LookupError, ValueError, TypeError):  # a key names what is not there yet: the problems beside it say so
        return None


def _right(item: Item, placed: Placed | None) -> JSON:
    """A response that earns everything, or None."""
    if placed is None:
        return None
    rule = next(iter(item.RULES))
    marking = MarkingItem("item", rule, placed.key, Marks(100), item.id, "", item.common.level.value, item.common.topic)
    try:
        response = item.right_response(item.outline("item", placed.view), marking)
    except (LookupError, ValueError, TypeError, DocumentError):
        return None
    return {**response} if response is not None else None  # type: ignore[dict-item]


def _key(item: Item, placed: Placed | None) -> list[str]:
    """The key as a key sheet writes it, with the letters of this preview."""
    return key_words(item.NAME, placed.view, placed.key) if placed else []


def key_words(type_name: str, view: Mapping[str, JSON], key: JSON) -> list[str]:
    """A key as a key sheet writes it, in the reader's language; nothing where it cannot be on paper."""
    try:
        printed = on_paper(type_name, view, key)
    except (LookupError, ValueError, TypeError):
        return []
    return [_said(one) for one in printed.key] if printed else []


def _said(written: str | Phrase | tuple[str | Phrase, ...]) -> str:
    return "".join(render(part) for part in written) if isinstance(written, tuple) else render(written)
