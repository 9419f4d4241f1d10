"""Habits of teachers: how they number, mark and lay out, with the traps that go with each habit."""

from __future__ import annotations

from collections.abc import Callable

from scripts.docx_kinds import ALL, LABELS, Expected, Made, doubtful, expected, heading, laid_out, whole
from scripts.docx_parts import WordFile, lists, para, png, properties, run, table
from scripts.docx_questions import CHOICES, STATEMENTS


def _whole(file: WordFile) -> Made:
    return file.build(), whole()


def points_and_levels() -> Made:
    """Points and levels in every kind of brackets behind the number; the right letter underlined, its point not."""
    file = WordFile()
    heading(file)
    kinds = (
        " (0,25 điểm).",
        ". [NB]",
        " (TH):",
        ": (0.25đ) (VD)",
        " [VDC] (0,5đ).",
        ". (M2)",
        " <NB>.",
        ". [TH]",
        " (0,25 điểm):",
        ". (NB)",
        ": [VD]",
        ". (Mức 3)",
    )
    for (number, one), kind in zip(ALL, kinds, strict=True):
        file.add(para(run(f"Câu {number}{kind}", b=True), run(f" {one.stem}")))
        labels = [run("ABCD"[at], b=True, u="single" if at == one.right else "") + run(".", b=True) for at in range(4)]
        file.add(*laid_out(labels, one.options, 2, "\t\t\t"))
    return _whole(file)


def grid_without_borders() -> Made:
    """Two by two in a table without borders, all labels bold, the right label and text red."""
    file = WordFile()
    for number, one in ALL:
        file.add(para(run(f"Câu {number}: ", b=True), run(one.stem)))
        colours = ["FF0000" if at == one.right else "" for at in range(4)]
        cells = [
            para(run(f"{'ABCD'[at]}.", b=True, color=colours[at]), run(f" {text}", color=colours[at]))
            for at, text in enumerate(one.options)
        ]
        file.add(table([cells[:2], cells[2:]]), para(""))
    return _whole(file)


def bold_stems() -> Made:
    """The whole question bold, labels bold too, the right label underlined: bold says nothing."""
    file = WordFile()
    for number, one in ALL:
        file.add(para(run(f"Câu {number}. {one.stem}", b=True)))
        labels = [run(f"{'ABCD'[at]}.", b=True, u="single" if at == one.right else "") for at in range(4)]
        file.add(*laid_out(labels, one.options, 4, "\t"))
    return _whole(file)


def blue_labels_one_red() -> Made:
    """Numbers and labels bold and blue, the right label bold and red, its text plain."""
    file = WordFile()
    for number, one in ALL:
        file.add(para(run(f"Câu {number}. ", b=True, color="0000FF"), run(one.stem)))
        labels = [run(f"{'ABCD'[at]}. ", b=True, color="FF0000" if at == one.right else "0000FF") for at in range(4)]
        file.add(*laid_out(labels, one.options, 2, "\t"))
    return _whole(file)


def letters_that_go_on() -> Made:
    """One automatic list of letters for all options that nobody began anew: E. F. G. H. below the second question; keys red."""
    file = WordFile(numbering=lists([("decimal", "Câu %1:")], [("upperLetter", "%1.")]))
    for _, one in ALL:
        file.add(para(run(one.stem), num=(1, 0)))
        for at, text in enumerate(one.options):
            colour = "FF0000" if at == one.right else ""
            file.add(para(run(text, color=colour), num=(2, 0), mark=properties(color=colour)))
    return _whole(file)


def numbers_and_letters_in_one_list() -> Made:
    """Bare numbers and small letters as levels of one list, the right option bold; a list of its own inside one question."""
    file = WordFile(numbering=lists([("decimal", "%1."), ("lowerLetter", "%2)")], [("bullet", "-")]))
    for number, one in ALL:
        file.add(para(run(one.stem), num=(1, 0)))
        if number == 4:
            file.add(para(run("Gợi ý thứ nhất"), num=(2, 0)), para(run("Gợi ý thứ hai"), num=(2, 0)))
        for at, text in enumerate(one.options):
            file.add(para(run(text, b=at == one.right), num=(1, 1)))
    data, found = _whole(file)
    stem = f"{CHOICES[3].stem}\nGợi ý thứ nhất\nGợi ý thứ hai"
    found[3] = Expected("Câu 4", "single_choice", [CHOICES[3].letter], stem, CHOICES[3].options)
    return data, found


