"""The link between two servers over real sockets: what is hostile is turned away, what is committed is on both."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.chain import Head
from server.domain.hall_events import HandLowered
from server.errors import LinkError
from server.identity import RoomIdentity, write_identity
from server.live.standby.frames import MAX_FRAME_BYTES, Frames, packed
from server.live.standby.greeting import Here, Peer, greet
from server.live.standby.rows import from_wire, to_wire
from server.role import Role
from server.store.record import Request, record


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> tuple[RoomIdentity, RoomIdentity]:
    """Of two rooms."""
    found = []
    for name in ("one", "other"):
        folder = tmp_path_factory.mktemp(name)
        found.append(write_identity(folder, "Phòng thử"))
    return found[0], found[1]


@pytest.fixture
def line() -> Iterator[tuple[Frames, Frames]]:
    """Both ends of one connection."""
    one, other = socket.socketpair()
    with ExitStack() as stack:
        for end in (one, other):
            end.settimeout(10)
            stack.callback(end.close)
        yield Frames(one), Frames(other)


def here(identity: RoomIdentity, server_id: str = "1", build: str = "0.1.0") -> Here:
    return Here(identity, server_id, Role.STANDBY, 0, build, 8443)


def both(line: tuple[Frames, Frames], asking: Callable[[], Any], answering: Callable[[], Any]) -> list[Any]:
    """What each side makes of the other: the peer, or why there is none."""
    found: list[Any] = [None, None]

    def side(place: int, act: Callable[[], Any]) -> None:
        try:
            found[place] = act()
        except (LinkError, OSError) as error:
            found[place] = error
            line[place].close()

    threads = [threading.Thread(target=side, args=(n, act)) for n, act in enumerate((asking, answering))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_servers_of_one_room_know_each_other(
    line: tuple[Frames, Frames], identities: tuple[RoomIdentity, RoomIdentity]
) -> None:
    room, _ = identities
    found = both(
        line,
        lambda: greet(line[0], here(room, "1"), "asks", b"leaf"),
        lambda: greet(line[1], here(room, "2"), "answers", b"leaf"),
    )
    assert found == [Peer("2", Role.STANDBY, 0, "0.1.0", 8443), Peer("1", Role.STANDBY, 0, "0.1.0", 8443)]


@pytest.mark.parametrize("what", ["another_room", "in_between", "another_version", "the_same_folder"])
def test_whoever_is_not_the_other_server_of_this_room_is_turned_away(
    line: tuple[Frames, Frames], identities: tuple[RoomIdentity, RoomIdentity], what: str
) -> None:
    room, other = identities
    mine = here(room, "1")
    theirs = {
        "another_room": here(other, "2"), "in_between": here(room, "2"),
        "another_version": here(room, "2", "9.9"), "the_same_folder": here(room, "1"),
    }[what]  # fmt: skip
    leaf = b"of somebody in between" if what == "in_between" else b"leaf"
    found = both(line, lambda: greet(line[0], mine, "asks", leaf), lambda: greet(line[1], theirs, "answers", b"leaf"))
    assert all(isinstance(one, LinkError | OSError) for one in found), found


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_frame_or_a_named_refusal(raw: bytes) -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(raw)
        one.shutdown(socket.SHUT_WR)
        frames = Frames(other)
        try:
            while frames.receive() is not None:
                pass
        except ValueError:
            pass


def test_a_frame_larger_than_allowed_is_refused_before_it_is_read(line: tuple[Frames, Frames]) -> None:
    line[0]._connection.sendall(struct.pack(">II", MAX_FRAME_BYTES + 1, 2) + b"{}")
    with pytest.raises(ValueError, match="bounds"):
        line[1].receive()


def test_frames_arrive_as_they_were_sent(line: tuple[Frames, Frames]) -> None:
    line[0].send({"t": "batch", "journal": "ca-thi-sáng"}, b"\0\1")
    line[0].send_packed(packed({"t": "beat"}))
    first, second = line[1].receive(), line[1].receive()
    assert first is not None
    assert second is not None
    assert (first.what, first.text("journal"), first.data) == ("batch", "ca-thi-sáng", b"\0\1")
    assert second.what == "beat"


def test_records_travel_whole(server: Any) -> None:
    server.started(1)
    records = server.journal.read()
    assert from_wire(to_wire(records)) == records


@pytest.mark.parametrize("damage", ["{}", "[1]", '[["a"]]', '[[1,1,"zz",1,0,"k",0,"","","","",""]]'])
def test_rows_that_are_none_are_refused(damage: str) -> None:
    with pytest.raises((ValueError, json.JSONDecodeError)):
        from_wire(damage.encode())


def test_a_replica_takes_only_what_follows_and_passes_over_what_it_has(tmp_path: Path, server: Any) -> None:
    from server.errors import JournalError
    from server.live.standby.replica import Replica

    server.started(1, 2)
    records = server.journal.read()
    request = Request(records[5].epoch, b"e" * 16, 1, records[5].at_ms, bytes(32))
    elsewhere = record(Head(5, bytes(32)), request, 0, HandLowered("a1", 1, 0))
    name = "sittings/ca-1.journal.sqlite"
    replica = Replica(tmp_path / "second")
    (tmp_path / "second").mkdir()
    try:
        replica.append(name, records[:3])
        assert replica.append(name, records[1:5]).seq == 5
        with pytest.raises(JournalError):
            replica.append(name, records[6:])
        changed = records[5]._replace(body=records[5].body.replace("1", "2", 1))
        with pytest.raises(JournalError):
            replica.append(name, [changed])
        with pytest.raises(JournalError):
            replica.append(name, [elsewhere])  # right in itself, and of another history
        assert replica.append(name, records[5:]) == server.committer.head
    finally:
        replica.close()
