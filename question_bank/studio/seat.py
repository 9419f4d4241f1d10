"""Who sits before the studio: one browser, one person at a time, one language."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field

from question_bank.vault.people import Person
from question_bank.wording import Language


def _token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(slots=True)
class Seat:
    """`form` is in every page and must come back with every act: a page that another person opened signs nothing."""

    language: Language = "vi"
    person: Person | None = None
    form: str = field(default_factory=_token)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sit(self, person: Person) -> None:
        """Somebody signed in."""
        with self.lock:
            self.person, self.form = person, _token()

    def leave(self) -> None:
        """Nobody sits here now; what pages of before send is refused."""
        with self.lock:
            self.person, self.form = None, _token()
