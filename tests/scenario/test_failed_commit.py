"""Acceptance: a COMMIT that fails in mid-batch loses nothing that was acknowledged, and acknowledges nothing it lost."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from scripts import check_demo
from scripts.scene import LoggedKiosk, Scene
from server.drill.room_process import RoomProcess
from server.drill.small_disk import SmallDisk

Stage = Callable[..., AbstractContextManager[Scene]]
LEAN = 4
DISK_BYTES = 3 * 2**20
LARGEST_FILE_BYTES = 200_000  # within what the journal holds beforehand: there a write fails too


async def answering_kiosks(scene: Scene) -> list[LoggedKiosk]:
    """Everybody seated, the exam running, one answer each given and stored."""
    kiosks = [scene.virtual(n) for n in range(LEAN)]
    for kiosk in kiosks:
        kiosk.start()
        await kiosk.ready.wait()
        await kiosk.stage()
        await kiosk.sign_in()
    assert (await scene.officer.ordered("start", part=0, who=None))["verdict"] == "accepted"
    for kiosk in kiosks:
        await kiosk.opened.wait()
        await kiosk.answer()
        assert kiosk.pending == 0
    return kiosks


def is_settled(kiosk: LoggedKiosk) -> bool:
    return not kiosk.pending


async def end(scene: Scene, kiosks: list[LoggedKiosk]) -> None:
    """Everything arrives, everybody submits, the sitting is closed."""
    async with asyncio.timeout(60):
        for kiosk in kiosks:
            await kiosk.reconciled.wait()
            await until(partial(is_settled, kiosk))
            await kiosk.submit()
    assert (await scene.officer.command("close_part", part=0, reason="Hết giờ"))["verdict"] == "accepted"
    assert (await scene.officer.command("close_sitting", reason="Hết giờ"))["verdict"] == "accepted"
    for kiosk in kiosks:
        await kiosk.stop()
    await scene.officer.close()


def acked(scene: Scene) -> int:
    return sum(ack.is_answer for ack in check_demo.read_acks(scene.ack_logs))


def look_back(scene: Scene) -> None:
    assert scene.verified().problems == ()
    assert scene.problems() == []
    # Every answer got its verdict in the end; many of them were sent more than once.
    keys = {(ack.source, ack.seq) for ack in check_demo.read_acks(scene.ack_logs) if ack.is_answer}
    connection = sqlite3.connect(scene.journal)
    query = "SELECT count(*) FROM journal WHERE kind LIKE 'response_%'"
    assert connection.execute(query).fetchone() == (len(keys),)
    connection.close()


def test_a_write_that_fails_stops_acknowledging_until_the_server_is_started_again(stage: Stage) -> None:
    """An I/O error under the journal: what is acknowledged is on the disk, the rest is asked for again."""

    async def play(scene: Scene) -> None:
        kiosks = await answering_kiosks(scene)
        resource.prlimit(scene.server.pid, resource.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, LARGEST_FILE_BYTES))
        refused = asyncio.gather(*(answer_until_refused(kiosk) for kiosk in kiosks))
        await asyncio.wait_for(refused, 30)
        held = acked(scene)
        for kiosk in kiosks:
            await kiosk.answer()
        assert acked(scene) == held, "nothing is acknowledged any more"
        assert scene.officer.request("GET", "/healthz").status in (200, 503), "the server still answers"
        await asyncio.to_thread(scene.server.kill)
        await asyncio.to_thread(scene.server.start)
        await end(scene, kiosks)
        assert acked(scene) > held

    with stage(LEAN) as scene:
        scene.server.start()
        asyncio.run(play(scene))
        assert scene.server.stop() == 0
        look_back(scene)


async def answer_until_refused(kiosk: LoggedKiosk) -> None:
    """Answer until the server says that it could not store it."""
    before = len(kiosk.measured.refusals)
    while len(kiosk.measured.refusals) == before:
        await kiosk.answer()
        await asyncio.sleep(0)


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path], SmallDisk]]:
    """`small_disk(folder)`: put that folder on a disk of a few MB until the test ends."""
    made: list[SmallDisk] = []

    def make(folder: Path) -> SmallDisk:
        made.append(SmallDisk(folder, DISK_BYTES))
        return made[-1]

    yield make
    for disk in made:
        if disk.is_open:
            disk.close()


async def until(predicate: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not predicate():  # noqa: ASYNC110 - the server's disk is what is waited for
            await asyncio.sleep(0.02)


@pytest.mark.root
def test_a_full_disk_refuses_the_batch_and_takes_it_as_soon_as_there_is_space(
    stage: Stage, small_disk: Callable[[Path], SmallDisk], free_port: Callable[[], int]
) -> None:
    async def play(scene: Scene, disk: SmallDisk) -> None:
        player = scene.player(LEAN, scene.kiosk(LEAN, free_port()))
        await asyncio.to_thread(player.kiosk.start)
        await asyncio.to_thread(player.arrive)
        kiosks = await answering_kiosks(scene)
        await asyncio.to_thread(player.read_paper)
        for round_number in (1, 2):
            disk.fill()
            await asyncio.wait_for(asyncio.gather(*(answer_until_refused(kiosk) for kiosk in kiosks)), 30)
            held = acked(scene)
            assert player.choose(round_number, [1])
            await until(lambda: player.kiosk.view()["saved"]["state"] == "machine")
            assert player.kiosk.view()["answered"] == round_number, "what the candidate sees is on the kiosk's own disk"
            assert acked(scene) == held
            disk.clear()
            await until(lambda: not any(kiosk.pending for kiosk in kiosks))
            await until(lambda: player.kiosk.view()["saved"]["state"] == "server")
            assert acked(scene) > held, "the same server stores again, without being started anew"
        disk.fill()
        await asyncio.wait_for(asyncio.gather(*(answer_until_refused(kiosk) for kiosk in kiosks)), 30)
        await asyncio.to_thread(scene.server.kill)
        disk.clear()
        await asyncio.to_thread(scene.server.start)
        await asyncio.to_thread(player.submit)
        await end(scene, kiosks)

    with stage(LEAN + 1) as scene:
        disk = small_disk(scene.journal.parent)
        try:
            scene.server = RoomProcess(scene.room_folder, scene.port, scene.server.local_port, prefix=disk.prefix)
            scene.server.start()
            asyncio.run(play(scene, disk))
            assert scene.server.stop() == 0
        finally:
            scene.server.kill()
            disk.close()
        look_back(scene)
