"""File task: work with files, collected from the candidate's folder. It has no response: files go another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.ids import CODE, MOST_OF_A_CODE, FreshIds, is_code
from question_bank.items._labelled import read_text
from question_bank.items.model import Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, NeedsMarker, Response, Rule
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault
from question_bank.view_shape import Kind, ViewShape


def files_marker(marking: MarkingItem, response: Response | None) -> NeedsMarker:
    """The rubric engine or a person marks the files."""
    return NeedsMarker(marking.max_mark)


@dataclass(frozen=True, slots=True)
class FileTask(Item):
    """A practical task by its code."""

    task: str

    NAME: ClassVar[str] = "file_task"
    LABEL: ClassVar[Phrase] = phrase("work with files")
    RULES: ClassVar[Mapping[str, Rule]] = {"files_marker": files_marker}
    MARKED_BY_PEOPLE: ClassVar[bool] = True
    REQUIRED: ClassVar[tuple[str, ...]] = ("task",)
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "task": {"type": "string", "pattern": f"^{CODE.pattern}$", "maxLength": MOST_OF_A_CODE}
    }
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("work with files"),
        "elsewhere": phrase(
            "You do this task in the folder on this machine, not on this page. The proctor tells you where."
        ),
    }
    VIEW: ClassVar[ViewShape] = {"task": Kind.WORD}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """The task's code."""
        return cls(common, read_text(("task",), fields.get("task"), faults))

    def own_fields(self) -> dict[str, JSON]:
        """The task's code."""
        return {"task": self.task}

    def own_problems(self) -> list[Fault]:
        """A code as topics have one."""
        if is_code(self.task):
            return []
        hint = phrase("small letters without marks, digits and single hyphens, like “dich-vu-cong”")
        return [Fault("bad_id", ("task",), phrase("“%(field)s” is not a code", field="task"), hint)]

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """The task's code for both sides."""
        return Placed({"task": self.task}, {"task": self.task})

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """Nothing is shuffled."""
        return ItemOutline(item_id, cls.NAME)

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Always `no_response`."""
        return "no_response"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """No rule can tell."""
        return None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """No rule can tell."""
        return None


TYPE = FileTask
