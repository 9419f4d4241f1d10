"""Whole rooms for the scenarios: sealed sets, prepared folders, and the real programs as processes of their own."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scripts.power_loss import PowerSupply, compiled
from scripts.scene import Scene, scene
from server.drill.prepared_room import Rules, SealedContest

# Runs a program of ours with one line of it changed: the fsync that the test must miss.
BROKEN = """#!{python}
import runpy, sys
sys.path.insert(0, "")
sys.argv = sys.argv[1:]  # "-m", the program, its arguments
{change}
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
SERVER_PRAGMAS = """
import server.store.database as database
database._PRAGMAS = tuple(one.replace("synchronous = FULL", "synchronous = {mode}") for one in database._PRAGMAS)
"""


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("power"))


@pytest.fixture
def power(tmp_path: Path, library: Path) -> Callable[..., PowerSupply]:
    """`power(folder, seed)`: the power of the program that works in this folder."""
    return lambda folder, seed: PowerSupply(folder, library, tmp_path / f"{folder.name}-trace", seed)


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str], str]:
    """`broken(change)`: an interpreter that changes the program so, before it runs it."""

    def make(change: str) -> str:
        path = tmp_path / "broken-python"
        path.write_text(BROKEN.format(python=sys.executable, change=change))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


@pytest.fixture
def unsynced(broken: Callable[[str], str]) -> Callable[[str], str]:
    """`unsynced(mode)`: an interpreter whose server opens its databases with `synchronous = mode`."""
    return lambda mode: broken(SERVER_PRAGMAS.format(mode=mode))


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
