"""Taking in again what only a lost branch has: one request of it at a time. docs/standby.md, "Two histories".

What candidates did is judged as it was, at the instant the other server had it; starts are facts about one candidate's
clock and are taken as such; what officers ordered is only listed.
"""

from __future__ import annotations

from typing import TypeAlias

from server.domain import candidate_acts, events
from server.domain.branch_records import other_branch
from server.domain.commands import KioskRecord
from server.domain.event import Event, RequestConflict, RequestRefused, RequestUnreadable
from server.domain.hall_events import HandLowered, HandRaised, MessageSeen, PaperReplaced
from server.domain.reasons import Refused
from server.domain.rescue_events import SeatMoved
from server.domain.run_acts import of_late
from server.domain.run_events import ActionTaken
from server.domain.standby_commands import RecoverRecord
from server.domain.standby_events import BranchOrderKept, BranchSeatKept, RecordRecovered
from server.domain.state import SittingState
from server.domain.time_events import ArrangementApplied, WorkResumed
from server.domain.timing import Origin
from server.domain.values import PartStage
from server.protocol.records import (
    ClearResponse,
    ConfirmIdentity,
    FlagItem,
    PaperRecord,
    SaveResponse,
    SubmitPart,
    TakeAction,
)

Recovered: TypeAlias = ConfirmIdentity | PaperRecord

# What a candidate's machine told and nobody judges: it is so, wherever it was told.
_FACTS = (WorkResumed, MessageSeen, HandRaised, HandLowered)
# A verdict that had nothing in it to take in, and must stand under its number all the same.
_VERDICTS = (RequestRefused, RequestUnreadable, RequestConflict)


def recover(state: SittingState, command: RecoverRecord, now_ms: int) -> tuple[Event, ...] | Refused:
    """The events of one request of a branch here; always at least the note that it was looked at."""
    note = RecordRecovered(command.epoch, command.seq, command.hash)
    seqs = command.seqs or tuple(command.seq for _ in command.events)
    taken = tuple(
        event for found, seq in zip(command.events, seqs, strict=True) for event in _taken(state, command, found, seq)
    )
    return (*taken, note)


def _taken(state: SittingState, command: RecoverRecord, found: Event, seq: int) -> tuple[Event, ...]:
    if isinstance(found, _VERDICTS):
        return (found,)
    if isinstance(found, events.CandidateSeated):
        return _seat(state, found)
    if isinstance(found, events.AttemptOpened | ArrangementApplied):
        attempt = state.attempts.get(found.attempt_id)
        return (found,) if attempt is not None and found.part not in attempt.parts else ()
    if isinstance(found, _FACTS) or (isinstance(found, events.IncidentRecorded) and found.officer_id is None):
        return (found,)
    record = sent_as(command, found)
    if record is None:
        return _order(state, command, found, seq)
    return _judged(state, command, found, record, seq)


def _seat(state: SittingState, found: events.CandidateSeated) -> tuple[Event, ...]:
    attempt = state.attempt_of(found.candidate_id)
    if attempt is None or (attempt.attempt_id == found.attempt_id and attempt.generation < found.generation):
        return (found,)
    return (
        BranchSeatKept(attempt.attempt_id, found.generation, found.source, found.kiosk_id, found.seat_label),
    )  # fmt: skip


def _judged(
    state: SittingState, command: RecoverRecord, found: Event, record: Recovered, seq: int
) -> tuple[Event, ...]:  # fmt: skip
    """A candidate's record as it would have been judged here, when the other server had it."""
    if command.source in state.by_source:
        asked = KioskRecord(record, command.source, command.source_seq, getattr(found, "believed_at_ms", 0))
        judged = candidate_acts.record(state, asked, command.at_ms)
        if not isinstance(judged, Refused):
            return judged
        return _order(state, command, found, seq)  # nothing here it fits: a person looks at it
    attempt_id = state.standby.seats.get(command.source)
    attempt = None if attempt_id is None else state.attempts.get(attempt_id)
    if attempt is None or isinstance(record, ConfirmIdentity) or record.part not in attempt.parts:
        return () if isinstance(record, ConfirmIdentity) else _order(state, command, found, seq)
    return (other_branch(attempt.attempt_id, record, getattr(found, "believed_at_ms", command.at_ms)),)


