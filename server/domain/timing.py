"""A candidate's clock: how long, how much is left, where they stand, and the time taken. Pure.

Instants are ms of room time, spans ms; every interval is closed-open: at the deadline itself the time is over. Pauses
are sorted, do not overlap, and only the last may still be running. Nothing here raises.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from server.domain.values import Cause
from server.protocol.situation import PartPhase

Origin: TypeAlias = tuple[int, int]
"""The record that made an entry of a clock: its epoch and number, which no other history of the room has."""

NO_ORIGIN: Origin = (0, 0)
COMPENSATING = frozenset({Cause.EQUIPMENT, Cause.HALL})  # time lost through no doing of the candidate's


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from `from_ms` until `to_ms`, None while it still does.

    `officer_id` stopped it, `ended_by` let it run again (None: the room did), `end_reason` says why.
    """

    from_ms: int
    to_ms: int | None
    reason: str
    cause: Cause
    officer_id: str | None = None
    ended_by: str | None = None
    end_reason: str = ""
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Extension:
    """Time given at `at_ms` by `officer_id`; `lost` is the number of the loss it makes good, if it does that.

    0: of one that another history of the room knew.
    """

    ms: int
    reason: str
    cause: Cause
    at_ms: int
    officer_id: str | None = None
    lost: int | None = None
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class TimeLedger:
    """Everything that decides a candidate's time in one part."""

    opened_at_ms: int
    duration_ms: int
    extensions: tuple[Extension, ...] = ()
    pauses: tuple[Pause, ...] = ()
    break_ms: int = 0  # rest breaks granted beforehand; pauses with cause `arrangement` draw on it

    @property
    def running_pause(self) -> Pause | None:
        """The pause that has not ended, if there is one."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].to_ms is None else None

    @property
    def allowed_ms(self) -> int:
        """All the time this candidate has in this part."""
        return self.duration_ms + sum(extension.ms for extension in self.extensions)


def break_left_ms(ledger: TimeLedger, now_ms: int) -> int:
    """What is left of the rest breaks at `now_ms`."""
    taken = sum(_length(one, now_ms) for one in ledger.pauses if one.cause is Cause.ARRANGEMENT)
    return max(0, ledger.break_ms - taken)


def break_ends_ms(ledger: TimeLedger) -> int | None:
    """When the rest break that is being taken is used up; None when none is."""
    pause = ledger.running_pause
    if pause is None or pause.cause is not Cause.ARRANGEMENT:
        return None
    return pause.from_ms + break_left_ms(replace(ledger, pauses=ledger.pauses[:-1]), pause.from_ms)


def _length(pause: Pause, until_ms: int) -> int:
    end = until_ms if pause.to_ms is None else min(pause.to_ms, until_ms)
    return max(0, end - pause.from_ms)


class Standing(NamedTuple):
    """A phase, and the instant at which it ends by itself (None: only somebody's act ends it)."""

    phase: PartPhase
    until_ms: int | None


def paused_ms(ledger: TimeLedger, until_ms: int) -> int:
    """How long the clock stood still between the opening and `until_ms`."""
    return sum(_length(pause, until_ms) for pause in ledger.pauses)


def remaining_ms(ledger: TimeLedger, now_ms: int) -> int:
    """Time left at `now_ms`, never below zero; it stands still during a pause."""
    used = max(0, now_ms - ledger.opened_at_ms) - paused_ms(ledger, now_ms)
    return max(0, ledger.allowed_ms - used)


def deadline_at_ms(ledger: TimeLedger) -> int | None:
    """The instant the time ends, None while paused: it is only known once the clock runs again."""
    if not ledger.pauses:
        return ledger.opened_at_ms + ledger.allowed_ms
    if ledger.running_pause is not None:
        return None
    ended = sum((pause.to_ms or pause.from_ms) - pause.from_ms for pause in ledger.pauses)
    return ledger.opened_at_ms + ledger.allowed_ms + ended


def grace_until_ms(deadline_ms: int, grace_ms: int, began_at_ms: int) -> int:
    """Until when what was made before the deadline is still received.

    A server that was down over the deadline (`began_at_ms` after it) gives the whole grace once it is back: kiosks hold
    answers made in time, and it was not they who kept them.
    """
    return max(deadline_ms, began_at_ms) + grace_ms


def standing(ledger: TimeLedger, now_ms: int, grace_ms: int, began_at_ms: int = 0) -> Standing:
    """Where a candidate whose part is open and not ended stands at `now_ms`: open, paused, grace or closed.

    `began_at_ms`: when the server began (`grace_until_ms`). Closed here means due: the room has not ended the part yet,
    but nothing counts any more.
    """
    deadline = deadline_at_ms(ledger)
    if deadline is None:
        return Standing(PartPhase.PAUSED, None)
    if now_ms < deadline:
        return Standing(PartPhase.OPEN, deadline)
    until = grace_until_ms(deadline, grace_ms, began_at_ms)
    if now_ms < until:
        return Standing(PartPhase.GRACE, until)
    return Standing(PartPhase.CLOSED, None)


def paused_at(ledger: TimeLedger, at_ms: int) -> Pause | None:
    """The pause that holds instant `at_ms`, if there is one."""
    for pause in ledger.pauses:
        if pause.from_ms <= at_ms and (pause.to_ms is None or at_ms < pause.to_ms):
            return pause
    return None


def compensation_ms(ledger: TimeLedger) -> int:
    """Time given back for what was not the candidate's doing."""
    return sum(extension.ms for extension in ledger.extensions if extension.cause in COMPENSATING)


def time_taken_ms(ledger: TimeLedger, finished_at_ms: int, unit_ms: int) -> int:
    """From the candidate's own start to the finish, less pauses and compensation, rounded down to the contest's unit."""
    used = finished_at_ms - ledger.opened_at_ms - paused_ms(ledger, finished_at_ms) - compensation_ms(ledger)
    return max(0, used) // unit_ms * unit_ms


def believed_ms(made_at_ms: int, not_before_ms: int, now_ms: int) -> int:
    """When a record was made: as the kiosk says, but not before it was known not to exist, and not after it came."""
    return min(max(made_at_ms, not_before_ms), now_ms)
