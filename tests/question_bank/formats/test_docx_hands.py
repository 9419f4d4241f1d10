"""Word files put together by many hands: what looks like a key, a label or a bitmap and is none must give no key."""

from __future__ import annotations

import gzip
import io
import struct

import pytest
from PIL import Image

from question_bank.formats.docx import FORMAT
from question_bank.formats.docx_pictures import fit_picture
from question_bank.formats.exchange import Defaults, Imported, NotThisFormat, Outcome, Question
from question_bank.ids import TopicCode
from question_bank.wording import use_language
from scripts.docx_metafiles import bitmap_emf, bitmap_wmf, colour, emf_record, wmf_record
from scripts.docx_parts import NAMESPACES, WordFile, para, run, table

WHOLE = (0, 0, 0, 0)


def read(*blocks: str) -> tuple[Question, ...]:
    use_language("en")
    file = WordFile()
    file.add(*blocks)
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de"), source="đề"))
    assert isinstance(found, Imported), found
    return found.questions


def asked(number: int, stem: str = "Hỏi gì?", right: str = "") -> list[str]:
    labels = [
        run(f"{letter}.", u="single" if letter == right else "") + run(f" {word} {number}")
        for letter, word in zip("ABCD", "WXYZ", strict=True)
    ]
    return [para(f"Câu {number}. {stem}"), *map(para, labels)]


def keys(questions: tuple[Question, ...]) -> list[object]:
    return [question.item.own_fields().get("key") if question.item else None for question in questions]


def stem(question: Question) -> str:
    assert question.item is not None
    return question.item.common.stem


def test_letters_in_brackets_behind_a_few_questions_of_many_are_part_of_their_texts() -> None:
    blocks = [block for n in range(1, 13) for block in asked(n, "Cột nào? [A]" if n in (3, 7) else "Hỏi gì?", "B")]
    questions = read(*blocks)
    assert keys(questions) == [["B"]] * 12
    assert stem(questions[2]).endswith("[A]")


def test_groups_in_brackets_that_never_name_the_last_option_are_no_keys_in_whatever_order() -> None:
    blocks = [block for n in range(1, 13) for block in asked(n, f"Hỏi gì? [{'ABCBACCABACB'[n - 1]}]")]
    questions = read(*blocks)
    assert keys(questions) == [[]] * 12
    assert {question.outcome for question in questions} == {Outcome.REVIEW}


def test_a_key_behind_the_question_that_a_look_denies_is_a_conflict() -> None:
    blocks = [block for n in range(1, 9) for block in asked(n, f"Hỏi gì? (Đáp án: {'ABCD'[n % 4]})", "ABCD"[n % 4])]
    *_, last = read(*blocks, *asked(9, "Hỏi gì? (Đáp án: C)", "D"))
    assert [notice.code for notice in last.review] == ["key_conflict"]
    assert keys((last,)) == [[]]


def test_a_remark_about_the_answer_is_no_answer() -> None:
    question = read(para("PHẦN III. Câu trả lời ngắn"), para("Câu 1. Tính x (đáp án: làm tròn đến hàng đơn vị)"))[0]
    assert question.outcome is Outcome.REVIEW
    assert "làm tròn" in stem(question)


@pytest.mark.parametrize("line", ["1-4: BCD", "1-3: ABCD", "1-4: ABCD 5-8: ABC"])
def test_a_range_with_more_or_fewer_letters_than_numbers_gives_no_key(line: str) -> None:
    questions = read(*(block for n in range(1, 9) for block in asked(n)), para("--- HẾT ---"), para(line))
    assert keys(questions) == [[]] * 8


def test_a_letter_and_a_dash_are_no_label_where_options_have_points() -> None:
    questions = read(
        *asked(1, "Tuyến A - B - C dài mấy chặng?", "B"), *asked(2, "", "C"), *asked(3, "A - B là gì?", "D")
    )
    assert keys(questions) == [["B"], ["C"], ["D"]]
    assert stem(questions[0]) == "Tuyến A - B - C dài mấy chặng?"


