"""Tables of questions as people fill them in: their headings, their keys, what Excel makes of what was typed, and files that are traps."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from question_bank.formats.exchange import Defaults, Imported, NotThisFormat, Outcome, Question
from question_bank.formats.table import FORMAT
from question_bank.ids import TopicCode
from question_bank.wording import render
from scripts.table_files import workbook

Read = Callable[..., Any]


@pytest.fixture
def rows(read_text: Read) -> Callable[[str], list[Question]]:
    """`rows(csv)`: the questions of a .csv."""

    def read(text: str) -> list[Question]:
        found = read_text("table", text, "bang.csv")
        assert isinstance(found, Imported), found
        return [*found.questions]

    return read


def key(question: Question) -> Any:
    assert question.item is not None
    return question.item.own_fields().get("key")


def codes(question: Question) -> list[str]:
    return [notice.code for notice in question.review if notice.code != "empty_field"]


@pytest.mark.parametrize("file", ["commas.csv", "semicolons.csv", "tabs_utf16.csv", "windows_1258.csv", "excel.xlsx"])
def test_the_example_files_are_read_as_they_always_were(import_vector: Read, file: str) -> None:
    found, summary, golden = import_vector("table", file)
    assert isinstance(found, Imported)
    assert summary == golden


def test_the_same_table_is_read_the_same_whatever_its_separator_and_encoding(import_vector: Read) -> None:
    found = [
        import_vector("table", name)[1]["questions"]
        for name in ("commas.csv", "semicolons.csv", "tabs_utf16.csv", "windows_1258.csv")
    ]
    assert len(found[0]) == 12
    assert all(one["outcome"] == "imported" for one in found[0])
    plain = [[{name: value for name, value in one.items() if name != "id"} for one in each] for each in found]
    assert all(each == plain[0] for each in plain)


@pytest.mark.parametrize(
    "heads",
    [
        "Câu hỏi;Phương án A;Phương án B;Phương án C;Đáp án đúng",
        "Nội dung câu hỏi;Đáp án A;Đáp án B;Đáp án C;Đáp án",
        "Question;Option 1;Option 2;Option 3;Correct Answer",
        "question;optionA;optionB;optionC;correctAnswer",
        "Question - max 120 characters;Answer 1 - max 75 characters;Answer 2;Answer 3;Correct answer(s)",
        "Câu dẫn;Lựa chọn 1;Lựa chọn 2;Lựa chọn 3;Đ/A".replace("Đ/A", "ĐA"),
        "NỘI DUNG;A;B;C;KEY",
        "Câu;PA1;PA2;PA3;Phương án đúng (A, B, C)",
    ],
)  # fmt: skip
def test_headings_people_use_are_known(rows: Read, heads: str) -> None:
    [question] = rows(f"{heads}\nMột cộng một?;một;hai;ba;B\n")
    assert (question.outcome, key(question)) == (Outcome.READY, ["B"])
    assert question.item is not None
    assert question.item.common.stem == "Một cộng một?"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("B", ["B"]), ("b.", ["B"]), ("2", ["B"]), ("hai", ["B"]), ("  Hai ", ["B"]), ("B. hai", ["B"]), ("Đáp án B", ["B"]),
     ("Option 2", ["B"]), ("A, C", ["A", "C"]), ("1;3", ["A", "C"]), ("A và C", ["A", "C"]), ("AC", ["A", "C"])],
)  # fmt: skip
def test_a_key_is_letters_numbers_or_an_options_text(rows: Read, cell: str, expected: list[str]) -> None:
    [question] = rows(f'Câu hỏi,A,B,C,D,Đáp án\nX?,một,hai,ba,bốn,"{cell}"\n')
    assert key(question) == expected
    assert question.evidence
    assert cell.strip()[:10] in render(question.evidence[0])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "key_missing"),
        ("E", "key_unreadable"),
        ("năm", "key_unreadable"),
        ("B. ba", "key_unreadable"),
        ("9", "key_unreadable"),
        ("A/B", "key_unreadable"),
        ("1/2", "key_unreadable"),
        ("AA", "key_unreadable"),
    ],
)
def test_a_key_that_is_none_of_the_options_is_for_a_person(rows: Read, cell: str, code: str) -> None:
    [question] = rows(f"Câu hỏi,A,B,C,D,Đáp án\nX?,một,hai,ba,bốn,{cell}\n")
    assert question.outcome is Outcome.REVIEW
    assert (key(question), codes(question)) == ([], [code])


def test_a_row_with_options_and_a_key_but_no_question_is_rejected_and_counted(rows: Read) -> None:
    one, two = rows("Câu hỏi,A,B,Đáp án\nMột?,x,y,A\n,x,y,B\n")
    assert one.outcome is Outcome.READY
    assert (two.outcome, codes(two), two.where) == (Outcome.REJECTED, ["empty_question"], "dòng 3")
    assert two.source_text == "x | y | B"


def test_a_number_that_is_also_an_options_text_is_for_a_person(rows: Read) -> None:
    [question] = rows("Câu hỏi,A,B,C,D,Đáp án\nX?,3,1,2,4,3\n")
    assert (key(question), codes(question)) == ([], ["key_ambiguous"])


def test_numbers_from_zero_make_every_number_doubtful_that_can_be_read_both_ways(rows: Read) -> None:
    found = rows("Câu hỏi,A,B,C,D,Đáp án\nX?,a1,b1,c1,d1,0\nY?,a2,b2,c2,d2,2\n")
    assert [key(one) for one in found] == [["A"], []]
    assert codes(found[1]) == ["key_ambiguous"]


def test_two_columns_for_the_key_must_agree(rows: Read) -> None:
    found = rows("Câu hỏi,A,B,Đáp án,Đáp án đúng\nX?,một,hai,A,B\nY?,ba,bốn,B,B\nZ?,năm,sáu,,A\n")
    assert [key(one) for one in found] == [[], ["B"], ["A"]]
    assert codes(found[0]) == ["key_conflict"]


def test_a_letter_names_its_column_though_an_option_before_it_is_empty(rows: Read) -> None:
    [question] = rows("Câu hỏi,A,B,C,D,Đáp án\nX?,một,,ba,bốn,C\n")
    assert question.item is not None
    options = question.item.own_fields()["options"]
    assert [options[label] for label in key(question)] == ["ba"]
    assert codes(question) == ["options_gap"]


def test_types_without_options_are_read_by_their_word_or_their_key(rows: Read) -> None:
    text = "Câu hỏi;Loại;Đáp án\nĐất tròn;Đúng/Sai;Đúng\nThủ đô?;Trả lời ngắn;Hà Nội | Thăng Long\nBao nhiêu?;;12,5\nNêu ý kiến;Tự luận;\n"
    found = rows(text)
    assert [one.item.NAME for one in found if one.item] == ["true_false", "short_text", "numeric", "essay"]
    assert all(one.outcome is Outcome.READY for one in found)


@pytest.mark.parametrize(
    ("stem", "key", "outcome"),
    [
        ("Quốc khánh là ngày nào?", "2/9", Outcome.REVIEW),
        ("Hạn nộp hồ sơ?", "15/6 hoặc 16/6", Outcome.REVIEW),
        ("Ngày nào?", "13/13", Outcome.READY),
        ("Xác suất là bao nhiêu?", "3/4", Outcome.READY),
    ],
)
def test_what_may_be_a_day_is_no_certain_fraction(rows: Read, stem: str, key: str, outcome: Outcome) -> None:
    [question] = rows(f"Câu hỏi;Đáp án\n{stem};{key}\n")
    assert question.outcome is outcome
    assert (codes(question) == ["date_or_fraction"]) is (outcome is Outcome.REVIEW)


def test_four_statements_are_known_by_their_key(rows: Read) -> None:
    [question] = rows("Câu hỏi;a;b;c;d;Đáp án\nVề mạng:;một;hai;ba;bốn;Đ-S-Đ-S\n")
    assert question.item is not None
    assert (question.item.NAME, key(question)) == ("true_false_4", ["a", "c"])
    [partly] = rows("Câu hỏi;a;b;c;d;Đáp án\nVề mạng:;một;hai;ba;bốn;aĐ bS cĐ\n")
    assert codes(partly) == ["key_incomplete"]


def test_braces_of_others_are_braces(rows: Read) -> None:
    [question] = rows("Câu hỏi,A,B,Đáp án\nLệnh {{b:x}} là gì?,một,hai,A\n")
    assert question.item is not None
    assert question.item.common.stem == "Lệnh {{{}}b:x}} là gì?"


def test_what_excel_made_of_typed_text_is_for_a_person() -> None:
    found = FORMAT.read(workbook(), "a.xlsx", _defaults())
    assert isinstance(found, Imported)
    by_row = {question.where: codes(question) for question in found.questions}
    assert "cell_is_formula" in by_row["Câu hỏi!5"]
    assert "cell_is_date" in by_row["Câu hỏi!8"]
    assert [notice.code for notice in found.notices] == ["sheet_left_out"]


def test_a_merged_cell_holds_for_every_row_it_covers() -> None:
    found = FORMAT.read(workbook(), "a.xlsx", _defaults())
    assert isinstance(found, Imported)
    assert [one.item.common.tags for one in found.questions[:4] if one.item] == [("Tin học cơ bản",)] * 4


def test_an_export_holds_no_formula(exchange: Any, make_item: Any) -> None:
    drawn = make_item("X-1")
    texts = ("+2", "@x", "-3", "=cmd|' /C calc'!A0")
    options = tuple(replace(one, text=text) for one, text in zip(drawn.options, texts, strict=True))
    item = replace(drawn, common=replace(drawn.common, stem="=1+1"), options=options)
    data = FORMAT.write(exchange.bank([item]), [item], {}).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    for text in ("=1+1", "+2", "@x", "-3"):
        assert f's="1"><is><t xml:space="preserve">{text}</t>' in sheet


def _with(name: str, data: bytes, drop: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        if not drop:
            new.writestr(name, data)
    return out.getvalue()


def _defaults() -> Any:
    return Defaults(TopicCode("chu-de"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: _with("xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'),
        lambda: _with("../evil.xml", b"<a/>"),
        lambda: _with("xl/media/zeros.bin", bytes(300 * 1024 * 1024)),
        lambda: _with("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"),
        lambda: _with("xl/workbook.xml", b"", drop=True),
        lambda: b"PK\x03\x04 nothing",
    ],
    ids=["entity", "path", "bomb", "damaged", "no workbook", "no zip"],
)  # fmt: skip
def test_a_hostile_workbook_is_refused(make: Callable[[], bytes]) -> None:
    found = FORMAT.read(make(), "a.xlsx", _defaults())
    assert isinstance(found, NotThisFormat)


@pytest.mark.parametrize("text", ["", "1;2;3\n4;5;6\n", "Ghi chú;A;B\nx;y;z\n"])
def test_a_table_without_headings_is_refused(read_text: Read, text: str) -> None:
    assert isinstance(read_text("table", text, "a.csv"), NotThisFormat)


@pytest.mark.parametrize(
    ("heading", "numbers", "keys"),
    [
        ("Đáp án đúng (0-3)", ("1", "2"), [["B"], ["C"]]),
        ("Vị trí đáp án đúng (0–3)", ("1", "0"), [["B"], ["A"]]),
        ("Correct answer (0 to 3)", ("3", "1"), [["D"], ["B"]]),
        ("Correct answer(s) - 1, 2, 3, or 4", ("1", "4"), [["A"], ["D"]]),
        ("Đáp án đúng", ("1", "2"), [["A"], ["B"]]),
    ],
)
def test_a_heading_that_says_where_counting_begins_is_believed(
    rows: Any, heading: str, numbers: tuple[str, str], keys: list[list[str]]
) -> None:
    lines = [f"Câu hỏi {n};một;hai;ba;bốn;{number}" for n, number in enumerate(numbers)]
    found = rows("\n".join([f"Câu hỏi;A;B;C;D;{heading}", *lines]))
    assert [one.outcome for one in found] == [Outcome.READY] * 2
    assert [key(one) for one in found] == keys


@pytest.mark.parametrize(
    "headings",
    [
        "STT;Câu hỏi;Đáp án đúng;Đáp án sai 1;Đáp án sai 2",
        "No;Question;Correct Answer;Incorrect Answer 1;Incorrect Answer 2 (Optional)",
        "No;Question;Answer;Distractor 1;Distractor 2",
    ],
)
def test_columns_of_wrong_options_stand_beside_the_right_one(rows: Any, headings: str) -> None:
    [question, without] = rows(f"{headings}\n1;Thủ tục nào?;Cấp mới;Cấp lại;Cấp đổi\n2;Hồ sơ nào?;;Bản sao;Bản gốc")
    assert question.outcome is Outcome.READY
    fields = question.item.own_fields()
    assert (fields["options"], fields["key"]) == ({"A": "Cấp mới", "B": "Cấp lại", "C": "Cấp đổi"}, ["A"])
    assert "key_missing" in codes(without)


def test_beside_lettered_options_numbered_answers_are_keys(rows: Any) -> None:
    found = rows(
        "questionname,questiontext,A,B,C,D,Answer 1,Answer 2\n1,Chọn một,a1,b1,c1,d1,C,\n2,Chọn hai,a2,b2,c2,d2,A,D"
    )
    assert [(one.item.NAME, key(one)) for one in found] == [("single_choice", ["C"]), ("multiple_choice", ["A", "D"])]


def test_a_row_that_explains_the_columns_is_no_question(read_text: Read) -> None:
    text = '"Question","Option 1","Option 2","Answer"\n"Text (required)","First (required)","Second (optional)","1-5"\nHỏi,a,b,1'
    found = read_text("table", text, "mau.csv")
    assert len(found.questions) == 1
    assert [notice.code for notice in found.notices] == ["row_left_out"]


def test_rows_beyond_the_bound_are_not_worked_out(read_text: Read) -> None:
    found = read_text("table", "Câu hỏi,A,B,Đáp án\n" + "hỏi,x,y,A\n" * 5_001, "bang.csv")
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "too_many"


def test_a_letter_without_options_is_no_accepted_answer(rows: Any) -> None:
    [question] = rows("Câu hỏi;Lựa chọn thứ nhất;Đáp án\nThiết bị nhập?;Bàn phím;C")
    assert codes(question) == ["no_options"]


def test_options_of_a_question_to_type_in_are_looked_at(rows: Any) -> None:
    [question] = rows("Question,Question Type,Option 1,Option 2,Correct answer\n2 + 2?,Fill-in-the-blank,4,bốn,1")
    assert codes(question) == ["options_as_answers"]


def test_a_statement_may_have_its_two_words_as_options(rows: Any) -> None:
    found = rows(
        "Câu hỏi,Loại,Phương án 1,Phương án 2,Đáp án\nHà Nội là thủ đô,true_false,Đúng,Sai,1\nHuế là thủ đô,true_false,Đúng,Sai,2"
    )
    assert [(one.item.NAME, key(one)) for one in found] == [("true_false", "true"), ("true_false", "false")]


def test_what_others_call_multiple_choice_has_one_right_option(rows: Any) -> None:
    [question] = rows("Câu hỏi,Loại,A,B,Đáp án\nChọn,multiple_choice,x,y,A")
    assert question.item.NAME == "single_choice"


def test_a_letter_in_our_own_export_is_a_letter_though_an_option_consists_of_one(exchange: Any, make_item: Any) -> None:
    drawn = make_item("X-1")
    options = tuple(replace(one, text=text) for one, text in zip(drawn.options, ("b", "c", "d", "a"), strict=True))
    item = replace(drawn, options=options)
    [question] = exchange.back(FORMAT.write(exchange.bank([item]), [item], {}), FORMAT.read).questions
    assert question.item == item, question.review
