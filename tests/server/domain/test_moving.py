"""A candidate who is sent to another seat: what ends, what stands still, and what goes on by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from server.domain import commands
from server.domain.events import CandidateSeated, IncidentRecorded, LateRecorded, ResponseSaved, SeatPaused, SeatResumed
from server.domain.reasons import Reason, Refused
from server.domain.rescue_commands import MoveSeat
from server.domain.rescue_events import SeatMoved
from server.domain.values import Cause, LateWhy


@pytest.fixture
def working(play: Any) -> Any:
    """Two candidates in the middle of the first part, which takes a minute."""
    working = play.started(1, 2)
    working.now += 10_000
    return working


def move(n: int = 1, **changes: Any) -> MoveSeat:
    order = MoveSeat(f"a{n}", "k9", "M09", "màn hình hỏng", Cause.EQUIPMENT, "o1")
    return dataclasses.replace(order, **changes)


def kinds(found: Any) -> list[type]:
    return [type(one) for one in found]


def test_the_order_is_a_fact_that_names_both_seats_and_is_given_once(working: Any, sample: Any) -> None:
    (event,) = working.done(move())
    assert isinstance(event, SeatMoved)
    assert (event.from_seat, event.to_seat, event.generation) == ("M01", "M09", 1)
    assert working.do(move()) == Refused(Reason.NOTHING_TO_DO, "a1")
    assert working.do(move(2, reason=" ")) == Refused(Reason.REASON_NEEDED)
    assert working.do(move(7)) == Refused(Reason.UNKNOWN_ATTEMPT, "a7")


def test_what_the_old_machine_is_used_for_afterwards_is_late_and_what_it_held_counts(working: Any, sample: Any) -> None:
    before = working.now
    working.done(move())
    held = working.send(sample.save(1, "i01", 1, at=before - 1), after=5_000)
    used = working.send(sample.save(1, "i02", 1, at=before + 2_000))
    assert kinds(held) == [ResponseSaved]
    assert [(type(one), one.why) for one in used] == [(LateRecorded, LateWhy.SUPERSEDED)]


def test_the_clock_stands_for_the_way_and_runs_again_at_the_sign_in(working: Any, sample: Any) -> None:
    left = working.part(1).ledger
    assert kinds(working.done(move(pause=True))) == [SeatMoved, SeatPaused]
    seated = working.done(sample.seat(1, 2, "k9"), after=30_000)
    assert kinds(seated) == [CandidateSeated, SeatResumed], "and nobody is alarmed by a second machine"
    assert seated[1].officer_id == "o1"
    ledger = working.part(1).ledger
    assert ledger.running_pause is None
    assert (ledger.pauses[-1].to_ms or 0) - ledger.pauses[-1].from_ms == 30_000
    assert left.running_pause is None


def test_a_clock_that_stands_for_another_reason_stays_so(working: Any, sample: Any) -> None:
    working.done(sample.pause("a1"))
    assert kinds(working.done(move(pause=True), after=1_000)) == [SeatMoved]
    assert kinds(working.done(sample.seat(1, 2, "k9"), after=1_000)) == [CandidateSeated]
    assert working.part(1).ledger.running_pause is not None


def test_without_an_order_a_second_machine_is_still_an_incident(working: Any, sample: Any) -> None:
    working.done(move(2))
    assert kinds(working.done(sample.seat(1, 2, "k9"))) == [CandidateSeated, IncidentRecorded]


def test_an_order_is_taken_back_by_signing_in_at_the_old_seat(working: Any, sample: Any) -> None:
    working.done(move(pause=True))
    working.done(sample.seat(1, 2, "k1-1"), after=3_000)
    working.done(sample.seat(1, 3, "k1-1"), after=3_000)
    saved = working.send(sample.save(1, "i01", 2, at=working.now, generation=3))
    assert kinds(saved) == [ResponseSaved]


def test_who_has_handed_in_the_last_part_is_not_moved(working: Any, sample: Any) -> None:
    working.done(commands.CloseSeat("a1", "xin nghỉ", "o1"))
    second = working.do(move())
    assert kinds(second) == [SeatMoved], "another part follows: they may need another machine for it"
