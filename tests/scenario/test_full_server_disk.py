"""Acceptance: another program fills the server's disk to the last byte and goes on; answers have their place all the same."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from scripts.scene import LoggedKiosk, Scene
from server.drill.room_process import RoomProcess
from server.drill.small_disk import SmallDisk

Stage = Callable[..., AbstractContextManager[Scene]]
LEAN = 3
DISK_BYTES = 176 * 2**20  # the reserve of 64 MB, 32 MB inside the journal, its log, and something to spare
ANSWERS = 150


def health(scene: Scene) -> dict[str, Any]:
    """What the running server says of itself."""
    line = http.client.HTTPConnection("127.0.0.1", scene.server.local_port, timeout=10)
    try:
        line.request("GET", "/healthz")
        return dict(json.loads(line.getresponse().read()))
    finally:
        line.close()


async def until(predicate: Callable[[], object], within_s: float = 40.0) -> None:
    async with asyncio.timeout(within_s):
        while not await asyncio.to_thread(predicate):  # noqa: ASYNC110 - the server's disk is what is waited for
            await asyncio.sleep(0.1)


def reserve_is(disk: SmallDisk, held: bool) -> bool:
    return (disk.path / "reserve.space").exists() is held


def journal_has_room(scene: Scene, disk: SmallDisk) -> bool:
    return (disk.path / scene.journal.name).stat().st_size >= 24 * 2**20


async def seated(scene: Scene) -> list[LoggedKiosk]:
    kiosks = [scene.virtual(n) for n in range(LEAN)]
    for kiosk in kiosks:
        kiosk.start()
        await kiosk.ready.wait()
        await kiosk.stage()
        await kiosk.sign_in()
    assert (await scene.officer.ordered("start", part=0, who=None))["verdict"] == "accepted"
    for kiosk in kiosks:
        await kiosk.opened.wait()
    return kiosks


@pytest.mark.root
def test_answers_are_stored_on_a_disk_that_somebody_else_has_filled(stage: Stage) -> None:
    async def play(scene: Scene, disk: SmallDisk) -> None:
        await until(partial(reserve_is, disk, True))
        await until(partial(journal_has_room, scene, disk))
        kiosks = await seated(scene)
        disk.fill()
        await until(partial(reserve_is, disk, False))
        await until(lambda: "server_disk_full" in health(scene)["problems"])
        disk.fill()  # whatever was given back is taken by the same program
        for number in range(ANSWERS):
            await asyncio.gather(*(kiosk.answer() for kiosk in kiosks))
            if number % 50 == 0:
                disk.fill()
        assert [kiosk.pending for kiosk in kiosks] == [0] * LEAN, "every answer was acknowledged"
        assert all(not kiosk.measured.refusals for kiosk in kiosks), "and none was even refused at first"
        disk.clear()
        await until(partial(reserve_is, disk, True))
        await until(lambda: "server_disk_full" not in health(scene)["problems"])
        for kiosk in kiosks:
            await kiosk.submit()
        assert (await scene.officer.command("close_part", part=0, reason="Hết giờ"))["verdict"] == "accepted"
        assert (await scene.officer.command("close_sitting", reason="Hết giờ"))["verdict"] == "accepted"
        for kiosk in kiosks:
            await kiosk.stop()
        await scene.officer.close()

    with stage(LEAN) as scene:
        disk = SmallDisk(scene.journal.parent, DISK_BYTES)
        try:
            scene.server = RoomProcess(scene.room_folder, scene.port, scene.server.local_port, prefix=disk.prefix)
            scene.server.start()
            asyncio.run(play(scene, disk))
            assert scene.server.stop() == 0
        finally:
            scene.server.kill()
            disk.close()
        assert scene.verified().problems == ()
        assert scene.problems() == []
