"""Matching: each thing on the left has its one on the right. Response: `{"pairs": {left id: right id, …}}`, one or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._labelled import Labelled, read_labelled, read_mapping, read_truth, texts_faults
from question_bank.items._views import ids_in, option_group, option_views
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.items.text import folded
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
        written = read_mapping(("pairs",), fields.get("pairs"), [one.label for one in left], faults)
        known = {one.label for one in right}
        pairs: dict[str, str] = {}
        for label, mate in written.items():
            if isinstance(mate, str) and mate in known:
                pairs[label] = mate
            elif known:
                message = phrase("there is no option “%(label)s”", label=str(mate)[:40])
                faults.append(Fault("pair_not_an_option", ("pairs", label), message))
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
                faults.append(Fault("too_few_options", (field,), phrase("an item needs at least two options")))
        for one in self.left:
            if self.pairs and one.label not in self.pairs:
                message = phrase("“%(label)s” has no pair", label=one.label[:40])
                faults.append(Fault("no_pair", ("pairs",), message))
        mates = list(self.pairs.values())
        if not self.reuse and len(set(mates)) != len(mates):
            hint = phrase("write “reuse: true” when one may serve several")
            faults.append(Fault("shared_pair", ("pairs",), phrase("two on the left have the same on the right"), hint))
        return faults

    def words(self) -> list[str]:
        """The stem and both lists, whatever their order."""
        return [folded(self.common.stem), *sorted(folded(text) for _, text in self.own_texts())]

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
        fields = Fields(dict(view), item_id)
        shape: dict[str, JSON] = {
            "left": [*ids_in(fields.values("left"), "left_id", item_id)], "reuse": fields.truth("reuse"),
        }  # fmt: skip
        return ItemOutline(item_id, cls.NAME, (option_group(fields.values("right"), item_id),), shape)

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_an_object`, `unknown_option`, `used_twice`, `nothing_chosen`."""
        if set(response) != {"pairs"}:
            return "unknown_field"
        pairs = response["pairs"]
        if not isinstance(pairs, Mapping):
            return "not_an_object"
        left, mates = item.shape.get("left"), list(pairs.values())
        known = frozenset(item.option_ids)
        if not all(isinstance(left, list) and one in left for one in pairs):
            return "unknown_option"
        if not all(isinstance(mate, str) and mate in known for mate in mates):
            return "unknown_option"
        if item.shape.get("reuse") is not True and len(set(mates)) != len(mates):
            return "used_twice"
        return None if pairs else "nothing_chosen"

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Wholly when everything on the left has a pair."""
        left, pairs = item.shape.get("left"), response.get("pairs")
        whole = isinstance(left, list) and isinstance(pairs, Mapping) and len(pairs) == len(left)
        return "whole" if whole else "partly"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The key."""
        return {"pairs": marking.key} if isinstance(marking.key, dict) else None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """One pair alone, and a wrong one."""
        if not isinstance(marking.key, dict) or not marking.key:
            return None
        left = draw.sample(sorted(marking.key), 1)[0]
        others = [mate for mate in sorted(item.option_ids) if mate != marking.key[left]]
        return {"pairs": {left: draw.sample(others, 1)[0]}} if others else None


TYPE = Matching
