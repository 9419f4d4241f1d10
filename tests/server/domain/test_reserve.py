"""The whole sitting goes over to the reserve set in the middle of a part: nobody loses time, and nothing counts twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import commands, events, reserve_acts, sitting
from server.domain.arrangements import Arrangement
from server.domain.hall_commands import CallOffSwitch, LockSeat, UnlockSeat
from server.domain.hall_events import PaperReplaced, ReserveSwitchBegan
from server.domain.reasons import Reason, Refused
from server.domain.rescue_commands import MoveSeat
from server.domain.timing import remaining_ms
from server.domain.values import Cause, LateWhy, SetName, SittingStage
from server.protocol.receipt import responses_sha256
from server.protocol.records import SaveResponse

MINUTE_MS = 60_000


def reason(decided: object) -> Reason:
    assert isinstance(decided, Refused), decided
    return decided.reason


def answer(n: int, item: str, at: int, part: int = 0) -> SaveResponse:
    return SaveResponse(f"a{n}", 1, part, item, {"options": [f"{item}-o1"]}, at, 5)


def submission(play: Any, n: int, form: str | None) -> Any:
    digest = responses_sha256(f"a{n}", 0, play.part(n).responses)
    return play.sample.submit(n, play.next_seq(n) - 1, digest, at=play.now, form=form)


@pytest.fixture
def switched(play: Any) -> Any:
    """Three candidates, 20 s in: the first has answered, the second has submitted, the third's machine stands."""
    play.started(1, 2, 3)
    play.send(answer(1, "i01", play.now), after=5_000)
    play.send(submission(play, 2, "f0"), after=5_000)
    play.done(play.sample.pause("a3"), after=5_000)
    play.done(play.sample.switch(), after=5_000)
    return play


def test_every_running_clock_stands_at_the_same_instant_and_stays_so_until_the_paper_is_given(switched: Any) -> None:
    play = switched
    assert play.part(1).ledger.running_pause.from_ms == play.now
    assert play.part(1).ledger.running_pause.cause is Cause.HALL
    for act in (play.sample.resume(), play.sample.extend(1000), play.sample.start()):
        assert reason(play.do(act)) in (Reason.SWITCHING, Reason.NOT_UNSEALED)
    assert reason(play.do(play.sample.give())) is Reason.NOT_UNSEALED
    assert play.do(commands.Tick(), after=10 * MINUTE_MS) == ()
    play.done(play.sample.reserve())
    assert reason(play.do(play.sample.start())) is Reason.SWITCHING
    play.done(play.sample.give())
    assert remaining_ms(play.part(1).ledger, play.now) == play.sample.DURATION_MS


@pytest.mark.parametrize(
    ("clock", "least_ms", "first", "second"),
    [("full", 0, 60_000, 60_000), ("rest", 0, 40_000, 50_000), ("rest", 45_000, 45_000, 50_000)],
)
def test_the_clocks_are_set_by_the_rule_that_was_taken(
    play: Any, clock: str, least_ms: int, first: int, second: int
) -> None:
    play.started(1, 2)
    play.now += 10_000
    play.send(submission(play, 2, "f0"))
    play.done(play.sample.switch(clock, least_ms), after=10_000)
    play.done(play.sample.reserve(), after=MINUTE_MS)
    play.done(play.sample.give())
    assert remaining_ms(play.part(1).ledger, play.now) == first
    assert remaining_ms(play.part(2).ledger, play.now) == second


def test_time_granted_beforehand_is_there_again_and_time_lost_is_not_counted_twice(play: Any) -> None:
    play.started(1)
    play.done(play.sample.extend(15_000, "a1", cause=Cause.ARRANGEMENT))
    play.done(play.sample.extend(5_000, "a1", cause=Cause.EQUIPMENT))
    for command in (play.sample.switch(), play.sample.reserve(), play.sample.give()):
        play.done(command, after=1_000)
    assert remaining_ms(play.part(1).ledger, play.now) == 75_000


def test_a_clock_that_stood_before_the_switch_stands_on_with_its_own_reason(switched: Any) -> None:
    play = switched
    play.done(play.sample.reserve())
    play.done(play.sample.give())
    assert play.part(1).ledger.running_pause is None
    assert play.part(3).ledger.running_pause.reason == "power cut"
    assert remaining_ms(play.part(3).ledger, play.now + MINUTE_MS) == play.sample.DURATION_MS


def test_what_was_answered_before_stays_with_its_own_form_and_does_not_count(switched: Any) -> None:
    play = switched
    before = play.part(1)
    play.done(play.sample.reserve())
    play.done(play.sample.give())
    attempt = play.state.attempts["a1"]
    assert attempt.former[0].responses == before.responses != {}
    assert attempt.former[0].form_id == "f0"
    assert attempt.parts[0].form_id == "rf0"
    assert attempt.parts[0].responses == {}
    assert not reserve_acts.counts(play.state, attempt.former[0])
    assert reserve_acts.counts(play.state, attempt.parts[0])


