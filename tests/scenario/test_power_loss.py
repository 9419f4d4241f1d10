"""Acceptance: whoever loses its power loses nothing that was said to be saved, and tests of that can fail.

The real programs run with every write of theirs watched (scripts/power_loss.py). At a cut only what they had forced to
the disk is certain to be there; of the rest chance keeps some sectors and some names.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from client_kiosk.outbox import open_all
from scripts import check_demo
from scripts.kiosk_process import KioskProcess, Player
from scripts.power_loss import PowerSupply
from scripts.scene import LoggedKiosk, Scene
from server.store.database import open_to_read
from server.store.journal import Journal
from server.store.verify import verify_file

Stage = Callable[..., AbstractContextManager[Scene]]
Ports = Callable[[], int]
SEATS = 3
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="needs Linux and gcc to watch writes"
)

OUTBOX_PRAGMAS = """
import client_kiosk.outbox as outbox
connect = outbox._connect
def connected(path):
    connection = connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    return connection
outbox._connect = connected
"""


# --- the server -------------------------------------------------------------------------------------------------------


async def seated(scene: Scene) -> list[LoggedKiosk]:
    kiosks = [scene.virtual(n) for n in range(SEATS)]
    for kiosk in kiosks:
        kiosk.start()
        await kiosk.ready.wait()
        await kiosk.stage()
        await kiosk.sign_in()
    assert (await scene.officer.ordered("start", part=0, who=None))["verdict"] == "accepted"
    for kiosk in kiosks:
        await kiosk.opened.wait()
    return kiosks


async def answer(kiosks: list[LoggedKiosk], times: int) -> None:
    """Everybody answers so often, all at once."""

    async def one(kiosk: LoggedKiosk) -> None:
        for _ in range(times):
            await kiosk.answer()

    async with asyncio.timeout(60):
        await asyncio.gather(*(one(kiosk) for kiosk in kiosks))


async def back(kiosks: list[LoggedKiosk]) -> None:
    async with asyncio.timeout(60):
        for kiosk in kiosks:
            await kiosk.reconciled.wait()


async def leave(scene: Scene, kiosks: list[LoggedKiosk]) -> None:
    for kiosk in kiosks:
        await kiosk.stop()
    await scene.officer.close()


def start(scene: Scene, power: PowerSupply) -> None:
    scene.server.environment = dict(power.environment)
    scene.server.start()


async def answering_through_cuts(scene: Scene, power: PowerSupply, cuts: int, *, only_certain: bool = False) -> None:
    """Everybody answers all the time; the server loses its power again and again, and is started on what is left."""
    chance = random.Random(cuts)
    await asyncio.to_thread(start, scene, power)
    kiosks = await seated(scene)
    try:
        for _ in range(cuts):
            await answer(kiosks, 3)
            answering = asyncio.ensure_future(answer(kiosks, 40))
            await asyncio.sleep(chance.random() * 0.15)  # anywhere in a batch: nothing is waited for
            await asyncio.to_thread(scene.server.kill)
            await asyncio.gather(answering, return_exceptions=True)
            for kiosk in kiosks:
                kiosk.reconciled.clear()
            await asyncio.to_thread(power.cut, only_certain=only_certain)
            await asyncio.to_thread(start, scene, power)
            await back(kiosks)
        for kiosk in kiosks:
            await kiosk.submit()
        for order in (
            scene.officer.command("close_part", part=0, reason="Hết giờ"),
            scene.officer.command("close_sitting", reason="Hết giờ"),
        ):
            answered = await order
            assert answered["verdict"] == "accepted", answered
    finally:
        await leave(scene, kiosks)


def lost(scene: Scene) -> list[str]:
    """Acknowledged answers that are not in the journal as they were promised; by the checker, not by the room."""
    with closing(sqlite3.connect(scene.journal)) as journal:
        acks, rows = check_demo.read_acks(scene.ack_logs), check_demo.read_rows(journal)
        return check_demo.lost_answers(acks, rows) + check_demo.other_records(acks, rows)


def play_cuts(scene: Scene, power: PowerSupply, cuts: int, *, only_certain: bool = False) -> None:
    asyncio.run(answering_through_cuts(scene, power, cuts, only_certain=only_certain))
    assert scene.server.stop() == 0


@pytest.mark.parametrize("cuts", [3, pytest.param(40, marks=pytest.mark.soak)])
def test_a_server_that_loses_its_power_again_and_again_loses_no_acknowledged_answer(
    stage: Stage, power: Callable[..., PowerSupply], cuts: int
) -> None:
    with stage(SEATS) as scene:
        play_cuts(scene, power(scene.room_folder, cuts), cuts)
        assert scene.verified().problems == ()
        assert scene.problems() == []


@pytest.mark.parametrize(
    ("moments", "seed"), [(40, 5), *(pytest.param(500, n, marks=pytest.mark.soak) for n in (6, 7, 8))]
)
def test_at_whatever_call_the_power_goes_the_disk_holds_all_that_was_acknowledged(
    stage: Stage, power: Callable[..., PowerSupply], moments: int, seed: int
) -> None:
    async def play(scene: Scene) -> list[LoggedKiosk]:
        kiosks = await seated(scene)
        await answer(kiosks, moments // 4)
        await leave(scene, kiosks)
        return kiosks

    with stage(SEATS) as scene:
        supply = power(scene.room_folder, seed)
        start(scene, supply)
        kiosks = asyncio.run(play(scene))
        scene.server.kill()
        told = 0
        for at_ns, folder in supply.moments(moments):
            journal = folder / scene.journal.relative_to(scene.room_folder)
            promised = {
                (bytes.fromhex(kiosk.source), seq)
                for kiosk in kiosks for seq, kept in enumerate(kiosk.outbox, start=1)
                if kept.acked_at is not None and kept.acked_at * 10**9 < at_ns
            }  # fmt: skip
            with closing(Journal.open(journal)) as found:
                held = {(row.source, row.source_seq) for row in found.read(limit=10**6)}
            assert promised <= held
            assert verify_file(journal).problems == ()
            with closing(open_to_read(folder / "room.sqlite")) as room:
                assert [row[0] for row in room.execute("PRAGMA integrity_check")] == ["ok"]
            told += bool(promised)
        assert told > moments // 2, "most instants lie in the exam"


@pytest.mark.parametrize("mode", ["OFF", "NORMAL"])
def test_a_server_that_does_not_force_its_journal_to_the_disk_is_found_out(
    stage: Stage, power: Callable[..., PowerSupply], unsynced: Callable[[str], str], mode: str
) -> None:
    async def play(scene: Scene, supply: PowerSupply) -> None:
        await asyncio.to_thread(start, scene, supply)
        kiosks = await seated(scene)
        await answer(kiosks, 5)
        await asyncio.to_thread(scene.server.kill)
        await leave(scene, kiosks)

    with stage(SEATS) as scene:
        python = unsynced(mode)
        scene.server._begin[0] = python
        scene.server._rest = (*scene.server._rest, "--async-mode", "threading")
        supply = power(scene.room_folder, 1)
        asyncio.run(play(scene, supply))
        assert lost(scene) == [], "a kill alone loses nothing: the system still has it"
        supply.cut(only_certain=True)
        assert len(lost(scene)) >= SEATS * 5


# --- a kiosk ----------------------------------------------------------------------------------------------------------


class Candidate:
    """Clicks at random, and remembers when the machine called each click saved."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.told_ns: list[int] = []
        self._chance = random.Random(player.sbd)

    def click(self, times: int) -> None:
        for _ in range(times):
            number = self._chance.randrange(len(self.player.items)) + 1
            assert self.player.choose(number, [self._chance.randint(1, 2)])
            self.told_ns.append(time.monotonic_ns())


