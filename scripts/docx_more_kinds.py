"""Kinds of Word files with more than choices: the three parts of the national examination, mathematics."""

from __future__ import annotations

import struct
from collections.abc import Callable

from scripts.docx_kinds import Expected, Made, heading, laid_out, short
from scripts.docx_parts import WordFile, frac, lists, math, mr, para, root, run, sup, table
from scripts.docx_questions import CHOICES, SHORT, STATEMENTS

_PART_1 = "PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn. Thí sinh trả lời từ câu 1 đến câu 4. Mỗi câu hỏi thí sinh chỉ chọn một phương án."
_PART_2 = "PHẦN II. Câu trắc nghiệm đúng sai. Thí sinh trả lời từ câu 1 đến câu 2. Trong mỗi ý a), b), c), d) ở mỗi câu, thí sinh chọn đúng hoặc sai."
_PART_3 = "PHẦN III. Câu trắc nghiệm trả lời ngắn. Thí sinh trả lời từ câu 1 đến câu 2."


def _three(underlined: bool) -> WordFile:
    """The three parts of the examination from 2025; keys by underlining and “Đáp án:”, or none."""
    file = WordFile()
    heading(file)
    file.add(para(run(_PART_1, b=True)))
    for number, one in enumerate(CHOICES[:4], 1):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        labels = [
            run(f"{letter}.", b=True, u="single" if underlined and at == one.right else "")
            for at, letter in enumerate("ABCD")
        ]
        file.add(*laid_out(labels, one.options, 4, "\t"))
    file.add(para(run(_PART_2, b=True)))
    for number, two in enumerate(STATEMENTS, 1):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {two.stem}")))
        for letter, text, truth in zip("abcd", two.statements, two.truths, strict=True):
            file.add(para(run(f"{letter})", b=True, u="single" if underlined and truth else ""), run(f" {text}.")))
    file.add(para(run(_PART_3, b=True)))
    for number, (stem, answer) in enumerate(SHORT, 1):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {stem}")))
        if underlined:
            file.add(para(f"Đáp án: {answer}"))
    return file


def _three_expected() -> list[Expected]:
    found = [
        Expected(f"Phần I, Câu {n}", "single_choice", [one.letter], one.stem, one.options)
        for n, one in enumerate(CHOICES[:4], 1)
    ]
    for number, two in enumerate(STATEMENTS, 1):
        where = f"Phần II, Câu {number}"
        found.append(Expected(where, "true_false_4", two.letters, two.stem, [f"{text}." for text in two.statements]))
    for number, (stem, answer) in enumerate(SHORT, 1):
        found.append(short(f"Phần III, Câu {number}", stem, answer))
    return found


def three_parts() -> Made:
    """Keys underlined in the first two parts, “Đáp án:” in the third."""
    file = _three(underlined=True)
    file.add(para("---HẾT---", centre=True))
    return file.build(), _three_expected()


def three_parts_with_tables() -> Made:
    """Nothing marked; behind HẾT a table for each part."""
    file = _three(underlined=False)
    file.add(para("---HẾT---", centre=True), para(run("ĐÁP ÁN", b=True), centre=True), para(run("PHẦN I", b=True)))
    file.add(
        table([["Câu", "1", "2", "3", "4"], ["Chọn", *(one.letter for one in CHOICES[:4])]]),
        para(run("PHẦN II", b=True)),
    )
    signs = [["Đ" if truth else "S" for truth in two.truths] for two in STATEMENTS]
    file.add(
        table([["Câu", "1", "2"], *([f"{letter})", signs[0][at], signs[1][at]] for at, letter in enumerate("abcd"))])
    )
    file.add(para(run("PHẦN III", b=True)), table([["Câu", "1", "2"], ["Đáp án", *(answer for _, answer in SHORT)]]))
    return file.build(), _three_expected()


def truths_typed() -> Made:
    """Statements with (Đ) and (S) behind them, one set in a table with crosses, short answers in the sign <Key=…>."""
    file = WordFile()
    file.add(para(run(_PART_2, b=True)))
    first, second = STATEMENTS
    file.add(para(f"Câu 1. {first.stem}"))
    for letter, text, truth in zip("abcd", first.statements, first.truths, strict=True):
        file.add(para(f"{letter}) {text} ({'Đ' if truth else 'S'})"))
    file.add(para(f"Câu 2. {second.stem}"))
    rows = [
        [text, "x" if truth else "", "" if truth else "x"]
        for text, truth in zip(second.statements, second.truths, strict=True)
    ]
    file.add(table([["Phát biểu", "Đúng", "Sai"], *rows]), para(run(_PART_3, b=True)))
    for number, (stem, answer) in enumerate(SHORT, 1):
        file.add(para(f"Câu {number}. {stem} <Key={answer}>"))
    found = [one for one in _three_expected() if not one.where.startswith("Phần I,")]
    texts = {"Phần II, Câu 1": first.statements, "Phần II, Câu 2": second.statements}
    return file.build(), [
        Expected(one.where, one.type, one.key, one.stem, texts.get(one.where, one.options)) for one in found
    ]


