"""Puzzles that are hard for a search: it ends within its bound, and what it claims it has proven."""

from __future__ import annotations

from collections.abc import Callable

from question_bank.assembly.drawing import feasible
from question_bank.assembly.shortages import Clash, Undecided
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.draw import Draw
from question_bank.items.model import Item, Level

NB = Level.NHAN_BIET
Make = Callable[..., Item]


def tangled(item: Make, count: int, one_in: int) -> list[Item]:
    """Items of which each excludes every so manieth before it, by lot."""
    draw = Draw(bytes(32), "tangle")
    return [
        item(f"X-{n:03d}", excludes=[f"X-{other:03d}" for other in range(n) if draw.below(one_in) == 0])
        for n in range(count)
    ]  # fmt: skip


def test_a_dense_tangle_with_room_is_solved_and_one_without_is_said_to_be_short_or_undecided(
    item: Make, bank_of: Callable[..., Bank], plan: Callable[..., Blueprint]
) -> None:
    bank = bank_of(tangled(item, 150, 20))
    assert feasible(plan([("t", NB, 25)]), bank) == []
    [short] = feasible(plan([("t", NB, 140)]), bank)
    assert isinstance(short, (Clash, Undecided))


def test_the_largest_choice_from_a_small_tangle_is_known_exactly(
    item: Make, bank_of: Callable[..., Bank], plan: Callable[..., Blueprint]
) -> None:
    """Held against trying every set of twelve items that exclude one another in a ring: six fit, seven do not."""
    ring = bank_of(item(f"R-{n:02d}", excludes=[f"R-{(n + 1) % 12:02d}"]) for n in range(12))
    assert feasible(plan([("t", NB, 6)]), ring) == []
    [clash] = feasible(plan([("t", NB, 7)]), ring)
    assert isinstance(clash, Clash)
    assert (clash.need, clash.have) == (7, 6)


class Clock:
    """`late` after it was asked so many times; counts how often it is asked still when it has said so."""

    def __init__(self, patience: int) -> None:
        self.left, self.after = patience, 0

    def __call__(self) -> bool:
        self.left -= 1
        self.after += self.left < 0
        return self.left < 0


def test_a_search_is_given_up_at_once_when_its_time_is_up(
    item: Make, bank_of: Callable[..., Bank], plan: Callable[..., Blueprint]
) -> None:
    clock = Clock(3_000)
    found = feasible(plan([("t", NB, 60)]), bank_of(tangled(item, 150, 20)), late=clock)
    assert [type(one) for one in found] == [Undecided]
    assert 0 < clock.after < 20


def test_why_there_is_no_form_is_not_looked_for_longer_than_there_is_time(
    item: Make, bank_of: Callable[..., Bank], plan: Callable[..., Blueprint]
) -> None:
    """Proven to be impossible while there was time: then that is said, with more rules than the least."""
    ring = bank_of(item(f"R-{n:02d}", excludes=[f"R-{(n + 1) % 12:02d}"]) for n in range(12))
    blueprint = plan([("t", NB, 7)])
    whole = Clock(10**9)
    [least] = feasible(blueprint, ring, late=whole)
    asked = 10**9 - whole.left
    proven = next(n for n in range(1, asked) if isinstance(feasible(blueprint, ring, late=Clock(n))[0], Clash))
    [clash] = feasible(blueprint, ring, late=Clock(proven))
    assert isinstance(least, Clash)
    assert isinstance(clash, Clash)
    assert proven < asked
    assert set(least.groups) <= set(clash.groups)


def test_a_stimulus_of_many_items_for_rows_that_overlap_is_placed_without_trying_every_order(
    item: Make, bank_of: Callable[..., Bank], plan: Callable[..., Blueprint]
) -> None:
    """Fifteen items in four rows have a thousand million orders, and 816 ways that differ."""
    shared = [item(f"S-{n:02d}", stimulus="BANG") for n in range(15)]
    bank = bank_of([*shared, *(item(f"X-{n:02d}") for n in range(60))])
    types = [(), ("single_choice",), ("single_choice", "true_false"), ("single_choice", "matching")]
    assert feasible(plan([("t", NB, 6, some) for some in types]), bank, late=Clock(200_000)) == []
