"""Acceptance: what a machine was acknowledged can be held against the journal long after its outbox is gone."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing

from scripts.scene import Scene


def test_a_machine_still_names_its_last_record_of_the_closed_journal(
    stage: Callable[..., AbstractContextManager[Scene]], free_port: Callable[[], int], eventually: Callable[..., None]
) -> None:
    with stage(1) as scene:
        scene.server.start()
        kiosk = scene.kiosk(0, free_port())
        kiosk.start()
        player = scene.sit(0, kiosk, (1, 2, 3))
        player.submit()
        scene.end_sitting()
        outboxes = kiosk.folder / "outbox"
        eventually(lambda: not list(outboxes.glob("*.sqlite")), what="the outbox being released")
        kiosk.stop()
        told = subprocess.run(
            [sys.executable, "-m", "client_kiosk.cli", "heads", "--dir", kiosk.folder, "--json"],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        (head,) = json.loads(told.stdout)["heads"]
        (path,) = (scene.room_folder / "sittings").glob("*.journal.sqlite")
        with closing(sqlite3.connect(path)) as journal:
            query = "SELECT lower(hex(hash)), lower(hex(source)), epoch FROM journal WHERE seq = ?"
            row = journal.execute(query, (head["seq"],)).fetchone()
            last = journal.execute("SELECT max(seq) FROM journal WHERE source = ?", (bytes.fromhex(head["source"]),))
            assert row == (head["hash"], head["source"], head["epoch"])
            assert head["seq"] == last.fetchone()[0], "of its own records, the last"