def equations() -> Made:
    """Word's own equations in questions and options, keys underlined; one below the other."""
    file = WordFile(numbering=lists([("decimal", "Câu %1:")]))
    x_squared = math(sup(mr("x"), mr("2")) + mr("−4=0"))
    file.add(para(run("Tập nghiệm của phương trình "), x_squared, run(" là"), num=(1, 0)))
    sets = [r"{−2;2}", "{2}", "{−2}", "∅"]
    labels = [run(f"{letter}. ", u="single" if letter == "A" else "") for letter in "ABCD"]
    file.add(para(*(one for at, label in enumerate(labels) for one in (label, math(mr(sets[at])), run("\t")))))
    half, third = math(frac(mr("1"), mr("2"))), math(frac(mr("a+b"), root(mr("3"))))
    file.add(para(run("Giá trị của "), third, run(" khi a + b = 0 là"), num=(1, 0)))
    file.add(
        para(run("A. "), half),
        para(run("B. "), math(root(mr("3")))),
        para(run("C.", u="single"), run(" 0")),
        para("D. 3"),
    )
    file.add(para(run("Cho hàm số"), num=(1, 0)), para(math(mr("y=") + frac(mr("x+1"), mr("x−1")), display=True)))
    file.add(
        para("Hàm số không xác định tại"),
        para("A. x = 0"),
        para(run("B.", u="single"), run(" x = 1")),
        para("C. x = −1"),
        para("D. x = 2"),
    )
    return file.build(), [
        Expected("Câu 1", "single_choice", ["A"], "Tập nghiệm của phương trình x^{2}-4=0 là", (r"\{-2;2\}", r"\{2\}", r"\{-2\}", r"\varnothing")),
        Expected("Câu 2", "single_choice", ["C"], r"Giá trị của \frac{a+b}{\sqrt{3}} khi a + b = 0 là", (r"\frac{1}{2}", r"\sqrt{3}", "0", "3")),
        Expected("Câu 3", "single_choice", ["B"], "Cho hàm số\n" + r"y=\frac{x+1}{x-1}" + "\nHàm số không xác định tại",
                 ("x = 0", "x = 1", "x = −1", "x = 2")),
    ]  # fmt: skip


def compound_file(name: str, content: bytes) -> bytes:
    """An OLE compound file with one stream, in sectors of 512 bytes ([MS-CFB])."""
    content = content.ljust(4096, b"\0")
    sectors = len(content) // 512
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    table_of = [fat_mark, end, *(at + 3 for at in range(sectors - 1)), end]
    fat = struct.pack("<128I", *table_of, *[free] * (128 - len(table_of)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0)[:36] + struct.pack("<I", 0)
    header = header[:76] + struct.pack("<109I", 0, *[free] * 108)

    def entry(title: str, kind: int, start: int, size: int, child: int) -> bytes:
        raw = title.encode("utf-16-le")
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw) + 2, kind, 1, free, free, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, end, 0, 1) + entry(name, 2, 2, len(content), free) + bytes(256)
    return header + fat + directory.ljust(512, b"\0") + content


def mtef(body: str) -> bytes:
    """The stream of a MathType equation: header of the stream, header of version 5, records in hexadecimal."""
    records = bytes.fromhex("05 01 00 06 09" + b"DSMT6\0".hex() + "00" + "0a 01 00" + body + "00 00")
    return struct.pack("<HIHI16x", 28, 0x00020000, 0xC1FE, len(records)) + records


def mathtype() -> Made:
    """Equations of MathType with Windows drawings beside them; keys red on labels, two on a line."""
    file = WordFile()
    drawing = b"\xd7\xcd\xc6\x9a" + bytes(60)
    half = compound_file("Equation Native", mtef("03 00 0b 00 00 01 00 02 00 88 31 00 00 01 00 02 00 88 32 00 00 00"))
    square = compound_file("Equation Native", mtef("02 00 83 78 00 03 00 1c 00 00 0b 01 01 01 00 02 00 88 32 00 00 00"))
    strange = compound_file("Equation Native", mtef("03 00 24 00 00 01 00 02 00 88 31 00 00 00"))
    file.add(para("Câu 1. Số nào bằng ", file.mathtype(half, "oleObject1", drawing), run("?")))
    file.add(para("A. 0,2\t\t", run("B.", color="EE0000", b=True), run(" 0,5")), para("C. 1,2\t\tD. 2,1"))
    file.add(para("Câu 2. Đạo hàm của ", file.mathtype(square, "oleObject2", drawing), run(" là")))
    file.add(para(run("A.", color="EE0000", b=True), run(" 2x\t\tB. x")), para("C. 2\t\tD. 1"))
    file.add(para("Câu 3. Ký hiệu ", file.mathtype(strange, "oleObject3", drawing), run(" nghĩa là gì?")))
    file.add(para("A. Xóa\t\tB. Giữ"), para(run("C.", color="EE0000", b=True), run(" Gạch\t\tD. Chép")))
    return file.build(), [
        Expected("Câu 1", "single_choice", ["B"], r"Số nào bằng \frac{1}{2}?", ("0,2", "0,5", "1,2", "2,1")),
        Expected("Câu 2", "single_choice", ["A"], "Đạo hàm của x^{2} là", ("2x", "x", "2", "1")),
        Expected(
            "Câu 3",
            "single_choice",
            ["C"],
            "Ký hiệu [?] nghĩa là gì?",
            ("Xóa", "Giữ", "Gạch", "Chép"),
            "needs_review",
            ["formula_lost"],
        ),
    ]


MORE: dict[str, Callable[[], Made]] = {
    make.__name__: make for make in (three_parts, three_parts_with_tables, truths_typed, equations, mathtype)
}
