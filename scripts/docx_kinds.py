"""Kinds of Word files with one choice after the other: how the key is marked, how options are laid out, how numbers are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scripts.docx_parts import WordFile, lists, para, png, properties, run, table
from scripts.docx_questions import CHOICES, SHORT, STATEMENTS, Choice

Mark = Callable[[str, bool], str]  # an option's label, whether it is right -> the run of the label


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of one question. `key` is what the item's own field holds; `reasons` are codes of its review."""

    where: str
    type: str
    key: object
    stem: str
    options: Sequence[str] = ()
    outcome: str = "imported"
    reasons: Sequence[str] = field(default_factory=tuple)

    def document(self) -> dict[str, object]:
        """As it is written."""
        return {
            "where": self.where, "outcome": self.outcome, "type": self.type, "key": self.key, "stem": self.stem,
            "options": list(self.options), "reasons": list(self.reasons),
        }  # fmt: skip


Made = tuple[bytes, list[Expected]]


def expected(number: int, one: Choice, **other: object) -> Expected:
    """A choice read whole."""
    return Expected(f"Câu {number}", "single_choice", [one.letter], one.stem, one.options, **other)  # type: ignore[arg-type]


def doubtful(number: int, one: Choice, *reasons: str) -> Expected:
    """A choice whose key is not certain."""
    return Expected(f"Câu {number}", "single_choice", [], one.stem, one.options, "needs_review", reasons)


ALL = list(enumerate(CHOICES, 1))
LABELS = [run(f"{letter}.") for letter in "ABCD"]  # nothing marked


def whole() -> list[Expected]:
    """All twelve choices, each read whole."""
    return [expected(number, one) for number, one in ALL]


def heading(file: WordFile) -> None:
    """What stands above every paper."""
    file.add(para(run("SỞ GIÁO DỤC VÀ ĐÀO TẠO", b=True), centre=True), para(run("ĐỀ KIỂM TRA GIỮA KỲ", b=True), centre=True),
             para("Môn: Tin học – Thời gian làm bài: 45 phút"), para("Họ và tên: ……………………… Lớp: ………"))  # fmt: skip


def laid_out(labels: Sequence[str], options: Sequence[str], columns: int, gap: str) -> list[str]:
    """Options as paragraphs, so many to a line."""
    pieces = [label + run(f" {text}") for label, text in zip(labels, options, strict=True)]
    return [para(*_between(pieces[at : at + columns], run(gap))) for at in range(0, len(pieces), columns)]


def _between(pieces: Sequence[str], gap: str) -> list[str]:
    return [one for number, piece in enumerate(pieces) for one in ([gap, piece] if number else [piece])]


def asked(
    file: WordFile,
    number: int,
    one: Choice,
    start: str = "Câu %d. ",
    behind: str | None = None,
    ends: Sequence[str] = ("",) * 4,
) -> None:
    """A choice with nothing marked, two options on a line; `behind` stands behind its text, `ends` behind its options."""
    file.add(para(run(start % number, b=True), run(one.stem), *([] if behind is None else [run(behind)])))
    file.add(*laid_out(LABELS, [text + end for text, end in zip(one.options, ends, strict=True)], 2, "\t\t"))


def two_parts(file: WordFile, keys_behind: bool) -> list[Expected]:
    """A part of statements with nothing marked and one of short answers, whose keys stand behind their texts or nowhere."""
    found = []
    file.add(para(run("PHẦN I. Câu trắc nghiệm đúng sai", b=True)))
    for number, two in enumerate(STATEMENTS, 1):
        file.add(para(run(f"Câu {number}. ", b=True), run(two.stem)))
        file.add(*(para(f"{letter}) {text}") for letter, text in zip("abcd", two.statements, strict=True)))
        found.append(Expected(f"Phần I, Câu {number}", "true_false_4", two.letters, two.stem, two.statements))
    file.add(para(run("PHẦN II. Câu trả lời ngắn", b=True)))
    for number, (stem, answer) in enumerate(SHORT, 1):
        file.add(para(run(f"Câu {number}. ", b=True), run(f"{stem} (Đáp án: {answer})" if keys_behind else stem)))
        found.append(short(f"Phần II, Câu {number}", stem, answer))
    return found


def short(where: str, stem: str, answer: str) -> Expected:
    """A number to find, read whole."""
    return Expected(where, "numeric", [{"value": answer.replace(",", ".")}], stem)


def paper(mark: Mark, columns: int = 1, gap: str = "\t\t", start: str = "Câu %d.", bold: bool = True) -> Made:
    """A paper of twelve with keys on the labels."""
    file = WordFile()
    heading(file)
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(start % number, b=bold), run(f" {one.stem}")))
        labels = [mark(f"{letter}.", at == one.right) for at, letter in enumerate("ABCD")]
        file.add(*laid_out(labels, one.options, columns, gap))
    file.add(para("----------- HẾT -----------", centre=True))
    return file.build(), whole()


def underlined_labels() -> Made:
    """Bold labels, the right one underlined."""
    return paper(lambda label, right: run(label, b=True, u="single" if right else ""))


