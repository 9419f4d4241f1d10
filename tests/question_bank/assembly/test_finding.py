"""A form is found when there is one, and only then: held against trying everything; and every choice is as likely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.assembly.balance import balance
from question_bank.assembly.drawing import draw_forms, feasible
from question_bank.assembly.shortages import Clash, Shortfall
from question_bank.assembly.usable import Circumstances
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, ExclusionGroup, FixedItem, FormItems, FormsPlan, SetName
from question_bank.form import Form, assemble_sets
from question_bank.ids import BankItemId
from question_bank.items.model import Item, Level

Make = Callable[..., Item]
BankOf = Callable[..., Bank]
Plan = Callable[..., Blueprint]
NB, TH = Level.NHAN_BIET, Level.THONG_HIEU
BOTH = tuple(SetName)
SEED = bytes(range(32))


def drawn(
    bank: Bank, blueprint: Blueprint, seed: bytes = SEED, sets: tuple[SetName, ...] = (SetName.PRIMARY,)
) -> list[set[str]]:
    found = draw_forms(bank, blueprint, seed, sets, Circumstances())
    assert isinstance(found, dict), found
    return [{one.item.id for section in sections for one in section} for sections in found.values()]


def fills(items: tuple[Item, ...], blueprint: Blueprint) -> bool:
    """Whether these items, in some order, are what the sections' rows ask for, stimuli in one section each."""
    seats = [(n, cell) for n, plan in enumerate(blueprint.sections) for cell in plan.cells for _ in range(cell.count)]
    for order in permutations(items):
        if all(
            cell.takes(one.common.topic, one.common.level, one.NAME)
            for one, (_, cell) in zip(order, seats, strict=True)
        ):
            homes: dict[str, set[int]] = {}
            for one, (section, _) in zip(order, seats, strict=True):
                homes.setdefault(one.common.stimulus or one.id, set()).add(section)
            codes = {f.item: [p.code for p in blueprint.sections].index(f.section) for f in blueprint.fixed}
            at_home = all(homes[one.common.stimulus or one.id] == {codes[one.id]} for one in items if one.id in codes)
            if at_home and all(len(found) == 1 for found in homes.values()):
                return True
    return False


def possible(bank: Bank, blueprint: Blueprint, forms: int) -> bool:
    """By trying every choice of items."""
    whole = Counter(one.common.stimulus for one in bank.items)
    good: list[set[str]] = []
    for some in combinations(bank.items, blueprint.item_count):
        ids: set[str] = {one.id for one in some}
        if not {one.item for one in blueprint.fixed} <= ids:
            continue
        if any(len(ids & set(group.items)) > group.most for group in blueprint.exclude):
            continue
        if any(set(one.common.excludes) & ids for one in some):
            continue
        parts = Counter(one.common.stimulus for one in some if one.common.stimulus)
        if any(parts[stimulus] != whole[stimulus] for stimulus in parts) or not fills(some, blueprint):
            continue
        good.append(ids)
    fixed = {one.item for one in blueprint.fixed}
    near = {one.common.stimulus for one in bank.items if one.id in fixed and one.common.stimulus}
    fixed |= {one.id for one in bank.items if one.common.stimulus in near and one.common.stimulus}
    return any(
        all(not (a & b) - fixed for a, b in combinations(some, 2)) for some in combinations_of(good, forms)
    )  # fmt: skip


def combinations_of(good: list[set[str]], forms: int) -> list[tuple[set[str], ...]]:
    return [(one,) for one in good] if forms == 1 else [(a, b) for a in good for b in good]


