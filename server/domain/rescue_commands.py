"""What may be asked of a sitting about answers carried by hand and candidates who change their seats."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.rescue_events import AnswersRescued
from server.domain.values import Cause


@dataclass(frozen=True, slots=True)
class RecordRescue:
    """Note what an outbox that was brought in by hand has come to: the room's own word, after its records."""

    rescued: AnswersRescued


@dataclass(frozen=True, slots=True)
class MoveSeat:
    """Send a candidate to another seat; `to_kiosk_id` None: wherever there is a free one.

    `pause`: their clock stands from now until they have signed in again.
    """

    attempt_id: str
    to_kiosk_id: str | None
    to_seat: str
    reason: str
    cause: Cause
    officer_id: str
    pause: bool = False
