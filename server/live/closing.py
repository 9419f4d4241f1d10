"""Where everybody's work is when a sitting is to be closed: in every copy, or who is missing, why, and what helps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from server.domain.commands import CloseSitting
from server.domain.result_events import CopiesAtClosing, MissingCopies
from server.domain.roster import Entry
from server.domain.state import Attempt
from server.live.picture import Held, copies_of

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting


class Why(StrEnum):
    """Why a candidate's work is not known to be in every copy; the worst first."""

    UNSENT = "unsent"  # records wait on a machine that is heard: wait for them
    UNHEARD = "unheard"  # a machine of theirs cannot be heard, and what it holds nobody knows
    HANDED_IN = "handed_in"  # they handed in, so the servers have all of it; only the machine's copy is out of reach
    STANDBY = "standby"  # the standby does not have everything


@dataclass(frozen=True, slots=True)
class MissingSeat:
    """One candidate whose copies are missing. `since_ms`: since when their machine has been as it is."""

    attempt: Attempt
    entry: Entry | None
    copies: int
    why: Why
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class ClosingState:
    """Of `candidates` who have begun, `whole` are at `required` of `required` copies; the others, the worst first."""

    required: int
    candidates: int
    whole: int
    missing: tuple[MissingSeat, ...]

    def evidence(self) -> CopiesAtClosing:
        """As it stands in the journal."""
        rows = tuple(
            MissingCopies(one.attempt.attempt_id, one.attempt.seat.seat_label, one.copies, one.why.value)
            for one in self.missing
        )
        return CopiesAtClosing(self.required, self.whole, rows)


def copies_required(room: Room) -> int:
    """In how many places everybody's work should be: their machine, and as many servers as the room has."""
    return room.standby.copies_required + 1


def closing_state(room: Room, sitting: Sitting) -> ClosingState:
    """Where everybody's work is now; who has not begun has none."""
    required, missing, candidates = copies_required(room), [], 0
    for attempt in sitting.state.attempts.values():
        if attempt.current is None:
            continue
        candidates += 1
        one = _missing(room, sitting.copies, required, attempt)
        if one is not None:
            missing.append(one)
    order = list(Why)
    missing.sort(key=lambda one: (order.index(one.why), one.attempt.seat.seat_label))
    return ClosingState(required, candidates, candidates - len(missing), tuple(missing))


def with_copies(room: Room, command: CloseSitting) -> CloseSitting:
    """The command with what the room knows of copies at this moment."""
    sitting = room.sitting
    return command if sitting is None else replace(command, copies=closing_state(room, sitting).evidence())


def _missing(room: Room, servers: int, required: int, attempt: Attempt) -> MissingSeat | None:
    presence, here = room.presence, attempt.seat.kiosk_id
    others = sorted({one.kiosk_id for one in attempt.seatings} - {here})
    kiosk = presence.kiosk(here)
    held = copies_of(servers, kiosk, [presence.kiosk(one) for one in others])
    if held.n >= required:
        return None
    finish = attempt.current.finish if attempt.current is not None else None
    match held.where:
        case Held.MACHINE:
            why = Why.UNSENT
        case Held.SERVERS:
            # A submission is only taken when everything before it is here.
            why = Why.HANDED_IN if finish is not None and not finish.forced and not others else Why.UNHEARD
        case Held.EVERYWHERE:
            why = Why.STANDBY
    entry = room.entry(attempt.candidate_id)
    return MissingSeat(attempt, entry, held.n, why, None if kiosk is None else kiosk.changed_at_ms)
