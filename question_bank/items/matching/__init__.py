"""Matching: each thing on the left has its one on the right. Response: `{"pairs": {left id: right id, …}}`, one or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._labelled import Labelled, read_labelled, read_truth, texts_faults, too_few
from question_bank.items._mates import (
    answered_places,
    made_for_places,
    mates_outline,
    mates_problem,
    read_mates,
    shared_faults,
    wrong_mate,
)
from question_bank.items._views import option_views
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule, share
from question_bank.order import ItemOutline, shuffled_around
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Path
from question_bank.view_shape import OPTIONS, Kind, ViewShape

LEFT = tuple(str(number) for number in range(1, 13))
RIGHT = "ABCDEFGHIJKL"


def each_pair(marking: MarkingItem, response: Response | None) -> Marks:
    """Equal shares for each right pair."""
    return share(marking, *_right_pairs(marking, response))


def all_pairs(marking: MarkingItem, response: Response | None) -> Marks:
    """All marks for all pairs, none for fewer."""
    right, every = _right_pairs(marking, response)
    return marking.max_mark if every and right == every else Marks(0)


def _right_pairs(marking: MarkingItem, response: Response | None) -> tuple[int, int]:
    """How many pairs are right, of how many."""
    key = marking.key if isinstance(marking.key, dict) else {}
    made = response.get("pairs") if response else None
    right = sum(made.get(left) == mate for left, mate in key.items()) if isinstance(made, Mapping) else 0
    return right, len(key)


@dataclass(frozen=True, slots=True)
class Matching(Item):
    """Two lists and the pairs between them; `reuse` allows one on the right to serve several on the left."""

    left: tuple[Labelled, ...]
    right: tuple[Labelled, ...]
    pairs: Mapping[str, str]
    reuse: bool

    NAME: ClassVar[str] = "matching"
    LABEL: ClassVar[Phrase] = phrase("matching")
    RULES: ClassVar[Mapping[str, Rule]] = {"each_pair": each_pair, "all_pairs": all_pairs}
    REQUIRED: ClassVar[tuple[str, ...]] = ("left", "right", "pairs")
    OPTIONAL: ClassVar[tuple[str, ...]] = ("reuse",)
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "left": schema.labelled(LEFT), "right": schema.labelled(RIGHT), "pairs": schema.pairs(LEFT, RIGHT), "reuse": schema.TRUTH,
    }  # fmt: skip
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("match each one on the left with one on the right"),
        "how_reuse": phrase("match each one on the left; one on the right may serve several times"),
        "choose": phrase("choose …"),
        "right": phrase("To choose from"),
    }
    VIEW: ClassVar[ViewShape] = {
        "left": {"left_id": Kind.WORD, "text": Kind.TEXT}, "right": OPTIONS, "reuse": Kind.TRUTH,
    }  # fmt: skip

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Left is 1, 2, …; right is A, B, …; pairs map each of the left to one of the right."""
        left = read_labelled("left", fields.get("left"), LEFT, faults)
        right = read_labelled("right", fields.get("right"), RIGHT, faults)
        known = {one.label for one in right}
        pairs = read_mates("pairs", fields.get("pairs"), [one.label for one in left], known, faults)
        return cls(common, left, right, pairs, read_truth(("reuse",), fields.get("reuse"), False, faults))

    def own_fields(self) -> dict[str, JSON]:
        """As they are read."""
        left: dict[str, JSON] = {one.label: one.text for one in self.left}
        right: dict[str, JSON] = {one.label: one.text for one in self.right}
        fields: dict[str, JSON] = {"left": left, "right": right, "pairs": dict(self.pairs)}
        return fields | ({"reuse": "true"} if self.reuse else {})

    def own_texts(self) -> list[tuple[Path, str]]:
        """Both sides."""
        sides = (("left", self.left), ("right", self.right))
        return [((side, one.label), one.text) for side, texts in sides for one in texts]

    def own_problems(self) -> list[Fault]:
        """Each on the left has its one on the right, which nobody shares unless `reuse` says so."""
        faults = texts_faults("left", self.left, Holds.OPTION) + texts_faults("right", self.right, Holds.OPTION)
        for field, side in (("left", self.left), ("right", self.right)):
            if len(side) < 2:
                faults.append(too_few((field,)))
        for one in self.left:
            if self.pairs and one.label not in self.pairs:
                message = phrase("“%(label)s” has no pair", label=one.label[:40])
                faults.append(Fault("no_pair", ("pairs",), message))
        message = phrase("two on the left have the same on the right")
        return faults + shared_faults("pairs", self.pairs, self.reuse, message)

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """The left as written, the right in a drawn order, all under fresh ids."""
        stays = not self.common.shuffle
        right = shuffled_around(draw, self.right, lambda _: stays)
        names = {one.label: ids.option() for one in (*self.left, *right)}
        left_view: list[JSON] = [{"left_id": names[one.label], "text": show(one.text)} for one in self.left]
        right_view = option_views([(names[one.label], show(one.text), stays) for one in right])
        key: dict[str, JSON] = {names[label]: names[mate] for label, mate in self.pairs.items()}
        return Placed({"left": left_view, "right": right_view, "reuse": self.reuse}, key)

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """One group, the right side; the shape names the left one."""
        return mates_outline(cls.NAME, item_id, view, ("left", "left_id"), "right")

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_an_object`, `unknown_option`, `used_twice`, `nothing_chosen`."""
        pairs = made_for_places(response, "pairs")
        return pairs if isinstance(pairs, str) else mates_problem(item, pairs, item.shape.get("left"), "unknown_option")

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Wholly when everything on the left has a pair."""
        return answered_places(response.get("pairs"), item.shape.get("left"))

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The key."""
        return {"pairs": marking.key} if isinstance(marking.key, dict) else None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """One pair alone, and a wrong one."""
        key = marking.key if isinstance(marking.key, dict) else {}
        pairs = wrong_mate(key, item.option_ids, draw)
        return {"pairs": pairs} if pairs else None


TYPE = Matching
