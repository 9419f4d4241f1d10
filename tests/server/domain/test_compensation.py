"""What a candidate lost, what is proposed, and what the account then says."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import commands, compensation, time_ledger, timing
from server.domain.arrangements import Arrangement
from server.domain.event import EpochBegan
from server.domain.evolution import evolve
from server.domain.hall_commands import RecordMisconduct
from server.domain.hall_duty_events import MisconductStep
from server.domain.reasons import Reason, Refused
from server.domain.rescue_commands import MoveSeat
from server.domain.time_commands import DecideCompensation
from server.domain.time_events import CompensationDecided, WorkResumed
from server.domain.values import Cause, CloseCause
from server.protocol.records import ResumeWork
from server.protocol.situation import PartPhase

OFFICER = "officer-1"


def resume(play: Any, n: int, since: int, *, heard: int | None = None, made: int | None = None, after: int = 0) -> Any:
    """The kiosk's word that it shows its paper again."""
    play.now += after
    record = ResumeWork(f"a{n}", 1, 0, since, play.now if made is None else made, 5)
    source = play.sample.source((n, 1))
    play.sent[source] = play.sent.get(source, 1) + 1
    return play.do(commands.KioskRecord(record, source, play.sent[source], 0, heard))


def proposed(play: Any) -> dict[str, int]:
    return {one.attempt_id: one.ms for one in compensation.proposals(play.state, play.now)}


def decide(play: Any, *choices: tuple[str, int], accept: bool = True, ms: int | None = None, reason: str = "") -> Any:
    return play.do(DecideCompensation(choices or None, accept, ms, Cause.EQUIPMENT, reason, OFFICER))


def number(play: Any, n: int) -> int:
    return int(play.state.time.losses[f"a{n}"][-1].number)


def left(play: Any, n: int) -> int:
    return timing.remaining_ms(play.part(n).ledger, play.now)


def account(play: Any, n: int) -> list[time_ledger.Entry]:
    return time_ledger.account(play.state, play.state.attempts[f"a{n}"], play.part(n), play.now)


def test_a_machine_that_was_dead_is_proposed_exactly_what_it_was_dead(play: Any) -> None:
    play.started(1, 2)
    died = play.now + 10_000
    resume(play, 1, died, heard=died - 500, after=25_000)
    assert proposed(play) == {"a1": 15_000}
    (event,) = decide(play, ("a1", number(play, 1)))
    assert event.ms == 15_000
    assert left(play, 1) == 50_000
    assert left(play, 2) == 35_000


def test_a_loss_begins_when_the_server_last_heard_the_machine_whatever_that_says(play: Any) -> None:
    play.started(1)
    heard = play.now + 12_000
    resume(play, 1, play.now - 99_000, heard=heard, after=20_000)
    assert proposed(play) == {"a1": 8_000}


def test_a_loss_begins_after_the_newest_answer_made_there(play: Any) -> None:
    play.started(1)
    start = play.now
    play.send(play.sample.save(1, "i01", 1, at=start + 9_000), after=9_000)
    resume(play, 1, start + 1_000, after=11_000)
    assert proposed(play) == {"a1": 11_000}


def test_a_machine_that_was_never_away_gets_nothing(play: Any) -> None:
    play.started(1)
    resume(play, 1, play.now + 19_900, heard=play.now + 19_900, after=20_000)
    assert proposed(play) == {}


def test_time_during_a_pause_was_not_lost(play: Any) -> None:
    play.started(1)
    died = play.now + 5_000
    play.done(play.sample.pause("a1"), after=10_000)
    play.done(play.sample.resume("a1"), after=10_000)
    resume(play, 1, died, after=3_000)
    assert proposed(play) == {"a1": 8_000}


