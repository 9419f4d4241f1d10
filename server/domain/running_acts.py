"""Decisions about the clock while a part runs: pause, resume, extend, close; and the room's own tick."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from server.domain import commands, events, late_bucket, reserve_acts, sheet_ends
from server.domain.event import Event
from server.domain.reasons import Reason, Refused
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.timing import break_ends_ms, break_left_ms, deadline_at_ms, standing, time_taken_ms
from server.domain.values import Cause, CloseCause, PartStage
from server.protocol.receipt import receipt_code, responses_sha256
from server.protocol.situation import PartPhase

ROOM = "room"  # by whom a clock stands that no officer of this journal stopped
MAX_EXTENSION_MS = 12 * 3_600_000  # one act never gives more than half a day: a slip of a unit, not a decision

Running: TypeAlias = tuple[Attempt, PartAttempt]


def pause(state: SittingState, command: commands.Pause, now_ms: int) -> tuple[Event, ...] | Refused:
    """Stop the clock of those whose time is running."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)

    def refusal(part: PartAttempt) -> Reason | None:
        if part.ledger.running_pause is not None:
            return Reason.ALREADY_PAUSED
        if command.cause is Cause.ARRANGEMENT and break_left_ms(part.ledger, now_ms) == 0:
            return Reason.NO_BREAK_LEFT
        open_now = standing(part.ledger, now_ms, state.grace_ms, state.began_at_ms).phase is PartPhase.OPEN
        return None if open_now else Reason.TIME_IS_UP

    chosen = _chosen(state, command.who, refusal)
    if isinstance(chosen, Refused):
        return chosen
    return tuple(
        events.SeatPaused(attempt.attempt_id, part.part, command.reason, command.cause, command.officer_id)
        for attempt, part in chosen
    )


def resume(state: SittingState, command: commands.Resume, now_ms: int) -> tuple[Event, ...] | Refused:
    """Let the clock of those who are paused run again."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    if state.hall.switching:
        return Refused(Reason.SWITCHING)

    def refusal(part: PartAttempt) -> Reason | None:
        return Reason.NOT_PAUSED if part.ledger.running_pause is None else None

    chosen = _chosen(state, command.who, refusal)
    if isinstance(chosen, Refused):
        return chosen
    return tuple(
        events.SeatResumed(attempt.attempt_id, part.part, command.reason, command.officer_id)
        for attempt, part in chosen
    )


def extend(state: SittingState, command: commands.Extend, now_ms: int) -> tuple[Event, ...] | Refused:
    """Give time to those who have not ended; in the grace too, where it opens the part again."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    if state.hall.switching:
        return Refused(Reason.SWITCHING)
    if not 0 < command.ms <= MAX_EXTENSION_MS:
        return Refused(Reason.NOTHING_TO_DO, str(command.ms))

    def refusal(part: PartAttempt) -> Reason | None:
        over = standing(part.ledger, now_ms, state.grace_ms, state.began_at_ms).phase is PartPhase.CLOSED
        return Reason.TIME_IS_UP if over else None

    chosen = _chosen(state, command.who, refusal)
    if isinstance(chosen, Refused):
        return chosen
    return tuple(
        events.TimeExtended(
            attempt.attempt_id, part.part, command.ms, command.reason, command.cause, command.officer_id
        )
        for attempt, part in chosen
    )


