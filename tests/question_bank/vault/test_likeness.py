"""Items that say nearly the same: none is missed, and what differs is left in peace."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.folder import read_bank
from question_bank.ids import BankItemId
from question_bank.items._choice import Choice
from question_bank.vault.likeness import ALIKE, Index, alike, likeness, prints
from question_bank.vault.people import Person
from question_bank.vault.vault import Vault

SAMPLES = Path(__file__).resolve().parents[3] / "question_bank/samples/bank"


@given(
    st.dictionaries(
        st.integers(0, 40).map(lambda n: BankItemId(f"X-{n:03d}")),
        st.frozensets(st.sampled_from("abcdefgh"), max_size=8),
    ),
    st.integers(1, 100),
)
def test_all_couples_from_the_threshold_on_are_found_and_no_other(
    items: dict[BankItemId, frozenset[str]], threshold: int
) -> None:
    by_hand = {
        (one, other): percent
        for one, other in itertools.combinations(sorted(items), 2)
        if (percent := likeness(items[one], items[other])) >= threshold
    }
    assert {(couple.first, couple.second): couple.percent for couple in alike(items, threshold)} == by_hand
    index = Index()
    for name in items:
        index.put(name, frozenset("abc"))  # something else before
    for name, found in items.items():
        index.put(name, found)
    for name, found in items.items():
        near = dict(index.nearest(found, threshold))
        assert near.pop(name, None) == (100 if found else None)
        assert near == {
            other: percent for couple, percent in by_hand.items() if name in couple for other in couple if other != name
        }


def test_items_of_the_sample_bank_are_not_taken_for_each_other() -> None:
    items = {item.id: prints(item) for item in read_bank(SAMPLES).bank.items}
    assert alike(items) == []


def test_the_same_item_with_other_letters_order_or_a_few_other_words_is_found(make_item: Callable[..., Choice]) -> None:
    item = make_item("X-1")
    stem = "Theo Luật Giao dịch điện tử, chữ ký số có giá trị pháp lý khi nào?"
    item = replace(item, common=replace(item.common, stem=stem))
    turned = replace(
        item,
        options=tuple(
            replace(one, text=other.text) for one, other in zip(item.options, reversed(item.options), strict=True)
        ),
    )
    assert likeness(prints(item), prints(turned)) == 100
    reworded = replace(item, common=replace(item.common, stem=stem.replace("Theo Luật", "Căn cứ Luật").upper()))
    assert likeness(prints(item), prints(reworded)) >= ALIKE
    other = replace(item, common=replace(item.common, stem="Văn bản hành chính gồm những loại nào?"),
                    options=tuple(replace(one, text=f"Nội dung khác thứ {one.label}") for one in item.options))  # fmt: skip
    assert likeness(prints(item), prints(other)) < ALIKE


def test_an_item_without_words_is_like_none() -> None:
    assert likeness(frozenset(), frozenset()) == 0
    assert alike({BankItemId("A"): frozenset(), BankItemId("B"): frozenset()}) == []


def test_what_is_worked_out_beforehand_in_slices_is_what_is_found_when_somebody_asks(
    vault: Vault, make_item: Callable[..., Choice]
) -> None:
    by = Person("An")
    for number in range(5):
        vault.items.write(make_item(f"X-{number}"), by)
    assert [vault.index_more(2) for _ in range(4)] == [True, True, False, False]
    changed = replace(make_item("X-0"), options=make_item("X-0").options[:2])
    changed = replace(
        changed, common=replace(changed.common, stem="Nội dung nào khác hẳn những câu còn lại trong ngân hàng?")
    )
    before = {name for name, _ in vault.like(make_item("X-9"))}
    vault.items.write(changed, by)
    assert before == {BankItemId(f"X-{number}") for number in range(5)}
    assert {name for name, _ in vault.like(make_item("X-9"))} == before - {changed.id}
    assert vault.index_more(2) is False
