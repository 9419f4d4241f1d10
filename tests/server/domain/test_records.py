"""What counts of what a candidate did: who may say it, when it was made, and when it came."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain import commands, events
from server.domain.candidate_acts import MAX_LATE, PAUSE_NOTICE_MS
from server.domain.reasons import Reason, Refused
from server.domain.values import IncidentCategory, LateWhy
from server.protocol.receipt import receipt_code, responses_sha256
from server.protocol.records import SaveResponse


def reason(decided: object) -> Reason:
    assert isinstance(decided, Refused), decided
    return decided.reason


def late(decided: Any) -> LateWhy:
    (event,) = decided
    assert isinstance(event, events.LateRecorded), event
    return event.why


def test_the_last_response_to_an_item_is_the_one_held(play: Any) -> None:
    play.started(1)
    for option in (2, 4, 3):
        play.send(play.sample.save(1, "i01", option, at=play.now), after=1000)
    assert play.part(1).responses == {"i01": {"options": ["i01-o3"]}}
    assert play.part(1).answered == 1


def test_a_cleared_response_counts_as_not_answered(play: Any) -> None:
    play.started(1)
    play.send(play.sample.save(1, "i01", 1, at=play.now))
    play.send(play.sample.clear(1, "i01", at=play.now))
    assert play.part(1).responses == {}
    assert play.part(1).answered == 0


def test_flags_come_and_go_in_the_candidates_order(play: Any) -> None:
    play.started(1)
    for item in ("i01", "i02", "i03"):
        play.send(play.sample.flag(1, item, True, at=play.now))
    play.send(play.sample.flag(1, "i02", False, at=play.now))
    assert play.part(1).flagged == tuple(item for item in play.part(1).item_ids if item != "i02")


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (SaveResponse("a9", 1, 0, "i01", {"options": ["i01-o1"]}, 0, 0), Reason.UNKNOWN_ATTEMPT),
        (SaveResponse("a2", 1, 0, "i01", {"options": ["i01-o1"]}, 0, 0), Reason.FOREIGN_OUTBOX),
        (SaveResponse("a1", 2, 0, "i01", {"options": ["i01-o1"]}, 0, 0), Reason.FOREIGN_OUTBOX),
        (SaveResponse("a1", 1, 1, "i11", {"options": ["i11-o1"]}, 0, 0), Reason.NOT_STARTED),
        (SaveResponse("a1", 1, 7, "i01", {"options": ["i01-o1"]}, 0, 0), Reason.UNKNOWN_PART),
        (SaveResponse("a1", 1, 0, "i99", {"options": ["i01-o1"]}, 0, 0), Reason.UNKNOWN_ITEM),
        (SaveResponse("a1", 1, 0, "i11", {"options": ["i11-o1"]}, 0, 0), Reason.UNKNOWN_ITEM),
        (SaveResponse("a1", 1, 0, "i01", {"options": []}, 0, 0), Reason.NOT_A_RESPONSE),
        (SaveResponse("a1", 1, 0, "i01", {"options": ["i01-o1", "i01-o2"]}, 0, 0), Reason.NOT_A_RESPONSE),
        (SaveResponse("a1", 1, 0, "i01", {"options": ["i02-o1"]}, 0, 0), Reason.NOT_A_RESPONSE),
        (SaveResponse("a1", 1, 0, "i01", {"text": "a"}, 0, 0), Reason.NOT_A_RESPONSE),
    ],
)
def test_a_record_that_could_never_be_right_is_refused(play: Any, record: SaveResponse, why: Reason) -> None:
    play.started(1, 2)
    assert reason(play.send(record, source=play.sample.source((1, 1)))) is why
    assert play.part(1).responses == {}


def test_nothing_is_saved_before_the_start(play: Any) -> None:
    play.seated(1)
    assert reason(play.send(play.sample.save(1, "i01", 1, at=play.now))) is Reason.NOT_STARTED


# --- when it was made and when it came: part 0 runs from 0 to 60 s, its grace ends at 70 s ---


@pytest.mark.parametrize(
    ("made_ms", "came_ms", "outcome"),
    [
        (59_999, 59_999, None),
        (59_999, 60_000, None),
        (59_999, 69_999, None),
        (59_999, 70_000, LateWhy.RECEIVED_AFTER_GRACE),
        (60_000, 60_000, LateWhy.MADE_AFTER_DEADLINE),
        (60_000, 69_999, LateWhy.MADE_AFTER_DEADLINE),
        (60_000, 70_000, LateWhy.MADE_AFTER_DEADLINE),
        (99_999, 59_999, None),  # a kiosk's clock runs ahead: not later than it came
    ],
)
def test_made_in_time_and_received_in_time_counts(
    play: Any, made_ms: int, came_ms: int, outcome: LateWhy | None
) -> None:
    play.started(1)
    start = play.now
    decided = play.send(play.sample.save(1, "i01", 1, at=start + made_ms), after=came_ms)
    if outcome is None:
        assert isinstance(decided[0], events.ResponseSaved)
        assert play.part(1).answered == 1
    else:
        assert late(decided) is outcome
        assert play.part(1).answered == 0
        assert play.part(1).late[0].response == {"options": ["i01-o1"]}


def test_a_time_before_all_was_delivered_is_not_believed(play: Any) -> None:
    play.started(1)
    start = play.now
    decided = play.send(play.sample.save(1, "i01", 1, at=start + 59_000), after=65_000, not_before=start + 61_000)
    assert late(decided) is LateWhy.MADE_AFTER_DEADLINE
    assert decided[0].made_at_ms == start + 59_000
    assert decided[0].believed_at_ms == start + 61_000


def test_a_record_was_not_made_before_the_one_numbered_below_it(play: Any) -> None:
    play.started(1)
    start = play.now
    play.send(play.sample.save(1, "i01", 1, at=start + 61_000), after=62_000)
    decided = play.send(play.sample.save(1, "i02", 1, at=start + 59_000), after=1_000)
    assert late(decided) is LateWhy.MADE_AFTER_DEADLINE
    assert (decided[0].made_at_ms, decided[0].believed_at_ms) == (start + 59_000, start + 61_000)


def test_another_machines_records_say_nothing_of_when_these_were_made(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.seat(1, 2), after=10_000)
    play.send(play.sample.save(1, "i01", 1, at=play.now, generation=2), after=1_000)
    (saved,) = play.send(play.sample.save(1, "i02", 1, at=start + 5_000))
    assert saved.believed_at_ms == start + 5_000


@pytest.mark.parametrize(
    ("made_ms", "why"), [(59_999, LateWhy.RECEIVED_AFTER_GRACE), (60_000, LateWhy.MADE_AFTER_DEADLINE)]
)
def test_after_the_room_closed_at_the_deadline_records_wait_for_a_decision(
    play: Any, made_ms: int, why: LateWhy
) -> None:
    play.started(1)
    start = play.now
    play.done(commands.Tick(), after=70_000)
    digest = play.part(1).finish.responses_sha256
    assert late(play.send(play.sample.save(1, "i01", 1, at=start + made_ms))) is why
    assert play.part(1).finish.responses_sha256 == digest


def test_after_an_officer_closed_the_seat_records_wait_for_a_decision(play: Any) -> None:
    play.started(1)
    play.done(commands.CloseSeat("a1", "misconduct", play.sample.OFFICER), after=1000)
    assert late(play.send(play.sample.save(1, "i01", 1, at=play.now - 500))) is LateWhy.AFTER_CLOSING


# --- pauses ---


@pytest.mark.parametrize(
    ("made_ms", "counts"),
    [
        (9_999, True),
        (10_000, True),
        (10_000 + PAUSE_NOTICE_MS - 1, True),
        (10_000 + PAUSE_NOTICE_MS, False),
        (25_000, False),
    ],
)
def test_what_was_made_during_a_pause_waits_for_a_decision(play: Any, made_ms: int, counts: bool) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.pause("a1"), after=10_000)
    decided = play.send(play.sample.save(1, "i01", 1, at=start + made_ms), after=20_000)
    if counts:
        assert isinstance(decided[0], events.ResponseSaved)
    else:
        assert late(decided) is LateWhy.PAUSED
        assert decided[0].response == {"options": ["i01-o1"]}, "what was chosen is kept for whoever decides"
        assert play.part(1).late == decided
        assert play.part(1).responses == {}


def test_a_choice_made_after_the_pause_replaces_the_one_that_waits(play: Any) -> None:
    play.started(1)
    start = play.now
    play.send(play.sample.save(1, "i01", 1, at=start + 5_000), after=6_000)
    play.done(play.sample.pause("a1"), after=4_000)
    play.done(play.sample.resume("a1"), after=20_000)
    assert late(play.send(play.sample.save(1, "i01", 2, at=start + 20_000))) is LateWhy.PAUSED
    assert play.part(1).responses == {"i01": {"options": ["i01-o1"]}}
    play.send(play.sample.save(1, "i01", 3, at=start + 31_000), after=1_000)
    assert play.part(1).responses == {"i01": {"options": ["i01-o3"]}}


def test_whoever_decides_sees_that_a_choice_was_made_in_a_pause_even_after_the_deadline(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.pause("a1"), after=10_000)
    play.done(play.sample.resume("a1"), after=10_000)
    play.done(commands.Tick(), after=60_000)
    assert late(play.send(play.sample.save(1, "i01", 1, at=start + 15_000))) is LateWhy.PAUSED
    assert late(play.send(play.sample.save(1, "i01", 1, at=start + 25_000))) is LateWhy.RECEIVED_AFTER_GRACE


def test_a_pause_that_ended_is_still_one_for_what_comes_late(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.pause(), after=10_000)
    play.done(play.sample.resume(), after=10_000)
    assert late(play.send(play.sample.save(1, "i01", 1, at=start + 19_999), after=5_000)) is LateWhy.PAUSED
    assert isinstance(play.send(play.sample.save(1, "i01", 1, at=start + 20_000))[0], events.ResponseSaved)


def test_the_clock_goes_on_where_it_stood(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.pause(), after=59_000)
    play.done(play.sample.resume(), after=500_000)
    assert isinstance(play.send(play.sample.save(1, "i01", 1, at=start + 559_999), after=999)[0], events.ResponseSaved)
    assert late(play.send(play.sample.save(1, "i01", 1, at=start + 560_000), after=1)) is LateWhy.MADE_AFTER_DEADLINE


# --- a machine that sends for ever ---


def test_late_records_are_bounded_and_a_choice_in_time_still_counts(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.pause("a1"), after=10_000)
    play.done(play.sample.resume("a1"), after=20_000)
    for number in range(MAX_LATE):
        made = play.sample.save(1, "i01", 1 + number % 4, at=start + 20_000)
        assert late(play.send(made)) is LateWhy.PAUSED
    over = play.send(play.sample.save(1, "i01", 1, at=start + 20_000))
    assert (reason(over), over.detail) == (Reason.TOO_MANY_LATE, "paused")
    assert len(play.part(1).late) == MAX_LATE
    assert isinstance(play.send(play.sample.save(1, "i02", 1, at=play.now))[0], events.ResponseSaved)


# --- generations ---


def test_a_second_sign_in_takes_over_and_the_older_machine_still_counts_for_what_it_did_before(play: Any) -> None:
    play.started(1)
    start = play.now
    play.send(play.sample.save(1, "i01", 1, at=start + 100), after=1_000)
    (seated,) = (
        event for event in play.done(play.sample.seat(1, 2), after=1_000) if event.kind == "candidate_seated/1"
    )
    assert seated.generation == 2
    moved = play.now
    play.send(play.sample.save(1, "i02", 2, at=moved, generation=2))
    # What the first machine still held comes now: made before the move, so it fills what the second has not answered …
    play.send(play.sample.save(1, "i03", 3, at=moved - 1), after=10)
    play.send(play.sample.save(1, "i02", 4, at=moved - 1))
    # … and never replaces what the second has said.
    assert play.part(1).responses == {
        "i01": {"options": ["i01-o1"]}, "i02": {"options": ["i02-o2"]}, "i03": {"options": ["i03-o3"]},
    }  # fmt: skip


def test_what_the_older_machine_made_after_the_move_waits_for_a_decision(play: Any) -> None:
    play.started(1)
    play.done(play.sample.seat(1, 2), after=1_000)
    assert late(play.send(play.sample.save(1, "i03", 3, at=play.now))) is LateWhy.SUPERSEDED
    assert play.part(1).answered == 0


def test_the_older_machine_cannot_end_the_part(play: Any) -> None:
    play.started(1)
    play.done(play.sample.seat(1, 2), after=1_000)
    digest = responses_sha256("a1", 0, {})
    submitted = play.send(play.sample.submit(1, play.next_seq(1) - 1, digest, at=play.now - 500))
    assert late(submitted) is LateWhy.SUPERSEDED
    assert play.part(1).finish is None


def test_one_candidate_has_one_attempt_however_often_they_sign_in(play: Any) -> None:
    play.unsealed()
    for generation in (1, 2, 3):
        play.done(play.sample.seat(1, generation))
    assert list(play.state.attempts) == ["a1"]
    assert [seating.generation for seating in play.state.attempts["a1"].seatings] == [1, 2, 3]


def test_an_outbox_speaks_for_one_sign_in_only(play: Any) -> None:
    play.unsealed()
    play.done(play.sample.seat(1))
    assert reason(play.do(play.sample.seat(1))) is Reason.OUTBOX_TAKEN
    other = play.sample.seat(2)
    taken = commands.SeatCandidate("c2", "a1", other.kiosk_id, other.seat_label, other.source)
    assert reason(play.do(taken)) is Reason.ATTEMPT_ID_TAKEN


@pytest.mark.parametrize(("lost", "incident"), [(False, True), (True, False)])
def test_two_live_machines_in_one_attempt_are_an_incident(play: Any, lost: bool, incident: bool) -> None:
    play.started(1)
    if lost:
        play.done(commands.RecordConnection("k1-1", "a1", "lost"))
    noted = [event for event in play.done(play.sample.seat(1, 2)) if isinstance(event, events.IncidentRecorded)]
    assert [event.category for event in noted] == ([IncidentCategory.TWO_MACHINES] if incident else [])


def test_signing_in_again_on_the_same_machine_is_no_incident(play: Any) -> None:
    play.started(1)
    assert len(play.done(play.sample.seat(1, 2, kiosk="k1-1"))) == 1


# --- submitting ---


def test_a_receipt_names_the_digest_of_the_final_responses(play: Any) -> None:
    play.started(1)
    start = play.now
    play.send(play.sample.save(1, "i01", 2, at=start + 5_000), after=5_000)
    digest = responses_sha256("a1", 0, {"i01": {"options": ["i01-o2"]}})
    (event,) = play.send(play.sample.submit(1, play.next_seq(1) - 1, digest, at=start + 12_345), after=7_500)
    assert event.responses_sha256 == event.claimed_sha256 == digest.hex()
    assert event.receipt == receipt_code(digest)
    assert (event.answered, event.of, event.time_taken_ms) == (1, 3, 12_000)
    finish = play.part(1).finish
    assert not finish.forced
    assert not finish.disputed


def test_a_submission_that_skips_a_record_is_refused(play: Any) -> None:
    play.started(1)
    digest = responses_sha256("a1", 0, {})
    for wrong in (0, 1, 3, 99):
        assert reason(play.send(play.sample.submit(1, wrong, digest, at=play.now))) is Reason.WRONG_LAST_SEQ


def test_digests_that_differ_are_an_incident_and_end_the_part_all_the_same(play: Any) -> None:
    play.started(1)
    submitted, incident = play.send(play.sample.submit(1, 2, b"\1" * 32, at=play.now))
    assert isinstance(incident, events.IncidentRecorded)
    assert incident.category is IncidentCategory.DIGEST_DIFFERS
    assert submitted.receipt == receipt_code(responses_sha256("a1", 0, {}))
    assert play.part(1).finish.disputed


@pytest.mark.parametrize(("made_ms", "finished_ms"), [(59_000, 59_000), (60_000, 60_000), (65_000, 60_000)])
def test_a_submission_in_the_grace_finishes_at_the_deadline_at_the_latest(
    play: Any, made_ms: int, finished_ms: int
) -> None:
    play.started(1)
    start = play.now
    digest = responses_sha256("a1", 0, {})
    (event,) = play.send(play.sample.submit(1, 2, digest, at=start + made_ms), after=66_000)
    assert event.finished_at_ms == start + finished_ms
    assert event.time_taken_ms == finished_ms


def test_a_submission_that_comes_after_the_grace_waits_for_a_decision(play: Any) -> None:
    play.started(1)
    start = play.now
    digest = responses_sha256("a1", 0, {})
    decided = play.send(play.sample.submit(1, 2, digest, at=start + 30_000), after=70_000)
    assert late(decided) is LateWhy.RECEIVED_AFTER_GRACE
    assert decided[0].responses_sha256 == digest.hex()


def test_after_submitting_the_part_is_locked(play: Any) -> None:
    play.started(1)
    digest = responses_sha256("a1", 0, {})
    play.send(play.sample.submit(1, 2, digest, at=play.now))
    assert reason(play.send(play.sample.save(1, "i01", 1, at=play.now))) is Reason.PART_SUBMITTED
    assert reason(play.send(play.sample.submit(1, 4, digest, at=play.now))) is Reason.PART_SUBMITTED


def test_what_an_older_machine_held_waits_for_a_decision_once_the_part_is_submitted(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.seat(1, 2), after=1_000)
    digest = responses_sha256("a1", 0, {})
    play.send(play.sample.submit(1, 1, digest, at=play.now, generation=2))
    assert late(play.send(play.sample.save(1, "i01", 1, at=start + 500))) is LateWhy.AFTER_SUBMISSION


def test_a_candidate_cannot_submit_during_a_pause(play: Any) -> None:
    play.started(1)
    play.done(play.sample.pause(), after=1_000)
    digest = responses_sha256("a1", 0, {})
    submitted = play.send(play.sample.submit(1, 2, digest, at=play.now + 5_000), after=5_000)
    assert late(submitted) is LateWhy.PAUSED
    assert submitted[0].responses_sha256 == digest.hex()
    assert play.part(1).finish is None