def _order(state: SittingState, command: RecoverRecord, found: Event, seq: int) -> tuple[Event, ...]:
    if _is_in_force(state, command, found, (command.epoch, seq)):
        return ()
    return (
        BranchOrderKept(
            command.epoch, seq, command.hash, found.kind, getattr(found, "attempt_id", None),
            getattr(found, "officer_id", None), command.at_ms,
        ),
    )  # fmt: skip


def _is_in_force(state: SittingState, command: RecoverRecord, found: Event, origin: Origin) -> bool:
    """Whether a seat sheet has brought this very order back already, or an officer has decided on it."""
    if origin in state.standby.settled or origin in state.standby.waiting:
        return True
    if isinstance(found, events.SittingOpened):
        return found.part < len(state.parts) and state.parts[found.part] is not PartStage.WAITING
    attempt = state.attempts.get(getattr(found, "attempt_id", None) or "")
    if attempt is None:
        return False
    if isinstance(found, SeatMoved):
        return state.rescue.move_of(found.attempt_id, found.generation) is not None
    part = attempt.parts.get(getattr(found, "part", -1))
    if part is None:
        return False
    if isinstance(found, PaperReplaced):
        return (part.form_id, part.ledger.opened_at_ms) == (found.form_id, found.opened_at_ms)
    if isinstance(found, events.SeatClosed) and part.finish is not None:
        return True  # it has ended here
    if isinstance(found, events.SeatResumed):
        return any(pause.to_ms == command.at_ms for pause in part.ledger.pauses)
    entries = {one.origin for one in part.ledger.extensions} | {one.origin for one in part.ledger.pauses}
    return origin in entries


def sent_as(command: RecoverRecord, found: Event) -> Recovered | None:
    """What the candidate's machine had sent, as far as the event tells; None for what no machine sends."""
    match found:
        case events.IdentityConfirmed():
            return ConfirmIdentity(found.attempt_id, found.generation, command.at_ms, 0)
        case events.ResponseSaved():
            return SaveResponse(
                found.attempt_id, found.generation, found.part, found.item_id, found.response, found.made_at_ms,
                found.uncertainty_ms,
            )  # fmt: skip
        case events.ResponseCleared():
            return ClearResponse(
                found.attempt_id, found.generation, found.part, found.item_id, found.made_at_ms, found.uncertainty_ms
            )
        case ActionTaken():
            return TakeAction(
                found.attempt_id, found.generation, found.part, found.item_id, found.n, found.action, found.made_at_ms,
                found.uncertainty_ms,
            )  # fmt: skip
        case events.ItemFlagged():
            return FlagItem(
                found.attempt_id, found.generation, found.part, found.item_id, found.flagged, found.made_at_ms, 0
            )
        case events.SeatSubmitted():
            return SubmitPart(
                found.attempt_id, found.generation, found.part, command.source_seq - 1, found.claimed_sha256,
                found.made_at_ms, found.uncertainty_ms,
            )  # fmt: skip
        case events.LateRecorded():
            return _late(command, found)
    return None


def _late(command: RecoverRecord, found: events.LateRecorded) -> Recovered | None:
    """A record that was late there: it is judged anew here."""
    head = (found.attempt_id, found.generation, found.part)
    if found.item_id is None:
        digest = found.responses_sha256 or ""
        return SubmitPart(*head, command.source_seq - 1, digest, found.made_at_ms, found.uncertainty_ms)
    if (act := of_late(found)) is not None:
        return TakeAction(*head, found.item_id, *act, found.made_at_ms, found.uncertainty_ms)
    if found.response is not None:
        return SaveResponse(*head, found.item_id, found.response, found.made_at_ms, found.uncertainty_ms)
    if found.what == ClearResponse.KIND:
        return ClearResponse(*head, found.item_id, found.made_at_ms, found.uncertainty_ms)
    return None
