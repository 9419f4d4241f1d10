"""Decisions about the hall beside the answers: messages, hands, the next word, locks, notes to incidents; and what a
candidate's machine says of them.

    message: sent ──▶ shown ──▶ confirmed (where asked for)      sent ──▶ withdrawn
    hand:    down ──raise──▶ up ──lower | answer──▶ down
    screen:  free ──lock (clock runs | stands)──▶ locked ──unlock──▶ free
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from server.domain import events, hall_duty_events, hall_events, reserve_acts
from server.domain.event import Event
from server.domain.hall_commands import (
    AddToIncident,
    AnswerHand,
    LockSeat,
    SendMessage,
    SetNextWord,
    UnlockSeat,
    WithdrawMessage,
)
from server.domain.reasons import Reason, Refused
from server.domain.state import Attempt, SittingState
from server.domain.timing import believed_ms, standing
from server.protocol.hall import MAX_MESSAGE
from server.protocol.records import HallRecord, LowerHand, NoteErratum, NoteSeen, RaiseHand
from server.protocol.situation import PartPhase

MAX_MESSAGES = 200  # in a sitting: one a minute for three hours
MAX_NEXT_WORD_MS = 12 * 3_600_000  # later today at most: a slip of a digit, not an announcement

Decision = tuple[Event, ...] | Refused


def send_message(state: SittingState, command: SendMessage, now_ms: int) -> Decision:
    """Tell some candidates, or everybody, something."""
    text = command.text.strip()
    if not text or len(text) > MAX_MESSAGE:
        return Refused(Reason.TEXT_NEEDED, str(len(text)))
    if len(state.hall.messages) >= MAX_MESSAGES or command.message_id in state.hall.messages:
        return Refused(Reason.TOO_MANY, str(MAX_MESSAGES))
    if command.who is not None and isinstance(found := _attempts(state, command.who), Refused):
        return found
    who = None if command.who is None else tuple(dict.fromkeys(command.who))
    return (hall_events.MessageSent(command.message_id, who, text, command.confirm, command.officer_id),)


def withdraw_message(state: SittingState, command: WithdrawMessage, now_ms: int) -> Decision:
    """Take a message off the screens; who has seen it has seen it."""
    message = state.hall.messages.get(command.message_id)
    if message is None or message.withdrawn:
        return Refused(Reason.NOTHING_TO_DO, command.message_id)
    return (hall_events.MessageWithdrawn(command.message_id, command.officer_id),)


def answer_hand(state: SittingState, command: AnswerHand, now_ms: int) -> Decision:
    """Somebody has been there. Hands that went down meanwhile are passed over, unless none is left."""
    found = _attempts(state, command.who)
    if isinstance(found, Refused):
        return found
    up = [attempt for attempt in found if attempt.attempt_id in state.hall.hands]
    answered = tuple(hall_events.HandAnswered(one.attempt_id, command.note, command.officer_id) for one in up)
    return answered or Refused(Reason.NOTHING_TO_DO)


def set_next_word(state: SittingState, command: SetNextWord, now_ms: int) -> Decision:
    """Say when the hall hears more, or that nothing is announced any more."""
    if command.in_ms is None:
        known = state.hall.next_word is not None
        taken_away = hall_events.NextWordSet("", None, command.officer_id)
        return (taken_away,) if known else Refused(Reason.NOTHING_TO_DO)
    if not 0 < command.in_ms <= MAX_NEXT_WORD_MS:
        return Refused(Reason.NOTHING_TO_DO, str(command.in_ms))
    return (hall_events.NextWordSet(command.text.strip(), now_ms + command.in_ms, command.officer_id),)


def lock(state: SittingState, command: LockSeat, now_ms: int) -> Decision:
    """Cover screens with a sentence; the clock runs on, or stands by a pause of its own."""
    if not command.sentence.strip():
        return Refused(Reason.REASON_NEEDED)
    found = _attempts(state, command.who, lambda one: Reason.ALREADY_LOCKED if _locked(state, one) else _ended(one))
    if isinstance(found, Refused):
        return found
    made: list[Event] = []
    for attempt in found:
        part = attempt.running
        runs = part is not None and _clock_runs(state, attempt, now_ms)
        stands = command.clock_stands and runs
        made.append(hall_events.SeatLocked(attempt.attempt_id, command.sentence, stands, command.officer_id))
        if stands and part is not None:
            reason = command.sentence
            made.append(events.SeatPaused(attempt.attempt_id, part.part, reason, command.cause, command.officer_id))
    return tuple(made)


def unlock(state: SittingState, command: UnlockSeat, now_ms: int) -> Decision:
    """Give screens back; the pause that came with the lock ends, another one does not."""
    found = _attempts(state, command.who, lambda one: None if _locked(state, one) else Reason.NOT_LOCKED)
    if isinstance(found, Refused):
        return found
    made: list[Event] = []
    for attempt in found:
        lock, part = state.hall.locks[attempt.attempt_id], attempt.running
        made.append(hall_events.SeatUnlocked(attempt.attempt_id, command.officer_id))
        pause = None if part is None else part.ledger.running_pause
        if lock.clock_stands and part is not None and pause is not None and pause.from_ms == lock.at_ms:
            made.append(events.SeatResumed(attempt.attempt_id, part.part, lock.sentence, command.officer_id))
            made += reserve_acts.stands_on(state, attempt.attempt_id, part.part, command.officer_id)
    return tuple(made)


def add_to_incident(state: SittingState, command: AddToIncident, now_ms: int) -> Decision:
    """A further note; the incident itself is never changed."""
    if not command.note.strip():
        return Refused(Reason.TEXT_NEEDED)
    if command.incident_seq not in state.hall.incidents:
        return Refused(Reason.UNKNOWN_INCIDENT, str(command.incident_seq))
    return (hall_events.IncidentAdded(command.incident_seq, command.note.strip(), command.officer_id),)


def record(state: SittingState, attempt: Attempt, found: HallRecord, not_before_ms: int, now_ms: int) -> Decision:
    """What a candidate's machine says: each is a fact, also when it comes late or says nothing new."""
    at_ms = believed_ms(found.made_at_ms, not_before_ms, now_ms)
    match found:
        case RaiseHand():
            return (hall_events.HandRaised(attempt.attempt_id, found.generation, found.category, at_ms),)
        case LowerHand():
            return (hall_events.HandLowered(attempt.attempt_id, found.generation, at_ms),)
        case NoteSeen():
            if found.message_id not in state.hall.messages:
                return Refused(Reason.UNKNOWN_MESSAGE, found.message_id)
            return (hall_events.MessageSeen(attempt.attempt_id, found.generation, found.message_id, found.how, at_ms),)
        case NoteErratum():
            if found.erratum_id not in state.hall.errata:
                return Refused(Reason.UNKNOWN_MESSAGE, found.erratum_id)
            return (hall_duty_events.ErratumSeen(attempt.attempt_id, found.generation, found.erratum_id, at_ms),)
        case other:
            assert_never(other)


