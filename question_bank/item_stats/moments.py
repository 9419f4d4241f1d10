"""Sums of whole numbers and what follows from them: exact until the last step, so that no variance of 0 looks like a tiny one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt


def mean(values: Sequence[int], scale: int) -> float | None:
    """The arithmetic mean as a share; None of nothing."""
    return float(Fraction(sum(values), len(values) * scale)) if values else None


def variance(values: Sequence[int], scale: int) -> float | None:
    """The unbiased variance (divisor n - 1); None below two values."""
    n = len(values)
    return float(Fraction(_spread(values), n * (n - 1) * scale * scale)) if n > 1 else None


def deviation(values: Sequence[int], scale: int) -> float | None:
    """The standard deviation, the root of the unbiased variance."""
    found = variance(values, scale)
    return None if found is None else sqrt(found)


def correlation(xs: Sequence[int], ys: Sequence[int]) -> float | None:
    """Pearson's r; None where either does not vary. Never beyond -1 … 1."""
    both = _spread(xs) * _spread(ys)
    if both <= 0:
        return None
    together = _together(xs, ys)
    # r² is an exact fraction: one root, one rounding, and exactly 1 where the points lie on a line.
    return sqrt(Fraction(together * together, both)) * (1 if together > 0 else -1 if together < 0 else 0)


def efficiency(xs: Sequence[int], ys: Sequence[int]) -> float | None:
    """The covariance as a part of the largest that these same values could have, were they in the same order; None when that is 0."""
    most = _together(sorted(xs), sorted(ys))
    return float(Fraction(_together(xs, ys), most)) if most else None


def _spread(values: Sequence[int]) -> int:
    """n² times the variance with divisor n."""
    return _together(values, values)


def _together(xs: Sequence[int], ys: Sequence[int]) -> int:
    """n² times the covariance with divisor n."""
    return len(xs) * sum(x * y for x, y in zip(xs, ys, strict=True)) - sum(xs) * sum(ys)
