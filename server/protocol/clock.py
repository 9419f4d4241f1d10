"""Room time on a kiosk: offset and uncertainty from four timestamps, on the kiosk's own monotonic clock. Pure.

The wall clocks of kiosks are never read: a PC set to the wrong year sits the exam like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

DRIFT_PPM = 200  # a PC's crystal is within 100 ppm of true; two of them drift apart by at most the sum
STALE_MS = 60_000  # an estimate older than this gives way to any newer one


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and answer: t1, t4 on the kiosk's monotonic clock, t2, t3 in room time; all ms."""

    t1_ms: int
    t2_ms: int
    t3_ms: int
    t4_ms: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """Room time = monotonic + `offset_ms`, right to ± `uncertainty_ms` at monotonic instant `at_ms`."""

    offset_ms: int
    uncertainty_ms: int
    at_ms: int


def estimate(exchange: Exchange) -> Estimate | None:
    """What one exchange tells (RFC 5905 §8); None when its stamps are impossible (a clock ran backwards)."""
    there_and_back = exchange.t4_ms - exchange.t1_ms
    inside = exchange.t3_ms - exchange.t2_ms
    if inside < 0 or there_and_back < inside:
        return None
    offset = (exchange.t2_ms - exchange.t1_ms + exchange.t3_ms - exchange.t4_ms) // 2
    # Whole milliseconds: each stamp is cut off by under 1 ms and the halving by ½, so 2 more cover the truth.
    return Estimate(offset, (there_and_back - inside + 1) // 2 + 2, exchange.t4_ms)


def uncertainty_ms(known: Estimate, now_ms: int) -> int:
    """How wrong the estimate may be at monotonic instant `now_ms`, drift included."""
    return known.uncertainty_ms + (max(0, now_ms - known.at_ms) * DRIFT_PPM + 999_999) // 1_000_000


def better(known: Estimate | None, new: Estimate) -> Estimate:
    """The estimate to go on with: the new one unless the old is still surer, and room time is still the same."""
    if known is None or new.at_ms - known.at_ms > STALE_MS:
        return new
    doubt_ms = uncertainty_ms(known, new.at_ms)
    # Further apart than both can be wrong: room time was set anew.
    moved = abs(new.offset_ms - known.offset_ms) > doubt_ms + new.uncertainty_ms
    return new if moved or new.uncertainty_ms <= doubt_ms else known


def room_time_ms(known: Estimate, monotonic_ms: int) -> int:
    """Room time at a monotonic instant."""
    return monotonic_ms + known.offset_ms


def remaining_ms(deadline_at_ms: int, room_at_ms: int) -> int:
    """Time left, never below zero."""
    return max(0, deadline_at_ms - room_at_ms)
