"""Decisions about lost time and late records."""

from __future__ import annotations

from dataclasses import replace

from server.domain import commands, compensation, late_bucket, reserve_acts
from server.domain.compensation import Proposal
from server.domain.event import Event
from server.domain.late_bucket import Late
from server.domain.reasons import Reason, Refused
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.time_commands import DecideCompensation, DecideLate
from server.domain.time_events import ArrangementApplied, CompensationDecided, LateDecided, Stretch, WorkResumed
from server.domain.timing import Extension, believed_ms, remaining_ms
from server.domain.values import LateRule
from server.protocol.receipt import receipt_code, responses_sha256
from server.protocol.records import ResumeWork


def work_resumed(
    attempt: Attempt, part: PartAttempt, command: commands.KioskRecord, found: ResumeWork, now_ms: int
) -> tuple[Event, ...]:
    """A machine shows its paper again. Its word is believed between what the server saw last of it and now."""
    newest_ms = attempt.made_at_ms.get(found.generation, 0)
    believed = believed_ms(found.made_at_ms, max(command.not_before_ms, newest_ms), now_ms)
    known_ms = max(command.heard_ms or 0, newest_ms, part.ledger.opened_at_ms)
    from_ms = min(believed, max(found.since_ms, known_ms))
    return (
        WorkResumed(
            found.attempt_id, found.generation, found.part, found.since_ms, command.heard_ms, from_ms,
            found.made_at_ms, believed, found.uncertainty_ms,
        ),
    )  # fmt: skip


def arranged(
    attempt: Attempt, part: int, command: commands.StartPart, duration_ms: int
) -> tuple[ArrangementApplied, ...]:
    """What was granted beforehand, with the start of a part."""
    granted = command.arrangements.get(attempt.candidate_id)
    if not granted:
        return ()
    extra_ms = granted.extra_ms(duration_ms)
    return (
        ArrangementApplied(attempt.attempt_id, part, granted.extra, extra_ms, granted.break_ms, command.officer_id),
    )


def decide_compensation(state: SittingState, command: DecideCompensation, now_ms: int) -> tuple[Event, ...] | Refused:
    """Accept or refuse what is proposed; never more than was lost, and never twice."""
    changed = command.ms is not None
    if (changed or not command.accept) and not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    if changed and command.ms == 0:
        return Refused(Reason.NOTHING_TO_DO)
    chosen = _losses(state, command, now_ms)
    if isinstance(chosen, Refused):
        return chosen
    for one in chosen:
        if command.accept and command.ms is not None and command.ms > one.ms:
            return Refused(Reason.MORE_THAN_LOST, f"{one.attempt_id}: {command.ms} > {one.ms}")
        if changed and command.accept and not _is_left(state, one, chosen, command, now_ms):
            return Refused(Reason.NOTHING_LEFT, one.attempt_id)
    return tuple(event for one in chosen for event in _compensated(state, command, one))


def _is_left(
    state: SittingState, one: Proposal, chosen: list[Proposal], command: DecideCompensation, now_ms: int
) -> bool:
    """Whether there is anything to work in once the time is given: of a part that is over some has passed already."""
    ledger = state.attempts[one.attempt_id].parts[one.loss.part].ledger
    count = sum(other.attempt_id == one.attempt_id for other in chosen)
    given = Extension((command.ms or 0) * count, command.reason, command.cause, now_ms)
    return remaining_ms(replace(ledger, extensions=(*ledger.extensions, given)), now_ms) > 0


def _losses(state: SittingState, command: DecideCompensation, now_ms: int) -> list[Proposal] | Refused:
    if command.choices is None:
        return list(compensation.proposals(state, now_ms)) or Refused(Reason.NOTHING_TO_DO)
    chosen: list[Proposal] = []
    for attempt_id, number in dict.fromkeys(command.choices):
        attempt = state.attempts.get(attempt_id)
        if attempt is None:
            return Refused(Reason.UNKNOWN_ATTEMPT, attempt_id)
        if number in state.time.decided:
            return Refused(Reason.ALREADY_DECIDED, str(number))
        lost = next((one for one in state.time.losses.get(attempt_id, ()) if one.number == number), None)
        given = [one for one in chosen if one.attempt_id == attempt_id] if command.accept else []
        found = None if lost is None else compensation.proposal(state, attempt, lost, now_ms, given)
        if found is None:
            return Refused(Reason.NOTHING_TO_DO, str(number))
        chosen.append(found)
    return chosen or Refused(Reason.NOTHING_TO_DO)


def _compensated(state: SittingState, command: DecideCompensation, one: Proposal) -> tuple[Event, ...]:
    amount = one.ms if command.ms is None else command.ms
    decided = CompensationDecided(
        attempt_id=one.attempt_id,
        part=one.loss.part,
        loss=one.loss.number,
        stretches=tuple(Stretch(*span) for span in one.stretches),
        ms=amount if command.accept else 0,
        cause=command.cause,
        reason=command.reason,
        officer_id=command.officer_id,
        reopened=command.accept and one.reopens,
    )
    if not decided.reopened:
        return (decided,)
    return decided, *reserve_acts.stands_on(state, one.attempt_id, one.loss.part, command.officer_id)


def decide_late(state: SittingState, command: DecideLate, now_ms: int) -> tuple[Event, ...] | Refused:
    """Accept or refuse late records, with a reason; by two officers where it changes a part that has ended."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    if command.accept and state.plan is not None and state.plan.rules.late_records is LateRule.NEVER:
        return Refused(Reason.NEVER_LATE)
    chosen = _waiting(state, command)
    if isinstance(chosen, Refused):
        return chosen
    second = command.second_officer_id
    alone = second is None or second == command.officer_id
    if command.accept and alone and any(part.finish is not None for part, _ in chosen.values()):
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    officers = (command.officer_id,) if second is None or alone else (command.officer_id, second)
    return tuple(_decided(state, command, officers, part, late) for part, late in chosen.values())


def _waiting(
    state: SittingState, command: DecideLate
) -> dict[tuple[str, int], tuple[PartAttempt, list[Late]]] | Refused:
    wanted = None if command.choices is None else set(command.choices)
    chosen: dict[tuple[str, int], tuple[PartAttempt, list[Late]]] = {}
    for attempt in state.attempts.values():
        for part in attempt.parts.values():
            for one in late_bucket.waiting(state, part, attempt.attempt_id):
                if wanted is None or (attempt.attempt_id, one.number) in wanted:
                    chosen.setdefault((attempt.attempt_id, part.part), (part, []))[1].append(one)
    found = sum(len(late) for _, late in chosen.values())
    if wanted is not None and found != len(wanted):
        return Refused(Reason.ALREADY_DECIDED)
    return chosen or Refused(Reason.NOTHING_TO_DO)


def _decided(
    state: SittingState, command: DecideLate, officers: tuple[str, ...], part: PartAttempt, late: list[Late]
) -> LateDecided:
    counted = late if command.accept else []
    after, end = late_bucket.with_words(part, counted), late_bucket.with_end(state, part, counted)
    attempt_id = late[0].attempt_id
    digest = responses_sha256(attempt_id, part.part, after.responses)
    return LateDecided(
        attempt_id=attempt_id,
        part=part.part,
        records=tuple(one.number for one in late),
        accepted=command.accept,
        reason=command.reason,
        officers=officers,
        responses_sha256=digest.hex(),
        receipt=receipt_code(digest),
        answered=after.answered,
        finished_at_ms=None if end is None else end[0],
        time_taken_ms=None if end is None else end[1],
    )
