"""The time ledger of a seat: its rows add up to what is left, whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.domain import timing
from server.domain.state import Finish, PartAttempt
from server.domain.timing import Extension, Pause, TimeLedger
from server.domain.values import Cause, CloseCause
from server.web.console import ledger

MINUTE = 60_000
START = 1_700_000_000_000


def part(times: TimeLedger, finish: Finish | None = None) -> PartAttempt:
    return PartAttempt(0, "s1", "f1", (), {}, times, {}, {}, (), finish)


def seconds(amount: str) -> int:
    """A span as the page writes it, back in seconds, with its sign."""
    sign = -1 if amount.startswith("−") else 1
    parts = [int(one) for one in amount.lstrip("−+ ").split(":")]
    total = 0
    for one in parts:
        total = total * 60 + one
    return sign * total


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[TimeLedger, int]:
    """A ledger in whole seconds, and an instant within its time."""
    duration = draw(st.integers(60, 5400))
    extensions = tuple(
        Extension(draw(st.integers(1, 600)) * 1000, "bù", Cause.HALL, START + 1000)
        for _ in range(draw(st.integers(0, 3)))
    )
    at, pauses = START, []
    for _ in range(draw(st.integers(0, 3))):
        at += draw(st.integers(1, 10)) * 1000
        end = at + draw(st.integers(1, 300)) * 1000
        pauses.append(Pause(at, end, "mất điện", Cause.EQUIPMENT))
        at = end
    times = TimeLedger(START, duration * 1000, extensions, tuple(pauses))
    deadline = timing.deadline_at_ms(times)
    assert deadline is not None
    now = draw(st.integers(at // 1000, max(at // 1000, deadline // 1000))) * 1000
    return times, now


@given(ledgers())
def test_the_rows_add_up_to_the_time_left(found: tuple[TimeLedger, int]) -> None:
    times, now = found
    rows = ledger.rows(part(times), now)
    assert sum(seconds(row.amount) for row in rows[:-1]) == seconds(rows[-1].amount)
    assert rows[-1].total
    assert seconds(rows[-1].amount) == timing.remaining_ms(times, now) // 1000


def test_a_running_pause_says_that_the_clock_stands_still() -> None:
    times = TimeLedger(START, 45 * MINUTE, (), (Pause(START + 5 * MINUTE, None, "ốm", Cause.CANDIDATE),))
    rows = ledger.rows(part(times), START + 15 * MINUTE)
    assert [row.amount for row in rows] == ["45:00", "− 15:00", "+ 10:00", "40:00"]
    assert rows[-1].what.message == "Left; the clock stands still"
    assert rows[2].why == "ốm"


def test_after_the_end_the_ledger_stands_as_it_was_then() -> None:
    finish = Finish(0, START + 20 * MINUTE, 20 * MINUTE, "", "ABCD-EFGH", 1, 3, CloseCause.OFFICER, False, 1)
    early = ledger.rows(part(TimeLedger(START, 45 * MINUTE), finish), START + 21 * MINUTE)
    late = ledger.rows(part(TimeLedger(START, 45 * MINUTE), finish), START + 90 * MINUTE)
    assert early == late
    assert early[-1].amount == "25:00"


def test_an_extension_names_its_cause_and_reason(new_play: Callable[[], Any]) -> None:
    play = new_play().started(1)
    play.done(play.sample.extend(5 * MINUTE, "a1"), after=1000)
    rows = ledger.rows(play.part(1), play.now)
    assert rows[1].amount == "+ 05:00"
    assert rows[1].why == "lost time"