def small_letters_and_slashes() -> Made:
    """“1/” and “a/” typed, two options on a line parted by spaces, the right letter red and bold."""
    file = WordFile()
    for number, one in ALL:
        file.add(para(f"{number}/ {one.stem}"))
        labels = [
            run(f"{'abcd'[at]}/", b=at == one.right, color="FF0000" if at == one.right else "") for at in range(4)
        ]
        file.add(*laid_out(labels, one.options, 2, "            "))
    return _whole(file)


def single_spaces() -> Made:
    """Four options on one line with one space between, labels bold, the right one underlined."""
    file = WordFile()
    for number, one in ALL:
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        labels = [run(f"{'ABCD'[at]}.", b=True, u="single" if at == one.right else "") for at in range(4)]
        file.add(*laid_out(labels, one.options, 4, " "))
    return _whole(file)


def texts_like_labels() -> Made:
    """Texts that look like labels: vitamin A. and B., TP. HCM, a drive C:, statements I. to III., “Câu 2” inside a sentence."""
    file = WordFile()
    questions = (
        ("Loại vitamin nào có nhiều trong cà rốt?", ("Vitamin A.", "Vitamin B.", "Vitamin C.", "Vitamin D."), 0),
        ("Ổ đĩa nào thường chứa hệ điều hành?", ("Ổ C: của máy", "Ổ D: của máy", "Ổ A: của máy", "Ổ Z: của mạng"), 0),
        ("Cho các phát biểu sau:\nI. Word soạn văn bản.\nII. Excel là bảng tính.\nIII. Paint là hệ điều hành.\nSố phát biểu đúng là", ("0", "1", "2", "3"), 2),
        ("Như đã nêu ở Câu 2 của đề trước, TP. HCM thuộc miền nào?", ("Bắc", "Trung", "Nam", "Tây Nguyên"), 2),
        ("Trong các bước sau, bước nào làm trước?\n1. Mở tệp\n2. Lưu tệp\n3. In tệp", ("1, 2", "Bước 1.", "2 và 3", "Bước 3."), 1),
        ("Biểu thức (A + B). C bằng biểu thức nào?", ("A.C + B.C", "A + B.C", "A.B.C", "A.B + C"), 0),
        ("Số 1.000 đọc là gì?", ("Một", "Mười", "Một trăm", "Một nghìn"), 3),
        ("Ngày 2.9.1945 là ngày gì?", ("Quốc khánh", "Tết", "Lễ Lao động", "Nhà giáo"), 0),
    )  # fmt: skip
    for number, (stem, options, right) in enumerate(questions, 1):
        first, *others = stem.split("\n")
        file.add(para(run(f"Câu {number}.", b=True), run(f" {first}")), *(para(line) for line in others))
        labels = [run(f"{'ABCD'[at]}.", b=True, color="FF0000" if at == right else "") for at in range(4)]
        file.add(*laid_out(labels, options, 2, "\t\t"))
    return file.build(), [
        Expected(f"Câu {number}", "single_choice", ["ABCD"[right]], stem, options)
        for number, (stem, options, right) in enumerate(questions, 1)
    ]


def solutions_below() -> Made:
    """Below each question its key, written in twelve ways, and why."""
    file = WordFile()
    heading(file)
    ways = (
        "Đáp án: {}", "Chọn {}", "ANSWER: {}", "Lời giải: Chọn đáp án {}.", "Đáp án {}", "ĐA: {}", "Đáp án đúng là: {}",
        "[Đáp án {}]", "Key: {}", "=> Chọn {}.", "Hướng dẫn giải: Đáp án đúng là {}", "Đáp án cần chọn là: {}",
    )  # fmt: skip
    for (number, one), way in zip(ALL, ways, strict=True):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        file.add(*laid_out(LABELS, one.options, 2, "\t\t"))
        file.add(para(run(way.format(one.letter), i=True)))
    return _whole(file)


def _keys_behind(*behind: str) -> Made:
    file = WordFile()
    heading(file)
    for number, one in ALL:
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        file.add(*laid_out([run(f"{letter}.", b=True) for letter in "ABCD"], one.options, 4, "\t"))
    file.add(*behind)
    return _whole(file)