@st.composite
def puzzles(draw: st.DrawFn) -> tuple[list[dict[str, object]], list[list[tuple[object, ...]]], dict[str, object]]:
    """Up to seven items that hang together in all ways, one or two sections of up to four, one or two forms."""
    count = draw(st.integers(2, 7))
    names = [f"X-{n}" for n in range(count)]
    items: list[dict[str, object]] = []
    for name in names:
        others = [other for other in names if other != name]
        items.append({
            "name": name, "topic": draw(st.sampled_from("ab")), "level": draw(st.sampled_from([NB, TH])),
            "kind": draw(st.sampled_from(["single_choice", "true_false"])),
            "stimulus": draw(st.sampled_from(["", "", "S1", "S2"])),
            "excludes": draw(st.lists(st.sampled_from(others), max_size=1)),
        })  # fmt: skip
    cell = st.tuples(
        st.sampled_from("ab"), st.sampled_from([NB, TH]), st.integers(1, 2),
        st.sampled_from([(), ("true_false",), ("single_choice",), ("single_choice", "true_false")]),
    )  # fmt: skip
    sections = draw(st.lists(st.lists(cell, min_size=1, max_size=2), min_size=1, max_size=2))
    groups = (
        draw(st.lists(st.lists(st.sampled_from(names), min_size=3, max_size=4, unique=True), max_size=1))
        if count > 3
        else []
    )
    fixed = draw(st.lists(st.sampled_from(names), max_size=1))
    fields: dict[str, object] = {
        "forms": FormsPlan(draw(st.integers(1, 2))),
        "exclude": tuple(ExclusionGroup(tuple(BankItemId(one) for one in group), 2) for group in groups),
        "fixed": tuple(FixedItem(BankItemId(one), f"phan-{draw(st.integers(1, len(sections)))}") for one in fixed),
    }
    return items, sections, fields  # type: ignore[return-value]


@settings(max_examples=250)
@given(puzzles(), st.binary(min_size=32, max_size=32))
def test_a_form_is_found_exactly_when_trying_everything_finds_one(
    item: Make, bank_of: BankOf, plan: Plan,
    puzzle: tuple[list[dict[str, object]], list[list[tuple[object, ...]]], dict[str, object]], seed: bytes,
) -> None:  # fmt: skip
    bank = bank_of(item(**one) for one in puzzle[0])
    blueprint = plan(*puzzle[1], **puzzle[2])
    forms = assemble_sets(bank, blueprint, seed, (SetName.PRIMARY,))
    expected = blueprint.item_count <= len(bank.items) and possible(bank, blueprint, blueprint.forms.count)
    assert isinstance(forms, tuple) is expected, forms
    if isinstance(forms, tuple):
        report = balance(bank, blueprint, forms, Circumstances())
        assert [proof for proof in report.proofs if not proof.holds] == []
    else:
        assert forms


def test_the_greedy_choice_is_taken_back(item: Make, bank_of: BankOf, plan: Plan) -> None:
    """Two rows want the same items: the one that takes any type must leave the true-or-false ones alone."""
    bank = bank_of([item(f"C-{n}") for n in range(3)] + [item(f"T-{n}", kind="true_false") for n in range(2)])
    blueprint = plan([("t", NB, 3), ("t", NB, 2, ["true_false"])])
    for number in range(20):
        assert drawn(bank, blueprint, number.to_bytes(32)) == [{"C-0", "C-1", "C-2", "T-0", "T-1"}]


def test_what_is_worth_nothing_is_drawn_only_where_a_row_names_its_type(
    item: Make, bank_of: BankOf, plan: Plan
) -> None:
    bank = bank_of([item(f"C-{n}") for n in range(4)] + [item(f"P-{n}", kind="prediction") for n in range(2)])
    assert feasible(plan([("t", NB, 5)]), bank) != []
    for number in range(20):
        for one in drawn(bank, plan([("t", NB, 2)]), number.to_bytes(32), BOTH):
            assert {name[0] for name in one} == {"C"}
        for one in drawn(bank, plan([("t", NB, 2), ("t", NB, 1, ["prediction"])]), number.to_bytes(32), BOTH):
            assert sorted(name[0] for name in one) == ["C", "C", "P"]
    forms = assemble_sets(bank, plan([("t", NB, 2)]), SEED, BOTH)
    assert isinstance(forms, tuple), forms
    assert [
        proof for proof in balance(bank, plan([("t", NB, 2)]), forms, Circumstances()).proofs if not proof.holds
    ] == []


