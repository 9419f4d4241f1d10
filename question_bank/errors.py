"""The root of every error this distribution raises on purpose."""

from __future__ import annotations

from question_bank.phrase import Phrase, english, phrase


class ExamRoomError(Exception):
    """The world failed, or was made to fail; `hint` is one line saying what a person can do about it.

    `str(error)` and `hint` are English, for logs and programs; people get `said` and `advice` through `wording.render`.
    What stands in brackets is in the words of whoever said it: the system, SQLite, a peer.
    A refusal decided by the domain is a returned value, and a content problem is an entry in a list:
    neither is an exception.
    """

    def __init__(self, message: Phrase | str, *, hint: Phrase | str = "") -> None:
        super().__init__(english(message))
        self.said = message
        self.advice = hint

    @property
    def hint(self) -> str:
        """The advice in English."""
        return english(self.advice)


def with_evidence(what: Phrase, code: str, detail: Phrase | str) -> Phrase:
    """A refusal with the name of its rule and what was found, for the technician."""
    if not detail:
        return phrase("%(what)s [%(code)s]", what=what, code=code)
    return phrase("%(what)s [%(code)s: %(detail)s]", what=what, code=code, detail=detail)
