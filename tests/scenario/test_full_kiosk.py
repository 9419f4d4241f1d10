"""Acceptance: a kiosk whose disk is full shows nothing as saved that is not stored, says what to do, and goes on with space."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from scripts.kiosk_process import KioskProcess, Player
from scripts.scene import Scene
from server.drill.small_disk import SmallDisk

DISK_BYTES = 64 * 2**20  # the space a kiosk keeps free for answers among it


TAKE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
try:
    connection.execute("CREATE TABLE IF NOT EXISTS taken (octets BLOB)")
    while True:
        with connection:
            connection.execute("INSERT INTO taken VALUES (zeroblob(3000))")
except sqlite3.OperationalError:
    pass
"""


def fill_until_full(player: Player, disk: SmallDisk) -> None:
    """Fill it until the machine takes no answer more: what it had reserved for answers is given to them first."""
    for turn in range(50):
        disk.fill()
        take_held_pages(player.kiosk, disk)
        if not player.choose(5, [1 + turn % 2]):
            return
    raise AssertionError("it goes on for ever")


def take_held_pages(kiosk: KioskProcess, disk: SmallDisk) -> None:
    """Write on the pages that the outbox has for answers, as thousands of answers would; there is no other space."""
    (outbox,) = (disk.path / "outbox").glob("*.sqlite")
    command = [*disk.prefix, sys.executable, "-c", TAKE, str(kiosk.folder / "outbox" / outbox.name)]
    subprocess.run(command, check=True)


def stored(kiosk: KioskProcess) -> None:
    deadline = time.monotonic() + 30
    while (view := kiosk.view())["saved"]["pending"] or not view["connected"]:
        assert time.monotonic() < deadline, (view["saved"], view["connected"], view["notice"])
        time.sleep(0.02)


@pytest.mark.root
def test_a_kiosk_with_a_full_disk_saves_nothing_says_so_and_goes_on_when_there_is_space(
    stage: Callable[..., AbstractContextManager[Scene]], free_port: Callable[[], int]
) -> None:
    with stage(1) as scene:
        kiosk = scene.kiosk(0, free_port())
        disk = SmallDisk(kiosk.folder, DISK_BYTES)
        kiosk.command[:0] = disk.prefix
        try:
            scene.server.start()
            kiosk.start()
            player = scene.sit(0, kiosk, answers=(1, 2))
            stored(kiosk)
            before = kiosk.view()["answered"]
            fill_until_full(player, disk)
            assert kiosk.view()["notice"]["code"] == "disk_full"
            assert kiosk.view()["answered"] <= before + 1, "what is not on the disk is not shown as given"
            disk.clear()
            assert player.choose(5, [1])
            assert player.choose(3, [1])
            stored(kiosk)
            player.submit()
            assert kiosk.stop() == 0
            scene.end_sitting()
        finally:
            kiosk.kill()
            disk.close()
