"""What is wrong with a machine, and whether a start may be: facts and rules in, findings and refusals out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import readiness
from server.domain.readiness import BLOCKING, Finding, Held, Lack, Rules, SeatFacts, machine_findings, seat_findings
from server.domain.readiness_commands import OverrideReadiness, StartCheck, WithdrawOverride
from server.domain.readiness_events import CheckedPackage, ReadinessChecked
from server.domain.reasons import Reason, Refused
from server.protocol.machine import Display, HeldPackage, Internet, MachineFacts, Power, Reach

GIB = 2**30
RULES = Rules("0.1.0", {"p1": "aa" * 32, "p2": "bb" * 32})
MACHINE = MachineFacts(
    build="0.1.0", system="Linux 6.1", packages=(HeldPackage("p1", "aa" * 32, True), HeldPackage("p2", "bb" * 32, True)),
    estimate_at_ms=5, uncertainty_ms=4, wall_off_ms=0, disk_free_bytes=40 * GIB, disk_total_bytes=100 * GIB,
    reserved_bytes=16 * 2**20, memory_free_bytes=GIB, memory_total_bytes=4 * GIB, screens=1,
    display=Display(1366, 768, False, True), fonts=("Times New Roman",), input_methods=("UniKey",), typed=False,
    programs=(), internet=Internet.ABSENT, internet_by=(), adapters=("eth0",), power=Power.MAINS, battery_percent=None,
    servers=(Reach("192.0.2.1:8443", True),), round_trip_ms=2, lines=1,
)  # fmt: skip
WHOLE = Held(1000, True, None)
SEAT = SeatFacts("k1", "A01", True, "0.1.0", {"p1": WHOLE, "p2": WHOLE}, 4, 1, 40 * GIB, None, MACHINE)


def lacks(seat: SeatFacts, rules: Rules = RULES) -> list[Lack]:
    return [one.lack for one in seat_findings(seat, rules)]


def with_machine(**changes: Any) -> SeatFacts:
    return replace(SEAT, machine=replace(MACHINE, **changes))


def test_a_machine_that_is_as_it_should_be_has_no_finding() -> None:
    assert lacks(SEAT) == []
    assert machine_findings(MACHINE, RULES) == ()


@pytest.mark.parametrize(
    ("seat", "expected"),
    [
        (replace(SEAT, on_line=False, build=""), [Lack.OFF_LINE]),
        (replace(SEAT, build="0.0.9"), [Lack.BUILD_DIFFERS]),
        (with_machine(build="0.0.9"), [Lack.BUILD_DIFFERS]),
        (replace(SEAT, staged={"p1": WHOLE, "p2": Held(10, False, "wrong_digest")}), [Lack.PACKAGE_FAULT]),
        (replace(SEAT, staged={"p1": WHOLE}), [Lack.PACKAGE_MISSING]),
        (replace(SEAT, staged={"p1": WHOLE, "p2": Held(1000, False, None)}), [Lack.PACKAGE_MISSING]),
        (with_machine(packages=(HeldPackage("p1", "cc" * 32, True),)), [Lack.DIGEST_DIFFERS]),
        (with_machine(packages=(HeldPackage("p1", "aa" * 32, True),)), [Lack.PACKAGE_MISSING]),
        (with_machine(packages=(*MACHINE.packages[:1], HeldPackage("p2", "bb" * 32, False))), [Lack.PACKAGE_MISSING]),
        (replace(SEAT, uncertainty_ms=None), [Lack.CLOCK_UNSURE]),
        (replace(SEAT, clock_off_ms=None), [Lack.CLOCK_UNSURE]),
        (replace(SEAT, uncertainty_ms=501), [Lack.CLOCK_UNSURE]),
        (replace(SEAT, uncertainty_ms=500), []),
        (replace(SEAT, clock_off_ms=504), []),
        (replace(SEAT, clock_off_ms=505), [Lack.CLOCK_OFF]),
        (replace(SEAT, clock_off_ms=-505), [Lack.CLOCK_OFF]),
        (replace(SEAT, disk_free_bytes=1), [Lack.DISK_LOW]),
        (replace(SEAT, disk_full_in_ms=3_600_000), [Lack.DISK_SOON]),
        (replace(SEAT, disk_full_in_ms=3_600_001), []),
        (replace(SEAT, machine=None), [Lack.NO_FACTS]),
        (replace(SEAT, unconfirmed=True), [Lack.IDENTITY]),
        (with_machine(internet=Internet.REACHABLE, internet_by=("1.1.1.1:443",)), [Lack.INTERNET]),
        (with_machine(internet=Internet.UNKNOWN), [Lack.INTERNET_UNKNOWN]),
        (with_machine(power=Power.BATTERY, battery_percent=40), [Lack.BATTERY]),
        (with_machine(power=Power.UNKNOWN), []),
        (with_machine(memory_free_bytes=1), [Lack.MEMORY_LOW]),
        (with_machine(memory_free_bytes=None), []),
        (with_machine(reserved_bytes=0), [Lack.NO_RESERVE]),
        (with_machine(display=Display(1366, 768, False, False)), [Lack.LETTERS]),
        (with_machine(display=Display(1023, 768, None, True)), [Lack.SCREEN_SMALL]),
        (with_machine(display=Display(1366, 768, True, True)), [Lack.SCREENS_MANY]),
        (with_machine(screens=2), [Lack.SCREENS_MANY]),
        (with_machine(display=None, screens=None), []),
        (with_machine(input_methods=()), [Lack.INPUT_METHOD]),
        (with_machine(input_methods=(), typed=True), []),
        (with_machine(adapters=("eth0", "usb0")), [Lack.ADAPTERS]),
        (with_machine(servers=(Reach("192.0.2.1:8443", True), Reach("192.0.2.2:8443", False))), [Lack.SERVER_UNREACHABLE]),
        (with_machine(lines=4), [Lack.LINE_LOST]),
        (with_machine(lines=3), []),
        (with_machine(round_trip_ms=101), [Lack.SLOW_LINE]),
        (with_machine(wall_off_ms=-86_400_001), [Lack.WALL_CLOCK]),
    ],
)  # fmt: skip
def test_each_thing_that_is_wrong_is_found_and_nothing_else(seat: SeatFacts, expected: list[Lack]) -> None:
    assert lacks(seat) == expected


def test_only_line_build_digests_and_clock_hold_a_start_up() -> None:
    assert {one.value for one in BLOCKING} == {
        "off_line", "build_differs", "package_fault", "digest_differs", "package_missing", "no_facts", "clock_off",
        "clock_unsure",
    }  # fmt: skip


def test_every_finding_of_the_specification_is_one_of_the_program_s(repository: Any) -> None:
    text = (repository / "docs/readiness.md").read_text(encoding="utf-8")
    table = {
        line.split("`")[1]: "| blocks |" in line
        for line in text.splitlines()
        if "| blocks |" in line or "| warns |" in line
    }
    assert table == {lack.value: lack in BLOCKING for lack in Lack}  # fmt: skip


@given(st.data())
def test_findings_are_sorted_by_gravity_and_never_fail(any_of: Callable[..., Any], data: st.DataObject) -> None:
    machine = data.draw(st.none() | any_of(MachineFacts))
    number = st.none() | st.integers(-(10**13), 10**13)
    seat = replace(
        SEAT, machine=machine, on_line=data.draw(st.booleans()), build=data.draw(st.sampled_from(["0.1.0", "x", ""])),
        uncertainty_ms=data.draw(number), clock_off_ms=data.draw(number), disk_free_bytes=data.draw(number),
        staged=data.draw(st.dictionaries(st.sampled_from(["p1", "p2", "p3"]), st.sampled_from([WHOLE, Held(1, False, "x")]))),
    )  # fmt: skip
    found = seat_findings(seat, RULES)
    order = list(Lack)
    assert [order.index(one.lack) for one in found] == sorted(order.index(one.lack) for one in found)
    assert len({one.lack for one in found}) == len(found), "each once"
    assert set(readiness.blocking(found)) == {one.lack for one in found if one.blocks}
    if machine is not None:
        machine_findings(machine, RULES)


def test_seats_are_listed_by_their_gravest_finding() -> None:
    seats = {
        "A": [], "B": [Finding(Lack.BATTERY)], "C": [Finding(Lack.OFF_LINE)],
        "D": [Finding(Lack.BATTERY), Finding(Lack.MEMORY_LOW)], "E": [],
    }  # fmt: skip
    assert readiness.worst_first(seats) == ["C", "D", "B", "A", "E"]


# --- the start --------------------------------------------------------------------------------------------------------


def check(**blocked: tuple[str, ...]) -> StartCheck:
    return StartCheck("0.1.0", (CheckedPackage("p1", "aa" * 32),), blocked, "ff" * 32, 7, "ee" * 32)


@pytest.fixture
def two(play: Any) -> Any:
    """Two candidates seated and confirmed, at machines k1-1 and k2-1."""
    return play.seated(1, 2)


def start(two: Any, checked: StartCheck, who: tuple[str, ...] | None = None) -> Any:
    return two.do(replace(two.sample.start(0, who), check=checked))


READY: dict[str, tuple[str, ...]] = {"k1-1": (), "k2-1": ()}


def test_a_start_is_a_fact_with_what_was_found(two: Any) -> None:
    first, *rest = start(two, check(**READY))
    assert isinstance(first, ReadinessChecked)
    assert (first.seats, first.overridden, first.head_seq, first.facts_sha256) == (2, (), 7, "ff" * 32)
    assert len(rest) == 3, "the part, and two clocks"
    assert two.state.readiness.checked_at_ms == two.now


def test_one_seat_that_does_not_agree_keeps_everybody_s_clock_from_starting(two: Any) -> None:
    before = two.state
    refused = start(two, check(**{**READY, "k2-1": ("build_differs", "clock_off")}))
    assert refused == Refused(Reason.SEATS_NOT_READY, "M02 (build_differs, clock_off)")
    assert two.state is before


def test_a_machine_of_nobody_holds_nobody_up(two: Any) -> None:
    assert not isinstance(start(two, check(**READY, spare=("off_line",))), Refused)


def test_the_others_may_start_without_the_seat_that_is_not_ready(two: Any) -> None:
    checked = check(**{**READY, "k2-1": ("off_line",)})
    first, *_ = start(two, checked, ("a1",))
    assert first.seats == 1
    refused = start(two, checked, ("a2",))
    assert refused.reason is Reason.SEATS_NOT_READY, "a late-comer's machine is looked at too"
    assert not isinstance(start(two, check(**READY), ("a2",)), Refused)


def test_a_machine_the_check_does_not_know_is_not_ready(two: Any) -> None:
    """Its candidate signed in between the look and the decision."""
    assert start(two, check(**{"k1-1": ()})) == Refused(Reason.SEATS_NOT_READY, "M02 (no_facts)")


def override(two: Any, *codes: str, reason: str = "Máy dự phòng") -> Any:
    return two.do(OverrideReadiness("k2-1", "M02", codes, reason, "officer-7"))


def test_an_override_covers_what_it_names_and_nothing_new(two: Any) -> None:
    override(two, "build_differs")
    checked = check(**{**READY, "k2-1": ("build_differs",)})
    worse = check(**{**READY, "k2-1": ("build_differs", "clock_off")})
    assert start(two, worse) == Refused(Reason.SEATS_NOT_READY, "M02 (clock_off)")
    first, *_ = start(two, checked)
    assert [(one.seat_label, one.lacks) for one in first.overridden] == [("M02", ("build_differs",))]


def test_an_override_needs_a_reason_and_something_to_override(two: Any) -> None:
    assert override(two, "clock_off", reason=" ") == Refused(Reason.REASON_NEEDED)
    assert override(two) == Refused(Reason.NOTHING_TO_DO, "M02")
    override(two, "clock_off")
    assert override(two, "clock_off") == Refused(Reason.NOTHING_TO_DO, "M02")
    override(two, "build_differs")
    assert two.state.readiness.overridden["k2-1"].lacks == {"build_differs", "clock_off"}


def test_an_override_is_taken_back(two: Any) -> None:
    override(two, "clock_off")
    two.done(WithdrawOverride("k2-1", "officer-7"))
    assert start(two, check(**{**READY, "k2-1": ("clock_off",)})).reason is Reason.SEATS_NOT_READY
    assert two.do(WithdrawOverride("k2-1", "officer-7")) == Refused(Reason.NOTHING_TO_DO)


def test_a_refusal_names_many_seats_within_its_bound(play: Any) -> None:
    play.seated(*range(1, 61))
    refused = start(play, check(**{f"k{n}-1": tuple(sorted(BLOCKING)) for n in range(1, 61)}))
    assert refused.reason is Reason.SEATS_NOT_READY
    assert refused.detail.endswith("+40")


def test_rules_and_facts_have_a_default_for_whatever_a_test_leaves_out() -> None:
    """Every rule has a bound, so that a page can say it."""
    assert all(getattr(Rules("x"), one.name) is not None for one in fields(Rules))
