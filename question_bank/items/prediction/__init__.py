"""Prediction: a number guessed before the end, for tie-breaks alone. Response: `{"number": "123"}`. Never scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._labelled import read_whole
from question_bank.items.model import Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault
from question_bank.view_shape import Kind, ViewShape

MOST = 10_000_000  # more people than take part in any contest


def never(marking: MarkingItem, response: Response | None) -> Marks:
    """Nothing, whatever was predicted: ranking reads the responses."""
    return Marks(0)


@dataclass(frozen=True, slots=True)
class Prediction(Item):
    """How many …? A whole number from `least` to `most`."""

    least: int
    most: int

    NAME: ClassVar[str] = "prediction"
    LABEL: ClassVar[Phrase] = phrase("prediction")
    RULES: ClassVar[Mapping[str, Rule]] = {"never": never}
    REQUIRED: ClassVar[tuple[str, ...]] = ()
    OPTIONAL: ClassVar[tuple[str, ...]] = ("least", "most")
    SCORED: ClassVar[bool] = False
    SCHEMA: ClassVar[Mapping[str, JSON]] = {"least": schema.whole(0, MOST), "most": schema.whole(0, MOST)}
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("predict a number; it only decides between equals"),
        "number": phrase("Your prediction"),
        "bounds": phrase("A whole number from {least} to {most}"),
        "no_number": phrase("This is not a whole number from {least} to {most}: nothing is saved for this item."),
    }
    VIEW: ClassVar[ViewShape] = {"least": Kind.WHOLE, "most": Kind.WHOLE}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Bounds, each with a default."""
        least = read_whole(("least",), fields.get("least"), 0, (0, MOST), faults)
        return cls(common, least, read_whole(("most",), fields.get("most"), MOST, (0, MOST), faults))

    def own_fields(self) -> dict[str, JSON]:
        """Bounds that are not the default."""
        fields: dict[str, JSON] = {"least": str(self.least)} if self.least else {}
        return fields | ({"most": str(self.most)} if self.most != MOST else {})

    def own_problems(self) -> list[Fault]:
        """Bounds that leave room."""
        if self.most <= self.least:
            return [Fault("bounds_crossed", ("most",), phrase("the most is less than the least"))]
        return []

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """The bounds; there is no key."""
        return Placed({"least": self.least, "most": self.most}, None)

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """The bounds."""
        fields = Fields(dict(view), item_id)
        return ItemOutline(item_id, cls.NAME, (), {"least": fields.integer("least"), "most": fields.integer("most")})

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_a_number` (or not within the bounds)."""
        if set(response) != {"number"}:
            return "unknown_field"
        typed, least, most = response["number"], item.shape.get("least"), item.shape.get("most")
        if not isinstance(typed, str) or not typed.isascii() or not typed.isdigit() or len(typed) > 8:
            return "not_a_number"
        return (
            None if isinstance(least, int) and isinstance(most, int) and least <= int(typed) <= most else "not_a_number"
        )

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """No rule can tell."""
        return None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """Any: none earns anything."""
        return {"number": str(item.shape.get("least", 0))}


TYPE = Prediction
