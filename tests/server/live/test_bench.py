"""The load bench itself, small: it runs against the real server in both modes, and would notice a lost answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench_hall import BenchHall, Figures
from server.drill.virtual_parts import Kept


@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_the_bench_runs_and_nothing_is_lost_over_a_kill(repository: Path, mode: str) -> None:
    command = [
        sys.executable,
        "scripts/bench_room.py",
        "--kiosks",
        "5",
        "--seconds",
        "2",
        "--json",
        "--async-mode",
        mode,
    ]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout)
    assert (figures["lost"], figures["unreconciled"], figures["refused"]) == (0, 0, 0)
    assert figures["acknowledged"] > figures["answers"] > 50
    assert figures["async_mode"] == mode
    assert 0 < figures["start_spread_s"] <= figures["start_here_s"] + figures["decrypt_ms"] / 1000 + 1


def test_an_answer_that_is_in_no_journal_counts_as_lost(tmp_path: Path) -> None:
    class Kiosk:
        source = "ab" * 16
        outbox = (Kept(b"x", acked_at=1.0, verdict="accepted"), Kept(b"y"))

        class measured:  # noqa: N801
            answers = 2

    class Server:
        peak_rss_bytes = 0

    hall = BenchHall.__new__(BenchHall)
    hall.figures, hall._kiosks, hall._server = Figures(), [Kiosk()], Server()  # type: ignore[assignment,list-item]
    (tmp_path / "sittings").mkdir()
    hall.count_lost(tmp_path)
    assert (hall.figures.acknowledged, hall.figures.lost) == (1, 1)
