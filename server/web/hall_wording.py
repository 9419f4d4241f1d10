"""What happens in the hall, in words that pages and minutes share."""

from __future__ import annotations

from question_bank.phrase import Phrase, phrase
from server.domain.hall_events import ReserveSwitchBegan
from server.domain.hall_state import Switch
from server.protocol.hall import ClockRule

MINUTE_MS = 60_000


def switch_rule(switch: Switch | ReserveSwitchBegan) -> Phrase:
    """How the clocks are set for another paper."""
    if switch.clock is ClockRule.FULL:
        return phrase("Everybody has the whole time of the part again.")
    return phrase("Everybody has the time that was left, but at least %(n)s minutes.", n=switch.least_ms // MINUTE_MS)
