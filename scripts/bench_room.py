#!/usr/bin/env python3
"""Load bench of a room: N virtual kiosks over TLS against the real server process, on two cores shared by both.

    scripts/bench_room.py --kiosks 300 --json [--async-mode eventlet|threading]

What is measured, and how, is written in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.bench_hall import BenchHall, Figures  # noqa: E402
from scripts.bench_server import BenchServer, free_port  # noqa: E402
from server.drill.prepared_room import (  # noqa: E402
    Rules,
    address_of,
    hold_ceremony,
    make_room,
    officer_session,
    open_room,
    seal_contest,
)

DURATION_S = 4 * 3600  # of the part: the bench ends long before


def main() -> int:
    """Run the bench; exit code 1 when an acknowledged answer is missing or not everybody came back."""
    arguments = _arguments()
    cores = sorted(os.sched_getaffinity(0))[: arguments.cores]
    os.sched_setaffinity(0, cores)
    with tempfile.TemporaryDirectory(prefix="examroom-bench-") as folder:
        figures = asyncio.run(_bench(Path(folder), arguments))
    figures.cores = len(cores)
    if arguments.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:32} {value}")
    return 0 if figures.lost == 0 and figures.unreconciled == 0 else 1


async def _bench(folder: Path, arguments: argparse.Namespace) -> Figures:
    sealed, room = folder / "sealed", folder / "room"
    sealed.mkdir()
    room.mkdir()
    contest = seal_contest(sealed)
    sheets = make_room(room, contest, arguments.kiosks, Rules(duration_s=DURATION_S))
    with open_room(room) as opened:
        hold_ceremony(opened, contest)
        cookie = officer_session(opened)
        address = address_of(room, opened.identity.room_id, free_port(), contest.committee.raw)
    server = BenchServer(room, address.port, arguments.async_mode, arguments.server)
    hall = BenchHall(address, server, sheets, folder / "kiosks", cookie)
    try:
        server.start()
        await hall.come_in()
        await hall.stage()
        await hall.sign_in()
        await hall.start_part()
        await hall.paced(10.0, arguments.seconds, "10s")
        await hall.paced(2.0, arguments.seconds, "2s")
        await hall.closed_loop(min(50, arguments.kiosks), arguments.seconds / 2)
        await hall.crash(arguments.seconds / 3)
        await hall.submit()
    finally:
        await hall.leave()
        server.stop()
    hall.count_lost(room)
    hall.figures.async_mode = arguments.async_mode
    return hall.figures


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kiosks", type=int, default=300)
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default="eventlet")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of each paced run")
    parser.add_argument("--cores", type=int, default=2, help="processor cores for server and kiosks together")
    parser.add_argument("--server", help="another command to serve with: it gets FOLDER PORT MODE")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
