"""Saved means committed: whatever was acknowledged is in the journal, however the server died."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.store.journal import Journal
from server.store.verify import verify_file

KILLS = 60
FOLDER = Path(__file__).resolve().parent


def test_nothing_acknowledged_is_missing_after_kill_9_at_any_instant(
    tmp_path: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> None:
    path = tmp_path / "sitting.journal.sqlite"
    victim = spawn(
        [sys.executable, FOLDER / "kill_victim.py", path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    assert victim.stdin is not None
    assert victim.stdout is not None
    chance = random.Random(20201122)
    acked: dict[tuple[str, str], tuple[str, str, str]] = {}
    for kill in range(KILLS):
        victim.stdin.write(f"{kill}\n")
        victim.stdin.flush()
        pid = int(victim.stdout.readline().removeprefix("born "))
        last = chance.choice((0, 1, 2, 5, chance.randint(1, 120)))
        for _ in range(last):
            line = victim.stdout.readline()
            assert line not in ("dead\n", ""), "the server died of itself"
            note(acked, line)
        os.kill(pid, signal.SIGKILL)
        while (line := victim.stdout.readline()) != "dead\n":
            note(acked, line)
    victim.stdin.close()
    victim.wait()
    report = verify_file(path)
    assert report.problems == ()
    assert report.ok
    with Journal.open_to_read(path) as journal:
        missing = [
            (stream, told) for stream, told in acked.items()
            if (found := journal.verdict_of(bytes.fromhex(_source(stream[0])), int(stream[1]))) is None
            or told != (found.outcome.value, str(found.head.seq), found.head.hash.hex())
        ]  # fmt: skip
        epochs = {record.epoch for record in journal.read(limit=1_000_000)}
    assert missing == []
    assert len(acked) > KILLS
    assert len(epochs) > KILLS // 2  # some died before their epoch was on disk; the rest died serving


def note(acked: dict[tuple[str, str], tuple[str, str, str]], line: str) -> None:
    """Remember an ack; the same number never gets another verdict, before or after a death."""
    if not line.startswith("ack ") or not line.endswith("\n"):
        return
    _, n, seq, outcome, at_seq, hashed = line.split()
    if outcome == "conflict":
        return
    assert acked.setdefault((n, seq), (outcome, at_seq, hashed)) == (outcome, at_seq, hashed)


def _source(n: str) -> str:
    return hashlib.sha256(f"outbox {n}".encode()).hexdigest()[:32]


def test_a_log_torn_anywhere_loses_whole_batches_and_nothing_before_them(server: Any, tmp_path: Path) -> None:
    server.started(*range(1, 6))
    server.journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    heads = [server.committer.head]
    for turn in range(12):
        option = 1 + turn % 4
        server.send(
            *[server.delivery(n, 3 + turn, server.sample.save(n, "i01", option, at=server.now)) for n in range(1, 6)]
        )
        heads.append(server.committer.head)
    log = Path(f"{server.path}-wal").read_bytes()
    chance = random.Random(7)
    cuts = sorted({0, len(log), *(chance.randrange(len(log)) for _ in range(40))})
    last = 0
    for cut in cuts:
        torn = tmp_path / f"torn-{cut}.sqlite"
        shutil.copyfile(server.path, torn)
        Path(f"{torn}-wal").write_bytes(log[:cut])
        with Journal.open(torn) as journal:
            assert journal.head() in heads
            held = heads.index(journal.head())
        assert verify_file(torn).ok
        assert held >= last
        last = held
    assert last == len(heads) - 1


FULL_DISK = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
folder = Path(sys.argv[1])
filler = folder / "filler"
from server.errors import NotStored
from server.store.journal import Journal
from server.store.committer import Committer
from server.store.async_port import THREADS
from server.store.batch import Delivery, Rules
from server.domain import sitting, commands
from server.domain.values import IncidentCategory
rules = Rules(sitting.decide, sitting.evolve, sitting.EMPTY, sitting.KINDS, sitting.ended)
journal = Journal.open(folder / "j.sqlite")
committer = Committer(journal, rules, lambda: 1000, THREADS, lambda batch: None)
committer.start()
filler.write_bytes(b"x" * 400_000)
acked, refused, seq = [], 0, 1
def delivery(seq):
    return Delivery(b"s" * 16, seq, b"%d" % seq, commands.RecordIncident(None, IncidentCategory.OTHER, "n" * 1900, "o"))
while refused < 5:
    try:
        acked += [(seq, v.seq, v.hash.hex()) for v in committer.submit([delivery(seq)])]
        seq += 1
    except NotStored:
        refused += 1
at_full = len(acked)
filler.unlink()
for _ in range(20):
    acked += [(seq, v.seq, v.hash.hex()) for v in committer.submit([delivery(seq)])]
    seq += 1
committer.stop()
journal.close()
from server.store.verify import verify_file
report = verify_file(folder / "j.sqlite")
with Journal.open_to_read(folder / "j.sqlite") as journal:
    held = {(r.source_seq, r.seq, r.hash.hex()) for r in journal.read(limit=10**6)}
print(json.dumps({"at_full": at_full, "acked": len(acked), "missing": len(set(acked) - held), "ok": report.ok}))
"""


def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_stored_and_work_goes_on_with_space(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    script = f'mount -t tmpfs -o size=1m tmpfs "{room}" && exec "{sys.executable}" -c "$0" "{room}"'
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    probe = subprocess.run(["unshare", *own, "--mount", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this system lets us make no small file system to fill")
    found = subprocess.run(
        ["unshare", *own, "--mount", "sh", "-c", script, FULL_DISK], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout)
    assert told["at_full"] > 10
    assert told == {**told, "acked": told["at_full"] + 20, "missing": 0, "ok": True}


def test_a_reader_sees_only_whole_batches_while_the_room_writes(server: Any) -> None:
    server.started(*range(1, 4))
    connection = sqlite3.connect(server.path)
    for turn in range(20):
        server.send(
            *[server.delivery(n, 3 + turn, server.sample.save(n, "i01", 1, at=server.now)) for n in range(1, 4)]
        )
        (seen,) = connection.execute("SELECT max(seq) FROM journal").fetchone()
        assert seen == server.committer.head.seq
    connection.close()
