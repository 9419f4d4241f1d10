"""What an event about the second server makes of a state. Total, like `evolution`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from server.domain import standby_events as events
from server.domain.event import EpochBegan, Event
from server.domain.standby_state import StandbyState
from server.domain.state import SittingState, put, without
from server.protocol.epoch import term_of

Step: TypeAlias = Callable[[SittingState, Any, int, int], SittingState]


def _with(state: SittingState, standby: StandbyState) -> SittingState:
    return replace(state, standby=standby)


def began(state: SittingState, event: EpochBegan, at_ms: int) -> StandbyState:
    """A server has started; where it has taken over, a term begins."""
    took_over = term_of(event.epoch) > term_of(state.epoch)
    return replace(state.standby, term_began_ms=at_ms) if took_over else state.standby


def _lost(state: SittingState, event: events.StandbyLost, at_ms: int, seq: int) -> SittingState:
    return _with(state, replace(state.standby, server_id=event.server_id, lost_at_ms=at_ms, why=event.why))


def _rejoined(state: SittingState, event: events.StandbyRejoined, at_ms: int, seq: int) -> SittingState:
    return _with(state, replace(state.standby, server_id=event.server_id, lost_at_ms=None, why=None))


def _branch_kept(state: SittingState, event: events.BranchKept, at_ms: int, seq: int) -> SittingState:
    return _with(state, replace(state.standby, branches=(*state.standby.branches, event)))


def _order_kept(state: SittingState, event: events.BranchOrderKept, at_ms: int, seq: int) -> SittingState:
    known = state.standby
    records = put(known.records, event.hash, (*known.records.get(event.hash, ()), event))
    return _with(state, replace(known, orders=put(known.orders, event.hash, event), records=records))


def _seat_kept(state: SittingState, event: events.BranchSeatKept, at_ms: int, seq: int) -> SittingState:
    known = state.standby
    seats, kiosks = put(known.seats, event.source, event.attempt_id), put(known.kiosks, event.source, event.kiosk_id)
    return _with(state, replace(known, seats=seats, kiosks=kiosks))


def _order_decided(state: SittingState, event: events.BranchOrderDecided, at_ms: int, seq: int) -> SittingState:
    known = state.standby
    settled = known.settled | {(one.epoch, one.seq) for one in known.records.get(event.hash, ())}
    orders, records = without(known.orders, event.hash), without(known.records, event.hash)
    return _with(state, replace(known, orders=orders, records=records, settled=settled))


def without_orders(known: StandbyState, in_force: Callable[[events.BranchOrderKept], bool]) -> StandbyState:
    """What is in force now, by a seat sheet, waits for nobody any more."""
    if not known.records:
        return known
    records = {
        key: left for key, found in known.records.items() if (left := tuple(one for one in found if not in_force(one)))
    }
    return replace(known, records=records, orders={key: found[-1] for key, found in records.items()})


def settled_orders(state: SittingState, done: Callable[[events.BranchOrderKept], bool]) -> SittingState:
    """The state where what these orders asked for has happened: nobody is asked, and no branch lists them again."""
    known = state.standby
    found = {(one.epoch, one.seq) for kept in known.records.values() for one in kept if done(one)}
    if not found:
        return state
    return _with(state, replace(without_orders(known, done), settled=known.settled | found))


STEPS: Mapping[type[Event], Step] = {
    events.StandbyLost: _lost,
    events.StandbyRejoined: _rejoined,
    events.BranchKept: _branch_kept,
    events.BranchOrderKept: _order_kept,
    events.BranchSeatKept: _seat_kept,
    events.BranchOrderDecided: _order_decided,
}