def test_the_first_set_leaves_the_second_what_it_needs(item: Make, bank_of: BankOf, plan: Plan) -> None:
    """Drawn one after the other, the first would take both halves of an exclusion's only way out half of the time."""
    bank = bank_of([
        item("A", excludes=["B"]), item("B"), item("C"), item("D", excludes=["C"]),
    ])  # fmt: skip
    blueprint = plan([("t", NB, 2)])
    for number in range(30):
        first, second = drawn(bank, blueprint, number.to_bytes(32), BOTH)
        assert first | second == {"A", "B", "C", "D"}
        assert {"A", "B"} not in (first, second)
        assert {"C", "D"} not in (first, second)


def test_a_large_puzzle_that_cannot_be_solved_is_proven_so(item: Make, bank_of: BankOf, plan: Plan) -> None:
    """Twenty pairs that exclude each other give twenty items, never twenty-one; stimuli of two never give an odd number."""
    pairs = [item(f"P-{n:02d}", excludes=[f"P-{n ^ 1:02d}"]) for n in range(40)]
    assert feasible(plan([("t", NB, 20)]), bank_of(pairs)) == []
    [short] = feasible(plan([("t", NB, 21)]), bank_of(pairs))
    assert isinstance(short, Clash)
    assert (short.need, short.have, len(short.groups)) == (21, 20, 20)
    twos = [item(f"S-{n:02d}", stimulus=f"S{n // 2}") for n in range(40)]
    assert feasible(plan([("t", NB, 20)]), bank_of(twos)) == []
    [short] = feasible(plan([("t", NB, 21)]), bank_of(twos))
    assert isinstance(short, Clash)
    assert short.stimuli


def chi_square(counts: Counter[str], names: list[str]) -> float:
    expected = sum(counts[name] for name in names) / len(names)
    return sum((counts[name] - expected) ** 2 / expected for name in names)


@pytest.mark.parametrize(
    ("items", "cells"),
    [
        ([{}] * 10, [("t", NB, 3)]),
        ([{}] * 6 + [{"kind": "true_false"}] * 4, [("t", NB, 3)]),
        ([{"stimulus": f"S{n // 2}"} for n in range(10)], [("t", NB, 4)]),
        ([{"excludes": [f"X-{n ^ 1}"]} for n in range(10)], [("t", NB, 2)]),
        ([{}] * 5 + [{"stimulus": "S1"}] * 2 + [{"excludes": ["X-8"]}, {}, {}], [("t", NB, 3)]),
    ],
)
def test_every_item_of_a_row_is_as_likely(
    item: Make, bank_of: BankOf, plan: Plan, items: list[dict[str, object]], cells: list[tuple[object, ...]]
) -> None:
    bank = bank_of(item(f"X-{n}", **fields) for n, fields in enumerate(items))
    blueprint, counts = plan(cells), Counter[str]()
    for number in range(3000):
        [found] = drawn(bank, blueprint, number.to_bytes(32))
        counts.update(found)
    if items[-1] == {} and items[5] != {} and len(items) == 10 and items[0] == {}:
        # Where something binds the likelihoods are near, not equal: nobody is left out, nobody is preferred by half.
        assert min(counts.values()) / max(counts.values()) > 0.6
    else:
        assert chi_square(counts, [one.id for one in bank.items]) < 27.88  # 9 degrees of freedom, once in a thousand


def test_a_row_of_one_type_beside_a_row_of_any_is_drawn_evenly(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"C-{n}") for n in range(6)] + [item(f"T-{n}", kind="true_false") for n in range(6)])
    counts = Counter[str]()
    for number in range(2000):
        counts.update(drawn(bank, plan([("t", NB, 2, ["true_false"]), ("t", NB, 3)]), number.to_bytes(32))[0])
    assert chi_square(counts, [f"C-{n}" for n in range(6)]) < 20.5
    assert chi_square(counts, [f"T-{n}" for n in range(6)]) < 20.5


