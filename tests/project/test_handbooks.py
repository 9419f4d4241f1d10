"""The handbooks for people in the hall: their words are those of the screens, their pictures are small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

HANDBOOKS = ("proctor", "technical", "what-to-do-when")
CATALOGUES = ("server", "client_kiosk")
MAX_PICTURE_BYTES = 150_000  # a handbook is opened on an old laptop, and printed
MOST_PICTURE_BYTES = 500_000


def words_of_screens(repository: Path, language: str) -> set[str]:
    """Every sentence that a page or program shows, without what is filled in."""
    found: set[str] = set()
    for package in CATALOGUES:
        with (repository / package / "translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
            for message in read_po(file):
                said = message.id if language == "en" else message.string
                found.update([said] if isinstance(said, str) else said or ())
    return {bare(one) for one in found}


def bare(text: str) -> str:
    """A sentence as a handbook quotes it: placeholders, quotes and what ends it left out."""
    return re.sub(r"%\(\w+\)s|[“”…:,?]", "", text).strip()


def quoted(text: str) -> set[str]:
    """What stands in italics: names of pages, fields and buttons."""
    flowing = re.sub(r"\s*\n\s*", " ", re.sub(r"\*\*.*?\*\*", "", text, flags=re.DOTALL))
    return {bare(one) for one in re.findall(r"(?<![*\w])\*([^*]+)\*(?![*\w])", flowing)}


@pytest.mark.parametrize("name", HANDBOOKS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_handbook_calls_pages_and_buttons_as_the_screens_do(repository: Path, name: str, language: str) -> None:
    file = repository / "docs" / (f"{name}.vi.md" if language == "vi" else f"{name}.md")
    named = quoted(file.read_text(encoding="utf-8"))
    assert len(named) > 15
    assert named - words_of_screens(repository, language) == set()


@pytest.mark.parametrize("name", HANDBOOKS)
def test_both_languages_of_a_handbook_have_the_same_sections_and_pictures(repository: Path, name: str) -> None:
    texts = [(repository / "docs" / f"{name}{ending}.md").read_text(encoding="utf-8") for ending in ("", ".vi")]
    shapes = [
        (re.findall(r"^(#+) ", text, re.MULTILINE), re.findall(r"images/([\w-]+)\.\w\w\.png", text),
         len(re.findall(r"^(?:- |\d\. |\| )", text, re.MULTILINE)))
        for text in texts
    ]  # fmt: skip
    assert shapes[0] == shapes[1]


def test_pictures_of_handbooks_are_small(repository: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in (repository / "docs/images").glob("handbook-*.png")}
    assert len(sizes) == 12
    assert {name: size for name, size in sizes.items() if size > MAX_PICTURE_BYTES} == {}
    assert sum(sizes.values()) < MOST_PICTURE_BYTES