def split_labels() -> Made:
    """The letter in red bold, its point a run of its own in black: labels split across runs, two options on a line."""

    def mark(label: str, right: bool) -> str:
        return run(label[0], b=True, color="EE0000") + run(".") if right else run(label)

    return paper(mark, columns=2, gap="\t\t\t\t", start="Câu %d:")


def highlighted_four_on_a_line() -> Made:
    """Four options on a line between spaces, the right label highlighted."""
    return paper(lambda label, right: run(label, hl="yellow" if right else ""), columns=4, gap="        ")


def asterisks() -> Made:
    """An asterisk before the right label."""
    return paper(lambda label, right: run(f"*{label}" if right else label), bold=False)


def red_bold_by_style() -> Made:
    """Nothing on the run but the name of a character style, which is based on another that is red and bold."""
    file = WordFile(styles=(
        '<w:style w:type="character" w:styleId="Nhan"><w:name w:val="Nhan"/><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="NhanDo"><w:name w:val="Nhan do"/><w:basedOn w:val="Nhan"/><w:rPr><w:color w:val="C00000"/></w:rPr></w:style>'
    ))  # fmt: skip
    heading(file)
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        labels = [run(f"{letter}.", style="NhanDo" if at == one.right else "Nhan") for at, letter in enumerate("ABCD")]
        file.add(*laid_out(labels, one.options, 2, "\t\t"))
    return file.build(), whole()


def auto_numbered() -> Made:
    """“Câu 1.” and “A.” are not in the text: two levels of one list; the right option's text is red and bold."""
    file = WordFile(numbering=lists([("decimal", "Câu %1."), ("upperLetter", "%2.")]))
    heading(file)
    for one in CHOICES:
        file.add(para(run(one.stem), num=(1, 0)))
        for at, text in enumerate(one.options):
            right, colour = at == one.right, "FF0000" if at == one.right else ""
            file.add(para(run(text, b=right, color=colour), num=(1, 1), mark=properties(b=right, color=colour)))
    return file.build(), whole()


def auto_bare_numbers() -> Made:
    """Bare automatic numbers for questions, letters of another list that begins anew each time, keys underlined in the text."""
    file = WordFile(numbering=lists([("decimal", "%1.")], *[[("upperLetter", "%1.")]] * len(CHOICES)))
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(one.stem, b=True), num=(1, 0)))
        for at, text in enumerate(one.options):
            file.add(para(run(text, u="single" if at == one.right else ""), num=(number + 1, 0)))
    return file.build(), whole()


def bare_numbers_small_letters() -> Made:
    """“1.” typed, “a.” in small letters, two on a line, the right label red and bold."""
    file = WordFile()
    for number, one in enumerate(CHOICES, 1):
        file.add(para(f"{number}. {one.stem}"))
        labels = [
            run(f"{letter}.", b=at == one.right, color="EE0000" if at == one.right else "")
            for at, letter in enumerate("abcd")
        ]
        file.add(*laid_out(labels, one.options, 2, "\t\t\t"))
    return file.build(), whole()


