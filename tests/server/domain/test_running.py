"""Officers and the clock: pause, resume, extend, close; the room's own tick; and what is only noted."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain import commands, events, sitting
from server.domain.event import SET_BACK_MS, EpochBegan
from server.domain.reasons import Reason, Refused
from server.domain.timing import deadline_at_ms, remaining_ms
from server.domain.values import Attendance, Cause, CloseCause, IncidentCategory, PartStage, RosterChange
from server.protocol.receipt import responses_sha256


def reason(decided: object) -> Reason:
    assert isinstance(decided, Refused), decided
    return decided.reason


def test_pause_for_all_reaches_everyone_whose_time_runs_and_nobody_else(play: Any) -> None:
    play.started(1, 2, 3)
    play.done(play.sample.seat(4))
    play.done(commands.CloseSeat("a3", "ill", play.sample.OFFICER), after=1_000)
    play.done(play.sample.pause("a2"))
    assert [event.attempt_id for event in play.done(play.sample.pause())] == ["a1"]
    assert [event.attempt_id for event in play.done(play.sample.resume(), after=1_000)] == ["a1", "a2"]
    assert reason(play.do(play.sample.resume())) is Reason.NOTHING_TO_DO


def test_named_seats_are_all_obeyed_or_none(play: Any) -> None:
    play.started(1, 2)
    play.done(play.sample.pause("a2"))
    assert reason(play.do(play.sample.pause("a1", "a2"))) is Reason.ALREADY_PAUSED
    assert play.part(1).ledger.running_pause is None
    assert reason(play.do(play.sample.resume("a1", "a2"))) is Reason.NOT_PAUSED
    assert play.part(2).ledger.running_pause is not None
    assert len(play.done(play.sample.pause("a1", "a1"))) == 1


@pytest.mark.parametrize("act", ["pause", "resume", "extend", "close"])
def test_acts_on_seats_that_have_no_running_part_say_why(play: Any, act: str) -> None:
    play.started(1)
    play.done(play.sample.seat(2))
    digest = responses_sha256("a1", 0, {})
    play.send(play.sample.submit(1, 2, digest, at=play.now))
    sample = play.sample
    make = {
        "pause": sample.pause, "resume": sample.resume, "extend": lambda who: sample.extend(1000, who),
        "close": lambda who: commands.CloseSeat(who, "why", sample.OFFICER),
    }[act]  # fmt: skip
    assert reason(play.do(make("a9"))) is Reason.UNKNOWN_ATTEMPT
    assert reason(play.do(make("a2"))) is Reason.NOT_STARTED
    assert reason(play.do(make("a1"))) is Reason.PART_SUBMITTED


def test_every_act_on_time_needs_a_reason(play: Any) -> None:
    play.started(1)
    officer = play.sample.OFFICER
    for command in (
        commands.Pause(None, " ", Cause.HALL, officer),
        commands.Resume(None, " ", officer),
        commands.Extend(None, 1000, "", Cause.HALL, officer),
        commands.CloseSeat("a1", "", officer),
        commands.ClosePart(0, "", officer),
        commands.RecordCodeReissue("c1", "", officer),
        commands.RecordRosterChange("c1", RosterChange.CORRECTED, "00" * 32, " ", ("o1", "o2")),
    ):
        assert reason(play.do(command)) is Reason.REASON_NEEDED


@pytest.mark.parametrize(
    ("after_ms", "refused"), [(59_999, None), (60_000, Reason.TIME_IS_UP), (69_999, Reason.TIME_IS_UP)]
)
def test_a_clock_that_has_run_out_is_not_paused(play: Any, after_ms: int, refused: Reason | None) -> None:
    play.started(1)
    decided = play.do(play.sample.pause("a1"), after=after_ms)
    assert (decided.reason if isinstance(decided, Refused) else None) is refused


@pytest.mark.parametrize(("after_ms", "refused"), [(0, None), (69_999, None), (70_000, Reason.TIME_IS_UP)])
def test_time_can_be_given_until_the_grace_is_over(play: Any, after_ms: int, refused: Reason | None) -> None:
    play.started(1)
    decided = play.do(play.sample.extend(30_000, "a1"), after=after_ms)
    assert (decided.reason if isinstance(decided, Refused) else None) is refused
    if refused is None:
        assert remaining_ms(play.part(1).ledger, play.now) == 90_000 - after_ms


@pytest.mark.parametrize("ms", [0, -1, 12 * 3_600_000 + 1])
def test_no_time_is_given_by_a_slip(play: Any, ms: int) -> None:
    assert reason(play.started(1).do(play.sample.extend(ms))) is Reason.NOTHING_TO_DO


def test_time_given_during_a_pause_is_there_afterwards(play: Any) -> None:
    play.started(1)
    play.done(play.sample.pause(), after=10_000)
    play.done(play.sample.extend(5_000), after=100_000)
    play.done(play.sample.resume(), after=100_000)
    assert remaining_ms(play.part(1).ledger, play.now) == 55_000


def test_the_room_closes_at_the_deadline_whenever_it_gets_round_to_it(play: Any) -> None:
    play.started(1, 2)
    start = play.now
    play.send(play.sample.save(1, "i01", 1, at=start + 100), after=200)
    play.done(play.sample.extend(5_000, "a2"))
    assert play.do(commands.Tick(), after=69_799) == ()
    (closed,) = play.done(commands.Tick(), after=1)
    assert (closed.attempt_id, closed.cause, closed.finished_at_ms) == ("a1", CloseCause.DEADLINE, start + 60_000)
    assert (closed.time_taken_ms, closed.answered, closed.of) == (60_000, 1, 3)
    (second,) = play.done(commands.Tick(), after=3_600_000)
    assert second.finished_at_ms == start + 65_000
    assert second.time_taken_ms == 60_000  # five seconds were made good
    assert play.do(commands.Tick()) == ()


def test_a_paused_candidate_is_never_closed_by_the_clock(play: Any) -> None:
    play.started(1)
    play.done(play.sample.pause(), after=59_999)
    assert play.do(commands.Tick(), after=10_000_000) == ()


@pytest.mark.parametrize(("after_ms", "finished_ms"), [(5_000, 5_000), (60_000, 60_000), (65_000, 60_000)])
def test_an_officer_closes_a_seat_with_what_is_held(play: Any, after_ms: int, finished_ms: int) -> None:
    play.started(1)
    start = play.now
    (closed,) = play.done(commands.CloseSeat("a1", "suspended", play.sample.OFFICER), after=after_ms)
    assert (closed.cause, closed.finished_at_ms) == (CloseCause.OFFICER, start + finished_ms)
    assert play.part(1).finish.forced


def test_closing_a_part_ends_it_for_everyone_and_closing_the_sitting_ends_the_journal(play: Any) -> None:
    play.started(1, 2)
    officer = play.sample.OFFICER
    assert reason(play.do(commands.CloseSitting(officer))) is Reason.PART_STILL_OPEN
    assert reason(play.do(commands.ClosePart(1, "x", officer))) is Reason.PART_NOT_OPEN
    assert reason(play.do(commands.ClosePart(2, "x", officer))) is Reason.UNKNOWN_PART
    kinds = [event.kind for event in play.done(commands.ClosePart(0, "end", officer))]
    assert kinds == ["seat_closed/1", "seat_closed/1", "part_closed/1"]
    assert play.state.parts[0] is PartStage.CLOSED
    assert reason(play.do(commands.ClosePart(0, "x", officer))) is Reason.PART_CLOSED
    play.done(commands.CloseSitting(officer))
    assert sitting.ended(play.state)
    assert reason(play.do(commands.Tick())) is Reason.SITTING_CLOSED


def test_a_part_that_everybody_has_submitted_closes_without_a_reason(play: Any) -> None:
    play.started(1)
    play.send(play.sample.submit(1, 2, responses_sha256("a1", 0, {}), at=play.now))
    assert len(play.done(commands.ClosePart(0, "", play.sample.OFFICER))) == 1


# --- what is only noted ---


def test_the_last_word_of_the_check_in_table_counts(play: Any) -> None:
    officer = play.sample.OFFICER
    for state, seen in ((Attendance.ABSENT, False), (Attendance.LATE, True)):
        play.done(commands.RecordAttendance("c1", state, seen, officer))
    assert play.state.attendance["c1"].state is Attendance.LATE
    assert play.state.attendance["c1"].identity_seen


@pytest.mark.parametrize("officers", [(), ("o1",), ("o1", "o1"), ("o1", "o2", "o3")])
def test_a_roster_change_takes_two_officers(play: Any, officers: tuple[str, ...]) -> None:
    change = commands.RecordRosterChange("c1", RosterChange.SUBSTITUTED, "00" * 32, "ill", officers)
    assert reason(play.do(change)) is Reason.SECOND_OFFICER_NEEDED


def test_a_substitution_detaches_no_response(play: Any) -> None:
    play.started(1)
    play.send(play.sample.save(1, "i01", 1, at=play.now))
    before = play.part(1)
    play.done(commands.RecordRosterChange("c1", RosterChange.SUBSTITUTED, "00" * 32, "wrong name", ("o1", "o2")))
    assert play.part(1) == before


def test_a_kiosk_is_lost_once_and_restored_once(play: Any) -> None:
    play.started(1)
    lost = commands.RecordConnection("k1-1", "a1", "lost")
    back = commands.RecordConnection("k1-1", "a1", "restored")
    assert [len(play.done(command)) for command in (back, lost, lost, back, back)] == [0, 1, 0, 1, 0]
    assert play.state.silent == {}


def test_incidents_are_counted_and_belong_to_someone_known(play: Any) -> None:
    play.started(1)
    note = commands.RecordIncident("a9", IncidentCategory.HEALTH, "", "o1")
    assert reason(play.do(note)) is Reason.UNKNOWN_ATTEMPT
    play.done(commands.RecordIncident("a1", IncidentCategory.HEALTH, "fainted", "o1"))
    play.done(commands.RecordIncident(None, IncidentCategory.POWER, "flicker", None))
    assert play.state.incidents == 2


def test_the_clock_is_anchored_and_codes_are_reissued(play: Any) -> None:
    (anchored,) = play.done(commands.AnchorClock(5, 7, "ceremony", "o1"))
    assert isinstance(anchored, events.ClockAnchored)
    assert play.state.confirmed_at_ms == 5
    (reissued,) = play.done(commands.RecordCodeReissue("c1", "slip lost", "o1"))
    assert reissued.candidate_id == "c1"


def test_the_room_following_its_kiosks_confirms_nothing(play: Any) -> None:
    play.done(play.sample.prepare())
    play.done(commands.AnchorClock(play.now, 7, "kiosks"))
    assert play.state.confirmed_at_ms is None
    play.done(commands.AnchorClock(play.now, 7, "ceremony", "o1"))
    play.done(commands.AnchorClock(play.now + 5, 7, "kiosks"))
    assert play.state.confirmed_at_ms == play.now


def test_room_time_is_set_back_by_an_officer_until_a_paper_is_opened(play: Any) -> None:
    play.done(play.sample.prepare())
    play.done(play.sample.choose())
    day_ms = 86_400_000
    play.done(commands.AnchorClock(play.now - day_ms, 7, "ceremony", "o1"))
    play.done(play.sample.unseal())
    assert reason(play.do(commands.AnchorClock(play.now - day_ms, 7, "ceremony", "o1"))) is Reason.TIME_IN_USE
    play.done(commands.AnchorClock(play.now - SET_BACK_MS + 1, 7, "ceremony", "o1"))  # read a moment before


def test_kiosks_set_room_time_back_after_a_restart_but_not_to_before_what_was_recorded(play: Any) -> None:
    """A computer that came back hours ahead would close everybody's part; what was recorded meanwhile is put right too."""
    hours_ms = 7 * 3_600_000
    play.started(1)
    start = play.now
    play.send(play.sample.save(1, "i01", 1, at=start + 5_000), after=5_000)
    play.now += hours_ms
    play.state = sitting.evolve(play.state, events.EpochBegan(2, 1, "00" * 32), play.now, 99)
    saved = play.send(play.sample.save(1, "i02", 1, at=start + 6_000), after=1_000)
    assert isinstance(saved[0], events.ResponseSaved), "held in time, within the grace of a server that was down"
    assert reason(play.do(commands.AnchorClock(start + 4_999, 7, "kiosks"))) is Reason.TIME_IN_USE
    decided = sitting.decide(play.state, commands.AnchorClock(start + 9_000, 7, "kiosks"), play.now)
    assert not isinstance(decided, Refused)
    (anchored,) = decided
    play.now = start + 9_000
    play.state = sitting.evolve(play.state, anchored, play.now, 100)
    assert play.done(commands.Tick()) == ()
    assert isinstance(
        play.send(play.sample.save(1, "i01", 2, at=start + 59_000), after=50_500)[0], events.ResponseSaved
    )
    assert play.done(commands.Tick(), after=10_000) == ()
    (closed,) = play.done(commands.Tick(), after=500)  # the usual grace, not one counted from a wrong beginning
    assert closed.finished_at_ms == start + 60_000


def test_a_server_that_was_down_over_the_deadline_gives_the_whole_grace_once_it_is_back(play: Any) -> None:
    play.started(1)
    deadline = deadline_at_ms(play.part(1).ledger)
    assert deadline is not None
    made, grace_ms = deadline - 1_000, play.state.grace_ms
    play.now = deadline + grace_ms + 60_000  # the server was down, and the answer waited on the kiosk
    play.state = sitting.evolve(play.state, EpochBegan(2, 1, "00" * 32), play.now, 99)
    assert play.done(commands.Tick()) == ()
    (saved,) = play.send(play.sample.save(1, "i01", 1, at=made), after=grace_ms - 1)
    assert isinstance(saved, events.ResponseSaved)
    (closed,) = play.done(commands.Tick(), after=1)
    assert closed.finished_at_ms == deadline
