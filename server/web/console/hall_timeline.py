"""What of the hall stands in a candidate's history: each event in a sentence, more of it, and whether to look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from question_bank.phrase import Phrase, phrase
from server.domain.event import Event
from server.domain.hall_duty_events import ErratumSeen, MisconductRecorded, MisconductWithdrawn
from server.domain.hall_events import HandAnswered, HandLowered, HandRaised, MessageSeen, SeatLocked, SeatUnlocked
from server.protocol.hall import HandCategory, Seen

Said = tuple[Phrase, str, bool]

HANDS: Mapping[HandCategory, Phrase] = {
    HandCategory.EQUIPMENT: phrase("the machine, keyboard or mouse"),
    HandCategory.PAPER: phrase("something about the paper"),
    HandCategory.HEALTH: phrase("not well, or needs to leave"),
    HandCategory.OTHER: phrase("something else"),
}


def _seen(event: MessageSeen) -> Said:
    confirmed = event.how is Seen.CONFIRMED
    return (phrase("confirmed a message") if confirmed else phrase("a message was on the screen")), "", False


HALL_SAID: Mapping[type[Event], Callable[[Any], Said]] = {
    HandRaised: lambda event: (phrase("called a proctor: %(what)s", what=HANDS[event.category]), "", True),
    HandLowered: lambda event: (phrase("needs nobody any more"), "", False),
    HandAnswered: lambda event: (phrase("a proctor was there"), event.note, False),
    MessageSeen: _seen,
    ErratumSeen: lambda event: (phrase("a correction of an item, or its withdrawal, was on the screen"), "", False),
    SeatLocked: lambda event: (phrase("the screen was locked"), event.sentence, True),
    SeatUnlocked: lambda event: (phrase("the screen was unlocked"), "", False),
    MisconductRecorded: lambda event: (phrase("Misconduct: %(step)s", step=event.step.vi), event.note, True),
    MisconductWithdrawn: lambda event: (phrase("Misconduct step taken back"), event.reason, True),
}
