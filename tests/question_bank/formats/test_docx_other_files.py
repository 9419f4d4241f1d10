"""Files of other programs under a name that is not theirs: they are refused with what they are, and never read as plain text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from question_bank.formats.exchange import Imported, NotThisFormat
from question_bank.formats.registry import readers, sniff
from question_bank.wording import render, use_language

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def ole(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le") + bytes(40)


def odt() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    return made.getvalue()


RTF = rb"{\rtf1\ansi Cau 1. {=a ~b}\par A. a\par}"
PAGE = b"<!DOCTYPE html>\n<html><body><p>C\xc3\xa2u 1. {=a ~b}</p></body></html>"
FILES = {
    "rtf": (RTF, "(RTF)"),
    "html": (PAGE, "(HTML)"),
    "xhtml": (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- Word -->\n<html xmlns='x'></html>", "(HTML)"),
    "mht": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "(HTML)"),
    "doc": (ole("WordDocument"), "(.doc)"),
    "xls": (ole("Workbook"), ".xlsx"),
    "locked": (ole("EncryptedPackage"), "mật khẩu"),
    "odt": (odt(), "(.odt)"),
    "pdf": (b"%PDF-1.7\n{=a ~b}\n", "PDF"),
}


@pytest.mark.parametrize("name", ["de.docx", "de.txt", "de"])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_another_program_is_refused_with_what_it_is(kind: str, name: str) -> None:
    use_language("vi")
    data, words = FILES[kind]
    [chosen] = sniff(data, name)
    found = readers()[chosen].read(data, name, None)  # type: ignore[arg-type]
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "other_format"
    assert words in render(found.notice.message)


@pytest.mark.parametrize("kind", ["rtf", "html", "pdf"])
@pytest.mark.parametrize("format_name", ["gift", "aiken", "table"])
def test_whoever_names_the_format_of_such_a_file_gets_no_questions_of_it(
    kind: str, format_name: str, read_text: Callable[..., Imported | NotThisFormat]
) -> None:
    assert isinstance(read_text(format_name, FILES[kind][0], "de.csv"), NotThisFormat)


def test_a_text_that_only_speaks_of_a_page_is_gift() -> None:
    assert sniff("Thẻ <html> đứng ở đâu? {=đầu ~cuối}".encode(), "a.txt") == ("gift",)
