"""Moodle files that want to do something to the machine, or that contradict themselves: refused or cleaned, and said."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from question_bank.formats.exchange import Imported, NotThisFormat, Outcome, Question

Read = Callable[..., Imported | NotThisFormat]


def quiz(*questions: str, head: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<quiz>{"".join(questions)}</quiz>'


def choice(stem: str, file: str = "", answers: str = "", more: str = "") -> str:
    answers = (
        answers or '<answer fraction="100"><text>Có</text></answer><answer fraction="0"><text>Không</text></answer>'
    )
    return (
        f'<question type="multichoice"><name><text>T</text></name><questiontext format="html"><text><![CDATA[{stem}]]></text>'
        f"{file}</questiontext><single>true</single>{answers}{more}</question>"
    )


def only(found: Imported | NotThisFormat) -> Question:
    assert isinstance(found, Imported), found
    [question] = found.questions
    return question


def codes(question: Question) -> set[str]:
    return {notice.code for notice in question.review}


def file(data: bytes, name: str = "a.png") -> str:
    return f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'


def png_that_says_it_is(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


LAUGHS = "<!DOCTYPE quiz [<!ENTITY a '" + "ha" * 50 + "'>" + "".join(
    f"<!ENTITY {chr(ord('a') + n)} '{f'&{chr(ord(chr(97)) + n - 1)};' * 10}'>" for n in range(1, 10)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        LAUGHS,
        '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE quiz PUBLIC "-//x" "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE quiz [<!ENTITY % p SYSTEM "http://127.0.0.1/p">%p;]>',
        '<!DOCTYPE quiz [<!ATTLIST question type CDATA "essay">]>',
    ],
)
def test_declarations_refuse_the_file(read_text: Read, head: str) -> None:
    found = read_text("moodle", quiz(choice("&j;&x;"), head=head))
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "bad_xml"


def test_an_entity_that_nobody_declared_refuses_the_file(read_text: Read) -> None:
    assert isinstance(read_text("moodle", quiz('<question type="essay"><name>&nbsp;</name></question>')), NotThisFormat)


@pytest.mark.parametrize(
    ("stem", "left"),
    [
        ('<img src="x" onerror="alert(1)" alt="h">', "no_file"),
        ('<a href="javascript:alert(1)">đi</a>', "runs"),
        ('<p onmouseover="x()">đi</p>', "runs"),
        ('<a href="java\tscript:alert(1)">đi</a>', "runs"),
        ('<p style="width:expression(alert(1))">đi</p>', "runs"),
        ('<meta http-equiv="refresh" content="0;url=http://127.0.0.1">đi', "runs"),
        ("<iframe srcdoc='<script>x</script>'></iframe>đi", "runs"),
        ("<object data='x.swf'></object>đi", "runs"),
        ("<style>@import 'http://127.0.0.1/x.css';</style>đi", "runs"),
        ("<link rel=stylesheet href=http://127.0.0.1/x.css><script src=//x></script>đi", "runs"),
        ("<form action=http://127.0.0.1><input name=a><button>Gửi</button></form>đi", "form_field"),
        ("<math><maction actiontype='statusline#x'><mi>x</mi></maction></math>đi", "bad_formula"),
        ("<svg onload=x()><text>chữ</text></svg>đi", "runs"),
        ('<span style="display:none">bí mật</span>đi', "hidden_text"),
    ],
)
def test_nothing_of_a_page_that_runs_or_hides_gets_in_unsaid(read_text: Read, stem: str, left: str) -> None:
    found = only(read_text("moodle", quiz(choice(stem))))
    assert found.outcome is Outcome.REVIEW
    assert left in codes(found)
    assert found.item is not None
    shown = str(found.item.document())
    assert all(word not in shown for word in ("alert", "127.0.0.1", "script", "onerror", "bí mật"))


@pytest.mark.parametrize(
    "data",
    [
        png_that_says_it_is(30_000, 30_000),
        png_that_says_it_is(4_097, 10),
        png_that_says_it_is(1_000, 1_000),
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>x</script></svg>",
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>",
        b"MZ\x90\0 a program",
        b"",
    ],
    ids=["a bomb", "too wide", "cut off", "SVG that runs", "SVG with entities", "a program", "nothing"],
)
def test_a_file_that_is_no_safe_picture_is_left_out_and_said(read_text: Read, data: bytes) -> None:
    found = read_text("moodle", quiz(choice('Xem <img src="@@PLUGINFILE@@/a.png" alt="hình">', file(data))))
    question = only(found)
    assert question.outcome is Outcome.REVIEW
    assert codes(question) & {"bad_file", "no_file"}
    assert isinstance(found, Imported)
    assert not found.media


def test_damaged_base64_is_said_and_a_picture_of_the_question_is_found_from_an_answer(read_text: Read) -> None:
    broken = only(
        read_text("moodle", quiz(choice('Xem <img src="@@PLUGINFILE@@/a.png">', '<file name="a.png">@@@</file>')))
    )
    assert codes(broken) == {"bad_file"}
    made = io.BytesIO()
    Image.new("RGB", (5, 5)).save(made, "PNG")
    answers = '<answer fraction="100"><text><![CDATA[<img src="@@PLUGINFILE@@/a.png" alt="x">]]></text></answer>'
    answers += '<answer fraction="0"><text>Không</text></answer>'
    found = read_text("moodle", quiz(choice("Chọn", file(made.getvalue()), answers)))
    assert only(found).outcome is Outcome.READY
    assert isinstance(found, Imported)
    assert len(found.media) == 1


def test_a_path_that_leaves_its_folder_names_nothing(read_text: Read) -> None:
    stem = '<img src="@@PLUGINFILE@@/../../etc/passwd" alt="x"><img src="file:///etc/passwd" alt="y">'
    found = only(read_text("moodle", quiz(choice(stem, file(b"root:x", "passwd")))))
    assert codes(found) & {"no_file", "bad_file"}


def test_attributes_and_depth_have_bounds(read_text: Read) -> None:
    huge = only(read_text("moodle", quiz(choice('<p title="' + "x" * 300_000 + '">đi</p>'))))
    assert huge.item is not None
    assert huge.item.common.stem == "đi"
    deep = only(read_text("moodle", quiz(choice("<div>" * 5_000 + "đi" + "</div>" * 5_000))))
    assert "too_deep" in codes(deep)
    many = read_text("moodle", quiz(choice("<b></b>" * 60_000)))
    assert "too_many_tags" in codes(only(many))


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ('<answer fraction="1"><text>Một</text></answer><answer fraction="0"><text>Hai</text></answer>', "no_key"),
        ('<answer fraction="100"><text>Một</text></answer><answer fraction="100"><text>Hai</text></answer>', "key_not_single"),
        ('<answer fraction="-100"><text>Một</text></answer><answer fraction="-50"><text>Hai</text></answer>', "no_key"),
        ('<answer fraction="90"><text>Một</text></answer><answer fraction="0"><text>Hai</text></answer>', "partial_lost"),
        ('<answer fraction="1e2"><text>Một</text></answer><answer fraction="0"><text>Hai</text></answer>', "bad_fraction"),
        ('<answer fraction="100"><text>Một</text></answer><answer fraction="0"><text> một </text></answer>', "duplicate_option"),
        ('<answer fraction="100"><text></text></answer><answer fraction="0"><text>Hai</text></answer>', "empty_field"),
        ('<answer fraction="100"><text>§¸p ¸n ®óng</text></answer><answer fraction="0"><text>Sai</text></answer>', "old_letters"),
        ('<answer fraction="100"><text>ÄÃ¡p Ã¡n Ä‘Ãºng</text></answer><answer fraction="0"><text>Sai</text></answer>', "old_letters"),
    ],
)  # fmt: skip
def test_a_choice_whose_key_or_words_are_doubtful_is_looked_at(read_text: Read, answers: str, code: str) -> None:
    found = only(read_text("moodle", quiz(choice("Chọn", answers=answers))))
    assert found.outcome is Outcome.REVIEW
    assert code in codes(found), codes(found)


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (('<question type="truefalse"><questiontext><text>A</text></questiontext><answer fraction="100"><text>true</text></answer>'
         '<answer fraction="0"><text>true</text></answer></question>'), "no_key"),
        (('<question type="ordering"><questiontext><text>A</text></questiontext><answer fraction="3"><text>ba</text></answer>'
         '<answer fraction="2"><text>hai</text></answer><answer fraction="1"><text>một</text></answer></question>'), "order_unclear"),
        (('<question type="gapselect"><questiontext><text>A [[1]]</text></questiontext><selectoption><text></text></selectoption>'
         '<selectoption><text>b</text></selectoption></question>'), "no_key"),
        (('<question type="numerical"><questiontext><text>A</text></questiontext><answer fraction="100"><text>1,234</text></answer>'
         "</question>"), "number_read"),
        (('<question type="numerical"><questiontext><text>A</text></questiontext><answer fraction="100"><text>1e999</text></answer>'
         "</question>"), "bad_number"),
        (('<question type="shortanswer"><questiontext><text>A</text></questiontext><answer fraction="100"><text>*</text></answer>'
         "</question>"), "wildcard"),
        ('<question type="kprime"><questiontext><text>A</text></questiontext>' + "".join(
            f'<row number="{n}"><optiontext><text>{n}</text></optiontext></row>' for n in (1, 1, 2, 3)) +
         '<column number="1"/><column number="2"/></question>', "bad_table"),
    ],
)  # fmt: skip
def test_contradictions_inside_a_question_are_told(read_text: Read, inner: str, code: str) -> None:
    found = only(read_text("moodle", quiz(inner)))
    assert found.outcome is not Outcome.READY
    assert code in codes(found), codes(found)


def test_an_id_that_is_taken_or_none_is_told(read_text: Read) -> None:
    def known(number: str) -> str:
        return choice("Hỏi", more=f"<idnumber>{number}</idnumber>")

    found = read_text("moodle", quiz(known("A-1"), known("A-1"), known("Câu số 1")))
    assert isinstance(found, Imported)
    assert [[notice.code for notice in one.notices if notice.code == "new_id"] for one in found.questions] == [
        [], ["new_id"], ["new_id"],
    ]  # fmt: skip
    assert len({one.item.common.id for one in found.questions if one.item}) == 3


@pytest.mark.parametrize(
    "question",
    [
        '<question type="cloze"><questiontext><text>' + "{1:SA:=a}" * 5_000 + "</text></questiontext></question>",
        '<question type="ddwtos"><questiontext><text>'
        + "[[1]]" * 5_000
        + "</text></questiontext><dragbox><text>a</text></dragbox></question>",
    ],
    ids=["cloze", "ddwtos"],
)
def test_far_too_many_gaps_are_rejected_without_being_worked_out(read_text: Read, question: str) -> None:
    found = only(read_text("moodle", quiz(question)))
    assert found.outcome is Outcome.REJECTED
    assert codes(found) == {"too_many_gaps"}


def test_formulas_have_a_bound(read_text: Read) -> None:
    found = only(read_text("moodle", quiz(choice("$$a$$ " * 31_000))))
    assert "bad_formula" in codes(found)


def test_far_more_gaps_than_a_file_of_its_size_asks_for_are_rejected_and_counted(read_text: Read) -> None:
    stem = "{1:SA:=a}" * 20
    one = f'<question type="cloze"><name><text>T</text></name><questiontext format="html"><text>{stem}</text></questiontext></question>'
    found = read_text("moodle", quiz(*[one] * 510))
    assert isinstance(found, Imported)
    assert [question.outcome for question in found.questions[:500]] == [Outcome.READY] * 500
    assert {code for question in found.questions[500:] for code in codes(question)} == {"too_many_gaps"}
    assert len(found.questions) == 510
