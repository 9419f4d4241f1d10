"""What events about time and late records make of a state. Total, like every step of `evolution`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from server.domain import events, late_bucket
from server.domain.event import EpochBegan
from server.domain.late_bucket import with_part
from server.domain.rescue_acts import superseded_at
from server.domain.state import SittingState, put
from server.domain.time_events import ArrangementApplied, CompensationDecided, LateDecided, WorkResumed
from server.domain.time_state import Decided, LateMark, Loss, TimeState
from server.domain.timing import Extension
from server.domain.values import Cause

LOST_AFTER_MS = 6_000  # a machine is called silent this long after its last word, where the journal does not say more
UNHEARD_MS = 30_000  # after a start of the server: who is called silent within it was never heard by this server


# --- what other steps add to -----------------------------------------------------------------------------------------


def began(time: TimeState, event: EpochBegan, at_ms: int) -> TimeState:
    """A server started: when the one before it was last known to run."""
    return replace(time, last_beat_ms=None if event.silent_ms is None else at_ms - event.silent_ms)


def fell_silent(state: SittingState, event: events.ConnectionLost, at_ms: int) -> TimeState:
    """A machine fell silent: when it was last heard, as closely as the journal tells."""
    heard_ms, time = event.heard_ms, state.time
    if heard_ms is None:
        at_once = time.last_beat_ms is not None and at_ms - state.began_at_ms < UNHEARD_MS
        heard_ms = time.last_beat_ms if at_once and time.last_beat_ms is not None else at_ms - LOST_AFTER_MS
    return replace(time, heard_ms=put(time.heard_ms, event.kiosk_id, heard_ms))


def seated(state: SittingState, event: events.CandidateSeated, at_ms: int, seq: int) -> TimeState:
    """Somebody in the middle of a part signed in anew: since their machine fell silent, or they were sent away from it,
    they could not work.
    """
    attempt, time = state.attempts.get(event.attempt_id), state.time
    part = None if attempt is None else attempt.running
    if attempt is None or part is None:
        return time
    before = attempt.seat
    heard_ms = time.heard_ms.get(before.kiosk_id)
    silent = before.kiosk_id in state.silent
    emptied = before.kiosk_id == event.kiosk_id and heard_ms is not None and heard_ms > before.at_ms
    order = state.rescue.move_of(attempt.attempt_id, attempt.generation)
    begins = [] if order is None else [order.at_ms]
    if heard_ms is not None and (silent or emptied):
        begins.append(heard_ms)
    if not begins or min(begins) >= at_ms:
        return time
    lost = Loss(seq, part.part, min(begins), at_ms, event.generation, before.kiosk_id, before.generation)
    return _with_loss(time, event.attempt_id, lost)


def late(time: TimeState, event: events.LateRecorded, at_ms: int, seq: int) -> TimeState:
    """A late record: its number and when it came."""
    key = (event.attempt_id, event.part)
    return replace(time, late=put(time.late, key, (*time.late.get(key, ()), LateMark(seq, at_ms))))


# --- events of our own -----------------------------------------------------------------------------------------------


def _arrangement_applied(state: SittingState, event: ArrangementApplied, at_ms: int, seq: int) -> SittingState:
    found = late_bucket.found(state, event.attempt_id, event.part)
    if found is None:
        return state
    attempt, part = found
    given = Extension(
        event.extra_ms, event.extra, Cause.ARRANGEMENT, at_ms, event.officer_id, origin=(state.epoch, seq)
    )  # fmt: skip
    extensions = (*part.ledger.extensions, given) if event.extra_ms else part.ledger.extensions
    ledger = replace(part.ledger, extensions=extensions, break_ms=event.break_ms)
    return with_part(state, attempt, replace(part, ledger=ledger))


def _work_resumed(state: SittingState, event: WorkResumed, at_ms: int, seq: int) -> SittingState:
    attempt = state.attempts.get(event.attempt_id)
    if attempt is None:
        return state
    made = put(attempt.made_at_ms, event.generation, event.believed_at_ms)
    kiosk_id = next((one.kiosk_id for one in attempt.seatings if one.generation == event.generation), "")
    state = replace(
        state, attempts=put(state.attempts, event.attempt_id, replace(attempt, last_at_ms=at_ms, made_at_ms=made))
    )
    if event.from_ms >= event.believed_at_ms:
        return state
    elsewhere_ms = superseded_at(state, attempt, event.generation)  # from then on they worked at another machine
    to_ms = (
        event.believed_at_ms if elsewhere_ms is None else max(event.from_ms, min(event.believed_at_ms, elsewhere_ms))
    )
    lost = Loss(seq, event.part, event.from_ms, to_ms, event.generation, kiosk_id, said_ms=event.since_ms)
    return replace(state, time=_with_loss(state.time, event.attempt_id, lost))


def _compensation_decided(state: SittingState, event: CompensationDecided, at_ms: int, seq: int) -> SittingState:
    covers = tuple((one.from_ms, one.to_ms) for one in event.stretches)
    proposed_ms = sum(to_ms - from_ms for from_ms, to_ms in covers)
    decided = Decided(event.ms, proposed_ms, covers if event.ms else (), event.reason, event.officer_id, at_ms)
    state = replace(state, time=replace(state.time, decided=put(state.time.decided, event.loss, decided)))
    found = late_bucket.found(state, event.attempt_id, event.part)
    if found is None or not event.ms:
        return state
    attempt, part = found
    origin = (state.epoch, seq)
    given = Extension(event.ms, event.reason, event.cause, at_ms, event.officer_id, event.loss, origin)
    ledger = replace(part.ledger, extensions=(*part.ledger.extensions, given))
    finish = None if event.reopened else part.finish
    return with_part(state, attempt, replace(part, ledger=ledger, finish=finish))


def _late_decided(state: SittingState, event: LateDecided, at_ms: int, seq: int) -> SittingState:
    key, numbers = (event.attempt_id, event.part), frozenset(event.records)
    found = late_bucket.found(state, *key)
    if found is None:
        return state
    attempt, part = found
    if event.accepted:
        chosen = [one for one in late_bucket.waiting(state, part, event.attempt_id) if one.number in numbers]
        part = late_bucket.with_words(part, chosen)
    if part.finish is not None and event.finished_at_ms is not None and event.time_taken_ms is not None:
        finish = replace(
            part.finish, responses_sha256=event.responses_sha256, receipt=event.receipt, answered=event.answered,
            finished_at_ms=event.finished_at_ms, time_taken_ms=event.time_taken_ms,
        )  # fmt: skip
        part = replace(part, finish=finish)
    marks = tuple(
        replace(one, accepted=event.accepted) if one.number in numbers and one.accepted is None else one
        for one in state.time.late.get(key, ())
    )
    state = replace(state, time=replace(state.time, late=put(state.time.late, key, marks)))
    return with_part(state, attempt, part)


def _with_loss(time: TimeState, attempt_id: str, lost: Loss) -> TimeState:
    return replace(time, losses=put(time.losses, attempt_id, (*time.losses.get(attempt_id, ()), lost)))


STEPS: Mapping[type, Any] = {
    ArrangementApplied: _arrangement_applied,
    WorkResumed: _work_resumed,
    CompensationDecided: _compensation_decided,
    LateDecided: _late_decided,
}
