"""What a sitting's journal tells that belongs into its minutes. Pure: events in, facts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from server.domain import events as e
from server.domain import readiness_events
from server.domain.event import Event
from server.domain.hall_duty_events import MisconductRecorded, MisconductWithdrawn, ShiftHandedOver
from server.domain.hall_events import TOLD as TOLD_OF_THE_HALL
from server.domain.hall_events import MessageSent, PaperReplaced, ReserveSwitchBegan, ReserveSwitchCalledOff
from server.domain.rescue_events import AnswersRescued, SeatMoved
from server.domain.result_events import RoomRestored
from server.domain.sheet_events import SeatRestored, SignInRestored
from server.domain.values import Attendance, CloseCause

Timed: TypeAlias = tuple[int, Event]  # (room time in ms, the event)

# What stands in the table of what happened; whatever is not here is counted or is the ordinary course.
TOLD = (
    e.SeatPaused, e.SeatResumed, e.TimeExtended, e.IncidentRecorded, e.AccessCodeReissued, e.RosterChanged,
    e.ClockAnchored, SeatMoved, AnswersRescued, RoomRestored, SeatRestored, *TOLD_OF_THE_HALL,
    *readiness_events.EVENTS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seating:
    """Whose attempt it is, and the machine they last sat at."""

    candidate_id: str
    seat_label: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the table: events of one instant, kind, reason and officer are one act on several candidates."""

    at_ms: int
    event: Event
    attempts: tuple[str, ...]


@dataclass(slots=True)
class Chronicle:
    """A sitting as its minutes tell it; instants are room time in ms."""

    prepared_at_ms: int | None = None
    closed_at_ms: int | None = None
    starts: int = 0  # of the server; every one after the first interrupted the sitting
    chosen: list[tuple[int, e.SetChosen]] = field(default_factory=list)
    unsealed: list[tuple[int, e.PackageUnsealed]] = field(default_factory=list)
    parts_opened: dict[int, int] = field(default_factory=dict)
    parts_closed: dict[int, int] = field(default_factory=dict)
    attendance: dict[str, e.AttendanceRecorded] = field(default_factory=dict)
    seated: dict[str, Seating] = field(default_factory=dict)  # by attempt id
    closing: e.SittingClosed | None = None
    finishes: dict[tuple[str, int], e.SeatSubmitted | e.SeatClosed] = field(default_factory=dict)  # by attempt id, part
    submitted: int = 0
    closed_by_deadline: int = 0
    happenings: list[Happening] = field(default_factory=list)
    late: int = 0
    refused: int = 0
    unreadable: int = 0
    conflicts: int = 0
    lost_connections: int = 0
    switches: list[tuple[int, ReserveSwitchBegan | ReserveSwitchCalledOff]] = field(default_factory=list)
    misconduct: list[tuple[int, MisconductRecorded]] = field(default_factory=list)
    withdrawn_misconduct: dict[str, tuple[int, MisconductWithdrawn]] = field(default_factory=dict)
    handovers: list[tuple[int, ShiftHandedOver]] = field(default_factory=list)
    replaced: dict[str, tuple[int, PaperReplaced]] = field(default_factory=dict)  # by attempt id

    def with_attendance(self, state: Attendance) -> Sequence[str]:
        """The ids of candidates whom the check-in table last noted so."""
        return [candidate_id for candidate_id, noted in self.attendance.items() if noted.state is state]


def gather(entries: Iterable[Timed]) -> Chronicle:
    """Everything the minutes need, from the journal's events in order."""
    found = Chronicle()
    grouped: dict[tuple[object, ...], tuple[int, Event, list[str]]] = {}
    started: tuple[object, ...] | None = None  # the latest start of the server that is told
    for at_ms, event in entries:
        _count(found, at_ms, event)
        _count_of_the_hall(found, at_ms, event)
        if isinstance(event, e.SeatSubmitted | e.SeatClosed):
            found.finishes[event.attempt_id, event.part] = event
        if _is_told(event):
            key = _group(at_ms, event)
            grouped.setdefault(key, (at_ms, event, []))[2].extend(_attempts(event))
            started = key if isinstance(event, e.EpochBegan) else started
        if started is not None and isinstance(event, e.ClockAnchored) and event.moved_ms is not None:
            at, start, ids = grouped[started]
            grouped[started] = (at, _measured_again(start, event.moved_ms), ids)
    found.happenings = [Happening(at_ms, event, tuple(ids)) for at_ms, event, ids in grouped.values()]
    return found


