"""How far a figure from few candidates may be off: 95 % intervals, and a plain word. Pure."""

from __future__ import annotations

from enum import Enum
from math import atanh, exp, log, sqrt, tanh
from typing import NamedTuple

Z = 1.959963984540054  # the 97.5th percentile of the normal distribution


class Interval(NamedTuple):
    """From here to there, in 95 of 100 such groups of candidates."""

    low: float
    high: float


class Certainty(Enum):
    """What the number of candidates allows to say."""

    TOO_FEW = "too_few"
    ROUGH = "rough"
    STEADY = "steady"


# A discrimination of 0.3, which Ebel (1965, Measuring Educational Achievement) calls reasonably good, cannot be told from none
# below 46 candidates (1.96/√43 = 0.30); from 200 on its interval is ±0.14.
ROUGH_FROM = 46
STEADY_FROM = 200


def certainty(n: int) -> Certainty:
    """The word for figures that rest on n candidates."""
    if n < ROUGH_FROM:
        return Certainty.TOO_FEW
    return Certainty.ROUGH if n < STEADY_FROM else Certainty.STEADY


def share_interval(right: int, n: int) -> Interval | None:
    """Of a share of right and wrong responses, by its score test.

    Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.
    """
    if n < 1:
        return None
    share, spread = right / n, Z * Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def mean_interval(mean: float, sd: float, n: int) -> Interval | None:
    """Of a mean of partial marks: the normal approximation, mean ± 1.96 SD/√n, cut at 1."""
    if n < 2:
        return None
    half = Z * sd / sqrt(n)
    low = mean - half
    return Interval(max(0.0, low) if mean >= 0 else low, min(1.0, mean + half))


def correlation_interval(r: float | None, n: int) -> Interval | None:
    """Of a correlation, by the transformation z = artanh r, whose standard error is 1/√(n - 3).

    Fisher, R. A. (1921): On the “probable error” of a coefficient of correlation. Metron 1, 3-32.
    """
    if r is None or n < 4 or not -1 < r < 1:
        return None
    half = Z / sqrt(n - 3)
    return Interval(tanh(atanh(r) - half), tanh(atanh(r) + half))


def alpha_interval(alpha: float | None, items: int, n: int) -> Interval | None:
    """Of alpha: ln(1 - alpha) is about normal with variance 2k/((k - 1)(n - 2)).

    Bonett, D. G. (2002): Sample size requirements for testing and estimating coefficient alpha. Journal of Educational and
    Behavioral Statistics 27, 335-340.
    """
    if alpha is None or n < 3 or items < 2 or alpha >= 1:
        return None
    half = Z * sqrt(2 * items / ((items - 1) * (n - 2)))
    middle = log(1 - alpha)
    return Interval(1 - exp(middle + half), 1 - exp(middle - half))