def test_the_next_question_named_in_a_text_does_not_begin_there() -> None:
    questions = read(
        *asked(1, "Kết quả được dùng ở Câu 2. Hỏi gì?", "B"), *asked(2, "Hỏi gì?", "C"), *asked(3, "", "A")
    )
    assert [question.where for question in questions] == ["Câu 1", "Câu 2", "Câu 3"]
    assert keys(questions) == [["B"], ["C"], ["A"]]


def test_a_paper_behind_the_paper_with_the_options_in_another_order_gives_the_first_one_no_keys() -> None:
    other = [
        para("Câu 1. Hỏi gì?"),
        *(para(f"{letter}. {word} 1") for letter, word in zip("ABCD", "ZWXY", strict=True)),
    ]
    questions = read(*asked(1), *asked(2), para("--- HẾT ---"), *other, para("Đáp án: A"))
    assert keys(questions)[:2] == [[], []]
    assert len(questions) == 3


def test_text_beside_a_whole_question_in_a_table_without_a_heading_is_looked_at() -> None:
    rows = [[str(n), "".join(asked(n, right="B")).replace(f"Câu {n}. ", ""), "xem lại"] for n in range(1, 5)]
    questions = read(table(rows))
    assert [question.outcome for question in questions] == [Outcome.REVIEW] * 4
    assert all("text_behind" in [notice.code for notice in question.review] for question in questions)


def test_old_and_new_letters_in_one_text_are_looked_at() -> None:
    mixed = '<w:r><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr><w:t>Ổ cøng là gì?</w:t></w:r>'
    question = read(para("Câu 1. ", mixed), *asked(1, right="B")[1:], *asked(2, right="C"), *asked(3, right="D"))[0]
    assert [notice.code for notice in question.review] == ["legacy_mixed"]


def test_a_letter_in_brackets_that_names_the_right_option_is_looked_at() -> None:
    blocks = [block for n in range(1, 13) for block in asked(n, "Cột nào? [B]" if n == 5 else "Hỏi gì?", "B")]
    questions = read(*blocks)
    assert [notice.code for notice in questions[4].review] == ["key_in_text"]
    assert {question.outcome for number, question in enumerate(questions) if number != 4} == {Outcome.READY}


def test_a_sign_that_one_option_ends_with_is_no_key_where_others_are_marked_otherwise() -> None:
    labels = [run(f"{letter}.", u="single" if letter == "A" else "") for letter in "ABCD"]
    signs = [para(label, run(f" Dấu {sign}")) for label, sign in zip(labels, "/*+-", strict=True)]
    *_, last = read(*(block for n in range(1, 9) for block in asked(n, right="B")), para("Câu 9. Phép chia?"), *signs)
    assert keys((last,)) == [["A"]]
    assert last.item is not None
    assert last.item.own_fields()["options"]["B"] == "Dấu *"  # type: ignore[index, call-overload]


def test_every_option_said_to_be_right_is_looked_at() -> None:
    question = read(*asked(1), para("Đáp án: A, B, C, D"))[0]
    assert [notice.code for notice in question.review] == ["several_marked"]


def test_an_answer_that_names_a_letter_twice_is_none() -> None:
    question = read(*asked(1), para("Đáp án: A, B, A"))[0]
    assert keys((question,)) == [[]]
    assert "key_unreadable" in [notice.code for notice in question.review]


def test_what_stands_before_the_questions_and_behind_their_end_is_told() -> None:
    file = WordFile()
    file.add(para("Lưu ý: câu 1 chỉ dành cho bảng A"), *asked(1, right="B"), *asked(2, right="C"))
    file.add(para("HẾT"), para("ĐÁP ÁN"), para("CADBCADB"))
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de"), source="đề"))
    assert isinstance(found, Imported)
    assert [notice.code for notice in found.notices] == ["answer_loose", "left_out"]
    assert "CADBCADB" in str(found.notices[0].message.values)
    assert "bảng A" in str(found.notices[1].message.values)


def test_a_file_whose_text_is_an_embedded_page_says_so() -> None:
    file = WordFile()
    file.add('<w:altChunk r:id="rId100"/>')
    file.part("page.html", "aFChunk", b"<html><p>1. A</p></html>")
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de")))
    assert isinstance(found, NotThisFormat)
    assert "embedded" in found.notice.message.message


