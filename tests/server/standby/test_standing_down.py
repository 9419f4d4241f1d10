"""A primary that another server outranks, or of another version: it stands down once, keeps what it knew, and says so."""

from __future__ import annotations

import errno
import json
import sqlite3
import threading
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from question_bank.computer import hardware
from server import standby_composition
from server.domain.standby_commands import NoteStandby
from server.errors import ConfigError, DatabaseError
from server.heartbeat import Heartbeat
from server.live.standby import beside
from server.live.standby.beside import _Changes
from server.live.standby.epochs import proof
from server.live.standby.greeting import Here, OtherVersionError, Peer
from server.live.standby.lookout import Lookout, asked, is_right
from server.live.standby.side import StandbySide
from server.live.standby.waiting import GONE_MS
from server.logs import RoomLog
from server.protocol.epoch import next_term
from server.role import Role, Standing, read_standing, write_standing
from server.settings import Settings
from server.store.async_port import THREADS, AsyncPort
from server.store.room import RoomStore

LATER = next_term(7)
PEER = "127.0.0.1:9"


@pytest.fixture
def room(primary: Any, room_identity: Any) -> Any:
    """What standing down asks of a room."""
    standing = Standing("1" * 16, Role.PRIMARY, 7, PEER)
    write_standing(primary.directory, standing)
    found = SimpleNamespace(
        directory=primary.directory, identity=room_identity, store=primary.store, port=THREADS, log=RoomLog(None),
        version="0.1.0", changed=lambda: None, clock=SimpleNamespace(now_ms=lambda: 5, monotonic_ms=lambda: 5),
        sitting=None,
    )  # fmt: skip
    found.standby = StandbySide(found, standing)  # type: ignore[arg-type]
    return found


@pytest.fixture
def asked_for() -> list[str]:
    """Each time the program was asked to go on in its other role."""
    return []


@pytest.fixture
def changes(room: Any, asked_for: list[str]) -> _Changes:
    return _Changes(room, 8443, lambda: asked_for.append("role"))  # type: ignore[arg-type]


def test_what_only_the_outranked_server_knew_of_its_room_is_kept_beside_the_branches(
    room: Any, changes: _Changes, machine: Any
) -> None:
    changes.stand_down(LATER, PEER)
    kept = room.directory / "branches" / f"room.before-{LATER}.sqlite"
    with closing(sqlite3.connect(kept)) as copy:
        assert copy.execute("SELECT machine_id FROM machine").fetchall() == [("k1",)]
    with RoomStore.open(room.directory) as store:
        assert store.machines.by_id("k1") is not None, "and what it has is not moved away"


