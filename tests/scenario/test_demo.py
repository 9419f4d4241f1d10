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


def run(repository: Path, *arguments: str, within_s: float = RUN_S) -> subprocess.CompletedProcess[str]:
    """Run it, however it ends. Raises TimeoutExpired when it does not."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.demo", *arguments], cwd=repository, capture_output=True, text=True,
        timeout=within_s, check=False,
    )  # fmt: skip


def demo(repository: Path, *arguments: str) -> tuple[int, Report]:
    """Run it to its end: exit status and what its last line says."""
    done = run(repository, *arguments)
    lines = done.stdout.splitlines()
    assert lines, done.stderr
    assert lines[-1].startswith("{"), f"{done.stdout}\n{done.stderr}"
    report: Report = json.loads(lines[-1])
    return done.returncode, report


def test_the_demonstration_loses_nothing_and_every_result_is_right(repository: Path) -> None:
    status, report = demo(repository)
    assert (status, report["answers_lost"], report["results_correct"]) == (0, 0, True), report
    assert (report["candidates"], report["graded"]) == (3, 3)
    assert report["answers_given"] >= 540, "one loss in 500 would have been met"
    assert report["answers_acked"] >= report["answers_given"]


def acked_too_early(report: Report) -> bool:
    return any(problem.endswith("was acknowledged before it was stored") for problem in report["problems"])


def one_is_missing(report: Report) -> bool:
    # The 20th answer, and those that came of it: nobody has changed it later, so it is missed in the result too.
    few = 0 < report["answers_lost"] <= 4
    return few and str(report["problems"][0]).endswith("was acknowledged and is not there")


def results_are_exchanged(report: Report) -> bool:
    exchanged = sum(" right published, " in problem for problem in report["problems"]) == 2
    ranks = any(problem.startswith("the order of the page is ") for problem in report["problems"])
    return not report["results_correct"] and report["answers_lost"] == 0 and exchanged and ranks


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        pytest.param("ack_before_commit", acked_too_early, marks=pytest.mark.soak),
        ("drop_one_in_500", one_is_missing),
        pytest.param("swap_results", results_are_exchanged, marks=pytest.mark.soak),
    ],
)
def test_the_demonstration_broken_on_purpose_ends_badly_and_says_why(
    repository: Path, fault: str, noticed: Callable[[Report], bool]
) -> None:
    status, report = demo(repository, "--fault", fault)
    assert status == 1
    assert noticed(report), report


@pytest.mark.soak
def test_a_demonstration_whose_server_never_comes_back_ends_and_says_so(repository: Path) -> None:
    """Its candidates would go on trying for as long as anybody lets them."""
    done = run(repository, "--fault", "server_gone", within_s=150)
    assert done.returncode == 1, done.stdout
    assert "which will not start again" in done.stdout
    assert "the server ended by itself (exit code 3): " in done.stderr
    assert "EXAMROOM_FAULT" in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout.splitlines()[-1].startswith("{")
