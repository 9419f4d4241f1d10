"""The sample task `cong-van`: an official letter to be laid out under Decree 30/2020/NĐ-CP. What candidates get, and how it must look in the end."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.administrative_parts import Page, Set, Type, columns, document, letters, line, paragraph

# What differs from candidate to candidate stands in the files as `${name}` and is filled in for each (docs/practical.md §2).
COMMUNE, NUMBER, DAY, TERM = "${xa}", "${so}", "${ngay:long}", "${han:short}"
COUNCIL, COUNCIL_SHORT = "Ủy ban nhân dân xã", "UBND xã"
SUBJECT = "V/v cử người tham gia Tổ công nghệ số cộng đồng"
ADDRESSEES = (
    "- Các ban, ngành, đoàn thể của xã;",
    "- Các trường học trên địa bàn xã;",
    "- Các trưởng thôn.",
)  # fmt: skip
DEADLINE = f"trước ngày {TERM}"
BODY = (
    (
        "Để hướng dẫn người dân nộp hồ sơ trực tuyến và sử dụng các dịch vụ số thiết yếu, Ủy ban nhân dân xã thành lập Tổ công nghệ số cộng đồng tại các thôn. Mỗi tổ có từ năm"
        " đến bảy thành viên, do trưởng thôn làm tổ trưởng."
    ),
    (
        "Ủy ban nhân dân xã đề nghị các cơ quan, đơn vị, trường học và các trưởng thôn cử người tham gia. Người được cử phải sử dụng thành thạo điện thoại thông minh, có"
        " thời gian và nhiệt tình hướng dẫn người cao tuổi, người khuyết tật."
    ),
    (
        f"Danh sách người tham gia gửi về Phòng Văn hóa - Xã hội {DEADLINE} để tổng hợp. Quá thời hạn trên, cơ quan, đơn vị không gửi danh sách được coi là không cử người"
        " tham gia."
    ),
    "Đề nghị các cơ quan, đơn vị, trường học và các trưởng thôn phối hợp thực hiện. Mọi vướng mắc xin phản ánh về Phòng Văn hóa - Xã hội để được giải đáp.",
)
RECIPIENTS = ("- Như trên;", "- Thường trực Đảng ủy (để báo cáo);", "- Chủ tịch, các Phó Chủ tịch;")
FILE_COPY = "- Lưu: VT, VHXH."
_TEXT = Set("justify", first_mm=10, before_pt=6, lines=1.2)
_MIDDLE, _BOLD = Set("center"), Type(14, bold=True)


def letter_start() -> bytes:
    """The words of the letter without any form, on another paper."""
    type_, set_ = Type(11, colour="1F3864", font="Arial"), Set(lines=2)
    page = Page(215.9, 279.4, 12.7, 12.7, 12.7, 12.7, numbered=False)
    return document([paragraph(_raw(one), type_, set_) for one in BODY], page, type_)


def _raw(text: str) -> str:
    """Words as somebody in a hurry typed them: short forms, and two spaces behind a comma."""
    return text.replace(COUNCIL, COUNCIL_SHORT).replace(", ", ",  ")


def letter_solution() -> bytes:
    """The letter as the decree has it."""
    return document([*_head(), *_body(), _foot()], Page(top=22, bottom=22, right=18), Type(14), Type(13))


def _head() -> Iterator[str]:
    first = [
        paragraph("ỦY BAN NHÂN DÂN", Type(13, bold=True), _MIDDLE)
        + paragraph(f"Xã {COMMUNE}", Type(13, bold=True, caps=True), _MIDDLE, line(1, 12)),
        paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Type(12, bold=True), _MIDDLE)
        + paragraph("Độc lập - Tự do - Hạnh phúc", Type(13, bold=True), _MIDDLE, line(2, 57)),
    ]
    second = [
        paragraph(f"Số: {NUMBER}/UBND-VHXH", Type(13), Set("center", before_pt=8))
        + paragraph(SUBJECT, Type(12), Set("center", before_pt=6)),
        paragraph(f"{COMMUNE}, {DAY}", Type(14, italic=True), Set("center", before_pt=8)),
    ]
    yield columns([first, second], (64, 98))


def _body() -> Iterator[str]:
    yield paragraph("Kính gửi:", Type(14), Set("left", first_mm=40, before_pt=18))
    yield from (paragraph(one, Type(14), Set("left", first_mm=60, before_pt=3)) for one in ADDRESSEES)
    for one in BODY:
        before, term, behind = one.partition(DEADLINE)
        yield paragraph(
            "".join(letters(text, Type(14, bold=text is term)) for text in (before, term, behind) if text),
            Type(14),
            _TEXT,
        )


def _foot() -> str:
    left = paragraph("Nơi nhận:", Type(12, bold=True, italic=True))
    left += "".join(paragraph(one, Type(11)) for one in (*RECIPIENTS, FILE_COPY))
    right = "".join(paragraph(one, _BOLD, _MIDDLE) for one in ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
    right += paragraph("", Type(14), _MIDDLE) * 3 + paragraph("Nguyễn Văn A", _BOLD, _MIDDLE)
    return paragraph("", Type(14)) + columns([[left, right]], (80, 82))
