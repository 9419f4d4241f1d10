"""Decisions about seat sheets: what they tell and this journal does not know becomes events, once. docs/seat-sheet.md."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from server.domain.event import Event
from server.domain.events import AttemptOpened, IdentityConfirmed, IncidentRecorded
from server.domain.hall_events import PaperReplaced
from server.domain.reasons import Reason, Refused
from server.domain.sheet_commands import RestoreSeat, RestoreSignIn, SheetCommand
from server.domain.sheet_ends import CLOSED_THERE
from server.domain.sheet_events import DisputedStart, RestoredClock, SeatRestored, SignInRestored
from server.domain.sheet_plan import Additions, additions
from server.domain.standby_events import BranchOrderKept, BranchSeatKept
from server.domain.state import SittingState
from server.domain.values import Cause, IncidentCategory
from server.protocol.seat_sheet import MAX_REASON, SeatSheet, SheetPart, SheetPause, SheetSeating

NO_RECORD = 0  # an entry of this epoch that no record of its own made: one for a passage


def requests(found: Additions, sheet: SeatSheet, sheet_sha256: str, kiosk_id: str) -> tuple[SheetCommand, ...]:
    """What is asked of the journal to take these additions in, together and in this order; nothing where there are none."""
    signed_in = tuple(one.generation for one in found.seatings)
    asked: list[SheetCommand] = [RestoreSignIn(sheet, one.generation) for one in (*found.seatings, *found.elsewhere)]
    if signed_in or found.of_the_seat:
        asked.append(RestoreSeat(sheet, sheet_sha256, kiosk_id, signed_in))
    return tuple(asked)


def restore_sign_in(state: SittingState, command: RestoreSignIn, now_ms: int) -> tuple[Event, ...] | Refused:
    """One sign-in: the candidate's, or, when they sit elsewhere here, one whose records wait for an official."""
    found = additions(state, command.sheet)
    if isinstance(found, Refused):
        return found
    for seating in found.seatings:
        if seating.generation == command.generation:
            return (_sign_in(command.sheet, seating),)
    for seating in found.elsewhere:
        if seating.generation == command.generation:
            return _elsewhere(state, found, seating)
    return Refused(Reason.NOTHING_TO_DO, command.sheet.attempt_id)


def restore_seat(state: SittingState, command: RestoreSeat, now_ms: int) -> tuple[Event, ...] | Refused:
    """The rest of a sheet: identity, starts, clock, moves; an officer's end of a part waits for an officer here."""
    sheet = command.sheet
    found = additions(state, sheet)
    if isinstance(found, Refused):
        return found
    if not (found.of_the_seat or command.signed_in):
        return Refused(Reason.NOTHING_TO_DO, sheet.attempt_id)
    seat = sheet.seatings[-1]
    before: list[Event] = []
    if found.confirmed:
        before.append(IdentityConfirmed(sheet.attempt_id, seat.generation))
    before += [_opened(sheet.attempt_id, told) for told in found.opened]
    before += [_replaced(state, sheet.attempt_id, told) for told in found.replaced]
    taken = SeatRestored(
        attempt_id=sheet.attempt_id,
        kiosk_id=command.kiosk_id,
        seat_label=seat.seat_label,
        epoch=sheet.epoch,
        seq=sheet.seq,
        hash=sheet.hash,
        sheet_sha256=command.sheet_sha256,
        signed_in=command.signed_in,
        opened=tuple(told.part for told in (*found.opened, *found.replaced)),
        clocks=_with_the_switch(state, found, now_ms),
        moves=found.moves,
        disputed=tuple(DisputedStart(told.part, told.opened_at_ms) for told in found.disputed),
    )
    return (*before, taken, *_ended(sheet, found), *_disputes(sheet, found))


def _sign_in(sheet: SeatSheet, seating: SheetSeating) -> SignInRestored:
    return SignInRestored(
        sheet.attempt_id, sheet.candidate_id, seating.kiosk_id, seating.seat_label, seating.generation,
        seating.source, seating.at_ms,
    )  # fmt: skip


def _elsewhere(state: SittingState, found: Additions, seating: SheetSeating) -> tuple[Event, ...]:
    kept = BranchSeatKept(
        found.attempt_id, seating.generation, seating.source, seating.kiosk_id, seating.seat_label
    )  # fmt: skip
    if seating is not found.elsewhere[-1]:
        return (kept,)
    here = state.attempts[found.attempt_id].seat.seat_label
    note = f"{seating.seat_label} ≠ {here}"
    return kept, IncidentRecorded(found.attempt_id, IncidentCategory.TWO_MACHINES, note, None)


def _opened(attempt_id: str, told: SheetPart) -> AttemptOpened:
    return AttemptOpened(
        attempt_id, told.part, told.section_id, told.form_id, told.item_ids, told.option_ids, told.opened_at_ms,
        told.duration_ms,
    )  # fmt: skip


def _replaced(state: SittingState, attempt_id: str, told: SheetPart) -> PaperReplaced:
    """The reserve's paper as that server had given it, by the word of the officers who ordered the switch here."""
    switch = state.hall.switch
    assert switch is not None
    return PaperReplaced(
        attempt_id, told.part, state.attempts[attempt_id].parts[told.part].form_id, told.section_id, told.form_id,
        told.item_ids, told.option_ids, told.opened_at_ms, told.duration_ms, switch.officers[0],
    )  # fmt: skip


def _with_the_switch(state: SittingState, found: Additions, now_ms: int) -> tuple[RestoredClock, ...]:
    """The clocks; on a paper that takes the other's place they stood while the switch was ordered here, as everybody's did."""
    switch, clocks = state.hall.switch, {clock.part: clock for clock in found.clocks}
    for told in found.replaced if switch is not None else ():
        assert switch is not None
        if told.end is not None or (told.pauses and told.pauses[-1].to_ms is None):
            continue
        clock = clocks.get(told.part, RestoredClock(told.part, (), (), told.break_ms, reopened=False))
        by = switch.officers[0]
        stood = SheetPause(
            state.epoch, NO_RECORD, max(told.opened_at_ms, switch.at_ms), now_ms, switch.reason[:MAX_REASON],
            Cause.HALL.value, by, by, "",
        )  # fmt: skip
        clocks[told.part] = replace(clock, pauses=(*clock.pauses, stood))
    return tuple(clocks[part] for part in sorted(clocks))


def _ended(sheet: SeatSheet, found: Additions) -> tuple[Event, ...]:
    orders = [(told.end, order_key(told.end.epoch, told.end.seq)) for told in found.ended if told.end is not None]
    return tuple(
        BranchOrderKept(end.epoch, end.seq, key, CLOSED_THERE, sheet.attempt_id, None, end.at_ms) for end, key in orders
    )


def _disputes(sheet: SeatSheet, found: Additions) -> tuple[Event, ...]:
    return tuple(
        IncidentRecorded(sheet.attempt_id, IncidentCategory.OTHER, f"part {told.part + 1}: {told.opened_at_ms}", None)
        for told in found.disputed
    )


def order_key(epoch: int, seq: int) -> str:
    """What an order is called of which only its number is known, not the hash of its record."""
    return hashlib.sha256(f"examroom sheet order {epoch} {seq}".encode()).hexdigest()


ACTS: Mapping[type, Callable[[SittingState, Any, int], tuple[Event, ...] | Refused]] = {
    RestoreSignIn: restore_sign_in,
    RestoreSeat: restore_seat,
}
