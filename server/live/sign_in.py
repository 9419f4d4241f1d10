"""Candidates signing in: how many wrong codes a machine, and a number, may have; and who comes in with a right one.

The arithmetic is in docs/decisions/0097: 21^8 codes, and a whole hall of hostile machines tries some hundred thousand an
hour.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from server.protocol.messages import Denial, Denied

MAX_KEYS = 4096  # remembered of each bound, numbers real or not; the oldest are forgotten first


@dataclass(frozen=True, slots=True)
class Bound:
    """`tries` wrong codes within `window_s`, then a wait of `wait_s`; `anew`: the count begins again after it."""

    tries: int
    wait_s: int
    window_s: int
    anew: bool


OF_BOTH = Bound(5, 30, 3_600, anew=True)  # a candidate mistypes twice or thrice at their own machine
OF_KIOSK = Bound(20, 60, 3_600, anew=True)  # whoever goes through many numbers at one machine: 1,200 tries an hour
# Ten machines that do nothing else reach it, one neighbour alone never does: nobody is locked out by the next seat.
OF_NUMBER = Bound(6_000, 60, 3_600, anew=False)


@dataclass(slots=True)
class _Tries:
    since_ms: int
    wrong: int = 0
    wait_until_ms: int = 0


class _Counter:
    """Wrong codes by key, within one bound."""

    def __init__(self, bound: Bound) -> None:
        self.tries: OrderedDict[str, _Tries] = OrderedDict()
        self._bound = bound

    def wait_ms(self, key: str, now_ms: int) -> int:
        known = self.tries.get(key)
        left_ms = 0 if known is None else known.wait_until_ms - now_ms
        return left_ms if 0 < left_ms <= self._bound.wait_s * 1000 else 0  # more: room time was set back since

    def wrong(self, key: str, now_ms: int) -> int:
        """Count one; how many tries are left."""
        known = self.tries.get(key)
        if known is None or not 0 <= now_ms - known.since_ms < self._bound.window_s * 1000:
            known = self.tries[key] = _Tries(now_ms)
        self.tries.move_to_end(key)
        if len(self.tries) > MAX_KEYS:
            self.tries.popitem(last=False)
        known.wrong += 1
        left = self._bound.tries - known.wrong
        if left <= 0:
            known.wait_until_ms = now_ms + self._bound.wait_s * 1000
            known.wrong = 0 if self._bound.anew else known.wrong
        return max(0, left)


class SignInGuard:
    """Counts wrong codes for each machine, each candidate number, and each number at each machine; never for an address.

    A number nobody has is counted like any other, so that nothing tells which numbers exist. Safe from any thread.
    """

    def __init__(self) -> None:
        self._both, self._kiosk, self._number = _Counter(OF_BOTH), _Counter(OF_KIOSK), _Counter(OF_NUMBER)
        self._lock = threading.Lock()

    def waiting(self, kiosk_id: str, sbd: str, now_ms: int) -> Denied | None:
        """The refusal of a machine or number that must wait; None when a code may be tried."""
        with self._lock:
            wait_ms = self._wait_ms(kiosk_id, sbd, now_ms)
        if wait_ms == 0:
            return None
        return Denied(Denial.TOO_MANY_TRIES, tries_left=0, wait_s=-(-wait_ms // 1000))

    def wrong(self, kiosk_id: str, sbd: str, now_ms: int) -> Denied:
        """One more wrong code for this number at this machine: what the kiosk is told."""
        with self._lock:
            left = min(counter.wrong(key, now_ms) for counter, key in self._counters(kiosk_id, sbd))
            wait_ms = self._wait_ms(kiosk_id, sbd, now_ms)
        return Denied(Denial.WRONG_CODE, tries_left=left, wait_s=-(-wait_ms // 1000))

    def right(self, kiosk_id: str, sbd: str) -> None:
        """The code was right: earlier mistakes at this machine are forgotten."""
        with self._lock:
            for counter, key in self._counters(kiosk_id, sbd)[:2]:
                counter.tries.pop(key, None)

    def _wait_ms(self, kiosk_id: str, sbd: str, now_ms: int) -> int:
        return max(counter.wait_ms(key, now_ms) for counter, key in self._counters(kiosk_id, sbd))

    def _counters(self, kiosk_id: str, sbd: str) -> tuple[tuple[_Counter, str], ...]:
        number = sbd.strip().upper()
        return (self._both, f"{kiosk_id} {number}"), (self._kiosk, kiosk_id), (self._number, number)
