"""A correction that is taken back: told to whoever saw it, and to nobody else."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from server.domain import hall_commands
from server.domain.reasons import Reason, Refused
from server.live.hall_view import hall_view
from server.protocol.records import NoteErratum

ITEM = "i01"


def release(**changes: Any) -> Any:
    asked = hall_commands.ReleaseErratum(
        "e1", ITEM, "1.1 · Cơ quan", {"vi": "Đọc là 30 ngày", "en": ""}, "ab" * 32, ("o1", "o2")
    )
    return dataclasses.replace(asked, **changes)


def back(**changes: Any) -> Any:
    asked = hall_commands.WithdrawErratum("w1", "e1", "Đính chính nhầm câu", ("o1", "o2"))
    return dataclasses.replace(asked, **changes)


def told(play: Any, n: int) -> list[tuple[str, bool, bool]]:
    """The corrections a kiosk is told of: id, whether it is seen, whether it is a withdrawal."""
    view = hall_view(play.state, play.state.attempts[f"a{n}"])
    return [(one.erratum_id, one.seen, one.withdrawn) for one in view.errata]


@pytest.fixture
def released(play: Any) -> Any:
    """Two candidates work; one correction stands, and the first of them has seen it."""
    play.started(1, 2)
    play.done(release())
    play.send(NoteErratum("a1", 1, "e1", play.now, 5))
    return play


def test_who_saw_it_is_told_once_that_it_holds_no_more_and_nobody_else_is(released: Any) -> None:
    assert told(released, 1) == [("e1", True, False)]
    released.done(back())
    assert told(released, 1) == [("w1", False, True)]
    assert told(released, 2) == []
    released.send(NoteErratum("a1", 1, "w1", released.now, 5))
    assert told(released, 1) == [("w1", True, True)]
    assert list(released.state.hall.errata["w1"].seen) == ["a1"]


def test_a_machine_that_says_late_that_it_had_shown_it_is_told_too(released: Any) -> None:
    """Its line was cut while the correction stood on its screen."""
    released.done(back())
    released.send(NoteErratum("a2", 1, "e1", released.now, 5))
    assert told(released, 2) == [("w1", False, True)]


def test_it_takes_two_officers_and_a_reason_and_happens_once(released: Any) -> None:
    for wrong, reason in (
        (back(officers=("o1",)), Reason.SECOND_OFFICER_NEEDED), (back(officers=("o1", "o1")), Reason.SECOND_OFFICER_NEEDED),
        (back(reason=" "), Reason.REASON_NEEDED), (back(erratum_id="e9"), Reason.NOTHING_TO_DO),
    ):  # fmt: skip
        decided = released.do(wrong)
        assert isinstance(decided, Refused)
        assert decided.reason is reason
    released.done(back())
    for again in (back(withdrawal_id="w2"), back(withdrawal_id="w2", erratum_id="w1")):
        decided = released.do(again)
        assert isinstance(decided, Refused)
        assert decided.reason is Reason.NOTHING_TO_DO


def test_what_was_taken_back_leaves_room_for_the_right_correction(released: Any) -> None:
    released.done(back())
    released.done(release(erratum_id="e2", text={"vi": "Đọc là 20 ngày", "en": ""}))
    assert told(released, 1) == [("w1", False, True), ("e2", False, False)]
    assert told(released, 2) == [("e2", False, False)]
