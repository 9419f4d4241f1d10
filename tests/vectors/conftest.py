"""Run examroom-bank in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from question_bank.cli import main


@pytest.fixture
def bank(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """`bank("verify", path, …, "--json")`: the exit status and what was printed, read as JSON with `--json`."""

    def run(*arguments: object) -> tuple[int, Any]:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, json.loads(said.out) if "--json" in arguments else said.out + said.err

    return run