def test_a_disk_that_takes_no_copy_keeps_no_wrong_primary_going(
    room: Any, changes: _Changes, asked_for: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(target: Path) -> None:
        raise DatabaseError("no space left")

    monkeypatch.setattr(room.store, "copy_to", full)
    changes.stand_down(LATER, PEER)
    assert read_standing(room.directory) == Standing("1" * 16, Role.STANDBY, LATER, PEER)
    assert asked_for == ["role"]


def test_three_hundred_machines_that_say_it_at_once_make_one_change_and_nothing_takes_it_back(
    room: Any, changes: _Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A standby that is seen at another address at that moment must not write the old role over the new one."""
    write, inside, overlap, written = write_standing, threading.Event(), threading.Event(), []

    def slow(directory: Path, standing: Standing) -> None:
        if inside.is_set():
            overlap.set()
        inside.set()
        overlap.wait(0.1)
        written.append(standing)
        write(directory, standing)
        inside.clear()

    copied: list[int] = []
    monkeypatch.setattr(beside, "write_standing", slow)
    monkeypatch.setattr(beside, "_keep_room", lambda room, epoch: copied.append(epoch))
    acts: list[Callable[[], None]] = [lambda: changes.stand_down(LATER, PEER) for _ in range(8)]
    acts += [lambda n=n: changes.met(f"127.0.0.1:{n}") for n in range(4)]  # type: ignore[misc]
    gate = threading.Barrier(len(acts))

    def at_once(act: Callable[[], None]) -> None:
        gate.wait()
        act()

    threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not overlap.is_set(), "one writer at a time"
    assert copied == [LATER], "the room's data is not copied three hundred times on the way"
    assert read_standing(room.directory).role is Role.STANDBY
    assert sum(one.role is Role.STANDBY and one.epoch == LATER for one in written) >= 1
    assert room.standby.standing == read_standing(room.directory)


def test_a_copy_that_knows_of_no_other_server_waits_for_an_officer_instead_of_falling_silent(room: Any) -> None:
    """A folder put back from a backup, or a room whose second server was never used again."""
    stood_down: list[int] = []
    room.standby.stand_down = lambda epoch, address: stood_down.append(epoch)
    seen = proof(room.identity, LATER)
    assert room.standby.is_outranked(seen)
    assert stood_down == [LATER]
    room.standby.standing = replace(room.standby.standing, peer=None)
    assert room.standby.is_outranked(seen), "the machine is not served by a server below what it has seen"
    assert stood_down == [LATER]
    assert room.standby.beyond() == LATER, "the page says so, and an officer may go on beyond it"
    assert room.standby.turned_away == {}, "no machine waits for a standby"


def test_nobody_can_make_a_server_stand_down_without_the_rooms_signature(room: Any) -> None:
    stood_down: list[int] = []
    room.standby.stand_down = lambda epoch, address: stood_down.append(epoch)
    assert room.standby.is_outranked(replace(proof(room.identity, LATER), epoch=LATER + (1 << 20)))
    assert stood_down == []


# --- two versions of the program ---


def test_a_promoted_server_of_another_version_outranks_this_one_all_the_same(primary: Any) -> None:
    primary.epoch, primary.build = LATER, "9.9.9"
    primary.serve()
    here = Here(primary.identity, "2" * 16, Role.PRIMARY, 7, "0.1.0", 1)
    found = asked(primary.address, here)
    assert found is not None
    assert is_right(found, here)


@pytest.mark.parametrize(
    ("role", "epoch", "right"),
    [
        (Role.PRIMARY, next_term(7), True),
        (Role.PRIMARY, 8, False),  # a start of its own in the same term: the link finds out who follows whom
        (Role.PRIMARY, 6, False),
        (Role.STANDBY, next_term(7), False),
    ],
)
def test_a_primary_makes_way_for_a_later_term_alone(primary: Any, role: Role, epoch: int, right: bool) -> None:
    """The old primary, started again, looks out as well: it must not send the promoted one away."""
    here = Here(primary.identity, "2" * 16, Role.PRIMARY, 7, "0.1.0", 1)
    assert is_right(Peer("1" * 16, role, epoch, "0.1.0", 1), here) is right


def test_a_standby_of_another_version_follows_nothing_and_says_which_two_they_are(
    primary: Any, waiting: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    primary.serve()
    second = waiting(primary.address, build="9.9.9")
    second.start()
    eventually(lambda: second.follower.fault is not None)
    fault = second.follower.fault
    assert isinstance(fault, OtherVersionError)
    assert "9.9.9" in str(fault.said)
    assert "0.1.0" in str(fault.said)
    assert second.follower.primary is None
    assert primary.link.view().server_id is None
    assert second.replica.heads() == {}


def test_a_server_whose_role_cannot_be_written_looks_again_until_it_can(
    primary: Any, eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    primary.epoch = LATER
    primary.serve()
    tries: list[Peer] = []

    def outranked(peer: Peer, address: str) -> None:
        tries.append(peer)
        if len(tries) == 1:
            raise ConfigError("no space left")

    monkeypatch.setattr("server.live.standby.lookout.LOOK_S", 0.02)
    here = Here(primary.identity, "2" * 16, Role.PRIMARY, 7, "0.1.0", 1)
    lookout = Lookout(lambda: here, lambda: primary.address, lambda: True, outranked, THREADS, RoomLog(None))
    lookout.start()
    try:
        eventually(lambda: len(tries) == 2)
    finally:
        lookout.stop()


# --- what a standby keeps while it waits ---


def test_a_copy_of_the_rooms_data_that_does_not_fit_leaves_the_one_there_is_in_use(
    primary: Any, waiting: Callable[..., Any], machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Officers are recognised by it on the standby's page: a full disk must not lock them out."""
    second = waiting()
    copy = second.replica.directory / "room.sqlite"
    primary.store.copy_to(copy)
    content = zlib.compress(copy.read_bytes())
    second.replica.open_store()

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="no space"):
            second.replica.replace_room(content)
    with second.replica.reading() as store:
        assert store is not None
        assert store.machines.by_id("k1") is not None
        before = store
    with monkeypatch.context() as patched:  # known beforehand: what is open is not even closed for it
        patched.setattr(hardware, "disk", lambda folder: hardware.Space(len(zlib.decompress(content)), 10**12))
        with pytest.raises(OSError, match="no space"):
            second.replica.replace_room(content)
    with second.replica.reading() as store:
        assert store is before
    second.replica.replace_room(content)


def test_what_a_crash_left_of_an_older_copy_is_not_replayed_into_a_newer_one(
    primary: Any, waiting: Callable[..., Any], machine: Any, tmp_path: Path
) -> None:
    """SQLite takes any log that lies beside a file for that file's own."""
    second = waiting()
    copy, older = second.replica.directory / "room.sqlite", tmp_path / "older.sqlite"
    primary.store.copy_to(older)
    primary.store.copy_to(tmp_path / "newer.sqlite")
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE machine SET seat_label = 'M99'")
        for extra in ("", "-wal"):  # as a kill leaves them
            copy.with_name(copy.name + extra).write_bytes(older.with_name(older.name + extra).read_bytes())
    second.replica.replace_room(zlib.compress((tmp_path / "newer.sqlite").read_bytes()))
    with second.replica.reading() as store:
        assert store.machines.by_id("k1").seat_label == "M01"


def test_a_room_with_two_servers_asks_for_both_and_says_since_when_it_has_one(room: Any, play: Any) -> None:
    play.started(1)
    sitting = SimpleNamespace(state=play.state)
    assert room.standby.copies_required == 2
    assert room.standby.alone_since_ms(sitting) == play.state.began_at_ms, "it has never been in step"
    play.done(NoteStandby("rejoined", "5e" * 8), after=1_000)
    sitting.state = play.state
    assert room.standby.alone_since_ms(sitting) is None
    play.done(NoteStandby("lost", "5e" * 8), after=1_000)
    sitting.state = play.state
    assert room.standby.alone_since_ms(sitting) == play.now
    room.standby.standing = replace(room.standby.standing, peer=None)
    assert room.standby.copies_required == 1
    assert room.standby.alone_since_ms(sitting) is None, "a room that never had two is not alone"


class Beating:
    """A standby as the heartbeat asks it, and a clock that ticks `rounds` times."""

    def __init__(self, silent: list[int | None]) -> None:
        self._silent = silent
        self.rounds = len(silent)

    def room_ms(self) -> int | None:
        return 1_700_000_000_000 + self.rounds

    def silent_ms(self) -> int | None:
        return self._silent.pop(0)

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds -= 1
        return self.rounds < 0

    def set(self) -> None: ...
    def clear(self) -> None: ...


@pytest.mark.parametrize(
    ("silent", "beats"), [([0, 500, GONE_MS - 1], 3), ([0, GONE_MS, GONE_MS + 1_000], 1), ([None, None], 0)]
)
def test_a_standby_that_hears_no_primary_does_not_say_that_the_room_went_on(
    tmp_path: Path, silent: list[int | None], beats: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut of the whole lab the outage is measured from the last beat: it would be too short."""
    written: list[int] = []
    monkeypatch.setattr(Heartbeat, "write", lambda self, beat: written.append(beat.room_ms))
    faked = Beating(list(silent))
    port = AsyncPort(THREADS.spawn, THREADS.offload, lambda: faked)
    with standby_composition._beating(Settings(tmp_path), faked, port, RoomLog(None)):  # type: ignore[arg-type]
        pass
    assert len(written) == beats


def test_the_role_file_is_whole_whoever_writes_it_at_the_same_time(tmp_path: Path) -> None:
    gate = threading.Barrier(8)
    faults: list[Exception] = []

    def write(n: int) -> None:
        gate.wait()
        for _ in range(20):
            try:
                write_standing(tmp_path, Standing(f"{n}" * 16, Role.PRIMARY, n))
            except ConfigError as error:
                faults.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert json.loads((tmp_path / "role.json").read_bytes())["format"] == "exam-role/1"
