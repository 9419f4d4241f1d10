"""Word papers as habits make them: signs before labels, initials, numbers like 1.1, options down the rows, pictures above labels."""

from __future__ import annotations

from typing import Any

import pytest

from question_bank.formats.docx import FORMAT
from question_bank.formats.exchange import Defaults, Imported, Outcome, Question
from question_bank.ids import TopicCode
from question_bank.wording import use_language
from scripts.docx_parts import WordFile, para, png, run, table

KEYS = "BCADBA"


def read(*blocks: str, file: WordFile | None = None) -> tuple[Question, ...]:
    use_language("en")
    file = file or WordFile()
    file.add(*blocks)
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de"), source="đề"))
    assert isinstance(found, Imported), found
    return found.questions


def keys(questions: tuple[Question, ...]) -> list[Any]:
    return [question.item.own_fields().get("key") if question.item else None for question in questions]


def options(question: Question) -> list[Any]:
    assert question.item is not None
    told: Any = question.item.own_fields()["options"]
    return [*told.values()]


def signed(sign: str, right: str = KEYS) -> list[str]:
    lines: list[str] = []
    for n, key in enumerate(right, 1):
        lines.append(f"Câu {n}. Hỏi gì về {n}?")
        lines += [f"{sign if one in key else ''}{one}. {word} {n}" for one, word in zip("ABCD", "WXYZ", strict=True)]
    return [para(run(line)) for line in lines]


SIGNS = ["x ", "→ ", "[x] ", "@", "» ", "=> ", "(X) "]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_before_one_label_of_each_question_is_the_key(sign: str) -> None:
    questions = read(*signed(sign))
    assert keys(questions) == [[letter] for letter in KEYS]
    assert {question.outcome for question in questions} == {Outcome.READY}
    assert options(questions[0]) == ["W 1", "X 1", "Y 1", "Z 1"]


@pytest.mark.parametrize(
    "right", [["ABCD"] * 6, ["B", "AC", "D", "A", "B", "C"], ["A"] * 6, ["B", "C", "", "", "", ""], ["B"]],
    ids=["all", "twice in one", "always the first", "two of six", "one question"],
)  # fmt: skip
@pytest.mark.parametrize("sign", ["→ ", "x "])
def test_a_sign_that_does_not_single_out_is_no_key(sign: str, right: list[str]) -> None:
    assert not any(keys(read(*signed(sign, right))))  # type: ignore[arg-type]


def test_a_sign_against_the_key_behind_the_paper_is_a_conflict() -> None:
    questions = read(*signed("→ "), para("ĐÁP ÁN"), para("1.A 2.C 3.A 4.D 5.B 6.A"))
    assert [notice.code for notice in questions[0].review] == ["key_conflict"]
    assert keys(questions)[:3] == [[], ["C"], ["A"]]


def test_initials_and_letters_at_the_end_of_an_option_are_its_words() -> None:
    texts = ["Vitamin C.", "Vitamin D.", "Vitamin A.", "Vitamin E."]
    lines = [
        para(run(f"{one}.", u="single" if one == "B" else ""), f" {text}")
        for one, text in zip("ABCD", texts, strict=True)
    ]
    inline = para("A. B. Gates\t", run("B.", u="single"), " S. Jobs\tC. A. Turing\tD. D. Knuth")
    questions = read(para("Câu 1. Vitamin nào?"), *lines, para("Câu 2. Ai?"), inline, *signed("")[:0])
    assert options(questions[0]) == texts
    assert options(questions[1]) == ["B. Gates", "S. Jobs", "A. Turing", "D. Knuth"]


def test_an_option_that_lost_its_words_is_still_an_option() -> None:
    question = read(para("Câu 1. Hỏi gì?"), para("A. một B. hai C. ba D."), para("Đáp án: A"))[0]
    assert question.outcome is Outcome.REVIEW


def test_a_number_of_chapter_and_question_leaves_nothing_in_the_text() -> None:
    questions = read(
        *(para(run(text)) for n in (1, 2) for text in (f"Câu 3.{n}. 3.5 là gì?", "A. một", "B. hai", "Đáp án: B"))
    )
    assert [question.item.common.stem for question in questions if question.item] == ["3.5 là gì?"] * 2
    question = read(para("Câu 4. 000 đồng là gì?"), para("A. một"), para("B. hai"), para("Đáp án: B"))[0]
    assert question.item is not None
    assert question.item.common.stem == "000 đồng là gì?"


def upright(labels: str = "ABCD", crosses: tuple[str, ...] = ("", "x", "", "")) -> list[list[str]]:
    rows = [["STT", "Nội dung", "Đúng"]]
    for n in (1, 2):
        rows.append([str(n), f"Hỏi gì về {n}?", ""])
        rows += [["", f"{label}. {word} {n}" if label != "-" else f"{word} {n}", cross]
                 for label, word, cross in zip(labels, "WXYZ", crosses, strict=True)]  # fmt: skip
    return rows


@pytest.mark.parametrize("labels", ["ABCD", "----"])
def test_options_in_rows_below_the_question_with_a_cross_for_the_right_one(labels: str) -> None:
    questions = read(table(upright(labels)))
    assert keys(questions) == [["B"], ["B"]]
    assert options(questions[1]) == ["W 2", "X 2", "Y 2", "Z 2"]
    assert {question.outcome for question in questions} == {Outcome.READY}


def test_options_in_rows_with_two_crosses_or_none_give_no_key_unseen() -> None:
    for crosses in (("", "x", "x", ""), ("", "", "", "")):
        questions = read(table(upright(crosses=crosses)))
        assert {question.outcome for question in questions} == {Outcome.REVIEW}


def test_the_headings_of_a_table_again_on_its_next_page_are_no_question() -> None:
    head = ["STT", "Câu hỏi", "A", "B", "C", "D", "Đáp án"]
    rows = [[str(n), f"Hỏi gì về {n}?", "W", "X", "Y", "Z", "B"] for n in (1, 2, 3)]
    questions = read(table([head, rows[0], rows[1], head, rows[2]]))
    assert keys(questions) == [["B"]] * 3


def test_pictures_in_the_row_above_their_labels_are_the_options() -> None:
    file = WordFile()
    pictures = [para(file.picture(png(side), f"p{side}.png")) for side in (20, 24, 28, 32)]
    labels = [para(run(f"{letter}.", u="single" if letter == "C" else "")) for letter in "ABCD"]
    [question] = read(para("Câu 1. Hình nào?"), table([pictures, labels]), file=file)
    assert all(str(text).startswith("{{picture:") for text in options(question))
    assert len(set(options(question))) == 4
    assert question.item is not None
    assert question.item.common.stem == "Hình nào?"
    assert keys((question,)) == [["C"]]
