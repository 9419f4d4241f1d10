"""Short text: a word or a few are typed. Response: `{"text": "…"}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.comparing import Compare
from question_bank.draw import Draw
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._typed import (
    MOST_ANSWERS,
    TextAnswer,
    answer_faults,
    compare_fields,
    full_answers,
    read_compare,
    read_text_answers,
    text_percent,
    typed_problem,
    wrong_text,
)
from question_bank.items.model import Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule, key_part, share
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault
from question_bank.view_shape import ViewShape


def accepted_text(marking: MarkingItem, response: Response | None) -> Marks:
    """What the best accepted answer that is the same text earns."""
    typed = response.get("text") if response else None
    return share(marking, text_percent(key_part(marking, "answers"), key_part(marking, "compare"), typed), 100)


@dataclass(frozen=True, slots=True)
class ShortText(Item):
    """A text to type, the texts that are accepted, and what makes a difference."""

    answers: tuple[TextAnswer, ...]
    compare: Compare

    NAME: ClassVar[str] = "short_text"
    LABEL: ClassVar[Phrase] = phrase("a short text")
    RULES: ClassVar[Mapping[str, Rule]] = {"accepted_text": accepted_text}
    REQUIRED: ClassVar[tuple[str, ...]] = ("answers",)
    OPTIONAL: ClassVar[tuple[str, ...]] = ("compare",)
    SCHEMA: ClassVar[Mapping[str, JSON]] = {"answers": schema.answers("text", MOST_ANSWERS), "compare": schema.COMPARE}
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("type the answer"),
        "answer": phrase("Your answer"),
    }
    VIEW: ClassVar[ViewShape] = {}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Answers are texts or {text, percent}."""
        answers = read_text_answers(("answers",), fields.get("answers"), faults)
        return cls(common, answers, read_compare(("compare",), fields.get("compare"), faults))

    def own_fields(self) -> dict[str, JSON]:
        """What is not the default."""
        answers: list[JSON] = [answer.document() for answer in self.answers]
        compare = compare_fields(self.compare)
        return {"answers": answers, **({"compare": compare} if compare else {})}

    def own_problems(self) -> list[Fault]:
        """An answer that earns everything, none twice."""
        return answer_faults(("answers",), self.answers, self.compare)

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Nothing to show beside the stem; the field's size is the same for every item."""
        answers: list[JSON] = [answer.document() for answer in self.answers]
        return Placed({}, {"answers": answers, "compare": self.compare.document()})

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """Nothing is shuffled."""
        return ItemOutline(item_id, cls.NAME)

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, those of `typed_problem`."""
        return "unknown_field" if set(response) != {"text"} else typed_problem(response["text"], "text")

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The first answer that earns everything."""
        return next(({"text": answer.get("text")} for answer in full_answers(key_part(marking, "answers"))), None)

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """A text that nobody accepts."""
        return {"text": wrong_text(key_part(marking, "answers"))}


TYPE = ShortText
