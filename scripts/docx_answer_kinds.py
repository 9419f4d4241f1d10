"""Answers that are corrected, worded or laid out so that a careless reader takes them wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scripts.docx_kinds import ALL, Expected, Made, asked, doubtful, expected, heading, short, two_parts, whole
from scripts.docx_parts import WordFile, para, run, table
from scripts.docx_questions import CHOICES, SHORT, STATEMENTS, Choice


def _all_asked(file: WordFile) -> None:
    for number, one in ALL:
        asked(file, number, one)


def _struck(text: str) -> str:
    return f'<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def corrected_answers() -> Made:
    """A letter struck out and the right one behind it; one only struck out; “C/D”; two letters in one cell of twelve."""
    file = WordFile()
    heading(file)
    _all_asked(file)
    cells = [one.letter for _, one in ALL]
    found = whole()
    cells[1] = para(_struck("A"), run(cells[1]))
    cells[3] = para(_struck("A"))
    cells[5] = "C/D"
    cells[7] = "A, B"
    found[3] = doubtful(4, CHOICES[3], "key_missing")
    found[5] = doubtful(6, CHOICES[5], "key_unreadable", "key_missing")
    two = Expected(
        "Câu 8", "multiple_choice", ["A", "B"], CHOICES[7].stem, CHOICES[7].options, "needs_review", ("several_marked",)
    )
    found[7] = two
    file.add(para("HẾT"), para("ĐÁP ÁN"), table([[str(number) for number, _ in ALL], cells]))
    return file.build(), found


def truths_behind_options() -> Made:
    """“(Đ)” behind the right option and “(S)” behind the others: none of it may stay in the paper."""
    file = WordFile()
    heading(file)
    for number, one in ALL:
        asked(file, number, one, ends=[" (Đ)" if at == one.right else " (S)" for at in range(4)])
    return file.build(), whole()


def answers_of_three_parts() -> Made:
    """Statements as “Câu | Ý a | Ý b …”, short answers one after the other on a line with commas."""
    file = WordFile()
    heading(file)
    found = two_parts(file, keys_behind=False)
    file.add(
        para("Câu 3. Căn bậc hai của 81 là bao nhiêu?"), para("Lời giải"), para("Ta có 9 × 9 = 81."), para("Đáp số: 9.")
    )
    found.append(short("Phần II, Câu 3", "Căn bậc hai của 81 là bao nhiêu?", "9"))
    rows = [
        [f"Câu {number}", *("Đúng" if truth else "Sai" for truth in two.truths)]
        for number, two in enumerate(STATEMENTS, 1)
    ]
    file.add(para("HẾT"), para("ĐÁP ÁN"), para("PHẦN I"), table([["Câu", "Ý a", "Ý b", "Ý c", "Ý d"], *rows]))
    file.add(para("PHẦN II"), para(", ".join(f"Câu {number}: {answer}" for number, (_, answer) in enumerate(SHORT, 1))))
    return file.build(), found


def every_statement_coloured() -> Made:
    """True ones green and false ones red: which is which, nobody says."""
    file = WordFile()
    found = []
    file.add(para(run("PHẦN I. Câu trắc nghiệm đúng sai", b=True)))
    for number, two in enumerate(STATEMENTS, 1):
        file.add(para(run(f"Câu {number}. ", b=True), run(two.stem)))
        for letter, text, truth in zip("abcd", two.statements, two.truths, strict=True):
            file.add(para(run(f"{letter}) {text}", color="00B050" if truth else "FF0000")))
        found.append(
            Expected(f"Câu {number}", "true_false_4", [], two.stem, two.statements, "needs_review", ("key_missing",))
        )
    return file.build(), found


def keys_of_the_original_paper() -> Made:
    """This is 102; the table behind it is headed ĐÁP ÁN ĐỀ GỐC."""
    file = WordFile()
    file.add(para("Mã đề thi 102"))
    _all_asked(file)
    file.add(para("HẾT"), para("ĐÁP ÁN ĐỀ GỐC"), table([[str(n) for n, _ in ALL], [one.letter for _, one in ALL]]))
    return file.build(), [doubtful(number, one, "key_missing") for number, one in ALL]


def solutions_with_other_numbers() -> Made:
    """Solutions that repeat the questions, one number too high from the fourth on: the words say which is meant."""
    file = WordFile()
    heading(file)
    _all_asked(file)
    file.add(para("HẾT"), para(run("HƯỚNG DẪN GIẢI CHI TIẾT", b=True)))
    for number, one in ALL:
        file.add(
            para(run(f"Câu {number if number < 4 else number + 1}. ", b=True), run(one.stem)),
            para(f"Chọn {one.letter}."),
        )
    return file.build(), whole()


def keys_with_reasons() -> Made:
    """“Câu 1: C. Vì …” behind the end."""
    file = WordFile()
    heading(file)
    _all_asked(file)
    file.add(para("HẾT"), para("ĐÁP ÁN"))
    file.add(*(para(f"Câu {number}: {one.letter}. Vì đó là {one.options[one.right]}.") for number, one in ALL))
    return file.build(), whole()


def _with_rows(*rows: Sequence[str]) -> Made:
    file = WordFile()
    heading(file)
    file.add(table(rows))
    return file.build(), whole()


def headings_in_two_rows() -> Made:
    """“Phương án trả lời” over A, B, C and D in the row below."""
    heads = (["STT", "Câu hỏi", "Phương án trả lời", "", "", "", "Đáp án"], ["", "", "A", "B", "C", "D", ""])
    return _with_rows(*heads, *([str(number), one.stem, *one.options, one.letter] for number, one in ALL))


def columns_of_wrong_options() -> Made:
    """“Đáp án đúng | Đáp án sai 1 | …”: the right one comes first."""
    rows, found = [], []
    for number, one in ALL:
        texts = [one.options[one.right], *(text for at, text in enumerate(one.options) if at != one.right)]
        rows.append([str(number), one.stem, *texts])
        found.append(expected(number, Choice(one.stem, (texts[0], texts[1], texts[2], texts[3]), 0)))
    file = WordFile()
    heads = ["Câu", "Câu hỏi", "Đáp án đúng", "Đáp án sai 1", "Đáp án sai 2", "Đáp án sai 3"]
    file.add(table([heads, *rows]))
    return file.build(), found


ANSWERS: dict[str, Callable[[], Made]] = {
    one.__name__: one
    for one in (
        corrected_answers,
        truths_behind_options,
        answers_of_three_parts,
        every_statement_coloured,
        keys_of_the_original_paper,
        solutions_with_other_numbers,
        keys_with_reasons,
        headings_in_two_rows,
        columns_of_wrong_options,
    )
}
