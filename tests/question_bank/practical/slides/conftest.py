"""The trial presentation, and requests written as a rubric has them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.formats.nodes import Table, parse
from question_bank.formats.report import Report
from question_bank.practical.arguments import read_fields
from question_bank.practical.catalogue import CheckType, Request, check_type
from question_bank.practical.findings import Outcome
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.presentation import open_model
from scripts.presentation_trial import trial
from tests.question_bank.practical.slides.tasks import SEEDS, files_of

Ask = Callable[..., tuple[CheckType, Request]]


@pytest.fixture(scope="session")
def trial_bytes() -> bytes:
    return trial()


@pytest.fixture(scope="session")
def trial_deck(trial_bytes: bytes) -> Presentation:
    return open_model(trial_bytes)


@pytest.fixture(scope="session")
def ask() -> Ask:
    """`ask(name, select, expect)`: a check and what a rubric asks of it; both as YAML in one line."""

    def make(name: str, select: str = "", expect: str = "") -> tuple[CheckType, Request]:
        found = check_type(name)
        assert found is not None, name
        report = Report("test")
        tree = parse("{" + f"select: {{{select}}}, expect: {{{expect}}}" + "}")
        assert isinstance(tree, Table), tree
        asked = [
            read_fields(tree, where, fields, report)
            for where, fields in (("select", found.select), ("expect", found.expect))
        ]
        assert report.problems == []
        return found, Request(asked[0], asked[1])

    return make


@pytest.fixture(scope="session")
def answer(ask: Ask) -> Callable[..., Outcome]:
    """`answer(model, name, select, expect)`: what a check finds."""

    def make(deck: Presentation, name: str, select: str = "", expect: str = "") -> Outcome:
        found, request = ask(name, select, expect)
        return found.run(deck, request)

    return make


@pytest.fixture(scope="session")
def right(answer: Callable[..., Outcome]) -> Callable[..., bool]:
    """`right(model, name, select, expect)`: whether a check found something, and nothing wrong."""

    def make(deck: Presentation, name: str, select: str = "", expect: str = "") -> bool:
        outcome = answer(deck, name, select, expect)
        return outcome.matched and bool(outcome.findings) and all(one.right for one in outcome.findings)

    return make


@pytest.fixture(scope="session")
def office(trial_bytes: bytes, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """`office(data, "odp", "pptx")`: a presentation as LibreOffice saves it, along these kinds of files.

    Two starts for all: at the first use every presentation of the tests goes to OpenDocument, and then both kinds to .pptx.
    """
    folder = tmp_path_factory.mktemp("office")
    made: dict[tuple[bytes, tuple[str, ...]], bytes] = {}

    def start(target: str, names: list[str]) -> None:
        program = [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            target,
        ]
        for _ in range(2):  # the first start on a new profile may end with nothing done but the profile
            subprocess.run(
                [*program, "--outdir", folder / "out", *names],
                cwd=folder,
                capture_output=True,
                check=False,
                timeout=300,
            )
            if all((folder / "out" / f"{Path(one).stem}.{target}").is_file() for one in names):
                return
        pytest.fail("LibreOffice made nothing")

    def convert(given: list[bytes]) -> None:
        for number, data in enumerate(given):
            (folder / f"a{number}.pptx").write_bytes(data)
        start("odp", [f"a{number}.pptx" for number in range(len(given))])
        for number in range(len(given)):
            (folder / "out" / f"a{number}.odp").rename(folder / f"b{number}.odp")
        start(
            "pptx",
            [
                f"{kind}{number}.{ending}"
                for number in range(len(given))
                for kind, ending in (("a", "pptx"), ("b", "odp"))
            ],
        )
        for number, data in enumerate(given):
            made[data, ("pptx",)] = (folder / "out" / f"a{number}.pptx").read_bytes()
            made[data, ("odp", "pptx")] = (folder / "out" / f"b{number}.pptx").read_bytes()

    def answer(data: bytes, *path: str) -> bytes:
        if (data, path) not in made:
            convert([trial_bytes, *files_of(SEEDS[1])])
        return made[data, path]

    return answer
