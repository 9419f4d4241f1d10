"""The room goes on at its second server: what was acknowledged is there, and machines come over by themselves."""

from __future__ import annotations

import hashlib
import json
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from client_kiosk import console
from client_kiosk.config import KioskFolder, Membership
from scripts import check_demo
from scripts.kiosk_process import Player
from scripts.scene import PASSWORD, Scene
from server.domain.pairing import MachineKind
from server.drill.officers import PROCTOR
from server.drill.prepared_room import VERSION
from server.drill.standby_process import StandbyProcess
from server.store.machines import Machine
from server.store.verify import verify_file

SEATS = 3
PATIENCE_S = 30.0
CARRIED = f"{'ab' * 32}.exam-rescue"


@pytest.fixture
def hall(stage: Callable[..., AbstractContextManager[Scene]]) -> Iterator[Scene]:
    with stage(count=SEATS) as scene:
        yield scene


@pytest.fixture
def laptop(hall: Scene, tmp_path: Path) -> Callable[..., str]:
    """A laptop that was paired as a console; `laptop(typed=None)` is on which port `examroom-kiosk console` finds the room now."""
    folder, identity = KioskFolder(tmp_path / "laptop"), hall.identity
    key = folder.key().public_key().public_bytes_raw()
    with hall.opened() as room:
        room.store.machines.add(Machine("m-laptop", key, MachineKind.CONSOLE, "BAN-2", VERSION, 1, "cli"))
    known = (f"127.0.0.1:{hall.port}",)
    folder.join(
        Membership(
            identity.room_id, identity.room_name, "m-laptop", "BAN-2", identity.ca_pem, identity.server_key.hex(), known
        )
    )

    def found(typed: str | None = None) -> str:
        membership = folder.membership()
        assert membership is not None
        if typed is not None:  # as on a laptop that was never told of another server
            membership = replace(membership, addresses=known)
        url = console.opening(folder, membership, VERSION, typed).url
        return url.partition("//")[2].partition("/")[0].rpartition(":")[2]

    return found


@pytest.fixture
def standby(hall: Scene, laptop: object, tmp_path: Path) -> Iterator[StandbyProcess]:
    """The second server, in step with the first."""
    hall.server.start()
    second = StandbyProcess(
        tmp_path / "second", hall.room_folder, f"127.0.0.1:{hall.port}", "--host", "127.0.0.1", "--no-discovery"
    )
    with ExitStack() as stack:
        stack.callback(second.stop)
        second.start()
        soon(lambda: "standby_rejoined/1" in kinds(hall.room_folder))
        yield second


@pytest.fixture
def players(hall: Scene, standby: StandbyProcess, free_port: Callable[[], int]) -> list[Player]:
    """Everybody is seated, and the exam runs."""
    found = [hall.player(n, hall.kiosk(n, free_port())) for n in range(SEATS)]
    for player in found:
        player.kiosk.start()
        player.arrive()
    hall.officer.order("start", part=0, who=None)
    for player in found:
        player.read_paper()
    return found


