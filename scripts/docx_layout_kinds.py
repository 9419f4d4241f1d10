"""Papers laid out in ways that are easily misread, and looks that are accidents: what must not be taken for a key is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scripts.docx_kinds import ALL, LABELS, Expected, Made, asked, doubtful, expected, heading, laid_out, whole
from scripts.docx_parts import WordFile, lists, para, run, table
from scripts.docx_questions import CHOICES, Choice


def _labels(one: Choice, form: str = "%s.", look: Mapping[str, object] | None = None) -> list[str]:
    marked = look or {"u": "single"}
    return [run(form % letter, **(marked if letter == one.letter else {})) for letter in "ABCD"]


def columns_that_go_down() -> Made:
    """“A. … C. …” above “B. … D. …”; a table read across whose letters go down; labels in square brackets."""
    file = WordFile()
    heading(file)
    for number, one in ALL:
        form = "[%s]" if number % 4 == 3 else "%s."
        pieces = [label + run(f" {text}") for label, text in zip(_labels(one, form), one.options, strict=True)]
        file.add(para(run(f"Câu {number}. ", b=True), run(one.stem)))
        if number % 4 == 0:
            file.add(table([[para(pieces[0]), para(pieces[2])], [para(pieces[1]), para(pieces[3])]]))
        else:
            gap = run("\t\t" if number % 2 else "          ")
            file.add(para(pieces[0], gap, pieces[2]), para(pieces[1], gap, pieces[3]))
    return file.build(), whole()


def rules_above_the_questions() -> Made:
    """Rules for candidates numbered as the questions are; a list of numbers within a question."""
    file = WordFile()
    file.add(
        *(
            para(f"{n}. {text}")
            for n, text in enumerate(("Không dùng tài liệu.", "Làm bài 30 phút.", "Giữ trật tự."), 1)
        )
    )
    file.add(para(run("NỘI DUNG", b=True)))
    for number, one in ALL:
        file.add(para(f"{number}. {one.stem}"), *laid_out(_labels(one), one.options, 2, "\t"))
    return file.build(), whole()


def options_in_one_cell() -> Made:
    """“STT | Câu hỏi | Phương án trả lời | Đáp án | Ghi chú”: four paragraphs in the cell of the options."""
    rows = [["STT", "Câu hỏi", "Phương án trả lời", "Đáp án", "Ghi chú"]]
    for number, one in ALL:
        cell = "".join(para(f"{letter}. {text}") for letter, text in zip("ABCD", one.options, strict=True))
        rows.append([str(number), one.stem, cell, f"Phương án {one.letter}", "TH" if number % 2 else "đã sửa"])
    file = WordFile()
    heading(file)
    file.add(table(rows))
    return file.build(), whole()


def a_table_for_each_question() -> Made:
    """Cards: “Câu 1 | text”, “A | …”, “Đáp án | B”, “Mức độ | Thông hiểu”."""
    file = WordFile()
    for number, one in ALL:
        rows = [
            [f"Câu {number}", one.stem],
            *([letter, text] for letter, text in zip("ABCD", one.options, strict=True)),
        ]
        file.add(table([*rows, ["Đáp án", one.letter], ["Mức độ", "Thông hiểu"]]), para(""))
    return file.build(), whole()


def a_sheet_in_a_question() -> Made:
    """A piece of a spreadsheet with letters above its columns belongs to the text; so does a table of answers to the end."""
    file = WordFile()
    heading(file)
    sheet = [["", "A", "B", "C", "D"], ["1", "Tên", "Toán", "Tin", "Tổng"], ["2", "Lan", "8", "9", "17"]]
    found = []
    for number, one in ALL:
        file.add(para(run(f"Câu {number}. ", b=True), run(one.stem)), *([table(sheet)] if number == 4 else []))
        file.add(*laid_out(LABELS, one.options, 2, "\t\t"))
        shown = "\n".join(" | ".join(row) for row in sheet).replace("\n | A", "\n| A")
        stem = f"{one.stem}\n{shown}" if number == 4 else one.stem
        found.append(Expected(f"Câu {number}", "single_choice", [one.letter], stem.replace("\n |", "\n|"), one.options))
    file.add(para("HẾT"), para("ĐÁP ÁN"))
    file.add(table([[str(number) for number, _ in ALL], [one.letter for _, one in ALL]]))
    return file.build(), found


def letters_behind_their_words() -> Made:
    """“She <u>don’t</u> (A) <u>likes</u> (B) …”: no options before them, and nobody may take them so."""
    file = WordFile()
    heading(file)
    found = []
    for number, one in ALL[:4]:
        file.add(
            para(run(f"Question {number}. ", b=True), run(one.stem)), *laid_out(_labels(one), one.options, 2, "\t")
        )
        found.append(Expected(f"Question {number}", "single_choice", [one.letter], one.stem, one.options))
    words = [run("She "), *(piece for word, letter in zip(("don't", "likes", "to use", "computers"), "ABCD", strict=True)
                            for piece in (run(word, u="single"), run(f" ({letter}) ")))]  # fmt: skip
    file.add(para(run("Question 5. ", b=True), *words, run(".")), para("Đáp án: A"))
    stem = "She don't (A) likes (B) to use (C) computers (D) ."
    found.append(Expected("Question 5", "short_text", [{"text": "A"}], stem, (), "needs_review", ("no_options",)))
    return file.build(), found


def accidents_beside_red_labels() -> Made:
    """The key is a red label in nine; a word in italics, a bold label and a blue one in the others are no keys."""
    file = WordFile()
    heading(file)
    found = []
    other: dict[int, dict[str, object]] = {3: {"i": True}, 6: {"b": True}, 9: {"color": "0070C0"}}
    for number, one in ALL:
        file.add(para(run(f"Câu {number}. ", b=True), run(one.stem)))
        look = other.get(number, {"color": "FF0000"})
        file.add(*laid_out(_labels(one, look=look), one.options, 2, "\t"))
        found.append(doubtful(number, one, "key_doubtful") if number in other else expected(number, one))
    return file.build(), found


def bold_that_runs_into_the_first_label() -> Made:
    """“**Câu 3. text A.** …” in one run: that A is bold says nothing; every third has its key underlined."""
    file = WordFile()
    found = []
    for number, one in ALL:
        marked = number % 3 == 0
        head = run(f"Câu {number}. {one.stem} ", b=True)
        first = run("A.", b=True, u="single" if marked and one.letter == "A" else "")
        others = [run(f"{letter}.", u="single" if marked and letter == one.letter else "") for letter in "BCD"]
        pieces = [label + run(f" {text} ") for label, text in zip((first, *others), one.options, strict=True)]
        file.add(para(head, *pieces))
        found.append(expected(number, one) if marked else doubtful(number, one, "key_missing"))
    return file.build(), found


def the_last_label_always_bold() -> Made:
    """Automatic letters: the end of each last paragraph has the look of the next question. Nothing is a key."""
    file = WordFile()
    file.numbering = lists(*([("upperLetter", "%1.")] for _ in ALL))
    for number, one in ALL:
        file.add(para(run(f"Câu {number}. ", b=True), run(one.stem)))
        marks = ["", "", "", "<w:rPr><w:b/></w:rPr>"]
        file.add(*(para(text, num=(number, 0), mark=mark) for text, mark in zip(one.options, marks, strict=True)))
    return file.build(), [doubtful(number, one, "key_doubtful") for number, one in ALL]


def a_table_that_counts_by_place() -> Made:
    """Questions 1 to 9, 9, 10, 11 and a table of 1 to 12: behind the number typed twice it is not certain what is whose."""
    file = WordFile()
    numbers = [number - (number > 9) for number, _ in ALL]
    found = []
    for at, (number, one) in enumerate(zip(numbers, CHOICES, strict=True), 1):
        file.add(para(f"Câu {number}. {one.stem}"))
        file.add(*laid_out(LABELS, one.options, 2, "\t"))
        made = doubtful(number, one, "number_twice", "key_missing") if at >= 9 else expected(number, one)
        where = f"Câu 9 ({at - 8})" if number == 9 else made.where
        found.append(Expected(where, made.type, made.key, made.stem, made.options, made.outcome, made.reasons))
    file.add(para("HẾT"), para("ĐÁP ÁN"))
    file.add(table([[str(number) for number, _ in ALL], [one.letter for _, one in ALL]]))
    return file.build(), found


def _ended(rows: list[list[str]]) -> Made:
    file = WordFile()
    heading(file)
    for number, one in ALL:
        asked(file, number, one)
    file.add(para("HẾT"), para("ĐÁP ÁN"), table(rows))
    return file.build(), whole()


def keys_as_crosses() -> Made:
    """Letters above, numbers before, an X where they meet."""
    rows = [[str(number), *("X" if letter == one.letter else "" for letter in "ABCD")] for number, one in ALL]
    return _ended([["Câu", "A", "B", "C", "D"], *rows])


def keys_with_marks_below() -> Made:
    """A title across the table; a row of marks below the row of answers."""
    numbers, letters = [str(number) for number, _ in ALL], [one.letter for _, one in ALL]
    return _ended([["ĐÁP ÁN"], ["Câu", *numbers], ["Đáp án", *letters], ["Điểm", *["0,25"] * 12]])


def keys_of_papers_as_lines() -> Made:
    """“Mã đề 101: 1A 2B …”, a line for each paper; this is 102, and a text is for two of its questions."""
    file = WordFile()
    file.add(para("Mã đề 102"))
    for number, one in ALL:
        asked(file, number, one)
    others = ["ABCD"[(one.right + 1) % 4] for one in CHOICES]
    for code, letters in (("101", others), ("102", [one.letter for one in CHOICES]), ("103", others)):
        file.add(para(f"Mã đề {code}: " + " ".join(f"{n}{letter}" for n, letter in enumerate(letters, 1))))
    return file.build(), whole()


def answers_behind_the_last_option() -> Made:
    """“D. …          Đáp án: B” on one line; “ĐÁP ÁN: b” and “Đáp án đúng là đáp án B” below."""
    file = WordFile()
    heading(file)
    for number, one in ALL:
        file.add(para(run(f"Câu {number}. ", b=True), run(one.stem)))
        pieces = laid_out(LABELS, one.options, 2, "\t\t")
        if number % 3 == 0:
            pieces[-1] = pieces[-1].replace("</w:p>", run(f"          Đáp án: {one.letter}") + "</w:p>")
        file.add(*pieces)
        if number % 3:
            file.add(
                para(f"ĐÁP ÁN: {one.letter.lower()}" if number % 3 == 1 else f"Đáp án đúng là đáp án {one.letter}")
            )
    return file.build(), whole()


LAYOUTS: dict[str, Callable[[], Made]] = {
    one.__name__: one
    for one in (
        columns_that_go_down,
        rules_above_the_questions,
        options_in_one_cell,
        a_table_for_each_question,
        a_sheet_in_a_question,
        letters_behind_their_words,
        accidents_beside_red_labels,
        bold_that_runs_into_the_first_label,
        the_last_label_always_bold,
        a_table_that_counts_by_place,
        keys_as_crosses,
        keys_with_marks_below,
        keys_of_papers_as_lines,
        answers_behind_the_last_option,
    )
}
