"""What it costs to mark what candidates hand in, and to be attacked with it.

    .venv/bin/python scripts/bench_practical.py [--goes 9] [--only WORD] [--json]

Each line is a process of its own that marks the same file `--goes` times through `job.mark_submission` (hostile ones once): prescan, model,
checks and verdicts in the sandbox, LibreOffice in another where it is wanted. **fastest** and **median** are by the clock; on a busy machine the
fastest says more. **worker** is the processor time of the worker that answers, with its start and imports, in the fastest go; **memory** the most
that it held (nothing where it was stopped). The first line is a scale: an interpreter that ends at once, without a sandbox. The first go of a
process also warms up LibreOffice's profile and tries the sandbox; it is not counted.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from question_bank.practical import interpreter, job
from scripts import trial_checks
from scripts.hostile_files import STOPPED
from scripts.office_files import docx, ods, odt, packed, pptx, xlsx

SEED = bytes(32)
MARGINS = "type: docx.margins, expect: {left_mm: [30, 35]}"
FORM = "type: docx.administrative_document, expect: {type: ke-hoach}"
TRIAL = "type: docx.trial_text, expect: {what: hoạch}"
VALUE = "type: xlsx.recalculated_value, select: {cell: A2}, expect: {number: 2}"
KEPT = "type: xlsx.value, select: {cell: A1}, expect: {number: 1}"
SLIDES = "type: pptx.slide_count, expect: {count: 0}"


@dataclass(frozen=True, slots=True)
class Case:
    """A file under its name, the check it is marked by, and how often that is done."""

    name: str
    check: str
    make: Callable[[], bytes]
    once: bool = False


def _long() -> bytes:
    return packed(
        docx(
            "".join(
                f'<w:p><w:r><w:t xml:space="preserve">Đoạn {n} của bài làm. </w:t></w:r></w:p>' for n in range(5000)
            )
        )
    )


CASES: Mapping[str, Case] = {
    "a small .docx": Case("a.docx", MARGINS, lambda: packed(docx())),
    "a small .docx, its whole form": Case("a.docx", FORM, lambda: packed(docx())),
    "a .docx of 5,000 paragraphs": Case("a.docx", MARGINS, _long),
    "a small .xlsx": Case("a.xlsx", KEPT, lambda: packed(xlsx())),
    "a small .pptx": Case("a.pptx", SLIDES, lambda: packed(pptx())),
    "a small .odt, converted": Case("a.odt", MARGINS, lambda: packed(odt())),
    "a small .xlsx, recalculated": Case("a.xlsx", VALUE, lambda: packed(xlsx())),
    "a small .ods, converted and recalculated": Case("a.ods", VALUE, lambda: packed(ods())),
    **{name: Case("a.docx", TRIAL, make, once=True) for name, (_, make) in STOPPED.items()},
    "an endless loop in a check": Case("a.docx", "type: docx.trial_harm, expect: {what: loop}", lambda: packed(docx()), once=True),
    "16 GB in a check": Case("a.docx", "type: docx.trial_harm, expect: {what: allocate}", lambda: packed(docx()), once=True),
    "10 MB of answer": Case("a.docx", "type: docx.trial_harm, expect: {what: print x}", lambda: packed(docx()), once=True),
    "files without end": Case("a.docx", "type: docx.trial_harm, expect: {what: fill}", lambda: packed(docx()), once=True),
}  # fmt: skip


def rubric(case: Case) -> bytes:
    """A rubric of one check."""
    kind = case.check.removeprefix("type: ").partition(".")[0]
    accept = {"docx": "docx, odt", "xlsx": "xlsx, ods", "pptx": "pptx, odp"}[kind]
    return f"""format: exam-rubric/1
id: bench
version: 1
title: {{vi: "T", en: "T"}}
files:
  - {{name: a.{kind}, accept: [{accept}]}}
points: 1
groups:
  - {{id: g, title: {{vi: "G", en: "G"}}, checks: [{{id: c, points: 1, {case.check}}}]}}
""".encode()


def measure(name: str, goes: int) -> dict[str, object]:
    """One line, in this process."""
    case = CASES[name]
    data, asked = case.make(), rubric(case)
    if "trial" in case.check:
        trial_checks.enter()
    interpreter.worker_command = trial_checks.command if "trial" in case.check else trial_checks.measured_command
    job.mark_submission(asked, SEED, {} if case.once else {case.name: data})
    goes_found: list[tuple[float, int]] = []
    memory = 0
    done: object = None
    for _ in range(1 if case.once else goes):
        start = time.perf_counter()
        done = job.mark_submission(asked, SEED, {case.name: data})
        clock = 1000 * (time.perf_counter() - start)
        assert isinstance(done, job.WorkDocument), done
        used = trial_checks.MEASURED.search(done.log)
        memory = max(memory, int(used[1]) if used else 0)
        goes_found.append((clock, int(used[2]) if used else 0))
    assert isinstance(done, job.WorkDocument)
    notices = done.document["notices"]
    assert isinstance(notices, list)
    told = [str(one["code"]) for one in notices if isinstance(one, dict)]
    return {
        "file": name,
        "bytes": len(data),
        "verdict": ", ".join(told) or "marked",
        "fastest_ms": round(min(goes_found)[0]),
        "median_ms": round(statistics.median(clock for clock, _ in goes_found)),
        "worker_ms": min(goes_found)[1] or "",
        "memory_mb": memory or "",
    }


def scale(goes: int) -> dict[str, object]:
    """An interpreter that ends at once."""
    clocks = []
    for _ in range(goes):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-I", "-S", "-c", ""], check=True)
        clocks.append(1000 * (time.perf_counter() - start))
    name = "(an interpreter that ends at once)"
    return {
        "file": name,
        "bytes": 0,
        "verdict": "",
        "fastest_ms": round(min(clocks)),
        "median_ms": round(statistics.median(clocks)),
        "worker_ms": "",
        "memory_mb": "",
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the marking of practical tasks.")
    parser.add_argument("--goes", type=int, default=9)
    parser.add_argument("--only", default="", help="lines that have this word")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--line", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.line:
        print(json.dumps(measure(arguments.line, arguments.goes)))
        return
    lines = [scale(arguments.goes)]
    for name in CASES:
        if arguments.only in name:
            words = [sys.executable, __file__, "--line", name, "--goes", str(arguments.goes)]
            lines.append(json.loads(subprocess.run(words, check=True, capture_output=True).stdout))
    if arguments.json:
        print(json.dumps(lines))
        return
    print(f"Python {platform.python_version()}, {platform.system()} {platform.release()}\n")
    print("| file | bytes | | fastest, ms | median, ms | worker, ms | memory, MB |\n|---|---|---|---|---|---|---|")
    for line in lines:
        print(
            "| " + " | ".join(f"{value:,}" if isinstance(value, int) else str(value) for value in line.values()) + " |"
        )


if __name__ == "__main__":
    main()