def list_of_keys() -> Made:
    """“BẢNG ĐÁP ÁN” without HẾT, then “Câu 1: A” in several columns parted by tabs."""
    lines = ["\t".join(f"Câu {number}: {one.letter}" for number, one in ALL[at : at + 4]) for at in (0, 4, 8)]
    return _keys_behind(para(run("BẢNG ĐÁP ÁN", b=True), centre=True), *map(para, lines))


def keys_in_cells() -> Made:
    """Behind HẾT cells “1-A”, six to a row."""
    cells = [f"{number}-{one.letter}" for number, one in ALL]
    return _keys_behind(para("HẾT"), para("ĐÁP ÁN VÀ THANG ĐIỂM"), table([cells[:6], cells[6:]]))


def keys_of_three_papers() -> Made:
    """A table of keys of three papers in columns; the head of the paper says which it is."""
    rows = [[str(number), one.letter, "ABCD"[(one.right + 1) % 4], "ABCD"[(one.right + 2) % 4]] for number, one in ALL]
    data, found = _keys_behind(para("Mã đề: 101"), para("ĐÁP ÁN"), table([["Câu", "101", "102", "103"], *rows]))
    return data, found


def keys_of_papers_unnamed() -> Made:
    """The same, and nothing says which paper this is: no key is certain."""
    rows = [[str(number), one.letter, "ABCD"[(one.right + 1) % 4]] for number, one in ALL]
    data, _ = _keys_behind(para("ĐÁP ÁN"), table([["Câu", "101", "102"], *rows]))
    return data, [doubtful(number, one, "key_missing") for number, one in ALL]


def lists_of_two_papers() -> Made:
    """Lists of keys below the codes of two papers; the head says that this is the second."""
    file = WordFile()
    file.add(para("Mã đề thi: 102"))
    for number, one in ALL:
        file.add(para(f"Câu {number}. {one.stem}"), *laid_out(LABELS, one.options, 2, "\t"))
    others = " ".join(f"{number}.{'ABCD'[(one.right + 1) % 4]}" for number, one in ALL)
    ours = " ".join(f"{number}.{one.letter}" for number, one in ALL)
    file.add(para("HẾT"), para("MÃ ĐỀ 101"), para(others), para("MÃ ĐỀ 102"), para(ours))
    return _whole(file)


def keys_with_marks() -> Made:
    """A table of numbers, answers and marks, one question below the other."""
    rows = [[str(number), one.letter, "0,25"] for number, one in ALL]
    return _keys_behind(para("ĐÁP ÁN VÀ THANG ĐIỂM"), table([["Câu", "Đáp án", "Điểm"], *rows]))


def rows_of_a_table() -> Made:
    """One table: the number beside the question, then each letter beside its option; the right letter bold."""
    rows = []
    for number, one in ALL:
        rows.append([para(run(f"Câu {number}", b=True)), para(one.stem)])
        rows += [[para(run(f"{'ABCD'[at]}.", b=at == one.right)), para(text)] for at, text in enumerate(one.options)]
    file = WordFile()
    file.add(table(rows))
    return _whole(file)


def without_numbers() -> Made:
    """Nothing but questions and options, no numbers; right labels red and bold."""
    file = WordFile()
    places, at_paragraph = [], 0
    for _, one in ALL:
        labels = [
            run(f"{'ABCD'[at]}.", b=at == one.right, color="FF0000" if at == one.right else "") for at in range(4)
        ]
        file.add(para(one.stem), *laid_out(labels, one.options, 1, ""))
        places.append(at_paragraph + 2)
        at_paragraph += 5
    return file.build(), [
        Expected(f"đoạn {place}", "single_choice", [one.letter], one.stem, one.options)
        for place, one in zip(places, CHOICES, strict=True)
    ]


def tables_and_pictures() -> Made:
    """A table of data and a picture above options two on a line, automatic numbers, right labels bold and red."""
    file = WordFile(numbering=lists([("decimal", "Câu %1.")]))
    heading(file)
    found = []
    for number, one in ALL:
        file.add(para(run(one.stem), num=(1, 0)))
        stem = one.stem
        if number % 3 == 1:
            file.add(table([["Năm", "Số hồ sơ"], ["2023", "120"], ["2024", str(100 + number)]]))
            stem += f"\nNăm | Số hồ sơ\n2023 | 120\n2024 | {100 + number}"
        elif number % 3 == 2:
            file.add(para(file.picture(png(20 + number, 12), f"image{number}.png", f"Màn hình {number}"), centre=True))
            stem += f"\nMàn hình {number}"
        labels = [
            run("ABCD"[at], b=at == one.right, color="EE0000" if at == one.right else "") + run(".") for at in range(4)
        ]
        file.add(*laid_out(labels, one.options, 2, "\t\t\t"))
        found.append(Expected(f"Câu {number}", "single_choice", [one.letter], stem, one.options))
    return file.build(), found


