"""What the page of the hall shows, made ready for its template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.domain.event import read_event
from server.domain.events import KINDS
from server.domain.hall_duty_events import MisconductStep
from server.domain.hall_events import IncidentAdded
from server.domain.hall_state import Message, Misconduct, ReleasedErratum
from server.domain.state import Attempt
from server.domain.values import IncidentCategory
from server.live.sitting_service import Sitting
from server.protocol.shape import Malformed
from server.store.views import Incident
from server.web.context import room
from server.web.language import say
from server.web.wording import INCIDENTS

MAX_NAMED = 60  # seats named behind a message; the rest are counted


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message, and who has not seen it as far as was asked."""

    message: Message
    of: int
    reached: int
    missing: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A further note to an incident."""

    at_ms: int
    note: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident with what was added to it."""

    incident: Incident
    category: str
    where: str
    notes: Sequence[NoteRow]


@dataclass(frozen=True, slots=True)
class MisconductRow:
    """A step, and against whom."""

    one: Misconduct
    where: str


@dataclass(frozen=True, slots=True)
class ErratumRow:
    """A correction, and how many of those it concerns have seen it; where it was taken back, have seen that."""

    one: ReleasedErratum
    seen: int
    of: int
    back: ReleasedErratum | None


@dataclass(frozen=True, slots=True)
class DutyView:
    """The whole page."""

    messages: Sequence[MessageRow]
    incidents: Sequence[IncidentRow]
    misconduct: Sequence[MisconductRow]
    steps: Sequence[MisconductStep]
    errata: Sequence[ErratumRow]
    hands: Sequence[str]
    paused: Sequence[str]
    locked: Sequence[str]
    shift_officer: str
    shift_at_ms: int | None
    names: dict[str, str]
    begun: bool


def duty_view(sitting: Sitting) -> DutyView:
    """The page for the sitting as it stands."""
    state, hall = sitting.state, sitting.state.hall
    seats = sorted(state.attempts.values(), key=lambda one: one.seat.seat_label)
    names = {officer.officer_id: officer.full_name for officer in room().store.officers.everyone()}
    paused = [one for one in seats if one.running is not None and one.running.ledger.running_pause is not None]
    return DutyView(
        messages=[_message(one, seats) for one in reversed(tuple(hall.messages.values()))],
        incidents=_incidents(sitting),
        misconduct=[MisconductRow(one, where(state.attempts.get(one.attempt_id))) for one in hall.misconduct.values()],
        steps=sitting.definition.misconduct,
        errata=[_erratum(one, seats, hall.errata.values()) for one in hall.errata.values() if one.withdraws is None],
        hands=[where(state.attempts.get(one)) for one in hall.hands],
        paused=[where(one) for one in paused],
        locked=[where(state.attempts.get(one)) for one in hall.locks],
        shift_officer="" if hall.shift is None else names.get(hall.shift.officer_id, hall.shift.officer_id),
        shift_at_ms=None if hall.shift is None else hall.shift.at_ms,
        names=names,
        begun=any(one.parts for one in seats),
    )


def where(attempt: Attempt | None) -> str:
    """A candidate by seat and number; names stay with those who may see the roster."""
    if attempt is None:
        return ""
    entry = room().entry(attempt.candidate_id)
    return f"{attempt.seat.seat_label} · {entry.sbd}" if entry is not None else attempt.seat.seat_label


def _message(message: Message, seats: Sequence[Attempt]) -> MessageRow:
    meant = [
        one
        for one in seats
        if message.is_for(one.attempt_id) and (message.who or one.seatings[0].at_ms <= message.at_ms)
    ]
    missing = [where(one) for one in meant if not message.has_reached(one.attempt_id)]
    more = max(0, len(missing) - MAX_NAMED)
    return MessageRow(message, len(meant), len(meant) - len(missing), missing[:MAX_NAMED], more)


def _erratum(one: ReleasedErratum, seats: Sequence[Attempt], errata: Iterable[ReleasedErratum]) -> ErratumRow:
    concerned = [seat for seat in seats if seat.current is not None and one.item_id in seat.current.item_ids]
    back = next((word for word in errata if word.withdraws == one.erratum_id), None)
    if back is None:
        return ErratumRow(one, sum(seat.attempt_id in one.seen for seat in concerned), len(concerned), None)
    return ErratumRow(one, sum(attempt_id in back.seen for attempt_id in one.seen), len(one.seen), back)


def _incidents(sitting: Sitting) -> list[IncidentRow]:
    views = room().views
    if views is None:
        return []
    notes: dict[int, list[NoteRow]] = {}
    for moment in views.decisions():
        if moment.kind == IncidentAdded.kind:
            event = read_event(KINDS, moment.kind, moment.body)
            if not isinstance(event, Malformed) and isinstance(event, IncidentAdded):
                notes.setdefault(event.incident_seq, []).append(NoteRow(moment.at_ms, event.note, event.officer_id))
    return [
        IncidentRow(one, _category(one.category), _where(sitting, one.attempt_id), notes.get(one.seq, []))
        for one in reversed(views.incidents())
    ]


def _category(category: str) -> str:
    known = [one.value for one in IncidentCategory]
    return say(INCIDENTS[IncidentCategory(category)]) if category in known else category


def _where(sitting: Sitting, attempt_id: str | None) -> str:
    return "" if attempt_id is None else where(sitting.attempt(attempt_id))
