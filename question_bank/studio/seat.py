"""Who sits before the studio: one browser, one person at a time, one language; and nobody, once it was left alone."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import NamedTuple

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


class Sitting(NamedTuple):
    """One person's time at the seat, or nobody's. `form` is in every page of it, and comes back with every act."""

    person: Person | None
    form: str


_OF_REQUEST: ContextVar[Sitting | None] = ContextVar("sitting", default=None)


def _nobody() -> Sitting:
    return Sitting(None, _token())


@dataclass(slots=True)
class Seat:
    """Who sits here now; within a request, who sat here when it was checked: another may have come while it was sent.

    `idle_ms` is how long nobody may stir before the seat locks itself, by `clock`; `left` is who sat there then.
    """

    language: Language = "vi"
    lock: threading.Lock = field(default_factory=threading.Lock)
    idle_ms: int = IDLE_MINUTES * MINUTE_MS
    clock: Callable[[], int] = elapsed_ms
    left: Person | None = None
    _stirred_ms: int = 0
    _now: Sitting = field(default_factory=_nobody)

    @property
    def person(self) -> Person | None:
        """Whose page this is; None when nobody has signed in."""
        return self._here().person

    @property
    def who(self) -> Person:
        """Whoever has signed in: no page but those open to all is shown, and nothing done, for nobody (`guard`)."""
        person = self.person
        assert person is not None
        return person

    @property
    def form(self) -> str:
        """The token of pages: one that another person opened signs nothing."""
        return self._here().form

    def check_in(self) -> Token[Sitting | None]:
        """Have this request be of whoever sits here now, until it checks out with what this gives."""
        return _OF_REQUEST.set(self._now)

    def check_out(self, token: Token[Sitting | None]) -> None:
        """The request has ended."""
        _OF_REQUEST.reset(token)

    def _here(self) -> Sitting:
        return _OF_REQUEST.get() or self._now

    def sit(self, person: Person) -> None:
        """Somebody signed in."""
        with self.lock:
            self._now, self.left = Sitting(person, _token()), None
            self._stirred_ms = self.clock()

    def leave(self) -> None:
        """Nobody sits here now; what pages of before send is refused."""
        with self.lock:
            self._now = _nobody()

    def stir(self) -> None:
        """Whoever sits here has done something just now."""
        with self.lock:
            self._stirred_ms = self.clock()

    def lock_in_ms(self) -> int:
        """How long until the seat locks itself when nobody stirs; 0 when nobody sits here, or not any more."""
        with self.lock:
            if self._now.person is None:
                return 0
            rest = self._stirred_ms + self.idle_ms - self.clock()
            if rest <= 0:
                self.left, self._now = self._now.person, _nobody()
            return max(0, rest)