def doubtful_marks() -> Made:
    """Red labels; in 2 two are red, in 4 none, in 6 the explanation names another, in 8 another is underlined as well."""
    file = WordFile()
    found = []
    for number, one in ALL:
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        other = (one.right + 1) % 4
        red = {2: (one.right, other), 4: ()}.get(number, (one.right,))
        for at, text in enumerate(one.options):
            looks = {"color": "FF0000" if at in red else "", "u": "single" if number == 8 and at == other else ""}
            file.add(para(run(f"{'ABCD'[at]}.", b=True, **looks), run(f" {text}")))
        if number == 6:
            file.add(para("Lời giải"), para(f"Chọn {'ABCD'[other]}."))
        reason = {2: "several_marked", 4: "key_missing", 6: "key_conflict", 8: "key_conflict"}.get(number)
        found.append(doubtful(number, one, reason) if reason else expected(number, one))
    marked = sorted(("ABCD"[CHOICES[1].right], "ABCD"[(CHOICES[1].right + 1) % 4]))
    two = CHOICES[1]
    found[1] = Expected("Câu 2", "multiple_choice", marked, two.stem, two.options, "needs_review", ("several_marked",))
    return file.build(), found


def parts_numbered_anew() -> Made:
    """Part I with automatic numbers that begin anew in part II, statements with automatic small letters, true ones underlined."""
    file = WordFile(numbering=lists(
        [("decimal", "Câu %1."), ("upperLetter", "%2.")], [("decimal", "Câu %1."), ("lowerLetter", "%2)")],
    ))  # fmt: skip
    file.add(para(run("PHẦN I. TRẮC NGHIỆM NHIỀU LỰA CHỌN", b=True)))
    for one in CHOICES[:4]:
        file.add(para(run(one.stem), num=(1, 0)))
        file.add(
            *(para(run(text, u="single" if at == one.right else ""), num=(1, 1)) for at, text in enumerate(one.options))
        )
    file.add(para(run("PHẦN II. TRẮC NGHIỆM ĐÚNG SAI", b=True)))
    for two in STATEMENTS:
        file.add(para(run(two.stem), num=(2, 0)))
        for text, truth in zip(two.statements, two.truths, strict=True):
            file.add(para(run(text, u="single" if truth else ""), num=(2, 1)))
    found = [
        Expected(f"Phần I, Câu {n}", "single_choice", [one.letter], one.stem, one.options)
        for n, one in enumerate(CHOICES[:4], 1)
    ]
    for number, two in enumerate(STATEMENTS, 1):
        found.append(Expected(f"Phần II, Câu {number}", "true_false_4", two.letters, two.stem, two.statements))
    return file.build(), found


def hidden_keys() -> Made:
    """The key in hidden text behind the question, once against the underlining."""
    file = WordFile()
    found = []
    for number, one in ALL:
        said = "ABCD"[(one.right + 1) % 4] if number == 5 else one.letter
        file.add(para(run(f"Câu {number}. {one.stem}"), run(f" Đáp án: {said}", vanish=True)))
        for at, text in enumerate(one.options):
            under = "single" if number == 5 and at == one.right else ""
            file.add(para(run(f"{'ABCD'[at]}.", u=under), run(f" {text}")))
        found.append(doubtful(number, one, "key_conflict") if number == 5 else expected(number, one))
    return file.build(), found


TEACHERS: dict[str, Callable[[], Made]] = {
    make.__name__: make
    for make in (
        points_and_levels, grid_without_borders, bold_stems, blue_labels_one_red, letters_that_go_on,
        numbers_and_letters_in_one_list, small_letters_and_slashes, single_spaces, texts_like_labels, solutions_below,
        list_of_keys, lists_of_two_papers, keys_with_marks, rows_of_a_table, without_numbers, keys_in_cells,
        keys_of_three_papers, keys_of_papers_unnamed, tables_and_pictures, doubtful_marks,
        parts_numbered_anew, hidden_keys,
    )
}  # fmt: skip
