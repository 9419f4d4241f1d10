"""Multiple choice: one option or more is right. Response: `{"options": [option_id, …]}`, ascending, at least one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from question_bank.draw import Draw
from question_bank.items._choice import Choice, chosen, given
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Severity


def all_or_nothing(marking: MarkingItem, response: Response | None) -> Marks:
    """All marks for exactly the right options, none for one too few or too many."""
    return marking.max_mark if marking.key and given(response) == set(marking.key) else Marks(0)


@dataclass(frozen=True, slots=True)
class MultipleChoice(Choice):
    """An item with any number of right options."""

    NAME: ClassVar[str] = "multiple_choice"
    LABEL: ClassVar[Phrase] = phrase("multiple choice")
    RULES: ClassVar[Mapping[str, Rule]] = {"all_or_nothing": all_or_nothing}

    def own_problems(self) -> list[Fault]:
        """Also, as warnings: one right option, or all of them."""
        faults = Choice.own_problems(self)
        right = {option.label for option in self.options} & set(self.key)
        if len(right) == 1 and len(self.key) == 1:
            message = phrase("only one option is right; a candidate expects several")
            faults.append(Fault("one_right", ("key",), message, None, Severity.WARNING))
        if len(self.options) > 1 and len(right) == len(self.options):
            message = phrase("every option is right; a candidate expects a wrong one")
            faults.append(Fault("all_right", ("key",), message, None, Severity.WARNING))
        return faults

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """The codes of `_choice.chosen`."""
        options = chosen(item, response)
        return options if isinstance(options, str) else None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """The key with one option added or taken away: the nearest miss earns nothing either."""
        changed = draw.sample(sorted(item.option_ids), len(item.option_ids))
        for option in changed:
            options = sorted(set(marking.key) ^ {option})
            if options:
                return {"options": options}
        return None


TYPE = MultipleChoice
