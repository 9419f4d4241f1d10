"""When a disk will be full, from how fast it has been filling. Pure, bounded, and silent where nothing is to be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Sample: TypeAlias = tuple[int, int]  # (instant in ms on any steady clock, bytes free)

MAX_SAMPLES = 90  # the newest count: a quarter of an hour, one every ten seconds
LEAST_SPAN_MS = 60_000  # a burst of a few seconds is no growth
LEAST_SAMPLES = 4
LEAST_BYTES_A_S = 1024  # slower than this, a disk outlives every exam
FURTHEST_MS = 24 * 3_600_000  # nobody acts on what is a day away


def full_in_ms(samples: Sequence[Sample], now_ms: int, keep_bytes: int = 0) -> int | None:
    """In how long the disk has only `keep_bytes` left; None when it is not filling, or nobody could say.

    By the median of the slopes between all pairs of samples half the span apart or more (Theil–Sen): one large file that
    came and went moves it little. 0 when it is so far already. `samples` in the order of time.
    """
    known = samples[-MAX_SAMPLES:]
    if not known:
        return None
    free = known[-1][1]
    if free <= keep_bytes:
        return 0
    span_ms = known[-1][0] - known[0][0]
    if len(known) < LEAST_SAMPLES or span_ms < LEAST_SPAN_MS:
        return None
    slopes = sorted(
        (before[1] - after[1]) * 1000 / (after[0] - before[0])
        for place, before in enumerate(known) for after in known[place + 1 :]
        if after[0] - before[0] >= span_ms / 2
    )  # fmt: skip
    bytes_a_s = slopes[len(slopes) // 2] if slopes else 0.0
    if bytes_a_s < LEAST_BYTES_A_S:
        return None
    left_ms = int((free - keep_bytes) * 1000 / bytes_a_s) - max(0, now_ms - known[-1][0])
    return max(0, left_ms) if left_ms <= FURTHEST_MS else None


@dataclass(frozen=True, slots=True)
class History:
    """What was seen of one disk, oldest first; a value. `most` samples are kept."""

    samples: tuple[Sample, ...] = ()
    most: int = MAX_SAMPLES

    def seen(self, at_ms: int, free_bytes: int) -> History:
        """With one more sample; one that is not later than the last replaces it."""
        kept = self.samples if not self.samples or at_ms > self.samples[-1][0] else self.samples[:-1]
        kept = tuple(one for one in kept if one[0] < at_ms)
        return History((*kept, (at_ms, free_bytes))[-self.most :], self.most)
