"""Misconduct, corrections of items, and the handover of a shift."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from server.domain import events, hall_commands
from server.domain.hall_duty_events import MisconductRecorded, MisconductStep
from server.domain.reasons import Reason, Refused
from server.domain.values import CloseCause
from server.live.misconduct_rules import DEFAULT_STEPS
from server.protocol.hall import HandCategory
from server.protocol.records import NoteErratum, RaiseHand

REMINDER, REPRIMAND, WARNING, SUSPENSION = DEFAULT_STEPS


def reason(decided: object) -> Reason:
    assert isinstance(decided, Refused), decided
    return decided.reason


def misconduct(n: int, step: MisconductStep, *officers: str, m: str = "x1", note: str = "dùng điện thoại") -> Any:
    return hall_commands.RecordMisconduct(m, f"a{n}", step, note, officers or ("o1", "o2"))


def erratum(item: str = "i01", **changes: Any) -> Any:
    asked = hall_commands.ReleaseErratum(
        "e1", item, "1.1 · Cơ quan", {"vi": "Đọc là 30 ngày", "en": ""}, "ab" * 32, ("o1", "o2")
    )
    return dataclasses.replace(asked, **changes)


def test_the_steps_are_those_of_the_regulations_and_grow_harder() -> None:
    assert [step.vi for step in DEFAULT_STEPS] == ["Nhắc nhở", "Khiển trách", "Cảnh cáo", "Đình chỉ thi"]
    assert [step.deduct_percent for step in DEFAULT_STEPS] == [0, 25, 50, 100]
    assert [step.ends_part for step in DEFAULT_STEPS] == [False, False, False, True]


@pytest.mark.parametrize(
    ("step", "officers", "fits"),
    [(REMINDER, ("o1",), True), (REMINDER, ("o1", "o2"), False), (WARNING, ("o1",), False), (WARNING, ("o1", "o1"), False),
     (WARNING, ("o1", "o2"), True)],
)  # fmt: skip
def test_a_step_takes_as_many_officers_as_it_asks_for(
    play: Any, step: MisconductStep, officers: tuple[str, ...], fits: bool
) -> None:
    play.started(1)
    decided = play.do(misconduct(1, step, *officers))
    assert isinstance(decided, Refused) is not fits


def test_a_suspension_ends_the_part_with_what_is_held_and_nobody_starts_it_again(play: Any) -> None:
    play.started(1, 2)
    play.send(play.sample.save(1, "i01", 1, at=play.now))
    decided = play.done(misconduct(1, SUSPENSION))
    assert [type(event) for event in decided] == [MisconductRecorded, events.SeatClosed]
    finish = play.part(1).finish
    assert (finish.cause, finish.answered) == (CloseCause.OFFICER, 1)
    assert reason(play.do(misconduct(1, WARNING, m="x2"))) is Reason.SUSPENDED
    for command in (play.sample.switch(), play.sample.reserve(), play.sample.give()):
        play.done(command)
    assert play.part(1).form_id == "f0"
    assert reason(play.do(play.sample.give("a1"))) is Reason.SUSPENDED


def test_a_suspended_candidate_is_not_started_in_the_next_part(play: Any) -> None:
    play.started(1, 2)
    play.done(misconduct(1, SUSPENSION))
    from server.domain.commands import ClosePart

    play.done(ClosePart(0, "hết giờ", "o1"))
    play.done(play.sample.start(1))
    assert 1 not in play.state.attempts["a1"].parts
    assert 1 in play.state.attempts["a2"].parts
    assert reason(play.do(play.sample.start(1, ("a1",)))) is Reason.SUSPENDED


def test_a_step_is_taken_back_by_two_officers_with_a_reason_and_ends_nothing_anew(play: Any) -> None:
    play.started(1)
    play.done(misconduct(1, SUSPENSION))
    back = hall_commands.WithdrawMisconduct("x1", "nhầm thí sinh", ("o1", "o2"))
    assert reason(play.do(dataclasses.replace(back, officers=("o1",)))) is Reason.SECOND_OFFICER_NEEDED
    assert reason(play.do(dataclasses.replace(back, reason=" "))) is Reason.REASON_NEEDED
    play.done(back)
    assert not play.state.hall.is_suspended("a1")
    assert play.part(1).finish is not None
    assert reason(play.do(back)) is Reason.NOTHING_TO_DO


def test_a_correction_is_of_an_item_of_the_paper_in_use_and_each_seat_says_that_it_was_seen(play: Any) -> None:
    play.started(1, 2)
    assert reason(play.do(erratum("zz"))) is Reason.UNKNOWN_ITEM
    assert reason(play.do(erratum(officers=("o1", "o1")))) is Reason.SECOND_OFFICER_NEEDED
    play.done(erratum())
    assert reason(play.do(erratum())) is Reason.TOO_MANY
    play.send(NoteErratum("a1", 1, "e1", play.now, 5))
    play.send(NoteErratum("a1", 1, "e1", play.now, 5), after=1_000)
    released = play.state.hall.errata["e1"]
    assert list(released.seen) == ["a1"]
    assert reason(play.send(NoteErratum("a2", 1, "e9", play.now, 5))) is Reason.UNKNOWN_MESSAGE


def test_a_handover_counts_what_is_open_and_is_of_two_people(play: Any) -> None:
    play.started(1, 2)
    play.send(RaiseHand("a1", 1, HandCategory.PAPER, play.now, 5))
    play.done(play.sample.pause("a2"))
    play.done(hall_commands.SendMessage("m1", None, "Chú ý", True, "o1"))
    over = hall_commands.HandOverShift("o1", "o2", 1, 0, "chìa khóa phòng ở bàn thư ký")
    assert reason(play.do(dataclasses.replace(over, incoming_id="o1"))) is Reason.SECOND_OFFICER_NEEDED
    (event,) = play.done(over)
    assert (event.hands, event.pauses, event.locks, event.unread, event.proposals) == (1, 1, 0, 2, 1)
    assert play.state.hall.shift.officer_id == "o2"
