"""A mutant spoils what one check asks about and leaves its neighbour alone: only so can a rubric be proven check by check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from question_bank.practical.findings import Outcome
from tests.question_bank.practical.docx.cases import BOX, IMAGE, LINE, PICTURE, Case
from tests.question_bank.practical.docx.word_builder import PAGE, docx, field, para, para_of, row, run, table

NOTES = "".join(
    f'<w:footnote w:id="{number}">{para(words)}</w:footnote>'
    for number, words in ((2, "Theo Nghị định 30"), (3, "Theo Luật"))
)
REMARKS = "".join(
    f'<w:comment w:id="{number}" w:author="Lan">{para(words)}</w:comment>'
    for number, words in ((4, "Cần bổ sung"), (5, "Đã rõ"))
)


def mark(number: int, name: str, text: str) -> str:
    return para_of(f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{run(text)}<w:bookmarkEnd w:id="{number}"/>')


def remark(number: int, text: str) -> str:
    return para_of(f'<w:commentRangeStart w:id="{number}"/>{run(text)}<w:commentRangeEnd w:id="{number}"/>')


def noted(number: int, text: str) -> str:
    return para_of(run(text) + f'<w:r><w:footnoteReference w:id="{number}"/></w:r>')


def two(type_: str, data: bytes, first: tuple[str, str], second: tuple[str, str], also: str = "") -> tuple[Case, Case]:
    """Two checks of one type on one file, by select and expect."""
    one = Case(type_, first[1], data, b"", first[0], also=also)
    return one, replace(one, select=second[0], expect=second[1])


PAGE_BREAK = '<w:r><w:br w:type="page"/></w:r>'
BOTH = f'<w:headerReference w:type="default" r:id="header1"/><w:footerReference w:type="default" r:id="footer1"/>{PAGE}'
PAIRS = [
    two("docx.bookmark", docx(mark(1, "dau", "một") + mark(2, "cuoi", "hai")), ("", "{name: dau}"), ("", "{name: cuoi}")),
    two(
        "docx.hyperlink", docx(para_of(f'<w:hyperlink r:id="l1">{run("một")}</w:hyperlink><w:hyperlink r:id="l2">{run("hai")}</w:hyperlink>'),
                               links=(("l1", "http://a.vn"), ("l2", "http://b.vn"))),
        ("{text: một}", "{address: a.vn}"), ("{text: hai}", "{address: 'http://b.vn/'}"),
    ),
    two("docx.comment", docx(remark(4, "một") + remark(5, "hai"), comments=REMARKS), ("{says: bổ sung}", ""), ("{says: Đã rõ, on: hai}", "")),
    two("docx.comment", docx(remark(4, "một") + remark(5, "hai"), comments=REMARKS), ("{on: một}", ""), ("{on: hai}", ""), "by place"),
    two(
        "docx.merge_fields", docx(para_of(field("MERGEFIELD Ho_ten") + field("MERGEFIELD Don_vi"))), ("", "{fields: Ho ten}"), ("", "{fields: Don_vi}")
    ),
    two(
        "docx.caption", docx(para_of(run("Hình ") + field("SEQ Hình")) + para_of(run("Bảng ") + field("SEQ Bảng"))),
        ("{label: Hình}", ""), ("{label: Bảng}", ""),
    ),
    two("docx.note", docx(noted(2, "một") + noted(3, "hai"), footnotes=NOTES), ("", "{says: Nghị định}"), ("", "{says: Luật}")),
    two("docx.note", docx(noted(2, "một") + noted(3, "hai"), footnotes=NOTES), ("{text: một}", ""), ("{text: hai}", ""), "by place"),
    two(
        "docx.break", docx(para("a") + para_of(PAGE_BREAK + run("một")) + para("b") + para("hai", "<w:pageBreakBefore/>")),
        ("", "{before: một}"), ("", "{before: hai}"),
    ),
    two(
        "docx.tracked_changes", docx(para_of(f'<w:ins w:author="Lan">{run("một")}</w:ins><w:del w:author="Lan"><w:r><w:delText>hai</w:delText></w:r></w:del>')),
        ("{kind: insert}", ""), ("{kind: delete, text: hai}", ""),
    ),
    two(
        "docx.header_footer", docx(para("x"), section=BOTH, header1=para("một"), footer1=para("hai")),
        ("{margin: header}", "{says: một}"), ("{margin: footer}", "{says: hai}"),
    ),
    two(
        "docx.page_number", docx(para("x"), section=BOTH, header1=para_of(field("PAGE")), footer1=para_of(field("PAGE"))),
        ("{margin: header}", ""), ("{margin: footer}", ""),
    ),
    two("docx.shape", docx(para_of(LINE) + para_of(BOX)), ("", "{kind: line}"), ("", "{kind: text_box, text: Ghi chú}")),
    two("docx.shape", docx(para_of(LINE) + para_of(BOX)), ("", "{kind: text_box}"), ("", "{kind: line}"), "the other way"),
    two("docx.table", docx(table(row("một", "x")) + table(row("hai", "x"))), ("{contains: một}", "{rows: 1}"), ("{contains: hai}", "{rows: 1}")),
    two(
        "docx.cross_reference", docx(mark(1, "dau", "một") + mark(2, "cuoi", "hai") + para_of(field("REF dau", "một") + field("PAGEREF cuoi", "2"))),
        ("", "{to: một}"), ("", "{to: hai, kind: page}"),
    ),
    two("docx.paragraph", docx(para("một", "", "<w:b/>") + para("hai", "", "<w:b/>")), ("{text: một}", "{bold: true}"), ("{text: hai}", "{bold: true}")),
    two(
        "docx.paragraph", docx(para("một", '<w:ind w:left="567" w:firstLine="567"/>')), ("{text: một}", "{left_mm: 10}"), ("{text: một}", "{first_line_mm: 10}"),
        "one paragraph",
    ),
    two("docx.text", docx(para("một") + para("hai")), ("", "{says: một}"), ("", "{says: hai}")),
    two("docx.headings", docx(para("một", style="Heading1") + para("hai", style="Heading1")), ("", "{level: 1, texts: một}"), ("", "{level: 1, texts: hai}")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=[one.name for one, _ in PAIRS])
def test_a_mutant_loses_one_check_and_not_its_neighbour(
    one: Case,
    other: Case,
    ask: Callable[..., Outcome],
    full: Callable[[Outcome], bool],
    spoilt: Callable[[Case], bytes | None],
) -> None:
    assert full(ask(one.type, one.right, one.select, one.expect))
    assert full(ask(other.type, other.right, other.select, other.expect))
    mutant = spoilt(one)
    assert mutant is not None
    assert not full(ask(one.type, mutant, one.select, one.expect))
    assert full(ask(other.type, mutant, other.select, other.expect))


def test_a_picture_and_a_shape_are_spoilt_apart(
    ask: Callable[..., Outcome], full: Callable[[Outcome], bool], spoilt: Callable[[Case], bytes | None]
) -> None:
    data = docx(para_of(PICTURE) + para_of(LINE), pictures=IMAGE)
    picture, line = Case("docx.picture", "", data, b""), Case("docx.shape", "{kind: line}", data, b"")
    for one, other in ((picture, line), (line, picture)):
        mutant = spoilt(one)
        assert mutant is not None
        assert not full(ask(one.type, mutant, one.select, one.expect))
        assert full(ask(other.type, mutant, other.select, other.expect))
