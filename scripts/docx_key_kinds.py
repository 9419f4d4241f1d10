"""Where papers of several hands write their keys: before questions, in ranges, on the line of the heading, for several papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scripts.docx_kinds import ALL, Expected, Made, asked, doubtful, expected, heading, whole
from scripts.docx_parts import NAMESPACES, WordFile, para, run, table
from scripts.docx_questions import CHOICES, Choice

_LETTERS = "".join(one.letter for one in CHOICES)


def keys_before_questions() -> Made:
    """“Câu 3 [B]. …”, “Câu 3. [B] (TH) …”, “Câu 3 (B): …”."""
    file = WordFile()
    heading(file)
    forms = ("Câu %%d [%s]. ", "Câu %%d. [%s] (TH) ", "Câu %%d (%s): ")
    for number, one in ALL:
        asked(file, number, one, forms[number % 3] % one.letter)
    return file.build(), whole()


def _with_keys(*lines: str) -> Made:
    file = WordFile()
    heading(file)
    for number, one in ALL:
        asked(file, number, one)
    file.add(*map(para, lines))
    return file.build(), whole()


def keys_in_ranges_with_commas() -> Made:
    """“1-6: B, C, D, A, B, C; 7-12: …”: no question has several right options."""
    first, second = ", ".join(_LETTERS[:6]), ", ".join(_LETTERS[6:])
    return _with_keys("--- HẾT ---", "ĐÁP ÁN", f"1-6: {first}; 7-12: {second}")


def keys_on_the_line_of_their_heading() -> Made:
    """“ĐÁP ÁN: 1. B; 2. C; …” as one line below the paper."""
    return _with_keys("BẢNG ĐÁP ÁN: " + "; ".join(f"{number}. {letter}" for number, letter in enumerate(_LETTERS, 1)))


def keys_behind_a_part_on_one_line() -> Made:
    """“PHẦN I: 1B 2C …” behind the end."""
    keys = " ".join(f"{number}{letter}" for number, letter in enumerate(_LETTERS, 1))
    return _with_keys("--- HẾT ---", "ĐÁP ÁN", f"PHẦN I: {keys}")


def asterisks_behind_options() -> Made:
    """“B. Bàn phím*”, and in the last question an option that asks for the sign."""
    file = WordFile()
    heading(file)
    for number, one in ALL[:-1]:
        asked(file, number, one, ends=["*" if at == one.right else "" for at in range(4)])
    file.add(para("Câu 12. Phép nhân trong bảng tính dùng dấu nào?"))
    file.add(*(para(f"{letter}. {text}") for letter, text in zip("ABCD", ("x", "*", ".", "^"), strict=True)))
    last = Choice("Phép nhân trong bảng tính dùng dấu nào?", ("x", "*", ".", "^"), 1)
    return file.build(), [*whole()[:-1], doubtful(12, last, "key_missing")]


def two_papers_in_one_file() -> Made:
    """ĐỀ SỐ 1 and ĐỀ SỐ 2 one after the other, one table of keys with a column for each."""
    file = WordFile()
    found = []
    for paper in (1, 2):
        file.add(para(run(f"ĐỀ SỐ {paper}", b=True), centre=True))
        for number, one in enumerate(_of(paper), 1):
            asked(file, number, one)
            made = expected(number, one)
            found.append(Expected(f"Câu {number} ({paper})", made.type, made.key, one.stem, one.options))
    rows = [[str(n), one.letter, other.letter] for n, (one, other) in enumerate(zip(_of(1), _of(2), strict=True), 1)]
    file.add(para("--- HẾT ---"), para("ĐÁP ÁN"), table([["Câu", "Đề 1", "Đề 2"], *rows]))
    return file.build(), found


def _of(paper: int) -> Sequence[Choice]:
    return CHOICES[:6] if paper == 1 else CHOICES[6:]


def keys_of_another_paper() -> Made:
    """This is 101; what stands behind it is headed 102."""
    file = WordFile()
    file.add(para("Mã đề: 101"))
    for number, one in ALL:
        asked(file, number, one)
    keys = " ".join(f"{number}{letter}" for number, letter in enumerate(_LETTERS, 1))
    file.add(para("ĐÁP ÁN MÃ ĐỀ 102"), para(keys))
    return file.build(), [doubtful(number, one, "key_missing") for number, one in ALL]


def a_number_typed_twice() -> Made:
    """Two questions 9: what the list says of 9 is for nobody, and for the others it holds."""
    file = WordFile()
    numbers = [number - (number > 9) for number, _ in ALL]
    for number, one in zip(numbers, CHOICES, strict=True):
        asked(file, number, one)
    keys = " ".join(f"{number}{one.letter}" for number, one in zip(numbers, CHOICES, strict=True))
    file.add(para("--- HẾT ---"), para(keys))
    found = []
    for at, (number, one) in enumerate(zip(numbers, CHOICES, strict=True)):
        if number == 9:
            made = doubtful(number, one, "number_twice", "key_missing")
            found.append(
                Expected(f"Câu 9 ({at - 7})", made.type, [], one.stem, one.options, made.outcome, made.reasons)
            )
        else:
            found.append(expected(number, one))
    return file.build(), found


def signs_of_east_asian_width() -> Made:
    """“Câu １：”, “Ａ．”: the right letter underlined."""
    file = WordFile()
    for number, one in ALL:
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
        file.add(para(f"Câu {wide}：{one.stem}"))
        for at, text in enumerate(one.options):
            file.add(para(run("ＡＢＣＤ"[at], u="single" if at == one.right else ""), run(f"．{text}")))
    return file.build(), whole()


def one_instruction_for_several() -> Made:
    """Questions with nothing but options below a line that says what is asked; a footnote in the last."""
    file = WordFile()
    heading(file)
    task = "Mark the letter A, B, C, or D to indicate the word whose underlined part differs from the other three."
    words = (("want", "need", "look", "visit"), ("hour", "home", "hole", "host"))
    found = []
    file.add(para(run(task, b=True, i=True)))
    for number, options in enumerate(words, 1):
        labels = [
            run("ABCD"[at], u="single" if at == 3 - number else "") + run(f". {text}\t")
            for at, text in enumerate(options)
        ]
        file.add(para(run(f"Question {number}. ", b=True), *labels))
        found.append(Expected(f"Question {number}", "single_choice", ["ABCD"[3 - number]], task, options))
    note = f'<w:footnotes {NAMESPACES}><w:footnote w:id="2">{para("Theo Nghị định 30.")}</w:footnote></w:footnotes>'
    file.part("footnotes.xml", "footnotes", note.encode())
    file.add(para(run("Question 3. ", b=True), run("Paper size?"), '<w:r><w:footnoteReference w:id="2"/></w:r>'))
    labels = [run("ABCD"[at], u="single" if at == 3 else "") + run(f". A{at + 1}\t") for at in range(4)]
    file.add(para(*labels))
    found.append(
        Expected("Question 3", "single_choice", ["D"], "Paper size?\nTheo Nghị định 30.", ("A1", "A2", "A3", "A4"))
    )
    return file.build(), found


KEYS: dict[str, Callable[[], Made]] = {
    one.__name__: one
    for one in (
        keys_before_questions,
        keys_in_ranges_with_commas,
        keys_on_the_line_of_their_heading,
        keys_behind_a_part_on_one_line,
        asterisks_behind_options,
        two_papers_in_one_file,
        keys_of_another_paper,
        a_number_typed_twice,
        signs_of_east_asian_width,
        one_instruction_for_several,
    )
}
