"""What officers see of the second server on the primary's pages: what it is like, what is wrong with it, what to do."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.live.console_view import ConsoleView
from server.live.room import Room
from server.live.standby.frames import Frames
from server.live.standby.greeting import Peer
from server.live.standby.own import OwnMachine
from server.live.standby.replica import Replica
from server.live.standby.session import Session
from server.protocol.machine import DiskState
from server.protocol.standby_messages import StandbyTells
from server.role import Role

Someone = Callable[[str], Any]
ADDRESS = "10.20.0.2:8443"


@pytest.fixture
def second(room: Room, eventually: Callable[..., None]) -> Iterator[Frames]:
    """The standby's end of a link that stands: what is sent here the primary hears."""
    here, there = socket.socketpair()
    peer = Peer("5e" * 8, Role.STANDBY, 0, room.version, 8443)
    with ExitStack() as stack:
        for end in (here, there):
            end.settimeout(10)
            stack.callback(end.close)
        session = Session(Frames(here), peer, ADDRESS, room.port, room.clock.monotonic_ms)
        room.standby.standing = replace(room.standby.standing, peer=ADDRESS)
        serving = threading.Thread(target=_serve, args=(room, session))
        serving.start()
        stack.callback(session.joined)
        stack.callback(serving.join)
        stack.callback(session.end)
        frames = Frames(there)
        reading = threading.Thread(target=_hear, args=(frames,))
        reading.start()
        stack.callback(reading.join)
        stack.callback(session.end)
        yield frames


def _serve(room: Room, session: Session) -> None:
    """What the door does with a standby that has proven itself."""
    with contextlib.suppress(OSError):
        room.standby.link.serve(session)


def _hear(frames: Frames) -> None:
    """Take what comes, as a standby does, until the line ends."""
    try:
        while frames.receive() is not None:
            pass
    except OSError:
        return


@pytest.fixture
def like(room: Room, tmp_path: Path) -> StandbyTells:
    """What this very computer would tell of itself."""
    own = OwnMachine(Replica(tmp_path / "second"), room.version, room.port, room.log, lambda: 0, room.clock.now_ms)
    (tmp_path / "second").mkdir()
    return own.tells(0)


def tell(frames: Frames, said: StandbyTells) -> None:
    frames.send({"t": "facts", "v": 1, "facts": said.wire()})


def problems(room: Room) -> dict[str, Any]:
    """What the map lists now, by code."""
    view = ConsoleView(room)
    view.changes()
    found: Any = view.whole()["problems"]
    return {one["code"]: one for one in found}


def test_page_and_sheet_say_what_the_standby_is_like_and_what_it_lacks(
    room: Room, second: Frames, like: StandbyTells, someone: Someone, eventually: Callable[..., None],
    pdf_text: Callable[[bytes], str],
) -> None:  # fmt: skip
    said = replace(like, machine=replace(like.machine, build="0.0.9", disk_free_bytes=3 * 2**30))
    tell(second, said)
    second.send({"t": "begin", "heads": {}})
    eventually(lambda: room.standby.link.view().told is not None and room.standby.link.view().connected)
    page = someone("proctor").get("/console/before").get_data(as_text=True)
    assert "Máy chủ dự phòng" in page
    assert "đĩa còn trống 3,0/" in page
    assert "phiên bản khác của chương trình: 0.0.9" in page.replace("&#39;", "'") or "0.0.9" in page
    words = pdf_text(someone("proctor").get("/console/before/sheet.pdf").get_data())
    assert "0.0.9" in words
    check = room.readiness.start_check(room.sitting)  # type: ignore[arg-type]
    assert all("build_differs" not in lacks for lacks in check.blocked.values()), "the standby locks nobody's start"


def test_a_room_whose_standby_is_not_there_says_so_before_the_start(room: Room, someone: Someone) -> None:
    room.standby.standing = replace(room.standby.standing, peer=ADDRESS)
    page = someone("proctor").get("/console/before").get_data(as_text=True)
    assert "không có liên lạc với máy chủ" in page


def test_the_page_about_servers_says_where_a_console_goes_when_this_one_dies(room: Room, someone: Someone) -> None:
    assert "examroom-kiosk console --address" not in someone("proctor").get("/servers").get_data(as_text=True)
    room.standby.standing = replace(room.standby.standing, peer=ADDRESS)
    page = someone("proctor").get("/servers").get_data(as_text=True)
    assert f"examroom-kiosk console --address {ADDRESS}" in page
    view = ConsoleView(room)
    view.changes()
    assert view.whole()["standby"] == ADDRESS, "the map says it too, once its server is gone"


def test_a_full_disk_there_is_a_problem_here_with_the_machine_and_how_much(
    room: Room, second: Frames, like: StandbyTells, someone: Someone, eventually: Callable[..., None]
) -> None:
    tell(second, replace(like, disk=DiskState.LOW))
    second.send({"t": "begin", "heads": {}})
    eventually(lambda: "standby_disk_low" in problems(room))
    second.send({"t": "cannot", "why": "disk", "free_bytes": 2**20, "need_bytes": 15 * 2**20})
    eventually(lambda: "standby_disk_full" in problems(room))
    found = problems(room)["standby_disk_full"]
    assert found["need_mb"] == 95
    assert "standby_lost" not in problems(room), "one row says what is so and what to do"
    page = someone("proctor").get("/servers").get_data(as_text=True)
    assert ADDRESS in page
    assert "95 MB" in page
    second.send({"t": "begin", "heads": {}})
    eventually(lambda: "standby_disk_full" not in problems(room))
