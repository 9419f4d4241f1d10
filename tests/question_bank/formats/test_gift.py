"""GIFT: everything its page documents is read, and where a key could be meant otherwise somebody has to look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from question_bank.formats.exchange import Imported, NotThisFormat, Outcome, Question
from question_bank.formats.gift_text import blocks, coded, plain
from question_bank.formats.registry import readers, sniff, writers
from question_bank.ids import BankItemId, StimulusId, TopicCode
from question_bank.items.model import Common, Level
from question_bank.items.ordering import Ordering

Read = Callable[..., Imported | NotThisFormat]


def only(found: Imported | NotThisFormat) -> Question:
    assert isinstance(found, Imported), found
    [question] = found.questions
    return question


def test_the_documented_file_is_read_as_it_always_was(
    import_vector: Callable[[str, str], tuple[Any, Any, Any]],
) -> None:
    found, summary, golden = import_vector("gift", "documented.gift")
    assert summary == golden
    asked = len([block for block in blocks(open_vector()) if "{" in block.text and not block.text.startswith("$")])
    assert sum(found.count(outcome) for outcome in Outcome) == asked


def open_vector() -> str:
    from pathlib import Path

    return (Path(__file__).resolve().parents[2] / "vectors/formats/gift/documented.gift").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Không có đáp án {~a ~b}", "empty_field"),
        ("Hai đáp án {=a =b ~c}", "key_not_single"),
        ("Thoát thiếu {~x=5 ~y=6}", "key_not_single"),
        ("Nhãn thiếu thoát {=<img src=a> ~b}", "equals_sign"),
        ("Chữ thường {false}", "truth_read"),
        ("Số có phẩy {#3,14}", "number_read"),
        ("Một phần {=a ~%50%b}", "partial_lost"),
        ("Không đủ {~%50%a ~%40%b ~c}", "weights_not_whole"),
        (r"Sai dấu \(a \neq b\) {T}", "ate_backslash"),
        ("Bất kỳ {=*}", "wildcard"),
    ],
)
def test_a_doubtful_key_is_a_reason_to_look(read_text: Read, text: str, code: str) -> None:
    question = only(read_text("gift", text))
    assert question.outcome is Outcome.REVIEW
    assert code in [notice.code for notice in question.review]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mở mà không đóng {=a", "braces"),
        ("Hai cặp {=a} và {=b}", "braces"),
        ("Số gì {#mười}", "bad_number"),
        ("Một lựa chọn {~a}", "too_few_options"),
        ("Thiếu mũi tên {=a -> b =c}", "no_pair"),
        ("Quá nhiều {" + " ".join(f"~{n}" for n in range(11)) + " =x}", "too_many_options"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(read_text: Read, text: str, code: str) -> None:
    found = read_text("gift", f"Câu đầu {{T}}\n\n// chú thích\n\n{text}\n")
    assert isinstance(found, Imported)
    question = found.questions[-1]
    assert question.item is None
    assert question.where == "dòng 5"
    assert [notice.code for notice in question.review] == [code]


def test_escapes_are_resolved_once_and_a_double_backslash_first() -> None:
    assert plain(coded(r"\\n \n \: \\: \= \\\= \{\}")) == "\\n \n : \\: = \\= {}"


def test_a_blank_line_inside_braces_does_not_lose_the_answers(read_text: Read) -> None:
    question = only(read_text("gift", "Chọn {\n~a\n\n=b\n}\n"))
    assert question.outcome is Outcome.READY
    assert [notice.code for notice in question.notices] == ["blank_line"]
    found = read_text("gift", "Mở {=a\n\n::Mới:: câu khác {T}\n")
    assert isinstance(found, Imported)
    assert [one.outcome for one in found.questions] == [Outcome.REJECTED, Outcome.READY]


def test_tags_and_ids_come_from_comments(read_text: Read) -> None:
    question = only(read_text("gift", "// [id:A-1] [tag:một \\] hai]\n// [tag:ba]\nCâu {T}"))
    assert question.item is not None
    assert question.item.id == "A-1"
    assert question.item.common.tags == ("một ] hai", "ba")


def test_ids_are_made_where_a_file_has_none_or_twice_the_same(read_text: Read) -> None:
    found = read_text("gift", "// [id:A]\nMột {T}\n\n// [id:A]\nHai {T}\n\nBa {T}", "Đề ôn.gift")
    assert isinstance(found, Imported)
    assert [one.item.id for one in found.questions if one.item] == ["A", "DEON-001", "DEON-002"]


def test_a_picture_inside_the_text_is_kept_and_one_elsewhere_is_missed(read_text: Read) -> None:
    inside = r'[html]<img src\="data\:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAFElEQVR4nGM8ISfHgBsw4ZEbwdIARtsBGOVUa2wAAAAASUVORK5CYII\=" alt\="Ô">{T}'
    found = read_text("gift", inside)
    assert only(found).outcome is Outcome.READY
    assert isinstance(found, Imported)
    [name] = found.media
    assert only(found).item is not None
    assert f"{{{{picture:{name}|Ô}}}}" == only(found).item.common.stem  # type: ignore[union-attr]
    assert "no_file" in [one.code for one in only(read_text("gift", r'[html]<img src\="x.png">{T}')).review]


def test_files_are_told_apart_at_a_glance() -> None:
    assert sniff("Một {=a ~b}".encode(), "a.txt") == ("gift",)
    assert sniff("Một\nA) a\nB) b\nANSWER: A\n".encode(), "a.txt") == ("aiken",)
    assert sniff(b"<?xml version='1.0'?><quiz></quiz>", "a.xml") == ("moodle",)
    assert sniff(b"format: exam-items/1\ntopic: a\n", "a.yaml") == ("yaml",)
    assert sniff("Một bài văn.".encode(), "a.txt") == ()
    assert sniff(b"\x89PNG\r\n\x1a\n{}", "a.txt") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [("hỏi {" + "~a" * 5_000 + "}", "too_many_options"), ("hỏi {" + "=a -> b" * 5_000 + "}", "too_many_options")],
)
def test_far_too_many_answers_are_rejected_without_being_read(read_text: Any, text: str, code: str) -> None:
    [question] = read_text("gift", text).questions
    assert [notice.code for notice in question.review] == [code]


@pytest.mark.parametrize(
    "text", ["//\n" * 200_000, "// " + "[tag:" * 100_000 + "\n\n", "đoạn văn\n\n" * 20_000],
    ids=["comments", "tags that nothing closes", "prose"],
)  # fmt: skip
def test_long_files_that_ask_nothing_are_refused_soon(read_text: Any, text: str) -> None:
    assert isinstance(read_text("gift", text), NotThisFormat)


def test_in_markdown_a_bracket_that_nothing_closes_is_a_sign_and_the_link_behind_it_a_link(read_text: Any) -> None:
    [question] = read_text("gift", "[markdown]Gõ [một [hai](https://vi.example/a) {T}").questions
    assert question.item.common.stem == "Gõ [một hai"


def test_entries_to_be_ordered_may_be_lines_of_code_with_its_comments(exchange: Any) -> None:
    entries = ("// mở tệp", "with open(ten) as tep:", "//")
    common = Common(BankItemId("O-1"), TopicCode("van-thu"), Level.NHAN_BIET, "Sắp xếp", "vì", "nguồn", StimulusId(""))
    item = Ordering(common, entries)
    [question] = exchange.back(
        writers()["gift"].write(exchange.bank([item]), [item], {}), readers()["gift"].read
    ).questions
    assert question.item == item
