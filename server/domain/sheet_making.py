"""The seat sheet of a candidate, from the state: everything of the seat that only the server knew. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from server.domain.state import Attempt, Finish, PartAttempt, SittingState
from server.domain.timing import Extension, Pause, TimeLedger
from server.domain.values import CloseCause
from server.protocol.seat_sheet import (
    FORMAT,
    MAX_ENTRIES,
    MAX_REASON,
    MAX_SIGN_INS,
    SeatSheet,
    SheetEnd,
    SheetExtension,
    SheetMove,
    SheetPart,
    SheetPause,
    SheetSeating,
    SheetSpan,
)

Content: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a sheet needs besides the state: whose room it is, up to which record it tells (`hash` in hex), when it is made.

    `sign_ins`: by outbox, SHA-256 (hex) of the record that began it.
    """

    room_id: str
    sbd: str
    epoch: int
    seq: int
    hash: str
    now_ms: int
    sign_ins: Mapping[str, str]


def content(state: SittingState, attempt: Attempt) -> Content:
    """What the sheet rests on: while it is equal, the sheet that was made before tells all there is."""
    parts = tuple((index, part.form_id, part.ledger, part.finish) for index, part in sorted(attempt.parts.items()))
    return attempt.seatings, attempt.confirmed, parts, _moves(state, attempt)


def seat_sheet(state: SittingState, attempt: Attempt, told: Told) -> SeatSheet | None:
    """The sheet; None where there is more to tell than one holds, which no sitting of people comes to."""
    entries = [len(part.ledger.extensions) + len(part.ledger.pauses) for part in attempt.parts.values()]
    if state.plan is None or len(attempt.seatings) > MAX_SIGN_INS or max(entries, default=0) > MAX_ENTRIES:
        return None
    return SeatSheet(
        format=FORMAT,
        room_id=told.room_id,
        sitting_id=state.plan.sitting_id,
        attempt_id=attempt.attempt_id,
        candidate_id=attempt.candidate_id,
        sbd=told.sbd,
        epoch=told.epoch,
        seq=told.seq,
        hash=told.hash,
        made_at_ms=told.now_ms,
        seatings=tuple(
            SheetSeating(one.generation, one.kiosk_id, one.seat_label, one.source, one.at_ms, told.sign_ins[one.source])
            for one in attempt.seatings
        ),
        moves=_moves(state, attempt),
        confirmed=attempt.confirmed,
        parts=tuple(_part(state, part) for _, part in sorted(attempt.parts.items())),
    )


def _moves(state: SittingState, attempt: Attempt) -> tuple[SheetMove, ...]:
    found = ((one.generation, state.rescue.move_of(attempt.attempt_id, one.generation)) for one in attempt.seatings)
    return tuple(
        SheetMove(generation, move.at_ms, move.to_kiosk_id, move.to_seat, move.officer_id)
        for generation, move in found if move is not None
    )  # fmt: skip


def _part(state: SittingState, part: PartAttempt) -> SheetPart:
    ledger: TimeLedger = part.ledger
    return SheetPart(
        part=part.part,
        section_id=part.section_id,
        form_id=part.form_id,
        item_ids=part.item_ids,
        option_ids=part.option_ids,
        opened_at_ms=ledger.opened_at_ms,
        duration_ms=ledger.duration_ms,
        break_ms=ledger.break_ms,
        extensions=tuple(_extension(state, one) for one in ledger.extensions),
        pauses=tuple(_pause(one) for one in ledger.pauses),
        end=None if part.finish is None else _end(part.finish),
    )


def _extension(state: SittingState, one: Extension) -> SheetExtension:
    epoch, seq = one.origin
    decided = None if not one.lost else state.time.decided.get(one.lost)
    covers = state.sheets.covers.get(one.origin, ()) if decided is None else decided.covers
    return SheetExtension(
        epoch, seq, one.ms, one.reason[:MAX_REASON], one.cause.value, one.at_ms, one.officer_id, one.lost is not None,
        tuple(SheetSpan(from_ms, to_ms) for from_ms, to_ms in covers),
    )  # fmt: skip


def _pause(one: Pause) -> SheetPause:
    epoch, seq = one.origin
    return SheetPause(
        epoch, seq, one.from_ms, one.to_ms, one.reason[:MAX_REASON], one.cause.value, one.officer_id, one.ended_by,
        one.end_reason[:MAX_REASON],
    )  # fmt: skip


def _end(finish: Finish) -> SheetEnd:
    epoch, seq = finish.origin
    match finish.cause:
        case None:
            return SheetEnd(epoch, seq, finish.finished_at_ms, "submitted")
        case CloseCause.DEADLINE:
            return SheetEnd(epoch, seq, finish.finished_at_ms, "deadline")
        case CloseCause.OFFICER:
            return SheetEnd(epoch, seq, finish.finished_at_ms, "officer")
