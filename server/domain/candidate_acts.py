"""Decisions about what a candidate did: signing in, and the records of their outbox.

A record is judged by when it was made as far as that is believed, and by when it came. What does not count as it
stands, though a person may decide otherwise, is `late_recorded`; what could never count is refused.
"""

from __future__ import annotations

from typing import assert_never

from question_bank.items import response_problem
from server.domain import commands, events, hall_acts, reserve_acts, run_acts, time_acts
from server.domain.branch_records import other_branch
from server.domain.event import Event
from server.domain.reasons import Reason, Refused
from server.domain.rescue_acts import arrived, is_between_seats, superseded_at
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.timing import believed_ms, deadline_at_ms, grace_until_ms, paused_at, time_taken_ms
from server.domain.values import CloseCause, IncidentCategory, LateWhy, SittingStage
from server.protocol.receipt import receipt_code, responses_sha256
from server.protocol.records import (
    ClearResponse,
    ConfirmIdentity,
    FlagItem,
    LowerHand,
    NoteErratum,
    NoteSeen,
    PaperRecord,
    RaiseHand,
    ResumeWork,
    SaveResponse,
    SubmitPart,
    TakeAction,
)

# A kiosk learns of a pause a moment after it began; a click within it was made in good faith and costs nobody time.
PAUSE_NOTICE_MS = 2_000
# Late records kept for one candidate's part: five words on each item of the largest paper. Every one stays in memory
# and is copied with each further one; a machine that sends for ever gets refusals instead, which are only written down.
MAX_LATE = 2_000


def seat(state: SittingState, command: commands.SeatCandidate, now_ms: int) -> tuple[Event, ...] | Refused:
    """A candidate signs in; every sign-in after the first is a new generation of the same attempt."""
    if state.stage is SittingStage.ABSENT:
        return Refused(Reason.NOT_PREPARED)
    if command.source in state.by_source:
        return Refused(Reason.OUTBOX_TAKEN, command.source)
    attempt = state.attempt_of(command.candidate_id)
    if attempt is None and command.attempt_id in state.attempts:
        return Refused(Reason.ATTEMPT_ID_TAKEN, command.attempt_id)
    seated = events.CandidateSeated(
        attempt_id=command.attempt_id if attempt is None else attempt.attempt_id,
        candidate_id=command.candidate_id,
        kiosk_id=command.kiosk_id,
        seat_label=command.seat_label,
        generation=1 if attempt is None else attempt.generation + 1,
        source=command.source,
    )
    if attempt is None:
        return (seated,)
    if is_between_seats(state, attempt):
        return (seated, *arrived(state, attempt, command.seat_label))
    if not _two_machines(state, attempt, command.kiosk_id):
        return (seated,)
    note = f"{attempt.seat.seat_label} → {command.seat_label}"
    return seated, events.IncidentRecorded(attempt.attempt_id, IncidentCategory.TWO_MACHINES, note, None)


def _two_machines(state: SittingState, attempt: Attempt, kiosk_id: str) -> bool:
    """Whether another machine, which has not fallen silent, is in the middle of this attempt."""
    other = attempt.seat.kiosk_id
    return attempt.running is not None and other != kiosk_id and other not in state.silent