def kiosk_of(
    scene: Scene, ports: Ports, supply: Callable[[Path, int], PowerSupply]
) -> tuple[KioskProcess, PowerSupply]:
    """The first seat's machine, its folder under watch."""
    kiosk = scene.kiosk(0, ports())
    found = supply(kiosk.folder, 3)
    kiosk.environment = dict(found.environment)
    return kiosk, found


def seat(scene: Scene, kiosk: KioskProcess) -> Candidate:
    """The first candidate at that machine, the exam running."""
    scene.server.start()
    kiosk.start()
    return Candidate(scene.sit(0, kiosk))


def on_the_server(kiosk: KioskProcess) -> None:
    """Wait until the machine says that everything is on the server."""
    deadline = time.monotonic() + 30
    while (view := kiosk.view())["saved"]["pending"] or not view["connected"]:
        assert time.monotonic() < deadline, view
        time.sleep(0.02)


def given(scene: Scene) -> dict[str, list[str]]:
    """The last click on each item, as texts."""
    return {str(one["stem"]): list(one["options"]) for one in check_demo.lines(scene.clicks)}  # type: ignore[call-overload]


def counting(scene: Scene) -> dict[str, list[str]]:
    """What the journal's last word on each item is, as texts."""
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(scene.journal)) as journal:
        for (text,) in journal.execute("SELECT body FROM journal WHERE kind LIKE 'response_saved/%' ORDER BY seq"):
            body = json.loads(text)
            stem, options = scene.texts[body["item_id"]]
            found[stem] = [options[one] for one in body["response"]["options"]]
    return found


