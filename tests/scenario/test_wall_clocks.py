"""Acceptance: whoever sets a computer's date, kiosk or server, moves nobody's time."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scripts.scene import PASSWORD, Scene
from scripts.wall_clock import WallClock, compiled
from server.drill.officers import PROCTOR
from server.drill.prepared_room import Rules
from server.drill.room_process import OfficerAtServer

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="needs Linux and gcc to set a program's date"
)
HOUR_S = 3600
DURATION_S = 2700
TOLERATED_MS = 1_000


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("wall"))


def test_the_tool_steps_the_date_and_leaves_the_other_clocks(tmp_path: Path, library: Path) -> None:
    clock = WallClock(tmp_path / "date", library)
    clock.step(HOUR_S)
    told = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time(), time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME))"],
        env=dict(clock.environment), capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert HOUR_S - 60 < float(told[0]) - time.time() < HOUR_S + 60
    assert abs(float(told[1]) - time.monotonic()) < 60
    assert abs(float(told[2]) - time.clock_gettime(time.CLOCK_BOOTTIME)) < 60


def test_a_date_set_wrong_by_an_hour_changes_nobodys_time(
    stage: Callable[..., AbstractContextManager[Scene]], free_port: Callable[[], int],
    eventually: Callable[..., None], tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    dates = [WallClock(tmp_path / name, library) for name in ("server", "kiosk")]

    def dated(clock: WallClock) -> None:
        for name, value in clock.environment.items():
            monkeypatch.setenv(name, value)

    with stage(1, Rules(duration_s=DURATION_S)) as scene:
        dated(dates[0])
        scene.server.start()
        dated(dates[1])
        kiosk = scene.kiosk(0, free_port())
        kiosk.start()
        player = scene.player(0, kiosk)
        player.arrive()
        begun = time.monotonic()
        scene.officer.order("start", part=0, who=None)
        started = (begun + time.monotonic()) / 2
        player.read_paper()

        def right() -> bool:
            left_ms = DURATION_S * 1000 - (time.monotonic() - started) * 1000
            return bool(abs(kiosk.view()["clock"]["remaining_ms"] - left_ms) <= TOLERATED_MS)

        def saved() -> bool:
            return not kiosk.view()["saved"]["pending"]

        assert right()
        for at, by_s in ((0, HOUR_S), (1, -HOUR_S), (0, -HOUR_S), (1, HOUR_S)):
            dates[at].step(by_s)
            assert player.choose(1 + at, [1])
            eventually(saved, what="the answer being stored")
            assert right()
        # The link is lost, the exam goes on; the server is started again with its wrong date.
        scene.server.kill()
        assert player.choose(3, [1])
        assert right()
        dated(dates[0])
        scene.server.start()
        eventually(saved, what="the answer being stored")
        assert right()
        # A browser's session bears the date it was begun at, and ends when that goes back: the officer signs in again.
        scene.officer = OfficerAtServer(scene.server.local_port, PROCTOR, PASSWORD)
        scene.end_sitting()