def close_seat(state: SittingState, command: commands.CloseSeat, now_ms: int) -> tuple[Event, ...] | Refused:
    """End the part for one candidate with what is held; of two that have not ended the earlier one, which they have left."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    attempt = state.attempts.get(command.attempt_id)
    unfinished = () if attempt is None else sorted(attempt.unfinished, key=lambda part: part.part)
    if attempt is not None and unfinished:
        return (_closed(state, (attempt, unfinished[0]), now_ms, command.reason, command.officer_id),)
    chosen = _chosen(state, (command.attempt_id,), lambda part: None)
    assert isinstance(chosen, Refused)
    return chosen


def close_part(state: SittingState, command: commands.ClosePart, now_ms: int) -> tuple[Event, ...] | Refused:
    """End a part for the room, and for everybody still in it; where machines have shown the next one begun, that is open."""
    if not 0 <= command.part < len(state.parts):
        return Refused(Reason.UNKNOWN_PART, str(command.part))
    stage = state.parts[command.part]
    still = _unfinished(state, command.part)
    if stage is not PartStage.OPEN and not still:
        return Refused(Reason.PART_CLOSED if stage is PartStage.CLOSED else Reason.PART_NOT_OPEN)
    if state.hall.switching:
        return Refused(Reason.SWITCHING)
    if still and not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    ended = tuple(_closed(state, found, now_ms, command.reason, command.officer_id) for found in still)
    if stage is PartStage.CLOSED:
        return ended
    following = command.part + 1
    goes_on = following < len(state.parts) and state.parts[following] is PartStage.WAITING
    opened = (events.SittingOpened(following, command.officer_id),) if goes_on and _unfinished(state, following) else ()
    return (*ended, events.PartClosed(command.part, command.officer_id), *opened)


def _unfinished(state: SittingState, part: int) -> list[Running]:
    """Everybody who was started in this part and has not ended it, whatever they have begun since."""
    return [(attempt, one) for attempt in state.attempts.values() for one in attempt.unfinished if one.part == part]


def close_sitting(state: SittingState, command: commands.CloseSitting, now_ms: int) -> tuple[Event, ...] | Refused:
    """End the sitting and its journal, once no part is open; while copies are missing only with a reason."""
    if PartStage.OPEN in state.parts or any(attempt.unfinished for attempt in state.attempts.values()):
        return Refused(Reason.PART_STILL_OPEN)
    if (late := next(late_bucket.mattering(state), None)) is not None:
        return Refused(Reason.LATE_UNDECIDED, late.attempt_id)
    if command.copies is not None and command.copies.missing and not command.reason.strip():
        return Refused(Reason.COPIES_MISSING, str(len(command.copies.missing)))
    return (events.SittingClosed(command.officer_id, command.reason, command.copies),)


def tick(state: SittingState, command: commands.Tick, now_ms: int) -> tuple[Event, ...] | Refused:
    """End rest breaks that are used up; close whoever's deadline and grace have passed.

    Who is closed finished at the deadline, whenever this runs; a break ends when it is ended.
    """
    rested: list[Event] = []
    for attempt, part in _running(state):
        pause, ends_ms = part.ledger.running_pause, break_ends_ms(part.ledger)
        if pause is not None and ends_ms is not None and ends_ms <= now_ms:
            rested.append(events.SeatResumed(attempt.attempt_id, part.part, "", None))
            rested += reserve_acts.stands_on(state, attempt.attempt_id, part.part, pause.officer_id or ROOM)
    due = [
        (attempt, part)
        for attempt in state.attempts.values() for part in attempt.unfinished
        if standing(part.ledger, now_ms, state.grace_ms, state.began_at_ms).phase is PartPhase.CLOSED
    ]  # fmt: skip
    return (*rested, *(_closed(state, found, now_ms, "", None) for found in due))


def _running(state: SittingState) -> Iterator[Running]:
    for attempt in state.attempts.values():
        part = attempt.running
        if part is not None:
            yield attempt, part


def _chosen(
    state: SittingState, who: commands.Who, refusal: Callable[[PartAttempt], Reason | None]
) -> list[Running] | Refused:
    """Everybody it applies to; named ones all or none, so that an officer is never half obeyed."""
    if who is None:
        everyone = [found for found in _running(state) if refusal(found[1]) is None]
        return everyone or Refused(Reason.NOTHING_TO_DO)
    chosen: list[Running] = []
    for attempt_id in dict.fromkeys(who):
        attempt = state.attempts.get(attempt_id)
        if attempt is None:
            return Refused(Reason.UNKNOWN_ATTEMPT, attempt_id)
        part = attempt.running
        if part is None:
            ended = attempt.current is not None
            return Refused(Reason.PART_SUBMITTED if ended else Reason.NOT_STARTED, attempt_id)
        if (reason := refusal(part)) is not None:
            return Refused(reason, attempt_id)
        chosen.append((attempt, part))
    return chosen or Refused(Reason.NOTHING_TO_DO)


def _closed(state: SittingState, found: Running, now_ms: int, reason: str, officer_id: str | None) -> events.SeatClosed:
    assert state.plan is not None
    attempt, part = found
    ends = (deadline_at_ms(part.ledger), sheet_ends.left_at_ms(state, attempt, part))
    finished = min([now_ms, *(one for one in ends if one is not None)])
    digest = responses_sha256(attempt.attempt_id, part.part, part.responses)
    return events.SeatClosed(
        attempt_id=attempt.attempt_id,
        part=part.part,
        responses_sha256=digest.hex(),
        receipt=receipt_code(digest),
        answered=part.answered,
        of=len(part.item_ids),
        finished_at_ms=finished,
        time_taken_ms=time_taken_ms(part.ledger, finished, state.plan.rules.time_unit_ms),
        cause=CloseCause.DEADLINE if officer_id is None else CloseCause.OFFICER,
        reason=reason,
        officer_id=officer_id,
    )