def test_the_words_of_a_comment_are_told() -> None:
    file = WordFile()
    file.add(*asked(1, right="B"), *asked(2, right="C"), *asked(3, right="A"))
    remark = f'<w:comments {NAMESPACES}><w:comment w:id="1">{para("Sửa đáp án thành B")}</w:comment></w:comments>'
    file.part("comments.xml", "comments", remark.encode())
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de"), source="đề"))
    assert isinstance(found, Imported)
    assert [("Sửa đáp án" in str(notice.message.values)) for notice in found.notices] == [True]


# --- Windows drawings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [bitmap_emf(20, 12), bitmap_wmf(20, 12)], ids=["emf", "wmf"])
def test_a_drawing_that_is_one_bitmap_is_that_bitmap_the_right_way_up(data: bytes) -> None:
    found = fit_picture(data, WHOLE)
    assert found is not None
    with Image.open(io.BytesIO(found)) as picture:
        assert picture.size == (20, 12)
        assert picture.convert("RGB").getpixel((3, 2)) == colour(3, 2)


@pytest.mark.parametrize(
    "data",
    [
        bitmap_emf(20, 12, more=emf_record(54, struct.pack("<ii", 5, 5))),  # a line on it
        bitmap_emf(20, 12, more=emf_record(70, struct.pack("<I4sHHII", 16, b"EMF+", 0x4001, 0, 12, 0))),
        bitmap_emf(20, 12, shown=(-20, 12)),  # mirrored
        bitmap_emf(20, 12)[:-20],  # without its end
        bitmap_wmf(20, 12, more=wmf_record(0x0213, struct.pack("<hh", 5, 5))),
        bitmap_wmf(20, 12)[:-6],
        b"\x1f\x8b" + bytes(40),
        gzip.compress(bytes(64 << 20)),  # more than a picture may be
        bitmap_emf(20, 12, more=emf_record(17, struct.pack("<I", 8)) * 6_000),
        bitmap_emf(20, 12).replace(struct.pack("<ii", 20, 12), struct.pack("<ii", 60_000, 60_000)),
    ],
    ids=["line", "emf_plus", "mirrored", "cut", "wmf_line", "wmf_cut", "packed_badly", "bomb", "records", "size"],
)
def test_a_drawing_with_anything_else_on_it_gives_no_picture(data: bytes) -> None:
    assert fit_picture(data, WHOLE) is None


def short(answer: str) -> tuple[Question, ...]:
    return read(para("PHẦN III. Trả lời ngắn"), para("Câu 1. Gõ gì?"), para(f"Đáp án: {answer}"))


@pytest.mark.parametrize(
    ("written", "answer"),
    [("=SUM(A1:A2)", "=SUM(A1:A2)"), ("Ctrl + C)", "Ctrl + C"), ("a[0]", "a[0]"), ("List<int>", "List<int>")],
)
def test_a_bracket_that_an_answer_opens_itself_stays_with_it(written: str, answer: str) -> None:
    [question] = short(written)
    assert question.item is not None
    assert question.item.own_fields()["answers"] == [{"text": answer}]


@pytest.mark.parametrize(
    ("stem", "code"), [("Quốc khánh là ngày nào?", ["date_or_fraction"]), ("Phân số nào lớn hơn 1/3?", [])]
)
def test_what_may_be_a_day_is_no_certain_fraction(stem: str, code: list[str]) -> None:
    [question] = read(para("PHẦN III. Trả lời ngắn"), para(f"Câu 1. {stem}"), para("Đáp án: 2/9"))
    assert [notice.code for notice in question.review] == code
    assert question.item is not None
    assert ("short_text" if code else "numeric") == question.item.NAME


def test_an_answer_in_brackets_keeps_its_own() -> None:
    [question] = read(para("PHẦN III. Trả lời ngắn"), para("Câu 1. Gõ gì?"), para("(Đáp án: =MAX(A1))"))
    assert question.item is not None
    assert question.item.own_fields()["answers"] == [{"text": "=MAX(A1)"}]


def test_a_letter_behind_a_number_is_part_of_the_number() -> None:
    questions = read(
        para("Câu 1a: Thủ đô?"), *asked(1)[1:], para("Câu 1b. Cố đô?"), *asked(1)[1:], para("Câu 2 Hỏi"), *asked(1)[1:]
    )
    assert [stem(question) for question in questions] == ["Thủ đô?", "Cố đô?", "Hỏi"]