def test_a_machine_that_was_off_the_line_keeps_what_it_made_and_none_of_it_counts(switched: Any) -> None:
    play = switched
    play.done(play.sample.reserve())
    play.done(play.sample.give())
    decided = play.send(answer(1, "i02", play.now), after=5_000)
    assert isinstance(decided[0], events.LateRecorded)
    assert decided[0].why is LateWhy.REPLACED
    decided = play.send(submission(play, 1, "f0"))
    assert decided[0].why is LateWhy.REPLACED
    part = play.part(1)
    assert (part.finish, part.responses, part.late) == (None, {}, ())
    assert len(play.state.attempts["a1"].former[0].late) == 2
    play.send(answer(1, "r01", play.now))
    assert isinstance(play.send(submission(play, 1, "rf0"))[0], events.SeatSubmitted)


def test_a_submission_that_names_no_form_never_ends_the_new_paper(switched: Any) -> None:
    play = switched
    play.done(play.sample.reserve())
    play.done(play.sample.give())
    assert play.send(submission(play, 1, None))[0].why is LateWhy.REPLACED
    assert play.part(1).finish is None


def test_whoever_an_officer_has_ended_gets_the_new_paper_only_by_name(play: Any) -> None:
    play.started(1, 2)
    play.done(commands.CloseSeat("a2", "left ill", "o1"))
    for command in (play.sample.switch(), play.sample.reserve(), play.sample.give()):
        play.done(command)
    assert play.part(2).form_id == "f0"
    assert not reserve_acts.counts(play.state, play.part(2))
    assert reason(play.do(play.sample.give("a1"))) is Reason.ALREADY_STARTED
    play.done(play.sample.give("a2"))
    assert play.part(2).form_id == "rf0"
    assert reason(play.do(play.sample.give())) is Reason.NOTHING_TO_DO


def test_a_late_comer_is_started_on_the_reserve(switched: Any) -> None:
    play = switched
    play.done(play.sample.reserve())
    play.done(play.sample.give())
    play.done(play.sample.seat(4))
    play.done(play.sample.start(0, ("a4",)))
    assert play.part(4).form_id == "rf0"


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"officers": ("o1", "o1")}, Reason.SECOND_OFFICER_NEEDED), ({"officers": ("o1",)}, Reason.SECOND_OFFICER_NEEDED),
     ({"reason": " "}, Reason.REASON_NEEDED), ({"least_ms": -1}, Reason.NOTHING_TO_DO),
     ({"least_ms": reserve_acts.MAX_LEAST_MS + 1}, Reason.NOTHING_TO_DO)],
)  # fmt: skip
def test_the_switch_takes_two_officers_and_a_reason(play: Any, changes: dict[str, Any], why: Reason) -> None:
    play.started(1)
    assert reason(play.do(play.sample.switch(**changes))) is why
    assert play.state.chosen is SetName.PRIMARY


def test_the_switch_is_made_once(switched: Any) -> None:
    assert reason(switched.do(switched.sample.switch())) is Reason.SET_ALREADY_CHOSEN
    assert reason(switched.do(commands.ClosePart(0, "enough", "o1"))) is Reason.SWITCHING


@pytest.mark.parametrize("opened", [False, True])
def test_until_the_paper_is_given_the_switch_can_be_called_off(switched: Any, opened: bool) -> None:
    play = switched
    if opened:
        play.done(play.sample.reserve())
    assert reason(play.do(CallOffSwitch("a rumour", ("o1", "o1")))) is Reason.SECOND_OFFICER_NEEDED
    play.done(CallOffSwitch("a rumour", ("o1", "o2")), after=MINUTE_MS)
    assert (play.state.chosen, play.state.stage) == (SetName.PRIMARY, SittingStage.UNSEALED)
    assert play.part(1).ledger.running_pause is not None
    play.done(play.sample.resume("a1"))
    assert remaining_ms(play.part(1).ledger, play.now) == 40_000
    play.send(answer(1, "i03", play.now), after=10)
    assert set(play.part(1).responses) == {"i01", "i03"}
    assert reason(play.do(CallOffSwitch("again", ("o1", "o2")))) is Reason.NOTHING_TO_DO
    play.done(play.sample.switch())
    assert play.state.hall.switching


def test_a_paper_that_was_given_is_not_called_off(switched: Any) -> None:
    switched.done(switched.sample.reserve())
    switched.done(switched.sample.give())
    assert reason(switched.do(CallOffSwitch("too late", ("o1", "o2")))) is Reason.NOTHING_TO_DO


def test_a_part_that_was_closed_before_the_switch_stays_on_the_primary(play: Any) -> None:
    play.started(1)
    play.send(submission(play, 1, "f0"), after=1_000)
    play.done(commands.ClosePart(0, "", "o1"))
    decided = play.done(play.sample.switch())
    assert [type(event) for event in decided] == [ReserveSwitchBegan, events.SetChosen]
    play.done(play.sample.reserve())
    play.done(play.sample.start(1))
    assert play.state.attempts["a1"].parts[1].form_id == "rf1"
    assert reserve_acts.counts(play.state, play.part(1, 0))
    assert reserve_acts.sets_in_use(play.state) == (SetName.PRIMARY, SetName.RESERVE)


