"""Which steps against misconduct stand beside a mark: the jury decides about them, and nothing is taken off before."""

from __future__ import annotations

from typing import Any

from server.domain import commands, hall_commands
from server.live.misconduct_rules import DEFAULT_STEPS
from server.live.result_rows import jury_steps

REMINDER, REPRIMAND, WARNING, _ = DEFAULT_STEPS


def take(play: Any, n: int, step: Any, name: str, *officers: str) -> None:
    play.done(hall_commands.RecordMisconduct(name, f"a{n}", step, "trao đổi bài", officers or ("o1", "o2")))


def beside(play: Any, n: int, part: int) -> list[str]:
    return [one.code for one in jury_steps(play.state, play.state.attempts[f"a{n}"], part)]


def test_only_steps_that_stand_and_have_a_consequence_are_listed_at_their_own_candidate(play: Any) -> None:
    play.started(1, 2)
    take(play, 1, REMINDER, "x0", "o1")
    take(play, 1, REPRIMAND, "x1")
    take(play, 1, WARNING, "x2")
    assert beside(play, 1, 0) == ["reprimand", "warning"]
    assert beside(play, 2, 0) == []
    play.done(hall_commands.WithdrawMisconduct("x1", "nhầm thí sinh", ("o1", "o2")))
    assert beside(play, 1, 0) == ["warning"]


def test_a_step_belongs_to_the_part_that_was_open_or_to_the_one_just_over(play: Any) -> None:
    play.started(1)
    play.now += 1_000
    take(play, 1, REPRIMAND, "x1")
    play.done(commands.ClosePart(0, "hết giờ", "o1"), after=1_000)
    take(play, 1, WARNING, "x2")
    play.done(play.sample.start(1), after=1_000)
    play.now += 1_000
    take(play, 1, REPRIMAND, "x3")
    assert beside(play, 1, 0) == ["reprimand", "warning"]
    assert beside(play, 1, 1) == ["reprimand"]
