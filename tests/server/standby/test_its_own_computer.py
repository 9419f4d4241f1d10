"""A standby as a computer of its own: what it tells of itself, and that it knows a full disk from other troubles."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from server.domain.chain import NO_RECORDS
from server.domain.readiness import Lack, Rules
from server.domain.standby_readiness import SecondFacts, standby_findings
from server.errors import NotStored
from server.live.disk_keeper import RESERVE_BYTES
from server.live.standby.frames import Frame
from server.live.standby.own import OwnMachine, is_full
from server.live.standby.replica import Replica
from server.live.standby.told import Told, disk_standing, short, told
from server.logs import RoomLog
from server.protocol.machine import DiskState, HeldPackage, MachineFacts
from server.protocol.standby_messages import StandbyTells
from server.store.async_port import THREADS
from server.store.journal import Journal
from server.store.record import Record

RULES = Rules("0.1.0", {"p1": "aa" * 32})


@pytest.fixture
def own(tmp_path: Path) -> OwnMachine:
    """Of a standby whose folder is empty yet."""
    return OwnMachine(
        Replica(tmp_path), "0.1.0", THREADS, RoomLog(tmp_path / "logs"), lambda: 0, lambda: 5_000
    )  # room time


@pytest.fixture
def facts(own: OwnMachine) -> MachineFacts:
    """What this very computer would tell as a standby that has everything."""
    machine = own.tells(0).machine
    return replace(machine, packages=(HeldPackage("p1", "aa" * 32, True),), reserved_bytes=1, memory_free_bytes=2**32)


def frame(said: StandbyTells, version: int = 1) -> Frame:
    return Frame({"t": "facts", "v": version, "facts": said.wire()})


def test_what_a_standby_tells_of_itself_arrives(own: OwnMachine) -> None:
    said = own.tells(3)
    heard = told(frame(said), None, 4_990)
    assert heard == Told(said, 4_990, 10, 4_990)
    later = told(frame(said), heard, 9_000)
    assert later is not None
    assert (later.at_ms, later.disk_since_ms) == (9_000, 4_990)


def test_a_word_of_another_version_says_nothing_and_one_out_of_bounds_ends_the_link(own: OwnMachine) -> None:
    said = own.tells(0)
    before = told(frame(said), None, 1)
    assert told(frame(said, version=2), before, 2) is before
    with pytest.raises(ValueError, match="facts"):
        told(Frame({"t": "facts", "v": 1, "facts": {**said.wire(), "build": "x" * 101}}), None, 1)


@given(...)
def test_whatever_stands_in_a_word_about_the_disk_is_taken_or_refused(free: int, need: int) -> None:
    said = Frame({"t": "cannot", "why": "disk", "free_bytes": free, "need_bytes": need})
    if min(free, need) < 0:
        with pytest.raises(ValueError, match="cannot"):
            short(said, None, 7)
        return
    first = short(said, None, 7)
    assert short(said, first, 9).since_ms == 7, "it has been full since the first word"
    standing = disk_standing(None, first)
    assert standing is not None
    assert standing.state is DiskState.FULL
    assert standing.need_bytes >= need, "what is asked for is never less than what it needs to go on"


def test_a_standby_that_has_everything_lacks_nothing_but_what_this_computer_lacks(facts: MachineFacts) -> None:
    found = standby_findings(SecondFacts(True, facts), RULES)
    assert {one.lack for one in found} <= {Lack.INTERNET_UNKNOWN, Lack.BATTERY, Lack.DISK_LOW, Lack.WALL_CLOCK}


def test_a_disk_that_is_nearly_full_is_told_once(facts: MachineFacts) -> None:
    found = standby_findings(SecondFacts(True, replace(facts, disk_free_bytes=0), disk_full_in_ms=0), RULES)
    assert Lack.DISK_LOW in {one.lack for one in found}
    assert Lack.DISK_SOON not in {one.lack for one in found}


@pytest.mark.parametrize(
    ("second", "lack"),
    [
        (lambda facts: SecondFacts(False), Lack.OFF_LINE),
        (lambda facts: SecondFacts(False, other_build="0.0.9"), Lack.BUILD_DIFFERS),
        (lambda facts: SecondFacts(True), Lack.NO_FACTS),
        (lambda facts: SecondFacts(True, replace(facts, packages=())), Lack.PACKAGE_MISSING),
        (
            lambda facts: SecondFacts(True, replace(facts, packages=(HeldPackage("p1", "bb" * 32, True),))),
            Lack.DIGEST_DIFFERS,
        ),
        (lambda facts: SecondFacts(True, facts, clock_off_ms=-501), Lack.CLOCK_OFF),
        (lambda facts: SecondFacts(True, replace(facts, wall_off_ms=25 * 3_600_000)), Lack.WALL_CLOCK),
        (lambda facts: SecondFacts(True, replace(facts, disk_free_bytes=2**40), disk_full_in_ms=1), Lack.DISK_SOON),
    ],
)
def test_what_is_wrong_with_a_standby_is_found(
    facts: MachineFacts, second: Callable[[MachineFacts], SecondFacts], lack: Lack
) -> None:
    assert lack in {one.lack for one in standby_findings(second(facts), RULES)}


def test_a_journal_that_has_no_room_left_is_known_for_a_full_disk(own: OwnMachine, tmp_path: Path, server: Any) -> None:
    server.started(1, 2)
    records: list[Record] = server.journal.read()
    with Journal.open(tmp_path / "small.sqlite") as small:
        small._db.execute(f"PRAGMA max_page_count = {small._db.execute('PRAGMA page_count').fetchone()[0]}")
        with pytest.raises(NotStored) as full:
            small.append(NO_RECORDS, records * 1)
    assert is_full(full.value)
    assert own.ran_short(full.value)
    assert own.need_bytes() == 0, "this computer's disk has space again: nothing is to be made free"
    assert not own.ran_short(ValueError("a bad frame"))
    assert is_full(OSError(errno.ENOSPC, "full"))
    assert not is_full(sqlite3.OperationalError("locked"))
    assert not is_full(OSError(errno.EIO, "broken"))


def test_the_reserve_is_held_where_a_primary_would_look_for_it(own: OwnMachine, tmp_path: Path) -> None:
    own.look()
    assert (tmp_path / "sittings" / "reserve.space").stat().st_size == RESERVE_BYTES
    assert own.tells(0).machine.reserved_bytes == RESERVE_BYTES
