"""What one event changes in the views: SQL statements with their values, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from question_bank.canonical import encode
from server.domain import events
from server.domain.event import Event, RequestConflict, RequestUnreadable
from server.domain.hall_events import PaperReplaced
from server.domain.run_events import ActionTaken
from server.domain.sheet_events import SeatRestored, SignInRestored
from server.domain.time_events import ArrangementApplied, CompensationDecided, LateDecided
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
_REOPEN = (
    "UPDATE part SET finished_at_ms = NULL, time_taken_ms = NULL, answered = NULL, of = NULL, receipt = NULL,"
    " responses_sha256 = NULL, ended_by = NULL, disputed = NULL WHERE attempt_id = ? AND part = ?"
)
# An accepted late record, from the timeline, in its place: what was recorded after it stays.
_LATE = (
    "INSERT INTO response SELECT attempt_id, json_extract(body, '$.part'), json_extract(body, '$.item_id'),"
    " json_extract(body, '$.response'), json_extract(body, '$.generation'), seq, json_extract(body, '$.made_at_ms')"
    " FROM timeline WHERE seq = ? AND json_extract(body, '$.what') IN ('save_response/1', 'clear_response/1')"
    " ON CONFLICT DO UPDATE SET response = excluded.response, generation = excluded.generation, seq = excluded.seq,"
    " made_at_ms = excluded.made_at_ms WHERE excluded.generation > generation"
    " OR (excluded.generation = generation AND excluded.seq > seq)"
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


def _sign_in_restored(record: Record, event: SignInRestored) -> Iterator[Change]:
    yield (
        (
            "INSERT INTO attempt VALUES (?,?,?,?,?,0,?) ON CONFLICT DO UPDATE SET kiosk_id = excluded.kiosk_id,"
            " seat_label = excluded.seat_label, generation = excluded.generation, seated_at_ms = excluded.seated_at_ms"
            " WHERE excluded.generation > generation"
        ),
        (event.attempt_id, event.candidate_id, event.kiosk_id, event.seat_label, event.generation, event.at_ms),
    )


def _seat_restored(record: Record, event: SeatRestored) -> Iterator[Change]:
    for clock in event.clocks:
        key = (event.attempt_id, clock.part)
        given_ms = sum(one.ms for one in clock.extensions)
        yield "UPDATE part SET extended_ms = extended_ms + ? WHERE attempt_id = ? AND part = ?", (given_ms, *key)
        if clock.reopened:
            yield _REOPEN, key


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


def _replaced(record: Record, event: PaperReplaced) -> Iterator[Change]:
    """The passage on the earlier form goes to its own tables, whole."""
    key = (event.attempt_id, event.part)
    for table in ("part", "response"):
        yield f"INSERT OR REPLACE INTO former_{table} SELECT * FROM {table} WHERE attempt_id = ? AND part = ?", key  # noqa: S608 - two names of our own
    yield "DELETE FROM response WHERE attempt_id = ? AND part = ?", key
    yield (
        (
            "INSERT OR REPLACE INTO part (attempt_id, part, form_id, opened_at_ms, duration_ms, extended_ms)"
            " VALUES (?,?,?,?,?,0)"
        ),
        (*key, event.form_id, event.opened_at_ms, event.duration_ms),
    )


def _extended(record: Record, event: events.TimeExtended) -> Iterator[Change]:
    yield (
        "UPDATE part SET extended_ms = extended_ms + ? WHERE attempt_id = ? AND part = ?",
        (event.ms, event.attempt_id, event.part),
    )


def _arranged(record: Record, event: ArrangementApplied) -> Iterator[Change]:
    yield (
        "UPDATE part SET extended_ms = extended_ms + ? WHERE attempt_id = ? AND part = ?",
        (event.extra_ms, event.attempt_id, event.part),
    )


def _compensated(record: Record, event: CompensationDecided) -> Iterator[Change]:
    key = (event.attempt_id, event.part)
    yield "UPDATE part SET extended_ms = extended_ms + ? WHERE attempt_id = ? AND part = ?", (event.ms, *key)
    if event.reopened:
        yield _REOPEN, key


def _late_decided(record: Record, event: LateDecided) -> Iterator[Change]:
    if event.accepted:
        yield from ((_LATE, (number,)) for number in event.records)
    yield (
        (
            "UPDATE part SET finished_at_ms = ?, time_taken_ms = ?, answered = ?, receipt = ?, responses_sha256 = ?"
            " WHERE attempt_id = ? AND part = ? AND finished_at_ms IS NOT NULL"
        ),
        (
            event.finished_at_ms, event.time_taken_ms, event.answered, event.receipt, event.responses_sha256,
            event.attempt_id, event.part,
        ),
    )  # fmt: skip


def _acted(record: Record, event: ActionTaken) -> Iterator[Change]:
    """Every action, in its place; which of them count is the state's to say."""
    action = encode(dict(event.action)).decode()
    row = (event.attempt_id, event.part, event.item_id, event.generation, event.n, record.seq, event.made_at_ms, action)
    yield "INSERT OR IGNORE INTO action VALUES (?,?,?,?,?,?,?,?)", row


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
    ActionTaken: _acted,
    events.CandidateSeated: _seated,
    events.IdentityConfirmed: _confirmed,
    events.AttemptOpened: _opened,
    PaperReplaced: _replaced,
    events.TimeExtended: _extended,
    events.SeatSubmitted: _submitted,
    events.SeatClosed: _closed,
    events.IncidentRecorded: _incident,
    RequestConflict: _conflict,
    RequestUnreadable: _unreadable,
    ArrangementApplied: _arranged,
    CompensationDecided: _compensated,
    LateDecided: _late_decided,
    SignInRestored: _sign_in_restored,
    SeatRestored: _seat_restored,
}
