"""Which screen follows from what a kiosk knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from client_kiosk import agent
from client_kiosk.agent import PairingStage, Screen, State, Step, Work
from server.protocol.hall import ClockRule, HallView, SwitchView
from server.protocol.situation import (
    AttemptView,
    PartPhase,
    PartView,
    PauseView,
    SittingPhase,
    SittingView,
    Situation,
    Stage,
    SubmittedView,
)

SOURCE = "ab" * 16
NOW = 1_000_000
TITLE = {"vi": "Ca 1", "en": "Sitting 1"}
PART = PartView(0, 1, TITLE, 2700, PartPhase.WAITING, None, 2_700_000, None, (), None, None)
ATTEMPT = AttemptView("a1", 1, SOURCE, "0147", "Lê Thị Mẫu", "01/02/1990", "Sở Mẫu", True, False, PART)
SITTING = SittingView("ca-1", TITLE, SittingPhase.SEALED_READY, "at_once", "")
READY = frozenset({Step.RULES, Step.TYPING})


def situation(attempt: AttemptView | None = ATTEMPT, sitting: SittingView | None = SITTING) -> Situation:
    return Situation(NOW, 1, "Phòng A", "B07", sitting, Stage(None, ()), attempt, (), ())


def with_part(phase: PartPhase, **fields: object) -> AttemptView:
    return replace(ATTEMPT, part=replace(PART, phase=phase, **fields))  # type: ignore[arg-type]


DONE = SubmittedView(NOW, "K7QF-3M2P", False, 5, 60)
OVER = replace(SITTING, state=SittingPhase.CLOSED)


def state(said: Situation | None, **fields: object) -> State:
    base = State(paired=True, online=True, situation=said, sources=frozenset({SOURCE}), steps=READY)
    return replace(base, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (State(), Screen.SEARCHING),
        (State(pairing=PairingStage.CHOOSE), Screen.CHOOSE_ROOM),
        (State(pairing=PairingStage.COMPARE), Screen.COMPARE_CODE),
        (State(paired=True), Screen.SEARCHING),
        (State(paired=True, sources=frozenset({SOURCE})), Screen.NO_SERVER),
        (state(situation(None, None)), Screen.PAIRED_IDLE),
        (state(situation(None)), Screen.SIGN_IN),
        (state(situation(None, replace(SITTING, state=SittingPhase.CLOSED))), Screen.CLOSED),
        (state(situation(replace(ATTEMPT, confirmed=False))), Screen.CONFIRM),
        (state(situation(), steps=frozenset()), Screen.RULES),
        (state(situation(), steps=frozenset({Step.RULES})), Screen.TYPING),
        (state(situation()), Screen.WAITING),
        (state(situation(with_part(PartPhase.OPEN, deadline_at_ms=NOW + 1))), Screen.WAITING),
        (
            state(situation(with_part(PartPhase.OPEN, deadline_at_ms=NOW + 1)), paper_attempt=("a1", 0, None)),
            Screen.EXAM,
        ),
        (
            state(situation(with_part(PartPhase.OPEN, deadline_at_ms=NOW)), paper_attempt=("a1", 0, None)),
            Screen.TIME_UP,
        ),
        (state(situation(with_part(PartPhase.GRACE)), paper_attempt=("a1", 0, None)), Screen.TIME_UP),
        (state(situation(with_part(PartPhase.PAUSED, pause=PauseView("mất điện", NOW)))), Screen.PAUSED),
        (state(situation(with_part(PartPhase.OPEN)), work=Work(submitted_here=True)), Screen.SUBMITTING),
        (state(situation(with_part(PartPhase.SUBMITTED))), Screen.SUBMITTED),
        (state(situation(with_part(PartPhase.CLOSED))), Screen.CLOSED),
        (
            state(situation(with_part(PartPhase.CLOSED, submitted=SubmittedView(NOW, "K7QF-3M2P", True, 5, 60)))),
            Screen.SUBMITTED,
        ),
        (state(situation(), stopped="unpaired"), Screen.STOPPED),
        # A closed sitting has released the outbox: the receipt stays on the screen all the same.
        (state(situation(with_part(PartPhase.SUBMITTED, submitted=DONE), OVER), sources=frozenset()), Screen.SUBMITTED),
        (state(situation(replace(ATTEMPT, confirmed=False), OVER), sources=frozenset()), Screen.CLOSED),
    ],
)
def test_the_screen_follows_from_what_is_known(known: State, expected: Screen) -> None:
    assert agent.screen(known, NOW) is expected


@pytest.mark.parametrize(
    "known",
    [
        state(situation(), sources=frozenset()),
        state(situation(), held_back=frozenset({SOURCE})),
        state(situation(replace(ATTEMPT, moved=True))),
    ],
    ids=["wiped machine", "outbox the server knows otherwise", "moved to another seat"],
)
def test_a_machine_that_cannot_go_on_in_its_stream_asks_for_a_new_sign_in(known: State) -> None:
    assert agent.attempt_here(known) is None
    assert agent.screen(known, NOW) is Screen.SIGN_IN


def test_losing_the_line_in_the_middle_of_the_paper_changes_no_screen() -> None:
    open_part = with_part(PartPhase.OPEN, deadline_at_ms=NOW + 60_000)
    working = state(situation(open_part), paper_attempt=("a1", 0, None))
    assert agent.screen(replace(working, online=False), NOW) is Screen.EXAM
    assert agent.screen(replace(working, online=False), NOW + 60_000) is Screen.TIME_UP


def test_the_clock_stands_still_while_paused_and_never_runs_below_zero() -> None:
    assert agent.remaining_ms(with_part(PartPhase.PAUSED, remaining_ms=5000), NOW + 10**9) == 5000
    assert agent.remaining_ms(with_part(PartPhase.OPEN, deadline_at_ms=NOW), NOW + 10**9) == 0


PASSAGE = agent.Passage(0, "f1", frozenset({"i1", "i2", "i3"}))


def test_the_outbox_overlays_what_the_server_said_item_by_item() -> None:
    base = Work({"i1": {"options": ["o1"]}, "i2": {"options": ["o5"]}}, frozenset({"i2"}))
    bodies = [
        {"kind": "save_response/1", "part": 0, "item_id": "i1", "response": {"options": ["o2"]}},
        {"kind": "clear_response/1", "part": 0, "item_id": "i2"},
        {"kind": "flag_item/1", "part": 0, "item_id": "i2", "flagged": False},
        {"kind": "flag_item/1", "part": 0, "item_id": "i3", "flagged": True},
        {"kind": "save_response/1", "part": 1, "item_id": "i1", "response": {"options": ["other part"]}},
    ]
    after = agent.overlay(base, bodies, PASSAGE)
    assert dict(after.responses) == {"i1": {"options": ["o2"]}}
    assert after.flagged == {"i3"}
    assert not after.submitted_here
    assert agent.overlay(after, [{"kind": "submit_part/1", "part": 0}], PASSAGE).submitted_here


def test_what_was_done_on_a_paper_that_was_replaced_is_not_on_the_new_one() -> None:
    bodies = [
        {"kind": "save_response/1", "part": 0, "item_id": "old1", "response": {"options": ["o2"]}},
        {"kind": "flag_item/1", "part": 0, "item_id": "old1", "flagged": True},
        {"kind": "submit_part/1", "part": 0, "form_id": "f0"},
        {"kind": "save_response/1", "part": 0, "item_id": "i2", "response": {"options": ["o3"]}},
    ]
    after = agent.overlay(Work(), bodies, PASSAGE)
    assert dict(after.responses) == {"i2": {"options": ["o3"]}}
    assert not after.flagged
    assert not after.submitted_here
    assert agent.overlay(after, [{"kind": "submit_part/1", "part": 0, "form_id": "f1"}], PASSAGE).submitted_here


@pytest.mark.parametrize("phase", [PartPhase.PAUSED, PartPhase.SUBMITTED, PartPhase.CLOSED, PartPhase.GRACE])
def test_while_papers_are_being_replaced_everybody_sees_that_and_nothing_else(phase: PartPhase) -> None:
    switch = SwitchView(NOW, "đề bị lộ", ClockRule.FULL, 0, opened=False)
    told = replace(situation(with_part(phase)), hall=HallView(switch=switch))
    assert agent.screen(state(told), NOW) is Screen.SWITCHING


def test_a_paper_that_came_before_its_news_stays_and_is_shown_only_with_them() -> None:
    first, second = (with_part(PartPhase.OPEN, form_id=form, deadline_at_ms=NOW + 1) for form in ("f1", "f2"))
    early = state(situation(first), paper_attempt=("a1", 0, "f2"))
    assert agent.screen(early, NOW) is Screen.WAITING
    assert agent.heard(early, situation(first)).paper_attempt == ("a1", 0, "f2")
    assert agent.screen(agent.heard(early, situation(second)), NOW) is Screen.EXAM


def test_another_candidate_on_the_same_machine_sees_nothing_of_the_one_before() -> None:
    before = state(
        situation(with_part(PartPhase.OPEN)), paper_attempt=("a1", 0, None), work=Work({"i1": {"options": ["o1"]}})
    )
    after = agent.heard(before, situation(replace(ATTEMPT, attempt_id="a2", source="cd" * 16)))
    assert after.work == Work()
    assert after.paper_attempt is None
    assert after.steps == frozenset()


def test_the_same_candidate_keeps_work_and_paper_when_the_situation_is_told_again() -> None:
    before = state(
        situation(with_part(PartPhase.OPEN)), paper_attempt=("a1", 0, None), work=Work({"i1": {"options": ["o1"]}})
    )
    after = agent.heard(before, situation(with_part(PartPhase.PAUSED)))
    assert after.work == before.work
    assert after.paper_attempt == ("a1", 0, None)
