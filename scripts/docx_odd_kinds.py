"""Kinds of Word files with traps: old fonts, changes, shared texts, tables of questions, emphasis, several right options."""

from __future__ import annotations

from collections.abc import Callable

from scripts.docx_kinds import LABELS, Expected, Made, expected, laid_out
from scripts.docx_parts import WordFile, para, properties, run, table
from scripts.docx_questions import CHOICES


def legacy_fonts() -> Made:
    """Two questions in TCVN3 (.VnTime), two in VNI; keys bold and underlined."""
    file = WordFile()
    old, vni = ".VnTime", "VNI-Times"
    questions = (
        (old, "C©u 1. ThiÕt bÞ nµo l­u tr÷ th«ng tin?", ("æ cøng", "Mµn h×nh", "Bµn phÝm", "Loa"), 0,
         "Thiết bị nào lưu trữ thông tin?", ("ổ cứng", "Màn hình", "Bàn phím", "Loa")),
        (old, "C©u 2. M¹ng nµo dïng trong mét tßa nhµ?", ("WAN", "LAN", "M¹ng x· héi", "VÖ tinh"), 1,
         "Mạng nào dùng trong một tòa nhà?", ("WAN", "LAN", "Mạng xã hội", "Vệ tinh")),
        (vni, "Caâu 3. Phaàn meàm naøo laø heä ñieàu haønh?", ("Word", "Excel", "Windows", "Trình duyeät"), 2,
         "Phần mềm nào là hệ điều hành?", ("Word", "Excel", "Windows", "Trình duyệt")),
        (vni, "Caâu 4. Ñôn vò naøo lôùn nhaát?", ("Byte", "Bit", "KB", "MB"), 3, "Đơn vị nào lớn nhất?", ("Byte", "Bit", "KB", "MB")),
    )  # fmt: skip
    found = []
    for number, (font, stem, options, right, clear, texts) in enumerate(questions, 1):
        file.add(para(run(stem, font=font)))
        for at, text in enumerate(options):
            mark = {"b": True, "u": "single"} if at == right else {}
            file.add(para(run("ABCD"[at] + ".", font=font, **mark), run(f" {text}", font=font)))
        found.append(Expected(f"Câu {number}", "single_choice", ["ABCD"[right]], clear, texts))
    return file.build(), found


def tracked_changes() -> Made:
    """Words deleted and inserted with tracked changes, a hidden note, text inside links, tags and content controls."""
    file = WordFile()
    gone = '<w:del w:id="1" w:author="GV"><w:r><w:delText xml:space="preserve"> sai</w:delText></w:r></w:del>'
    come = f'<w:ins w:id="2" w:author="GV">{run(" đúng")}</w:ins>'
    file.add(para(run("Câu 1. Phát biểu nào sau đây"), gone, come, run(" về tệp?")))
    file.add(
        para("A. Tệp không có tên"),
        para(run("B.", hl="green"), run(" Tệp có tên và phần mở rộng")),
        para("C. Tệp là thư mục"),
        para("D. Tệp là phần cứng"),
    )
    link = f'<w:hyperlink r:id="rId9" w:history="1">{run("https://dichvucong.example", u="single", color="0563C1")}</w:hyperlink>'
    file.add(para(run("Câu 2. Trang nào dùng để nộp hồ sơ trực tuyến?"), run(" ghi chú: xem lại", vanish=True)))
    control = f"<w:sdt><w:sdtContent>{run(' Trang báo')}</w:sdtContent></w:sdt>"
    tagged = f'<w:smartTag w:uri="x" w:element="place">{run(" Trang game")}</w:smartTag>'
    file.add(para(run("A.", hl="green"), run(" "), link), para(run("B."), control), para(run("C."), tagged))
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF x </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(" Trang nhạc")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    file.add(para(run("D."), field))
    split = properties(b=False)
    file.add(
        para(run("Câu 3. Phần mở rộng nào là của "), mark='<w:rPr><w:del w:id="3" w:author="GV"/></w:rPr>'),
        para(run("tệp văn bản?") + split[:0]),
    )
    file.add(para("A. .mp3"), para("B. .jpg"), para("C. .exe"), para(run("D.", hl="green"), run(" .docx")))
    return file.build(), [
        Expected("Câu 1", "single_choice", ["B"], "Phát biểu nào sau đây đúng về tệp?",
                 ("Tệp không có tên", "Tệp có tên và phần mở rộng", "Tệp là thư mục", "Tệp là phần cứng")),
        Expected("Câu 2", "single_choice", ["A"], "Trang nào dùng để nộp hồ sơ trực tuyến?",
                 ("https://dichvucong.example", "Trang báo", "Trang game", "Trang nhạc")),
        Expected("Câu 3", "single_choice", ["D"], "Phần mở rộng nào là của tệp văn bản?", (".mp3", ".jpg", ".exe", ".docx")),
    ]  # fmt: skip


def shared_texts() -> Made:
    """A passage for questions 1 and 2, a table for 3 and 4, levels in brackets, explanations below each question."""
    file = WordFile()
    file.add(para(run("Đọc đoạn văn bản sau và trả lời các câu hỏi từ 1 đến 2:", i=True)))
    file.add(
        para("Chính quyền số là chính quyền hoạt động an toàn trên môi trường số."),
        para("Dịch vụ công trực tuyến là một phần của chính quyền số."),
    )
    marks = ("(NB)", "[TH]", "(VD)", "[Mức độ: Vận dụng cao]")
    for number, one in enumerate(CHOICES[:4], 1):
        if number == 3:
            file.add(
                para("Dựa vào bảng số liệu sau để trả lời câu 3 và câu 4"),
                table([["Năm", "Hồ sơ"], ["2023", "120"], ["2024", "150"]]),
            )
        file.add(para(run(f"Câu {number} {marks[number - 1]}:", b=True), run(f" {one.stem}")))
        file.add(*laid_out(LABELS, one.options, 2, "\t\t"))
        file.add(
            para(run("Lời giải", b=True), centre=True),
            para(f"Chọn {one.letter}"),
            para(f"Vì {one.options[one.right]} là phương án đúng."),
        )
    return file.build(), [expected(number, one) for number, one in enumerate(CHOICES[:4], 1)]


