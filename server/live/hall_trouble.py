"""What of the hall waits for somebody: the switch of papers, the next word, raised hands, unread messages, locks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from question_bank.canonical import JSON
from server.domain.hall_state import Message
from server.domain.state import SittingState
from server.live.picture import Facts, Object, SeatFacts
from server.protocol.hall import MAX_TOLD

Row: TypeAlias = tuple[str, int, SeatFacts | None, int, Object | None]
"""Code, harm, the seat, since when (ms), and the act that most often helps."""

UNREAD_MS = 60_000  # a message that nobody has seen after a minute is worth a look
SILENT_MS = 2 * 60_000  # everybody stands so long and has heard of no next word
LOCKED_LONG_MS = 10 * 60_000  # a lock that nobody seems to remember

HARMS: Mapping[str, int] = {
    "reserve_sealed": 85,
    "reserve_ready": 85,
    "hand_health": 72,
    "next_word_due": 68,
    "hand_equipment": 58,
    "hand_paper": 57,
    "hand_other": 56,
    "next_word_missing": 54,
    "locked_long": 22,
    "message_unread": 18,
}


def of_the_hall(facts: Facts, seats: Iterable[SeatFacts]) -> list[Row]:
    """The rows now; of a seat they stand beside its worst trouble, since a person asks."""
    rows = [*_switch(facts), *_next_word(facts)]
    told = [one for one in facts.state.hall.messages.values() if not one.withdrawn][-MAX_TOLD:]
    for seat in seats:
        rows += _of_seat(facts, seat, told)
    return rows


def _row(code: str, seat: SeatFacts | None, since_ms: int, act: Object | None) -> Row:
    return code, HARMS[code], seat, since_ms, act


def _switch(facts: Facts) -> Iterator[Row]:
    switch = facts.state.hall.switch
    if switch is None or switch.given:
        return
    if facts.state.paper is None:
        yield _row("reserve_sealed", None, switch.at_ms, None)
    else:
        yield _row("reserve_ready", None, switch.at_ms, {"kind": "give_reserve", "args": {"who": None}})


def _next_word(facts: Facts) -> Iterator[Row]:
    """Due, or missing where everybody waits: candidates who hear nothing for long hear rumours."""
    word, waits_ms = facts.state.hall.next_word, _all_wait_since(facts.state)
    if word is not None and facts.now_ms >= word.due_at_ms:
        yield _row("next_word_due", None, word.due_at_ms, {"kind": "next_word", "args": {}})
    elif word is None and waits_ms is not None and facts.now_ms - waits_ms >= SILENT_MS:
        yield _row("next_word_missing", None, waits_ms, {"kind": "next_word", "args": {}})


def _all_wait_since(state: SittingState) -> int | None:
    """Since when nobody's clock runs of those who are in a part; None while somebody works, or nobody is in one."""
    pauses = [part.ledger.running_pause for one in state.attempts.values() if (part := one.running) is not None]
    if len(pauses) < 2 or any(one is None for one in pauses):
        return None
    return max(one.from_ms for one in pauses if one is not None)


def _of_seat(facts: Facts, seat: SeatFacts, told: Sequence[Message]) -> Iterator[Row]:
    attempt, hall = seat.attempt, facts.state.hall
    if attempt is None:
        return
    who: JSON = [attempt.attempt_id]
    if (hand := hall.hands.get(attempt.attempt_id)) is not None:
        act: Object = {"kind": "answer_hand", "args": {"who": who, "category": hand.category.value}}
        yield _row(f"hand_{hand.category.value}", seat, hand.since_ms, act)
    lock = hall.locks.get(attempt.attempt_id)
    if lock is not None and attempt.running is not None and facts.now_ms - lock.at_ms >= LOCKED_LONG_MS:
        yield _row("locked_long", seat, lock.at_ms, {"kind": "unlock", "args": {"who": who}})
    came_ms, unread = attempt.seatings[0].at_ms, []
    if attempt.current is None or attempt.running is not None:
        unread = [
            one.at_ms for one in told
            if one.is_for(attempt.attempt_id) and not one.has_reached(attempt.attempt_id)
            and (one.who is not None or one.at_ms >= came_ms)
        ]  # fmt: skip
    if unread and facts.now_ms - unread[0] >= UNREAD_MS:
        yield _row("message_unread", seat, unread[0], None)
