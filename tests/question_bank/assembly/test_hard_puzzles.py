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
