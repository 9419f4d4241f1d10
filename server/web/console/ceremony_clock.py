"""The room's date and time at the ceremony: an official confirms what the screen shows, or sets it right."""

from __future__ import annotations

from datetime import datetime

from question_bank.phrase import phrase
from server.live.sitting_service import Sitting
from server.web.times import VIETNAM

MOST_MS = 400 * 24 * 3_600_000  # more than a year ahead or back is a slip of the keyboard

REFUSED = phrase(
    "Give day and time as 20/11/2026 and 08:05:30. Once the paper is open, room time can be set back by 2 minutes at most."
)


def read(day: str, time: str) -> int | None:
    """The instant a person typed, in ms since 1970 UTC."""
    for form in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"):
        try:
            return int(datetime.strptime(f"{day} {time}", form).replace(tzinfo=VIETNAM).timestamp() * 1000)
        except ValueError:
            continue
    return None


def may_become(wanted_ms: int, now_ms: int) -> bool:
    """Whether room time may be set to this before the paper is opened (afterwards the room itself has a bound)."""
    return -MOST_MS <= wanted_ms - now_ms <= MOST_MS


def is_confirmed(sitting: Sitting) -> bool:
    """Whether an officer has confirmed room time, or set it, since the sitting was prepared."""
    return sitting.state.confirmed_at_ms is not None
