"""A candidate's time as an account: every entry in the order of time, and the balance after each. Pure.

The last balance is `timing.remaining_ms` at that instant, or at the end of the part once it has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from server.domain import compensation
from server.domain.compensation import Proposal
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.time_state import Loss
from server.domain.timing import Extension, Pause, TimeLedger, deadline_at_ms
from server.domain.values import Cause


class EntryKind(StrEnum):
    """What an entry of the account is."""

    ALLOWED = "allowed"
    ARRANGED = "arranged"
    GIVEN = "given"
    COMPENSATED = "compensated"
    REFUSED = "refused"
    PROPOSED = "proposed"
    STOOD = "stood"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `ms` has its sign; from `from_ms` to `to_ms` where it is a time, else both are its instant.

    `to_ms` None: it still lasts. `loss` and `proposal` where it rests on one; `ended_by` of a pause that has ended.
    """

    kind: EntryKind
    from_ms: int
    to_ms: int | None
    ms: int
    balance_ms: int
    cause: Cause | None = None
    reason: str = ""
    officer_id: str | None = None
    ended_by: str | None = None
    loss: Loss | None = None
    proposal: Proposal | None = None


def account(state: SittingState, attempt: Attempt, part: PartAttempt, now_ms: int) -> list[Entry]:
    """The account of a candidate's part at `now_ms`."""
    until_ms = now_ms if part.finish is None else part.finish.finished_at_ms
    deadline = deadline_at_ms(part.ledger)
    until_ms = until_ms if deadline is None else min(until_ms, deadline)
    writer = _Writer(part.ledger, until_ms)
    marks = sorted(_marks(state, attempt, part, now_ms), key=lambda one: one[0])
    for at_ms, mark in marks:
        match mark:
            case Pause():
                writer.stood(mark)
            case Extension():
                writer.given(mark, _loss(state, attempt, mark.lost))
            case Proposal():
                writer.note(EntryKind.PROPOSED, mark.loss, proposal=mark)
            case Loss():
                decided = state.time.decided[mark.number]
                writer.passed(at_ms)
                writer.note(EntryKind.REFUSED, mark, decided.reason, decided.officer_id, at_ms=at_ms)
    writer.passed(until_ms)
    return writer.entries


def _marks(
    state: SittingState, attempt: Attempt, part: PartAttempt, now_ms: int
) -> Iterator[tuple[int, Pause | Extension | Proposal | Loss]]:
    ledger, time = part.ledger, state.time
    for given in ledger.extensions:
        yield given.at_ms, given
    for pause in ledger.pauses:
        yield pause.from_ms, pause
    for loss in time.losses.get(attempt.attempt_id, ()):
        decided = time.decided.get(loss.number)
        if loss.part == part.part and decided is not None and not decided.ms:
            yield decided.at_ms, loss
    for found in compensation.proposals_of(state, attempt, now_ms):
        if found.loss.part == part.part:
            yield now_ms, found


def _loss(state: SittingState, attempt: Attempt, number: int | None) -> Loss | None:
    return next((one for one in state.time.losses.get(attempt.attempt_id, ()) if one.number == number), None)


class _Writer:
    """Writes entries and keeps the balance; `cursor` is how far the passing of time is written."""

    def __init__(self, ledger: TimeLedger, until_ms: int) -> None:
        self._until_ms = until_ms
        self._cursor = ledger.opened_at_ms
        opened = ledger.opened_at_ms
        self._balance = ledger.duration_ms
        self.entries = [Entry(EntryKind.ALLOWED, opened, opened, ledger.duration_ms, ledger.duration_ms)]

    def passed(self, to_ms: int) -> None:
        """The clock ran until then."""
        to_ms = min(to_ms, self._until_ms)
        if to_ms > self._cursor:
            self._balance -= to_ms - self._cursor
            passed = Entry(EntryKind.PASSED, self._cursor, to_ms, self._cursor - to_ms, self._balance)
            self.entries.append(passed)
            self._cursor = to_ms

    def stood(self, pause: Pause) -> None:
        """The clock stood."""
        if pause.from_ms > self._until_ms:
            return
        self.passed(pause.from_ms)
        self.entries.append(
            Entry(
                EntryKind.STOOD, pause.from_ms, pause.to_ms, 0, self._balance, pause.cause, pause.reason,
                pause.officer_id, pause.ended_by,
            )
        )  # fmt: skip
        end = self._until_ms if pause.to_ms is None else min(pause.to_ms, self._until_ms)
        self._cursor = max(self._cursor, end)

    def given(self, one: Extension, loss: Loss | None) -> None:
        """Time was given."""
        self.passed(one.at_ms)
        self._balance += one.ms
        arranged = EntryKind.ARRANGED if one.cause is Cause.ARRANGEMENT else EntryKind.GIVEN
        kind = arranged if one.lost is None else EntryKind.COMPENSATED
        self.entries.append(
            Entry(
                kind, one.at_ms, one.at_ms, one.ms, self._balance, one.cause, one.reason, one.officer_id, loss=loss
            )
        )  # fmt: skip

    def note(
        self, kind: EntryKind, loss: Loss, reason: str = "", officer_id: str | None = None, *,
        at_ms: int | None = None, proposal: Proposal | None = None,
    ) -> None:  # fmt: skip
        """Something that changes nothing (yet)."""
        start, end = (loss.from_ms, loss.to_ms) if at_ms is None else (at_ms, at_ms)
        self.entries.append(
            Entry(kind, start, end, 0, self._balance, None, reason, officer_id, loss=loss, proposal=proposal)
        )