def test_a_set_whose_ids_are_the_other_sets_is_not_opened(switched: Any) -> None:
    clash = switched.sample.unseal(
        package_id="p-reserve", manifest_sha256="bb" * 32, set=SetName.RESERVE,
    )  # fmt: skip
    assert reason(switched.do(clash)) is Reason.SECTIONS_DO_NOT_FIT


ACTS = st.lists(
    st.tuples(st.sampled_from(["old", "new", "submit_old", "submit_new", "pause", "resume", "tick"]), st.integers(1, 3),
              st.integers(1, 3), st.integers(0, 9_000)),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(before=ACTS, between=ACTS, after=ACTS, clock=st.sampled_from(["full", "rest"]))
def test_whatever_happens_around_a_switch_the_two_papers_stay_apart(
    new_play: Callable[[], Any], before: Any, between: Any, after: Any, clock: str
) -> None:
    play = new_play().started(1, 2, 3)
    _act(play, before)
    began = play.do(play.sample.switch(clock, 5_000))
    assert not isinstance(began, Refused)
    _act(play, between)
    play.done(play.sample.reserve())
    former = {n: play.part(n) for n in (1, 2, 3)}
    given_ = play.do(play.sample.give())
    _act(play, after)
    assert not isinstance(given_, Refused)
    replaced = {event.attempt_id: event for event in given_ if isinstance(event, PaperReplaced)}
    for n in (1, 2, 3):
        attempt = play.state.attempts[f"a{n}"]
        assert attempt.former[0].held == former[n].held
        assert attempt.former[0].ledger == former[n].ledger
        assert set(attempt.parts[0].held) <= {"r01", "r02", "r03"}
        assert all(late.why is not LateWhy.REPLACED for late in attempt.parts[0].late)
        least = 60_000 if clock == "full" else 5_000
        assert replaced[f"a{n}"].duration_ms >= least
    state = sitting.EMPTY
    for entry in play.log:
        state = sitting.evolve(state, *entry)
    assert state == play.state


def _act(play: Any, acts: list[tuple[str, int, int, int]]) -> None:
    for what, n, item, after in acts:
        match what:
            case "old" | "new":
                name = f"{'i' if what == 'old' else 'r'}0{item}"
                play.send(answer(n, name, play.now), after=after)
            case "submit_old" | "submit_new":
                play.send(submission(play, n, "f0" if what == "submit_old" else "rf0"), after=after)
            case "pause":
                play.do(play.sample.pause(f"a{n}"), after=after)
            case "resume":
                play.do(play.sample.resume(f"a{n}"), after=after)
            case _:
                play.do(commands.Tick(), after=after)


def test_giving_the_paper_once_more_takes_nothing_from_a_late_comer_who_works_on_it(switched: Any) -> None:
    play = switched
    play.done(play.sample.reserve())
    play.done(play.sample.give())
    play.done(play.sample.seat(4))
    play.done(play.sample.start(0, ("a4",)))
    play.send(answer(4, "r01", play.now), after=1_000)
    assert reason(play.do(play.sample.give())) is Reason.NOTHING_TO_DO
    assert play.part(4).responses == {"r01": {"options": ["r01-o1"]}}


def lock(play: Any) -> None:
    play.done(LockSeat(("a1",), "a cable is laid", True, Cause.EQUIPMENT, "o1"))


def move(play: Any) -> None:
    play.done(MoveSeat("a1", "k9", "M09", "a broken mouse", Cause.EQUIPMENT, "o1", True))


def rest(play: Any) -> None:
    play.done(commands.Pause(("a1",), "a rest break", Cause.ARRANGEMENT, "o1"))


@pytest.mark.parametrize(
    ("stops", "lets_go"),
    [
        (lock, lambda play: play.done(UnlockSeat(("a1",), "o1"), after=MINUTE_MS)),
        (move, lambda play: play.done(play.sample.seat(1, generation=2), after=MINUTE_MS)),
        (rest, lambda play: play.done(commands.Tick(), after=2 * MINUTE_MS)),
    ],
    ids=["a lock", "a move", "a rest break"],
)
@pytest.mark.parametrize("called_off", [False, True])
def test_a_pause_that_ends_during_the_switch_starts_no_clock_without_a_paper(
    play: Any, stops: Callable[[Any], None], lets_go: Callable[[Any], None], called_off: bool
) -> None:
    play.seated(1)
    arranged = {"c1": Arrangement("", "1")}
    play.done(dataclasses.replace(play.sample.start(), arrangements=arranged))
    play.now += 20_000
    stops(play)
    play.done(play.sample.switch("rest"), after=1_000)
    lets_go(play)
    assert play.part(1).ledger.running_pause.cause is Cause.HALL
    play.now += 10 * MINUTE_MS
    if called_off:
        play.done(CallOffSwitch("a rumour", ("o1", "o2")))
        play.done(play.sample.resume("a1"))
    else:
        play.done(play.sample.reserve())
        play.done(play.sample.give())
    assert play.part(1).ledger.running_pause is None
    assert remaining_ms(play.part(1).ledger, play.now) == 40_000
