"""The time account of a seat: its rows add up to what is left, whatever happened, and say who decided."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.domain import commands, timing
from server.domain.values import Cause, CloseCause
from server.web.console import ledger

MINUTE = 60_000


def seconds(amount: str) -> int:
    """A span as the page writes it, back in seconds, with its sign."""
    sign = -1 if amount.startswith("−") else 1
    parts = [int(one) for one in amount.lstrip("−+ ").split(":") if one]
    total = 0
    for one in parts:
        total = total * 60 + one
    return sign * total


def rows(play: Any) -> list[ledger.Row]:
    return ledger.rows(play.state, play.state.attempts["a1"], play.part(1), play.now)


ACTS = st.lists(st.tuples(st.sampled_from("prex"), st.integers(0, 9_999)), max_size=8)


@given(acts=ACTS, later=st.integers(0, 99_999))
def test_the_rows_add_up_to_the_time_left(new_play: Any, acts: list[tuple[str, int]], later: int) -> None:
    play = new_play().started(1)
    for act, after in acts:
        command = {
            "p": play.sample.pause("a1"), "r": play.sample.resume("a1"), "e": play.sample.extend(7_300, "a1"),
            "x": commands.Tick(),
        }[act]  # fmt: skip
        play.do(command, after=after)
    play.now += later
    found = rows(play)
    assert sum(seconds(row.amount) for row in found[:-1]) == seconds(found[-1].balance)
    assert found[-1].total
    assert found[-2].balance == found[-1].balance
    finish = play.part(1).finish
    at_ms = play.now if finish is None else finish.finished_at_ms
    assert seconds(found[-1].balance) == timing.remaining_ms(play.part(1).ledger, at_ms) // 1000


def test_a_running_pause_says_that_the_clock_stands_still_and_who_stopped_it(new_play: Callable[[], Any]) -> None:
    play = new_play().started(1)
    play.done(commands.Pause(("a1",), "ốm", Cause.CANDIDATE, "u-proctor"), after=5_000)
    play.now += 15 * MINUTE
    found = rows(play)
    assert [row.amount for row in found] == ["01:00", "− 00:05", "", ""]
    assert found[-1].what.message == "Left; the clock stands still"
    assert (found[2].why, found[2].officers) == ("ốm", ("u-proctor",))
    assert found[-1].balance == "00:55"


def test_after_the_end_the_account_stands_as_it_was_then(new_play: Callable[[], Any]) -> None:
    play = new_play().started(1)
    play.done(commands.CloseSeat("a1", "ill", "u-proctor"), after=20_000)
    assert play.part(1).finish.cause is CloseCause.OFFICER
    early = rows(play)
    play.now += 90 * MINUTE
    assert rows(play) == early
    assert early[-1].balance == "00:40"


def test_an_extension_names_its_cause_reason_and_officer(new_play: Callable[[], Any]) -> None:
    play = new_play().started(1)
    play.done(play.sample.extend(5 * MINUTE, "a1"), after=1000)
    given_row = next(row for row in rows(play) if row.amount == "+ 05:00")
    assert given_row.why == "lost time"
    assert given_row.officers == (play.sample.OFFICER,)


def test_amounts_are_what_the_balances_shown_differ_by(new_play: Callable[[], Any]) -> None:
    play = new_play().started(1)
    for after in (333, 1_777, 2_950):
        play.done(play.sample.extend(1_500, "a1"), after=after)
    found = rows(play)
    for before, row in itertools.pairwise(found[:-1]):
        assert seconds(row.balance) - seconds(before.balance) == seconds(row.amount), dataclasses.asdict(row)
