"""Moodle XML: every type of an export is read whole or refused with its reason; nothing in a file reaches the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from question_bank.formats.carried import read_carried, value_tags
from question_bank.formats.exchange import Imported, NotThisFormat, Outcome, Question

Read = Callable[..., Imported | NotThisFormat]


def quiz(*questions: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{"".join(questions)}</quiz>'


def asked(kind: str, inner: str, text: str = "Hỏi gì?") -> str:
    return f'<question type="{kind}"><name><text>Tên</text></name><questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{inner}</question>'


def answers(*pairs: tuple[str, str]) -> str:
    return "".join(
        f'<answer fraction="{fraction}"><text><![CDATA[{text}]]></text></answer>' for fraction, text in pairs
    )


def only(found: Imported | NotThisFormat) -> Question:
    assert isinstance(found, Imported), found
    [question] = found.questions
    return question


def codes(question: Question) -> list[str]:
    return [notice.code for notice in question.review]


def test_the_documented_file_is_read_as_it_always_was(
    import_vector: Callable[[str, str], tuple[Any, Any, Any]],
) -> None:
    found, summary, golden = import_vector("moodle", "documented.xml")
    assert summary == golden
    assert sum(found.count(outcome) for outcome in Outcome) == 25  # every question but the category and the description
    assert [notice.code for notice in found.notices] == ["description"]


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE quiz [<!ENTITY a "b">]>',
        '<!DOCTYPE quiz SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE quiz [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]>',
    ],
)
def test_a_document_type_is_refused_whole(read_text: Read, declared: str) -> None:
    found = read_text("moodle", f'<?xml version="1.0"?>{declared}<quiz>{asked("essay", "")}</quiz>')
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "bad_xml"


def test_damage_is_told_with_its_line(read_text: Read) -> None:
    found = read_text("moodle", "<quiz>\n<question type='essay'>\n<name></quiz>")
    assert isinstance(found, NotThisFormat)
    assert found.notice.where == "dòng 3"
    assert isinstance(read_text("moodle", "<assessment/>"), NotThisFormat)
    assert isinstance(read_text("moodle", "<quiz>" + "<a>" * 200 + "</a>" * 200 + "</quiz>"), NotThisFormat)


def test_control_characters_that_old_exports_hold_do_not_lose_the_file(read_text: Read) -> None:
    found = read_text("moodle", quiz(asked("essay", "", "Viết\x0b gì?")).encode())
    assert only(found).outcome is Outcome.READY
    assert isinstance(found, Imported)
    assert [notice.code for notice in found.notices] == ["invisible_removed"]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (asked("multichoice", "<single>true</single>" + answers(("0", "a"), ("0", "b"))), "no_key"),
        (asked("multichoice", "<single>true</single>" + answers(("100", "a"), ("100", "b"))), "key_not_single"),
        (asked("multichoice", "<single>false</single>" + answers(("0", "a"), ("0", "b"))), "empty_field"),
        (asked("multichoice", answers(("100", "a"), ("năm", "b"))), "bad_fraction"),
        (asked("truefalse", answers(("100", "true"), ("100", "false"))), "no_key"),
        (asked("truefalse", answers(("100", "Ja"), ("0", "Tidak"))), "truth_read"),
        (asked("ordering", answers(("1", "a"), ("3", "b"), ("2", "c"))), "order_unclear"),
        (asked("essay", "<attachmentsrequired>1</attachmentsrequired>"), "files_wanted"),
        (asked("cloze", "", "{1:MC:=a~=b}"), "no_key"),
        (asked("cloze", "", "{1:SA:=a} {2:XX:=b}"), "gap_left"),
    ],
)
def test_a_doubtful_key_is_a_reason_to_look(read_text: Read, question: str, code: str) -> None:
    found = only(read_text("moodle", quiz(question)))
    assert found.outcome is Outcome.REVIEW
    assert code in codes(found)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (asked("calculated", ""), "unsupported"),
        (asked("random", ""), "unsupported"),
        (asked("mystery", ""), "unsupported"),
        (asked("numerical", answers(("100", "mười"))), "bad_number"),
        (asked("matching", "<subquestion><text>a</text><answer><text></text></answer></subquestion>"), "no_pair"),
        (asked("multichoice", answers(*[("0", str(n)) for n in range(10)], ("100", "x"))), "too_many_options"),
        (asked("ddwtos", "<dragbox><text>a</text></dragbox>", "Không có chỗ"), "no_gap"),
        (asked("gapselect", "<selectoption><text>a</text></selectoption>", "[[2]]"), "no_gap"),
        (asked("cloze", "", "{1:MR:=a~=b}"), "several_in_gap"),
        (asked("ddmarker", ""), "markers"),
        (asked("kprime", ""), "not_four"),
    ],
)
def test_what_has_no_counterpart_is_refused_with_its_place(read_text: Read, question: str, code: str) -> None:
    found = only(read_text("moodle", quiz("\n\n", question)))
    assert found.item is None
    assert codes(found) == [code]
    assert found.where == "câu 1, dòng 4: Tên"


def test_options_that_speak_of_others_get_what_they_need(read_text: Read) -> None:
    above = only(
        read_text("moodle", quiz(asked("multichoice", answers(("100", "a"), ("0", "b"), ("0", "Tất cả đều sai")))))
    )
    assert above.item is not None
    assert above.item.own_fields()["fixed"] == ["C"]
    letters = only(
        read_text("moodle", quiz(asked("multichoice", answers(("0", "a"), ("0", "b"), ("100", "Cả A và B")))))
    )
    assert letters.item is not None
    assert letters.item.common.shuffle is False
    assert letters.outcome is Outcome.READY


def test_a_tag_that_names_a_level_is_one(read_text: Read) -> None:
    question = asked("essay", "<tags><tag><text>Vận dụng cao</text></tag></tags>")
    item = only(read_text("moodle", quiz(question))).item
    assert item is not None
    assert item.common.level.value == "van_dung_cao"


def test_text_written_as_elements_is_read_all_the_same(read_text: Read) -> None:
    bare = '<question type="essay"><questiontext format="html"><text>Viết <b>gì</b> &amp; đâu?</text></questiontext></question>'
    item = only(read_text("moodle", quiz(bare))).item
    assert item is not None
    assert item.common.stem == "Viết {{b:gì}} & đâu?"


def test_more_questions_than_a_file_may_have_are_refused(read_text: Read) -> None:
    found = read_text("moodle", quiz('<question type="essay"/>' * 5001))
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "too_many"


def test_a_long_value_kept_in_several_tags_comes_back_with_its_spaces() -> None:
    for length in range(190, 210):
        value = "a" * length + " b" * 120
        tags = [tag.strip() for tag in value_tags("criteria", value)]
        assert len(tags) > 1
        assert all(len(tag) <= 255 for tag in tags)  # what Moodle keeps of a tag
        assert read_carried(tags).get("criteria") == value
