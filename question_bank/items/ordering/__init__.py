"""Ordering: put entries into their right order. Response: `{"order": [entry id, …]}`, all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._labelled import Labelled, read_list, read_text, texts_faults, too_many
from question_bank.items._views import option_group, option_views
from question_bank.items.model import Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule, key_ids, share
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Path
from question_bank.view_shape import OPTIONS, ViewShape

MOST_ENTRIES = 12


def whole_order(marking: MarkingItem, response: Response | None) -> Marks:
    """All marks for the whole order, none for another."""
    key = key_ids(marking)
    return marking.max_mark if key and _made(response) == key else Marks(0)


def neighbours(marking: MarkingItem, response: Response | None) -> Marks:
    """Shares for each pair of neighbours of the right order that follow each other; one entry out of place costs two."""
    right = set(pairwise(key_ids(marking)))
    return share(marking, len(right & set(pairwise(_made(response)))), len(right))


def places(marking: MarkingItem, response: Response | None) -> Marks:
    """Shares for each entry that is in its place."""
    key = key_ids(marking)
    return share(marking, sum(a == b for a, b in zip(key, _made(response), strict=False)), len(key))


@dataclass(frozen=True, slots=True)
class Ordering(Item):
    """Entries in their right order."""

    entries: tuple[str, ...]

    NAME: ClassVar[str] = "ordering"
    LABEL: ClassVar[Phrase] = phrase("ordering")
    RULES: ClassVar[Mapping[str, Rule]] = {"whole_order": whole_order, "neighbours": neighbours, "places": places}
    REQUIRED: ClassVar[tuple[str, ...]] = ("entries",)
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "entries": {"type": "array", "minItems": 3, "maxItems": MOST_ENTRIES, "items": schema.text(), "description": "Theo đúng thứ tự"},
    }  # fmt: skip
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("put into order"),
        "up": phrase("Move up: {entry}"),
        "down": phrase("Move down: {entry}"),
        "moved": phrase("Now in place {place} of {of}"),
        "keep": phrase("This is my order"),
        "counts": phrase("This order is your answer."),
        "not_yet": phrase("No answer yet: move an entry, or confirm the order shown."),
    }
    VIEW: ClassVar[ViewShape] = {"entries": OPTIONS}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """A list of texts."""
        written = read_list("entries", fields.get("entries"), faults)
        return cls(common, tuple(read_text(("entries", n), one, faults) for n, one in enumerate(written)))

    def own_fields(self) -> dict[str, JSON]:
        """The list."""
        return {"entries": list(self.entries)}

    def own_texts(self) -> list[tuple[Path, str]]:
        """The entries."""
        return [(("entries", place), entry) for place, entry in enumerate(self.entries)]

    def own_problems(self) -> list[Fault]:
        """Three entries or more (two are a choice), all different."""
        faults = texts_faults("entries", [Labelled(str(n), one) for n, one in enumerate(self.entries, 1)], Holds.OPTION)
        if len(self.entries) < 3:
            faults.append(Fault("too_few_options", ("entries",), phrase("an order needs at least three entries")))
        if len(self.entries) > MOST_ENTRIES:
            faults.append(too_many(("entries",), MOST_ENTRIES))
        if not self.common.shuffle:
            message = phrase("without shuffling the right order would be shown")
            faults.append(Fault("not_shuffled", ("shuffle",), message))
        return faults

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Entries in a drawn order under fresh ids; the key is the right order of the ids."""
        order = draw.shuffled(range(len(self.entries)))
        names = {at: ids.option() for at in order}
        view = option_views([(names[at], show(self.entries[at]), False) for at in order])
        return Placed({"entries": view}, [names[at] for at in range(len(self.entries))])

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """One group, the entries."""
        return ItemOutline(item_id, cls.NAME, (option_group(Fields(dict(view), item_id).values("entries"), item_id),))

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_a_list`, `not_all` (or one twice, or an unknown one)."""
        if set(response) != {"order"}:
            return "unknown_field"
        order = response["order"]
        if not isinstance(order, list):
            return "not_a_list"
        whole = all(isinstance(one, str) for one in order) and sorted(order) == sorted(item.option_ids)
        return None if whole else "not_all"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The key."""
        return {"order": [*key_ids(marking)]}

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """A drawn order that earns nothing; None when fifty draws find none."""
        key = key_ids(marking)
        rule = cls.RULES.get(marking.rule, whole_order)
        for _ in range(50):
            response: Response = {"order": [*draw.shuffled(key)]}
            if rule(marking, response) == 0:
                return response
        return None


def _made(response: Response | None) -> tuple[str, ...]:
    order = response.get("order") if response else None
    return tuple(one for one in order if isinstance(one, str)) if isinstance(order, (list, tuple)) else ()


TYPE = Ordering
