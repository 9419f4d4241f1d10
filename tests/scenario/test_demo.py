"""The demonstration itself: whole, it ends well; broken on purpose, its independent checker says so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RUN_S = 400  # about a minute on an idle machine
Report = dict[str, Any]


def demo(repository: Path, *arguments: str) -> tuple[int, Report]:
    """Run it: exit status and what its last line says."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.demo", *arguments], cwd=repository, capture_output=True, text=True,
        timeout=RUN_S, check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines, done.stderr
    assert lines[-1].startswith("{"), f"{done.stdout}\n{done.stderr}"
    report: Report = json.loads(lines[-1])
    return done.returncode, report


def test_the_demonstration_loses_nothing_and_every_result_is_right(repository: Path) -> None:
    status, report = demo(repository)
    assert (status, report["answers_lost"], report["results_correct"]) == (0, 0, True), report
    assert (report["candidates"], report["graded"]) == (3, 3)
    assert report["answers_acked"] >= report["candidates"] * 60


def acked_too_early(report: Report) -> bool:
    return any(problem.endswith("was acknowledged before it was stored") for problem in report["problems"])


def one_is_missing(report: Report) -> bool:
    # The 20th answer and the 520th, if so many are given; one that nobody changed later is missed in the result too.
    few = 0 < report["answers_lost"] <= 4
    return few and str(report["problems"][0]).endswith("was acknowledged and is not there")


def results_are_exchanged(report: Report) -> bool:
    return not report["results_correct"] and report["answers_lost"] == 0 and len(report["problems"]) == 2


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        ("ack_before_commit", acked_too_early),
        ("drop_one_in_500", one_is_missing),
        ("swap_results", results_are_exchanged),
    ],
)
def test_the_demonstration_broken_on_purpose_ends_badly_and_says_why(
    repository: Path, fault: str, noticed: Callable[[Report], bool]
) -> None:
    status, report = demo(repository, "--fault", fault)
    assert status == 1
    assert noticed(report), report
