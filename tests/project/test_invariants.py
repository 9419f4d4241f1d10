"""The autouse checks of tests/conftest.py notice what they are there to notice."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest


@pytest.fixture
def root(request: pytest.FixtureRequest, repository: Path) -> ModuleType:
    """tests/conftest.py as a module."""
    return cast(ModuleType, request.config.pluginmanager.get_plugin(str(repository / "tests" / "conftest.py")))


@pytest.fixture
def what_stays(root: ModuleType) -> Callable[[], list[str]]:
    """What is held now beyond what was held when the test began."""
    before = root.held()
    return lambda: cast(list[str], root.held().beyond(before))


def test_a_running_thread_is_named(what_stays: Callable[[], list[str]]) -> None:
    go = threading.Event()
    thread = threading.Thread(target=go.wait, name="lingering")
    thread.start()
    assert what_stays() == ["thread lingering"]
    go.set()
    thread.join()
    assert what_stays() == []


def test_an_open_socket_is_named(what_stays: Callable[[], list[str]]) -> None:
    with socket.socket():
        assert len(what_stays()) == 1
        assert "socket:" in what_stays()[0]
    assert what_stays() == []


def test_an_open_database_is_named(what_stays: Callable[[], list[str]], tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "room.sqlite")
    connection.execute("CREATE TABLE candidate (name TEXT)")
    assert any("room.sqlite" in row for row in what_stays())
    connection.close()
    assert what_stays() == []


def test_a_child_process_is_named_even_when_it_ended_without_being_waited_for(
    what_stays: Callable[[], list[str]], eventually: Callable[..., None]
) -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        eventually(lambda: what_stays() == [f"child process {child.pid} sleep 60"])
        child.kill()
        eventually(lambda: "ended, never waited for" in what_stays()[0])
    assert what_stays() == []


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_nothing_connects_beyond_this_machine(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(PermissionError, match="only this machine"):
        client.connect(address)


def test_no_name_is_looked_up_that_is_not_this_machine() -> None:
    with pytest.raises(PermissionError, match="only this machine"):
        socket.create_connection(("example.invalid", 80))


@pytest.mark.parametrize("address", ["", "0.0.0.0", "192.0.2.1"])
def test_nothing_listens_where_others_could_reach_it(address: str) -> None:
    with socket.socket() as listener, pytest.raises(PermissionError, match=r"127\.0\.0\.1"):
        listener.bind((address, 0))


def test_a_spawned_child_is_gone_after_its_test(
    root: ModuleType, eventually: Callable[..., None], spawn: Callable[..., subprocess.Popen[str]]
) -> None:
    assert spawn(["sleep", "60"]).poll() is None
