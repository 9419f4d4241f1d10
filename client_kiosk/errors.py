"""What can fail on a kiosk."""

from __future__ import annotations

from enum import Enum

from question_bank.errors import ExamRoomError


class KioskError(ExamRoomError):
    """The kiosk cannot do what was asked; nothing was half done."""


class OutboxError(KioskError):
    """The kiosk's own disk did not take a record: nothing may be shown as saved."""


class OrderError(KioskError):
    """The room's order of a paper names other items or options than the sealed paper; nothing of it is shown."""


class LinkError(KioskError):
    """The room's server cannot be reached, or is not the one this kiosk is paired with."""


def evidence(error: ExamRoomError) -> str:
    """The stable name of what failed, which follows a sentence on the screen in brackets, for the technician."""
    named = getattr(error, "code", None) or getattr(error, "fault", None)
    return str(named.value) if isinstance(named, Enum) else type(error).__name__
