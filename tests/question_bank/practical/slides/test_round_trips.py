"""What LibreOffice writes is marked like what PowerPoint writes: the trial presentation saved by it again, and carried through OpenDocument."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.presentation import open_model
from tests.question_bank.practical.slides.cases import CASES, IDS

# What LibreOffice 7.4 does not keep: sections at all, SmartArt through OpenDocument.
LOST = {"pptx": {"section"}, "odp": {"section", "smartart"}}

# LibreOffice takes a picture out of its place: whether it stood in one nobody can tell afterwards.
UNSURE = ("layout: two_content",)


@pytest.fixture(scope="module")
def saved(trial_bytes: bytes, office: Callable[..., bytes]) -> Mapping[str, Presentation]:
    """The trial presentation as LibreOffice wrote it: `pptx` at once, `odp` by way of OpenDocument."""
    return {"pptx": open_model(office(trial_bytes, "pptx")), "odp": open_model(office(trial_bytes, "odp", "pptx"))}


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
