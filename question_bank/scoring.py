"""Marks for responses, by the rule each item names.

Pure. The rules live with the item types that bring them (`items`); this applies them and adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.errors import ExamRoomError
from question_bank.items import rules
from question_bank.marking_scheme import Canary, MarkingItem, MarkingSection, Marks, NeedsMarker, Response
from question_bank.phrase import phrase


class UnknownRuleError(ExamRoomError):
    """The marking part names a rule this program does not know."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Marks awarded for one item; `right` when they are all it can give, and it can give some."""

    marks: Marks
    max_marks: Marks
    right: bool


@dataclass(frozen=True, slots=True)
class SectionScore:
    """What a section comes to: marks, and how many of its items are `right`. `waiting` items await a marker and count 0.

    `of` are the items that can earn something: a prediction is not among them.
    """

    marks: Marks
    max_marks: Marks
    right: int
    of: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class CanaryFault:
    """A canary that did not come out as it must: results must not be published."""

    canary: int
    section_id: str
    expected_right: int
    right: int
    expected_mark: Marks
    marks: Marks


def score(item: MarkingItem, response: Response | None) -> Mark | NeedsMarker:
    """The mark of one response, between the item's floor and its maximum; None earns 0, nonsense is a wrong response.

    Raises UnknownRuleError.
    """
    rule = rules().get(item.rule)
    if rule is None:
        raise UnknownRuleError(
            phrase("unknown marking rule “%(name)s”", name=item.rule),
            hint=phrase("The paper was made by a newer version; update this machine."),
        )
    marks = rule(item, response)
    if isinstance(marks, NeedsMarker):
        return marks
    if response is not None and marks == 0:
        marks = Marks(max(item.floor, -item.penalty))
    return Mark(marks, item.max_mark, 0 < marks == item.max_mark)


def score_section(marking: MarkingSection, responses: Mapping[str, Response]) -> SectionScore:
    """The section's total for responses by item id; an item without one earns 0, an unknown item id earns nothing."""
    marks, right, waiting = 0, 0, 0
    for item in marking.items:
        match score(item, responses.get(item.item_id)):
            case NeedsMarker():
                waiting += 1
            case Mark() as mark:
                marks += mark.marks
                right += mark.right
    of = sum(item.max_mark > 0 for item in marking.items)
    return SectionScore(Marks(marks), marking.max_marks, right, of, waiting)


def canary_faults(sections: Iterable[MarkingSection], canaries: Iterable[Canary]) -> list[CanaryFault]:
    """Every canary whose score is not what was sealed with it; empty when the marking can be trusted.

    A canary for a section that is not there scores 0 of 0, so it is a fault unless it expects just that.
    """
    by_id = {section.section_id: section for section in sections}
    faults: list[CanaryFault] = []
    for number, canary in enumerate(canaries, 1):
        section = by_id.get(canary.section_id, MarkingSection(canary.section_id, "", ()))
        found = score_section(section, canary.responses)
        if (found.right, found.marks) != (canary.expected_right, canary.expected_mark):
            faults.append(
                CanaryFault(number, canary.section_id, canary.expected_right, found.right, canary.expected_mark,
                            found.marks)
            )  # fmt: skip
    return faults