def options_in_tables() -> Made:
    """Options in the cells of a table, two rows of two; the cell of the right one has a yellow ground."""
    file = WordFile()
    heading(file)
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        cells = [
            para(run(f"{letter}.", b=True), run(f" {text}")) for letter, text in zip("ABCD", one.options, strict=True)
        ]
        file.add(table([cells[:2], cells[2:]], {(one.right // 2, one.right % 2): "FFFF00"}))
    return file.build(), whole()


def letters_in_cells() -> Made:
    """Letters alone in cells beside their texts, the right letter in the theme's red."""
    file = WordFile(theme=THEME)
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(f"Câu {number}:", b=True), run(f" {one.stem}")))
        rows = [
            [para(run(letter, theme="accent2" if at == one.right else "")), para(run(text))]
            for at, (letter, text) in enumerate(zip("ABCD", one.options, strict=True))
        ]  # fmt: skip
        file.add(table(rows))
    return file.build(), whole()


THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office"><a:themeElements><a:clrScheme name="Office">'
    '<a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1><a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1>'
    '<a:accent1><a:srgbClr val="4472C4"/></a:accent1><a:accent2><a:srgbClr val="C0504D"/></a:accent2></a:clrScheme></a:themeElements></a:theme>'
)


def key_table() -> Made:
    """Nothing marked; behind HẾT a table of numbers above letters, in two pairs of rows."""
    file = WordFile()
    heading(file)
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        file.add(*laid_out([run(f"{letter}.", b=True) for letter in "ABCD"], one.options, 4, "\t"))
    file.add(para("--- HẾT ---", centre=True), para(run("ĐÁP ÁN", b=True), centre=True))
    numbers = [str(number) for number in range(1, 13)]
    letters = [one.letter for one in CHOICES]
    file.add(table([["Câu", *numbers[:6]], ["Đáp án", *letters[:6]], ["Câu", *numbers[6:]], ["Đáp án", *letters[6:]]]))
    return file.build(), whole()


def key_list_with_solutions() -> Made:
    """Behind HẾT a list “1.A 2.B …” and then solutions that repeat the numbers."""
    file = WordFile()
    for number, one in enumerate(CHOICES, 1):
        file.add(para(f"Câu {number}. {one.stem}"), *laid_out(LABELS, one.options, 2, "\t"))
    file.add(para("HẾT"), para("BẢNG ĐÁP ÁN"))
    pairs = [f"{number}.{one.letter}" for number, one in enumerate(CHOICES, 1)]
    file.add(para("\t".join(pairs[:6])), para("\t".join(pairs[6:])), para(run("HƯỚNG DẪN GIẢI CHI TIẾT", b=True)))
    for number, one in enumerate(CHOICES, 1):
        file.add(para(f"Câu {number}. Chọn {one.letter}."), para(f"Vì phương án đúng là {one.options[one.right]}."))
    return file.build(), whole()


def conflicts() -> Made:
    """Underlined labels and a key table: they disagree in 3 and 8, in 5 nothing is underlined, in 7 two labels are."""
    file = WordFile()
    heading(file)
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        under = {3: (0,), 5: (), 7: (one.right, 0), 8: (2,)}.get(number, (one.right,))
        labels = [run(f"{letter}.", b=True, u="single" if at in under else "") for at, letter in enumerate("ABCD")]
        file.add(*laid_out(labels, one.options, 1, ""))
    file.add(para("HẾT"), table([["Câu", *map(str, range(1, 13))], ["Đáp án", *(one.letter for one in CHOICES)]]))
    against = {3, 7, 8}
    return file.build(), [
        doubtful(number, one, "key_conflict") if number in against else expected(number, one)
        for number, one in enumerate(CHOICES, 1)
    ]


def no_key() -> Made:
    """All labels bold, one option bold by accident, nothing else: no key is certain."""
    file = WordFile()
    for number, one in enumerate(CHOICES, 1):
        file.add(para(run(f"Câu {number}.", b=True), run(f" {one.stem}")))
        labels = [run(f"{letter}.", b=number != 4 or at == 2) for at, letter in enumerate("ABCD")]
        file.add(*laid_out(labels, one.options, 2, "\t"))
    return file.build(), [
        doubtful(number, one, "key_doubtful" if number == 4 else "key_missing") for number, one in enumerate(CHOICES, 1)
    ]


def pictures() -> Made:
    """A picture in the question, pictures as options, a floating one; keys red."""
    file = WordFile()
    heading(file)
    shown = file.picture(png(), "image1.png", "Sơ đồ mạng của phòng máy")
    file.add(
        para(run("Câu 1.", b=True), run(" Quan sát hình sau và cho biết đây là sơ đồ gì.")), para(shown, centre=True)
    )
    file.add(
        para(run("A.", color="FF0000"), run(" Sơ đồ mạng")),
        para("B. Sơ đồ tư duy"),
        para("C. Lưu đồ"),
        para("D. Biểu đồ"),
    )
    file.add(para(run("Câu 2.", b=True), run(" Biểu tượng nào là nút Lưu?")))
    icons = [file.picture(png(16, 16, 20 * at), f"icon{at}.png", f"Biểu tượng {at}") for at in range(1, 5)]
    file.add(
        para("A. ", icons[0], run("\t"), run("B.", color="FF0000"), run(" "), icons[1]),
        para("C. ", icons[2], run("\tD. "), icons[3]),
    )
    floating = file.picture(png(30, 20, 10), "image9.png", "Ảnh chụp màn hình", floating=True)
    file.add(para(run("Câu 3."), run(" Màn hình bên cho thấy chương trình nào?"), floating))
    file.add(para("A. Word"), para("B. Excel"), para(run("C.", color="FF0000"), run(" PowerPoint")), para("D. Access"))
    return file.build(), [
        Expected("Câu 1", "single_choice", ["A"], "Quan sát hình sau và cho biết đây là sơ đồ gì.\n Sơ đồ mạng của phòng máy",
                 ("Sơ đồ mạng", "Sơ đồ tư duy", "Lưu đồ", "Biểu đồ")),
        Expected("Câu 2", "single_choice", ["B"], "Biểu tượng nào là nút Lưu?",
                 tuple(f"Biểu tượng {at}" for at in range(1, 5))),
        Expected("Câu 3", "single_choice", ["C"], "Màn hình bên cho thấy chương trình nào? Ảnh chụp màn hình",
                 ("Word", "Excel", "PowerPoint", "Access")),
    ]  # fmt: skip


KINDS: dict[str, Callable[[], Made]] = {
    make.__name__: make
    for make in (
        underlined_labels, split_labels, highlighted_four_on_a_line, asterisks, red_bold_by_style, auto_numbered,
        auto_bare_numbers, bare_numbers_small_letters, options_in_tables, letters_in_cells, key_table,
        key_list_with_solutions, conflicts, no_key, pictures,
    )
}  # fmt: skip
