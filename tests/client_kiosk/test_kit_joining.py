"""A machine started with a kit joins by itself, hammers nobody, and leaves a person's own attempt alone."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from client_kiosk.errors import KioskError
from client_kiosk.joining import JoinStage, JoinView
from client_kiosk.kit_joining import KitJoining
from client_kiosk.pairing import JoinFault

SECOND_MS = 1_000


@dataclass
class Tries:
    """Stands for what joins: notes each try, and answers `fault`."""

    fault: JoinFault | None = JoinFault.NO_ANSWER
    view: JoinView = field(default_factory=JoinView)
    made: int = 0

    def by_kit(self, kit: object, addresses: object, seat: str) -> JoinFault | None:
        self.made += 1
        return self.fault


class Clock:
    """Moved by hand."""

    now_ms = 0

    def __call__(self) -> int:
        return self.now_ms


def looks(joining: KitJoining, clock: Clock, count: int, *, paired: bool = False) -> None:
    for _ in range(count):
        clock.now_ms += SECOND_MS // 2
        joining.look(paired, "B07")


@pytest.fixture
def tries() -> Tries:
    return Tries()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class Stick:
    """Stands for the kit's file: the kit it holds, None while it is pulled out."""

    kit: str | None = "kit"

    def read(self) -> str:
        if self.kit is None:
            raise KioskError("no stick")
        return self.kit


@pytest.fixture
def stick() -> Stick:
    return Stick()


@pytest.fixture
def joining(stick: Stick, tries: Tries, clock: Clock) -> KitJoining:
    return KitJoining(stick.read, tries, lambda kit: (), clock)  # type: ignore[arg-type]


def test_a_room_that_does_not_answer_is_asked_less_and_less_often(
    joining: KitJoining, tries: Tries, clock: Clock
) -> None:
    looks(joining, clock, 120)
    assert 15 <= tries.made <= 40, "in a minute, with at most 4 s between two tries"


@pytest.mark.parametrize(
    "fault", [JoinFault.KIT_EXPIRED, JoinFault.KIT_USED_UP, JoinFault.WRONG_KIT, JoinFault.UNPAIRED]
)
def test_a_kit_that_was_refused_is_not_shown_again(
    joining: KitJoining, tries: Tries, clock: Clock, fault: JoinFault
) -> None:
    tries.fault = fault
    looks(joining, clock, 100)
    assert tries.made == 1


@pytest.mark.parametrize("stage", [JoinStage.REACHING, JoinStage.COMPARING])
def test_a_person_who_compares_codes_is_not_interrupted(
    joining: KitJoining, tries: Tries, clock: Clock, stage: JoinStage
) -> None:
    tries.view = JoinView(stage)
    looks(joining, clock, 20)
    assert tries.made == 0


def test_a_machine_that_has_left_its_room_tries_its_kit_again(joining: KitJoining, tries: Tries, clock: Clock) -> None:
    """After a copied disk it has a key of its own, and the kit may well take it."""
    tries.fault = JoinFault.UNPAIRED
    looks(joining, clock, 3)
    looks(joining, clock, 3, paired=True)
    tries.fault = None
    looks(joining, clock, 1)
    assert tries.made == 2


def test_a_stick_that_is_pulled_out_stops_nothing_and_is_read_when_it_is_back(
    joining: KitJoining, stick: Stick, tries: Tries, clock: Clock
) -> None:
    stick.kit = None
    looks(joining, clock, 20)
    assert tries.made == 0
    stick.kit = "kit"
    looks(joining, clock, 10)
    assert tries.made >= 1


def test_another_kit_on_the_stick_is_tried_after_one_that_was_refused(
    joining: KitJoining, stick: Stick, tries: Tries, clock: Clock
) -> None:
    tries.fault = JoinFault.KIT_EXPIRED
    looks(joining, clock, 20)
    stick.kit = "the technician's new kit"
    looks(joining, clock, 20)
    assert tries.made == 2
