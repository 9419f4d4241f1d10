"""What a kiosk knows of the time in which nobody could work at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from client_kiosk.config import KioskFolder, Membership
from client_kiosk.kiosk import Kiosk
from client_kiosk.outbox import FIRST_SEQ
from client_kiosk.waking import FILE_NAME, MIDDLE_MS, Beat, Waking
from server.protocol.clock import Estimate
from server.protocol.situation import (
    AttemptView,
    PartPhase,
    PartView,
    PauseView,
    SittingPhase,
    SittingView,
    Situation,
    Stage,
    StreamView,
    SubmittedView,
)

SOURCE = "ab" * 16
NOW = 1_795_000_000_000
TITLE = {"vi": "Ca 1", "en": "Sitting 1"}
OPEN = PartView(0, 1, TITLE, 2700, PartPhase.OPEN, NOW + 2_700_000, 2_700_000, None, (), None, None)
PAUSED = replace(OPEN, phase=PartPhase.PAUSED, deadline_at_ms=None, pause=PauseView("mất điện", NOW))
WAITING = replace(OPEN, phase=PartPhase.WAITING, deadline_at_ms=None)
ATTEMPT = AttemptView("a1", 1, SOURCE, "0147", "Thí sinh Mẫu", "01/02/1990", "Sở Mẫu", True, False, OPEN)
SITTING = SittingView("ca-1", TITLE, SittingPhase.OPEN, "at_once", "")
HELD = (StreamView(SOURCE, 1, "00" * 32),)
SITUATION = Situation(NOW, 1, "Phòng A", "B07", SITTING, Stage(None, ()), ATTEMPT, HELD, ())
MEMBER = Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",))


class Machine:
    """A kiosk's program on one folder, with a clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self.now = 1_000_000
        self.boots = 0
        self.kiosk: Kiosk
        self.waking: Waking
        KioskFolder(folder).join(MEMBER)
        self.start()
        self.kiosk.signed_in(SOURCE, SITUATION)
        self.show()

    def start(self) -> None:
        self.kiosk = Kiosk(KioskFolder(self.path), "0.1.0", lambda: self.now)
        self.waking = Waking(self.kiosk, self.path)

    def learn(self) -> None:
        self.kiosk.estimate = Estimate(NOW - 1_000_000, 5, self.now)

    def show(self, part: PartView = OPEN) -> None:
        """The room has spoken, and the paper of a running part is open."""
        self.learn()
        self.kiosk.heard(replace(SITUATION, server_at_ms=NOW + self.now, attempt=replace(ATTEMPT, part=part)))
        key = ("a1", 0, part.form_id) if part.phase in (PartPhase.OPEN, PartPhase.GRACE) else None
        self.kiosk.update(lambda state: replace(state, paper_attempt=key))
        self.waking.look()

    def run(self, ms: int) -> None:
        """Time passes, and the ticker looks twice a second."""
        for _ in range(ms // 500):
            self.now += 500
            self.waking.look()

    def die(self, ms: int) -> None:
        """kill -9, and the program is started again after a while."""
        self.close()
        self.now += ms
        self.start()

    def offline(self) -> None:
        self.kiosk.update(lambda state: replace(state, online=False))

    def told(self) -> list[tuple[int, int]]:
        """(since, made) of what was written for the room, from the start on."""
        held = self.kiosk.outboxes[SOURCE].after(FIRST_SEQ - 1, 99)
        bodies = [json.loads(one.message) for one in held]
        return [
            (body["since_ms"] - NOW + 1_000_000, body["made_at_ms"] - NOW + 1_000_000)
            for body in bodies if body["kind"] == "resume_work/1"
        ]  # fmt: skip

    def close(self) -> None:
        self.waking.close()
        self.kiosk.close()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    found = Machine(tmp_path / "kiosk")
    yield found
    found.close()


def test_a_program_that_was_killed_says_for_how_long_it_was_dead(machine: Machine) -> None:
    machine.run(20_000)
    died = machine.now
    machine.die(45_000)
    assert machine.told() == []
    machine.show()
    assert machine.told() == [(died + MIDDLE_MS, died + 45_000)]
    machine.run(20_000)
    assert len(machine.told()) == 1


def test_it_is_said_in_the_room_time_of_the_beat_once_the_computer_was_started_anew(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.run(20_000)
    died = machine.now
    monkeypatch.setattr("client_kiosk.waking.boot_name", lambda: "another")
    machine.die(45_000)
    machine.show()
    assert machine.told() == [(died + MIDDLE_MS, died + 45_000)]


def test_a_program_that_dies_twice_before_the_room_hears_of_it_says_it_once_from_the_first_death(
    machine: Machine,
) -> None:
    machine.run(10_000)
    died = machine.now
    machine.die(10_000)
    machine.run(5_000)  # it has not found the server yet
    machine.die(10_000)
    machine.show()
    assert machine.told() == [(died + MIDDLE_MS, died + 25_000)]


def test_a_machine_that_was_asleep_or_hung_says_so_too(machine: Machine) -> None:
    machine.run(10_000)
    slept = machine.now
    machine.now += 60_000
    machine.waking.look()
    assert machine.told() == [(slept + MIDDLE_MS, slept + 60_000)]


def test_a_busy_disk_is_no_outage(machine: Machine) -> None:
    machine.run(10_000)
    machine.now += 2_500
    machine.waking.look()
    assert machine.told() == []


def test_a_lost_link_is_no_outage(machine: Machine) -> None:
    machine.run(5_000)
    machine.offline()
    machine.run(600_000)
    machine.show()
    assert machine.told() == []


def test_a_machine_that_lost_its_link_in_a_pause_did_not_hear_that_the_clock_runs_again(machine: Machine) -> None:
    machine.run(5_000)
    machine.show(PAUSED)
    machine.run(10_000)
    machine.offline()
    lost = machine.now
    machine.run(60_000)
    machine.show()
    assert machine.told() == [(lost + MIDDLE_MS, lost + 60_000)]


def test_a_pause_that_is_heard_of_is_no_outage(machine: Machine) -> None:
    machine.show(PAUSED)
    machine.run(600_000)
    machine.show()
    assert machine.told() == []


def test_a_machine_that_waited_off_the_line_while_the_part_was_started_says_so(machine: Machine) -> None:
    machine.show(WAITING)
    machine.run(5_000)
    machine.offline()
    lost = machine.now
    machine.run(30_000)
    machine.show()
    assert machine.told() == [(lost + MIDDLE_MS, lost + 30_000)]


def test_a_part_that_the_clock_ended_meanwhile_is_told_all_the_same(machine: Machine) -> None:
    machine.run(10_000)
    died = machine.now
    machine.die(90_000)
    machine.show(replace(OPEN, phase=PartPhase.CLOSED, submitted=SubmittedView(NOW, "ABCD-EFGH", True, 1, 3)))
    assert machine.told() == [(died + MIDDLE_MS, died + 90_000)]
    machine.run(5_000)
    assert len(machine.told()) == 1


def test_who_has_handed_in_loses_nothing(machine: Machine) -> None:
    machine.run(10_000)
    machine.show(replace(OPEN, phase=PartPhase.SUBMITTED, submitted=SubmittedView(NOW, "ABCD-EFGH", False, 1, 3)))
    machine.die(90_000)
    machine.show(replace(OPEN, phase=PartPhase.SUBMITTED, submitted=SubmittedView(NOW, "ABCD-EFGH", False, 1, 3)))
    assert machine.told() == []


def test_nothing_is_written_once_the_sitting_is_closed(machine: Machine) -> None:
    machine.run(10_000)
    machine.die(90_000)
    closed = replace(SITUATION, sitting=replace(SITTING, state=SittingPhase.CLOSED))
    machine.learn()
    machine.kiosk.heard(closed)
    machine.waking.look()
    assert machine.told() == []


@pytest.mark.parametrize(
    "spoil",
    [lambda data: b"", lambda data: data[:700], lambda data: b"\xff" * 1024, lambda data: b"0" * 512 + data[512:]],
)
def test_a_damaged_beat_says_less_and_stops_nobody(machine: Machine, spoil: Callable[[bytes], bytes]) -> None:
    machine.run(10_000)
    path = machine.path / FILE_NAME
    machine.close()
    path.write_bytes(spoil(path.read_bytes()))
    machine.now += 30_000
    machine.start()
    machine.show()
    assert len(machine.told()) <= 1
    machine.run(2_000)


def test_between_two_beats_of_one_start_the_computers_own_clock_counts() -> None:
    first = Beat(5_000, 1_000, "b1", "s")
    assert first.until(Beat(99_000, 4_000, "b1", "s")) == 3_000
    assert first.until(Beat(99_000, 4_000, "b2", "s")) == 94_000
    assert first.until(Beat(99_000, 4_000, "", "s")) == 94_000
    assert first.until(Beat(1_000, 900, "b1", "s")) == 0