def record(state: SittingState, command: commands.KioskRecord, now_ms: int) -> tuple[Event, ...] | Refused:
    """One record of an outbox."""
    found = command.record
    if command.source in state.standby.seats:
        return _of_another_history(state, command, now_ms)
    attempt = state.attempts.get(found.attempt_id)
    if attempt is None:
        return Refused(Reason.UNKNOWN_ATTEMPT, found.attempt_id)
    if state.by_source.get(command.source) != (found.attempt_id, found.generation):
        return Refused(Reason.FOREIGN_OUTBOX, command.source)
    if isinstance(found, ConfirmIdentity):
        return (events.IdentityConfirmed(found.attempt_id, found.generation),)
    if isinstance(found, RaiseHand | LowerHand | NoteSeen | NoteErratum):
        return hall_acts.record(state, attempt, found, command.not_before_ms, now_ms)
    part = attempt.parts.get(found.part)
    if part is None:
        return Refused(Reason.NOT_STARTED if found.part < len(state.parts) else Reason.UNKNOWN_PART, str(found.part))
    if isinstance(found, ResumeWork):
        return time_acts.work_resumed(attempt, part, command, found, now_ms)
    former = reserve_acts.of_the_replaced(attempt, found)
    if (refused := _nonsense(state, former or part, command, found)) is not None:
        return refused
    not_before_ms = max(command.not_before_ms, attempt.made_at_ms.get(found.generation, 0))
    believed = believed_ms(found.made_at_ms, not_before_ms, now_ms)
    judged = LateWhy.REPLACED if former is not None else _judged(state, attempt, part, found, believed, now_ms)
    if isinstance(judged, Refused):
        return judged
    if judged is not None and len((former or part).late) >= MAX_LATE:
        return Refused(Reason.TOO_MANY_LATE, judged)
    if judged is not None:
        return (_late(found, believed, judged),)
    return _counted(state, part, found, believed)


def _of_another_history(state: SittingState, command: commands.KioskRecord, now_ms: int) -> tuple[Event, ...] | Refused:
    """A record of a sign-in that this history knows only as one beside the candidate's own: an official decides."""
    found, attempt = command.record, state.attempts.get(state.standby.seats[command.source])
    if attempt is None or not isinstance(found, PaperRecord):
        return Refused(Reason.SITS_ELSEWHERE, found.attempt_id)
    part = attempt.parts.get(found.part)
    if part is None:
        return Refused(Reason.NOT_STARTED, str(found.part))
    if (refused := _nonsense(state, part, command, found)) is not None:
        return refused
    if len(part.late) >= MAX_LATE:
        return Refused(Reason.TOO_MANY_LATE, LateWhy.OTHER_BRANCH)
    return (other_branch(attempt.attempt_id, found, believed_ms(found.made_at_ms, command.not_before_ms, now_ms)),)


def _nonsense(
    state: SittingState, part: PartAttempt, command: commands.KioskRecord, found: PaperRecord
) -> Refused | None:
    """What could not be right at any time."""
    if isinstance(found, SubmitPart):
        if found.last_seq != command.source_seq - 1:
            return Refused(Reason.WRONG_LAST_SEQ, f"{found.last_seq}, not {command.source_seq - 1}")
        return None
    item = state.item(part.section_id, found.item_id)
    if item is None:
        return Refused(Reason.UNKNOWN_ITEM, found.item_id)
    if isinstance(found, SaveResponse) and (problem := response_problem(item, found.response)) is not None:
        return Refused(Reason.NOT_A_RESPONSE, problem)
    return run_acts.nonsense(item, found) if isinstance(found, TakeAction) else None


def _judged(
    state: SittingState, attempt: Attempt, part: PartAttempt, found: PaperRecord, believed: int, now_ms: int
) -> LateWhy | Refused | None:
    """None when the record counts, else why it does not."""
    if (used := run_acts.used(part, found)) is not None:
        return used
    submits = isinstance(found, SubmitPart)
    superseded = superseded_at(state, attempt, found.generation)
    if superseded is not None and (submits or believed >= superseded):
        return LateWhy.SUPERSEDED
    if part.finish is not None:
        return _after_the_end(part, found, believed)
    if _in_a_pause(part, believed):
        return LateWhy.PAUSED
    deadline = deadline_at_ms(part.ledger)
    if deadline is None or now_ms < deadline:
        return None
    if now_ms >= grace_until_ms(deadline, state.grace_ms, state.began_at_ms):
        return LateWhy.RECEIVED_AFTER_GRACE if believed < deadline else LateWhy.MADE_AFTER_DEADLINE
    # A submission within the grace finishes at the deadline; it adds nothing that was made after it.
    return None if submits or believed < deadline else LateWhy.MADE_AFTER_DEADLINE