def questions_in_a_table() -> Made:
    """A table with a question in each row under headings, the key in a column."""
    file = WordFile()
    rows = [
        [str(number), one.stem, *one.options, one.letter, ("NB", "TH", "VD")[number % 3]]
        for number, one in enumerate(CHOICES[:6], 1)
    ]
    file.add(
        para("Ngân hàng câu hỏi"),
        table([["STT", "Nội dung câu hỏi", "A", "B", "C", "D", "Đáp án đúng", "Mức độ"], *rows]),
    )
    return file.build(), [
        Expected(f"Câu {number}", "single_choice", [one.letter], one.stem, one.options)
        for number, one in enumerate(CHOICES[:6], 1)
    ]


def emphasis() -> Made:
    """Emphasis that belongs to the text stays: underlined sounds in every option, KHÔNG in bold, H₂O; the key's own look goes."""
    file = WordFile()
    file.add(para(run("Câu 1. Chọn từ có phần gạch chân phát âm khác:")))
    words = (("w", "or", "k"), ("f", "or", "k"), ("c", "or", "n"), ("h", "or", "se"))
    for at, (before, sound, behind) in enumerate(words):
        file.add(
            para(
                run("ABCD"[at] + ".", b=True, color="FF0000" if at == 0 else ""),
                run(f" {before}"),
                run(sound, u="single"),
                run(behind),
            )
        )
    file.add(para(run("Câu 2. Chất nào "), run("KHÔNG", b=True), run(" chứa oxi?")))
    file.add(
        para("A. H", run("2", level="subscript"), run("O")),
        para("B. CO", run("2", level="subscript")),
        para(
            run("C.", color="FF0000"),
            run(" N", color="FF0000", u="single"),
            run("2", level="subscript", color="FF0000"),
        ),
        para("D. 10", run("3", level="superscript"), run(" g O"), run("2", level="subscript")),
    )
    return file.build(), [
        Expected(
            "Câu 1",
            "single_choice",
            ["A"],
            "Chọn từ có phần gạch chân phát âm khác:",
            ("work", "fork", "corn", "horse"),
        ),
        Expected("Câu 2", "single_choice", ["C"], "Chất nào KHÔNG chứa oxi?", ("H2O", "CO2", "N2", "103 g O2")),
    ]


def several_and_shorthand() -> Made:
    """Two right options in a question that asks for two; “Đáp án: B” below; “Correct: 2”; “(đúng)” behind; all of the above."""
    file = WordFile()
    questions = (
        ("Chọn hai phương án là thiết bị ra:", ("Loa", "Chuột", "Máy in", "Micro"), "AC", ""),
        ("Đâu là trình duyệt?", ("Word", "Firefox", "Excel", "Paint"), "", "Đáp án: B"),
        ("Đâu là hệ điều hành?", ("Word", "Linux", "Excel", "Paint"), "", "Correct: 2"),
        ("Bảng tính là phần mềm nào?", ("Word", "Access", "Excel (đúng)", "Paint"), "", ""),
        ("Dữ liệu nào lưu trên máy tính?", ("Chữ", "Số", "Ảnh", "Tất cả các phương án trên"), "D", ""),
    )
    found = []
    for number, ((stem, options, marked, below), right) in enumerate(
        zip(questions, ("AC", "B", "B", "C", "D"), strict=True), 1
    ):
        file.add(para(f"Câu {number}. {stem}"))
        for letter, text in zip("ABCD", options, strict=True):
            file.add(para(run(f"{letter}.", u="single" if letter in marked else ""), run(f" {text}")))
        file.add(*([para(below)] if below else []))
        clear = [text.removesuffix(" (đúng)") for text in options]
        kind = "multiple_choice" if len(right) > 1 else "single_choice"
        found.append(Expected(f"Câu {number}", kind, list(right), stem, clear))
    return file.build(), found


def matching_and_essay() -> Made:
    """Two columns to pair with a key, and a part of essays."""
    file = WordFile()
    rows = [
        ["Cột A", "Cột B"],
        ["1. Word", "a. Bảng tính"],
        ["2. Excel", "b. Trình chiếu"],
        ["3. PowerPoint", "c. Văn bản"],
    ]
    file.add(para("Câu 1. Nối mỗi phần mềm ở cột A với loại tệp ở cột B."), table(rows), para("Đáp án: 1-c, 2-a, 3-b"))
    file.add(
        para(run("B. TỰ LUẬN (3 điểm)", b=True)),
        para("Câu 2. Trình bày các bước nộp hồ sơ trực tuyến."),
        para("a) Chuẩn bị gì?"),
        para("b) Nộp ở đâu?"),
    )
    return file.build(), [
        Expected("Câu 1", "matching", {"1": "C", "2": "A", "3": "B"}, "Nối mỗi phần mềm ở cột A với loại tệp ở cột B."),
        Expected("Câu 2", "essay", None, "Trình bày các bước nộp hồ sơ trực tuyến.\na) Chuẩn bị gì?\nb) Nộp ở đâu?"),
    ]


ODD: dict[str, Callable[[], Made]] = {
    make.__name__: make
    for make in (
        legacy_fonts,
        tracked_changes,
        shared_texts,
        questions_in_a_table,
        emphasis,
        several_and_shorthand,
        matching_and_essay,
    )
}
