"""What the hall's events make of a state. Total, like all of `evolution`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from server.domain import hall_duty_events as d
from server.domain import hall_events as e
from server.domain import reserve_acts
from server.domain.event import Event
from server.domain.events import IncidentRecorded
from server.domain.hall_state import HallState, Hand, Lock, Message, Misconduct, NextWord, ReleasedErratum, Shift
from server.domain.state import SittingState, put, without
from server.protocol.hall import Seen


def _hall(state: SittingState, hall: HallState) -> SittingState:
    return replace(state, hall=hall)


def _sent(state: SittingState, event: e.MessageSent, at_ms: int, seq: int) -> SittingState:
    who = None if event.who is None else frozenset(event.who)
    message = Message(event.message_id, who, event.text, event.confirm, at_ms, event.officer_id, False, {}, {})
    return _hall(state, replace(state.hall, messages=put(state.hall.messages, event.message_id, message)))


def _withdrawn(state: SittingState, event: e.MessageWithdrawn, at_ms: int, seq: int) -> SittingState:
    message = state.hall.messages.get(event.message_id)
    if message is None:
        return state
    gone = replace(message, withdrawn=True)
    return _hall(state, replace(state.hall, messages=put(state.hall.messages, event.message_id, gone)))


def _seen(state: SittingState, event: e.MessageSeen, at_ms: int, seq: int) -> SittingState:
    message = state.hall.messages.get(event.message_id)
    if message is None:
        return state
    shown = (
        message.shown if event.attempt_id in message.shown else put(message.shown, event.attempt_id, event.made_at_ms)
    )
    newer = replace(message, shown=shown)
    if event.how is Seen.CONFIRMED and event.attempt_id not in message.confirmed:
        newer = replace(newer, confirmed=put(message.confirmed, event.attempt_id, event.made_at_ms))
    return _hall(state, replace(state.hall, messages=put(state.hall.messages, event.message_id, newer)))


def _is_of_now(state: SittingState, event: e.HandRaised | e.HandLowered) -> bool:
    """Whether the machine that says so is where the candidate sits."""
    attempt = state.attempts.get(event.attempt_id)
    return attempt is not None and attempt.generation == event.generation


def _raised(state: SittingState, event: e.HandRaised, at_ms: int, seq: int) -> SittingState:
    if not _is_of_now(state, event):
        return state
    before = state.hall.hands.get(event.attempt_id)
    hand = Hand(event.category, event.made_at_ms if before is None else before.since_ms)
    return _hall(state, replace(state.hall, hands=put(state.hall.hands, event.attempt_id, hand)))


def _lowered(state: SittingState, event: e.HandLowered, at_ms: int, seq: int) -> SittingState:
    if not _is_of_now(state, event) or event.attempt_id not in state.hall.hands:
        return state
    return _hall(state, replace(state.hall, hands=without(state.hall.hands, event.attempt_id)))


def _answered(state: SittingState, event: e.HandAnswered, at_ms: int, seq: int) -> SittingState:
    return _hall(state, replace(state.hall, hands=without(state.hall.hands, event.attempt_id)))


def _next_word(state: SittingState, event: e.NextWordSet, at_ms: int, seq: int) -> SittingState:
    word = None if event.due_at_ms is None else NextWord(event.text, event.due_at_ms)
    return _hall(state, replace(state.hall, next_word=word))


def _locked(state: SittingState, event: e.SeatLocked, at_ms: int, seq: int) -> SittingState:
    lock = Lock(event.sentence, at_ms, event.clock_stands)
    return _hall(state, replace(state.hall, locks=put(state.hall.locks, event.attempt_id, lock)))


def _unlocked(state: SittingState, event: e.SeatUnlocked, at_ms: int, seq: int) -> SittingState:
    return _hall(state, replace(state.hall, locks=without(state.hall.locks, event.attempt_id)))


def _incident(state: SittingState, event: IncidentRecorded, at_ms: int, seq: int) -> SittingState:
    hall = replace(state.hall, incidents=put(state.hall.incidents, seq, event.attempt_id))
    return replace(state, incidents=state.incidents + 1, hall=hall)


def _misconduct(state: SittingState, event: d.MisconductRecorded, at_ms: int, seq: int) -> SittingState:
    found = Misconduct(
        event.misconduct_id, event.attempt_id, event.step, event.note, at_ms, event.officers, withdrawn=False
    )
    return _hall(state, replace(state.hall, misconduct=put(state.hall.misconduct, event.misconduct_id, found)))


def _forgiven(state: SittingState, event: d.MisconductWithdrawn, at_ms: int, seq: int) -> SittingState:
    found = state.hall.misconduct.get(event.misconduct_id)
    if found is None:
        return state
    back = replace(found, withdrawn=True)
    return _hall(state, replace(state.hall, misconduct=put(state.hall.misconduct, event.misconduct_id, back)))


def _released(state: SittingState, event: d.ErratumReleased, at_ms: int, seq: int) -> SittingState:
    found = ReleasedErratum(event.erratum_id, event.item_id, event.item_ref, event.text, at_ms, event.officers, {})
    return _hall(state, replace(state.hall, errata=put(state.hall.errata, event.erratum_id, found)))


def _taken_back(state: SittingState, event: d.ErratumWithdrawn, at_ms: int, seq: int) -> SittingState:
    found = state.hall.errata.get(event.erratum_id)
    if found is None:
        return state
    errata = put(state.hall.errata, event.erratum_id, replace(found, withdrawn=True))
    word = ReleasedErratum(
        event.withdrawal_id, found.item_id, found.item_ref, {"vi": event.reason}, at_ms, event.officers, {},
        withdraws=event.erratum_id,
    )  # fmt: skip
    return _hall(state, replace(state.hall, errata=put(errata, event.withdrawal_id, word)))


def _corrected(state: SittingState, event: d.ErratumSeen, at_ms: int, seq: int) -> SittingState:
    found = state.hall.errata.get(event.erratum_id)
    if found is None or event.attempt_id in found.seen:
        return state
    seen = replace(found, seen=put(found.seen, event.attempt_id, event.made_at_ms))
    return _hall(state, replace(state.hall, errata=put(state.hall.errata, event.erratum_id, seen)))


def _handed_over(state: SittingState, event: d.ShiftHandedOver, at_ms: int, seq: int) -> SittingState:
    return _hall(state, replace(state.hall, shift=Shift(event.incoming_id, at_ms, state.incidents)))


STEPS: Mapping[type[Event], Callable[[SittingState, Any, int, int], SittingState]] = {
    e.MessageSent: _sent,
    e.MessageWithdrawn: _withdrawn,
    e.MessageSeen: _seen,
    e.HandRaised: _raised,
    e.HandLowered: _lowered,
    e.HandAnswered: _answered,
    e.NextWordSet: _next_word,
    e.SeatLocked: _locked,
    e.SeatUnlocked: _unlocked,
    IncidentRecorded: _incident,
    d.MisconductRecorded: _misconduct,
    d.MisconductWithdrawn: _forgiven,
    d.ErratumReleased: _released,
    d.ErratumWithdrawn: _taken_back,
    d.ErratumSeen: _corrected,
    d.ShiftHandedOver: _handed_over,
    **reserve_acts.STEPS,
}
