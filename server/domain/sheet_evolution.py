"""What an event about a seat sheet makes of a state. Total, like `evolution`; what is known already changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from server.domain import sheet_clocks
from server.domain.rescue_state import Move, RescueState
from server.domain.sheet_events import RestoredClock, SeatRestored, SignInRestored
from server.domain.sheet_state import TakenSheet
from server.domain.standby_events import BranchOrderKept
from server.domain.standby_evolution import without_orders
from server.domain.state import Attempt, Seating, SittingState, put
from server.domain.values import PartStage

Step: TypeAlias = Callable[[SittingState, Any, int, int], SittingState]


def _sign_in(state: SittingState, event: SignInRestored, at_ms: int, seq: int) -> SittingState:
    seating = Seating(event.generation, event.kiosk_id, event.seat_label, event.source, event.at_ms)
    before = state.attempts.get(event.attempt_id)
    if before is None:
        attempt = Attempt(event.attempt_id, event.candidate_id, (seating,), False, {}, at_ms, {})
    elif any(one.source == event.source for one in before.seatings):
        return state
    else:
        seatings = tuple(sorted((*before.seatings, seating), key=lambda one: one.generation))
        attempt = replace(before, seatings=seatings, last_at_ms=at_ms)
    return replace(
        state,
        attempts=put(state.attempts, event.attempt_id, attempt),
        by_candidate=put(state.by_candidate, event.candidate_id, event.attempt_id),
        by_source=put(state.by_source, event.source, (event.attempt_id, event.generation)),
    )


def _restored(state: SittingState, event: SeatRestored, at_ms: int, seq: int) -> SittingState:
    attempt = state.attempts.get(event.attempt_id)
    if attempt is None:
        return state
    for clock in event.clocks:
        attempt = _with_clock(attempt, clock)
    moves = dict(state.rescue.moves)
    for one in event.moves:
        made = Move(one.at_ms, one.to_kiosk_id, one.to_seat, one.officer_id)
        moves.setdefault((event.attempt_id, one.generation), made)
    given = {(one.epoch, one.seq): one for clock in event.clocks for one in clock.extensions}
    covers = {
        origin: tuple((span.from_ms, span.to_ms) for span in one.covers) for origin, one in given.items() if one.covers
    }
    disputed = frozenset((event.attempt_id, one.part, one.opened_at_ms) for one in event.disputed)
    sheets = replace(
        state.sheets,
        taken=(*state.sheets.taken, TakenSheet(event, at_ms)),
        covers={**covers, **state.sheets.covers},
        disputed=state.sheets.disputed | disputed,
    )
    return replace(
        state,
        attempts=put(state.attempts, event.attempt_id, replace(attempt, last_at_ms=at_ms)),
        parts=_stages(state.parts, event.opened),
        rescue=RescueState(moves),
        standby=without_orders(state.standby, partial(_brings, event)),
        sheets=sheets,
    )


def _brings(event: SeatRestored, order: BranchOrderKept) -> bool:
    """Whether this sheet has put that order in force."""
    if order.attempt_id != event.attempt_id:
        return False
    origin = (order.epoch, order.seq)
    given = {(one.epoch, one.seq) for clock in event.clocks for one in clock.extensions}
    stood = {(one.epoch, one.seq) for clock in event.clocks for one in clock.pauses}
    if origin in given | stood:
        return True
    match order.ordered:
        case "seat_resumed/1":
            return any(pause.to_ms == order.at_ms for clock in event.clocks for pause in clock.pauses)
        case "seat_moved/1":
            return any(move.at_ms == order.at_ms for move in event.moves)
    return False


def _with_clock(attempt: Attempt, clock: RestoredClock) -> Attempt:
    part = attempt.parts.get(clock.part)
    if part is None:
        return attempt
    ledger = sheet_clocks.merged(part.ledger, clock)
    finish = None if clock.reopened else part.finish
    return replace(attempt, parts=put(attempt.parts, clock.part, replace(part, ledger=ledger, finish=finish)))


def _stages(stages: tuple[PartStage, ...], opened: tuple[int, ...]) -> tuple[PartStage, ...]:
    """A part that somebody is in is open for the room, as it was there; never two at once."""
    for part in sorted(opened):
        if part < len(stages) and stages[part] is PartStage.WAITING and PartStage.OPEN not in stages:
            stages = (*stages[:part], PartStage.OPEN, *stages[part + 1 :])
    return stages


STEPS: Mapping[type, Step] = {SignInRestored: _sign_in, SeatRestored: _restored}
