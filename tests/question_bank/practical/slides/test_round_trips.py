"""What LibreOffice writes is marked like what PowerPoint writes: the trial presentation saved by it again, and carried through OpenDocument."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.presentation import open_model
from tests.question_bank.practical.slides.cases import CASES, IDS

# What LibreOffice 7.4 does not keep: sections at all, SmartArt through OpenDocument.
LOST = {"pptx": {"section"}, "odp": {"section", "smartart"}}

# LibreOffice takes a picture out of its place: whether it stood in one nobody can tell afterwards.
UNSURE = ("layout: two_content",)


@pytest.fixture(scope="module")
def saved(trial_bytes: bytes, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Presentation]:
    """The trial presentation as LibreOffice wrote it: `pptx` at once, `odp` by way of OpenDocument."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "pptx.pptx").write_bytes(trial_bytes)

    def start(target: str, *names: str) -> None:
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
                timeout=120,
            )
            if all((folder / "out" / f"{Path(one).stem}.{target}").is_file() for one in names):
                return
        pytest.fail("LibreOffice made nothing")

    start("odp", "pptx.pptx")
    (folder / "out" / "pptx.odp").rename(folder / "odp.odp")
    start("pptx", "pptx.pptx", "odp.odp")
    return {name: open_model((folder / "out" / f"{name}.pptx").read_bytes()) for name in LOST}


@pytest.mark.parametrize("path", LOST)
@pytest.mark.parametrize(("name", "select", "good", "bad"), CASES, ids=IDS)
def test_what_is_so_is_still_so(
    saved: Mapping[str, Presentation],
    right: Callable[..., bool],
    path: str,
    name: str,
    select: str,
    good: str,
    bad: str | None,
) -> None:
    assert right(saved[path], f"pptx.{name}", select, good) == (name not in LOST[path])


@pytest.mark.parametrize("path", LOST)
@pytest.mark.parametrize(("name", "select", "good", "bad"), [one for one in CASES if one[3] and one[3] not in UNSURE])
def test_what_is_not_so_does_not_become_so(
    saved: Mapping[str, Presentation],
    right: Callable[..., bool],
    path: str,
    name: str,
    select: str,
    good: str,
    bad: str,
) -> None:
    assert not right(saved[path], f"pptx.{name}", select, bad)


def test_libreoffice_writes_one_master_as_several(saved: Mapping[str, Presentation], trial_deck: Presentation) -> None:
    assert len(trial_deck.masters) == 1
    assert len(saved["pptx"].masters) > 1
