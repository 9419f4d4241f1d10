"""The vectors of the sealed package, and the officials' command line run in this process.

A test that takes `vector` is run with every entry of verdicts.json, one that takes `case` with every one of custody.json.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank.cli import main

HERE = Path(__file__).resolve().parent


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "vector" in metafunc.fixturenames:
        vectors = json.loads((HERE / "verdicts.json").read_text(encoding="utf-8"))["vectors"]
        metafunc.parametrize("vector", vectors, ids=lambda vector: vector["file"].removesuffix(".exam"))
    if "case" in metafunc.fixturenames:
        cases = json.loads((HERE / "custody.json").read_text(encoding="utf-8"))["cases"]
        metafunc.parametrize("case", cases, ids=lambda case: case["name"])


@pytest.fixture(scope="session")
def verdicts() -> dict[str, Any]:
    """verdicts.json: the vectors, and every secret needed to open them."""
    found: dict[str, Any] = json.loads((HERE / "verdicts.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def files() -> Path:
    """The folder of the vectors' files."""
    return HERE / "sealed"


@pytest.fixture
def bank(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """`bank("verify", path, …, "--json")`: the exit status and what was printed, read as JSON with `--json`."""

    def run(*arguments: object) -> tuple[int, Any]:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, json.loads(said.out) if "--json" in arguments else said.out + said.err

    return run