# --- inside -----------------------------------------------------------------------------------------------------------


def _attempts(
    state: SittingState, who: tuple[str, ...], refusal: Callable[[Attempt], Reason | None] = lambda attempt: None
) -> list[Attempt] | Refused:
    """These attempts, all or none, so that an officer is never half obeyed."""
    found: list[Attempt] = []
    for attempt_id in dict.fromkeys(who):
        attempt = state.attempts.get(attempt_id)
        if attempt is None:
            return Refused(Reason.UNKNOWN_ATTEMPT, attempt_id)
        if (reason := refusal(attempt)) is not None:
            return Refused(reason, attempt_id)
        found.append(attempt)
    return found or Refused(Reason.NOTHING_TO_DO)


def _locked(state: SittingState, attempt: Attempt) -> bool:
    return attempt.attempt_id in state.hall.locks


def _ended(attempt: Attempt) -> Reason | None:
    """A screen is locked before the start and while a part runs; afterwards there is nothing to keep from anybody."""
    return Reason.PART_SUBMITTED if attempt.current is not None and attempt.running is None else None


def _clock_runs(state: SittingState, attempt: Attempt, now_ms: int) -> bool:
    part = attempt.running
    if part is None:
        return False
    return standing(part.ledger, now_ms, state.grace_ms, state.began_at_ms).phase is PartPhase.OPEN
