"""Which actions of a candidate's run in a simulator count, and what their receipt covers."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.simulators import Simulator, model
from server.domain import events
from server.domain.reasons import Reason, Refused
from server.domain.run_events import ActionTaken
from server.domain.runs import Act, RunHeld
from server.domain.time_commands import DecideLate
from server.domain.values import LateWhy
from server.protocol import records
from server.protocol.receipt import action_sha256, actions_response, responses_sha256
from server.protocol.records import TakeAction


@pytest.fixture
def acting(play: Any, noticeboard: Simulator) -> Any:
    """The play, whose item i01 is a simulator."""
    play.sample.items = staticmethod(_items)
    play.sample.options = staticmethod(lambda item: () if item == "i01" else tuple(f"{item}-o{n}" for n in range(1, 5)))
    return play


def _items(part: int) -> dict[str, str]:
    kind = "single_choice" if part else "simulation"
    return {f"i{part}1": kind, f"i{part}2": "single_choice", f"i{part}3": "multiple_choice"}


def act(play: Any, n: int, what: str, generation: int = 1, *, at: int | None = None, item: str = "i01") -> Any:
    made = play.now if at is None else at
    record = TakeAction("a1", generation, 0, item, n, {"do": what}, made, 3)
    return play.send(record, source=play.sample.source((1, generation)))


def seated_again(play: Any, generation: int) -> None:
    play.done(play.sample.seat(1, generation))


def done(play: Any) -> list[int]:
    return sorted(play.part(1).runs["i01"].acts)


def reason(decided: object) -> Reason:
    assert isinstance(decided, Refused), decided
    return decided.reason


def late(decided: Any) -> LateWhy:
    (event,) = decided
    assert isinstance(event, events.LateRecorded), event
    return event.why


def test_actions_count_in_the_order_of_their_numbers(acting: Any) -> None:
    acting.started(1)
    taken = [act(acting, n, f"step {n}", at=acting.now) for n in (1, 2, 3)]
    assert all(isinstance(one, tuple) and isinstance(one[0], ActionTaken) for one in taken)
    assert done(acting) == [1, 2, 3]
    assert acting.part(1).answered == 1
    assert acting.part(1).responses["i01"]["actions"] == 3


def test_a_number_said_before_is_refused_and_the_first_one_stands(acting: Any) -> None:
    acting.started(1)
    act(acting, 1, "first")
    before = acting.part(1).responses
    assert reason(act(acting, 1, "another")) is Reason.WRONG_ACTION_NUMBER
    act(acting, 4, "after a hole")
    assert reason(act(acting, 3, "into the hole")) is Reason.WRONG_ACTION_NUMBER
    assert done(acting) == [1, 4]
    assert acting.part(1).responses != before


@pytest.mark.parametrize(
    ("item", "action", "why"),
    [
        ("i02", {"do": "x"}, Reason.NOT_AN_ACTION),
        ("i01", {"do": "x" * model.MOST_ACTION_BYTES}, Reason.NOT_AN_ACTION),
        ("i99", {"do": "x"}, Reason.UNKNOWN_ITEM),
    ],
)
def test_what_no_agent_sends_is_refused(acting: Any, item: str, action: dict[str, Any], why: Reason) -> None:
    acting.started(1)
    record = TakeAction("a1", 1, 0, item, 1, action, acting.now, 3)
    assert reason(acting.send(record, source=acting.sample.source((1, 1)))) is why
    assert acting.part(1).responses == {}


def test_an_action_after_the_end_is_refused_and_one_in_a_pause_waits(acting: Any) -> None:
    acting.started(1)
    act(acting, 1, "before")
    acting.do(acting.sample.pause("a1"))
    acting.now += 5_000
    assert late(act(acting, 2, "in the pause")) is LateWhy.PAUSED
    acting.do(acting.sample.resume("a1"))
    act(acting, 3, "after")
    assert done(acting) == [1, 3]


def test_a_late_action_that_is_accepted_takes_its_place_in_the_run(acting: Any) -> None:
    acting.started(1)
    act(acting, 1, "before")
    acting.do(acting.sample.pause("a1"))
    acting.now += 5_000
    act(acting, 2, "in the pause")
    acting.do(acting.sample.resume("a1"))
    act(acting, 3, "after")
    number = acting.state.time.late["a1", 0][0].number
    acting.done(DecideLate((("a1", number),), True, "the hall's clock stood", "o1", "o2"))
    assert done(acting) == [1, 2, 3]


def test_what_an_older_machine_still_brings_fills_the_run_until_the_newer_one_acts(acting: Any) -> None:
    acting.started(1)
    made = acting.now
    act(acting, 1, "one")
    acting.now += 1_000
    seated_again(acting, 2)
    act(acting, 2, "two, from the older machine", at=made + 10)
    assert done(acting) == [1, 2]
    act(acting, 2, "two, anew", generation=2)
    act(acting, 3, "three, from the older machine", at=made + 20)
    assert done(acting) == [1, 2]
    assert acting.part(1).runs["i01"].acts[2].generation == 2


def test_the_receipt_of_a_run_is_of_every_action_that_counts(acting: Any) -> None:
    acting.started(1)
    at = acting.now
    act(acting, 1, "one", at=at)
    act(acting, 2, "two", at=at)
    run = actions_response({n: action_sha256(n, {"do": what}, at) for n, what in ((1, "one"), (2, "two"))})
    assert acting.part(1).responses == {"i01": run}
    other = actions_response({1: action_sha256(1, {"do": "one"}, at), 2: action_sha256(2, {"do": "too"}, at)})
    assert responses_sha256("a1", 0, {"i01": run}) != responses_sha256("a1", 0, {"i01": other})


def test_a_receipt_without_simulators_is_as_it_ever_was() -> None:
    digest = responses_sha256("a1", 0, {"i01": {"options": ["o1"]}})
    assert digest.hex() == "f969e2ce4543c26f55b914ea74a18543d20561637b007febbc187c4a57d2a327"


def test_the_protocol_and_the_simulators_have_one_bound() -> None:
    assert records.MAX_ACTIONS == model.MOST_ACTIONS


@given(st.data())
def test_what_counts_does_not_depend_on_the_order_of_arrival(data: st.DataObject) -> None:
    """Each sign-in's actions come in their order; how those of several sign-ins lie between each other is chance."""
    said = {
        generation: sorted(data.draw(st.sets(st.integers(1, 8), max_size=6)))
        for generation in data.draw(st.sets(st.integers(1, 4), min_size=1))
    }
    turns = [generation for generation, numbers in said.items() for _ in numbers]
    results = set()
    for _ in range(4):
        left = {generation: iter(numbers) for generation, numbers in said.items()}
        run = RunHeld()
        for generation in data.draw(st.permutations(turns)):
            n = next(left[generation])
            run = run.with_act(n, Act(generation, 0, bytes([generation, n]))).said(generation, n)
        results.add(tuple(sorted((n, one.generation) for n, one in run.acts.items())))
    assert len(results) == 1
    kept = results.pop()
    assert all(earlier[1] <= later[1] for earlier, later in itertools.pairwise(kept)), "an older machine after a newer"
    newest = max(said, default=0)
    assert [n for n, generation in kept if generation == newest] == said.get(newest, [])
