"""Acceptance: real servers on computers of their own, every fault alone and in pairs, under load: nothing lost, nothing twice,
every clock right to a second. Counted by the checker that believes nobody, in this process.
"""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server.drill import check_drill
from server.drill.faults import IMPOSSIBLE, LAB_FAULTS, STANDBY

pytestmark = pytest.mark.root

SEATS = 6
PARTS = 8  # of all pairs: one room lives through each
SAMPLE = 3
CHANCE = random.Random(20201122)
# Of each pair the one that begins is drawn: a standby lost before the primary dies is another story than after.
PAIRS = [
    "+".join(pair if CHANCE.random() < 0.5 else pair[::-1])
    for pair in itertools.combinations(LAB_FAULTS, 2)
    if frozenset(pair) not in IMPOSSIBLE
]
CHANCE.shuffle(PAIRS)
# What touches the standby first: a room closes only when it has been in step again for half a minute, or since a start.
ALONE = sorted(LAB_FAULTS, key=lambda name: (LAB_FAULTS[name].needs != STANDBY, LAB_FAULTS[name].loses_server, name))
# A room that has just lost its standby has none to lose; since a start of its own it has one again.
ALONE.insert(1, ALONE.pop(ALONE.index("kill_server")))


@pytest.fixture
def lab(tmp_path: Path, repository: Path) -> Callable[[Sequence[str], int], dict[str, Any]]:
    """`lab(faults, seed)`: one room in a lab of its own lives through them; what the checker finds in its files."""

    def held(names: Sequence[str], seed: int) -> dict[str, Any]:
        folder = tmp_path / f"lab-{seed}"
        words = ["--faults", ",".join(names), "--seats", str(SEATS), "--seed", str(seed), "--to", str(folder)]
        command = [sys.executable, str(repository / "scripts" / "fault_lab.py"), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        assert done.stdout, done.stderr[-4000:]
        said = json.loads(done.stdout.splitlines()[-1])
        assert said["problems"] == [], (said["problems"], done.stderr[-2000:])
        assert done.returncode == 0
        return {**check_drill.check(folder / "kept"), "touched": said["touched"]}

    return held


def all_is_well(report: dict[str, Any], names: Sequence[str]) -> None:
    assert report["problems"] == []
    assert (report["lost"], report["duplicated"], report["late"], report["canaries_wrong"]) == (0, 0, 0, 0)
    assert [one["fault"] for one in report["faults"]] == [check_drill.CALM, *names]
    for one in report["faults"]:
        assert one["acked"] >= SEATS, "answers were given in every phase"
        assert one["time_off_ms"] <= check_drill.TOLERATED_MS
        assert one["reconcile_s"] is not None
        assert ("promote" in one["fault"]) == (one["offered_s"] is not None)


def happened(kept: Path, touched: Mapping[str, int]) -> set[str]:
    """Faults that left a trace in a phase of their own: without one, all would be well whatever the room is like."""
    told = check_drill.Told.read(kept)
    with closing(sqlite3.connect(kept / "journal.sqlite")) as journal:
        rows = journal.execute("SELECT seq, kind, hash FROM journal ORDER BY seq").fetchall()
    seqs = {own: seq for seq, _, own in rows}
    found = {name for name, packets in touched.items() if packets}
    last = 0
    for place, phase in enumerate(told.phases):
        heard = [one.ack for one in told.heard if told.phase_at(one.at_ms) == place]
        first, last = last, max([last, *(seqs[ack.hash] for ack in heard if ack.hash in seqs)])
        noted = {kind.partition("/")[0] for seq, kind, _ in rows if first < seq <= last}
        back = sum(one["at_ms"] >= phase.from_ms for one in told.seen("back", place))
        twice = max(Counter(ack.ref for ack in heard).values(), default=0) > 1
        begun = "epoch_began" in noted and back > 0
        traces = {
            **dict.fromkeys(("kill_standby", "cut_standby"), "standby_lost" in noted),
            **dict.fromkeys(("kill_server", "power_all"), begun),
            "promote": bool(told.seen("promoted", place)) and back > 0,
            **dict.fromkeys(("duplicate", "reorder"), twice),
            "step_clock": begun and "clock_anchored" in noted,
            "fill_disk": [one["free_bytes"] for one in told.seen("filled", place)] == [0],
            "power_row": 0 < back < SEATS,
        }
        if traces.get(phase.fault):
            found.add(phase.fault)
    return found


def test_every_fault_alone_and_some_pairs_lose_nothing_double_nothing_and_leave_every_clock_right(
    lab: Callable[[Sequence[str], int], dict[str, Any]], tmp_path: Path
) -> None:
    names = [*PAIRS[:SAMPLE], *ALONE]
    report, kept = lab(names, 1), tmp_path / "lab-1" / "kept"
    all_is_well(report, names)
    assert set(ALONE) - happened(kept, report["touched"]) == set(), "each of them was really there"
    assert (kept / "branches.jsonl").read_bytes(), (
        "what the one side of the split room had alone was set aside, and given back"
    )
    (kept / "branches.jsonl").write_bytes(b"")
    without = check_drill.check(kept)
    assert without["lost"] > 0, "the checker sees what only that side had acknowledged"


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_all_pairs_of_faults(lab: Callable[[Sequence[str], int], dict[str, Any]], part: int) -> None:
    names = PAIRS[part::PARTS]
    all_is_well(lab(names, part + 2), names)
