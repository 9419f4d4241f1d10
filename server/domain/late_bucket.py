"""Records that came late: which still wait, what accepting them would change, and what then holds. Pure.

An accepted record takes the place that it would have had: for each item the last word of the highest generation counts,
and what was recorded after the late one, by the same sign-in, stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from server.domain import run_acts
from server.domain.events import LateRecorded
from server.domain.state import Attempt, Held, PartAttempt, SittingState, put
from server.domain.time_state import LateMark
from server.domain.timing import time_taken_ms
from server.domain.values import CloseCause, LateRule
from server.protocol.records import ClearResponse, SaveResponse, SubmitPart, TakeAction


@dataclass(frozen=True, slots=True)
class Late:
    """A late record: its number in the journal, when it came, what was decided (None: it waits)."""

    attempt_id: str
    number: int
    at_ms: int
    accepted: bool | None
    record: LateRecorded


def found(state: SittingState, attempt_id: str, part: int) -> tuple[Attempt, PartAttempt] | None:
    """A candidate's part, if it was started."""
    attempt = state.attempts.get(attempt_id)
    place = None if attempt is None else attempt.parts.get(part)
    return None if attempt is None or place is None else (attempt, place)


def with_part(state: SittingState, attempt: Attempt, part: PartAttempt) -> SittingState:
    """The state with this part of this attempt."""
    changed = replace(attempt, parts=put(attempt.parts, part.part, part))
    return replace(state, attempts=put(state.attempts, attempt.attempt_id, changed))


def all_late(state: SittingState, part: PartAttempt, attempt_id: str) -> tuple[Late, ...]:
    """Every late record of a candidate's part, in the order of arrival."""
    marks: tuple[LateMark, ...] = state.time.late.get((attempt_id, part.part), ())
    marks = marks[len(marks) - len(part.late) :]  # those before are of a paper that another one took the place of
    return tuple(
        Late(attempt_id, mark.number, mark.at_ms, mark.accepted, record)
        for mark, record in zip(marks, part.late, strict=False)
    )


def waiting(state: SittingState, part: PartAttempt, attempt_id: str) -> tuple[Late, ...]:
    """Those that nobody has decided on."""
    if not part.late:
        return ()
    return tuple(one for one in all_late(state, part, attempt_id) if one.accepted is None)


def matters(part: PartAttempt, late: Late) -> bool:
    """Whether accepting it would change a response, or when the candidate finished."""
    record = late.record
    if record.what in (SaveResponse.KIND, ClearResponse.KIND) and record.item_id is not None:
        held = part.held.get(record.item_id)
        if held is not None and (held.generation, held.seq) > (record.generation, late.number):
            return False
        return (None if held is None else held.response) != record.response
    if record.what == TakeAction.KIND:
        return run_acts.would_count(part, record)
    finish = part.finish
    by_clock = finish is not None and finish.cause is CloseCause.DEADLINE
    in_time = finish is not None and record.believed_at_ms < finish.finished_at_ms
    return record.what == SubmitPart.KIND and by_clock and in_time


def mattering(state: SittingState) -> Iterator[Late]:
    """Everything that waits and would change something, of all candidates; nothing where the rules count none of it."""
    if state.plan is None or state.plan.rules.late_records is LateRule.NEVER:
        return
    for attempt in state.attempts.values():
        for part in attempt.parts.values():
            yield from mattering_in(state, attempt, part)


def mattering_in(state: SittingState, attempt: Attempt, part: PartAttempt) -> tuple[Late, ...]:
    """Those of one candidate's part."""
    if not part.late or state.plan is None or state.plan.rules.late_records is LateRule.NEVER:
        return ()
    return tuple(one for one in waiting(state, part, attempt.attempt_id) if matters(part, one))


def with_words(part: PartAttempt, chosen: Iterable[Late]) -> PartAttempt:
    """The part once these count, in their order."""
    held = dict(part.held)
    for one in chosen:
        record = one.record
        part = run_acts.with_accepted(part, record, one.number)
        if record.item_id is None or record.what not in (SaveResponse.KIND, ClearResponse.KIND):
            continue
        before = held.get(record.item_id)
        if before is None or (before.generation, before.seq) < (record.generation, one.number):
            held[record.item_id] = Held(record.response, record.generation, one.number, one.at_ms)
    return replace(part, held=held)


def with_end(state: SittingState, part: PartAttempt, chosen: Iterable[Late]) -> tuple[int, int] | None:
    """(finished at, time taken) once these count; None while the part runs.

    Who had submitted before the clock ended the part, though nobody heard of it, finished then.
    """
    finish = part.finish
    if finish is None or state.plan is None:
        return None
    submitted = [
        one.record.believed_at_ms for one in chosen if one.record.what == SubmitPart.KIND and matters(part, one)
    ]
    if not submitted:
        return finish.finished_at_ms, finish.time_taken_ms
    at_ms = min(submitted)
    return at_ms, time_taken_ms(part.ledger, at_ms, state.plan.rules.time_unit_ms)