def _in_a_pause(part: PartAttempt, believed: int) -> bool:
    """Whether the clock stood, and had stood for long enough that a kiosk on the line knew of it."""
    pause = paused_at(part.ledger, believed)
    return pause is not None and believed - pause.from_ms >= PAUSE_NOTICE_MS


def _after_the_end(part: PartAttempt, found: PaperRecord, believed: int) -> LateWhy | Refused:
    assert part.finish is not None
    match part.finish.cause:
        case None if found.generation >= part.finish.generation:
            return Refused(Reason.PART_SUBMITTED)
        case None:
            return LateWhy.AFTER_SUBMISSION
        case CloseCause.OFFICER:
            return LateWhy.AFTER_CLOSING
        case CloseCause.DEADLINE if _in_a_pause(part, believed):
            return LateWhy.PAUSED
        case CloseCause.DEADLINE:
            in_time = believed < part.finish.finished_at_ms
            return LateWhy.RECEIVED_AFTER_GRACE if in_time else LateWhy.MADE_AFTER_DEADLINE
        case other:
            assert_never(other)


def _late(found: PaperRecord, believed: int, why: LateWhy) -> Event:
    return events.LateRecorded(
        attempt_id=found.attempt_id,
        generation=found.generation,
        part=found.part,
        what=found.KIND,
        item_id=None if isinstance(found, SubmitPart) else found.item_id,
        response=run_acts.late_response(found),
        responses_sha256=found.responses_sha256 if isinstance(found, SubmitPart) else None,
        made_at_ms=found.made_at_ms,
        believed_at_ms=believed,
        uncertainty_ms=found.uncertainty_ms,
        why=why,
    )


def _counted(state: SittingState, part: PartAttempt, found: PaperRecord, believed: int) -> tuple[Event, ...]:
    match found:
        case SaveResponse():
            return (
                events.ResponseSaved(
                    found.attempt_id, found.generation, found.part, found.item_id, found.response, found.made_at_ms,
                    believed, found.uncertainty_ms,
                ),
            )  # fmt: skip
        case ClearResponse():
            return (
                events.ResponseCleared(
                    found.attempt_id, found.generation, found.part, found.item_id, found.made_at_ms, believed,
                    found.uncertainty_ms,
                ),
            )  # fmt: skip
        case TakeAction():
            return (run_acts.taken(found, believed),)
        case FlagItem():
            return (
                events.ItemFlagged(
                    found.attempt_id, found.generation, found.part, found.item_id, found.flagged, found.made_at_ms,
                    believed,
                ),
            )  # fmt: skip
        case SubmitPart():
            return _submitted(state, part, found, believed)
        case other:
            assert_never(other)


def _submitted(state: SittingState, part: PartAttempt, found: SubmitPart, believed: int) -> tuple[Event, ...]:
    assert state.plan is not None
    digest = responses_sha256(found.attempt_id, found.part, part.responses)
    deadline = deadline_at_ms(part.ledger)
    finished = believed if deadline is None else min(believed, deadline)
    submitted = events.SeatSubmitted(
        attempt_id=found.attempt_id,
        generation=found.generation,
        part=found.part,
        responses_sha256=digest.hex(),
        claimed_sha256=found.responses_sha256,
        receipt=receipt_code(digest),
        answered=part.answered,
        of=len(part.item_ids),
        made_at_ms=found.made_at_ms,
        believed_at_ms=believed,
        uncertainty_ms=found.uncertainty_ms,
        finished_at_ms=finished,
        time_taken_ms=time_taken_ms(part.ledger, finished, state.plan.rules.time_unit_ms),
    )
    if submitted.claimed_sha256 == submitted.responses_sha256:
        return (submitted,)
    note = f"{submitted.claimed_sha256[:16]} ≠ {submitted.responses_sha256[:16]}"
    return submitted, events.IncidentRecorded(found.attempt_id, IncidentCategory.DIGEST_DIFFERS, note, None)
