"""Room time: an anchor plus a monotonic clock, so that nobody who sets the computer's date moves a deadline.

After a restart the heartbeat gives the anchor; where the whole computer was restarted it must trust the wall clock, and
the kiosks, whose monotonic clocks went on, then say whether that was right (`Anchoring`).
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median_low

from server.store.locks import native_lock

WITNESSES_LEAST = 3  # kiosks that must agree on how far off room time is before it is moved
WITNESS_WINDOW_MS = 10_000  # after the first witness: every kiosk retries within 4 s (protocol.sequence)
TOLERATED_MS = 250  # an anchor this close is left alone: kiosks know room time no better on a busy network


class RoomClock:
    """Room time in ms since 1970 UTC; never goes backwards, but where `step` says so.

    `monotonic_ms` and `wall_ms` are the computer's clocks in ms; `started_ms` is room time now (`heartbeat` knows it).
    """

    def __init__(self, monotonic_ms: Callable[[], int], wall_ms: Callable[[], int], started_ms: int) -> None:
        self._monotonic_ms = monotonic_ms
        self._wall_ms = wall_ms
        self._lock = native_lock()
        self._base_ms = started_ms - monotonic_ms()
        self._last_ms = 0

    def now_ms(self) -> int:
        """Room time now."""
        with self._lock:
            self._last_ms = max(self._last_ms, self._monotonic_ms() + self._base_ms)
            return self._last_ms

    def monotonic_ms(self) -> int:
        """The computer's monotonic clock, which nobody sets: for how long something lasts."""
        return self._monotonic_ms()

    def wall_ms(self) -> int:
        """The computer's own idea of the time."""
        return self._wall_ms()

    def set(self, now_ms: int) -> Callable[[], None]:
        """Room time is `now_ms` now; a step back shows as a clock that stands still until it is caught up with.

        What is returned takes it back.
        """
        with self._lock:
            before_ms, self._base_ms = self._base_ms, now_ms - self._monotonic_ms()
        return lambda: self._back_to(before_ms)

    def step(self, now_ms: int) -> Callable[[], None]:
        """Room time is `now_ms` now, earlier or not. What is returned takes it back."""
        with self._lock:
            self._last_ms = 0
        return self.set(now_ms)

    def not_before(self, at_ms: int) -> None:
        """Room time is `at_ms` at least, the last instant of a journal, and goes on from there.

        A heartbeat that was lost, or a journal of another computer: all that is decided must follow what was decided.
        """
        with self._lock:
            self._base_ms = max(self._base_ms, at_ms - self._monotonic_ms())

    def _back_to(self, base_ms: int) -> None:
        with self._lock:
            self._base_ms = base_ms


class Anchoring:
    """What the kiosks say about room time after a restart: the first estimate of each, until enough have spoken."""

    def __init__(self) -> None:
        self._offsets: dict[str, int] = {}
        self._until_ms: int | None = None
        self._done = False

    def witness(self, kiosk_id: str, estimate_at_ms: int, now_ms: int, expected: int) -> int | None:
        """Note one kiosk's estimate of room time; by how much to move the clock once everyone expected has spoken.

        None while waiting, and for ever after the one answer. Bound: one number a kiosk.
        """
        if self._done or kiosk_id in self._offsets:
            return None
        self._offsets[kiosk_id] = estimate_at_ms - now_ms
        if self._until_ms is None:
            self._until_ms = now_ms + WITNESS_WINDOW_MS
        enough = len(self._offsets) >= max(expected, WITNESSES_LEAST)
        if not enough and now_ms < self._until_ms:
            return None
        self._done = True
        if len(self._offsets) < WITNESSES_LEAST:
            return None
        offset = median_low(sorted(self._offsets.values()))
        return offset if abs(offset) > TOLERATED_MS else None
