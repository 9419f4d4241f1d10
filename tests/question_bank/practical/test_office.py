"""LibreOffice in its sandbox: what it makes, and what it cannot reach."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from question_bank.formats.zips import unpack
from question_bank.phrase import english
from question_bank.practical import office
from question_bank.practical.prescan import ODF_KINDS, Passed, prescan
from question_bank.practical.sandbox.port import Missing
from scripts import office_files
from scripts.office_files import odt, packed, relations, xlsx

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox of Linux")


@pytest.mark.parametrize("kind", ODF_KINDS)
def test_an_opendocument_file_becomes_one_that_is_read(kind: str) -> None:
    made = office.convert({"a": packed(getattr(office_files, kind)())}, kind, ODF_KINDS[kind])
    assert not isinstance(made, Missing)
    assert prescan(f"a.{ODF_KINDS[kind]}", made["a"] or b"") == Passed(ODF_KINDS[kind])


def test_several_workbooks_are_recalculated_in_one_start_whatever_they_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []
    one_start = office._one_start

    def counted(
        program: Path, files: Mapping[str, bytes], source: str, target: str
    ) -> Mapping[str, bytes | None] | Missing:
        starts.append(len(files))
        return one_start(program, files, source, target)

    monkeypatch.setattr(office, "_one_start", counted)
    books = {
        str(factor): packed({**xlsx(), "xl/worksheets/sheet1.xml": xlsx()["xl/worksheets/sheet1.xml"].replace(b"A1*2", b"A1*%d" % factor)})
        for factor in (2, 3, 5)
    }  # fmt: skip
    made = office.recalculate(books)
    assert not isinstance(made, Missing)
    assert {name: value_of(book) for name, book in made.items()} == {"2": "2", "3": "3", "5": "5"}
    assert starts == [3]


def value_of(book: bytes | None) -> str:
    sheet = unpack(book or b"").read("xl/worksheets/sheet1.xml") or b""
    found = re.search(rb'r="A2".*?<v>([^<]*)</v>', sheet, re.DOTALL)
    return found[1].decode() if found else ""


def test_a_file_that_cannot_be_loaded_is_named_and_the_others_are_made() -> None:
    """LibreOffice answers exit status 0 all the same."""
    made = office.convert({"bad": packed(odt("<text:p>")), "good": packed(odt())}, "odt", "docx")
    assert not isinstance(made, Missing)
    assert made["good"]
    assert not made["bad"]


def test_pictures_templates_and_sections_from_outside_are_never_asked_for() -> None:
    """It would: without a sandbox LibreOffice asks that address for the picture."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        where = f"http://127.0.0.1:{listening.getsockname()[1]}"
        body = (
            f'<text:p><draw:frame><draw:image xlink:href="{where}/a.png" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>'
            f'<text:section text:name="s"><text:section-source xlink:href="{where}/a.odt"/><text:p>x</text:p></text:section>'
        )
        made = office.convert({"a": packed(odt(body))}, "odt", "docx")
        book = xlsx()
        book["xl/_rels/workbook.xml.rels"] = relations(
            ("worksheet", "worksheets/sheet1.xml", False), ("attachedTemplate", f"{where}/a.xltx", True)
        )
        cells = book["xl/worksheets/sheet1.xml"].replace(b"A1*2", f'WEBSERVICE("{where}/x")'.encode())
        recalculated = office.recalculate({"b": packed({**book, "xl/worksheets/sheet1.xml": cells})})
        assert not isinstance(made, Missing)
        assert not isinstance(recalculated, Missing)
        assert made["a"]
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_without_libreoffice_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_program", lambda: None)
    found = office.recalculate({"a": packed(xlsx())})
    assert isinstance(found, Missing)
    assert "libreoffice-calc" in english(found.hint)
