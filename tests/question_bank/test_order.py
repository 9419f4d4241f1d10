"""The order one candidate meets a section in: a permutation, its own, and fixed options stay where they are."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.draw import Draw
from question_bank.fields import DocumentError
from question_bank.order import ItemOutline, SectionOutline, attempt_order, outline, shuffled_around

seeds = st.binary(min_size=32, max_size=32)


@st.composite
def item_outlines(draw: st.DrawFn) -> list[ItemOutline]:
    items = []
    for number in range(draw(st.integers(1, 12))):
        options = [f"o{number}x{place}" for place in range(draw(st.integers(0, 6)))]
        fixed = draw(st.lists(st.sampled_from(options), unique=True)) if options else []
        items.append(ItemOutline(f"i{number}", "single_choice", tuple(options), tuple(sorted(fixed))))
    return items


@given(item_outlines(), seeds)
def test_an_attempts_order_is_a_permutation_that_respects_fixed_options(items: list[ItemOutline], seed: bytes) -> None:
    order = attempt_order(SectionOutline("sabcde", "fabcdefg", tuple(items)), seed)
    assert sorted(order.item_ids) == sorted(item.item_id for item in items)
    assert set(order.option_ids) == set(order.item_ids)
    for item in items:
        shown = order.option_ids[item.item_id]
        assert sorted(shown) == sorted(item.option_ids)
        for fixed in item.fixed_option_ids:
            assert shown.index(fixed) == item.option_ids.index(fixed)


@given(item_outlines(), seeds)
def test_the_same_seed_gives_the_same_order(items: list[ItemOutline], seed: bytes) -> None:
    section = SectionOutline("sabcde", "fabcdefg", tuple(items))
    assert attempt_order(section, seed) == attempt_order(section, seed)


def test_an_order_recorded_years_ago_comes_out_again() -> None:
    items = tuple(ItemOutline(f"i{n}", "single_choice", tuple(f"o{n}{c}" for c in "abcd"), ()) for n in range(6))
    order = attempt_order(SectionOutline("sabcde", "fabcdefg", items), bytes(range(32)))
    assert " ".join(order.item_ids) == "i1 i2 i5 i0 i3 i4"
    assert " ".join(order.option_ids["i0"]) == "o0a o0d o0c o0b"


def test_candidates_get_different_orders_and_every_place_is_as_likely() -> None:
    items = tuple(ItemOutline(f"i{n}", "single_choice", tuple(f"o{n}{c}" for c in "abcd"), ()) for n in range(5))
    section = SectionOutline("sabcde", "fabcdefg", items)
    first: Counter[str] = Counter()
    option: Counter[int] = Counter()
    for number in range(2000):
        order = attempt_order(section, number.to_bytes(32))
        first[order.item_ids[0]] += 1
        option[order.option_ids["i3"].index("o3a")] += 1
    assert sum((n - 400) ** 2 / 400 for n in first.values()) < 18.47  # 4 degrees of freedom, once in a thousand
    assert sum((n - 500) ** 2 / 500 for n in option.values()) < 16.27  # 3 degrees of freedom, once in a thousand


@given(st.lists(st.booleans(), max_size=12), seeds)
def test_what_stays_stays_and_the_rest_is_all_there(stays: list[bool], seed: bytes) -> None:
    values = list(enumerate(stays))
    shuffled = shuffled_around(Draw(seed, "x"), values, lambda value: value[1])
    assert sorted(shuffled) == values
    assert all(shuffled[place] == value for place, value in enumerate(values) if value[1])


def test_an_outline_takes_items_without_options() -> None:
    document = {
        "format": "exam-candidate/1",
        "section_id": "s",
        "form_id": "f",
        "items": [{"item_id": "i", "type": "essay"}],
    }
    assert outline(document).items == (ItemOutline("i", "essay", (), ()),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document", [None, {}, {"format": "exam-candidate/2"}, {"format": "exam-candidate/1", "section_id": 1}]
)
def test_a_document_that_is_no_candidate_document_is_refused(document: object) -> None:
    with pytest.raises(DocumentError):
        outline(document)  # type: ignore[arg-type]
