"""Every kind of event: written and read back the same, and evolving it never fails."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.canonical import encode
from server.domain import sitting
from server.domain.commands import KioskRecord
from server.domain.event import Event, EventSpec, is_canonical, read_event
from server.domain.events import KINDS, SeatPaused
from server.domain.reasons import Refused
from server.protocol.records import RECORDS, SignIn
from server.protocol.shape import Malformed

AnyOf = Callable[[type[Any]], st.SearchStrategy[Any]]


def text(event: Event) -> str:
    return encode(event.body()).decode()


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
def test_an_event_is_read_back_as_it_was_written(any_of: AnyOf, kind: str, data: st.DataObject) -> None:
    event = data.draw(any_of(KINDS[kind].event))
    assert event.kind == kind
    assert read_event(KINDS, kind, text(event)) == event
    assert is_canonical(text(event))


def test_a_kind_is_a_name_with_a_version_and_stands_for_one_class() -> None:
    assert all(kind.partition("/")[2] == "1" and spec.kind == kind for kind, spec in KINDS.items())
    assert len({spec.event for spec in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
def test_a_body_with_a_field_too_few_or_too_many_is_malformed(any_of: AnyOf, kind: str, data: st.DataObject) -> None:
    body = data.draw(any_of(KINDS[kind].event)).body()
    assert isinstance(read_event(KINDS, kind, json.dumps({**body, "surprise": 1})), Malformed)
    shape: Any = KINDS[kind].event
    needed = [field.name for field in fields(shape) if field.default is MISSING]
    name = data.draw(st.sampled_from(needed))
    assert isinstance(read_event(KINDS, kind, json.dumps({k: v for k, v in body.items() if k != name})), Malformed)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "3", '{"attempt_id":' + "[" * 2000])
def test_what_is_no_body_is_malformed_and_never_an_exception(body: str) -> None:
    assert all(isinstance(read_event(KINDS, kind, body), Malformed) for kind in KINDS)
    assert isinstance(read_event(KINDS, "seat_praised/1", "{}"), Malformed)


def test_an_old_kind_is_read_through_its_upcaster() -> None:
    """As a `seat_paused/0` would be, had there been one without a cause."""
    old = EventSpec("seat_paused/0", SeatPaused, lambda body: {**body, "cause": "equipment"})
    body = '{"attempt_id":"a1","officer_id":"o1","part":0,"reason":"power"}'
    event = read_event({**KINDS, "seat_paused/0": old}, "seat_paused/0", body)
    assert isinstance(event, SeatPaused)
    assert event.cause == "equipment"


@given(data=st.data())
def test_evolve_is_total_and_leaves_the_state_before_it_alone(
    any_of: AnyOf, new_play: Any, data: st.DataObject
) -> None:
    play = data.draw(st.sampled_from(PLAYS))(new_play())
    state = play.state
    for number in range(data.draw(st.integers(1, 12))):
        spec = KINDS[data.draw(st.sampled_from(sorted(KINDS)))]
        event = data.draw(any_of(spec.event))
        before = copy.deepcopy(plain(state))
        after = sitting.evolve(state, event, play.now + number, 1_000 + number)
        assert plain(state) == before
        state = after


PLAYS = [
    lambda play: play,
    lambda play: play.unsealed(),
    lambda play: play.started(1, 2),
]


def plain(state: Any) -> Any:
    """A state as plain values, so that a change in place would show."""
    if dataclasses.is_dataclass(state):
        return {field.name: plain(getattr(state, field.name)) for field in dataclasses.fields(state)}
    return {name: plain(value) for name, value in state.items()} if isinstance(state, Mapping) else state


@given(data=st.data())
def test_no_command_on_any_state_makes_the_decision_fail(any_of: AnyOf, new_play: Any, data: st.DataObject) -> None:
    play = data.draw(st.sampled_from(PLAYS))(new_play())
    for _ in range(10):
        kind = data.draw(st.sampled_from([kind for kind in RECORDS.values() if kind is not SignIn]))
        record = data.draw(any_of(kind))
        source = data.draw(st.sampled_from([play.sample.source((1, 1)), play.sample.source((2, 1)), "00" * 16]))
        decided = play.do(
            KioskRecord(record, source, data.draw(st.integers(2, 50))), after=data.draw(st.integers(0, 30_000))
        )
        assert isinstance(decided, Refused) or decided
