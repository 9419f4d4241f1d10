"""What holds for every command: who reads its output may leave early."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "question_bank" / "samples" / "bank"


@pytest.mark.parametrize(
    ("words", "statuses"),
    [
        (("--help",), {0, 141}),
        (("check", str(SAMPLES)), {141}),
        (("check", str(SAMPLES), "--json"), {141}),
        (("nothing",), {2}),
    ],
    ids=["help", "lines", "JSON", "wrong usage"],
)
def test_a_command_ends_quietly_when_nobody_reads_any_more(words: tuple[str, ...], statuses: set[int]) -> None:
    command = [sys.executable, "-m", "question_bank.cli", *words]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        said = process.stderr.read() if process.stderr else ""
    assert process.returncode in statuses
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
