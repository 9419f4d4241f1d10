"""Whole rooms for the scenarios: sealed sets, prepared folders, and the real programs as processes of their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scripts.prepared_room import Rules, SealedContest
from scripts.scene import Scene, scene


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
