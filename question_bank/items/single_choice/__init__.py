"""Single choice: exactly one option is right. Response: `{"options": [option_id]}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.items import _schema as schema
from question_bank.items._choice import LABELS, Choice, chosen, given
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule, key_ids
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault
from question_bank.view_shape import OPTIONS, ViewShape


def single(marking: MarkingItem, response: Response | None) -> Marks:
    """All marks for the one right option alone, none for anything else."""
    key = key_ids(marking)
    return marking.max_mark if len(key) == 1 and given(response) == set(key) else Marks(0)


@dataclass(frozen=True, slots=True)
class SingleChoice(Choice):
    """An item with one right option."""

    NAME: ClassVar[str] = "single_choice"
    LABEL: ClassVar[Phrase] = phrase("single choice")
    RULES: ClassVar[Mapping[str, Rule]] = {"single": single}
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "options": schema.labelled(LABELS, "Các phương án, ghi liên tục A, B, C …"), "key": schema.label(LABELS), "fixed": schema.several(LABELS),
    }  # fmt: skip
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("choose one option"),
        "waits": phrase("Waits for the room's decision"),
    }
    VIEW: ClassVar[ViewShape] = {"options": OPTIONS}

    def own_problems(self) -> list[Fault]:
        """Also: a key that names several options."""
        faults = Choice.own_problems(self)
        if len(self.key) > 1:
            hint = phrase("keep one letter, or make it “type: multiple_choice”")
            faults.append(Fault("key_not_single", ("key",), phrase("a single choice has one right option"), hint))
        return faults

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """The codes of `_choice.chosen`, and `several_chosen`."""
        options = chosen(item, response)
        if isinstance(options, str):
            return options
        return "several_chosen" if len(options) > 1 else None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """One of the other options."""
        key = key_ids(marking)
        others = [option for option in sorted(item.option_ids) if option not in key]
        return {"options": list(draw.sample(others, 1))} if others else None


TYPE = SingleChoice