def _measured_again(start: Event, moved_ms: int) -> Event:
    """A start whose outage was measured by a clock that kiosks have put right by so much since."""
    if not isinstance(start, e.EpochBegan) or start.silent_ms is None:
        return start
    return replace(start, silent_ms=max(0, start.silent_ms + moved_ms))


def _is_told(event: Event) -> bool:
    match event:
        case e.EpochBegan(epoch=epoch):
            return epoch > 1
        case e.CandidateSeated(generation=generation):
            return generation > 1
        case e.SeatClosed(cause=cause):
            return cause is CloseCause.OFFICER
    return isinstance(event, TOLD)


def _group(at_ms: int, event: Event) -> tuple[object, ...]:
    """What makes two events the same act. Acts on everybody are recorded one by one, within one request."""
    values: Mapping[str, object] = event.body()
    told_apart = {
        name: value for name, value in values.items() if name in ("reason", "cause", "ms", "officer_id", "part")
    }
    if isinstance(event, (e.SeatPaused, e.SeatResumed, e.TimeExtended, e.SeatClosed)):
        return at_ms, event.kind, tuple(sorted((name, str(value)) for name, value in told_apart.items()))
    return at_ms, event.kind, tuple(sorted((name, str(value)) for name, value in values.items()))


def _attempts(event: Event) -> list[str]:
    attempt_id = getattr(event, "attempt_id", None)
    if isinstance(event, MessageSent):
        return list(event.who or ())
    return [attempt_id] if isinstance(attempt_id, str) else []


def _count(found: Chronicle, at_ms: int, event: Event) -> None:  # noqa: C901 - one line for each kind
    match event:
        case e.EpochBegan():
            found.starts += 1
        case e.SittingPrepared():
            found.prepared_at_ms = at_ms
        case e.SetChosen():
            found.chosen.append((at_ms, event))
        case e.PackageUnsealed():
            found.unsealed.append((at_ms, event))
        case e.SittingOpened():
            found.parts_opened.setdefault(event.part, at_ms)
        case e.PartClosed():
            found.parts_closed[event.part] = at_ms
        case e.SittingClosed():
            found.closed_at_ms, found.closing = at_ms, event
        case e.AttendanceRecorded():
            found.attendance[event.candidate_id] = event
        case e.CandidateSeated() | SignInRestored():
            found.seated[event.attempt_id] = Seating(event.candidate_id, event.seat_label)
        case e.SeatSubmitted():
            found.submitted += 1
        case e.SeatClosed(cause=CloseCause.DEADLINE):
            found.closed_by_deadline += 1
        case e.LateRecorded():
            found.late += 1
        case e.RequestRefused():
            found.refused += 1
        case e.RequestUnreadable():
            found.unreadable += 1
        case e.RequestConflict():
            found.conflicts += 1
        case e.ConnectionLost():
            found.lost_connections += 1


def _count_of_the_hall(found: Chronicle, at_ms: int, event: Event) -> None:
    match event:
        case ReserveSwitchBegan() | ReserveSwitchCalledOff():
            found.switches.append((at_ms, event))
        case MisconductRecorded():
            found.misconduct.append((at_ms, event))
        case MisconductWithdrawn():
            found.withdrawn_misconduct[event.misconduct_id] = (at_ms, event)
        case ShiftHandedOver():
            found.handovers.append((at_ms, event))
        case PaperReplaced():
            found.replaced[event.attempt_id] = (at_ms, event)
