"""Banks and blueprints made in code, for tests about content."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.blueprint import Blueprint, Cell, SectionPlan
from question_bank.cli import main
from question_bank.ids import BankItemId, TopicCode
from question_bank.items._choice import Choice
from question_bank.items._labelled import Labelled
from question_bank.items.model import Common, Level
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.single_choice import SingleChoice
from question_bank.marking_scheme import Marks
from question_bank.wording import use_language

TOPICS = ("dich-vu-cong", "an-toan-thong-tin")


@pytest.fixture(scope="session")
def make_item() -> Callable[..., Choice]:
    """`make_item(id, key="A", options=4, topic=…, level=…, fixed="")`: several letters in the key make it multiple choice."""

    def make(
        name: str, key: Sequence[str] = "A", options: int = 4, topic: str = TOPICS[0], level: Level = Level.NHAN_BIET,
        fixed: Sequence[str] = "", multiple: bool | None = None,
    ) -> Choice:  # fmt: skip
        common = Common(BankItemId(name), TopicCode(topic), level, f"Câu {name} hỏi gì?", f"Vì {name}.", "Sách mẫu")
        texts = tuple(Labelled(label, f"Ý {label} của {name}") for label in "ABCDEFGHIJ"[:options])
        item_type = MultipleChoice if multiple or (multiple is None and len(key) > 1) else SingleChoice
        return item_type(common, texts, tuple(key), tuple(fixed))

    return make


@pytest.fixture(scope="session")
def make_bank(make_item: Callable[..., Choice]) -> Callable[..., Bank]:
    """`make_bank(each=8, key_of=…)`: that many items of each topic and level; every third is multiple choice."""

    def make(each: int = 8, key_of: Callable[[int], str] = lambda n: "ABCD"[n % 4]) -> Bank:
        items: list[Choice] = []
        for topic in TOPICS:
            for level in Level:
                for _ in range(each):
                    n = len(items)
                    key = key_of(n)
                    multiple = n % 3 == 0
                    key = "".join(sorted({*key, "ABCD"[(n // 4) % 4]})) if multiple else key
                    items.append(make_item(f"X-{n:04d}", key, topic=topic, level=level, multiple=multiple))
        return Bank.of({TopicCode(topic): Bilingual(f"Chủ đề {topic}", f"Topic {topic}") for topic in TOPICS}, items)

    return make


@pytest.fixture(scope="session")
def make_blueprint() -> Callable[..., Blueprint]:
    """`make_blueprint(count=2, sections=1)`: that many items of each topic and level in each section."""

    def make(count: int = 2, sections: int = 1) -> Blueprint:
        cells = tuple(Cell(TopicCode(topic), level, count) for topic in TOPICS for level in Level)
        plans = tuple(
            SectionPlan(f"phan-{n}", Bilingual(f"Phần {n}", f"Part {n}"), 600 * n, Marks(100), {}, cells)
            for n in range(1, sections + 1)
        )
        return Blueprint("thu-nghiem", "mot-vong", Bilingual("Đề thử", "A trial paper"), plans)

    return make


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`run(*arguments)`: what `examroom-bank` says: exit status, standard output, standard error."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return command


@pytest.fixture(autouse=True)
def _one_language_for_every_test() -> Iterator[None]:
    """A test that chooses a language leaves Vietnamese to the next."""
    use_language("vi")
    yield
    use_language("vi")
