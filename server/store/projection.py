"""What one event changes in the views: SQL statements with their values, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from question_bank.canonical import encode
from server.domain import events
from server.domain.event import Event, RequestConflict, RequestUnreadable
from server.store.record import Record

Change: TypeAlias = tuple[str, tuple[object, ...]]
Step: TypeAlias = Callable[[Record, Any], Iterator[Change]]

_HOLD = (
    "INSERT INTO response VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET response = excluded.response,"
    " generation = excluded.generation, seq = excluded.seq, made_at_ms = excluded.made_at_ms"
    " WHERE excluded.generation >= generation"
)
_FINISH = (
    "UPDATE part SET finished_at_ms = ?, time_taken_ms = ?, answered = ?, of = ?, receipt = ?, responses_sha256 = ?,"
    " ended_by = ?, disputed = ? WHERE attempt_id = ? AND part = ? AND finished_at_ms IS NULL"
)
_INCIDENT = "INSERT INTO incident VALUES (?,?,?,?,?,?)"


def rows_of(record: Record, event: Event) -> Iterator[Change]:
    """The statements that bring the views from before the event to after it."""
    step = _STEPS.get(type(event))
    return iter(()) if step is None else step(record, event)


def _seated(record: Record, event: events.CandidateSeated) -> Iterator[Change]:
    yield (
        (
            "INSERT INTO attempt VALUES (?,?,?,?,?,0,?) ON CONFLICT DO UPDATE SET kiosk_id = excluded.kiosk_id,"
            " seat_label = excluded.seat_label, generation = excluded.generation, seated_at_ms = excluded.seated_at_ms"
        ),
        (event.attempt_id, event.candidate_id, event.kiosk_id, event.seat_label, event.generation, record.at_ms),
    )


def _confirmed(record: Record, event: events.IdentityConfirmed) -> Iterator[Change]:
    yield "UPDATE attempt SET confirmed = 1 WHERE attempt_id = ?", (event.attempt_id,)


def _opened(record: Record, event: events.AttemptOpened) -> Iterator[Change]:
    yield (
        (
            "INSERT OR REPLACE INTO part (attempt_id, part, form_id, opened_at_ms, duration_ms, extended_ms)"
            " VALUES (?,?,?,?,?,0)"
        ),
        (event.attempt_id, event.part, event.form_id, event.opened_at_ms, event.duration_ms),
    )


def _extended(record: Record, event: events.TimeExtended) -> Iterator[Change]:
    yield (
        "UPDATE part SET extended_ms = extended_ms + ? WHERE attempt_id = ? AND part = ?",
        (event.ms, event.attempt_id, event.part),
    )


def _saved(record: Record, event: events.ResponseSaved) -> Iterator[Change]:
    yield _HOLD, (*_item(event), encode(dict(event.response)).decode(), event.generation, record.seq, event.made_at_ms)


def _cleared(record: Record, event: events.ResponseCleared) -> Iterator[Change]:
    yield _HOLD, (*_item(event), None, event.generation, record.seq, event.made_at_ms)


def _item(event: events.ResponseSaved | events.ResponseCleared) -> tuple[str, int, str]:
    return event.attempt_id, event.part, event.item_id


def _submitted(record: Record, event: events.SeatSubmitted) -> Iterator[Change]:
    disputed = event.claimed_sha256 != event.responses_sha256
    yield _FINISH, (*_ending(event), "candidate", int(disputed), event.attempt_id, event.part)


def _closed(record: Record, event: events.SeatClosed) -> Iterator[Change]:
    yield _FINISH, (*_ending(event), event.cause.value, 0, event.attempt_id, event.part)


def _ending(event: events.SeatSubmitted | events.SeatClosed) -> tuple[object, ...]:
    return (
        event.finished_at_ms, event.time_taken_ms, event.answered, event.of, event.receipt, event.responses_sha256,
    )  # fmt: skip


def _incident(record: Record, event: events.IncidentRecorded) -> Iterator[Change]:
    row = (record.seq, record.at_ms, event.attempt_id, event.category.value, event.note, event.officer_id)
    yield _INCIDENT, row


def _conflict(record: Record, event: RequestConflict) -> Iterator[Change]:
    note = f"{record.source.hex()} #{record.source_seq}: {event.sha256[:16]} ≠ {event.first_sha256[:16]}"
    yield _INCIDENT, (record.seq, record.at_ms, None, "conflict", note, None)


def _unreadable(record: Record, event: RequestUnreadable) -> Iterator[Change]:
    note = f"{record.source.hex()} #{record.source_seq}: {event.why}"
    yield _INCIDENT, (record.seq, record.at_ms, None, "unreadable", note, None)


_STEPS: Mapping[type[Event], Step] = {
    events.ResponseSaved: _saved,
    events.ResponseCleared: _cleared,
    events.CandidateSeated: _seated,
    events.IdentityConfirmed: _confirmed,
    events.AttemptOpened: _opened,
    events.TimeExtended: _extended,
    events.SeatSubmitted: _submitted,
    events.SeatClosed: _closed,
    events.IncidentRecorded: _incident,
    RequestConflict: _conflict,
    RequestUnreadable: _unreadable,
}
