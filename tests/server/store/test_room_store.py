"""One room file for everybody's tables, and the port between threads and the store."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from server.store.async_port import THREADS
from server.store.room import ALL, RoomStore


def test_every_owners_tables_are_there_and_stay(tmp_path: Path) -> None:
    with RoomStore.open(tmp_path) as store:
        store.sittings.put("ca-1", "contest", "text", 1, "cli")
    with RoomStore.open(tmp_path) as store:
        assert store.sittings.by_id("ca-1") is not None
        assert store.machines.active() == ()
        assert store.packages.by_id("p") is None
    assert len({owner for owner, _ in ALL}) == len(ALL)


def test_a_copy_of_the_room_can_be_opened_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with RoomStore.open(tmp_path) as store:
        store.sittings.put("ca-1", "contest", "text", 1, "cli")
        store.copy_to(tmp_path / "other" / "room.sqlite")
    with RoomStore.open(tmp_path / "other") as copy:
        assert copy.sittings.by_id("ca-1") is not None


def test_many_threads_may_write_at_once(tmp_path: Path) -> None:
    with RoomStore.open(tmp_path) as store:

        def put(n: int) -> None:
            for turn in range(20):
                store.sittings.put(f"ca-{n}", "contest", f"text {turn}", turn, "cli")

        threads = [threading.Thread(target=put, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all((row := store.sittings.by_id(f"ca-{n}")) and row.definition == "text 19" for n in range(8))


def test_work_is_spawned_beside_and_offloaded_work_gives_its_result_or_its_error() -> None:
    done = THREADS.waiter()
    worker = THREADS.spawn(lambda: (done.set(), None)[1])
    assert done.wait(10)
    worker.join()
    assert THREADS.offload(lambda: 7) == 7
    with pytest.raises(sqlite3.OperationalError):
        THREADS.offload(lambda: sqlite3.connect("/nowhere/at/all.sqlite"))