@pytest.mark.parametrize("word", ["HẾT", "End."])
def test_a_word_that_could_end_the_paper_is_the_questions_while_its_options_are_to_come(word: str) -> None:
    questions = read(*asked(1, right="B"), para("Câu 2. Sau từ này là gì?"), para(word), *asked(2, right="C")[1:])
    assert keys(questions) == [["B"], ["C"]]
    assert stem(questions[1]) == f"Sau từ này là gì?\n\n{word}"


def test_the_end_behind_a_question_without_options_is_the_papers() -> None:
    behind = [para("HẾT"), para("ĐÁP ÁN"), para("1.B")]
    questions = read(*asked(1), para("Câu 2. Trình bày."), *behind)
    assert [question.item.NAME for question in questions if question.item] == ["single_choice", "essay"]
    assert keys(questions) == [["B"], None]


def judged(number: int, red: str = "") -> list[str]:
    lines = [run(f"{one})", color="FF0000" if one in red else "") + run(f" ý {one} {number}") for one in "abcd"]
    return [para(f"Câu {number}. Xét các ý sau"), *map(para, lines)]


def test_a_look_that_one_of_many_questions_has_says_nothing_of_statements() -> None:
    heading = para("PHẦN II. Câu trắc nghiệm đúng sai")
    questions = read(heading, *(block for n in range(1, 13) for block in judged(n, "a" if n == 4 else "")))
    assert keys(questions) == [[]] * 12
    assert [notice.code for notice in questions[3].review] == ["key_doubtful"]
    marked = read(heading, *(block for n in range(1, 5) for block in judged(n, "abc"[: n - 1])))
    assert keys(marked) == [[], ["a"], ["a", "b"], ["a", "b", "c"]]
    assert [question.outcome for question in marked[1:]] == [Outcome.READY] * 3


@pytest.mark.parametrize("answers", [["1-a, 2-b, 1-b"], ["1-a, 2-b", "1-b, 2-a"]])
def test_pairs_that_contradict_each_other_are_no_key(answers: list[str]) -> None:
    columns = table([["1. một", "a. A"], ["2. hai\ntiếp", "b. B"]])
    [question] = read(para("Câu 1. Ghép cột"), columns, *(para(f"Đáp án: {one}") for one in answers))
    assert question.item is not None
    assert question.item.own_fields()["pairs"] == {}
    assert "key_conflict" in [notice.code for notice in question.review]
    assert question.item.own_fields()["left"] == {"1": "một", "2": "hai tiếp"}


def test_a_digit_that_is_one_options_number_and_anothers_text_is_no_key() -> None:
    options = [para(f"{letter}. {text}") for letter, text in zip("ABCD", "2341", strict=True)]
    [question] = read(para("Câu 1. 1 + 1 = ?"), *options, para("Đáp án: 2"))
    assert keys((question,)) == [[]]
    assert question.outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Không nên chọn B.", []), ("Học sinh thường chọn B vì quên đổi đơn vị.", []), ("Nhiều em vội chọn B.", []),
        ("Có thể chọn B do nhầm lẫn.", []), ("Nếu hiểu sai đề thì chọn B.", []), ("A không đúng nên ta chọn B.", ["B"]),
        ("Nhiều em nhầm. Chọn B.", ["B"]), ("Vậy chọn B do là lệnh đúng.", ["B"]),
    ],
)  # fmt: skip
def test_a_choice_that_an_explanation_warns_of_is_no_key(said: str, key: list[str]) -> None:
    questions = read(*asked(1), para("Lời giải"), para(said))
    assert keys(questions) == [key]


def test_a_statement_that_is_explained_as_true_and_as_false_has_no_key() -> None:
    lines = ["a) Đúng", "b) Sai", "c) Đúng", "d) Sai", "a) Sai"]
    heading = para("PHẦN II. Câu trắc nghiệm đúng sai")
    [question] = read(heading, *judged(1), para("Lời giải"), *map(para, lines))
    assert keys((question,)) == [[]]
    assert "key_incomplete" in [notice.code for notice in question.review]
