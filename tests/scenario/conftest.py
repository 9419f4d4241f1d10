"""Whole rooms for the scenarios: sealed sets, prepared folders, and the real programs as processes of their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scripts.prepared_room import Rules, SealedContest, make_room, seal_contest
from scripts.scene import Scene, scene
from scripts.virtual_parts import Sheet
from server.heartbeat import monotonic_ms, wall_ms
from server.live.clock import RoomClock


@pytest.fixture(scope="session")
def contest(tmp_path_factory: pytest.TempPathFactory) -> SealedContest:
    """Both sets of a small paper (ten items), sealed once for all tests of this folder."""
    return seal_contest(tmp_path_factory.mktemp("sealed"), small=True)


@pytest.fixture
def clock() -> RoomClock:
    """Room time that a test may move with `set`."""
    return RoomClock(monotonic_ms, wall_ms, wall_ms())


@pytest.fixture
def new_room(tmp_path: Path, contest: SealedContest) -> Callable[..., tuple[Path, list[Sheet]]]:
    """`new_room(count=2, rules=Rules(), contest=…)`: a prepared folder and what its kiosks bring."""

    def make(count: int = 2, rules: Rules | None = None, contest: SealedContest = contest) -> tuple[Path, list[Sheet]]:
        folder = tmp_path / f"room-{monotonic_ms()}"
        folder.mkdir()
        return folder, make_room(folder, contest, count, rules)

    return make


@pytest.fixture
def stage(
    tmp_path: Path, contest: SealedContest, free_port: Callable[[], int]
) -> Callable[..., AbstractContextManager[Scene]]:
    """`with stage(count=3, rules=Rules()) as scene:` a room and its machines, the paper opened, nothing running yet."""

    def make(
        count: int = 3,
        rules: Rules | None = None,
        contest: SealedContest = contest,
        *,
        opened: bool = True,
        name: str = "scene",
    ) -> AbstractContextManager[Scene]:
        return scene(tmp_path / name, contest, count, free_port, rules, opened=opened)

    return make
