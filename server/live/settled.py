"""Whether a candidate's ended part can be marked, and its result shown: nothing about it waits for a decision. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from server.domain import compensation, late_bucket
from server.domain.events import PartClosed, SeatClosed, SeatSubmitted
from server.domain.marking import MarkAwarded
from server.domain.reserve_acts import counts
from server.domain.sheet_events import SeatRestored
from server.domain.state import Attempt, Finish, PartAttempt, SittingState
from server.domain.time_events import CompensationDecided, LateDecided
from server.domain.values import CloseCause, PartStage

# After these something may be there to mark, or may be marked no more.
MAY_BE_MARKED = (SeatSubmitted, SeatClosed, PartClosed, LateDecided, CompensationDecided, SeatRestored)


def waits(state: SittingState, attempt: Attempt, part: PartAttempt, now_ms: int) -> bool:
    """Whether a late record would change it, or a decision about lost time would open it again."""
    if late_bucket.mattering_in(state, attempt, part):
        return True
    return any(one.loss.part == part.part for one in compensation.proposals_of(state, attempt, now_ms))


def may_come_back(state: SittingState, attempt: Attempt, part: PartAttempt) -> bool:
    """Whether the clock ended it while its machine could not be heard: it may have been dead, and tell so."""
    by_clock = part.finish is not None and part.finish.cause is CloseCause.DEADLINE
    open_now = part.part < len(state.parts) and state.parts[part.part] is PartStage.OPEN
    return by_clock and open_now and attempt.seat.kiosk_id in state.silent


def rests_on(mark: MarkAwarded, finish: Finish) -> bool:
    """Whether a mark is of what holds now."""
    return (mark.responses_sha256, mark.time_taken_ms) == (finish.responses_sha256, finish.time_taken_ms)


def finished(state: SittingState) -> Iterator[tuple[Attempt, PartAttempt]]:
    """Every part that has ended and counts, in the order of sign-in."""
    for attempt in state.attempts.values():
        for part in attempt.parts.values():
            if part.finish is not None and counts(state, part):
                yield attempt, part
