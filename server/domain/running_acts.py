"""Decisions about the clock while a part runs: pause, resume, extend, close; and the room's own tick."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from server.domain import commands, events
from server.domain.event import Event
from server.domain.reasons import Reason, Refused
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.timing import deadline_at_ms, standing, time_taken_ms
from server.domain.values import CloseCause, PartStage
from server.protocol.receipt import receipt_code, responses_sha256
from server.protocol.situation import PartPhase

MAX_EXTENSION_MS = 12 * 3_600_000  # one act never gives more than half a day: a slip of a unit, not a decision

Running: TypeAlias = tuple[Attempt, PartAttempt]


def pause(state: SittingState, command: commands.Pause, now_ms: int) -> tuple[Event, ...] | Refused:
    """Stop the clock of those whose time is running."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)

    def refusal(part: PartAttempt) -> Reason | None:
        if part.ledger.running_pause is not None:
            return Reason.ALREADY_PAUSED
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
    """End the part for one candidate with what is held."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    chosen = _chosen(state, (command.attempt_id,), lambda part: None)
    if isinstance(chosen, Refused):
        return chosen
    return tuple(_closed(state, found, now_ms, command.reason, command.officer_id) for found in chosen)


def close_part(state: SittingState, command: commands.ClosePart, now_ms: int) -> tuple[Event, ...] | Refused:
    """End a part for the room, and for everybody still in it."""
    if not 0 <= command.part < len(state.parts):
        return Refused(Reason.UNKNOWN_PART, str(command.part))
    stage = state.parts[command.part]
    if stage is not PartStage.OPEN:
        return Refused(Reason.PART_CLOSED if stage is PartStage.CLOSED else Reason.PART_NOT_OPEN)
    still = [found for found in _running(state) if found[1].part == command.part]
    if still and not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    ended = tuple(_closed(state, found, now_ms, command.reason, command.officer_id) for found in still)
    return (*ended, events.PartClosed(command.part, command.officer_id))


def close_sitting(state: SittingState, command: commands.CloseSitting, now_ms: int) -> tuple[Event, ...] | Refused:
    """End the sitting and its journal, once no part is open."""
    if PartStage.OPEN in state.parts or next(_running(state), None) is not None:
        return Refused(Reason.PART_STILL_OPEN)
    return (events.SittingClosed(command.officer_id),)


def tick(state: SittingState, command: commands.Tick, now_ms: int) -> tuple[Event, ...] | Refused:
    """Close whoever's deadline and grace have passed; they finished at the deadline, whenever this runs."""
    due = [
        found for found in _running(state)
        if standing(found[1].ledger, now_ms, state.grace_ms, state.began_at_ms).phase is PartPhase.CLOSED
    ]  # fmt: skip
    return tuple(_closed(state, found, now_ms, "", None) for found in due)


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
    deadline = deadline_at_ms(part.ledger)
    finished = now_ms if deadline is None else min(now_ms, deadline)
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
