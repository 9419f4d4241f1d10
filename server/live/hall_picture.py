"""What the console shows of the hall, as docs/console-protocol.md defines it. Pure views."""

from __future__ import annotations

from question_bank.canonical import JSON
from server.domain.state import SittingState


def hall_row(state: SittingState) -> dict[str, JSON]:
    """The hall as a whole."""
    switch, word = state.hall.switch, state.hall.next_word
    switching: JSON = None
    if switch is not None and not switch.given:
        switching = {"since_ms": switch.at_ms, "opened": state.paper is not None}
    return {
        "switch": switching,
        "next_word": None if word is None else {"text": word.text, "due_ms": word.due_at_ms},
    }


def hall_of_seat(state: SittingState, attempt_id: str) -> dict[str, JSON]:
    """One candidate's hand and lock."""
    hand, lock = state.hall.hands.get(attempt_id), state.hall.locks.get(attempt_id)
    return {
        "hand": None if hand is None else {"category": hand.category.value, "since_ms": hand.since_ms},
        "lock": None if lock is None else {
            "sentence": lock.sentence, "since_ms": lock.at_ms, "stands": lock.clock_stands,
        },
    }  # fmt: skip
