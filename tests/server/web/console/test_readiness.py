"""Before the start: each seat's gravest lack, and seats that lack the same together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.domain.pairing import MachineKind
from server.live.presence import KioskPresence, StagedPackage
from server.store.machines import Machine
from server.web.console.readiness import Sizes, Want, counted, grouped, holding, readiness

SIZES = Sizes({"p1": 1000, "p2": 3000})
HELD = {"p1": StagedPackage(1000, True, None), "p2": StagedPackage(3000, True, None)}
KIOSK = KioskPresence(
    "k1", "A01", "sid", "127.0.0.1", "0.1.0", 0, staged=HELD, uncertainty_ms=4, disk_free_bytes=10**10
)


class SignedIn:
    """As much of an attempt as readiness looks at."""

    def __init__(self, confirmed: bool) -> None:
        self.confirmed = confirmed


def machine(name: str = "k1", seat: str = "A01") -> Machine:
    return Machine(name, b"", MachineKind.KIOSK, seat, "0.1.0", 0, "cli")


def want(kiosk: KioskPresence | None, attempt: Any = None) -> Any:
    attempts = {} if attempt is None else {"k1": attempt}
    (found,) = readiness([machine()], {} if kiosk is None else {"k1": kiosk}, attempts, SIZES)
    return found


@pytest.mark.parametrize(
    ("kiosk", "expected"),
    [
        (None, Want.LINE),
        (replace(KIOSK, connection=None), Want.LINE),
        (replace(KIOSK, staged={**HELD, "p2": StagedPackage(3000, False, "wrong_digest")}), Want.PACKAGE_FAULT),
        (replace(KIOSK, staged={"p1": HELD["p1"]}), Want.STAGING),
        (replace(KIOSK, staged=None), Want.STAGING),
        (replace(KIOSK, disk_free_bytes=1), Want.DISK),
        (replace(KIOSK, uncertainty_ms=None), Want.CLOCK),
        (replace(KIOSK, uncertainty_ms=501), Want.CLOCK),
        (KIOSK, Want.CANDIDATE),
    ],
)
def test_the_gravest_lack_of_a_machine_is_told(kiosk: KioskPresence | None, expected: Want) -> None:
    assert want(kiosk).want is expected


def test_a_candidate_must_have_confirmed() -> None:
    assert want(KIOSK, SignedIn(False)).want is Want.IDENTITY
    assert want(KIOSK, SignedIn(True)).want is Want.NOTHING


def test_a_machine_without_a_line_is_told_before_whoever_sits_there() -> None:
    assert want(replace(KIOSK, connection=None), SignedIn(True)).want is Want.LINE


def test_a_refused_paper_says_why_in_the_sealing_tools_own_words() -> None:
    kiosk = replace(KIOSK, staged={**HELD, "p2": StagedPackage(3000, False, "wrong_digest")})
    ((_, why),) = want(kiosk).what.values
    assert why.message == "A member of the package was changed or damaged."


def test_a_paper_that_is_whole_but_unchecked_is_never_a_hundred_percent() -> None:
    fetched = {"p1": HELD["p1"], "p2": StagedPackage(3000, False, None)}
    assert want(replace(KIOSK, staged=fetched)).staged_percent == 99
    assert want(replace(KIOSK, staged={"p1": StagedPackage(500, False, None)})).staged_percent == 12
    assert want(KIOSK).staged_percent == 100


def test_seats_that_lack_the_same_stand_together_the_gravest_first() -> None:
    machines = [machine("k1", "A02"), machine("k2", "A01"), machine("k3", "A03"), machine("k4", "A04")]
    presence = {"k3": replace(KIOSK, uncertainty_ms=None), "k4": KIOSK}
    found = readiness(machines, presence, {}, SIZES)
    groups = grouped(found)
    assert [(group.want, [one.seat_label for one in group.seats]) for group in groups] == [
        (Want.LINE, ["A01", "A02"]), (Want.CLOCK, ["A03"]),
    ]  # fmt: skip
    assert counted(found)[Want.CANDIDATE] == 1


def test_only_checked_copies_on_the_line_count_as_held() -> None:
    everyone = [KIOSK, replace(KIOSK, connection=None), replace(KIOSK, staged={"p1": StagedPackage(1000, False, None)})]
    assert holding("p1", everyone) == 1