@pytest.mark.parametrize("cuts", [3, pytest.param(30, marks=pytest.mark.soak)])
def test_a_kiosk_that_loses_its_power_while_the_server_is_gone_still_has_every_answer_it_called_saved(
    stage: Stage, power: Callable[..., PowerSupply], free_port: Ports, cuts: int
) -> None:
    with stage(1) as scene:
        kiosk, supply = kiosk_of(scene, free_port, power)
        candidate = seat(scene, kiosk)
        for turn in range(cuts):
            candidate.click(2)
            if turn % 2 == 0:  # nothing of what follows is anywhere but on this machine
                scene.server.kill()
            candidate.click(5)
            kiosk.kill()
            supply.cut()
            kiosk.environment = dict(supply.environment)
            if turn % 2 == 0:
                scene.server.start()
            kiosk.start()
            kiosk.wait_for("exam")
            on_the_server(kiosk)
            assert counting(scene) == given(scene)
        assert kiosk.view()["answered"] == len(given(scene))
        candidate.player.submit()
        kiosk.stop()
        scene.end_sitting()


@pytest.mark.parametrize("moments", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_at_whatever_call_a_kiosk_loses_its_power_its_outbox_holds_every_answer_it_called_saved(
    stage: Stage, power: Callable[..., PowerSupply], free_port: Ports, moments: int
) -> None:
    with stage(1) as scene:
        kiosk, supply = kiosk_of(scene, free_port, power)
        candidate = seat(scene, kiosk)
        candidate.click(moments // 4)
        scene.server.kill()
        candidate.click(moments // 4)
        kiosk.kill()
        whole = answers(kiosk.folder / "outbox")
        assert len(whole) == len(candidate.told_ns)
        for at_ns, folder in supply.moments(moments):
            told = sum(one < at_ns for one in candidate.told_ns)
            kept = answers(folder / "outbox")
            assert told <= len(kept)
            assert kept == whole[: len(kept)]


def answers(folder: Path) -> list[str]:
    """The answers in a machine's outboxes, as they are sent, none of the files being damaged."""
    opened = open_all(folder)
    try:
        assert opened.damaged == ()
        found = [held.message for outbox in opened.outboxes.values() for held in outbox.after(0, 10**6)]
    finally:
        for outbox in opened.outboxes.values():
            outbox.close()
    return [text for text in found if "response" in str(json.loads(text)["kind"])]


def test_a_kiosk_whose_outbox_is_not_forced_to_the_disk_is_found_out(
    stage: Stage, power: Callable[..., PowerSupply], free_port: Ports, broken: Callable[[str], str]
) -> None:
    with stage(1) as scene:
        kiosk, supply = kiosk_of(scene, free_port, power)
        kiosk.command[0] = broken(OUTBOX_PRAGMAS)
        candidate = seat(scene, kiosk)
        scene.server.kill()
        candidate.click(6)
        kiosk.kill()
        assert len(answers(kiosk.folder / "outbox")) == 6, "a kill alone loses nothing: the system still has it"
        supply.cut(only_certain=True)
        assert len(answers(kiosk.folder / "outbox")) < 6
