"""Before the start: every seat with what is wrong and what helps, and seats that lack the same together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.domain.readiness import BLOCKING, Finding, Held, Lack, Rules, SeatFacts, seat_findings
from server.domain.readiness_state import NOTHING_READY, Override, ReadinessState
from server.live.presence import KioskPresence, StagedPackage
from server.live.readiness_desk import SeatReport
from server.web.console.readiness import SeatLine, Standing, counted, grouped, holding, lines
from server.web.console.readiness_words import remedy, title, what

RULES = Rules("0.1.0", {"p1": "aa" * 32, "p2": "bb" * 32})
SIZES = {"p1": 1000, "p2": 3000}
HELD = {"p1": Held(1000, True, None), "p2": Held(3000, True, None)}
SEAT = SeatFacts("k1", "A01", True, "0.1.0", HELD, 4, 0, 10**10)


class SignedIn:
    """As much of an attempt as readiness looks at."""

    confirmed = True


def report(facts: SeatFacts) -> SeatReport:
    return SeatReport(facts, tuple(one for one in seat_findings(facts, RULES) if one.lack is not Lack.NO_FACTS))


def listed(*seats: SeatFacts, here: tuple[str, ...] = (), state: ReadinessState = NOTHING_READY) -> list[SeatLine]:
    attempts: dict[str, Any] = {one: SignedIn() for one in here}
    return lines([report(one) for one in seats], attempts, state, SIZES)


def seat(n: int, **changes: Any) -> SeatFacts:
    return replace(SEAT, kiosk_id=f"k{n}", seat_label=f"A{n:02d}", **changes)


def test_a_seat_stands_by_the_gravest_thing_and_by_who_sits_there() -> None:
    found = listed(
        seat(1), seat(2), seat(3, disk_free_bytes=1), seat(4, build="x"), seat(5, build="x"), here=("k2", "k3", "k5")
    )
    assert [(one.seat_label, one.standing, one.locks) for one in found] == [
        ("A05", Standing.LOCKED, True), ("A04", Standing.LOCKED, False), ("A03", Standing.WARNED, False),
        ("A01", Standing.FREE, False), ("A02", Standing.READY, False),
    ]  # fmt: skip
    assert counted(found)[Standing.LOCKED] == 2


def test_an_override_covers_what_it_names_and_no_more() -> None:
    given = Override("A01", frozenset({"build_differs"}), "Máy mượn", "u-1", 0)
    state = ReadinessState({"k1": given})
    (covered,) = listed(seat(1, build="x"), here=("k1",), state=state)
    assert (covered.standing, covered.locks) == (Standing.OVERRIDDEN, False)
    (worse,) = listed(seat(1, build="x", uncertainty_ms=None), here=("k1",), state=state)
    assert (worse.standing, worse.open_lacks) == (Standing.LOCKED, ("clock_unsure",))


def test_a_paper_that_is_whole_but_unchecked_is_never_a_hundred_percent() -> None:
    fetched = {"p1": HELD["p1"], "p2": Held(3000, False, None)}
    percents = [
        one.staged_percent
        for one in listed(seat(1, staged=fetched), seat(2, staged={"p1": Held(500, False, None)}), seat(3))
    ]
    assert percents == [99, 12, 100]


def test_seats_that_lack_the_same_stand_together_the_gravest_first() -> None:
    found = listed(seat(2, on_line=False), seat(1, on_line=False), seat(3, uncertainty_ms=None), seat(4))
    assert [(group.lack, [one.seat_label for one in group.seats]) for group in grouped(found)] == [
        (Lack.OFF_LINE, ["A01", "A02"]), (Lack.CLOCK_UNSURE, ["A03"]),
    ]  # fmt: skip


def test_versions_are_told_apart_and_megabytes_are_not() -> None:
    found = listed(seat(1, build="x"), seat(2, build="y"), seat(3, disk_free_bytes=1), seat(4, disk_free_bytes=2**21))
    assert [len(group.seats) for group in grouped(found)] == [1, 1, 2]


def test_a_refused_paper_says_why_in_the_sealing_tools_own_words() -> None:
    ((_, why),) = what(Finding(Lack.PACKAGE_FAULT, "wrong_digest")).values
    assert getattr(why, "message", "") == "A member of the package was changed or damaged."


@pytest.mark.parametrize("lack", list(Lack))
def test_every_finding_has_its_words_and_its_remedy(lack: Lack) -> None:
    for value in ("1.1.1.1:443", 3 * 2**20):
        assert what(Finding(lack, value)).message
        assert title(Finding(lack, value)).message
    assert remedy(lack).message
    assert (lack in BLOCKING) is Finding(lack).blocks


def test_only_checked_copies_on_the_line_count_as_held() -> None:
    staged = {"p1": StagedPackage(1000, True, None)}
    kiosk = KioskPresence("k1", "A01", "sid", "127.0.0.1", "0.1.0", 0, staged=staged)
    unchecked = {"p1": StagedPackage(1000, False, None)}
    assert holding("p1", [kiosk, replace(kiosk, connection=None), replace(kiosk, staged=unchecked)]) == 1
