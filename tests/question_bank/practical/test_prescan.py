"""Hostile files, one for each trick: each is stopped or told under its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from question_bank.phrase import english
from question_bank.practical.prescan import KINDS, Passed, prescan
from question_bank.practical.work import Notice
from scripts import office_files
from scripts.hostile_files import STOPPED, TOLD, replaced
from scripts.office_files import docx, odf, packed, relations, xlsx


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_file_passes_as_what_it_is(kind: str) -> None:
    assert prescan(f"a.{kind}", packed(getattr(office_files, kind)())) == Passed(kind)


@pytest.mark.parametrize("trick", STOPPED)
def test_a_hostile_file_is_stopped_under_its_code(trick: str) -> None:
    """What it costs is measured in the worker (test_job)."""
    code, make = STOPPED[trick]
    found = prescan("a.docx", make())
    assert getattr(found, "code", "") == code


@pytest.mark.parametrize("trick", TOLD)
def test_what_the_jury_should_know_is_told_and_the_file_is_marked(trick: str) -> None:
    code, name, make = TOLD[trick]
    found = prescan(name, make())
    assert isinstance(found, Passed)
    assert [one.code for one in found.notices] == [code]
    assert not found.notices[0].stops


def test_a_kind_that_the_task_does_not_take_is_stopped_with_those_it_takes() -> None:
    found = prescan("a.odt", packed(office_files.odt()), ("docx",))
    assert isinstance(found, Notice)
    assert (found.code, found.stops) == ("not_accepted", True)
    assert ".odt" in english(found.message)
    assert "docx" in english(found.message)


def test_hyperlinks_and_a_charts_own_numbers_are_nothing_to_tell() -> None:
    parts = docx()
    parts["word/_rels/document.xml.rels"] = relations(("hyperlink", "http://example.invalid/", True))
    parts["word/embeddings/Microsoft_Excel_Sheet.xlsx"] = packed(xlsx())
    parts["word/charts/_rels/chart1.xml.rels"] = relations(
        ("package", "../embeddings/Microsoft_Excel_Sheet.xlsx", False)
    )
    assert prescan("a.docx", packed(parts)) == Passed("docx")
    entry = '<manifest:file-entry manifest:full-path="Object 1/" manifest:media-type="application/vnd.oasis.opendocument.{}"/>'
    body = '<text:p><text:a xlink:href="http://example.invalid/">x</text:a></text:p>'
    assert prescan("a.odt", packed(odf("text", body, entry.format("chart")))) == Passed("odt")
    told = prescan("a.odt", packed(odf("text", body, entry.format("spreadsheet"))))
    assert isinstance(told, Passed)
    assert [one.code for one in told.notices] == ["embedded"]


def test_a_picture_with_a_document_type_is_no_part_of_the_text() -> None:
    drawing = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg xmlns="http://www.w3.org/2000/svg"/>'
    assert prescan("a.docx", replaced("word/media/image1.svg", drawing)) == Passed("docx")


def test_every_code_is_in_the_table_of_the_document(repository: Path) -> None:
    table = (repository / "docs/practical.md").read_text(encoding="utf-8").partition("## 4.")[2].partition("## 5.")[0]
    stops = {code for code, _ in STOPPED.values() if code} | {"not_accepted"}
    for code in stops | {code for code, _, _ in TOLD.values()}:
        line = next(line for line in table.splitlines() if line.startswith("| `") and f"`{code}`" in line.split("|")[1])
        assert line.split("|")[3].strip().startswith("stop" if code in stops else "tell"), code
