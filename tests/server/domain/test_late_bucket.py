"""Records that came late: what waits, what a decision changes, and what it never overwrites."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from server.domain import audit, commands, late_bucket
from server.domain.reasons import Reason, Refused
from server.domain.sitting import decide as decided
from server.domain.state import SittingState
from server.domain.time_commands import DecideLate
from server.domain.time_events import LateDecided
from server.domain.values import LateRule
from server.protocol.receipt import receipt_code, responses_sha256


def late(play: Any, n: int = 1) -> tuple[late_bucket.Late, ...]:
    return late_bucket.waiting(play.state, play.part(n), f"a{n}")


def decide(play: Any, *numbers: int, accept: bool = True, second: str | None = "o2", n: int = 1) -> Any:
    choices = tuple((f"a{n}", number) for number in numbers) or None
    return play.do(DecideLate(choices, accept, "the switch had died", "o1", second))


@pytest.fixture
def ended(play: Any) -> Any:
    """Candidate 1 answered one item, was closed by the clock, and then two answers made in time came in."""
    play.started(1)
    start = play.now
    play.send(play.sample.save(1, "i01", 1, at=start + 5_000), after=5_000)
    play.done(commands.Tick(), after=70_000)
    play.send(play.sample.save(1, "i01", 2, at=start + 50_000), after=1_000)
    play.send(play.sample.save(1, "i02", 3, at=start + 51_000))
    return play


def test_a_late_record_waits_with_its_evidence(ended: Any) -> None:
    first, second = late(ended)
    assert (first.record.item_id, second.record.item_id) == ("i01", "i02")
    assert first.at_ms == ended.now
    assert [one.number for one in late_bucket.mattering(ended.state)] == [first.number, second.number]
    assert ended.part(1).responses == {"i01": {"options": ["i01-o1"]}}


def test_an_accepted_record_counts_and_the_receipt_is_of_what_then_holds(ended: Any) -> None:
    before = ended.part(1).finish
    (event,) = decide(ended, late(ended)[1].number)
    part = ended.part(1)
    assert part.responses == {"i01": {"options": ["i01-o1"]}, "i02": {"options": ["i02-o3"]}}
    digest = responses_sha256("a1", 0, part.responses)
    assert (event.responses_sha256, event.receipt) == (digest.hex(), receipt_code(digest))
    assert (part.finish.receipt, part.finish.answered) == (event.receipt, 2)
    assert part.finish.receipt != before.receipt
    assert (part.finish.finished_at_ms, part.finish.time_taken_ms) == (before.finished_at_ms, before.time_taken_ms)
    assert [one.record.item_id for one in late(ended)] == ["i01"]


def test_all_at_once_take_effect_in_the_order_they_were_made(ended: Any) -> None:
    ended.send(ended.sample.clear(1, "i02", at=ended.now - 15_000))
    (event,) = decide(ended)
    assert len(event.records) == 3
    assert ended.part(1).responses == {"i01": {"options": ["i01-o2"]}}
    assert late(ended) == ()


def test_a_refused_record_stays_in_the_journal_and_changes_nothing(ended: Any) -> None:
    before = ended.part(1)
    decide(ended, accept=False, second=None)
    assert ended.part(1).responses == before.responses
    assert ended.part(1).finish == before.finish
    assert late(ended) == ()
    assert [one.accepted for one in late_bucket.all_late(ended.state, ended.part(1), "a1")] == [False, False]


def test_deciding_twice_is_refused(ended: Any) -> None:
    number = late(ended)[0].number
    decide(ended, number)
    before = ended.state
    assert decide(ended, number) == Refused(Reason.ALREADY_DECIDED)
    assert decide(ended, number, accept=False) == Refused(Reason.ALREADY_DECIDED)
    assert ended.state is before


@pytest.mark.parametrize("second", [None, "o1"])
def test_a_part_that_has_ended_is_changed_by_two_officers(ended: Any, second: str | None) -> None:
    assert decide(ended, second=second) == Refused(Reason.SECOND_OFFICER_NEEDED)


def test_a_reason_is_needed(ended: Any) -> None:
    assert ended.do(DecideLate(None, True, " ", "o1", "o2")) == Refused(Reason.REASON_NEEDED)


def test_a_newer_answer_is_never_overwritten(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.pause("a1"), after=5_000)
    play.send(play.sample.save(1, "i01", 1, at=start + 10_000), after=5_000)  # made while the clock stood
    play.done(play.sample.resume("a1"), after=1_000)
    play.send(play.sample.save(1, "i01", 2, at=start + 12_000), after=1_000)
    assert list(late_bucket.mattering(play.state)) == []
    decide(play, second=None)
    assert play.part(1).responses == {"i01": {"options": ["i01-o2"]}}


def test_an_answer_of_a_stopped_clock_can_count_while_the_part_runs_by_one_officer(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.pause("a1"), after=5_000)
    play.send(play.sample.save(1, "i01", 1, at=start + 10_000), after=5_000)
    (event,) = decide(play, second=None)
    assert (event.finished_at_ms, event.time_taken_ms) == (None, None)
    assert play.part(1).responses == {"i01": {"options": ["i01-o1"]}}


def test_an_older_machines_answer_does_not_displace_the_newer_ones(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(play.sample.seat(1, generation=2), after=5_000)
    play.send(play.sample.save(1, "i01", 2, at=start + 6_000, generation=2), after=1_000)
    play.send(play.sample.save(1, "i01", 1, at=start + 7_000), after=1_000)  # made there after the newer sign-in
    play.send(play.sample.save(1, "i02", 1, at=start + 7_500))
    assert [one.record.item_id for one in late_bucket.mattering(play.state)] == ["i02"]
    decide(play, second=None)
    assert play.part(1).responses == {"i01": {"options": ["i01-o2"]}, "i02": {"options": ["i02-o1"]}}


def test_who_had_submitted_before_the_clock_ended_the_part_finished_then(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(commands.Tick(), after=75_000)
    play.send(play.sample.submit(1, play.next_seq(1) - 1, b"\0" * 32, at=start + 40_000))
    assert len(list(late_bucket.mattering(play.state))) == 1
    (event,) = decide(play)
    assert (event.finished_at_ms, event.time_taken_ms) == (start + 40_000, 40_000)
    assert play.part(1).finish.time_taken_ms == 40_000


def test_a_sitting_does_not_end_while_a_late_record_that_matters_waits(ended: Any) -> None:
    ended.done(commands.ClosePart(0, "", "o1"))
    assert ended.do(commands.CloseSitting("o1")) == Refused(Reason.LATE_UNDECIDED, "a1")
    decide(ended, accept=False)
    ended.done(commands.CloseSitting("o1"))


def test_where_the_plan_counts_no_late_record_nothing_waits(play: Any) -> None:
    prepared = play.sample.prepare()
    rules = dataclasses.replace(prepared.rules, late_records=LateRule.NEVER)
    play.done(play.sample.prepare(rules=rules))
    play.done(play.sample.choose())
    play.done(play.sample.unseal())
    play.done(play.sample.seat(1))
    play.send(play.sample.confirm(1))
    play.done(play.sample.start())
    start = play.now
    play.done(commands.Tick(), after=75_000)
    play.send(play.sample.save(1, "i01", 2, at=start + 50_000))
    assert list(late_bucket.mattering(play.state)) == []


def test_verify_notices_a_decision_that_cannot_have_been_made(ended: Any) -> None:
    before: SittingState = ended.state
    command = DecideLate(None, True, "why", "o1", "o2")
    events = decided(before, command, ended.now)
    assert not isinstance(events, Refused)
    (event,) = events
    assert isinstance(event, LateDecided)
    assert audit.objection(before, event) is None
    ended.done(command)
    assert audit.objection(ended.state, event) is not None
    assert audit.objection(before, dataclasses.replace(event, receipt="AAAA-AAAA")) is not None


def test_where_the_plan_counts_no_late_answer_nobody_can_make_one_count(play: Any) -> None:
    prepared = play.sample.prepare()
    rules = dataclasses.replace(prepared.rules, late_records=LateRule.NEVER)
    for command in (dataclasses.replace(prepared, rules=rules), play.sample.choose(), play.sample.unseal()):
        play.done(command)
    play.done(play.sample.seat(1))
    play.send(play.sample.confirm(1))
    play.done(play.sample.start())
    start = play.now
    play.done(commands.Tick(), after=75_000)
    play.send(play.sample.save(1, "i01", 2, at=start + 50_000), after=1_000)
    assert decide(play) == Refused(Reason.NEVER_LATE)
    assert play.part(1).responses == {}
    decide(play, accept=False, second=None)
    assert late(play) == ()
