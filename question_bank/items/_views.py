"""Candidate views that several types share: lists of things with an id and a text, gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.fields import DocumentError
from question_bank.ids import FreshIds, OptionId
from question_bank.items._labelled import Labelled
from question_bank.items.model import Show
from question_bank.order import Group, shuffled_around


def option_views(options: Iterable[tuple[str, JSON, bool]]) -> list[JSON]:
    """Options as candidates get them: id, text, and whether each keeps its place."""
    return [{"option_id": option_id, "text": text, "fixed": fixed} for option_id, text, fixed in options]


def placed_texts(
    texts: Sequence[Labelled], draw: Draw, ids: FreshIds, show: Show, stays: Callable[[Labelled], bool]
) -> tuple[list[JSON], dict[str, OptionId]]:
    """Texts in a drawn order, except those that stay, as candidates get them; and the fresh id that each label got.

    Ids are taken in the drawn order: they say nothing of the author's.
    """
    order = shuffled_around(draw, texts, stays)
    names = {one.label: ids.option() for one in order}
    return option_views([(names[one.label], show(one.text), stays(one)) for one in order]), names


def option_group(options: Sequence[JSON], where: str) -> Group:
    """The ids of such a list. Raises DocumentError. A kiosk reads hundreds of these while its candidate waits."""
    ids: list[str] = []
    fixed: list[str] = []
    for place, option in enumerate(options):
        option_id = option.get("option_id") if isinstance(option, dict) else None
        stays = option.get("fixed") if isinstance(option, dict) else None
        if not isinstance(option_id, str) or not isinstance(stays, bool):
            message = "an object with a text “option_id” and a true or false “fixed” was expected"
            raise DocumentError(f"{where}.options[{place}]: {message}")
        ids.append(option_id)
        if stays:
            fixed.append(option_id)
    return Group(tuple(ids), frozenset(fixed))


def ids_in(things: Sequence[JSON], name: str, where: str) -> tuple[str, ...]:
    """The ids `name` of a list of objects. Raises DocumentError."""
    found = [thing.get(name) if isinstance(thing, dict) else None for thing in things]
    ids = tuple(one for one in found if isinstance(one, str))
    if len(ids) != len(found):
        raise DocumentError(f"{where}: an object with a text “{name}” was expected")
    return ids
