"""Habits of committees that put papers together from many hands: keys behind the questions, tables of whole questions, odd key tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scripts.docx_kinds import ALL, LABELS, Expected, Made, asked, doubtful, heading, laid_out, two_parts, whole
from scripts.docx_metafiles import bitmap_emf, bitmap_wmf
from scripts.docx_parts import WordFile, para, run, table
from scripts.docx_questions import STATEMENTS


def _typed(file: WordFile, behind: Sequence[str] = ("",) * len(ALL)) -> None:
    """The twelve with nothing marked; `behind` stands behind each text."""
    for (number, one), end in zip(ALL, behind, strict=True):
        asked(file, number, one, behind=end)


def labels_with_dashes() -> Made:
    """“A - ”, “A- ” and “A– ”, one or two on a line, the right letter underlined; a dash also in a text."""
    file = WordFile()
    heading(file)
    for number, one in ALL:
        file.add(para(run(f"Câu {number} - ", b=True), run(one.stem)))
        sign = (" -", "-", "–")[number % 3]
        labels = [run("ABCD"[at], u="single" if at == one.right else "") + run(sign) for at in range(4)]
        file.add(*laid_out(labels, one.options, 1 + number % 2, "\t"))
    return file.build(), whole()


def keys_behind_questions() -> Made:
    """“[B]”, “(Đáp án: B)”, “[ĐA: B]” and “[Đáp án B]” behind the texts."""
    file = WordFile()
    heading(file)
    forms = (" [%s]", " (Đáp án: %s)", " [%s]", " [ĐA: %s]", " (%s)", " [Đáp án %s].")
    _typed(file, [forms[number % 6] % one.letter for number, one in ALL])
    return file.build(), whole()


def groups_behind_questions() -> Made:
    """“[A]” to “[C]” behind the texts are groups of questions: nothing says which option is right."""
    file = WordFile()
    heading(file)
    groups = [f" [{'ABC'[(number - 1) // 4]}]" for number, _ in ALL]
    _typed(file, groups)
    found = []
    for (number, one), group in zip(ALL, groups, strict=True):
        made = doubtful(number, one, "key_missing")
        found.append(Expected(made.where, made.type, [], one.stem + group, one.options, made.outcome, made.reasons))
    return file.build(), found


def levels_behind_questions() -> Made:
    """“(NB)” or “[TH]” behind the texts, the right letter underlined."""
    file = WordFile()
    heading(file)
    for number, one in ALL:
        file.add(
            para(run(f"Câu {number}. ", b=True), run(one.stem), run((" (NB)", " [TH]", " (Vận dụng)")[number % 3]))
        )
        labels = [run("ABCD"[at], u="single" if at == one.right else "") + run(".") for at in range(4)]
        file.add(*laid_out(labels, one.options, 2, "\t"))
    return file.build(), whole()


def keys_in_ranges() -> Made:
    """“1-4: BCDA”: a letter for each number; four letters are no key of question 4."""
    file = WordFile()
    heading(file)
    _typed(file)
    letters = "".join(one.letter for _, one in ALL)
    file.add(para("---- HẾT ----", centre=True), para(run("ĐÁP ÁN", b=True), centre=True))
    file.add(para(f"1-4: {letters[:4]}\t5-8: {letters[4:8]}"), para(f"9-12: {letters[8:]}"))
    return file.build(), whole()


def _with_codes(head: Sequence[Sequence[str]]) -> Made:
    """Keys of papers 101 to 103 below such headings; this is 102."""
    file = WordFile()
    heading(file)
    file.add(para("Mã đề: 102"))
    _typed(file)
    file.add(para("---- HẾT ----", centre=True))
    rows = [[str(number), "ABCD"[(one.right + 1) % 4], one.letter, "ABCD"[(one.right + 2) % 4]] for number, one in ALL]
    file.add(table([*head, *rows]))
    return file.build(), whole()


def papers_in_one_heading() -> Made:
    r"""“Câu\Mã đề” above the numbers."""
    return _with_codes([["Câu\\Mã đề", "101", "102", "103"]])


def papers_below_a_heading() -> Made:
    """A first row that says “Câu | Mã đề thi”, and the codes below it."""
    return _with_codes([["Câu", "Mã đề thi", "", ""], ["", "101", "102", "103"]])


def statements_below_numbers() -> Made:
    """“a) Đ” to “d) S” in a column below “Câu 1”, and short answers with their keys behind the texts."""
    file = WordFile()
    heading(file)
    found = two_parts(file, keys_behind=True)
    file.add(para("---- HẾT ----", centre=True), para(run("ĐÁP ÁN PHẦN I", b=True)))
    rows = [[f"{letter}) {'Đ' if two.truths[at] else 'S'}" for two in STATEMENTS] for at, letter in enumerate("abcd")]
    file.add(table([["Câu 1", "Câu 2"], *rows]))
    return file.build(), found


def whole_questions_in_cells() -> Made:
    """“TT | Nội dung | Đáp án | Mức độ”: the question and its options in one cell."""
    file = WordFile()
    heading(file)
    rows = [["TT", "Nội dung câu hỏi và phương án", "Đáp án", "Mức độ"]]
    for number, one in ALL:
        cell = para(run(one.stem, b=True)) + "".join(laid_out(LABELS, one.options, 1 + number % 2, "\t"))
        rows.append([str(number), cell, one.letter, ("NB", "TH")[number % 2]])
    file.add(table(rows))
    return file.build(), whole()


def two_questions_on_a_line() -> Made:
    """The next question behind option D of the one before, “Cau” without its mark, letters underlined."""
    file = WordFile()
    heading(file)
    line = ""
    for number, one in ALL:
        word = "Cau" if number == 5 else "Câu"
        labels = [run("ABCD"[at], b=True, u="single" if at == one.right else "") + run(".") for at in range(4)]
        pieces = [label + run(f" {text}\t") for label, text in zip(labels, one.options, strict=True)]
        file.add(para(line, run(f"{word} {number}. ", b=True), run(one.stem)))
        line = "".join(pieces)
        if number % 4:
            file.add(para(line))
            line = ""
    file.add(para(line))
    return file.build(), whole()


def bitmaps_in_windows_drawings() -> Made:
    """Pictures that Office stored as EMF and WMF with nothing but a bitmap in them."""
    file = WordFile()
    heading(file)
    found = []
    for number, one in ALL[:4]:
        data = bitmap_emf(24, 16) if number % 2 else bitmap_wmf(24, 16)
        picture = file.picture(data, f"image{number}.{'emf' if number % 2 else 'wmf'}", "Sơ đồ mạng")
        file.add(para(run(f"Câu {number}. ", b=True), run(one.stem)), para(picture))
        labels = [run("ABCD"[at], u="single" if at == one.right else "") + run(".") for at in range(4)]
        file.add(*laid_out(labels, one.options, 2, "\t"))
        found.append(Expected(f"Câu {number}", "single_choice", [one.letter], f"{one.stem}\nSơ đồ mạng", one.options))
    return file.build(), found


COMMITTEES: dict[str, Callable[[], Made]] = {
    one.__name__: one
    for one in (
        labels_with_dashes,
        keys_behind_questions,
        groups_behind_questions,
        levels_behind_questions,
        keys_in_ranges,
        papers_in_one_heading,
        papers_below_a_heading,
        statements_below_numbers,
        whole_questions_in_cells,
        two_questions_on_a_line,
        bitmaps_in_windows_drawings,
    )
}
