"""What keeps a form from being drawn is said exactly: which rows, which rules, and what earlier uses took away."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from question_bank.assembly.balance import balance
from question_bank.assembly.drawing import Drawn, check, draw_forms, feasible
from question_bank.assembly.search import Ended
from question_bank.assembly.shortages import Clash, FixedNotUsable, Undecided, Unusable
from question_bank.assembly.usable import DAY_MS, Circumstances, Use, overexposed
from question_bank.bank import Bank
from question_bank.blueprint import (
    Blueprint,
    ExclusionGroup,
    ExposureLimit,
    FixedItem,
    FormsPlan,
    SetName,
)
from question_bank.form import assemble_sets
from question_bank.ids import BankItemId
from question_bank.items.model import Item, Level
from question_bank.wording import render, use_language

Make = Callable[..., Item]
BankOf = Callable[..., Bank]
Plan = Callable[..., Blueprint]
NB, VD = Level.NHAN_BIET, Level.VAN_DUNG


def sentences(blueprint: Blueprint, bank: Bank, circumstances: Circumstances | None = None) -> list[str]:
    use_language("en")
    return [render(one.sentence()) for one in feasible(blueprint, bank, circumstances)]


def test_rows_that_find_too_few_items_are_all_named(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"X-{n}", "chu-de-3", VD) for n in range(3)])
    blueprint = plan([("chu-de-3", VD, 4), ("chu-de-4", NB, 1)])
    assert sentences(blueprint, bank) == [
        "topic chu-de-3, application: need 4, bank has 3",
        "topic chu-de-4, recognition: need 1, bank has 0",
    ]
    assert check(blueprint, bank) == feasible(blueprint, bank)


def test_a_row_of_one_type_is_named_with_it(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"C-{n}") for n in range(9)] + [item("T-0", kind="true_false")])
    assert sentences(plan([("t", NB, 4), ("t", NB, 2, ["true_false"])]), bank) == [
        "topic t, recognition (true or false): need 2, bank has 1"
    ]
    assert sentences(plan([("t", NB, 9), ("t", NB, 1, ["true_false"]), ("t", NB, 1, ["single_choice"])]), bank) == [
        "topic t, recognition: need 11, bank has 10"
    ]


def test_what_earlier_rounds_used_is_said(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"X-{n}") for n in range(5)])
    blueprint = plan([("t", NB, 4)], exposure=ExposureLimit(rounds=1))
    used = {BankItemId("X-0"): (Use(50, "thu", "vong-0"),), BankItemId("X-1"): (Use(50, "thu", "vong-0"),)}
    assert sentences(blueprint, bank, Circumstances(exposure=used)) == [
        "topic t, recognition: need 4, bank has 3 left and 2 used too recently or too often"
    ]
    taken = Circumstances(frozenset({BankItemId("X-4")}), used)
    assert sentences(blueprint, bank, taken)[0].endswith(
        "bank has 2 left, 1 in another set and 2 used too recently or too often"
    )


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (ExposureLimit(), ""),
        (ExposureLimit(rounds=1), "A"),
        (ExposureLimit(rounds=2), "AB"),
        (ExposureLimit(uses=2), "B"),
        (ExposureLimit(uses=1), "ABC"),
        (ExposureLimit(days=10), "AB"),
        (ExposureLimit(days=9), "A"),
        (ExposureLimit(rounds=1, uses=2), "AB"),
    ],
)
def test_each_limit_on_earlier_uses_counts_rounds_uses_or_days(plan: Plan, limit: ExposureLimit, expected: str) -> None:
    """D was used in this very round alone, which is no earlier use: a set may be drawn again."""
    day = 1000 * DAY_MS
    uses = {
        "A": (Use(day - 1, "thu", "vong-0"), Use(day, "thu", "vong-0")),
        "B": (Use(day - 10 * DAY_MS + 1, "khac", "r"), Use(day - 300 * DAY_MS, "khac", "q")),
        "C": (Use(day - 500 * DAY_MS, "khac", "p"),),
        "D": (Use(day, "thu", "vong-1"),),
    }
    circumstances = Circumstances(exposure={BankItemId(name): found for name, found in uses.items()}, now_ms=day)
    blueprint = plan([("t", NB, 1)], exposure=limit)
    assert "".join(sorted(overexposed(blueprint, circumstances))) == expected


def test_a_stimulus_goes_with_the_item_that_cannot_be_used(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"S-{n}", stimulus="BANG") for n in range(3)] + [item("X-0")])
    taken = Circumstances(frozenset({BankItemId("S-0")}))
    assert sentences(plan([("t", NB, 2)]), bank, taken) == [
        "topic t, recognition: need 2, bank has 1 left and 3 in another set"
    ]
    assert feasible(plan([("t", NB, 2)], split_stimuli=True), bank, taken) == []


def test_the_least_set_of_rules_that_clash_is_named(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([
        item("A", excludes=["B"]), item("B"), item("C", excludes=["D"]), item("D"),
        item("E", topic="u", excludes=["F"]), item("F", topic="u"), item("G", topic="u"),
    ])  # fmt: skip
    [clash] = feasible(plan([("t", NB, 3), ("u", NB, 2)]), bank)
    assert isinstance(clash, Clash)
    assert {items for items, _ in clash.groups} == {("A", "B"), ("C", "D")}
    assert (clash.topic, clash.need, clash.have) == ("t", 3, 2)
    assert sentences(plan([("t", NB, 3), ("u", NB, 2)]), bank) == [
        "topic t, recognition: need 3, but only 2 can be had together: at most 1 of A, B; at most 1 of C, D"
    ]


def test_a_stimulus_that_does_not_fit_is_named(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"S-{n}", stimulus="BANG") for n in range(3)] + [item("X")])
    assert sentences(plan([("t", NB, 2)]), bank) == [
        "topic t, recognition: need 2, but only 1 can be had together: stimulus BANG with all of S-0, S-1, S-2"
    ]
    fixed = (FixedItem(BankItemId("X"), "phan-1"), FixedItem(BankItemId("S-1"), "phan-1"))
    [clash] = feasible(plan([("t", NB, 3)], fixed=fixed), bank)
    assert isinstance(clash, Clash)
    assert clash.fixed == ("X",)
    assert clash.stimuli


def test_groups_of_which_one_form_may_have_some_are_kept_to(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"X-{n}") for n in range(5)])
    group = (ExclusionGroup(tuple(BankItemId(f"X-{n}") for n in range(4)), 2),)
    assert feasible(plan([("t", NB, 3)], exclude=group), bank) == []
    [clash] = feasible(plan([("t", NB, 4)], exclude=group), bank)
    assert isinstance(clash, Clash)
    assert clash.groups == ((("X-0", "X-1", "X-2", "X-3"), 2),)
    assert (clash.need, clash.have) == (4, 3)


@pytest.mark.parametrize(
    ("fixed", "reason"),
    [
        (FixedItem(BankItemId("none"), "phan-1"), Unusable.UNKNOWN),
        (FixedItem(BankItemId("X-0"), "phan-9"), Unusable.NO_SECTION),
        (FixedItem(BankItemId("U-0"), "phan-1"), Unusable.NO_ROW),
        (FixedItem(BankItemId("X-1"), "phan-1"), Unusable.TAKEN),
        (FixedItem(BankItemId("X-2"), "phan-1"), Unusable.EXPOSED),
    ],
)
def test_a_fixed_item_that_cannot_be_used_is_named_with_the_reason(
    item: Make, bank_of: BankOf, plan: Plan, fixed: FixedItem, reason: Unusable
) -> None:
    bank = bank_of([item(f"X-{n}") for n in range(6)] + [item("U-0", topic="u")])
    circumstances = Circumstances(frozenset({BankItemId("X-1")}), {BankItemId("X-2"): (Use(1, "k", "r"),)})
    blueprint = plan([("t", NB, 2)], fixed=(fixed,), exposure=ExposureLimit(uses=1))
    assert feasible(blueprint, bank, circumstances) == [FixedNotUsable(fixed.item, reason)]


def test_an_item_fixed_in_both_sets_is_refused_where_sets_share_nothing(
    item: Make, bank_of: BankOf, plan: Plan
) -> None:
    bank = bank_of([item(f"X-{n}") for n in range(8)])
    fixed = (FixedItem(BankItemId("X-0"), "phan-1"),)
    both = tuple(SetName)
    assert feasible(plan([("t", NB, 2)], fixed=fixed), bank, sets=both) == [
        FixedNotUsable(BankItemId("X-0"), Unusable.TAKEN)
    ]
    one = (FixedItem(BankItemId("X-0"), "phan-1", 0, SetName.PRIMARY),)
    assert feasible(plan([("t", NB, 2)], fixed=one), bank, sets=both) == []


def test_blocks_that_do_not_fit_between_fixed_places_are_not_called_short(
    item: Make, bank_of: BankOf, plan: Plan
) -> None:
    """A stimulus of two cannot stand at place 1 when its second item is fixed there."""
    bank = bank_of([item("S-0", stimulus="B"), item("S-1", stimulus="B"), item("X")])
    blueprint = plan([("t", NB, 2)], keep_order=True, fixed=(FixedItem(BankItemId("S-1"), "phan-1", 1),))
    assert all(isinstance(one, Undecided) for one in feasible(blueprint, bank))
    assert feasible(blueprint, bank)


def test_a_search_at_its_bound_says_that_it_does_not_know(
    item: Make, bank_of: BankOf, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("question_bank.assembly.drawing.choose", lambda *_: Ended.AT_ITS_BOUND)
    [one] = feasible(plan([("t", NB, 1)]), bank_of([item("X")]))
    assert isinstance(one, Undecided)
    assert render(one.sentence())


def test_facilities_that_are_known_make_forms_alike(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"X-{n:03d}", level=NB if n % 2 else VD) for n in range(120)])
    facility = {one.id: Fraction((place * 37) % 91 + 5, 100) for place, one in enumerate(bank.items)}
    blueprint = plan([("t", NB, 15), ("t", VD, 15)], forms=FormsPlan(4))
    plain, levelled = (
        draw_forms(bank, blueprint, bytes(32), (SetName.PRIMARY,), Circumstances(facility=known)) for known in ({}, facility)
    )  # fmt: skip
    assert isinstance(plain, dict)
    assert isinstance(levelled, dict)

    def means(drawn: Drawn) -> list[Fraction]:
        return [
            sum((facility[one.item.id] for part in parts for one in part), Fraction(0)) / 30 for parts in drawn.values()
        ]

    before, after = means(plain), means(levelled)
    assert max(after) - min(after) < Fraction(1, 200) < max(before) - min(before)
    ids = [{one.item.id for part in parts for one in part} for parts in (*plain.values(), *levelled.values())]
    assert set.union(*ids[:4]) == set.union(*ids[4:])


def test_the_balance_report_says_what_the_forms_hold(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of([item(f"X-{n}") for n in range(9)] + [item(f"T-{n}", kind="true_false") for n in range(4)])
    blueprint = plan([("t", NB, 3, ["single_choice"]), ("t", NB, 2, ["true_false"], 50)], forms=FormsPlan(2))
    known = Circumstances(facility={BankItemId(f"X-{n}"): Fraction(1, 2) for n in range(9)})
    forms = assemble_sets(bank, blueprint, bytes(32), (SetName.PRIMARY,), known)
    assert isinstance(forms, tuple)
    report = balance(bank, blueprint, forms, known)
    assert report.holds
    assert [(one.name, one.items, one.marks, one.known, one.facility) for one in report.forms] == [
        ("101", 5, 400, 3, Fraction(1, 2)), ("102", 5, 400, 3, Fraction(1, 2)),
    ]  # fmt: skip
    assert [{kind.type: count for kind, count in one.counts.items()} for one in report.forms] == [
        {"single_choice": 3, "true_false": 2}
    ] * 2
    assert report.overlaps == ((5, 0), (0, 5))
    assert [sum(one.key_places) for one in report.forms] == [3, 3]
    assert report.facility_spread == 0
    document = report.document()
    assert document["holds"] is True
    assert "X-1" not in str(document)


def test_forms_that_are_not_what_was_asked_for_are_found_out(item: Make, bank_of: BankOf, plan: Plan) -> None:
    bank = bank_of(
        [item(f"X-{n}", excludes=["X-1"] if n == 0 else []) for n in range(8)]
        + [item(f"S-{n}", stimulus="B") for n in range(2)]
    )
    asked = plan([("t", NB, 2)], forms=FormsPlan(2))
    forms = assemble_sets(bank, asked, bytes(32), (SetName.PRIMARY,))
    assert isinstance(forms, tuple)
    one, two = forms

    def fails(blueprint: Blueprint, *made: object, circumstances: Circumstances | None = None) -> set[str]:
        report = balance(bank, blueprint, made, circumstances or Circumstances())  # type: ignore[arg-type]
        return {proof.code for proof in report.proofs if not proof.holds}

    held = frozenset(one.bank_items)
    assert fails(asked, one, two) == set()
    assert fails(asked, one, one) == {"forms"}
    assert fails(plan([("t", VD, 2)], forms=FormsPlan(2)), one, two) == {"rows"}
    assert fails(plan([("t", NB, 2, (), 50)], forms=FormsPlan(2)), one, two) == {"rows"}
    assert fails(plan([("t", NB, 3)], forms=FormsPlan(2)), one, two) == {"rows"}
    assert fails(asked, one, two, circumstances=Circumstances(held)) == {"taken"}
    used = {name: (Use(1, "k", "r"),) for name in held}
    limited = plan([("t", NB, 2)], forms=FormsPlan(2), exposure=ExposureLimit(uses=1))
    assert fails(limited, one, two, circumstances=Circumstances(exposure=used)) == {"exposure"}
    assert fails(plan([("t", NB, 2)], forms=FormsPlan(2), exclude=(ExclusionGroup(tuple(held)),)), one, two) == {
        "exclusions"
    }
    missing = next(name for name in ("X-2", "X-3", "X-4", "X-5", "X-6") if name not in one.bank_items | two.bank_items)
    assert fails(
        plan([("t", NB, 2)], forms=FormsPlan(2), fixed=(FixedItem(BankItemId(missing), "phan-1"),)), one, two
    ) == {"fixed"}
