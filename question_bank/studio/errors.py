"""Why the studio cannot be started."""

from __future__ import annotations

from question_bank.errors import ExamRoomError


class StudioError(ExamRoomError):
    """The studio cannot run here: no browser, no port, or the packages its pages need are not installed."""
