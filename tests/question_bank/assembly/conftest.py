"""Small banks and blueprints for tests about choosing items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, SectionPlan
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items._labelled import Labelled
from question_bank.items.model import Common, Item, Level, Stimulus
from question_bank.items.prediction import Prediction
from question_bank.items.single_choice import SingleChoice
from question_bank.items.true_false import TrueFalse
from question_bank.marking_scheme import Marks

TITLE = Bilingual("Thử", "Trial")


@pytest.fixture(scope="session")
def item() -> Callable[..., Item]:
    """`item(id, topic="t", level=…, kind="single_choice", stimulus="", excludes=())`."""

    def make(
        name: str, topic: str = "t", level: Level = Level.NHAN_BIET, kind: str = "single_choice", stimulus: str = "",
        excludes: Sequence[str] = (),
    ) -> Item:  # fmt: skip
        common = Common(
            BankItemId(name), TopicCode(topic), level, f"Câu {name}?", f"Vì {name}.", "Sách mẫu", StimulusId(stimulus),
            (), tuple(BankItemId(one) for one in excludes),
        )  # fmt: skip
        if kind == "true_false":
            return TrueFalse(common, True)
        if kind == "prediction":
            return Prediction(common, 0, 100)
        return SingleChoice(common, tuple(Labelled(label, f"Ý {label} {name}") for label in "ABCD"), ("A",), ())

    return make


@pytest.fixture(scope="session")
def bank_of() -> Callable[[Iterable[Item]], Bank]:
    """A bank of these items, with the stimuli they name."""

    def make(items: Iterable[Item]) -> Bank:
        held = list(items)
        topics = {one.common.topic: TITLE for one in held}
        stimuli = {one.common.stimulus for one in held if one.common.stimulus}
        return Bank.of(topics, held, [Stimulus(one, "Bảng", f"Số liệu của {one}") for one in sorted(stimuli)])

    return make


@pytest.fixture(scope="session")
def plan() -> Callable[..., Blueprint]:
    """`plan([cells of a section], …, **fields)`; a cell is (topic, level, count) and perhaps (types, mark)."""

    def make(*sections: Sequence[Sequence[Any]], keep_order: bool = False, **fields: object) -> Blueprint:
        plans = tuple(
            SectionPlan(f"phan-{n}", TITLE, 600, Marks(100), {}, tuple(_cell(*cell) for cell in cells), keep_order)
            for n, cells in enumerate(sections, 1)
        )
        return Blueprint("thu", "vong-1", TITLE, plans, **fields)  # type: ignore[arg-type]

    return make


def _cell(topic: str, level: Level, count: int, types: Sequence[str] = (), mark: int | None = None) -> Cell:
    return Cell(TopicCode(topic), level, count, tuple(types), None if mark is None else Marks(mark))
