"""Who chose which option: the strongest and the weakest 27 %, each option's correlation with the rest, a key that may be wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.item_stats.matrix import Pairs
from question_bank.item_stats.moments import correlation
from question_bank.item_stats.uncertainty import correlation_interval

# Kelley, T. L. (1939): The selection of upper and lower groups for the validation of test items. Journal of Educational
# Psychology 30, 17-24: with normal scores, 27 % at each end tell the groups apart best.
GROUP = Fraction(27, 100)


@dataclass(frozen=True, slots=True)
class Choices:
    """Which options were chosen: for each item its options in order and its key; for each candidate's row a set for each item.

    An empty set is no response, None an item that the candidate did not have (or whose choices are not known).
    """

    options: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, frozenset[str]]
    rows: tuple[tuple[frozenset[str] | None, ...], ...]


@dataclass(frozen=True, slots=True)
class OptionUse:
    """One option. `upper` and `lower` are the shares of the two groups that chose it, None where all earned alike.

    `discrimination` is upper - lower (Johnson 1951, Journal of Educational Psychology 42, 499-504); `rest_correlation` the
    correlation of having chosen it with the rest of the test. `option` is "" for candidates without a response.
    """

    option: str
    right: bool
    chosen: int
    share: float | None
    upper: float | None
    lower: float | None
    rest_correlation: float | None

    @property
    def discrimination(self) -> float | None:
        """How much more of the strong than of the weak chose it."""
        return None if self.upper is None or self.lower is None else self.upper - self.lower


@dataclass(frozen=True, slots=True)
class Suspicion:
    """An option that strong candidates prefer to the key; `sure` when chance explains it in fewer than one case of twenty or so."""

    option: str
    sure: bool


def groups(rests: Sequence[int]) -> tuple[list[float], list[float]] | None:
    """How much of each candidate belongs to the upper and to the lower 27 %; None where all are equal or there are fewer than two.

    A group has 0.27 n places, rounded to the nearest (half up), at least one. Candidates who are equal at its border share the
    places that are left: each belongs to it in part, so that no order among equals changes a figure.
    """
    n = len(rests)
    if n < 2 or min(rests) == max(rests):
        return None
    places = max(1, int(GROUP * n + Fraction(1, 2)))
    return _upper(rests, places), _upper([-rest for rest in rests], places)


def option_uses(
    pairs: Pairs, rows: Sequence[frozenset[str] | None], options: Sequence[str], key: frozenset[str]
) -> tuple[OptionUse, ...]:  # fmt: skip
    """Each option in order, and "" for no response when somebody gave none. `rows` are all candidates' choices for the item."""
    known = [
        (made, rest) for place, rest in zip(pairs.at, pairs.rests, strict=True) if (made := rows[place]) is not None
    ]
    rests = [rest for _, rest in known]
    ends = groups(rests)
    names = [*options, *([""] if any(not made for made, _ in known) else [])]
    found = []
    for name in names:
        chosen = [int(name in made if name else not made) for made, _ in known]
        upper, lower = (_share(chosen, end) for end in ends) if ends else (None, None)
        share = sum(chosen) / len(chosen) if chosen else None
        found.append(OptionUse(name, name in key, sum(chosen), share, upper, lower, correlation(chosen, rests)))
    return tuple(found)


def suspicion(uses: Sequence[OptionUse], n: int) -> Suspicion | None:
    """The distractor that looks more like the key than the key: more of the upper group chose it, and its correlation with the
    rest is positive and above that of a right option. `sure` when their 95 % intervals do not meet. None for an ordinary item."""
    right = [use for use in uses if use.right]
    weakest = min(right, key=lambda use: (_or_less(use.rest_correlation), use.option), default=None)
    if weakest is None:
        return None
    found: tuple[float, OptionUse] | None = None
    for use in uses:
        r = use.rest_correlation
        if use.right or not use.option or r is None or r <= 0 or r <= _or_less(weakest.rest_correlation):
            continue
        if use.upper is not None and use.upper > (weakest.upper or 0) and (found is None or r > found[0]):
            found = r, use
    if found is None:
        return None
    own = correlation_interval(found[0], n)
    keys = correlation_interval(weakest.rest_correlation, n)
    return Suspicion(found[1].option, own is not None and keys is not None and own.low > keys.high)


def _or_less(value: float | None) -> float:
    """A correlation; nobody (or everybody) chose the option when there is none: then it tells nobody apart."""
    return 0.0 if value is None else value


def _upper(values: Sequence[int], places: int) -> list[float]:
    border = sorted(values, reverse=True)[places - 1]
    above = sum(value > border for value in values)
    part = (places - above) / sum(value == border for value in values)
    return [1.0 if value > border else part if value == border else 0.0 for value in values]


def _share(chosen: Sequence[int], weights: Sequence[float]) -> float:
    return sum(made * weight for made, weight in zip(chosen, weights, strict=True)) / sum(weights)
