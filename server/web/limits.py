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

    def is_over(self, rule: Rule, now_ms: int) -> bool:
        """Whether the window has passed, the pause included, or room time was set back since it began."""
        window_ms = rule.window_ms + max(0, self.until_ms - self.since_ms)
        return not 0 <= now_ms - self.since_ms < window_ms


class Limiter:
    """Counts tries by key. Safe to call from any thread; memory is bounded by MAX_KEYS a rule."""

    def __init__(self) -> None:
        self._tries: dict[Rule, OrderedDict[str, _Tries]] = {}
        self._lock = threading.Lock()

    def wait_ms(self, rule: Rule, key: str, now_ms: int) -> int:
        """How long this key has to wait now; 0 when it may try."""
        with self._lock:
            found = self._of(rule).get(key)
            if found is None or found.is_over(rule, now_ms):
                return 0
            return max(0, found.until_ms - now_ms)

    def count(self, rule: Rule, key: str, now_ms: int) -> None:
        """One more try of this key."""
        with self._lock:
            tries = self._of(rule)
            found = tries.pop(key, None)
            if found is None or found.is_over(rule, now_ms):
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
            self._of(rule).pop(key, None)

    def take_back(self, rule: Rule, key: str) -> None:
        """The last try was a right one, and does not count; those before it do."""
        with self._lock:
            found = self._of(rule).get(key)
            if found is not None:
                found.count -= 1
                found.until_ms = found.until_ms if found.count >= rule.tries else 0

    def _of(self, rule: Rule) -> OrderedDict[str, _Tries]:
        return self._tries.setdefault(rule, OrderedDict())
