"""Word files: what is said about keys, what is never guessed, what is left out with notices, and files that are traps."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from question_bank.formats.docx import FORMAT
from question_bank.formats.exchange import Defaults, Imported, NotThisFormat, Outcome, Question
from question_bank.ids import TopicCode
from question_bank.wording import render, use_language
from scripts.docx_parts import NAMESPACES, WordFile, lists, para, png, run, table

Paper = Callable[..., Imported]


@pytest.fixture
def paper() -> Paper:
    """`paper(*blocks, **parts of the file)`: a document of these paragraphs and tables, read."""

    def read(*blocks: str, **parts: Any) -> Imported:
        use_language("en")
        file = WordFile(**parts)
        file.add(*blocks)
        found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de"), source="đề"))
        assert isinstance(found, Imported), found
        return found

    return read


def asked(number: int, right: Sequence[int] = (), **look: Any) -> list[str]:
    """A question with options W, X, Y, Z; the labels of the right ones look so."""
    labels = [
        run(f"{letter}.", **(look if at in right else {})) + run(f" {word}")
        for at, (letter, word) in enumerate(zip("ABCD", "WXYZ", strict=True))
    ]
    return [para(f"Câu {number}. Hỏi gì?"), *map(para, labels)]


def key(question: Question) -> Any:
    assert question.item is not None
    return question.item.own_fields().get("key")


def codes(question: Question) -> list[str]:
    return [notice.code for notice in question.review]


def said(question: Question) -> str:
    return " ".join(render(sentence) for sentence in question.evidence)


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_every_kind_of_evidence_is_said_in_words(paper: Paper) -> None:
    looks: list[tuple[dict[str, Any], str]] = [
        ({"u": "single"}, "the label of B is underlined"), ({"color": "EE0000"}, "EE0000"), ({"hl": "yellow"}, "highlighted (yellow)"),
        ({"shade": "FFFF00"}, "shaded (FFFF00)"), ({"b": True}, "only the label of B is bold"),
    ]  # fmt: skip
    for look, words in looks:
        found = paper(*[block for number in range(1, 6) for block in asked(number, [1], **look)])
        assert [key(one) for one in found.questions] == [["B"]] * 5
        assert words in said(found.questions[0])


def test_a_look_and_an_answer_that_disagree_are_both_said(paper: Paper) -> None:
    found = paper(*asked(1, [1], color="FF0000"), *asked(2, [2], color="FF0000"), para("HẾT"), para("1.B 2.A"))
    assert [one.outcome for one in found.questions] == [Outcome.READY, Outcome.REVIEW]
    [reason] = found.questions[1].review
    assert reason.code == "key_conflict"
    assert "FF0000" in render(reason.message)
    assert "2: “A”" in render(reason.message)
    assert key(found.questions[1]) == []


def test_without_evidence_there_is_no_key(paper: Paper) -> None:
    found = paper(*asked(1), *asked(2))
    assert [(key(one), codes(one), one.evidence) for one in found.questions] == [([], ["key_missing"], ())] * 2


def test_bold_on_one_label_among_many_questions_is_an_accident(paper: Paper) -> None:
    blocks = [block for number in range(1, 11) for block in asked(number)]
    found = paper(*blocks, *asked(11, [2], b=True))
    assert codes(found.questions[10]) == ["key_doubtful"]
    assert "only the label of C is bold" in said(found.questions[10])


def test_a_colour_that_every_label_has_says_nothing(paper: Paper) -> None:
    found = paper(*[block for number in range(1, 5) for block in asked(number, range(4), color="0070C0")])
    assert [codes(one) for one in found.questions] == [["key_missing"]] * 4


@pytest.mark.parametrize(
    "line",
    [
        "Không chọn A vì sai.",
        "Đáp án A sai, đáp án B thiếu.",
        "Nếu chọn A thì sai.",
        "Các đáp án A, B, D đều sai.",
        "Chọn A, C.",
    ],
)
def test_an_explanation_that_names_wrong_options_gives_no_key(paper: Paper, line: str) -> None:
    found = paper(*asked(1), para("Lời giải"), para(line))
    assert codes(found.questions[0]) == ["key_missing"]


def statements(number: int, said: str = "", **more: str) -> list[str]:
    """A question with four statements, each with what is said behind it."""
    marks = dict(zip("abcd", said or "    ", strict=True))
    texts = [f"{letter}) Ý {letter}{f' ({mark})' if mark.strip() else ''}" for letter, mark in marks.items()]
    return [para(f"Câu {number}. Hỏi gì?"), *map(para, texts), *(para(line) for line in more.values())]


def test_statements_of_which_two_places_say_different_things_have_no_key(paper: Paper) -> None:
    head = para("PHẦN II. Câu trắc nghiệm đúng sai.")
    found = paper(head, *statements(1, "ĐSSĐ", line="Đáp án: ĐSSS"), *statements(2, "ĐSSĐ", line="Đáp án: ĐSSĐ"))
    first, second = found.questions
    assert (key(first), codes(first), first.outcome) == ([], ["key_conflict"], Outcome.REVIEW)
    assert (key(second), codes(second), second.outcome) == (["a", "d"], [], Outcome.READY)


def test_a_number_without_a_question_is_rejected_and_counted(paper: Paper) -> None:
    found = paper(*asked(1, [0], u="single"), para("Câu 2."), *asked(3, [1], u="single"))
    assert [one.outcome for one in found.questions] == [Outcome.READY, Outcome.REJECTED, Outcome.READY]
    assert [(one.where, codes(one)) for one in found.questions[1:2]] == [("Câu 2", ["empty_question"])]


def test_an_explanation_that_says_two_things_gives_no_key(paper: Paper) -> None:
    found = paper(*asked(1), para("Lời giải"), para("Chọn A."), para("Vậy chọn B."))
    assert codes(found.questions[0]) == ["key_conflict"]


def test_a_mark_of_the_key_is_not_seen_in_the_item(paper: Paper) -> None:
    file = [para("Câu 1. Hỏi?"), para("A. W"), para(run("B. X", b=True, u="single")), para("C. Y"), para("D. Z")]
    found = paper(*file, *asked(2, [1], u="single"), *asked(3, [1], u="single"))
    assert found.questions[0].item is not None
    assert found.questions[0].item.own_fields()["options"] == {"A": "W", "B": "X", "C": "Y", "D": "Z"}


def test_an_answer_for_a_question_that_is_not_there_is_told(paper: Paper) -> None:
    found = paper(*asked(1), para("HẾT"), para("1.B 7.C"))
    assert key(found.questions[0]) == ["B"]
    assert [notice.code for notice in found.notices] == ["answer_loose"]


# --- what is beside the questions -------------------------------------------------------------------------------------


def test_what_is_left_out_is_told(paper: Paper) -> None:
    file = WordFile()
    file.add(
        *asked(1, [0], u="single"),
        para(run("Ghi chú"), '<w:r><w:footnoteReference w:id="1"/></w:r>'),
        *asked(2, [0], u="single"),
    )
    note = f'<w:footnotes {NAMESPACES}><w:footnote w:id="1">{para("Xem trang 5.")}</w:footnote></w:footnotes>'
    file.part("footnotes.xml", "footnotes", note.encode())
    margin = f"<w:hdr {NAMESPACES}>{para('Trường Mẫu – Mã đề 101')}</w:hdr>"
    file.part("header1.xml", "header", margin.encode())
    file.part("comments.xml", "comments", f'<w:comments {NAMESPACES}><w:comment w:id="1"/></w:comments>'.encode())
    file.part("vbaProject.bin", "vbaProject", b"\xd0\xcf")
    found = FORMAT.read(file.build(), "de.docm", Defaults(TopicCode("chu-de")))
    assert isinstance(found, Imported)
    assert [notice.code for notice in found.notices] == ["margin_left_out", "comments_left_out", "macros_left_out"]
    assert "footnote" in [notice.code for notice in found.questions[0].notices]


def test_numbers_that_begin_anew_and_lists_inside_lists_are_counted_as_word_does(paper: Paper) -> None:
    form = lists([("decimal", "Câu %1:"), ("upperLetter", "%2.")])
    form += '<w:num w:numId="9"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    blocks = []
    for num in (1, 1, 9, 9):
        blocks += [
            para("Hỏi?", num=(num, 0)),
            *(para(run(word, u="single" if word == "X" else ""), num=(num, 1)) for word in "WXYZ"),
        ]
    found = paper(*blocks, numbering=form)
    assert [one.where for one in found.questions] == ["Câu 1", "Câu 2", "Câu 5", "Câu 6"]
    assert [key(one) for one in found.questions] == [["B"]] * 4


def test_a_windows_drawing_is_for_a_person_and_the_question_is_kept(paper: Paper) -> None:
    file = WordFile()
    drawing = file.picture(b"\x01\x00\x00\x00" + bytes(80), "image1.emf", "Sơ đồ")
    file.add(para(run("Câu 1. Xem hình "), drawing), *asked(1, [1], u="single")[1:], *asked(2, [1], u="single"))
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de")))
    assert isinstance(found, Imported)
    assert codes(found.questions[0]) == ["picture_lost"]
    assert key(found.questions[0]) == ["B"]


def test_a_picture_anchored_before_a_number_belongs_to_that_question(paper: Paper) -> None:
    file = WordFile()
    floating = file.picture(png(), "image1.png", "Sơ đồ phòng máy", floating=True)
    file.add(para(floating, run("Câu 1. Xem hình.")), *asked(1, [1], u="single")[1:], *asked(2, [1], u="single"))
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de")))
    assert isinstance(found, Imported)
    assert [one.outcome for one in found.questions] == [Outcome.READY] * 2
    assert found.questions[0].item is not None
    assert "Sơ đồ phòng máy" in found.questions[0].item.common.stem


def test_a_picture_outside_the_file_is_not_fetched(paper: Paper) -> None:
    file = WordFile()
    shown = file.picture(png(), "image1.png", "Sơ đồ")
    file.add(para(run("Câu 1. Xem "), shown), *asked(1, [1], u="single")[1:], *asked(2, [1], u="single"))
    outside = b'Target="http://192.0.2.1/secret.png" TargetMode="External"'
    data = changed(
        file.build(), "word/_rels/document.xml.rels", lambda old: old.replace(b'Target="media/image1.png"', outside)
    )
    found = FORMAT.read(data, "de.docx", Defaults(TopicCode("chu-de")))
    assert isinstance(found, Imported)
    assert codes(found.questions[0]) == ["not_taken_over"]
    assert found.media == {}


# --- hostile files ----------------------------------------------------------------------------------------------------


def changed(
    data: bytes, name: str, change: Callable[[bytes], bytes] = lambda old: old, more: dict[str, bytes] | None = None
) -> bytes:
    """A file with one part changed and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == name else content)
        for added, content in (more or {}).items():
            new.writestr(added, content)
    return out.getvalue()