def test_forms_of_a_set_share_what_the_blueprint_says(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of(item(f"X-{n}") for n in range(12))
    cells = [("t", NB, 4)]
    one, two, three = drawn(bank, plan(cells, forms=FormsPlan(3)))
    assert not (one & two)
    assert not (two & three)
    assert not (one & three)
    same = drawn(bank, plan(cells, forms=FormsPlan(3, FormItems.SAME)), sets=BOTH)
    assert same[0] == same[1] == same[2]
    assert same[3] == same[4] == same[5]
    assert not same[0] & same[3]
    loose = drawn(bank, plan(cells, forms=FormsPlan(5, FormItems.ANY)), sets=BOTH)
    assert len(loose) == 10
    assert not set[str]().union(*loose[:5]) & set[str]().union(*loose[5:])
    assert isinstance(draw_forms(bank, plan(cells, forms=FormsPlan(5)), SEED, BOTH, Circumstances()), list)


def test_forms_with_the_same_items_have_them_in_other_orders(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of(item(f"X-{n:02d}") for n in range(20))
    forms = assemble_sets(bank, plan([("t", NB, 15)], forms=FormsPlan(4, FormItems.SAME)), SEED, (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    assert [form.code for form in forms] == ["101", "102", "103", "104"]
    assert len({tuple(one.bank_item for one in form.sections[0].marking.items) for form in forms}) == 4
    assert len({form.package_id for form in forms}) == 4
    assert len({frozenset(form.bank_items) for form in forms}) == 1


def test_sets_may_share_items_where_the_blueprint_allows_it(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of(item(f"X-{n}") for n in range(5))
    [short] = feasible(plan([("t", NB, 4)]), bank, sets=BOTH)
    assert isinstance(short, Shortfall)
    assert (short.need, short.have) == (8, 5)
    assert len(drawn(bank, plan([("t", NB, 4)], sets_share=True), sets=BOTH)) == 2


def test_the_same_seed_draws_the_same_forms(item: Make, bank_of: BankOf, plan: Plan) -> None:
    items = [
        item(f"X-{n:02d}", stimulus=f"S{n // 3}" if n < 9 else "", excludes=["X-20"] if n > 25 else [])
        for n in range(30)
    ]
    blueprint = plan([("t", NB, 9)], forms=FormsPlan(2))

    def made(bank: Bank) -> list[dict[str, object]]:
        forms = assemble_sets(bank, blueprint, SEED, (SetName.PRIMARY,))
        assert isinstance(forms, tuple)
        return [dict(form.document()) for form in forms]

    assert made(bank_of(items)) == made(bank_of(reversed(items)))


def test_fixed_items_are_in_every_form_at_their_place(item: Make, bank_of: BankOf, plan: Plan) -> None:
    items = [item(f"X-{n:02d}") for n in range(16)] + [item(f"S-{n}", stimulus="BANG") for n in range(3)]
    fixed = (
        FixedItem(BankItemId("X-05"), "phan-1", 1),
        FixedItem(BankItemId("S-1"), "phan-1", 4),
        FixedItem(BankItemId("X-09"), "phan-1"),
    )
    blueprint = plan([("t", NB, 8)], keep_order=True, fixed=fixed, forms=FormsPlan(3))
    forms = assemble_sets(bank_of(items), blueprint, SEED, (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    for form in forms:
        order = [one.bank_item for one in form.sections[0].marking.items]
        assert order[0] == "X-05"
        assert order[2:5] == ["S-0", "S-1", "S-2"]
        assert "X-09" in order
    assert isinstance(forms[0], Form)
    shared = forms[0].bank_items & forms[1].bank_items
    assert shared == {"X-05", "X-09", "S-0", "S-1", "S-2"}


def test_an_item_is_worth_what_its_row_says(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"C-{n}") for n in range(3)] + [item("T-0", kind="true_false")])
    forms = assemble_sets(
        bank, plan([("t", NB, 2, ["single_choice"]), ("t", NB, 1, ["true_false"], 250)]), SEED, (SetName.PRIMARY,)
    )
    assert isinstance(forms, tuple)
    marks = {one.bank_item[0]: one.max_mark for one in forms[0].sections[0].marking.items}
    assert marks == {"C": 100, "T": 250}
    assert forms[0].sections[0].marking.max_marks == 450
