"""Pictures of the sample bank that show documents: the layout of Decree 30/2020/NĐ-CP, Annex I, and a letter with mistakes."""

from __future__ import annotations

from scripts.sample_drawing import BLUE, INK, SERIF, Canvas, Style

LABEL = Style(20, True, anchor="middle", colour=BLUE)


def _page(width: int, height: int) -> Canvas:
    canvas = Canvas(width, height)
    canvas.box(1, 1, width - 2, height - 2, "#ffffff", INK)
    return canvas


def _lines(canvas: Canvas, x: int, y: int, width: int, count: int) -> None:
    """Lines that stand for words."""
    for n in range(count):
        canvas.line(x, y + n * 16, x + (width if n < count - 1 else width * 2 // 3), y + n * 16, "#b5bcc4", 5)


def layout_of_a_decision() -> Canvas:
    """Eight zones of a document with a named kind, numbered so that no number is the annex's own."""
    canvas = _page(620, 430)
    zones = [
        ("5", 24, 20, 250, 56), ("2", 316, 20, 280, 56), ("8", 24, 86, 250, 34), ("3", 316, 86, 280, 34),
        ("6", 150, 138, 320, 56), ("1", 24, 210, 572, 100), ("7", 24, 330, 220, 80), ("4", 346, 330, 250, 80),
    ]  # fmt: skip
    for number, x, y, w, h in zones:
        canvas.box(x, y, w, h, "#f4f7f9", BLUE)
        canvas.text(x + w // 2, y + h // 2 + 7, f"({number})", LABEL)
    return canvas


def layout_of_a_letter() -> Canvas:
    """Empty zones of an official letter; the candidate knows which is which."""
    canvas = _page(620, 400)
    zones = [
        (24, 18, 250, 52), (316, 18, 280, 52), (24, 80, 250, 30), (316, 80, 280, 30), (24, 118, 250, 44),
        (150, 176, 320, 30), (24, 304, 220, 80), (346, 304, 250, 80),
    ]  # fmt: skip
    for x, y, w, h in zones:
        canvas.box(x, y, w, h, "#f4f7f9", BLUE)
    canvas.box(24, 218, 572, 74, "#f4f7f9", BLUE)
    _lines(canvas, 40, 236, 540, 3)
    return canvas


def letter_with_mistakes() -> Canvas:
    """An official letter with three mistakes: its symbol, its day, the authority of who signs."""
    canvas = _page(680, 430)
    serif = SERIF
    canvas.text(170, 38, "ỦY BAN NHÂN DÂN TỈNH LÂM ĐỒNG", Style(14, anchor="middle", family=serif, length=264))
    canvas.text(170, 58, "SỞ NỘI VỤ", Style(14, True, anchor="middle", family=serif, length=84))
    canvas.line(148, 64, 192, 64, INK)
    motto = Style(14, True, anchor="middle", family=serif, length=312)
    canvas.text(500, 38, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", motto)
    canvas.text(500, 58, "Độc lập - Tự do - Hạnh phúc", Style(15, True, anchor="middle", family=serif, length=200))
    canvas.line(400, 64, 600, 64, INK)
    canvas.text(170, 96, "Số: 45/CV-SNV", Style(15, anchor="middle", family=serif, length=112))
    date = Style(15, italic=True, anchor="middle", family=serif, length=240)
    canvas.text(500, 96, "Lâm Đồng, ngày 8 tháng 4 năm 2026", date)
    subject = Style(14, anchor="middle", family=serif)
    canvas.text(170, 118, "V/v báo cáo kết quả số hóa", subject)
    canvas.text(170, 136, "hồ sơ quý I năm 2026", subject)
    canvas.text(330, 172, "Kính gửi: Ủy ban nhân dân các xã, phường.", Style(16, anchor="middle", family=serif))
    body = Style(15, family=serif)
    canvas.text(70, 202, "Sở Nội vụ đề nghị Ủy ban nhân dân các xã, phường báo cáo kết quả số hóa hồ sơ", body)
    canvas.text(40, 224, "quý I năm 2026, gửi về Sở trước ngày 20 tháng 4 năm 2026 để tổng hợp./.", body)
    canvas.text(40, 268, "Nơi nhận:", Style(14, True, True, family=serif, length=62))
    canvas.text(40, 288, "- Như trên;", Style(13, family=serif))
    canvas.text(40, 306, "- Lưu: VT, VP.", Style(13, family=serif))
    sign = Style(15, True, anchor="middle", family=serif, length=124)
    canvas.text(500, 268, "TL. GIÁM ĐỐC", sign)
    canvas.text(500, 290, "PHÓ GIÁM ĐỐC", sign)
    canvas.text(500, 340, "(chữ ký, dấu)", Style(14, italic=True, anchor="middle", family=serif, colour="#5a626b"))
    canvas.text(500, 396, "Nguyễn Văn A", Style(15, True, anchor="middle", family=serif, length=100))
    return canvas


PICTURES = {
    "the-thuc-co-ten-loai.svg": layout_of_a_decision,
    "the-thuc-cong-van.svg": layout_of_a_letter,
    "cong-van-ba-loi.svg": letter_with_mistakes,
}
