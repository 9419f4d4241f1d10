"""The one writer: batches, verdicts that last, and what happens when the disk says no."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from server.domain import commands
from server.domain.event import MAX_RAW_BYTES
from server.domain.events import IncidentRecorded
from server.domain.values import Cause, IncidentCategory
from server.errors import CommitterStopped, JournalError, NotStored
from server.protocol.messages import Outcome
from server.store.async_port import THREADS
from server.store.backup import copy_database
from server.store.batch import Delivery
from server.store.committer import MAX_BATCH, MAX_WAITING, Committer
from server.store.journal import Journal
from server.store.record import Request, record
from server.store.verify import verify_file


def kinds(server: Any) -> list[str]:
    return [record.kind for record in server.journal.read()]


def counted(server: Any, kind: str) -> int:
    return kinds(server).count(kind)


# --- acceptance ---


def test_a_verdict_names_the_record_that_is_on_disk(server: Any) -> None:
    server.started(1)
    (verdict,) = server.send(server.delivery(1, 3, server.sample.save(1, "i01", 2, at=server.now)))
    last = server.journal.read()[-1]
    assert (verdict.verdict, verdict.reason, verdict.epoch, verdict.copies) == (Outcome.ACCEPTED, None, 1, 1)
    assert (verdict.seq, verdict.hash) == (last.seq, last.hash)
    assert last.request_sha256 == hashlib.sha256(server.sample.save(1, "i01", 2, at=server.now).text()).digest()
    assert server.state.attempts["a1"].parts[0].responses == {"i01": {"options": ["i01-o2"]}}


def test_one_request_with_several_events_is_one_request_with_several_parts(server: Any) -> None:
    server.started(1, 2)
    rows = [record for record in server.journal.read() if record.source_seq == 4 and record.source == server.page]
    assert [row.kind for row in rows] == ["sitting_opened/1", "attempt_opened/1", "attempt_opened/1"]
    assert [row.part for row in rows] == [0, 1, 2]
    assert len({row.request_sha256 for row in rows}) == 1


def test_every_start_begins_an_epoch_that_names_where_it_began(server: Any) -> None:
    server.started(1)
    before = server.committer.head
    server.reopen()
    first = server.journal.read(after=before.seq)[0]
    assert first.kind == "epoch_began/1"
    assert json.loads(first.body) == {
        "epoch": 2, "from_seq": before.seq, "from_hash": before.hash.hex(), "silent_ms": None,
    }  # fmt: skip
    assert server.committer.epoch == 2
    assert server.state.epoch == 2


def test_a_committer_that_was_stopped_can_be_started_again(server: Any) -> None:
    server.started(1)
    server.committer.order(commands.RecordIncident(None, IncidentCategory.OTHER, "before", None))
    server.committer.stop()
    server.committer.start()
    server.committer.order(commands.RecordIncident(None, IncidentCategory.OTHER, "after", None))
    assert (server.committer.epoch, server.state.incidents) == (2, 2)
    assert verify_file(server.path).ok


def test_a_restart_finds_the_state_and_the_streams_as_they_were(server: Any) -> None:
    server.started(1)
    server.send(server.delivery(1, 3, server.sample.save(1, "i01", 2, at=server.now)))
    before, source = server.state, bytes.fromhex(server.sample.source((1, 1)))
    stream = server.committer.stream(source)
    server.reopen()
    assert server.state.attempts == before.attempts
    assert server.committer.stream(source) == stream
    assert stream.contiguous == 3


def test_room_time_never_decreases_in_the_journal(server: Any) -> None:
    server.started(1)
    server.now -= 3_600_000
    (verdict,) = server.send(server.delivery(1, 3, server.sample.save(1, "i01", 2, at=server.now)))
    assert verdict.verdict is Outcome.ACCEPTED
    server.reopen()
    times = [record.at_ms for record in server.journal.read()]
    assert times == sorted(times)


# --- one number, one durable verdict ---


def test_the_same_record_again_gets_the_first_verdict_and_leaves_no_trace(server: Any) -> None:
    server.started(1)
    delivery = server.delivery(1, 3, server.sample.save(1, "i01", 2, at=server.now))
    (first,) = server.send(delivery)
    head = server.committer.head
    again = server.send(delivery, delivery)
    server.reopen()
    again += server.send(delivery)
    assert {(one.verdict, one.reason, one.epoch, one.seq, one.hash) for one in again} == {
        (first.verdict, first.reason, first.epoch, first.seq, first.hash)
    }
    assert server.committer.head.seq == head.seq + 1  # the new epoch only


def test_a_duplicate_of_a_record_still_pending_is_acknowledged_with_it(server: Any) -> None:
    server.started(1)
    delivery = server.delivery(1, 3, server.sample.save(1, "i01", 2, at=server.now))
    first, second, third = server.send(delivery, delivery, delivery)
    assert first.seq == second.seq == third.seq == server.committer.head.seq
    assert [len(one.events) for one in (first, second, third)] == [1, 0, 0]  # what was done is told of the first alone
    assert counted(server, "response_saved/1") == 1


def test_a_duplicate_that_comes_while_the_first_is_being_written_is_acknowledged_with_it(new_server: Any) -> None:
    server = new_server().started(1)
    slow = _Gate(server.journal)
    server.committer.stop()
    server.open(slow)
    delivery = server.delivery(1, 3, server.sample.save(1, "i01", 2, at=server.now))
    slow.close_gate()
    found: list[Any] = []
    askers = [threading.Thread(target=lambda: found.extend(server.send(delivery))) for _ in range(3)]
    for asker in askers:
        asker.start()
    slow.entered.wait()
    assert found == []  # nothing is acknowledged before the COMMIT
    slow.open_gate()
    for asker in askers:
        asker.join()
    assert len({one.seq for one in found}) == 1
    assert counted(server, "response_saved/1") == 1


def test_a_refused_record_is_refused_for_good_with_its_reason(server: Any) -> None:
    server.started(1)
    delivery = server.delivery(1, 3, server.sample.save(1, "i09", 2, at=server.now))
    (first,) = server.send(delivery)
    assert (first.verdict, first.reason, first.detail) == (Outcome.REFUSED, "unknown_item", "i09")
    server.reopen()
    (again,) = server.send(delivery)
    assert (again.verdict, again.reason, again.detail, again.seq) == (Outcome.REFUSED, "unknown_item", "i09", first.seq)
    assert counted(server, "request_refused/1") == 1


def test_a_refusal_keeps_what_was_asked_unless_it_held_a_secret(server: Any) -> None:
    server.started(1)
    record = server.sample.save(1, "i09", 2, at=server.now)
    server.send(server.delivery(1, 3, record))
    assert json.loads(server.journal.read()[-1].body)["message"] == record.text().decode()
    source = bytes.fromhex(server.sample.source("other"))
    taken = commands.SeatCandidate("c2", "a1", "k", "M", server.sample.source("other"))
    (verdict,) = server.send(Delivery(source, 1, b'{"code":"K7P2"}', taken))
    assert verdict.reason == "attempt_id_taken"
    assert json.loads(server.journal.read()[-1].body)["message"] is None


@pytest.mark.parametrize("message", [b"\xff\x00 not text", b"x" * 10_000, b""])
def test_an_unreadable_record_is_kept_within_bounds_and_told_again(server: Any, message: bytes) -> None:
    server.started(1)
    (first,) = server.send(server.broken(1, 3, message))
    assert (first.verdict, first.reason) == (Outcome.UNREADABLE, "unreadable")
    server.reopen()
    (again,) = server.send(server.broken(1, 3, message))
    assert (again.verdict, again.seq) == (Outcome.UNREADABLE, first.seq)
    body = json.loads(next(r.body for r in server.journal.read() if r.kind == "request_unreadable/1"))
    assert base64.b64decode(body["raw_base64"]) == message[:MAX_RAW_BYTES]
    assert body["octets"] == len(message)
    (next_one,) = server.send(server.delivery(1, 4, server.sample.save(1, "i01", 1, at=server.now)))
    assert next_one.verdict is Outcome.ACCEPTED


def test_a_late_record_is_late_for_good(server: Any) -> None:
    server.started(1)
    made = server.now
    server.now += 70_000
    delivery = server.delivery(1, 3, server.sample.save(1, "i01", 2, at=made))
    (first,) = server.send(delivery)
    server.reopen()
    (again,) = server.send(delivery)
    assert (first.verdict, first.reason) == (again.verdict, again.reason) == (Outcome.LATE, "received_after_grace")


@pytest.mark.parametrize("same_batch", [True, False])
def test_the_same_number_with_another_digest_is_an_incident_once(server: Any, same_batch: bool) -> None:
    server.started(1)
    first = server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now))
    other = server.delivery(1, 3, server.sample.save(1, "i01", 2, at=server.now))
    third = server.delivery(1, 3, server.sample.save(1, "i01", 3, at=server.now))
    if same_batch:
        verdicts = server.send(first, other, other, third, first)
    else:
        verdicts = [server.send(one)[0] for one in (first, other, other, third, first)]
    assert [one.verdict.value for one in verdicts] == ["accepted", "conflict", "conflict", "conflict", "accepted"]
    server.reopen()
    again = server.send(other)[0]
    assert (again.verdict, again.seq) == (Outcome.CONFLICT, verdicts[1].seq)
    assert counted(server, "request_conflict/1") == 1
    assert server.state.attempts["a1"].parts[0].responses == {"i01": {"options": ["i01-o1"]}}
    assert server.state.incidents == 1


def test_a_gap_is_not_judged_and_is_filled_later(server: Any) -> None:
    server.started(1)
    records = [server.delivery(1, 3 + n, server.sample.save(1, "i01", n + 1, at=server.now)) for n in range(3)]
    head = server.committer.head
    verdicts = server.send(records[1], records[2])
    assert [(one.verdict, one.seq, one.copies) for one in verdicts] == [(Outcome.GAP, 0, 0)] * 2
    assert server.committer.head == head
    assert [one.verdict for one in server.send(*records)] == [Outcome.ACCEPTED] * 3


def test_an_officers_command_that_finds_nothing_to_do_still_gets_its_durable_verdict(server: Any) -> None:
    server.started(1)
    verdict = server.order(commands.RecordConnection("k1-1", None, "restored"))
    assert (verdict.verdict, verdict.reason) == (Outcome.REFUSED, "nothing_to_do")
    assert verdict.seq == server.committer.head.seq


def test_what_replay_could_not_read_is_never_written(server: Any) -> None:
    server.started(1)
    for command in (
        commands.Pause(None, "x" * 501, Cause.HALL, "o"),
        commands.RecordIncident(None, IncidentCategory.OTHER, "a\x00b", "o"),
        commands.RecordIncident(None, IncidentCategory.OTHER, "\ud800", "o"),
        commands.RecordAttendance("", None, True, "o"),  # type: ignore[arg-type]
    ):
        verdict = server.order(command)
        assert (verdict.verdict, verdict.reason) == (Outcome.REFUSED, "not_recordable"), verdict
    server.reopen()


def test_a_command_that_makes_the_decision_fail_stops_nobody(server: Any) -> None:
    server.started(1)
    verdict = server.order(object())
    assert (verdict.verdict, verdict.reason) == (Outcome.UNREADABLE, "unreadable")
    assert "KeyError" in verdict.detail
    assert server.send(server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now)))[0].seq


# --- the server's own commands ---


def test_the_rooms_tick_is_recorded_only_when_it_does_something(server: Any) -> None:
    server.started(1, 2)
    head = server.committer.head
    nothing = server.committer.order(commands.Tick())
    assert (nothing.verdict, nothing.seq, nothing.events) == (Outcome.ACCEPTED, 0, ())
    assert server.committer.head == head
    server.now += 70_000
    done = server.committer.order(commands.Tick())
    assert [event.kind for event in done.events] == ["seat_closed/1", "seat_closed/1"]
    assert done.seq == server.committer.head.seq
    refused = server.committer.order(commands.RecordIncident("a9", IncidentCategory.OTHER, "", None))
    assert (refused.verdict, refused.reason, refused.seq) == (Outcome.REFUSED, "unknown_attempt", 0)


# --- the end of the journal ---


def test_nothing_is_appended_after_the_sitting_closed(server: Any) -> None:
    server.started(1)
    delivery = server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now))
    (first,) = server.send(delivery)
    server.order(commands.ClosePart(0, "end", "o"))
    server.order(commands.CloseSitting("o"))
    head = server.committer.head
    assert kinds(server)[-1] == "sitting_closed/1"
    server.reopen()
    late, seen, other = server.send(
        server.delivery(1, 4, server.sample.save(1, "i01", 2, at=server.now)),
        delivery,
        server.delivery(1, 3, server.sample.save(1, "i01", 3, at=server.now)),
    )
    assert (late.verdict, late.reason, late.seq) == (Outcome.REFUSED, "journal_ended", 0)
    assert (seen.verdict, seen.seq) == (Outcome.ACCEPTED, first.seq)
    assert (other.verdict, other.seq) == (Outcome.CONFLICT, 0)
    assert server.committer.order(commands.Tick()).reason == "journal_ended"
    assert server.committer.head == head


# --- the hub hears of every commit ---


def test_what_a_commit_added_is_told_once_and_in_order(server: Any) -> None:
    server.started(1)
    told = [entry.record for batch in server.batches for entry in batch.entries]
    assert told == server.journal.read(after=1)  # the epoch's own record was there before the loop
    assert server.batches[-1].state is server.state
    assert server.batches[-1].before is server.batches[-2].state


def test_whoever_is_answered_finds_the_commit_told_already(server: Any) -> None:
    server.started(1)
    answered, early = threading.Event(), []
    server.listeners.append(lambda batch: early.append(answered.wait(0.2)))

    def save() -> None:
        server.send(server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now)))
        answered.set()

    asker = threading.Thread(target=save)
    asker.start()
    asker.join()
    assert early == [False], "the kiosk had its answer before the room knew the seat"


# --- batches ---


def test_what_waits_while_a_batch_is_written_goes_into_the_next_one_together(new_server: Any) -> None:
    server = new_server().started(*range(1, 21))
    gate = _Gate(server.journal)
    server.committer.stop()
    server.open(gate)
    gate.close_gate()
    gate.sizes.clear()
    done: list[Any] = []

    def save(n: int) -> None:
        done.extend(server.send(server.delivery(n, 3, server.sample.save(n, "i01", 1, at=server.now))))

    askers = [threading.Thread(target=save, args=(n,)) for n in range(1, 21)]
    askers[0].start()
    gate.entered.wait()
    for asker in askers[1:]:
        asker.start()
    while len(server.committer._queue) < 19:
        threading.Event().wait(0.001)
    gate.open_gate()
    for asker in askers:
        asker.join()
    assert gate.sizes == [1, 19]
    assert sorted(one.verdict for one in done) == [Outcome.ACCEPTED] * 20


def test_one_ask_is_never_larger_than_a_batch_and_is_numbered_from_one(server: Any) -> None:
    server.started(1)
    record = server.sample.save(1, "i01", 1, at=server.now)
    with pytest.raises(ValueError, match="512"):
        server.send(*[server.delivery(1, 3 + n, record) for n in range(MAX_BATCH + 1)])
    with pytest.raises(ValueError, match="numbered from 1"):
        server.send(server.delivery(1, 0, record))
    with pytest.raises(ValueError, match="16 bytes"):
        server.send(Delivery(b"short", 1, b"", object()))
    verdicts = server.send(*[server.delivery(1, 3 + n, record) for n in range(MAX_BATCH)])
    assert {one.verdict for one in verdicts} == {Outcome.ACCEPTED}


def test_a_queue_that_is_full_turns_away_instead_of_growing(new_server: Any) -> None:
    server = new_server().started(1)
    gate = _Gate(server.journal)
    server.committer.stop()
    server.open(gate)
    gate.close_gate()
    record = server.sample.save(1, "i01", 1, at=server.now)
    asker = threading.Thread(target=lambda: server.send(server.delivery(1, 3, record)))
    asker.start()
    gate.entered.wait()
    server.committer._queue.extend(_Nobody() for _ in range(MAX_WAITING))
    with pytest.raises(NotStored, match="too much"):
        server.send(server.delivery(1, 4, record))
    server.committer._queue.clear()
    gate.open_gate()
    asker.join()


# --- failures ---


def test_a_batch_that_is_not_stored_is_refused_whole_and_can_be_sent_again(new_server: Any) -> None:
    server = new_server().started(1, 2)
    failing = _Failing(server.journal)
    server.committer.stop()
    server.open(failing)
    state, head = server.state, server.committer.head
    deliveries = [server.delivery(n, 3, server.sample.save(n, "i01", n, at=server.now)) for n in (1, 2)]
    failing.error = NotStored("disk full", hint="make space")
    batches = len(server.batches)
    with pytest.raises(NotStored) as caught:
        server.send(*deliveries)
    assert caught.value.hint == "make space"
    assert server.state is state
    assert server.committer.head == head == server.journal.head()
    assert len(server.batches) == batches
    failing.error = None
    assert [one.verdict for one in server.send(*deliveries)] == [Outcome.ACCEPTED] * 2
    assert counted(server, "response_saved/1") == 2


def test_a_real_commit_that_is_interrupted_in_mid_batch_leaves_the_room_going(server: Any) -> None:
    server.started(*range(1, 31))
    deliveries = [server.delivery(n, 3, server.sample.save(n, "i01", 1, at=server.now)) for n in range(1, 31)]
    calls = iter([0] * 5)
    server.journal._db.conn.set_progress_handler(lambda: next(calls, 1), 100)
    with pytest.raises(NotStored):
        server.send(*deliveries)
    server.journal._db.conn.set_progress_handler(None, 0)
    assert counted(server, "response_saved/1") == 0
    assert all(one.seq for one in server.send(*deliveries))
    assert counted(server, "response_saved/1") == 30


def test_when_the_disk_fails_the_committer_stops_and_tells_everyone_why(new_server: Any) -> None:
    server = new_server().started(1)
    failing = _Failing(server.journal)
    server.committer.stop()
    server.open(failing)
    failing.error = JournalError("disk I/O error", hint="look at the disk")
    delivery = server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now))
    for _ in range(3):
        with pytest.raises(CommitterStopped, match="disk I/O error") as caught:
            server.send(delivery)
        assert caught.value.hint == "look at the disk"
    assert server.committer.stopped is not None
    failing.error = None
    server.reopen()
    assert server.send(delivery)[0].verdict is Outcome.ACCEPTED


def test_stopping_finishes_what_is_queued_and_refuses_the_rest(new_server: Any) -> None:
    server = new_server().started(1)
    server.committer.stop()
    with pytest.raises(CommitterStopped, match="has stopped"):
        server.send(server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now)))


def test_a_journal_that_was_tampered_with_is_not_adopted(server: Any, tmp_path: Path) -> None:
    server.started(1)
    copy_database(server.journal._db.conn, tmp_path / "copy.sqlite")
    connection = sqlite3.connect(tmp_path / "copy.sqlite")
    connection.execute("DROP TRIGGER journal_is_never_changed")
    connection.execute("UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 3")
    connection.commit()
    connection.close()
    with Journal.open(tmp_path / "copy.sqlite") as journal:
        committer = Committer(journal, server.RULES, lambda: 0, THREADS, lambda batch: None)
        with pytest.raises(JournalError, match="record 3"):
            committer.start()
        with pytest.raises(CommitterStopped):
            committer.submit([server.sign_in(9)])


# --- somebody else appends to the same journal ---


def test_a_server_that_finds_a_newer_epoch_takes_it_in_and_stops(new_server: Any) -> None:
    server = new_server().started(1)
    with Journal.open(server.path) as journal:
        newer = Committer(journal, server.RULES, lambda: server.now, THREADS, lambda batch: None)
        newer.start()
        newer.submit([server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now))])
        newer.stop()
    with pytest.raises(CommitterStopped, match="another server began epoch 2"):
        server.send(server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now)))
    assert server.state.attempts["a1"].parts[0].answered == 1


def test_records_added_without_a_new_epoch_are_taken_in_and_built_upon(new_server: Any) -> None:
    server = new_server().started(1)
    foreign = _Foreign(server.journal, server)
    server.committer.stop()
    server.open(foreign)
    foreign.armed = True
    (verdict,) = server.send(server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now)))
    rows = server.journal.read()[-2:]
    assert [row.kind for row in rows] == ["incident_recorded/1", "response_saved/1"]
    assert verdict.seq == rows[-1].seq
    assert server.state.incidents == 1
    assert [entry.record.kind for batch in server.batches[-2:] for entry in batch.entries] == [row.kind for row in rows]
    assert verify_file(server.path).ok


class _Port:
    """A journal that passes everything on to a real one."""

    def __init__(self, journal: Any) -> None:
        self.inner = journal

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class _Gate(_Port):
    """Holds the next append at a gate."""

    def __init__(self, journal: Any) -> None:
        super().__init__(journal)
        self.sizes: list[int] = []
        self.entered = threading.Event()
        self._open = threading.Event()
        self._open.set()

    def close_gate(self) -> None:
        self._open.clear()
        self.entered.clear()

    def open_gate(self) -> None:
        self._open.set()

    def append(self, head: Any, records: Any) -> Any:
        self.sizes.append(len(records))
        self.entered.set()
        self._open.wait()
        return self.inner.append(head, records)


class _Failing(_Port):
    """Fails on demand, before anything is written."""

    error: Exception | None = None

    def append(self, head: Any, records: Any) -> Any:
        if self.error is not None:
            raise self.error
        return self.inner.append(head, records)


class _Foreign(_Port):
    """Before one append, lets somebody else add a record of the same epoch."""

    def __init__(self, journal: Any, server: Any) -> None:
        super().__init__(journal)
        self.server = server
        self.armed = False

    def append(self, head: Any, records: Any) -> Any:
        if self.armed:
            self.armed = False
            self.inner.append(head, [_incident(head, self.server)])
        return self.inner.append(head, records)


class _Nobody:
    deliveries = ()


def _incident(head: Any, server: Any) -> Any:
    request = Request(server.committer.epoch, b"f" * 16, 1, server.now, b"r" * 32)
    return record(head, request, 0, IncidentRecorded(None, IncidentCategory.OTHER, "beside", None))
