"""Responses that put something to places: what the kiosk, the room and the marking refuse, and what counts as answered."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from question_bank.canonical import JSON
from question_bank.draw import Draw
from question_bank.items import item_type, response_problem
from question_bank.items.model import Item
from question_bank.marking_scheme import MarkingItem, Marks
from question_bank.order import ItemOutline


def option(name: str) -> JSON:
    return {"option_id": name, "text": name, "fixed": False}


VIEWS: Mapping[str, dict[str, JSON]] = {
    "matching": {
        "left": [{"left_id": one, "text": one} for one in ("l1", "l2")],
        "right": [option("r1"), option("r2")], "reuse": False,
    },
    "drag_words": {
        "words": [option("w1"), option("w2")], "gaps": [{"gap_id": "g1"}, {"gap_id": "g2"}], "reuse": False,
    },
    "cloze": {
        "gaps": [
            {"gap_id": "g1", "kind": "choice", "options": [option("a"), option("b")]},
            {"gap_id": "g2", "kind": "number", "options": []},
        ],
    },
    "true_false_4": {"statements": [option(one) for one in ("s1", "s2", "s3", "s4")]},
}  # fmt: skip


def outlined(type_name: str, **changed: JSON) -> tuple[type[Item], ItemOutline]:
    kind = item_type(type_name)
    return kind, kind.outline("iaaaaaaa", VIEWS[type_name] | changed)


@pytest.mark.parametrize(
    ("type_name", "response", "problem"),
    [
        ("matching", {}, "unknown_field"),
        ("matching", {"pairs": {"l1": "r1"}, "more": 1}, "unknown_field"),
        ("matching", {"pairs": [["l1", "r1"]]}, "not_an_object"),
        ("matching", {"pairs": {}}, "nothing_chosen"),
        ("matching", {"pairs": {"r1": "r1"}}, "unknown_option"),
        ("matching", {"pairs": {"l1": "l2"}}, "unknown_option"),
        ("matching", {"pairs": {"l1": ["r1"]}}, "unknown_option"),
        ("matching", {"pairs": {"l1": "r1", "l2": "r1"}}, "used_twice"),
        ("matching", {"pairs": {"l1": "r2", "l2": "r1"}}, None),
        ("drag_words", {"pairs": {"g1": "w1"}}, "unknown_field"),
        ("drag_words", {"gaps": "w1"}, "not_an_object"),
        ("drag_words", {"gaps": {}}, "nothing_chosen"),
        ("drag_words", {"gaps": {"g3": "w1"}}, "unknown_gap"),
        ("drag_words", {"gaps": {"g1": "g2"}}, "unknown_option"),
        ("drag_words", {"gaps": {"g1": None}}, "unknown_option"),
        ("drag_words", {"gaps": {"g1": "w2", "g2": "w2"}}, "used_twice"),
        ("drag_words", {"gaps": {"g1": "w2"}}, None),
        ("cloze", {"gaps": None}, "not_an_object"),
        ("cloze", {"gaps": {}}, "nothing_chosen"),
        ("cloze", {"gaps": {"g3": "a"}}, "unknown_gap"),
        ("cloze", {"gaps": {"g1": "c"}}, "unknown_option"),
        ("cloze", {"gaps": {"g2": "ba"}}, "not_a_number"),
        ("cloze", {"gaps": {"g1": "b", "g2": "1,5"}}, None),
        ("true_false_4", {"truth": {"s1": True}}, "unknown_field"),
        ("true_false_4", {"truths": [True]}, "not_an_object"),
        ("true_false_4", {"truths": {}}, "nothing_chosen"),
        ("true_false_4", {"truths": {"s5": True}}, "unknown_option"),
        ("true_false_4", {"truths": {"s1": "true"}}, "not_a_truth"),
        ("true_false_4", {"truths": {"s1": True}}, None),
    ],
)  # fmt: skip
def test_a_response_that_cannot_be_one_is_refused_with_its_code(
    type_name: str, response: Mapping[str, object], problem: str | None
) -> None:
    assert response_problem(outlined(type_name)[1], response) == problem


@pytest.mark.parametrize(
    ("type_name", "response"),
    [("matching", {"pairs": {"l1": "r1", "l2": "r1"}}), ("drag_words", {"gaps": {"g1": "w2", "g2": "w2"}})],
)
def test_where_one_may_serve_several_it_may(type_name: str, response: Mapping[str, object]) -> None:
    assert response_problem(outlined(type_name, reuse=True)[1], response) is None


@pytest.mark.parametrize(
    ("type_name", "some", "every"),
    [
        ("matching", {"pairs": {"l1": "r1"}}, {"pairs": {"l1": "r1", "l2": "r2"}}),
        ("drag_words", {"gaps": {"g2": "w1"}}, {"gaps": {"g1": "w2", "g2": "w1"}}),
        ("cloze", {"gaps": {"g1": "a"}}, {"gaps": {"g1": "a", "g2": "3"}}),
        ("true_false_4", {"truths": {"s1": True}}, {"truths": dict.fromkeys(("s1", "s2", "s3", "s4"), False)}),
    ],
)
def test_an_item_is_answered_wholly_when_every_place_has_something(
    type_name: str, some: Mapping[str, object], every: Mapping[str, object]
) -> None:
    kind, outline = outlined(type_name)
    assert (kind.answered(outline, some), kind.answered(outline, every)) == ("partly", "whole")


@pytest.mark.parametrize(
    ("type_name", "key"),
    [
        ("matching", {"l1": "r1", "l2": "r2"}),
        ("drag_words", {gap: {"kind": "choice", "option": word} for gap, word in (("g1", "w1"), ("g2", "w2"))}),
    ],
)
def test_a_canary_of_one_wrong_mate_is_a_response_and_earns_nothing(type_name: str, key: JSON) -> None:
    kind, outline = outlined(type_name)
    rule, mark = next(iter(kind.RULES.items()))
    marking = MarkingItem("iaaaaaaa", rule, key, Marks(100), "X-1", "", "nhan_biet", "chu-de")
    made = set()
    for purpose in range(20):
        wrong = kind.wrong_response(outline, marking, Draw(bytes(32), str(purpose)))
        assert wrong is not None
        assert response_problem(outline, wrong) is None
        assert mark(marking, wrong) == 0
        made.add(str(wrong))
    assert len(made) == 2  # each of the two places is drawn


@pytest.mark.parametrize(
    ("type_name", "key"), [("matching", {}), ("matching", None), ("drag_words", {}), ("drag_words", 3)]
)
def test_a_key_that_says_nothing_makes_no_canary(type_name: str, key: JSON) -> None:
    kind, outline = outlined(type_name)
    marking = MarkingItem("iaaaaaaa", next(iter(kind.RULES)), key, Marks(100), "X-1", "", "nhan_biet", "chu-de")
    assert kind.wrong_response(outline, marking, Draw(bytes(32), "wrong")) is None
