"""True or false: one statement to judge. Response: `{"truth": true}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._labelled import read_truth
from question_bank.items.model import Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault
from question_bank.view_shape import ViewShape


def truth(marking: MarkingItem, response: Response | None) -> Marks:
    """All marks for the right judgement."""
    made = response.get("truth") if response else None
    return marking.max_mark if isinstance(made, bool) and made is marking.key else Marks(0)


@dataclass(frozen=True, slots=True)
class TrueFalse(Item):
    """A statement that is true or false."""

    key: bool

    NAME: ClassVar[str] = "true_false"
    LABEL: ClassVar[Phrase] = phrase("true or false")
    RULES: ClassVar[Mapping[str, Rule]] = {"truth": truth}
    REQUIRED: ClassVar[tuple[str, ...]] = ("key",)
    SCHEMA: ClassVar[Mapping[str, JSON]] = {"key": schema.TRUTH}
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("true or false?"),
        "true": phrase("True"),
        "false": phrase("False"),
        "waits": phrase("Waits for the room's decision"),
    }
    VIEW: ClassVar[ViewShape] = {}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """The key is true or false, in either language."""
        return cls(common, read_truth(("key",), fields.get("key"), False, faults))

    def own_fields(self) -> dict[str, JSON]:
        """The key as a word."""
        return {"key": "true" if self.key else "false"}

    def own_problems(self) -> list[Fault]:
        """Nothing beyond what `read` says."""
        return []

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Nothing to show beside the stem: the two answers are the page's own words."""
        return Placed({}, self.key)

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """Nothing is shuffled."""
        return ItemOutline(item_id, cls.NAME)

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_a_truth`."""
        if set(response) != {"truth"}:
            return "unknown_field"
        return None if isinstance(response["truth"], bool) else "not_a_truth"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The key."""
        return {"truth": marking.key is True}

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """The other one."""
        return {"truth": marking.key is not True}


TYPE = TrueFalse
