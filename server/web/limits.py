"""How often something may be tried. In memory: a restart forgives, and the lasting defence is a slow password hash.

Passwords are counted per user name and address together, so that nobody locks an officer out from another machine;
per user name with a wider bound, against many machines trying together; and per address with a bound that a lab of
three hundred computers behind one router stays under.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

MAX_KEYS = 10_000  # of each rule, tries remembered; a flood of addresses pushes no tries of passwords out


@dataclass(frozen=True, slots=True)
class Rule:
    """`tries` within `window_ms`, then each further one waits: `pause_ms`, doubled each time up to `longest_ms`."""

    tries: int
    window_ms: int
    pause_ms: int
    longest_ms: int


PASSWORD = Rule(tries=5, window_ms=10 * 60_000, pause_ms=15_000, longest_ms=5 * 60_000)
PASSWORD_ANYWHERE = Rule(tries=40, window_ms=10 * 60_000, pause_ms=15_000, longest_ms=60_000)
REQUESTS = Rule(tries=1_200, window_ms=60_000, pause_ms=2_000, longest_ms=10_000)  # POSTs of one address


@dataclass(slots=True)
class _Tries:
    count: int
    since_ms: int
    until_ms: int


class Limiter:
    """Counts tries by key. Safe to call from any thread; memory is bounded by MAX_KEYS a rule."""

    def __init__(self) -> None:
        self._tries: dict[Rule, OrderedDict[str, _Tries]] = {}
        self._lock = threading.Lock()

    def wait_ms(self, rule: Rule, key: str, now_ms: int) -> int:
        """How long this key has to wait now; 0 when it may try."""
        with self._lock:
            found = self._tries.get(rule, {}).get(key)
            return max(0, found.until_ms - now_ms) if found is not None else 0

    def count(self, rule: Rule, key: str, now_ms: int) -> None:
        """One more try of this key."""
        with self._lock:
            tries = self._tries.setdefault(rule, OrderedDict())
            found = tries.pop(key, None)
            if found is None or now_ms - found.since_ms >= rule.window_ms + max(0, found.until_ms - found.since_ms):
                found = _Tries(0, now_ms, 0)
            found.count += 1
            if found.count >= rule.tries:
                # Bound: the shift stays small however often someone tries.
                doubled = rule.pause_ms << min(found.count - rule.tries, 16)
                found.until_ms = now_ms + min(doubled, rule.longest_ms)
            tries[key] = found
            while len(tries) > MAX_KEYS:
                tries.popitem(last=False)

    def forget(self, rule: Rule, key: str) -> None:
        """The right password was given: start anew."""
        with self._lock:
            self._tries.get(rule, {}).pop(key, None)
