"""The announcing process: heard on the network, hears kiosks, and never outlives its server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from zeroconf import ServiceBrowser, ServiceInfo, ServiceStateChange, Zeroconf

from client_kiosk.discovery import Discovery as KioskDiscovery
from client_kiosk.finder import Rooms
from server.announce import Announcer, Orders
from server.live.discovery import Discovery
from server.live.pairing import SeenMachine
from server.logs import RoomLog
from server.protocol.service import KIOSK_SERVICE, ROOM_SERVICE, KioskNotice, RoomNotice
from server.store.async_port import THREADS

NOTICE = RoomNotice("rtest1", "Phòng thử số 1", "ab" * 32, 8443)
ORDERS = Orders(NOTICE, ("127.0.0.1",))


@pytest.fixture
def announcer(spawn: Callable[..., subprocess.Popen[str]]) -> subprocess.Popen[str]:
    """The process as the server starts it, with its orders given, announced."""
    process = spawn([sys.executable, "-m", "server.announce"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(ORDERS.to_line() + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline()) == {"event": "announced", "addresses": ["127.0.0.1"]}
    return process


class Heard:
    """What a kiosk's discovery hears."""

    def __init__(self) -> None:
        self.rooms = Rooms()
        self._changed = threading.Condition()

    def __call__(self, rooms: Rooms) -> None:
        with self._changed:
            self.rooms = rooms
            self._changed.notify_all()

    def until(self, true: Callable[[Rooms], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: true(self.rooms), 20), self.rooms


@pytest.fixture
def heard() -> Iterator[Heard]:
    """A kiosk's discovery on loopback."""
    found = Heard()
    discovery = KioskDiscovery("exam-test", KioskNotice("PC-7", paired=False, room_id=""), found, ("127.0.0.1",))
    discovery.start()
    yield found
    discovery.stop()


def test_a_kiosk_hears_the_room_and_hears_it_go(announcer: subprocess.Popen[str], heard: Heard) -> None:
    heard.until(lambda rooms: rooms.addresses_of(NOTICE.room_id) == ("127.0.0.1:8443",))
    (room,) = heard.rooms.listed()
    assert (room.room_name, room.ca_sha256) == (NOTICE.room_name, NOTICE.ca_sha256)
    assert announcer.stdin is not None
    announcer.stdin.close()
    assert announcer.wait(10) == 0
    heard.until(lambda rooms: rooms.listed() == ())


def test_the_room_hears_kiosks_and_hears_them_go(announcer: subprocess.Popen[str]) -> None:
    assert announcer.stdout is not None
    heard = Heard()
    kiosk = KioskDiscovery("exam-test", KioskNotice("PC-7", paired=False, room_id=""), heard, ("127.0.0.1",))
    kiosk.start()
    try:
        (seen,) = json.loads(announcer.stdout.readline())["kiosks"]
        assert (seen["service"], seen["label"], seen["paired"]) == ("exam-test", "PC-7", False)
        kiosk.announce(KioskNotice("PC-7", paired=True, room_id=NOTICE.room_id))
        while not (seen := json.loads(announcer.stdout.readline())["kiosks"]) or not seen[0]["paired"]:
            pass
        assert seen[0]["room"] == NOTICE.room_id
    finally:
        kiosk.stop()
    while json.loads(announcer.stdout.readline())["kiosks"]:
        pass


def test_what_is_no_kiosk_of_ours_is_not_reported(announcer: subprocess.Popen[str]) -> None:
    assert announcer.stdout is not None
    zeroconf = Zeroconf(interfaces=["127.0.0.1"])
    for name, txt in (("odd", {"v": "9"}), ("fine", KioskNotice("PC-1", False, "").txt())):
        info = ServiceInfo(
            KIOSK_SERVICE, f"{name}.{KIOSK_SERVICE}", port=0, properties=txt, server=f"{name}.local.",
            parsed_addresses=["127.0.0.1"],
        )  # fmt: skip
        zeroconf.register_service(info)
    labels = [kiosk["label"] for kiosk in json.loads(announcer.stdout.readline())["kiosks"]]
    zeroconf.close()
    assert labels == ["PC-1"]


def test_a_machine_that_comes_and_goes_without_pause_is_reported_at_the_servers_pace() -> None:
    """Each report holds the whole list, which the server reads on the hub that acknowledges answers."""
    told: list[dict[str, object]] = []

    async def flap() -> None:
        first = asyncio.Event()

        def heard(news: dict[str, object]) -> None:
            told.append(news)
            first.set()

        announcer = Announcer(ORDERS, (), heard)
        for number in range(500):
            announcer._kiosks = {"flapping": {"label": str(number)}}
            announcer._report()
        await asyncio.wait_for(first.wait(), 5)

    asyncio.run(flap())
    assert told == [{"event": "kiosks", "kiosks": [{"label": "499"}]}]


def test_the_process_ends_with_its_server(spawn: Callable[..., subprocess.Popen[str]], eventually: Any) -> None:
    """A killed server closes its end of the pipe, and that is all it takes."""
    server = (
        "import subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-m', 'server.announce'], stdin=-1, stdout=-1, text=True);"
        f"child.stdin.write({ORDERS.to_line()!r} + '\\n'); child.stdin.flush();"
        "child.stdout.readline(); print(child.pid, flush=True); time.sleep(60)"
    )
    parent = spawn([sys.executable, "-c", server], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    import psutil

    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, what="the end of the child")


def test_a_name_that_is_taken_does_not_keep_the_room_from_being_heard(
    spawn: Callable[..., subprocess.Popen[str]],
) -> None:
    squatter = Zeroconf(interfaces=["127.0.0.1"])
    found: list[str] = []
    two = threading.Event()
    try:
        info = ServiceInfo(
            ROOM_SERVICE, f"{NOTICE.room_id}.{ROOM_SERVICE}", port=1, properties={}, server="squatter.local.",
            parsed_addresses=["127.0.0.1"],
        )  # fmt: skip
        squatter.register_service(info)

        def changed(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
            if state_change is ServiceStateChange.Added and name not in found:
                found.append(name)
                if len(found) == 2:
                    two.set()

        browser = ServiceBrowser(squatter, ROOM_SERVICE, handlers=[changed])
        process = spawn([sys.executable, "-m", "server.announce"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(ORDERS.to_line() + "\n")
        process.stdin.flush()
        for _ in range(60):
            if two.wait(0.5):
                break
            # Said again to everybody: an answer to one asker goes to one program of a computer, not always to that one.
            squatter.update_service(info)
        browser.cancel()
        assert len(found) == 2, found
    finally:
        squatter.close()


# --- the server's end of it -------------------------------------------------------------------------------------------


def test_the_server_starts_the_process_again_when_it_dies_and_ends_it_when_it_stops(tmp_path: Any) -> None:
    import psutil

    log = RoomLog(tmp_path)
    lists: list[list[SeenMachine]] = []
    discovery = Discovery(ORDERS.to_line(), THREADS, lambda seen: lists.append(list(seen)), log)
    discovery.start()
    me = psutil.Process()

    def children() -> set[int]:
        alive = [child for child in me.children() if child.status() != psutil.STATUS_ZOMBIE]
        return {child.pid for child in alive if "server.announce" in " ".join(child.cmdline())}

    heard = Heard()
    kiosk = KioskDiscovery("exam-test", KioskNotice("PC-7", paired=False, room_id=""), heard, ("127.0.0.1",))
    kiosk.start()
    try:
        heard.until(lambda rooms: rooms.addresses_of(NOTICE.room_id) != ())
        (first,) = children()
        psutil.Process(first).kill()
        until(lambda: bool(children() - {first}))
        until(lambda: bool(lists) and [one.notice.label for one in lists[-1]] == ["PC-7"])
    finally:
        kiosk.stop()
        discovery.stop()
        log.close()
    assert children() == set()
    assert lists[-1] == []


def until(true: Callable[[], bool]) -> None:
    """Wait for something this process does on other threads."""
    waited = threading.Event()
    for _ in range(2000):
        if true():
            return
        waited.wait(0.01)
    pytest.fail("it did not happen")