def test_who_moves_to_another_machine_lost_the_silence_of_the_first(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(commands.RecordConnection("k1-1", "a1", "lost", start + 10_000), after=16_000)
    play.done(play.sample.seat(1, generation=2), after=14_000)
    assert proposed(play) == {"a1": 20_000}
    # The first machine had only lost its line: an answer made there shortens what was lost.
    play.send(play.sample.save(1, "i01", 1, at=start + 25_000))
    assert proposed(play) == {"a1": 5_000}


def test_who_is_sent_to_another_seat_lost_the_way_there(play: Any) -> None:
    play.started(1)
    order = MoveSeat("a1", "k9", "M09", "the mouse is broken", Cause.EQUIPMENT, OFFICER)
    play.done(order, after=5_000)
    play.done(play.sample.seat(1, generation=2), after=25_000)
    assert proposed(play) == {"a1": 25_000}


def test_an_older_journal_does_not_say_when_a_machine_was_last_heard(play: Any) -> None:
    play.started(1)
    play.done(commands.RecordConnection("k1-1", "a1", "lost"), after=16_000)
    play.done(play.sample.seat(1, generation=2), after=14_000)
    assert proposed(play) == {"a1": 20_000}


def test_an_older_journal_that_was_taken_up_again_says_when_its_server_last_ran(play: Any) -> None:
    play.started(1)
    began = EpochBegan(2, len(play.log), "0" * 64, silent_ms=20_000)
    play.now += 30_000
    play.log.append((began, play.now, len(play.log) + 1))
    play.state = evolve(play.state, *play.log[-1])
    play.done(commands.RecordConnection("k1-1", "a1", "lost"), after=6_000)
    play.done(play.sample.seat(1, generation=2), after=4_000)
    assert proposed(play) == {"a1": 30_000}


def test_whose_machine_came_back_empty_lost_the_time_since_it_fell_silent(play: Any) -> None:
    """It is on the line again, and its candidate signs in anew at the same place."""
    play.started(1)
    kiosk = play.state.attempts["a1"].seat.kiosk_id
    play.done(commands.RecordConnection(kiosk, "a1", "lost", play.now + 10_000), after=16_000)
    play.done(commands.RecordConnection(kiosk, "a1", "restored"), after=12_000)
    play.done(play.sample.seat(1, generation=2, kiosk=kiosk), after=2_000)
    assert proposed(play) == {"a1": 20_000}


def test_a_lost_link_costs_nothing(play: Any) -> None:
    play.started(1)
    play.done(commands.RecordConnection("k1-1", "a1", "lost", play.now + 10_000), after=16_000)
    play.done(commands.RecordConnection("k1-1", "a1", "restored"), after=14_000)
    assert proposed(play) == {}


def test_after_a_power_cut_everybody_resumes_where_they_were_though_the_time_was_over(play: Any) -> None:
    play.started(1, 2, 3)
    cut = play.now + 55_000  # five seconds before the end
    play.now = cut + 600_000
    play.state = evolve(play.state, EpochBegan(2, 9, "00" * 32, 600_000), play.now, 90)
    for n, boots in ((2, 5_000), (1, 20_000), (3, 1_000)):
        resume(play, n, cut, after=boots)
    play.done(commands.Tick(), after=30_000)
    assert {play.part(n).finish.cause for n in (1, 2, 3)} == {CloseCause.DEADLINE}
    play.now += 45_000
    events = decide(play)
    assert len(events) == 3
    assert {event.reopened for event in events} == {True}
    for n in (1, 2, 3):
        assert left(play, n) == 5_000
        assert timing.standing(play.part(n).ledger, play.now, 0).phase is PartPhase.OPEN
        assert account(play, n)[-1].balance_ms == 5_000


def test_the_server_alone_was_away_and_nobody_lost_anything(play: Any) -> None:
    play.started(1)
    play.now += 20_000
    play.state = evolve(play.state, EpochBegan(2, 9, "00" * 32, 15_000), play.now, 90)
    assert proposed(play) == {}


def test_deciding_twice_changes_nothing(play: Any) -> None:
    play.started(1)
    resume(play, 1, play.now + 1_000, after=21_000)
    choice = ("a1", number(play, 1))
    decide(play, choice)
    before = play.state
    assert decide(play, choice) == Refused(Reason.ALREADY_DECIDED, str(choice[1]))
    assert decide(play) == Refused(Reason.NOTHING_TO_DO)
    assert decide(play, choice, accept=False, reason="x").reason is Reason.ALREADY_DECIDED
    assert play.state is before


def test_what_was_refused_is_not_proposed_again_and_stands_in_the_account(play: Any) -> None:
    play.started(1)
    resume(play, 1, play.now + 1_000, after=21_000)
    assert decide(play, accept=False) == Refused(Reason.REASON_NEEDED)
    decide(play, accept=False, reason="pulled the plug")
    assert proposed(play) == {}
    refused = [one for one in account(play, 1) if one.kind is time_ledger.EntryKind.REFUSED]
    assert [(one.reason, one.officer_id) for one in refused] == [("pulled the plug", OFFICER)]
    assert left(play, 1) == 39_000


def test_less_than_was_lost_may_be_given_with_a_reason_and_never_more(play: Any) -> None:
    play.started(1)
    resume(play, 1, play.now + 1_000, after=21_000)
    assert decide(play, ms=10_000) == Refused(Reason.REASON_NEEDED)
    assert decide(play, ms=20_001, reason="x").reason is Reason.MORE_THAN_LOST
    decide(play, ms=10_000, reason="half of it was the candidate's")
    assert left(play, 1) == 49_000


def test_less_than_has_passed_since_the_end_would_give_nothing_and_is_refused(play: Any) -> None:
    play.started(1)
    died = play.now + 50_000
    resume(play, 1, died, heard=died, after=55_000)
    play.done(commands.Tick(), after=30_000)  # the time has been over for 25 s
    assert proposed(play) == {"a1": 30_000}
    assert decide(play, ms=25_000, reason="x") == Refused(Reason.NOTHING_LEFT, "a1")
    decide(play, ms=27_000, reason="two seconds of the five")
    assert left(play, 1) == 2_000


def test_a_machine_that_comes_back_after_its_candidate_went_on_elsewhere_counts_no_time_of_theirs(play: Any) -> None:
    play.started(1)
    start = play.now
    play.done(commands.RecordConnection("k1-1", "a1", "lost", start + 10_000), after=12_000)
    play.done(play.sample.seat(1, generation=2), after=3_000)
    play.send(play.sample.save(1, "i01", 1, at=start + 35_000, generation=2), after=20_000)
    resume(play, 1, start + 10_000, heard=start + 10_000, after=5_000)
    assert sum(one.ms for one in compensation.proposals(play.state, play.now)) == 5_000


def test_a_suspended_candidate_is_not_let_in_again_by_a_compensation(play: Any) -> None:
    play.started(1)
    resume(play, 1, play.now + 50_000, after=55_000)
    play.done(commands.Tick(), after=30_000)
    step = MisconductStep("suspension", "Đình chỉ thi", "Suspension", 100, True, True)
    play.done(RecordMisconduct("x1", "a1", step, "a telephone", ("o1", "o2")))
    assert proposed(play) == {}
    assert decide(play) == Refused(Reason.NOTHING_TO_DO)


def test_a_part_that_is_opened_again_while_the_reserve_is_awaited_stands_with_the_others(play: Any) -> None:
    play.started(1, 2)
    died = play.now + 50_000
    resume(play, 1, died, heard=died, after=55_000)
    play.done(play.sample.extend(600_000, "a2"))
    play.done(commands.Tick(), after=30_000)
    play.done(play.sample.switch("rest"), after=1_000)
    decide(play)
    play.now += 300_000
    assert left(play, 1) == 5_000
    play.done(play.sample.reserve())
    play.done(play.sample.give())
    assert left(play, 1) == 5_000


@pytest.mark.parametrize("end", ["submitted", "officer", "part closed"])
def test_nothing_is_proposed_once_anybody_but_the_clock_has_ended_the_part(play: Any, end: str) -> None:
    play.started(1)
    resume(play, 1, play.now + 1_000, after=21_000)
    match end:
        case "submitted":
            play.send(play.sample.submit(1, play.next_seq(1) - 1, b"\0" * 32, at=play.now))
        case "officer":
            play.done(commands.CloseSeat("a1", "ill", OFFICER))
        case _:
            play.done(commands.ClosePart(0, "fire", OFFICER))
    assert proposed(play) == {}
    assert isinstance(decide(play), Refused)


def test_a_compensation_is_not_counted_as_time_taken(play: Any) -> None:
    play.started(1)
    resume(play, 1, play.now + 1_000, after=21_000)
    decide(play)
    play.send(play.sample.submit(1, play.next_seq(1) - 1, b"\0" * 32, at=play.now + 4_000), after=4_000)
    assert play.part(1).finish.time_taken_ms == 5_000


def test_a_machine_that_dies_twice_is_compensated_for_both_and_no_second_twice(play: Any) -> None:
    play.started(1)
    start = play.now
    resume(play, 1, start + 5_000, after=15_000)
    resume(play, 1, start + 10_000, after=15_000)  # its word overlaps the first: the server knows better
    assert [one.ms for one in compensation.proposals(play.state, play.now)] == [10_000, 15_000]
    decide(play)
    assert left(play, 1) == 55_000


@pytest.mark.parametrize("at_once", [True, False])
def test_two_losses_that_overlap_are_made_good_once_however_they_are_decided(play: Any, at_once: bool) -> None:
    """A newer machine says that it was away since before anybody sat at it: the way there is made good already."""
    play.started(1)
    start = play.now
    play.done(commands.RecordConnection("k1-1", "a1", "lost", start + 10_000), after=16_000)
    play.done(play.sample.seat(1, generation=2), after=14_000)
    first = number(play, 1)
    said = ResumeWork("a1", 2, 0, start + 10_000, start + 40_000, 5)
    play.done(commands.KioskRecord(said, play.sample.source((1, 2)), 2, 0, None), after=10_000)
    assert [one.ms for one in compensation.proposals(play.state, play.now)] == [20_000, 10_000]
    if not at_once:
        decide(play, ("a1", first))
        assert proposed(play) == {"a1": 10_000}, "what was made good is not proposed again"
    decide(play)
    assert left(play, 1) == 60_000 - 10_000
    assert proposed(play) == {}


@pytest.mark.parametrize(
    ("extra", "breaks", "extra_ms", "break_ms"),
    [("15", "", 900_000, 0), ("25%", "10", 15_000, 600_000), ("", "5", 0, 300_000), ("33%", "", 20_000, 0)],
)
def test_an_arrangement_comes_into_force_with_the_start(
    play: Any, extra: str, breaks: str, extra_ms: int, break_ms: int
) -> None:
    play.seated(1, 2)
    play.done(commands.StartPart(0, None, b"\7" * 32, OFFICER, {"c1": Arrangement(extra, breaks)}))
    assert left(play, 1) == 60_000 + extra_ms
    assert left(play, 2) == 60_000
    assert play.part(1).ledger.break_ms == break_ms
    arranged = [one for one in account(play, 1) if one.kind is time_ledger.EntryKind.ARRANGED]
    assert [(one.cause, one.reason, one.officer_id) for one in arranged] == (
        [(Cause.ARRANGEMENT, extra, OFFICER)] if extra_ms else []
    )


def test_a_rest_break_draws_on_its_allowance_and_ends_by_itself(play: Any) -> None:
    play.seated(1, 2)
    play.done(commands.StartPart(0, None, b"\7" * 32, OFFICER, {"c1": Arrangement("", "1")}))
    rest = commands.Pause(("a1",), "rest", Cause.ARRANGEMENT, OFFICER)
    assert play.do(commands.Pause(("a2",), "rest", Cause.ARRANGEMENT, OFFICER)) == Refused(Reason.NO_BREAK_LEFT, "a2")
    play.done(rest, after=10_000)
    play.done(play.sample.resume("a1"), after=40_000)
    play.done(rest, after=5_000)
    assert all(event.attempt_id == "a2" for event in play.done(commands.Tick(), after=19_000))
    (event,) = play.done(commands.Tick(), after=1_000)
    assert event.officer_id is None
    assert left(play, 1) == 45_000
    assert play.do(rest) == Refused(Reason.NO_BREAK_LEFT, "a1")


# --- whatever happens ------------------------------------------------------------------------------------------------


def happen(play: Any, chance: random.Random) -> None:
    """Something happens to candidate 1 or 2."""
    play.now += chance.randrange(0, 12_000)
    n = chance.choice((1, 2))
    match chance.randrange(7):
        case 0:
            play.do(play.sample.pause(f"a{n}"))
        case 1:
            play.do(play.sample.resume(f"a{n}"))
        case 2:
            play.do(play.sample.extend(chance.randrange(1, 20_000), f"a{n}"))
        case 3 | 4:
            since = play.now - chance.randrange(0, 30_000)
            resume(play, n, since, heard=chance.choice((None, since + chance.randrange(0, 5_000))))
        case 5:
            play.do(commands.Tick())
        case _:
            ms, accept = chance.choice((None, None, 1_500)), chance.random() < 0.7
            choices = [(one.attempt_id, one.loss.number) for one in compensation.proposals(play.state, play.now)]
            before = {f"a{who}": left(play, who) for who in (1, 2)}
            events = decide(play, *chance.sample(choices, min(1, len(choices))), accept=accept, ms=ms, reason="why")
            for event in () if isinstance(events, Refused) else events:
                assert isinstance(event, CompensationDecided)
                assert event.ms <= sum(one.to_ms - one.from_ms for one in event.stretches)
                assert accept or left(play, int(event.attempt_id[1:])) == before[event.attempt_id]


@given(seed=st.integers(0, 2**32))
def test_the_account_adds_up_and_nobody_gets_more_than_was_lost(new_play: Any, seed: int) -> None:
    play, chance = new_play().started(1, 2), random.Random(seed)
    for _ in range(chance.randrange(1, 14)):
        happen(play, chance)
        for n in (1, 2):
            entries, finish = account(play, n), play.part(n).finish
            at_ms = play.now if finish is None else finish.finished_at_ms
            assert entries[0].ms + sum(one.ms for one in entries[1:]) == entries[-1].balance_ms
            assert entries[-1].balance_ms == timing.remaining_ms(play.part(n).ledger, at_ms)
            lost = list(play.state.time.losses.get(f"a{n}", ()))
            given_ms = sum(one.ms for one in play.part(n).ledger.extensions if one.lost is not None)
            assert given_ms <= _together(_covers(play, lost))
            assert given_ms == 0 or given_ms <= _since_first(play, lost)


def _covers(play: Any, lost: list[Any]) -> list[tuple[int, int]]:
    decided = (play.state.time.decided.get(one.number) for one in lost)
    return [span for one in decided if one is not None for span in one.covers]


def _together(spans: list[tuple[int, int]]) -> int:
    """How much time the spans cover; also that no two cover the same."""
    ordered = sorted(spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(ordered)), ordered
    return sum(to_ms - from_ms for from_ms, to_ms in ordered)


def _since_first(play: Any, lost: list[Any]) -> int:
    """Nothing can have been lost before the first loss began."""
    return int(play.now - min(one.from_ms for one in lost))


def test_a_resumed_machine_says_so_once_whatever_is_delivered_again(server: Any) -> None:
    server.started(1)
    start = server.now
    server.now += 20_000
    record = ResumeWork("a1", 1, 0, start + 5_000, server.now, 5)
    first = server.send(server.delivery(1, 3, record))[0]
    assert [type(one) for one in first.events] == [WorkResumed]
    again = server.send(server.delivery(1, 3, record))[0]
    assert (again.seq, again.events) == (first.seq, ())
    assert len(server.state.time.losses["a1"]) == 1
    server.order(DecideCompensation(None, True, None, Cause.EQUIPMENT, "", OFFICER))
    server.reopen()
    assert list(compensation.proposals(server.state, server.now)) == []
    assert timing.remaining_ms(server.state.attempts["a1"].parts[0].ledger, server.now) == 55_000
