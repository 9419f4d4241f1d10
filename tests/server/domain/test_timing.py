"""A candidate's clock, probed one millisecond each side of every boundary."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.timing import (
    Extension,
    Pause,
    TimeLedger,
    believed_ms,
    compensation_ms,
    deadline_at_ms,
    paused_at,
    paused_ms,
    remaining_ms,
    standing,
    time_taken_ms,
)
from server.domain.values import Cause
from server.protocol.situation import PartPhase

GRACE_MS = 10_000
PHASES = {"o": PartPhase.OPEN, "p": PartPhase.PAUSED, "g": PartPhase.GRACE, "c": PartPhase.CLOSED}


def ledger(*pauses: tuple[int, int | None], extended_s: int = 0, cause: Cause = Cause.EQUIPMENT) -> TimeLedger:
    """A part of 60 s opened at 100 s, with pauses given in seconds."""
    found = tuple(Pause(start * 1000, None if end is None else end * 1000, "why", Cause.HALL) for start, end in pauses)
    extensions = (Extension(extended_s * 1000, "why", cause, 120_000),) if extended_s else ()
    return TimeLedger(100_000, 60_000, extensions, found)


def intervals(timeline: str) -> list[tuple[int, int, PartPhase]]:
    """`o100-160 g160-170 c170-200` as (from_ms, to_ms, phase)."""
    found = []
    for word in timeline.split():
        start, end = word[1:].split("-")
        found.append((int(start) * 1000, int(end) * 1000, PHASES[word[0]]))
    return found


# What the ledger holds at the end of the timeline tells every instant after its last pause.
@pytest.mark.parametrize(
    ("found", "timeline"),
    [
        (ledger(), "o100-160 g160-170 c170-200"),
        (ledger(extended_s=5), "o100-165 g165-175 c175-200"),
        (ledger((120, 130)), "o130-170 g170-180 c180-200"),
        (ledger((110, 115), (120, 130)), "o130-175 g175-185 c185-200"),
        (ledger((120, 130), extended_s=30), "o130-200 g200-210 c210-220"),
        (ledger((120, None)), "p120-999"),
        (ledger((110, 115), (120, None)), "p120-999"),
    ],
)
def test_every_phase_begins_and_ends_at_its_millisecond(found: TimeLedger, timeline: str) -> None:
    for start, end, phase in intervals(timeline):
        for at in (start, start + 1, (start + end) // 2, end - 1):
            assert standing(found, at, GRACE_MS).phase is phase, at
        assert standing(found, end - 1, GRACE_MS).until_ms in (end, None)


@pytest.mark.parametrize(
    ("found", "at_s", "left_s"),
    [
        (ledger(), 100, 60), (ledger(), 159, 1), (ledger(), 160, 0), (ledger(), 500, 0),
        (ledger(), 99, 60),  # room time anchored anew may lie a little before the start
        (ledger((120, None)), 120, 40), (ledger((120, None)), 999, 40),
        (ledger((120, 130)), 130, 40), (ledger((120, 130)), 169, 1),
        (ledger(extended_s=5), 150, 15),
    ],
)  # fmt: skip
def test_time_left_stands_still_during_a_pause_and_is_never_negative(found: TimeLedger, at_s: int, left_s: int) -> None:
    assert remaining_ms(found, at_s * 1000) == left_s * 1000


def test_no_deadline_is_known_while_the_clock_stands_still() -> None:
    assert deadline_at_ms(ledger((120, None))) is None
    assert deadline_at_ms(ledger((120, 120))) == 160_000
    assert deadline_at_ms(ledger((120, 125))) == 165_000


@pytest.mark.parametrize(("at", "paused"), [(119_999, False), (120_000, True), (129_999, True), (130_000, False)])
def test_a_pause_is_closed_at_its_start_and_open_at_its_end(at: int, paused: bool) -> None:
    assert (paused_at(ledger((120, 130)), at) is not None) is paused


@pytest.mark.parametrize(
    ("found", "finished_ms", "taken_ms"),
    [
        (ledger(), 145_999, 45_000),  # rounded down to whole seconds
        (ledger(), 146_000, 46_000),
        (ledger(), 160_000, 60_000),
        (ledger((120, 130)), 150_000, 40_000),
        (ledger((120, None)), 150_000, 20_000),  # ended by an officer during a pause
        (ledger(extended_s=5), 150_000, 45_000),  # made good: not the candidate's doing
        (ledger(extended_s=5, cause=Cause.HALL), 150_000, 45_000),
        (ledger(extended_s=5, cause=Cause.CANDIDATE), 150_000, 50_000),
        (ledger(extended_s=5, cause=Cause.ARRANGEMENT), 150_000, 50_000),
        (ledger(extended_s=55), 150_000, 0),
    ],
)
def test_time_taken_leaves_out_pauses_and_compensation(found: TimeLedger, finished_ms: int, taken_ms: int) -> None:
    assert time_taken_ms(found, finished_ms, 1000) == taken_ms


def test_time_taken_is_rounded_down_to_the_contests_unit() -> None:
    assert [time_taken_ms(ledger(), 145_678, unit) for unit in (1, 100, 1000, 60_000)] == [45_678, 45_600, 45_000, 0]


@pytest.mark.parametrize(
    ("made", "not_before", "now", "believed"),
    [(50, 0, 100, 50), (50, 70, 100, 70), (150, 0, 100, 100), (50, 120, 100, 100)],
)
def test_a_kiosks_time_is_believed_between_its_last_sign_of_life_and_the_arrival(
    made: int, not_before: int, now: int, believed: int
) -> None:
    assert believed_ms(made, not_before, now) == believed


@st.composite
def ledgers(draw: Any) -> TimeLedger:
    """Any ledger with sorted pauses that do not overlap."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), max_size=8, unique=True)))
    pairs = [Pause(100 + a, 100 + b, "", Cause.HALL) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    if pairs and draw(st.booleans()):
        pairs[-1] = Pause(pairs[-1].from_ms, None, "", Cause.HALL)
    extensions = tuple(Extension(ms, "", Cause.HALL, 100) for ms in draw(st.lists(st.integers(1, 500), max_size=3)))
    return TimeLedger(100, draw(st.integers(1, 5_000)), extensions, tuple(pairs))


@given(ledgers(), st.integers(100, 20_000), st.integers(0, 5_000))
def test_time_left_never_grows_by_itself(found: TimeLedger, at: int, later: int) -> None:
    assert remaining_ms(found, at + later) <= remaining_ms(found, at)
    assert 0 <= remaining_ms(found, at) <= found.allowed_ms


@given(ledgers())
def test_at_the_deadline_exactly_nothing_is_left(found: TimeLedger) -> None:
    deadline = deadline_at_ms(found)
    if deadline is None:
        return
    last_pause = max((pause.to_ms or 0 for pause in found.pauses), default=0)
    if last_pause <= deadline:  # a pause given after the deadline is refused by the sitting
        assert remaining_ms(found, deadline) == 0
        assert remaining_ms(found, deadline - 1) == 1 or paused_at(found, deadline - 1) is not None


@given(ledgers(), st.integers(100, 20_000))
def test_all_time_is_used_left_or_paused(found: TimeLedger, at: int) -> None:
    left = remaining_ms(found, at)
    if left:
        assert at - found.opened_at_ms - paused_ms(found, at) + left == found.allowed_ms


@given(ledgers(), st.integers(100, 20_000), st.sampled_from([1, 10, 1000]))
def test_time_taken_is_a_multiple_of_the_unit_and_never_negative(found: TimeLedger, at: int, unit: int) -> None:
    taken = time_taken_ms(found, at, unit)
    assert taken >= 0
    assert taken % unit == 0
    assert taken <= max(0, at - found.opened_at_ms)
    assert compensation_ms(found) == sum(extension.ms for extension in found.extensions)
