"""What an event makes of a state. Total: an event that fits nothing leaves the state as it was, so replay never fails.

Nothing is decided here. Each function takes the state, the event, and the record's `at_ms` and `seq`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from question_bank.order import ItemOutline
from server.domain import (
    events,
    hall_evolution,
    readiness_acts,
    rescue_acts,
    rescue_events,
    result_steps,
    run_acts,
    sheet_ends,
    sheet_evolution,
    standby_evolution,
    time_steps,
)
from server.domain.clock_setting import set_back
from server.domain.event import ClockAnchored, EpochBegan, Event, RequestConflict, RequestUnreadable
from server.domain.plan import section_outline
from server.domain.run_events import ActionTaken
from server.domain.state import (
    Attempt,
    Finish,
    Held,
    PartAttempt,
    Plan,
    Presence,
    Seating,
    SittingState,
    Unsealed,
    put,
)
from server.domain.timing import Extension, Pause, TimeLedger
from server.domain.values import LateWhy, PartStage, SittingStage

MadeRecord: TypeAlias = (
    events.ResponseSaved
    | events.ResponseCleared
    | events.ItemFlagged
    | ActionTaken
    | events.LateRecorded
    | events.SeatSubmitted
)
Step: TypeAlias = Callable[[SittingState, Any, int, int], SittingState]


def evolve(state: SittingState, event: Event, at_ms: int, seq: int) -> SittingState:
    """The state after this event, which was recorded at room time `at_ms` under number `seq`."""
    step = _STEPS.get(type(event))
    return state if step is None else step(state, event, at_ms, seq)


# --- the hot path: records of candidates ----------------------------------------------------------------------------


def _with_attempt(state: SittingState, attempt: Attempt) -> SittingState:
    # Spelt out: `dataclasses.replace` costs four times as much, and this runs for every answer.
    return SittingState(
        state.stage, state.epoch, state.plan, state.chosen, state.unsealed, state.parts,
        put(state.attempts, attempt.attempt_id, attempt), state.by_candidate, state.by_source, state.attendance,
        state.silent, state.confirmed_at_ms, state.incidents, state.began_at_ms, state.before_began_ms,
        state.hall, state.readiness, state.standby, state.time, state.rescue, state.result, state.sheets,
    )  # fmt: skip


def _with_part(attempt: Attempt, part: PartAttempt, at_ms: int) -> Attempt:
    return Attempt(
        attempt.attempt_id, attempt.candidate_id, attempt.seatings, attempt.confirmed,
        put(attempt.parts, part.part, part), at_ms, attempt.made_at_ms, attempt.former,
    )  # fmt: skip


def _after_record(attempt: Attempt, part: PartAttempt, at_ms: int, made: MadeRecord) -> Attempt:
    """The attempt after one more record of an outbox of theirs."""
    return Attempt(
        attempt.attempt_id, attempt.candidate_id, attempt.seatings, attempt.confirmed,
        put(attempt.parts, part.part, part), at_ms, put(attempt.made_at_ms, made.generation, made.believed_at_ms),
        attempt.former,
    )  # fmt: skip


def _found(state: SittingState, attempt_id: str, part: int) -> tuple[Attempt, PartAttempt] | None:
    attempt = state.attempts.get(attempt_id)
    if attempt is None or (found := attempt.parts.get(part)) is None:
        return None
    return attempt, found


def _hold(
    state: SittingState,
    event: events.ResponseSaved | events.ResponseCleared,
    held: Held,
) -> SittingState:
    found = _found(state, event.attempt_id, event.part)
    if found is None:
        return state
    attempt, part = found
    before = part.held.get(event.item_id)
    if before is not None and before.generation > held.generation:
        return _with_attempt(
            state, _after_record(attempt, part, held.at_ms, event)
        )  # superseded: a newer sign-in has spoken
    newer = PartAttempt(
        part.part, part.section_id, part.form_id, part.item_ids, part.option_ids, part.ledger,
        put(part.held, event.item_id, held), part.flags, part.late, part.finish, part.runs,
    )  # fmt: skip
    return _with_attempt(state, _after_record(attempt, newer, held.at_ms, event))


def _response_saved(state: SittingState, event: events.ResponseSaved, at_ms: int, seq: int) -> SittingState:
    return _hold(state, event, Held(event.response, event.generation, seq, at_ms))


def _response_cleared(state: SittingState, event: events.ResponseCleared, at_ms: int, seq: int) -> SittingState:
    return _hold(state, event, Held(None, event.generation, seq, at_ms))


def _item_flagged(state: SittingState, event: events.ItemFlagged, at_ms: int, seq: int) -> SittingState:
    found = _found(state, event.attempt_id, event.part)
    if found is None:
        return state
    attempt, part = found
    if part.flags.get(event.item_id, (0, False))[0] <= event.generation:
        part = replace(part, flags=put(part.flags, event.item_id, (event.generation, event.flagged)))
    return _with_attempt(state, _after_record(attempt, part, at_ms, event))


def _action_taken(state: SittingState, event: ActionTaken, at_ms: int, seq: int) -> SittingState:
    found = _found(state, event.attempt_id, event.part)
    if found is None:
        return state
    attempt, part = found
    return _with_attempt(state, _after_record(attempt, run_acts.with_taken(part, event, seq), at_ms, event))


def _late_recorded(state: SittingState, event: events.LateRecorded, at_ms: int, seq: int) -> SittingState:
    found = _found(state, event.attempt_id, event.part)
    if found is None:
        return state
    attempt, part = found
    former = attempt.former.get(event.part)
    if event.why is LateWhy.REPLACED and former is not None:
        kept = replace(former, late=(*former.late, event))
        attempt = replace(attempt, former=put(attempt.former, event.part, kept))
    else:
        state = replace(state, time=time_steps.late(state.time, event, at_ms, seq))
        part = run_acts.with_late(replace(part, late=(*part.late, event)), event)
    return _with_attempt(state, _after_record(attempt, part, at_ms, event))


def _identity_confirmed(state: SittingState, event: events.IdentityConfirmed, at_ms: int, seq: int) -> SittingState:
    attempt = state.attempts.get(event.attempt_id)
    if attempt is None:
        return state
    return _with_attempt(state, replace(attempt, confirmed=True, last_at_ms=at_ms))


# --- the room -------------------------------------------------------------------------------------------------------


def _sitting_prepared(state: SittingState, event: events.SittingPrepared, at_ms: int, seq: int) -> SittingState:
    plan = Plan(event.sitting_id, event.contest_id, event.round_id, event.parts, event.rules, event.packages)
    waiting = tuple(PartStage.WAITING for _ in event.parts)
    return replace(state, stage=SittingStage.PREPARED, plan=plan, parts=waiting)


def _set_chosen(state: SittingState, event: events.SetChosen, at_ms: int, seq: int) -> SittingState:
    stage = SittingStage.UNSEALED if event.set in state.unsealed else SittingStage.CHOSEN
    return replace(state, stage=stage, chosen=event.set)


def _package_unsealed(state: SittingState, event: events.PackageUnsealed, at_ms: int, seq: int) -> SittingState:
    sections = tuple(section_outline(section) for section in event.sections)
    items: Mapping[str, Mapping[str, ItemOutline]] = {
        section.section_id: {item.item_id: item for item in section.items} for section in sections
    }
    unsealed = Unsealed(event.package_id, event.manifest_sha256, sections, items, at_ms)
    stage = SittingStage.UNSEALED if event.set == state.chosen else state.stage
    return replace(state, stage=stage, unsealed=put(state.unsealed, event.set, unsealed))


def _candidate_seated(state: SittingState, event: events.CandidateSeated, at_ms: int, seq: int) -> SittingState:
    seating = Seating(event.generation, event.kiosk_id, event.seat_label, event.source, at_ms)
    before = state.attempts.get(event.attempt_id)
    if before is None:
        attempt = Attempt(event.attempt_id, event.candidate_id, (seating,), False, {}, at_ms, {})
    else:
        attempt = replace(before, seatings=(*before.seatings, seating), last_at_ms=at_ms)
    return replace(
        state,
        attempts=put(state.attempts, event.attempt_id, attempt),
        by_candidate=put(state.by_candidate, event.candidate_id, event.attempt_id),
        by_source=put(state.by_source, event.source, (event.attempt_id, event.generation)),
        time=time_steps.seated(state, event, at_ms, seq),
    )


def _sitting_opened(state: SittingState, event: events.SittingOpened, at_ms: int, seq: int) -> SittingState:
    return _part_stage(state, event.part, PartStage.OPEN)


def _part_closed(state: SittingState, event: events.PartClosed, at_ms: int, seq: int) -> SittingState:
    return _part_stage(state, event.part, PartStage.CLOSED)


def _part_stage(state: SittingState, index: int, stage: PartStage) -> SittingState:
    parts = tuple(stage if place == index else found for place, found in enumerate(state.parts))
    return replace(state, parts=parts)


def _sitting_closed(state: SittingState, event: events.SittingClosed, at_ms: int, seq: int) -> SittingState:
    return replace(state, stage=SittingStage.CLOSED)


def _attempt_opened(state: SittingState, event: events.AttemptOpened, at_ms: int, seq: int) -> SittingState:
    attempt = state.attempts.get(event.attempt_id)
    if attempt is None:
        return state
    ledger = TimeLedger(event.opened_at_ms, event.duration_ms)
    part = PartAttempt(
        event.part, event.section_id, event.form_id, event.item_ids, event.option_ids, ledger, {}, {}, (), None
    )
    return _with_attempt(state, _with_part(attempt, part, attempt.last_at_ms))


def _seat_paused(state: SittingState, event: events.SeatPaused, at_ms: int, seq: int) -> SittingState:
    def pause(ledger: TimeLedger) -> TimeLedger:
        if ledger.running_pause is not None:
            return ledger
        origin = (state.epoch, seq)
        stopped = Pause(at_ms, None, event.reason, event.cause, event.officer_id, origin=origin)
        return replace(ledger, pauses=(*ledger.pauses, stopped))

    return _on_ledger(state, event.attempt_id, event.part, pause)


def _seat_resumed(state: SittingState, event: events.SeatResumed, at_ms: int, seq: int) -> SittingState:
    def resume(ledger: TimeLedger) -> TimeLedger:
        running = ledger.running_pause
        if running is None:
            return ledger
        ended = replace(running, to_ms=at_ms, ended_by=event.officer_id, end_reason=event.reason)
        return replace(ledger, pauses=(*ledger.pauses[:-1], ended))

    return _on_ledger(state, event.attempt_id, event.part, resume)


def _time_extended(state: SittingState, event: events.TimeExtended, at_ms: int, seq: int) -> SittingState:
    given = Extension(
        event.ms, event.reason, event.cause, at_ms, event.officer_id, origin=(state.epoch, seq)
    )  # fmt: skip
    return _on_ledger(
        state, event.attempt_id, event.part, lambda found: replace(found, extensions=(*found.extensions, given))
    )


def _on_ledger(
    state: SittingState, attempt_id: str, index: int, change: Callable[[TimeLedger], TimeLedger]
) -> SittingState:
    found = _found(state, attempt_id, index)
    if found is None:
        return state
    attempt, part = found
    return _with_attempt(state, _with_part(attempt, replace(part, ledger=change(part.ledger)), attempt.last_at_ms))


def _seat_submitted(state: SittingState, event: events.SeatSubmitted, at_ms: int, seq: int) -> SittingState:
    finish = Finish(
        at_ms, event.finished_at_ms, event.time_taken_ms, event.responses_sha256, event.receipt, event.answered,
        event.of, None, event.responses_sha256 != event.claimed_sha256, event.generation, (state.epoch, seq),
    )  # fmt: skip
    found = _found(state, event.attempt_id, event.part)
    if found is not None:
        state = _with_attempt(state, _after_record(*found, at_ms, event))
    return _finished(state, event.attempt_id, event.part, finish, at_ms)


def _seat_closed(state: SittingState, event: events.SeatClosed, at_ms: int, seq: int) -> SittingState:
    attempt = state.attempts.get(event.attempt_id)
    if attempt is None:
        return state
    finish = Finish(
        at_ms, event.finished_at_ms, event.time_taken_ms, event.responses_sha256, event.receipt, event.answered,
        event.of, event.cause, False, attempt.generation, (state.epoch, seq),
    )  # fmt: skip
    return _finished(state, event.attempt_id, event.part, finish, attempt.last_at_ms)


def _finished(state: SittingState, attempt_id: str, index: int, finish: Finish, at_ms: int) -> SittingState:
    found = _found(state, attempt_id, index)
    if found is None or found[1].finish is not None:
        return state
    attempt, part = found
    state = sheet_ends.without_ends(state, attempt, part)
    return _with_attempt(state, _with_part(attempt, replace(part, finish=finish), at_ms))


# --- the surroundings -----------------------------------------------------------------------------------------------


def _attendance(state: SittingState, event: events.AttendanceRecorded, at_ms: int, seq: int) -> SittingState:
    seen = Presence(event.state, event.identity_seen)
    return replace(state, attendance=put(state.attendance, event.candidate_id, seen))


def _connection_lost(state: SittingState, event: events.ConnectionLost, at_ms: int, seq: int) -> SittingState:
    if event.kiosk_id in state.silent:
        return state
    return replace(
        state, silent=put(state.silent, event.kiosk_id, at_ms), time=time_steps.fell_silent(state, event, at_ms)
    )


def _connection_restored(state: SittingState, event: events.ConnectionRestored, at_ms: int, seq: int) -> SittingState:
    return replace(state, silent={kiosk: since for kiosk, since in state.silent.items() if kiosk != event.kiosk_id})


def _incident(state: SittingState, event: Event, at_ms: int, seq: int) -> SittingState:
    return replace(state, incidents=state.incidents + 1)


def _epoch_began(state: SittingState, event: EpochBegan, at_ms: int, seq: int) -> SittingState:
    last_ms = max((attempt.last_at_ms for attempt in state.attempts.values()), default=0)
    return replace(
        state, standby=standby_evolution.began(state, event, at_ms), epoch=event.epoch, began_at_ms=at_ms, before_began_ms=max(state.began_at_ms, last_ms),
        time=time_steps.began(state.time, event, at_ms),
    )  # fmt: skip


def _clock_anchored(state: SittingState, event: ClockAnchored, at_ms: int, seq: int) -> SittingState:
    if event.officer_id is not None:  # the room following its kiosks after a restart confirms nothing
        state = replace(state, confirmed_at_ms=event.at_ms)
    return set_back(state, at_ms)


_STEPS: Mapping[type[Event], Step] = {
    events.ResponseSaved: _response_saved,
    events.ResponseCleared: _response_cleared,
    events.ItemFlagged: _item_flagged,
    ActionTaken: _action_taken,
    events.LateRecorded: _late_recorded,
    events.IdentityConfirmed: _identity_confirmed,
    events.SittingPrepared: _sitting_prepared,
    events.SetChosen: _set_chosen,
    events.PackageUnsealed: _package_unsealed,
    events.CandidateSeated: _candidate_seated,
    events.SittingOpened: _sitting_opened,
    events.PartClosed: _part_closed,
    events.SittingClosed: _sitting_closed,
    events.AttemptOpened: _attempt_opened,
    events.SeatPaused: _seat_paused,
    events.SeatResumed: _seat_resumed,
    events.TimeExtended: _time_extended,
    events.SeatSubmitted: _seat_submitted,
    events.SeatClosed: _seat_closed,
    events.AttendanceRecorded: _attendance,
    events.ConnectionLost: _connection_lost,
    events.ConnectionRestored: _connection_restored,
    RequestConflict: _incident,
    RequestUnreadable: _incident,
    EpochBegan: _epoch_began,
    ClockAnchored: _clock_anchored,
    **time_steps.STEPS,
    rescue_events.SeatMoved: rescue_acts.moved,
    **readiness_acts.STEPS,
    **standby_evolution.STEPS,
    **hall_evolution.STEPS,
    **result_steps.STEPS,
    **sheet_evolution.STEPS,
}
