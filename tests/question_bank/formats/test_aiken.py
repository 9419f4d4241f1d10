"""Aiken: what Moodle complains about is refused on the same lines, and a doubtful key is never taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from question_bank.formats.exchange import Imported, NotThisFormat, Outcome

Read = Callable[..., Imported | NotThisFormat]


def test_the_documented_file_is_read_as_it_always_was(
    import_vector: Callable[[str, str], tuple[Any, Any, Any]],
) -> None:
    found, summary, golden = import_vector("aiken", "documented.txt")
    assert summary == golden
    rejected = [one.where for one in found.questions if one.outcome is Outcome.REJECTED]
    assert rejected == ["dòng 3", "dòng 5", "dòng 7", "dòng 18"]  # as Moodle says of the same mistakes
    assert found.count(Outcome.READY) == 4
    assert found.count(Outcome.REVIEW) == 2


def test_a_file_with_windows_line_ends_and_a_mark_is_the_same(read_text: Read) -> None:
    text = "Một?\nA) x\nB) y\nANSWER: B\n"
    plain, other = read_text("aiken", text), read_text("aiken", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert plain == other


def test_encodings_are_converted_only_when_certain(read_text: Read) -> None:
    utf16 = read_text("aiken", "Câu hỏi?\nA) một\nB) hai\nANSWER: A\n".encode("utf-16"))
    assert isinstance(utf16, Imported)
    assert utf16.questions[0].item is not None
    assert utf16.questions[0].item.common.stem == "Câu hỏi?"
    quotes = read_text("aiken", b"What is \x93this\x94?\nA) a\nB) b\nANSWER: A\n")
    assert isinstance(quotes, Imported)
    assert [notice.code for notice in quotes.notices] == ["converted"]
    assert quotes.questions[0].item is not None
    assert "“this”" in quotes.questions[0].item.common.stem
    letters = read_text("aiken", b"Caf\xe9?\nA) a\nB) b\nANSWER: A\n")
    assert isinstance(letters, NotThisFormat)
    assert (letters.notice.code, letters.notice.where) == ("not_utf8", "dòng 1")


def test_a_file_without_answers_is_not_aiken(read_text: Read) -> None:
    found = read_text("aiken", "Một bài văn.\nA) có vẻ là phương án\n")
    assert isinstance(found, NotThisFormat)


def questions(read_text: Read, text: str) -> list[Any]:
    found = read_text("aiken", text)
    assert isinstance(found, Imported), found
    return [one.item.own_fields() if one.item else [notice.code for notice in one.review] for one in found.questions]


def test_labels_and_answers_are_read_as_people_write_them(read_text: Read) -> None:
    forms = ["A. xa\nB. gần\nANSWER: B", "A) xa\nB) gần\nAnswer : b", "(A) xa\n(B) gần\nĐáp án: B", "a. xa\nb. gần\nđáp án đúng: b)",
             "a) xa\nb) gần\nANS: (b)", "A/ xa\nB/ gần\nĐ/A: B.", "A: xa\nB: gần\nanswer b", "A - xa\nB - gần\nANSWER=B",
             "A. xa\n\nB. gần\n\nANSWER: gần", "A.xa\nB.gần\nANSWER: B. gần"]  # fmt: skip
    for form in forms:
        [fields] = questions(read_text, f"Hỏi gì?\n{form}\n")
        assert fields["key"] == ["B"], form
        assert fields["options"] == {"A": "xa", "B": "gần"}, form


def test_what_explains_an_answer_goes_with_its_question(read_text: Read) -> None:
    found = read_text(
        "aiken",
        "Một?\nA. x\nB. y\nANSWER: A\nGiải thích: vì thế\nvà thế\n\nHai?\nA. z\nB. t\nANSWER: B\nFEEDBACK: đúng",
    )
    assert isinstance(found, Imported)
    assert [one.item.common.explanation for one in found.questions if one.item] == ["vì thế\nvà thế", "đúng"]
    assert [one.item.common.stem for one in found.questions if one.item] == ["Một?", "Hai?"]


def test_numbers_before_questions_are_left_out_where_they_count(read_text: Read) -> None:
    text = "Câu 7: Một?\nA. x\nB. y\nANSWER: A\n\n2. Hai?\nA. x\nB. y\nANSWER: A\n\n1945. Năm ấy có gì?\nA. x\nB. y\nANSWER: A\n"
    found = read_text("aiken", text)
    assert isinstance(found, Imported)
    assert [one.item.common.stem for one in found.questions if one.item] == ["Một?", "Hai?", "1945. Năm ấy có gì?"]
    assert [[notice.code for notice in one.notices] for one in found.questions] == [
        ["number_dropped"],
        ["number_dropped"],
        [],
    ]


def test_a_question_in_several_paragraphs_is_looked_at_and_a_heading_is_none(read_text: Read) -> None:
    found = read_text("aiken", "Đọc đoạn sau.\n\nHỏi gì?\nA. x\nB. y\nANSWER: A\n")
    assert isinstance(found, Imported)
    [question] = found.questions
    assert [notice.code for notice in question.review] == ["several_paragraphs"]
    heading = read_text("aiken", "ĐỀ SỐ 1\n\nCâu 1. Hỏi gì?\nA. x\nB. y\nANSWER: A\n")
    assert isinstance(heading, Imported)
    assert [one.outcome for one in heading.questions] == [Outcome.READY]
    assert [notice.code for notice in heading.notices] == ["description"]


def test_lines_between_the_last_option_and_its_answer_are_looked_at(read_text: Read) -> None:
    found = read_text("aiken", "Một?\nA. x\nB. y\nHai?\nANSWER: A\n")
    assert isinstance(found, Imported)
    assert [[notice.code for notice in one.review] for one in found.questions] == [["wrapped_last"]]
    two = questions(read_text, "Một?\nA. x\nB. y\nHai?\nA. z\nB. t\nANSWER: A\n")
    assert two[0] == ["not_completed"]
    assert two[1]["options"] == {"A": "z", "B": "t"}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("A. x\nB. y\nANSWER: B. x", "key_conflict"), ("A. x\nB. y\nANSWER: A) không phải x", "key_conflict"),
        ("A. x\nC. y\nANSWER: C", "letters"), ("A. x\nB. y\nB. z\nANSWER: A", "letters"), ("A. x\nB. y\nANSWER: C", "no_key"),
        ("A. x\nB. y\nC. z\nANSWER: A, C", "several_keys"), ("A. x\nB. y\nB. z\nANSWER: B", "no_key"),
    ],
)  # fmt: skip
def test_a_key_that_may_mean_another_option_is_for_a_person(read_text: Read, lines: str, code: str) -> None:
    found = read_text("aiken", f"Hỏi gì?\n{lines}\n")
    assert isinstance(found, Imported)
    [question] = found.questions
    assert question.outcome is Outcome.REVIEW
    assert code in [notice.code for notice in question.review]