def whole() -> bytes:
    file = WordFile()
    file.add(*asked(1, [1], u="single"), *asked(2, [1], u="single"))
    return file.build()


def _body(inner: str) -> Callable[[bytes], bytes]:
    return lambda old: old.replace(b"<w:body>", b"<w:body>" + inner.encode(), 1)


DOCUMENT = "word/document.xml"
XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "make",
    [
        lambda: changed(whole(), DOCUMENT, lambda old: XXE + old.partition(b"?>")[2]),
        lambda: changed(whole(), DOCUMENT, lambda old: LAUGHS + old.partition(b"?>")[2]),
        lambda: changed(whole(), "", more={"../../evil.xml": b"<a/>"}),
        lambda: changed(whole(), "", more={"C:\\evil.xml": b"<a/>"}),
        lambda: changed(whole(), "", more={"word/media/zeros.bin": bytes(300 * 1024 * 1024)}),
        lambda: changed(whole(), DOCUMENT, _body("<w:p/>" * 1_000_000)),
        lambda: changed(whole(), DOCUMENT, _body("<w:sdt><w:sdtContent>" * 200 + "</w:sdtContent></w:sdt>" * 200)),
        lambda: changed(whole(), DOCUMENT, lambda old: old[: len(old) // 2]),
        lambda: b"PK\x03\x04" + bytes(100),
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
    ],
    ids=["entity", "laughs", "path", "drive", "bomb", "paragraphs", "nesting", "cut", "no zip", "doc"],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_its_reason(make: Callable[[], bytes]) -> None:
    found = FORMAT.read(make(), "de.docx", Defaults(TopicCode("chu-de")))
    assert isinstance(found, NotThisFormat)
    assert render(found.notice.message)


def test_a_picture_of_a_billion_pixels_is_never_decoded(paper: Paper) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    huge = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    file = WordFile()
    file.add(para(run("Câu 1. Xem "), file.picture(huge, "image1.png", "x")), *asked(1, [1], u="single")[1:])
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de")))
    assert isinstance(found, Imported)
    assert codes(found.questions[0]) == ["picture_lost"]
    assert found.media == {}


def test_styles_and_lists_that_name_themselves_come_to_an_end(paper: Paper) -> None:
    circle = '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="B"/></w:style>'
    circle += '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/></w:style>'
    numbers = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="A"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    found = paper(
        para("x", style="A", num=(1, 0)),
        *asked(1, [1], u="single"),
        *asked(2, [1], u="single"),
        styles=circle,
        numbering=numbers,
    )
    assert len(found.questions) == 2


def test_tables_in_tables_are_read_to_a_depth(paper: Paper) -> None:
    inner = para("A. W")
    for _ in range(20):
        inner = table([[inner + "<w:p/>"]])
    assert paper(para("Câu 1. Hỏi?"), inner, *asked(2, [1], u="single")).questions
