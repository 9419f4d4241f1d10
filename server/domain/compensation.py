"""How much of a candidate's time was lost and may be made good: proposals, from what machine and server saw. Pure.

A loss counts from its beginning to its end, less pauses and what was made good already. Whose time was over meanwhile
also loses what passes until somebody decides: at the acceptance they have what they had when their machine died.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.time_state import Loss, Span
from server.domain.timing import Extension, TimeLedger, deadline_at_ms, remaining_ms
from server.domain.values import Cause, CloseCause, PartStage

LEAST_MS = 1_000  # what pages show; a shorter loss is below what clocks tell


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a loss comes to now. `stretches` are sorted and do not touch the clock's pauses; `reopens` an ended part.

    `worked_until_ms`: the last thing that the candidate is known to have done before it.
    """

    attempt_id: str
    loss: Loss
    stretches: tuple[Span, ...]
    worked_until_ms: int | None
    reopens: bool

    @property
    def ms(self) -> int:
        """The time to give back."""
        return sum(to_ms - from_ms for from_ms, to_ms in self.stretches)


def proposals(state: SittingState, now_ms: int) -> Iterator[Proposal]:
    """Everything that waits for a decision, of all candidates."""
    for attempt_id in state.time.losses:
        yield from proposals_of(state, state.attempts[attempt_id], now_ms)


def proposals_of(state: SittingState, attempt: Attempt, now_ms: int) -> Iterator[Proposal]:
    """One candidate's, each as if those before it were accepted."""
    given: list[Proposal] = []
    for loss in state.time.losses.get(attempt.attempt_id, ()):
        found = proposal(state, attempt, loss, now_ms, given)
        if found is not None:
            given.append(found)
            yield found


def proposal(
    state: SittingState, attempt: Attempt, loss: Loss, now_ms: int, given: Iterable[Proposal] = ()
) -> Proposal | None:
    """What one loss comes to, once `given` are accepted; None when it is decided, too short, or nothing can be given."""
    part = attempt.parts.get(loss.part)
    if part is None or loss.number in state.time.decided or not _may_go_on(state, attempt, part):
        return None
    given = [one for one in given if one.loss.part == loss.part]
    ledger = _with(part.ledger, given)
    worked_ms = None if loss.moved_from is None else attempt.made_at_ms.get(loss.moved_from)
    from_ms = max(loss.from_ms, ledger.opened_at_ms, worked_ms or 0)
    if from_ms >= loss.to_ms or remaining_ms(ledger, from_ms) == 0:
        return None
    deadline = deadline_at_ms(ledger)
    spans = [(from_ms, loss.to_ms)]
    if deadline is not None and now_ms > (over_ms := max(deadline, loss.to_ms)):
        spans.append((over_ms, now_ms))
    stretches = _less(spans, [*_pauses(ledger), *_covered(state, attempt, loss.part), *_stretches(given)])
    found = Proposal(attempt.attempt_id, loss, stretches, worked_ms, part.finish is not None)
    return found if found.ms >= LEAST_MS else None


def _may_go_on(state: SittingState, attempt: Attempt, part: PartAttempt) -> bool:
    """Whether time given now is of any use: the part is open for the room, and nobody but the clock has ended it for them."""
    open_now = part.part < len(state.parts) and state.parts[part.part] is PartStage.OPEN
    by_clock = part.finish is None or part.finish.cause is CloseCause.DEADLINE
    return open_now and by_clock and attempt.current is part and not state.hall.is_suspended(attempt.attempt_id)


def _with(ledger: TimeLedger, given: Iterable[Proposal]) -> TimeLedger:
    more = tuple(Extension(one.ms, "", Cause.EQUIPMENT, 0, None, one.loss.number) for one in given)
    return replace(ledger, extensions=(*ledger.extensions, *more)) if more else ledger


def _pauses(ledger: TimeLedger) -> list[Span]:
    return [(one.from_ms, one.to_ms if one.to_ms is not None else 1 << 62) for one in ledger.pauses]


def _covered(state: SittingState, attempt: Attempt, part: int) -> Iterator[Span]:
    for loss in state.time.losses.get(attempt.attempt_id, ()):
        decided = state.time.decided.get(loss.number)
        if loss.part == part and decided is not None:
            yield from decided.covers
    for given in attempt.parts[part].ledger.extensions:  # made good by another server, as a seat sheet told
        yield from state.sheets.covers.get(given.origin, ())


def _stretches(given: Iterable[Proposal]) -> Iterator[Span]:
    for one in given:
        yield from one.stretches


def _less(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of the spans without those taken; sorted."""
    left = list(spans)
    for start, end in taken:
        left = [
            piece for from_ms, to_ms in left for piece in ((from_ms, min(to_ms, start)), (max(from_ms, end), to_ms))
            if piece[0] < piece[1]
        ]  # fmt: skip
    return tuple(sorted(left))
