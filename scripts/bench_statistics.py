"""How long item statistics of a whole contest take.

    .venv/bin/python -m scripts.bench_statistics [--candidates 1000] [--items 60] [--json]

A made-up table of marks (a third of the items with partial marks) and one of choices, as .csv files of that size; timed are
reading them, all figures with the options', and writing the JSON.
"""

from __future__ import annotations

import argparse
import json
import platform
import time

from question_bank.draw import Draw
from question_bank.item_stats.document import document
from question_bank.item_stats.measures import statistics
from question_bank.item_stats.reading import read_choices, read_matrix


def made(candidates: int, items: int) -> tuple[bytes, bytes]:
    """A table of marks and the table of choices it comes from; stronger candidates are right more often."""
    draw = Draw(bytes(32), "bench of statistics")
    names = [f"CAU-{n:03d}" for n in range(items)]
    marks, choices = [",".join(["sbd", *names])], [",".join(["sbd", *names]), ",".join(["key", *"A" * items])]
    for number in range(candidates):
        strength = draw.below(60) + 20
        chosen = ["A" if draw.below(100) < strength else "BCD"[draw.below(3)] for _ in range(items)]
        shares = [("1" if one == "A" else "0.25" if n % 3 == 0 and one == "B" else "0") for n, one in enumerate(chosen)]
        marks.append(",".join([f"{number:05d}", *shares]))
        choices.append(",".join([f"{number:05d}", *chosen]))
    return "\n".join(marks).encode(), "\n".join(choices).encode()


def run(candidates: int, items: int) -> dict[str, float]:
    """Seconds of processor time for each part."""
    marks, choices = made(candidates, items)
    times = {}
    began = time.process_time()
    matrix = read_matrix(marks)
    assert not isinstance(matrix, list), matrix
    times["the table of marks read"] = time.process_time() - began
    began = time.process_time()
    statistics(matrix)
    times["all figures of marks"] = time.process_time() - began
    began = time.process_time()
    found = read_choices(choices, matrix)
    assert not isinstance(found, list), found
    times["the table of choices read"] = time.process_time() - began
    began = time.process_time()
    text = json.dumps(document(statistics(matrix, found)), allow_nan=False)
    assert len(json.loads(text)["items"]) == items
    times["all figures with the options', as JSON"] = time.process_time() - began
    return times


def main() -> None:
    """Run it and print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=1000)
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    times = run(arguments.candidates, arguments.items)
    if arguments.json:
        print(json.dumps(times))
        return
    print(f"{arguments.candidates} candidates, {arguments.items} items, Python {platform.python_version()}")
    for name, seconds in (*times.items(), ("together", sum(times.values()))):
        print(f"{seconds:8.3f} s  {name}")


if __name__ == "__main__":
    main()
