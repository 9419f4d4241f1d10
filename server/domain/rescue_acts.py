"""Decisions about answers carried by hand and candidates who change their seats."""

from __future__ import annotations

from dataclasses import replace

from server.domain import reserve_acts
from server.domain.event import Event
from server.domain.events import SeatPaused, SeatResumed
from server.domain.reasons import Reason, Refused
from server.domain.rescue_commands import MoveSeat, RecordRescue
from server.domain.rescue_events import SeatMoved
from server.domain.rescue_state import Move, RescueState
from server.domain.state import Attempt, PartAttempt, SittingState, put
from server.domain.timing import standing
from server.protocol.situation import PartPhase


def rescue(state: SittingState, command: RecordRescue, now_ms: int) -> tuple[Event, ...] | Refused:
    """What was brought in, as the room counted it."""
    if command.rescued.attempt_id not in state.attempts:
        return Refused(Reason.UNKNOWN_ATTEMPT, command.rescued.attempt_id)
    return (command.rescued,)


def move(state: SittingState, command: MoveSeat, now_ms: int) -> tuple[Event, ...] | Refused:
    """Send a candidate elsewhere; their machine is locked for them until somebody signs in with their code again."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    attempt = state.attempts.get(command.attempt_id)
    if attempt is None:
        return Refused(Reason.UNKNOWN_ATTEMPT, command.attempt_id)
    if attempt.current is not None and attempt.running is None and attempt.current.part == len(state.parts) - 1:
        return Refused(Reason.PART_SUBMITTED, command.attempt_id)
    if is_between_seats(state, attempt) or command.to_kiosk_id == attempt.seat.kiosk_id:
        return Refused(Reason.NOTHING_TO_DO, command.attempt_id)
    seat = attempt.seat
    order = SeatMoved(
        attempt_id=attempt.attempt_id,
        generation=attempt.generation,
        from_kiosk_id=seat.kiosk_id,
        from_seat=seat.seat_label,
        to_kiosk_id=command.to_kiosk_id,
        to_seat=command.to_seat,
        reason=command.reason,
        cause=command.cause,
        officer_id=command.officer_id,
    )
    part = attempt.running
    if not command.pause or part is None or not _is_running(state, part, now_ms):
        return (order,)
    return order, SeatPaused(attempt.attempt_id, part.part, command.reason, command.cause, command.officer_id)


def arrived(state: SittingState, attempt: Attempt, seat_label: str) -> tuple[Event, ...]:
    """What a sign-in brings besides, when an officer had sent the candidate: the clock that stood for the way runs again."""
    order, part = state.rescue.move_of(attempt.attempt_id, attempt.generation), attempt.running
    pause = None if part is None else part.ledger.running_pause
    if order is None or part is None or pause is None or pause.from_ms != order.at_ms:
        return ()  # nobody sent them, or the clock stands for another reason
    resumed = SeatResumed(attempt.attempt_id, part.part, f"→ {seat_label}", order.officer_id)
    return resumed, *reserve_acts.stands_on(state, attempt.attempt_id, part.part, order.officer_id)


def _is_running(state: SittingState, part: PartAttempt, now_ms: int) -> bool:
    open_now = standing(part.ledger, now_ms, state.grace_ms, state.began_at_ms).phase is PartPhase.OPEN
    return part.ledger.running_pause is None and open_now


def moved(state: SittingState, event: SeatMoved, at_ms: int, seq: int) -> SittingState:
    """The state after a candidate was sent elsewhere."""
    key = (event.attempt_id, event.generation)
    if key in state.rescue.moves:
        return state
    made = Move(at_ms, event.to_kiosk_id, event.to_seat, event.officer_id)
    return replace(state, rescue=RescueState(put(state.rescue.moves, key, made)))


def is_between_seats(state: SittingState, attempt: Attempt) -> bool:
    """Whether the candidate was sent elsewhere and has not signed in anywhere since."""
    return state.rescue.move_of(attempt.attempt_id, attempt.generation) is not None


def superseded_at(state: SittingState, attempt: Attempt, generation: int) -> int | None:
    """From when on what is made in this generation no longer counts: a newer sign-in, or the order to move; None: it counts."""
    newer = attempt.superseded_at(generation) if generation < attempt.generation else None
    order = state.rescue.move_of(attempt.attempt_id, generation)
    ends = [at_ms for at_ms in (newer, None if order is None else order.at_ms) if at_ms is not None]
    return min(ends, default=None)
