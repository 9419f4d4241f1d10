"""Damaged files for one reader of the question bank, within bounds that the system keeps.

    .venv/bin/python -m scripts.fuzz_reader FORMAT [--count N] [--seed N] [--first N] [--folder FOLDER] [--odd]

Starts from the files of tests/vectors/formats/FORMAT and mutates them (scripts/mutations.py); with `--odd` files come before them
that are odd altogether. Each answer is looked through as the studio would, sentences included.
Prints what became of the files, the slowest (of the processor's time) and the memory, as JSON. Ends with 1, and keeps the
file in .tmp/fuzz, at an exception, at a file that takes more than two seconds of the processor, and when the address space grows
by more than 300 MiB. A file is known by seed and number: `--first 4711 --count 1` makes it again.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from question_bank.formats.exchange import Defaults, Imported, NotThisFormat, Outcome, Reader
from question_bank.formats.registry import readers
from question_bank.ids import TopicCode
from question_bank.wording import render, use_language
from scripts.mutations import mutation, odd

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "tests" / "vectors" / "formats"
GROWTH_BYTES = 300 << 20
SECONDS = 2.0
NO_SEEDS = (".json", ".md")  # what stands beside the files in their folder


def main(arguments: list[str]) -> int:
    """Exit status: 0 when every file was read or refused."""
    parser = argparse.ArgumentParser(description="Damaged files for one reader of the question bank.")
    parser.add_argument("format", choices=sorted(readers()))
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--odd", action="store_true")
    options = parser.parse_args(arguments)
    folder = options.folder or VECTORS / options.format
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in NO_SEEDS)
    starts = [(path.name, path.read_bytes()) for path in files]
    use_language("vi")
    tried = Tried(readers()[options.format], ROOT / ".tmp" / "fuzz")
    for name, data in starts:  # what the reader loads when it is first used does not count as growth
        tried.one(name, data, "start")
    resource.setrlimit(resource.RLIMIT_AS, (address_space() + GROWTH_BYTES,) * 2)
    for number, (name, data) in enumerate(odd(starts) if options.odd else ()):
        tried.one(name, data, f"odd-{number}")
    for number in range(options.first, options.first + options.count):
        name, data = mutation(starts, random.Random(f"{options.seed}:{number}"))
        tried.one(name, data, f"{options.seed}-{number}")
    print(json.dumps(tried.figures()))
    return 0


class Tried:
    """What became of the files that one reader was given."""

    def __init__(self, reader: Reader, kept: Path) -> None:
        self.reader, self.kept = reader, kept
        self.outcomes: Counter[str] = Counter()
        self.slowest = (0.0, "")
        signal.signal(signal.SIGPROF, late)

    def one(self, name: str, data: bytes, label: str) -> None:
        """Read a file and look through all that was answered."""
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            self.reader.looks_like(data, name)
            found = self.reader.read(data, name, Defaults(TopicCode("chu-de")))
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.slowest = max(self.slowest, (time.process_time() - begun, label))
            look_through(found)
        except BaseException:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.kept.mkdir(parents=True, exist_ok=True)
            file = self.kept / f"{self.reader.NAME}-{label}-{name}"
            file.write_bytes(data)
            print(f"failed at {label}: {file}", file=sys.stderr)
            raise
        self.outcomes["refused" if isinstance(found, NotThisFormat) else "read"] += 1

    def figures(self) -> dict[str, int | str]:
        """Outcomes, the slowest file, the most memory the process held."""
        # Of this program alone: ru_maxrss begins with what the process had that started it.
        held = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
        peak = int(held[1]) >> 10 if held else 0
        slowest: dict[str, int | str] = {"slowest_ms": round(self.slowest[0] * 1000), "slowest": self.slowest[1]}
        return {"read": 0, "refused": 0, **self.outcomes, **slowest, "peak_mib": peak}


def look_through(found: Imported | NotThisFormat) -> None:
    """Everything that is shown of an import can be shown, and every question is accounted for."""
    if isinstance(found, NotThisFormat):
        render(found.notice.message)
        return
    assert sum(found.count(outcome) for outcome in Outcome) == len(found.questions)
    for question in found.questions:
        assert question.item is not None or question.review
        for notice in (*question.review, *question.notices):
            render(notice.message)
        for sentence in question.evidence:
            render(sentence)
        if question.item is not None:
            question.item.document()
    for notice in found.notices:
        render(notice.message)


def late(_number: int, _frame: FrameType | None) -> None:
    """The time for one file is over."""
    raise TimeoutError(f"more than {SECONDS} seconds of the processor for one file")


def address_space() -> int:
    """Bytes of address space that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
