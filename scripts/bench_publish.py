#!/usr/bin/env python3
"""Measure a room at 100, 300 and 1000 kiosks in both async modes, and write the figures into docs/benchmarks.md.

    scripts/bench_publish.py [--kiosks 100 300 1000] [--modes eventlet threading] [--times 3]

Wants a machine that does nothing else: it says in the page how busy it was. Each figure is the median of the runs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: written by scripts/bench_publish.py -->", "<!-- end of figures -->"
SYNCS = 200

Run = dict[str, Any]
ROWS: tuple[tuple[str, Callable[[Run], float]], ...] = (
    ("everybody connected and proven, s", lambda run: run["come_in_s"]),
    ("both packages staged by everybody, s", lambda run: run["staging_s"]),
    ("everybody signed in at once, s", lambda run: run["sign_in_s"]),
    ("**start spread, s**", lambda run: run["start_spread_s"]),
    ("… with all decryptions on these cores, s", lambda run: run["start_here_s"]),
    ("**one answer per 10 s: p50, ms**", lambda run: run["paced"]["10s"]["p50_ms"]),
    ("**… p99, ms**", lambda run: run["paced"]["10s"]["p99_ms"]),
    ("… slowest, ms", lambda run: run["paced"]["10s"]["max_ms"]),
    ("… server CPU s per 1000 answers, all told", lambda run: run["paced"]["10s"]["cpu_s_per_1000"]),
    ("one answer per 2 s: p50, ms", lambda run: run["paced"]["2s"]["p50_ms"]),
    ("… p99, ms", lambda run: run["paced"]["2s"]["p99_ms"]),
    ("… slowest, ms", lambda run: run["paced"]["2s"]["max_ms"]),
    ("… server CPU s per 1000 answers, all told", lambda run: run["paced"]["2s"]["cpu_s_per_1000"]),
    ("**50 kiosks in a closed loop: answers/s**", lambda run: run["closed_loop_acks_per_s"]),
    ("… p50, ms", lambda run: run["closed_loop_p50_ms"]),
    ("… p99, ms", lambda run: run["closed_loop_p99_ms"]),
    ("… server CPU s per 1000 answers", lambda run: run["closed_loop_cpu_s_per_1000"]),
    ("kill -9 → listening again, s", lambda run: run["restart_s"]),
    ("**listening → everybody reconciled, s**", lambda run: run["reconciled_s"]),
    ("everybody hands in at once, s", lambda run: run["submit_s"]),
    ("answers given", lambda run: run["answers"]),
    ("**lost**", lambda run: run["lost"]),
    ("memory before → peak, MB (before)", lambda run: run["rss_start_mb"]),
    ("memory before → peak, MB (peak)", lambda run: run["rss_peak_mb"]),
)


def main() -> int:
    """Run everything; 1 when an answer was lost in any run."""
    arguments = _arguments()
    columns: dict[str, list[Run]] = {}
    busy = os.getloadavg()[0]
    for kiosks in arguments.kiosks:
        for mode in arguments.modes:
            runs = [_run(kiosks, mode, arguments.seconds) for _ in range(arguments.times)]
            columns[f"{kiosks} {mode}"] = runs
    table = _table(columns)
    notes = _notes(arguments, busy)
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{notes}\n\n{table}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    print(table)
    return int(any(run["lost"] for runs in columns.values() for run in runs))


def _run(kiosks: int, mode: str, seconds: float) -> Run:
    command = [sys.executable, "scripts/bench_room.py", "--kiosks", str(kiosks), "--async-mode", mode, "--json"]
    done = subprocess.run([*command, "--seconds", str(seconds)], cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise SystemExit(f"{kiosks} kiosks, {mode}: the bench failed\n{done.stderr[-2000:]}")
    print(f"{kiosks} {mode}: {done.stdout.strip()[:160]}…", file=sys.stderr)
    run: Run = json.loads(done.stdout)
    return run


def _table(columns: dict[str, list[Run]]) -> str:
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name, figure in ROWS:
        cells = [_shown(statistics.median(figure(run) for run in runs)) for runs in columns.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _shown(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _notes(arguments: argparse.Namespace, busy: float) -> str:
    syncs = _syncs()
    return (
        f"Medians of {arguments.times}; paced runs of {arguments.seconds:g} s; {_processor()}, two cores for server and kiosks"
        f" together, Python {platform.python_version()}, {platform.system()} {platform.release().split('-')[0]}.\n"
        f"fdatasync on its disk: p50 {_at(syncs, 0.5):.2f} ms, p99 {_at(syncs, 0.99):.2f} ms."
        f" Load of the machine when it began: {busy:.1f} of {os.cpu_count()} cores."
    )


def _syncs() -> list[float]:
    """How long this disk takes to promise four kilobytes, in ms, sorted."""
    found: list[float] = []
    with tempfile.TemporaryFile() as file:
        for place in range(SYNCS):
            os.pwrite(file.fileno(), b"x" * 4096, 4096 * place)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            found.append((time.perf_counter() - began) * 1000)
    return sorted(found)


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[int(len(ordered) * share)]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kiosks", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--modes", nargs="+", default=["eventlet", "threading"])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
