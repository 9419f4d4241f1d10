"""Other ways to write the same: the strict edition, other programs' files, runs cut anywhere."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.practical.findings import Outcome
from question_bank.practical.mutants import package_parts, with_parts
from question_bank.practical.word.document import open_model
from tests.question_bank.practical.docx.cases import CASES, MOTTO, Case
from tests.question_bank.practical.docx.word_builder import STYLES, docx, para, para_of, run

Ask = Callable[..., Outcome]
Full = Callable[[Outcome], bool]
LOOKS = ("<w:b/>", "<w:i/>", "<w:b/><w:i/>", '<w:sz w:val="28"/>', "")
_STRICT = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "http://purl.oclc.org/ooxml/drawingml/main",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "http://purl.oclc.org/ooxml/drawingml/picture",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
    '<w:ind w:left="': '<w:ind w:start="',
    '<w:jc w:val="right"/>': '<w:jc w:val="end"/>',
}
HTML = f"""<html><body style="font-family: 'Times New Roman'">
<h1>Chương một</h1><p align="center"><b>{MOTTO}</b></p>
<ul><li>một</li></ul><ol><li>hai</li></ol>
<table border="1"><tr><th colspan="2">Danh sách</th></tr><tr><td>a</td><td>b</td></tr></table>
<p>Xem <a href="http://tiengiang.gov.vn/">cổng thông tin</a>, H<sub>2</sub>O</p></body></html>"""
FODT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles>
<style:page-layout style:name="P1"><style:page-layout-properties fo:page-width="297mm" fo:page-height="210mm" style:print-orientation="landscape"
 fo:margin-top="20mm" fo:margin-bottom="20mm" fo:margin-left="30mm" fo:margin-right="15mm"/></style:page-layout>
<style:style style:name="A" style:family="paragraph"><style:paragraph-properties fo:text-align="justify" fo:text-indent="10mm" fo:margin-top="0mm" fo:margin-bottom="2.117mm"
 fo:line-height="150%"/><style:text-properties fo:font-size="14pt" fo:font-style="italic"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P1"/></office:master-styles>
<office:body><office:text><text:p text:style-name="A">{MOTTO}</text:p>
<text:p>Ghi<text:note text:id="n" text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Theo Nghị định 30</text:p></text:note-body></text:note></text:p>
</office:text></office:body></office:document>"""
SAYS = f'{{text: "{MOTTO}"}}'
OF_HTML = [
    ("docx.headings", "", "{level: 1, texts: [Chương một]}"), ("docx.paragraph", SAYS, "{bold: true, align: center, font: Times New Roman}"),
    ("docx.bullets", "{text: một}", "{sign: •}"), ("docx.numbering", "{text: hai}", "{form: decimal}"),
    ("docx.table", "", "{rows: 2, columns: 2}"), ("docx.merged_cells", "{text: Danh sách}", "{columns: 2}"),
    ("docx.table_look", "", "{borders: all}"), ("docx.hyperlink", "{text: cổng}", "{address: 'http://tiengiang.gov.vn'}"),
    ("docx.super_subscript", "{contains: H2O, words: '2'}", "{vertical: subscript}"),
]  # fmt: skip
OF_ODT = [
    ("docx.margins", "", "{top_mm: 20, bottom_mm: 20, left_mm: 30, right_mm: 15}"), ("docx.orientation", "", "{orientation: landscape}"),
    ("docx.paragraph", SAYS, "{align: justify, first_line_mm: 10, after_pt: 6, lines: 1.5, size_pt: 14, italic: true}"),
    ("docx.note", "", "{says: Theo Nghị định 30}"), ("docx.page_size", "", "{size: a4}"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_strict_edition_says_the_same(case: Case, ask: Ask, full: Full) -> None:
    changed: dict[str, bytes | None] = {}
    for name, data in package_parts(case.right).items():
        if name.endswith((".xml", ".rels")):
            text = data.decode()
            for old, new in _STRICT.items():
                text = text.replace(old, new)
            changed[name] = text.encode()
    assert full(ask(case.type, with_parts(case.right, changed), case.select, case.expect))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files that LibreOffice made of a web page and of a flat ODF text."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "page.html").write_text(HTML, encoding="utf-8")
    (folder / "text.fodt").write_text(FODT, encoding="utf-8")
    program = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    for source, how in (
        ("page.html", ["--infilter=HTML (StarWriter)", "--convert-to", "docx:MS Word 2007 XML"]),
        ("text.fodt", ["--convert-to", "docx"]),
    ):
        subprocess.run(
            [*program, *how, "--outdir", str(folder / "out"), str(folder / source)],
            check=True,
            capture_output=True,
            env=environment,
            timeout=120,
        )
    return {path.stem: path.read_bytes() for path in Path(folder / "out").glob("*.docx")}


@pytest.mark.parametrize(("type_", "select", "expect"), OF_HTML, ids=[one for one, *_ in OF_HTML])
def test_a_web_page_that_was_saved_as_docx(
    type_: str, select: str, expect: str, made: dict[str, bytes], ask: Ask, full: Full
) -> None:
    outcome = ask(type_, made["page"], select, expect)
    assert full(outcome), outcome.findings


@pytest.mark.parametrize(("type_", "select", "expect"), OF_ODT, ids=[one for one, *_ in OF_ODT])
def test_an_odf_text_that_was_saved_as_docx(
    type_: str, select: str, expect: str, made: dict[str, bytes], ask: Ask, full: Full
) -> None:
    outcome = ask(type_, made["text"], select, expect)
    assert full(outcome), outcome.findings


def test_styles_named_by_numbers_and_fonts_with_hints_are_read_as_wps_writes_them(ask: Ask, full: Full) -> None:
    styles = (
        STYLES.replace('w:styleId="Heading1"', 'w:styleId="2"')
        .replace('w:styleId="Normal"', 'w:styleId="1"')
        .replace('"Normal"/>', '"1"/>')
    )
    fonts = '<w:rFonts w:hint="default" w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun" w:cs="Times New Roman"/>'
    data = docx(
        para("Chương một", "<w:kinsoku/><w:autoSpaceDE/>", fonts + '<w:lang w:val="vi-VN"/>', "2"), styles=styles
    )
    assert full(
        ask(
            "docx.paragraph",
            data,
            "{text: Chương một}",
            "{style: Heading 1, bold: true, size_pt: 16, font: Times New Roman, outline: 1}",
        )
    )


@given(
    st.lists(st.tuples(st.sampled_from(LOOKS), st.text("aệ đH2", min_size=1, max_size=12)), min_size=1, max_size=6),
    st.data(),
)
def test_where_a_run_is_cut_changes_no_verdict(pieces: list[tuple[str, str]], data: st.DataObject) -> None:
    cut: list[tuple[str, str]] = []
    for properties, text in pieces:
        places = sorted(data.draw(st.sets(st.integers(1, max(len(text) - 1, 1)), max_size=4)))
        ends = [0, *places, len(text)]
        cut += [(properties, text[start:end]) for start, end in pairwise(ends)]
    (whole,), (split,) = (
        open_model(docx(para_of("".join(run(text, properties) for properties, text in runs)))).paragraphs
        for runs in (pieces, cut)
    )
    assert (split.text, split.plain) == (whole.text, whole.plain)
    for said in (lambda look: look.bold, lambda look: look.italic, lambda look: look.size_pt):
        assert split.prevailing(said) == whole.prevailing(said)
