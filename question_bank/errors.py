"""The root of every error this distribution raises on purpose."""

from __future__ import annotations


class ExamRoomError(Exception):
    """The world failed, or was made to fail; `hint` is one line saying what a person can do about it.

    A refusal decided by the domain is a returned value, and a content problem is an entry in a list:
    neither is an exception.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
