"""Decisions about readiness: overriding one machine, and whether a start may be; and what the events make of the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from server.domain.event import Event
from server.domain.readiness_commands import OverrideReadiness, StartCheck, WithdrawOverride
from server.domain.readiness_events import (
    OverriddenSeat,
    ReadinessChecked,
    ReadinessOverridden,
    ReadinessOverrideWithdrawn,
)
from server.domain.readiness_state import Override
from server.domain.reasons import Reason, Refused
from server.domain.state import Attempt, SittingState, put

UNSEEN = "no_facts"  # of a machine the check does not know: its candidate signed in at this moment
MAX_NAMED = 20  # seats in a refusal's detail, which has 500 characters


def override(state: SittingState, command: OverrideReadiness, now_ms: int) -> tuple[Event, ...] | Refused:
    """Let one machine start in spite of what was found."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    if not command.lacks or not state.readiness.open_lacks(command.kiosk_id, command.lacks):
        return Refused(Reason.NOTHING_TO_DO, command.seat_label)
    before = state.readiness.overridden.get(command.kiosk_id)
    lacks = tuple(sorted({*command.lacks, *(before.lacks if before is not None else ())}))
    return (ReadinessOverridden(command.kiosk_id, command.seat_label, lacks, command.reason, command.officer_id),)


def withdraw(state: SittingState, command: WithdrawOverride, now_ms: int) -> tuple[Event, ...] | Refused:
    """Take an override back."""
    if command.kiosk_id not in state.readiness.overridden:
        return Refused(Reason.NOTHING_TO_DO)
    return (ReadinessOverrideWithdrawn(command.kiosk_id, command.officer_id),)


def start_checked(
    state: SittingState, check: StartCheck, starters: Sequence[Attempt], part: int, officer_id: str
) -> ReadinessChecked | Refused:
    """The fact that these may start, or which seats hold them up."""
    overridden: list[OverriddenSeat] = []
    held_up: list[str] = []
    for attempt in starters:
        seat = attempt.seat
        lacks = check.blocked.get(seat.kiosk_id, (UNSEEN,))
        still = state.readiness.open_lacks(seat.kiosk_id, lacks)
        if still:
            held_up.append(f"{seat.seat_label} ({', '.join(still)})")
        elif lacks:
            overridden.append(OverriddenSeat(seat.kiosk_id, seat.seat_label, lacks))
    if held_up:
        more = f" +{len(held_up) - MAX_NAMED}" if len(held_up) > MAX_NAMED else ""
        return Refused(Reason.SEATS_NOT_READY, "; ".join(sorted(held_up)[:MAX_NAMED]) + more)
    return ReadinessChecked(
        part=part, build=check.build, packages=check.packages, seats=len(starters), overridden=tuple(overridden),
        facts_sha256=check.facts_sha256, head_seq=check.head_seq, head_hash=check.head_hash, officer_id=officer_id,
    )  # fmt: skip


# --- what the events make of the state --------------------------------------------------------------------------------


def _checked(state: SittingState, event: ReadinessChecked, at_ms: int, seq: int) -> SittingState:
    return replace(state, readiness=replace(state.readiness, checked_at_ms=at_ms))


def _overridden(state: SittingState, event: ReadinessOverridden, at_ms: int, seq: int) -> SittingState:
    given = Override(event.seat_label, frozenset(event.lacks), event.reason, event.officer_id, at_ms)
    overridden = put(state.readiness.overridden, event.kiosk_id, given)
    return replace(state, readiness=replace(state.readiness, overridden=overridden))


def _withdrawn(state: SittingState, event: ReadinessOverrideWithdrawn, at_ms: int, seq: int) -> SittingState:
    left = {one: given for one, given in state.readiness.overridden.items() if one != event.kiosk_id}
    return replace(state, readiness=replace(state.readiness, overridden=left))


ACTS: Mapping[type, Callable[[SittingState, Any, int], tuple[Event, ...] | Refused]] = {
    OverrideReadiness: override,
    WithdrawOverride: withdraw,
}
STEPS: Mapping[type[Event], Callable[[SittingState, Any, int, int], SittingState]] = {
    ReadinessChecked: _checked,
    ReadinessOverridden: _overridden,
    ReadinessOverrideWithdrawn: _withdrawn,
}
