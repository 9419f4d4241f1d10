"""Keys behind a Word paper that bring their explanations, and tables that name the part in a column."""

from __future__ import annotations

from typing import Any

import pytest

from question_bank.formats.docx import FORMAT
from question_bank.formats.exchange import Defaults, Imported, Outcome, Question
from question_bank.ids import TopicCode
from question_bank.wording import use_language
from scripts.docx_parts import WordFile, para, table


def read(*blocks: str) -> Imported:
    use_language("en")
    file = WordFile()
    file.add(*blocks)
    found = FORMAT.read(file.build(), "de.docx", Defaults(TopicCode("chu-de"), source="đề"))
    assert isinstance(found, Imported), found
    return found


def asked(*numbers: int, labels: str = "ABCD", sign: str = ".") -> list[str]:
    options = [(letter, word) for letter, word in zip(labels, "WXYZ", strict=True)]
    return [
        para(text)
        for n in numbers
        for text in (f"Câu {n}. Hỏi gì về {n}?", *(f"{letter}{sign} {word} {n}" for letter, word in options))
    ]


def keys(found: Imported) -> list[Any]:
    return [question.item.own_fields().get("key") if question.item else None for question in found.questions]


def reasons(found: Imported) -> list[str]:
    return [question.item.common.explanation if question.item else "" for question in found.questions]


def outcomes(found: Imported) -> set[Outcome]:
    return {question.outcome for question in found.questions}


def codes(question: Question) -> list[str]:
    return [notice.code for notice in question.review]


END = para("ĐÁP ÁN")


def test_a_column_of_explanations_beside_the_key_explains_the_questions() -> None:
    rows = [["Câu", "Đáp án", "Giải thích"], *([str(n), "BCD"[n % 3], f"Vì mục {n}."] for n in (1, 2, 3))]
    found = read(*asked(1, 2, 3), END, table(rows))
    assert keys(found) == [["C"], ["D"], ["B"]]
    assert reasons(found) == ["Vì mục 1.", "Vì mục 2.", "Vì mục 3."]
    assert outcomes(found) == {Outcome.READY}
    assert "answer_loose" not in [notice.code for notice in found.notices]


def test_an_explanation_in_the_table_that_names_another_option_is_a_conflict() -> None:
    rows = [["Câu", "Đáp án", "Giải thích"], ["1", "B", "Chọn C vì W sai."], ["2", "C", "Theo mục 2."]]
    found = read(*asked(1, 2), END, table(rows))
    assert codes(found.questions[0]) == ["key_conflict"]
    assert keys(found) == [[], ["C"]]


def test_a_column_of_explanations_beside_two_columns_of_numbers_is_told_and_not_guessed() -> None:
    rows = [
        ["Câu", "Đáp án", "Câu", "Đáp án", "Giải thích"],
        ["1", "B", "3", "C", "Vì a."],
        ["2", "D", "4", "A", "Vì b."],
    ]
    found = read(*asked(1, 2, 3, 4), END, table(rows))
    assert reasons(found) == [""] * 4


@pytest.mark.parametrize("line", ["{n}. {key} - Vì mục {n}.", "Câu {n}: {key}. Vì mục {n}.", "{n}) {key}, do mục {n}."])
def test_a_line_with_the_key_and_why_gives_both(line: str) -> None:
    found = read(*asked(1, 2, 3), END, *(para(line.format(n=n, key="BCD"[n % 3])) for n in (1, 2, 3)))
    assert keys(found) == [["C"], ["D"], ["B"]]
    assert outcomes(found) == {Outcome.READY}
    assert all(f"mục {n}." in text for n, text in enumerate(reasons(found), 1))


def test_a_line_that_speaks_of_an_option_gives_no_key() -> None:
    found = read(*asked(1, 2, 3), END, para("1. A sai vì W không đúng."), para("2. B - sai."))
    assert keys(found) == [[], [], []]


@pytest.mark.parametrize("each", [True, False])
def test_a_key_table_that_names_the_part_in_its_first_column_goes_to_the_parts(each: bool) -> None:
    rows = [
        ["Phần", "Câu", "Đáp án"],
        ["I", "1", "B"],
        ["I" if each else "", "2", "C"],
        ["II", "1", "ĐSSĐ"],
        ["II" if each else "", "2", "SSĐĐ"],
    ]
    found = read(
        para("PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn"), *asked(1, 2),
        para("PHẦN II. Câu trắc nghiệm đúng sai"), *asked(1, 2, labels="abcd", sign=")"), END, table(rows),
    )  # fmt: skip
    assert keys(found) == [["B"], ["C"], ["a", "d"], ["c", "d"]]
    assert outcomes(found) == {Outcome.READY}


def test_a_part_that_comes_twice_in_the_column_gives_no_keys() -> None:
    rows = [["Phần", "Câu", "Đáp án"], ["I", "1", "B"], ["II", "1", "C"], ["I", "2", "D"], ["II", "2", "A"]]
    found = read(para("PHẦN I. Chung"), *asked(1, 2), para("PHẦN II. Riêng"), *asked(1, 2), END, table(rows))
    assert keys(found) == [[]] * 4
