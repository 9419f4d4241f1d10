"""What can fail on a kiosk."""

from __future__ import annotations

from question_bank.errors import ExamRoomError


class KioskError(ExamRoomError):
    """The kiosk cannot do what was asked; nothing was half done."""


class OutboxError(KioskError):
    """The kiosk's own disk did not take a record: nothing may be shown as saved."""


class LinkError(KioskError):
    """The room's server cannot be reached, or is not the one this kiosk is paired with."""
