"""Four statements, each true or false, marked by a table. Response: `{"truths": {statement id: true, …}}`, one or more.

The form of part II of the Vietnamese upper-secondary examination from 2025 (Decision 764/QĐ-BGDĐT of 8 March 2024).
"""

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
from question_bank.items._labelled import Labelled, label_faults, read_labelled, read_labels, texts_faults
from question_bank.items._mates import answered_places, made_for_places
from question_bank.items._views import option_group, placed_texts
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule, share
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Path
from question_bank.view_shape import OPTIONS, ViewShape

LABELS = "abcd"
TABLE = (0, 10, 25, 50, 100)  # percent of the maximum for 0 … 4 right statements


def vn_true_false_4(marking: MarkingItem, response: Response | None) -> Marks:
    """By how many of the four are judged rightly: 10, 25, 50, 100 %; a statement not judged is not right."""
    made = response.get("truths") if response else None
    if not isinstance(made, Mapping) or not isinstance(marking.key, dict) or len(marking.key) != len(LABELS):
        return Marks(0)
    right = sum(made.get(statement) is truth for statement, truth in marking.key.items())
    return share(marking, TABLE[right], 100)


@dataclass(frozen=True, slots=True)
class TrueFalse4(Item):
    """Four statements about one stem; `key` holds the labels of the true ones."""

    statements: tuple[Labelled, ...]
    key: tuple[str, ...]

    NAME: ClassVar[str] = "true_false_4"
    LABEL: ClassVar[Phrase] = phrase("four statements, true or false")
    RULES: ClassVar[Mapping[str, Rule]] = {"vn_true_false_4": vn_true_false_4}
    REQUIRED: ClassVar[tuple[str, ...]] = ("statements", "key")
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "statements": schema.labelled(LABELS, "Bốn ý a, b, c, d", 4),
        "key": schema.several(LABELS, "Các ý đúng"),
    }
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("say of each statement whether it is true"),
        "true": phrase("True"),
        "false": phrase("False"),
    }
    VIEW: ClassVar[ViewShape] = {"statements": OPTIONS}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Statements a to d; the key is a list of the true ones, empty when none is."""
        statements = read_labelled("statements", fields.get("statements"), LABELS, faults)
        key = read_labels("key", fields.get("key"), [one.label for one in statements], faults)
        return cls(common, statements, key)

    def own_fields(self) -> dict[str, JSON]:
        """The true ones as a list."""
        statements: dict[str, JSON] = {one.label: one.text for one in self.statements}
        return {"statements": statements, "key": list(self.key)}

    def own_texts(self) -> list[tuple[Path, str]]:
        """The statements."""
        return [(("statements", one.label), one.text) for one in self.statements]

    def own_problems(self) -> list[Fault]:
        """Exactly four statements, all different."""
        faults = texts_faults("statements", self.statements, Holds.OPTION)
        if self.statements and len(self.statements) != len(LABELS):
            faults.append(
                Fault("not_four", ("statements",), phrase("an item of this type has four statements, a to d"))
            )
        return faults + label_faults("key", self.key, [one.label for one in self.statements])

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Statements in a drawn order under fresh ids; the key says of each whether it is true."""
        stays = not self.common.shuffle
        view, names = placed_texts(self.statements, draw, ids, show, lambda _: stays)
        key: dict[str, JSON] = {name: label in self.key for label, name in names.items()}
        return Placed({"statements": view}, key)

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """One group, the statements."""
        return ItemOutline(
            item_id, cls.NAME, (option_group(Fields(dict(view), item_id).values("statements"), item_id),)
        )

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `not_an_object`, `unknown_option`, `not_a_truth`, `nothing_chosen`."""
        truths = made_for_places(response, "truths")
        if isinstance(truths, str):
            return truths
        if not set(truths) <= set(item.option_ids):
            return "unknown_option"
        if not all(isinstance(truth, bool) for truth in truths.values()):
            return "not_a_truth"
        return None

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Wholly when every statement is judged."""
        return answered_places(response.get("truths"), item.option_ids)

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """The key."""
        return {"truths": marking.key} if isinstance(marking.key, dict) else None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """Every judgement the other way round."""
        if not isinstance(marking.key, dict):
            return None
        return {"truths": {statement: truth is not True for statement, truth in marking.key.items()}}


TYPE = TrueFalse4
