"""The figures of a test and of each of its items, in one pass over the marks. Pure.

What cannot be known (too few candidates, nothing that varies) is None, never a number that is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import sqrt

from question_bank.item_stats.distractors import Choices, OptionUse, Suspicion, option_uses, suspicion
from question_bank.item_stats.matrix import Matrix, Pairs, pairs
from question_bank.item_stats.moments import correlation, deviation, efficiency, mean, variance
from question_bank.item_stats.uncertainty import (
    Certainty,
    Interval,
    alpha_interval,
    certainty,
    correlation_interval,
    mean_interval,
    share_interval,
)


class Flag(Enum):
    """What somebody should look at."""

    POSSIBLE_WRONG_KEY = "possible_wrong_key"
    NEGATIVE_DISCRIMINATION = "negative_discrimination"
    NO_VARIANCE = "no_variance"
    UNUSED_OPTION = "unused_option"


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item. Facility and SD are shares of its maximum; the correlations run from -1 to 1.

    facility: the mean share of the maximum (Moodle: facility index). sd: the standard deviation of the shares, divisor n - 1.
    discrimination: the *corrected item-rest correlation*: Pearson's r of the item with the rest of the test, the item left out
    (Guilford 1953, Educational and Psychological Measurement 13, 87-93; Moodle: discrimination index). discriminative_efficiency: the covariance with
    the rest as a part of the largest these marks allow (Moodle, Quiz statistics calculations: C(x, X)/C_max(x, X)); at most 1, and it may be below -1.
    """

    id: str
    n: int
    facility: float | None
    facility_interval: Interval | None
    sd: float | None
    discrimination: float | None
    discrimination_interval: Interval | None
    discriminative_efficiency: float | None
    certainty: Certainty
    flags: tuple[Flag, ...]
    options: tuple[OptionUse, ...] = ()
    suspicion: Suspicion | None = None


@dataclass(frozen=True, slots=True)
class TestStatistics:
    """The whole test. Mean, SD and standard error are of totals, one for each item's maximum; of candidates with all marks known (`complete`).

    alpha: Cronbach, L. J. (1951): Coefficient alpha and the internal structure of tests. Psychometrika 16, 297-334; Moodle calls
    100 alpha the coefficient of internal consistency. standard_error: SD √(1 - alpha), the standard error of measurement (Lord
    and Novick 1968, Statistical Theories of Mental Test Scores, ch. 3).
    """

    __test__ = False  # the name is no test's

    candidates: int
    complete: int
    mean: float | None
    sd: float | None
    alpha: float | None
    alpha_interval: Interval | None
    standard_error: float | None
    certainty: Certainty
    items: tuple[ItemStatistics, ...]


def statistics(matrix: Matrix, choices: Choices | None = None) -> TestStatistics:
    """All figures; items in the order of the columns. With `choices` (rows as the matrix has them) the options' too."""
    items = tuple(_item(matrix, place, one, choices) for place, one in enumerate(pairs(matrix)))
    complete = [row for row in matrix.rows if None not in row]
    totals = [sum(share for share in row if share is not None) for row in complete]
    found = _alpha(complete, totals, matrix.scale)
    sd = deviation(totals, matrix.scale)
    return TestStatistics(
        candidates=len(matrix.rows),
        complete=len(complete),
        mean=mean(totals, matrix.scale),
        sd=sd,
        alpha=found,
        alpha_interval=alpha_interval(found, len(matrix.items), len(complete)),
        standard_error=None if found is None or sd is None else sd * sqrt(max(0.0, 1 - found)),
        certainty=certainty(len(complete)),
        items=items,
    )


def _alpha(rows: Sequence[Sequence[int | None]], totals: Sequence[int], scale: int) -> float | None:
    """k/(k - 1) · (1 - Σ variances of items / variance of totals); None below two items or candidates, or without variance."""
    items = len(rows[0]) if rows else 0
    of_totals = variance(totals, 1)
    if items < 2 or not of_totals:
        return None
    columns = zip(*rows, strict=True)
    exact = sum((Fraction(_squares([share or 0 for share in column])) for column in columns), Fraction(0))
    return float(Fraction(items, items - 1) * (1 - exact / _squares(totals)))


def _squares(values: Sequence[int]) -> int:
    """n² times the variance with divisor n: the divisors of the quotient cancel out."""
    return len(values) * sum(value * value for value in values) - sum(values) ** 2


def _item(matrix: Matrix, place: int, one: Pairs, choices: Choices | None) -> ItemStatistics:
    known = [share for row in matrix.rows if (share := row[place]) is not None]
    facility, sd = mean(known, matrix.scale), deviation(known, matrix.scale)
    found = correlation(one.shares, one.rests)
    uses, suspect = _options(matrix.items[place], place, one, choices)
    return ItemStatistics(
        id=matrix.items[place],
        n=len(known),
        facility=facility,
        facility_interval=_facility_interval(known, matrix.scale, facility, sd),
        sd=sd,
        discrimination=found,
        discrimination_interval=correlation_interval(found, len(one.at)),
        discriminative_efficiency=efficiency(one.shares, one.rests),
        certainty=certainty(len(known)),
        flags=tuple(_flags(known, found, uses, suspect)),
        options=uses,
        suspicion=suspect,
    )


def _options(
    item: str, place: int, one: Pairs, choices: Choices | None
) -> tuple[tuple[OptionUse, ...], Suspicion | None]:
    if choices is None or item not in choices.options:
        return (), None
    rows = [row[place] for row in choices.rows]
    uses = option_uses(one, rows, choices.options[item], choices.keys.get(item, frozenset()))
    n = sum(rows[at] is not None for at in one.at)
    return uses, suspicion(uses, n)


def _facility_interval(known: Sequence[int], scale: int, facility: float | None, sd: float | None) -> Interval | None:
    if all(share in (0, scale) for share in known):
        return share_interval(sum(share == scale for share in known), len(known))
    return None if facility is None or sd is None else mean_interval(facility, sd, len(known))


def _flags(
    known: Sequence[int], found: float | None, uses: Sequence[OptionUse], suspect: Suspicion | None
) -> list[Flag]:
    flags = []
    if suspect is not None:
        flags.append(Flag.POSSIBLE_WRONG_KEY)
    if found is not None and found < 0:
        flags.append(Flag.NEGATIVE_DISCRIMINATION)
    if len(known) > 1 and min(known) == max(known):
        flags.append(Flag.NO_VARIANCE)
    if any(use.option and not use.chosen for use in uses):
        flags.append(Flag.UNUSED_OPTION)
    return flags
