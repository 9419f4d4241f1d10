"""Two servers, seen by the pure rules: whose promise counts, what waits for an official, how two accounts of a clock agree."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain import commands
from server.domain.reasons import Reason, Refused
from server.domain.sheet_clocks import merged, missing
from server.domain.standby_choice import Votes, votes
from server.domain.standby_commands import DecideBranchOrder, RecoverRecord
from server.domain.timing import Extension, TimeLedger, remaining_ms
from server.domain.values import BranchDecision, Cause
from server.protocol.seat_sheet import SheetExtension, SheetPart, SheetPause

NEXT = 1 << 20


def kiosk(play: Any, n: int) -> str:
    return str(play.state.attempts[f"a{n}"].seat.kiosk_id)


def test_a_standby_offers_itself_to_more_than_half_of_those_who_sit_and_to_nobody_else(play: Any) -> None:
    play.started(1, 2, 3, 4)
    promised = {kiosk(play, n): NEXT for n in (1, 2)} | {"k-of-nobody": NEXT}
    assert votes(play.state, promised, NEXT) == Votes(2, 4)
    assert not votes(play.state, promised, NEXT).majority, "half of a room is no more than the other half"
    assert votes(play.state, {**promised, kiosk(play, 3): NEXT}, NEXT).majority
    assert votes(play.state, {**promised, kiosk(play, 3): NEXT - 1}, NEXT) == Votes(2, 4), "another epoch's promise"


def test_who_has_handed_in_has_no_voice_any_more(play: Any) -> None:
    play.started(1, 2, 3)
    everybody = {kiosk(play, n): NEXT for n in (1, 2)}
    assert votes(play.state, everybody, NEXT).majority
    for n in (1, 2):
        play.done(commands.CloseSeat(f"a{n}", "left", "o1"))
    assert votes(play.state, everybody, NEXT) == Votes(0, 1)


def test_an_order_of_the_lost_branch_is_decided_once_and_with_a_reason(play: Any) -> None:
    play.started(1)
    there = play.sample.extend(60_000, "a1")
    (given,) = play.done(there)
    play.done(RecoverRecord((given,), "ab" * 16, 1, 9, 70, "cd" * 32, play.now))

    def decide(reason: str, digest: str = "cd" * 32) -> Any:
        return play.do(DecideBranchOrder(digest, BranchDecision.LET_BE, reason, "o1"))

    (waits,) = play.state.standby.orders
    assert waits == "cd" * 32
    assert decide("  ").reason is Reason.REASON_NEEDED
    assert decide("given here already", "ee" * 32).reason is Reason.NOTHING_TO_DO
    assert not isinstance(decide("given here already"), Refused)
    assert play.state.standby.orders == {}
    assert decide("once more").reason is Reason.NOTHING_TO_DO


# --- two accounts of one clock ----------------------------------------------------------------------------------------


def stood(seq: int, from_ms: int, to_ms: int | None) -> SheetPause:
    return SheetPause(2, seq, from_ms, to_ms, "why", Cause.HALL.value, "o1", None, "")


def told(*pauses: SheetPause) -> SheetPart:
    return SheetPart(0, "s0", "f0", (), {}, 0, 60_000, 0, (), pauses, None)


def taken(ledger: TimeLedger, part: SheetPart, settled: frozenset[tuple[int, int]] = frozenset()) -> TimeLedger:
    return merged(ledger, missing(ledger, part, settled, None))


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ((10_000, 30_000), (20_000, 25_000), 80_000),  # one inside the other
        ((10_000, 30_000), (20_000, 40_000), 90_000),  # one into the other
        ((10_000, 30_000), (30_000, 35_000), 85_000),  # one after the other
        ((10_000, 30_000), (20_000, None), 90_000 + 10_000),  # the second still runs, at 50 s
    ],
)
def test_a_clock_that_two_servers_stopped_at_once_stood_once(
    first: tuple[int, int], second: tuple[int, int | None], left: int
) -> None:
    for one, other in ((first, second), (second, first)):
        ledger = taken(taken(TimeLedger(0, 60_000), told(stood(1, *one))), told(stood(2, *other)))
        assert remaining_ms(ledger, 50_000) == left - 50_000


def test_time_granted_beforehand_is_there_once_whichever_server_began_the_part() -> None:
    """Each noted it with its own start: the same right, not two."""
    given = SheetExtension(2, 7, 15_000, "25%", Cause.ARRANGEMENT.value, 0, "o1", False, ())
    told_twice = SheetPart(0, "s0", "f0", (), {}, 0, 60_000, 0, (given,), (), None)
    assert taken(TimeLedger(0, 60_000), told_twice).allowed_ms == 75_000
    here = Extension(15_000, "25%", Cause.ARRANGEMENT, 0, "o1", origin=(3, 9))
    assert taken(TimeLedger(0, 60_000, (here,)), told_twice).allowed_ms == 75_000


def test_a_pause_that_an_officer_has_decided_on_is_not_brought_in_again_by_a_machine() -> None:
    before = TimeLedger(0, 60_000)
    part = told(stood(1, 10_000, 30_000), stood(2, 35_000, 40_000))
    assert remaining_ms(taken(before, part, frozenset({(2, 1)})), 50_000) == 15_000
    assert taken(before, part, frozenset({(2, 1), (2, 2)})) == before
