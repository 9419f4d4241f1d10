"""The sample task `ke-hoach`: a plan to be laid out under Decree 30/2020/NĐ-CP. What candidates get, and how it must look in the end."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.administrative_parts import Page, Set, Type, columns, document, line, paragraph

# What differs from candidate to candidate stands in the files as `${name}` and is filled in for each (docs/practical.md §2).
PROVINCE, NUMBER, DAY = "${tinh}", "${so}", "${ngay:long}"
SYSTEM, SYSTEM_SHORT = "hệ thống quản lý văn bản và điều hành", "HTQLVB"
SUBJECT = "Nâng cao kỹ năng số cho công chức, viên chức"
GROUNDS = (
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    (
        "Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ về thực hiện thủ tục hành chính theo cơ chế một cửa, một cửa liên"
        " thông tại Bộ phận Một cửa và Cổng Dịch vụ công quốc gia."
    ),
)
OPENING = "Sở Nội vụ ban hành Kế hoạch nâng cao kỹ năng số cho công chức, viên chức của các đơn vị trực thuộc như sau:"
# What a line is: a heading, a clause with a title, a point, plain text, the table.
HEADING, CLAUSE, POINT, PLAIN, TABLE = "heading", "clause", "point", "plain", "table"
BODY: tuple[tuple[str, str], ...] = (
    (HEADING, "I. Mục đích, yêu cầu"),
    (CLAUSE, "1. Mục đích"),
    (PLAIN, ("Giúp công chức, viên chức sử dụng thành thạo phần mềm văn phòng, hệ thống quản lý văn bản và điều hành, hệ thống thông tin giải quyết thủ tục hành chính"
            " và chữ ký số trong công việc hằng ngày; giảm số văn bản bị trả lại vì sai thể thức và số hồ sơ giải quyết quá hạn.")),
    (CLAUSE, "2. Yêu cầu"),
    (POINT, "a) Nội dung sát với vị trí việc làm, lấy tình huống từ công việc thật của từng đơn vị;"),
    (POINT, "b) Mỗi người học đủ số buổi, làm đủ bài thực hành và được kiểm tra trên máy tính;"),
    (POINT, "c) Việc học không làm gián đoạn việc tiếp nhận hồ sơ và trả kết quả cho tổ chức, cá nhân;"),
    (POINT, "d) Kết quả kiểm tra được lưu trong hồ sơ đào tạo, bồi dưỡng của từng người;"),
    (POINT, "đ) Kinh phí được sử dụng đúng mục đích, tiết kiệm."),
    (HEADING, "II. Nội dung và tiến độ"),
    (PLAIN, ("Chương trình gồm bốn chuyên đề. Mỗi chuyên đề có phần hướng dẫn, phần thực hành trên máy tính không nối mạng và phần kiểm tra cuối chuyên đề. Tiến độ thực hiện"
            " như sau:")),
    (TABLE, ""),
    (PLAIN, ("Sau mỗi chuyên đề, đơn vị tổ chức lớp học lấy ý kiến của người học và điều chỉnh bài thực hành của chuyên đề tiếp theo. Người chưa đạt được kiểm tra lại một lần trong"
            " vòng mười ngày làm việc.")),
    (HEADING, "III. Tổ chức thực hiện"),
    (CLAUSE, "1. Văn phòng Sở"),
    (PLAIN, ("Chủ trì, phối hợp với các đơn vị lập danh sách người học, bố trí phòng máy, in tài liệu và thông báo lịch học chậm nhất năm ngày làm việc trước ngày khai giảng. Tổng hợp"
            " kết quả và báo cáo Giám đốc Sở sau khi kết thúc chuyên đề cuối cùng trên hệ thống quản lý văn bản và điều hành.")),
    (CLAUSE, "2. Các đơn vị trực thuộc"),
    (PLAIN, ("Cử người đi học đúng thành phần, sắp xếp công việc để người học tham gia đầy đủ và chịu trách nhiệm về kết quả của đơn vị mình. Khi có vướng mắc, đơn vị phản ánh về Văn phòng"
            " Sở để được hướng dẫn kịp thời.")),
)  # fmt: skip
ROWS = (
    ("STT", "Chuyên đề", "Đơn vị chủ trì", "Số buổi"),
    ("1", "Soạn thảo và trình bày văn bản hành chính", "Văn phòng Sở", "4"),
    ("2", "Bảng tính trong tổng hợp, báo cáo", "Phòng Kế hoạch - Tài chính", "3"),
    ("3", "Xử lý hồ sơ trên hệ thống một cửa", "Phòng Cải cách hành chính", "3"),
    ("4", "Chữ ký số và an toàn thông tin", "Văn phòng Sở", "2"),
)
RECIPIENTS = ("- Ủy ban nhân dân tỉnh (để báo cáo);", "- Các đơn vị trực thuộc;", "- Giám đốc, các Phó Giám đốc Sở;")
FILE_COPY = "- Lưu: VT, VP."
_TEXT = Set("justify", first_mm=12.7, before_pt=6, lines=1.15)
_HEADS = Set("justify", first_mm=12.7, before_pt=6, lines=1.15, keep=True)
_MIDDLE, _BOLD = Set("center"), Type(14, bold=True)
_WIDTHS = (14, 74, 52, 20)


def plan_start() -> bytes:
    """Text without any form: another paper, narrow margins, one font, blue, double lines."""
    type_, set_ = Type(11, colour="1F3864", font="Arial"), Set(lines=2)
    blocks = [paragraph(_raw(one), type_, set_) for one in (*GROUNDS, OPENING)]
    for kind, text in BODY:
        rows = [" | ".join(row) for row in ROWS] if kind == TABLE else [text]
        blocks += [paragraph(_raw(one), type_, set_) for one in rows]
    page = Page(215.9, 279.4, 12.7, 12.7, 12.7, 12.7, numbered=False)
    return document(blocks, page, type_)


def _raw(text: str) -> str:
    """Words as somebody in a hurry typed them: short forms, and two spaces behind a comma."""
    return text.replace(SYSTEM, SYSTEM_SHORT).replace(", ", ",  ")


def plan_solution() -> bytes:
    """The plan as the decree has it."""
    return document([*_head(), *_body(), _foot()], Page(), Type(14), Type(14))


def _head() -> Iterator[str]:
    left = (
        paragraph(f"Ủy ban nhân dân tỉnh {PROVINCE}", Type(13, caps=True), _MIDDLE)
        + paragraph("SỞ NỘI VỤ", Type(13, bold=True), _MIDDLE, line(1, 12))
        + paragraph(f"Số: {NUMBER}/KH-SNV", Type(13), Set("center", before_pt=8))
    )
    right = (
        paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Type(12, bold=True), _MIDDLE)
        + paragraph("Độc lập - Tự do - Hạnh phúc", Type(13, bold=True), _MIDDLE, line(2, 57))
        + paragraph(f"{PROVINCE}, {DAY}", Type(14, italic=True), Set("center", before_pt=8))
    )
    yield columns([[left, right]], (62, 98))
    yield paragraph("KẾ HOẠCH", _BOLD, Set("center", before_pt=18))
    yield paragraph(SUBJECT, _BOLD, _MIDDLE, line(3, 38))
    yield from (paragraph(one, Type(14, italic=True), Set("justify", 12.7, 12 if at == 0 else 6, lines=1.15)) for at, one in enumerate(GROUNDS))  # fmt: skip
    yield paragraph(OPENING, Type(14), _TEXT)


def _body() -> Iterator[str]:
    for kind, text in BODY:
        if kind == TABLE:
            yield columns([[_cell(word, at == 0, place) for place, word in enumerate(row)] for at, row in enumerate(ROWS)], _WIDTHS, ruled=True, heads=1)  # fmt: skip
        elif kind == HEADING:
            yield paragraph(text.upper(), _BOLD, _HEADS)
        else:
            yield paragraph(text, _BOLD if kind == CLAUSE else Type(14), _HEADS if kind == CLAUSE else _TEXT)


def _cell(text: str, head: bool, place: int) -> str:
    return paragraph(text, Type(13, bold=head), Set("center" if head or place in (0, 3) else "left", before_pt=2, after_pt=2))  # fmt: skip


def _foot() -> str:
    left = paragraph("Nơi nhận:", Type(12, bold=True, italic=True))
    left += "".join(paragraph(one, Type(11)) for one in (*RECIPIENTS, FILE_COPY))
    right = paragraph("GIÁM ĐỐC", _BOLD, _MIDDLE) + paragraph("", Type(14), _MIDDLE) * 3
    right += paragraph("Nguyễn Văn A", _BOLD, _MIDDLE)
    return paragraph("", Type(14)) + columns([[left, right]], (80, 80))