def soon(predicate: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not predicate():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def never_free(*ports: int) -> Iterator[None]:
    """Nobody else gets these ports meanwhile, however hard somebody tries: machines know no others."""
    over, taken = threading.Event(), []

    def grab() -> None:
        while not over.is_set():
            for port in ports:
                with socket.socket() as thief, suppress(OSError):
                    thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    thief.bind(("127.0.0.1", port))
                    thief.listen()
                    taken.append(port)

    thread = threading.Thread(target=grab)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert taken == []


def journal_of(folder: Path) -> Path:
    """The sitting's journal in a server's folder."""
    (path,) = (folder / "sittings").glob("*.journal.sqlite")
    return path


def rows(folder: Path, columns: str) -> list[tuple[Any, ...]]:
    """The sitting's records in a server's folder, oldest first."""
    with closing(sqlite3.connect(f"{journal_of(folder).as_uri()}?mode=ro", uri=True)) as journal:
        return journal.execute(f"SELECT {columns} FROM journal ORDER BY seq").fetchall()


def kinds(folder: Path) -> list[str]:
    return [row[0] for row in rows(folder, "kind")]


def answers(folder: Path) -> dict[tuple[str, str], Any]:
    """By attempt and item, the last response a journal has."""
    found: dict[tuple[str, str], Any] = {}
    for kind, body in rows(folder, "kind, body"):
        if kind == "response_saved/1":
            saved = json.loads(body)
            found[saved["attempt_id"], saved["item_id"]] = saved["response"]
    return found


def stored(player: Player) -> bool:
    view = player.kiosk.view()
    return view["connected"] and not view["saved"]["pending"]


def test_the_primary_dies_for_good_and_everybody_goes_on_at_the_standby(
    hall: Scene, standby: StandbyProcess, players: list[Player], laptop: Callable[..., str]
) -> None:
    assert laptop() == str(hall.port)
    for player in players:
        for number in (1, 2, 3):
            assert player.choose(number, [1])
    soon(lambda: all(stored(player) for player in players))
    (hall.room_folder / "rescue").mkdir(exist_ok=True)
    (hall.room_folder / "rescue" / CARRIED).write_bytes(b"carried by hand")
    soon((standby.folder / "rescue" / CARRIED).exists)
    before = answers(hall.room_folder)
    assert len(before) == 3 * SEATS
    assert answers(standby.folder) == before

    hall.server.kill()
    for player in players:
        assert player.choose(4, [1]), "the exam goes on without a server"
    assert standby.wait_for(lambda news: news["promised"] == SEATS)["offers"]
    left = {player.sbd: player.kiosk.view()["clock"]["remaining_ms"] for player in players}
    began = time.monotonic()
    with never_free(standby.port, standby.local_port):
        assert standby.promote(PROCTOR, PASSWORD) == ""
    soon(lambda: all(stored(player) for player in players))
    gone_ms = (time.monotonic() - began) * 1000

    assert len(answers(standby.folder)) == 4 * SEATS
    assert before.items() <= answers(standby.folder).items()
    for player in players:
        assert abs(left[player.sbd] - gone_ms - player.kiosk.view()["clock"]["remaining_ms"]) < 1000
        assert player.choose(5, [1])
    soon(lambda: all(stored(player) for player in players))

    assert laptop() == str(standby.port), "the officers' laptop, started again, goes there by itself"
    assert laptop(f"127.0.0.1:{standby.port}") == str(standby.port)
    hall.server.start()  # the old primary is repaired, and started as ever
    soon(lambda: rows(hall.room_folder, "hash") == rows(standby.folder, "hash"))
    assert json.loads((hall.room_folder / "role.json").read_bytes())["role"] == "standby"
    assert all(player.kiosk.view()["connected"] for player in players), "nobody has left the new primary"


def test_a_primary_that_had_gone_on_alone_dies_for_good_and_the_machines_bring_everything_back(
    hall: Scene, standby: StandbyProcess, players: list[Player]
) -> None:
    began = time.monotonic()
    left = {player.sbd: player.kiosk.view()["clock"]["remaining_ms"] for player in players}
    standby.kill()
    soon(lambda: "standby_lost/1" in kinds(hall.room_folder))
    for player in players:
        for number in (1, 2):
            assert player.choose(number, [1])
    soon(lambda: all(stored(player) for player in players))
    alone = answers(hall.room_folder)
    assert len(alone) == 2 * SEATS
    assert answers(standby.folder) == {}, "one copy at a server, and that one goes now"
    hall.server.kill()
    for player in players:
        assert player.choose(3, [1])

    standby.start()
    assert standby.wait_for(lambda news: news["promised"] == SEATS)["offers"]
    assert standby.promote(PROCTOR, PASSWORD) == ""
    soon(lambda: len(answers(standby.folder)) == 3 * SEATS)
    assert alone.items() <= answers(standby.folder).items()
    soon(lambda: all(stored(player) for player in players))
    assert verify_file(journal_of(standby.folder)).problems == ()
    with closing(sqlite3.connect(f"{journal_of(standby.folder).as_uri()}?mode=ro", uri=True)) as journal:
        held = check_demo.read_rows(journal)
    acks = [ack for ack in check_demo.read_acks(hall.ack_logs) if ack.is_answer]
    assert len(acks) >= 3 * SEATS
    for ack in acks:
        found = [row for row in held[ack.ref] if row.kind == "response_saved/1"]
        assert [row.request_sha256 for row in found] == [hashlib.sha256(ack.message.encode()).digest()], "as sent, once"

    def right(player: Player) -> bool:
        gone_ms = (time.monotonic() - began) * 1000
        return bool(abs(left[player.sbd] - gone_ms - player.kiosk.view()["clock"]["remaining_ms"]) < 1000)

    soon(lambda: all(right(player) for player in players))


def test_a_primary_that_was_only_frozen_goes_on_when_the_standby_has_died_meanwhile(
    hall: Scene, standby: StandbyProcess, players: list[Player]
) -> None:
    assert hall.server.process is not None
    hall.server.process.send_signal(signal.SIGSTOP)
    standby.wait_for(lambda news: news["promised"] == SEATS)
    standby.kill()
    hall.server.process.send_signal(signal.SIGCONT)
    for player in players:
        assert player.choose(1, [1])
    soon(lambda: "/servers/continue" in hall.officer.request("GET", "/servers").body)
    assert not any(stored(player) for player in players), "a promise is kept"

    answer = hall.officer.press("/servers", "/servers/continue", reason="the standby's disk has died")
    assert answer.status == 303, answer.body
    soon(lambda: all(stored(player) for player in players))
    assert len(answers(hall.room_folder)) == SEATS
