"""Options that speak of others are known by their wording, in both languages, and never move away from what they speak of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from question_bank.draw import Draw
from question_bank.ids import FreshIds
from question_bank.items._choice import Choice
from question_bank.items._labelled import Labelled
from question_bank.items._references import Reference, reference

WORDINGS = Path(__file__).resolve().parent.parent / "vectors" / "references"


def lines(name: str) -> list[str]:
    return [line for line in (WORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.parametrize("text", lines("above"))
def test_an_option_that_speaks_of_those_above_it_is_known(text: str) -> None:
    assert reference(text, "ABCD") is Reference.ABOVE


@pytest.mark.parametrize("text", lines("labels"))
def test_an_option_that_names_others_by_letter_is_known(text: str) -> None:
    assert reference(text, "ABCD") is Reference.LABELS


@pytest.mark.parametrize("text", lines("ordinary"))
def test_an_ordinary_option_is_not_taken_for_one(text: str) -> None:
    assert reference(text, "ABCD") is None


@pytest.mark.parametrize("words", ["cả ba ", "chỉ có ", "cả hai A, "])
def test_words_that_could_be_taken_apart_in_many_ways_are_read_once(words: str) -> None:
    assert reference((words * 30)[:110] + " A x", "ABCD") is None  # trying every way would take days


def test_letters_that_no_option_has_are_names_of_something_else() -> None:
    assert reference("Cả A và B", "ABCD") is Reference.LABELS
    assert reference("Cả A và E", "ABCD") is None


def shown(item: Choice, number: int) -> tuple[list[str], list[bool]]:
    """The texts of the options in one form, and which of them keep their place."""
    placed = item.place(Draw(number.to_bytes(32), "options"), FreshIds(Draw(bytes(32), "ids")), lambda text: text)
    options = placed.view["options"]
    assert isinstance(options, list)
    found = [(option["text"], option["fixed"]) for option in options if isinstance(option, dict)]
    return [str(text) for text, _ in found], [fixed is True for _, fixed in found]


def spoken(make_item: Callable[..., Choice], *texts: str) -> Choice:
    item = make_item("X-1", "A", options=len(texts))
    return replace(item, options=tuple(Labelled(label, text) for label, text in zip("ABCDEF", texts, strict=False)))


def test_the_last_option_stays_last_whether_or_not_its_author_fixed_it(make_item: Callable[..., Choice]) -> None:
    item = spoken(make_item, "Một", "Hai", "Ba", "Tất cả các phương án trên")
    orders = {tuple(shown(item, number)[0]) for number in range(60)}
    assert {order[3] for order in orders} == {"Tất cả các phương án trên"}
    assert len(orders) == 6
    assert shown(item, 0)[1] == [False, False, False, True]
    assert [fault.code for fault in item.own_problems()] == ["not_fixed"]


def test_two_options_about_those_above_both_stay(make_item: Callable[..., Choice]) -> None:
    item = spoken(make_item, "Một", "Hai", "Cả hai đều đúng", "Cả hai đều sai")
    assert {tuple(shown(item, number)[0][2:]) for number in range(30)} == {("Cả hai đều đúng", "Cả hai đều sai")}


@pytest.mark.parametrize(
    "texts", [("Một", "Hai", "Ba", "Cả A và B"), ("Một", "Hai", "Tất cả các ý trên", "Bốn")]
)  # fmt: skip
def test_where_order_means_something_nothing_moves(make_item: Callable[..., Choice], texts: tuple[str, ...]) -> None:
    item = spoken(make_item, *texts)
    assert {tuple(shown(item, number)[0]) for number in range(30)} == {texts}
    assert all(shown(item, 0)[1])
