"""Forms of equal difficulty: items of the same row change places until the mean expected facilities are near. Pure.

Every exchange makes the two forms' means nearer, so it ends; what it reaches is reported, not promised. Only items that
stand alone and whose facility is known are exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from question_bank.assembly.choosing import Choice, Chosen
from question_bank.assembly.problem import Problem
from question_bank.ids import BankItemId
from question_bank.items.model import Item

MOST_EXCHANGES = 400  # each makes two forms nearer; a handful a form is usual
SCALE = 10_000  # facilities as whole hundredths of a percent: sums are exact and fast


def levelled(found: Problem, choice: Choice, facility: Mapping[BankItemId, Fraction]) -> Chosen:
    """The items with exchanges made; as they are when nothing is known or there is one form."""
    known = {item: round(value * SCALE) for item, value in facility.items()}
    slots = [list(items) for items in choice.items]
    if len(found.forms) < 2 or not known:
        return choice.items
    for _ in range(MOST_EXCHANGES):
        best = next(_exchanges(found, slots, choice.tied, known), None)
        if best is None:
            break
        (a, x), (b, y) = best
        slots[a][x], slots[b][y] = slots[b][y], slots[a][x]
    return tuple(tuple(items) for items in slots)


def _exchanges(
    found: Problem, slots: list[list[Item]], tied: frozenset[str], known: Mapping[BankItemId, int]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The best exchange between the two forms that are farthest apart; of the next two when there is none."""
    size = len(slots) // len(found.forms)
    totals = [_total(found, slots, known, range(form * size, (form + 1) * size)) for form in range(len(found.forms))]
    means = [Fraction(total, weight) if weight else None for total, weight in totals]
    apart = [
        (abs(means[a] - means[b]), a, b)  # type: ignore[operator]
        for a, b in combinations(range(len(means)), 2)
        if means[a] is not None and means[b] is not None and means[a] != means[b]
    ]
    for gap, a, b in sorted(apart, key=lambda one: (-one[0], one[1:])):
        high, low = (a, b) if means[a] > means[b] else (b, a)  # type: ignore[operator]
        per_step = Fraction(1, totals[high][1]) + Fraction(1, totals[low][1])
        aim = gap / per_step  # marks times facility to move, so that the two are alike
        best: tuple[Fraction, tuple[int, int], tuple[int, int]] | None = None
        for step, one, other in _pairs(found, slots, tied, known, high * size, low * size, size):
            left = abs(aim - step)
            if left < aim and (best is None or left < best[0]):
                best = left, one, other
        if best is not None:
            yield best[1], best[2]


def _pairs(
    found: Problem, slots: list[list[Item]], tied: frozenset[str], known: Mapping[BankItemId, int], high: int, low: int, size: int
) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:  # fmt: skip
    """Every pair of one row that would bring the high form down, with how far."""
    for row in range(size):
        a, b = high + row, low + row
        mark = found.slots[a].plan.mark(found.slots[a].cell)
        for x, item in enumerate(slots[a]):
            if item.id in tied or item.id not in known:
                continue
            for y, other in enumerate(slots[b]):
                if other.id in tied or other.id not in known:
                    continue
                step = mark * (known[item.id] - known[other.id])
                if step > 0:
                    yield step, (a, x), (b, y)


def _total(found: Problem, slots: list[list[Item]], known: Mapping[BankItemId, int], form: range) -> tuple[int, int]:
    """Expected marks times SCALE, and the marks of the items that are known."""
    total = weight = 0
    for at in form:
        mark = found.slots[at].plan.mark(found.slots[at].cell)
        for item in slots[at]:
            if item.id in known and item.SCORED:
                total, weight = total + mark * known[item.id], weight + mark
    return total, weight
