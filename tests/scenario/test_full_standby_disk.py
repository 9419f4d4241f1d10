"""Acceptance: the standby's disk is filled; nothing is called saved on both that is not, and the room says whose disk it is."""

from __future__ import annotations

import asyncio
import http.client
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.scene import LoggedKiosk, Scene
from server.drill.prepared_room import SITTING_ID
from server.drill.small_disk import SmallDisk
from server.drill.standby_process import StandbyProcess
from server.errors import DatabaseError, JournalError
from server.standby_kit import make_kit, set_up
from server.store.journal import Journal
from server.store.record import Record

Stage = Callable[..., AbstractContextManager[Scene]]
SEATS = 2
DISK_BYTES = 48 * 2**20  # for a few sealed sets and two journals; too small for the reserve beside them
JOURNAL = f"sittings/{SITTING_ID}.journal.sqlite"
pytestmark = pytest.mark.root


@contextmanager
def standby_on(scene: Scene, folder: Path, ports: Callable[[], int]) -> Iterator[tuple[StandbyProcess, SmallDisk]]:
    """The room's second server, in a folder on a small disk; not started."""
    words = "one two"
    set_up(folder, make_kit(scene.room_folder, words), words, f"127.0.0.1:{scene.port}")
    with ExitStack() as stack:
        disk = SmallDisk(folder, DISK_BYTES)
        stack.callback(disk.close)
        second = StandbyProcess(
            folder, scene.room_folder, f"127.0.0.1:{scene.port}", "--host", "127.0.0.1", "--no-discovery",
            prefix=disk.prefix,
        )  # fmt: skip
        second.port, second.local_port = ports(), ports()
        stack.callback(second.kill)
        yield second, disk


def health(scene: Scene) -> list[str]:
    """What the running primary says is wrong."""
    line = http.client.HTTPConnection("127.0.0.1", scene.server.local_port, timeout=10)
    try:
        line.request("GET", "/healthz")
        return list(json.loads(line.getresponse().read())["problems"])
    finally:
        line.close()


def rows(journal: Path) -> list[Record]:
    with closing(Journal.open_to_read(journal)) as found:
        return found.read(limit=10**6)


def words_on_the_second(scene: Scene) -> list[tuple[str, Any]]:
    """What the journal says of the standby, oldest first: kind and reason."""
    return [
        (row.kind, json.loads(row.body or "{}").get("why"))
        for row in rows(scene.journal) if row.kind.startswith("standby_")
    ]  # fmt: skip


async def until(predicate: Callable[[], object], within_s: float = 40.0) -> None:
    async with asyncio.timeout(within_s):
        while not await asyncio.to_thread(predicate):  # noqa: ASYNC110 - other processes are what is waited for
            await asyncio.sleep(0.1)


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


async def answer(kiosks: Sequence[LoggedKiosk], times: int) -> None:
    for _ in range(times):
        await asyncio.gather(*(kiosk.answer() for kiosk in kiosks))


def said_to_be_on_both(kiosks: Sequence[LoggedKiosk]) -> set[tuple[bytes, int]]:
    return {
        (bytes.fromhex(kiosk.source), seq)
        for kiosk in kiosks for seq, kept in enumerate(kiosk.outbox, start=1)
        if kept.acked_at is not None and kept.copies == 2
    }  # fmt: skip


def on_the_second(disk: SmallDisk, scratch: Path) -> list[Record]:
    """What the second server's journal has now, of a copy: SQLite would look for a file of that disk on this one."""
    scratch.mkdir(exist_ok=True)
    for extra in ("", "-wal"):
        shutil.copyfile(disk.path / (JOURNAL + extra), scratch / f"copy.sqlite{extra}")
    try:
        return rows(scratch / "copy.sqlite")
    except (DatabaseError, JournalError):  # copied in the middle of a write: asked again
        return []
    finally:
        for file in scratch.iterdir():
            file.unlink()


def held(records: Sequence[Record]) -> set[tuple[bytes, int]]:
    return {(row.source, row.source_seq) for row in records}


@pytest.mark.parametrize("rejoin", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["catches up", "rejoins"])
def test_a_standby_whose_disk_is_full_is_named_is_not_counted_and_comes_back_by_itself(
    stage: Stage, tmp_path: Path, free_port: Callable[[], int], rejoin: bool
) -> None:
    async def play(scene: Scene, second: StandbyProcess, disk: SmallDisk) -> None:
        def second_has() -> list[Record]:
            return on_the_second(disk, tmp_path / "copy")

        kiosks = await seated(scene)
        await until(lambda: second.news()["files_missing"] == 0)
        # One that was missed for two seconds on a busy machine joins after half a minute in step.
        await until(lambda: words_on_the_second(scene)[-1:] == [("standby_rejoined/1", None)], 90)
        await answer(kiosks, 3)
        assert said_to_be_on_both(kiosks)

        disk.fill()
        for _ in range(400):  # the log on the small disk has some room of its own
            await answer(kiosks, 1)
            disk.fill()
            if kiosks[0].outbox[-1].copies == 1:
                break
        assert kiosks[0].outbox[-1].copies == 1, "the room went on with one copy, and said so"
        assert words_on_the_second(scene)[-1] == ("standby_lost/1", "disk")
        await until(lambda: said_to_be_on_both(kiosks) <= held(second_has()))
        await until(lambda: "standby_disk_full" in health(scene))
        page = (await asyncio.to_thread(scene.officer.request, "GET", "/servers")).body
        assert f"127.0.0.1:{second.port}" in page, "which machine"
        assert "96 MB" in page, "and how much: what is needed for everything to be well again"
        await answer(kiosks, 3)

        disk.clear()
        await until(lambda: second_has() == rows(scene.journal))
        await until(lambda: "standby_disk_full" not in health(scene))
        if rejoin:
            await until(lambda: words_on_the_second(scene)[-1][0] == "standby_rejoined/1", 90)
            await answer(kiosks, 1)
            assert kiosks[0].outbox[-1].copies == 2
        for kiosk in kiosks:
            await kiosk.submit()
        assert (await scene.officer.command("close_part", part=0, reason="Hết giờ"))["verdict"] == "accepted"
        assert (await scene.officer.command("close_sitting", reason="Hết giờ"))["verdict"] == "accepted"
        for kiosk in kiosks:
            await kiosk.stop()
        await scene.officer.close()
        await until(lambda: said_to_be_on_both(kiosks) <= held(second_has()))

    with stage(SEATS) as scene, standby_on(scene, tmp_path / "second", free_port) as (second, disk):
        scene.server.start()
        second.start()
        asyncio.run(play(scene, second, disk))
        assert second.stop() == 0
        assert scene.server.stop() == 0
        assert scene.verified().problems == ()
        assert scene.problems() == []
