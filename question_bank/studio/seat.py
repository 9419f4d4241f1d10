"""Who sits before the studio: one browser, one person at a time, one language; and nobody, once it was left alone."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from question_bank.vault.people import Person
from question_bank.wording import Language

IDLE_MINUTES, MOST_IDLE_MINUTES = 15, 240
MINUTE_MS = 60_000


def _token() -> str:
    return secrets.token_urlsafe(24)


def elapsed_ms() -> int:
    """A clock that nobody sets, and that goes on while the computer sleeps where the system has such a one."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    return time.monotonic_ns() // 1_000_000


@dataclass(slots=True)
class Seat:
    """`form` is in every page and must come back with every act: a page that another person opened signs nothing.

    `idle_ms` is how long nobody may stir before the seat locks itself, by `clock`; `left` is who sat there then.
    """

    language: Language = "vi"
    person: Person | None = None
    form: str = field(default_factory=_token)
    lock: threading.Lock = field(default_factory=threading.Lock)
    idle_ms: int = IDLE_MINUTES * MINUTE_MS
    clock: Callable[[], int] = elapsed_ms
    left: Person | None = None
    _stirred_ms: int = 0

    def sit(self, person: Person) -> None:
        """Somebody signed in."""
        with self.lock:
            self.person, self.form, self.left = person, _token(), None
            self._stirred_ms = self.clock()

    def leave(self) -> None:
        """Nobody sits here now; what pages of before send is refused."""
        with self.lock:
            self.person, self.form = None, _token()

    def stir(self) -> None:
        """Whoever sits here has done something just now."""
        with self.lock:
            self._stirred_ms = self.clock()

    def lock_in_ms(self) -> int:
        """How long until the seat locks itself when nobody stirs; 0 when nobody sits here, or not any more."""
        with self.lock:
            if self.person is None:
                return 0
            rest = self._stirred_ms + self.idle_ms - self.clock()
            if rest <= 0:
                self.left, self.person, self.form = self.person, None, _token()
            return max(0, rest)
