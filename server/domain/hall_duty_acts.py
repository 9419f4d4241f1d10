"""Decisions of the officers' duty in the hall: misconduct, corrections of items, the handover of a shift.

misconduct: none ──record──▶ recorded ──withdraw (two officers)──▶ withdrawn
erratum:    signed ──release (two officers)──▶ released ──▶ seen, by each candidate
                                                  └──withdraw (two officers, reason)──▶ withdrawn ──▶ seen, by who saw it
"""

from __future__ import annotations

from server.domain import commands, hall_duty_events, running_acts
from server.domain.event import Event
from server.domain.hall_commands import (
    HandOverShift,
    RecordMisconduct,
    ReleaseErratum,
    WithdrawErratum,
    WithdrawMisconduct,
)
from server.domain.reasons import Reason, Refused
from server.domain.state import SittingState

MAX_MISCONDUCT = 2_000  # steps in one sitting: far above any hall's
MAX_ERRATA = 20  # of one paper: more corrections than that are another paper

Decision = tuple[Event, ...] | Refused


def record_misconduct(state: SittingState, command: RecordMisconduct, now_ms: int) -> Decision:
    """Take a step; one that ends the part closes the seat with it."""
    attempt, step = state.attempts.get(command.attempt_id), command.step
    if attempt is None:
        return Refused(Reason.UNKNOWN_ATTEMPT, command.attempt_id)
    if not command.note.strip():
        return Refused(Reason.TEXT_NEEDED)
    if len(set(command.officers)) != (2 if step.two_officers else 1) or len(command.officers) != len(
        set(command.officers)
    ):
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    if len(state.hall.misconduct) >= MAX_MISCONDUCT or command.misconduct_id in state.hall.misconduct:
        return Refused(Reason.TOO_MANY, command.misconduct_id)
    if state.hall.is_suspended(command.attempt_id):
        return Refused(Reason.SUSPENDED, command.attempt_id)
    recorded = hall_duty_events.MisconductRecorded(
        command.misconduct_id, command.attempt_id, step, command.note.strip(), command.officers
    )
    if not step.ends_part or attempt.running is None:
        return (recorded,)
    closing = commands.CloseSeat(command.attempt_id, f"{step.vi}: {command.note.strip()}"[:500], command.officers[0])
    closed = running_acts.close_seat(state, closing, now_ms)
    return closed if isinstance(closed, Refused) else (recorded, *closed)


def withdraw_misconduct(state: SittingState, command: WithdrawMisconduct, now_ms: int) -> Decision:
    """Take a step back; a part that it ended stays ended."""
    found = state.hall.misconduct.get(command.misconduct_id)
    if found is None or found.withdrawn:
        return Refused(Reason.NOTHING_TO_DO, command.misconduct_id)
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    if len(command.officers) != 2 or len(set(command.officers)) != 2:
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    return (
        hall_duty_events.MisconductWithdrawn(
            command.misconduct_id, found.attempt_id, command.reason, command.officers
        ),
    )  # fmt: skip


def release_erratum(state: SittingState, command: ReleaseErratum, now_ms: int) -> Decision:
    """Show a correction of an item of the paper in use."""
    if len(command.officers) != 2 or len(set(command.officers)) != 2:
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    if state.paper is None:
        return Refused(Reason.NOT_UNSEALED)
    if not any(command.item_id in items for items in state.paper.items.values()):
        return Refused(Reason.UNKNOWN_ITEM, command.item_id)
    released = sum(one.withdraws is None for one in state.hall.errata.values())
    if command.erratum_id in state.hall.errata or released >= MAX_ERRATA:
        return Refused(Reason.TOO_MANY, command.erratum_id)
    return (
        hall_duty_events.ErratumReleased(
            command.erratum_id, state.paper.package_id, command.item_id, command.item_ref, command.text,
            command.signed_sha256, command.officers,
        ),
    )  # fmt: skip


def withdraw_erratum(state: SittingState, command: WithdrawErratum, now_ms: int) -> Decision:
    """Take a correction back; who has seen it is told."""
    if len(command.officers) != 2 or len(set(command.officers)) != 2:
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    found = state.hall.errata.get(command.erratum_id)
    if found is None or found.withdrawn or found.withdraws is not None or command.withdrawal_id in state.hall.errata:
        return Refused(Reason.NOTHING_TO_DO, command.erratum_id)
    return (
        hall_duty_events.ErratumWithdrawn(
            command.withdrawal_id, command.erratum_id, command.reason.strip(), command.officers
        ),
    )  # fmt: skip


def hand_over(state: SittingState, command: HandOverShift, now_ms: int) -> Decision:
    """One officer hands over to another; what is open goes into the record, so that both have signed for it."""
    if command.outgoing_id == command.incoming_id:
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    hall, before = state.hall, state.hall.shift
    running = [attempt for attempt in state.attempts.values() if attempt.running is not None]
    paused = sum(one.running is not None and one.running.ledger.running_pause is not None for one in running)
    unread = sum(
        any(not m.withdrawn and m.is_for(one.attempt_id) and not m.has_reached(one.attempt_id) for m in hall.messages.values())
        for one in running
    )  # fmt: skip
    return (
        hall_duty_events.ShiftHandedOver(
            command.outgoing_id, command.incoming_id, len(hall.hands), paused, len(hall.locks), unread,
            command.proposals, command.late, state.incidents - (0 if before is None else before.incidents),
            command.note.strip(),
        ),
    )  # fmt: skip
