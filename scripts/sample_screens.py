"""Pictures of the sample bank that show screens: a browser, a letter by mail, a form, lists, a network, commands of a word processor."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.sample_drawing import BLUE, BOLD, INK, LINE, PALE, Canvas, Style

GREY = "#5a626b"
SMALL = Style(14, colour=GREY)


def address_bar() -> Canvas:
    """A sign-in page whose address begins like a real one; the domain that was really registered is in the middle."""
    canvas = Canvas(700, 300)
    canvas.box(1, 1, 698, 298, "#ffffff", INK, 8)
    canvas.box(1, 1, 698, 74, PALE, INK, 8)
    canvas.box(14, 8, 190, 28, "#ffffff", LINE, 6)
    canvas.text(26, 27, "Cổng Dịch vụ công", Style(14))
    canvas.box(14, 40, 672, 28, "#ffffff", LINE, 14)
    canvas.path("M28 53 v-4 a5 5 0 0 1 10 0 v4 M26 53 h14 v10 h-14 z", "none", INK)
    x = 52
    for words, length in (
        ("https://", 60),
        ("dichvucong.gov.vn", 138),
        (".hoso-truc-tuyen.example", 196),
        ("/dang-nhap", 86),
    ):
        canvas.text(x, 60, words, Style(16, length=length))
        x += length
    canvas.text(350, 116, "CỔNG DỊCH VỤ CÔNG", Style(22, True, anchor="middle", colour=BLUE))
    for y, words in ((140, "Số định danh cá nhân"), (190, "Mật khẩu")):
        canvas.box(200, y, 300, 36, "#ffffff", LINE, 4)
        canvas.text(212, y + 24, words, Style(16, colour=GREY))
    canvas.box(200, 242, 300, 38, BLUE, BLUE, 4)
    canvas.text(350, 267, "Đăng nhập", Style(16, True, anchor="middle", colour="#ffffff"))
    return canvas


def letter_by_mail() -> Canvas:
    """A letter that is after a password: its sender's address, its threat, where its button leads."""
    canvas = Canvas(700, 360)
    canvas.box(1, 1, 698, 358, "#ffffff", INK, 8)
    canvas.box(1, 1, 698, 40, PALE, INK, 8)
    canvas.text(18, 27, "Hộp thư đến", BOLD)
    canvas.text(18, 70, "Về việc hồ sơ trực tuyến của ông/bà", Style(20, True))
    canvas.text(18, 102, "Từ:", SMALL)
    canvas.text(52, 102, "Phòng Công nghệ thông tin", Style(15, True, length=196))
    canvas.text(256, 102, "<hotro@so-noi-vu-gov.example>", Style(15, length=238))
    canvas.text(590, 102, "Thứ Tư, 09:12", SMALL)
    canvas.line(18, 118, 682, 118)
    canvas.text(18, 150, "Kính gửi ông/bà,")
    canvas.text(18, 178, "Hệ thống một cửa điện tử được nâng cấp trong tuần này.")
    canvas.text(
        18, 206, "Nếu không xác nhận mật khẩu trong 30 phút, tài khoản sẽ bị khóa vĩnh viễn.", Style(16, length=560)
    )
    canvas.box(18, 226, 190, 38, BLUE, BLUE, 4)
    canvas.text(113, 250, "Xác nhận tài khoản", Style(16, True, anchor="middle", colour="#ffffff"))
    canvas.path("M150 256 l0 18 l5 -5 l4 8 l4 -2 l-4 -8 l7 -1 z", "#ffffff", INK)
    canvas.box(178, 270, 250, 28, "#fffbe0", INK, 3)
    canvas.text(188, 289, "http://203.0.113.27/xac-nhan", Style(15, length=210))
    canvas.text(18, 330, "Trân trọng cảm ơn.")
    return canvas


def form_online() -> Canvas:
    """A form with one required field that is filled in wrongly: ten digits where there must be twelve."""
    canvas = Canvas(700, 330)
    canvas.box(1, 1, 698, 328, "#ffffff", INK, 8)
    canvas.text(24, 36, "Tờ khai điện tử", Style(20, True, colour=BLUE))
    canvas.text(676, 36, "(*) Bắt buộc nhập", Style(14, anchor="end", colour=GREY))
    fields = [
        ("Họ và tên *", "NGUYỄN VĂN A"), ("Ngày sinh *", "05/09/1990"), ("Số định danh cá nhân *", "0790900123"),
        ("Số điện thoại *", "0900000123"), ("Thư điện tử", ""), ("Nơi thường trú *", "Số 1, đường Số 2, phường X"),
    ]  # fmt: skip
    for place, (name, value) in enumerate(fields):
        x, y = 24 + 340 * (place % 2), 62 + 70 * (place // 2)
        canvas.text(x, y + 14, name, Style(15))
        canvas.box(x, y + 22, 312, 34, "#ffffff", LINE, 4)
        canvas.text(x + 10, y + 45, value)
    canvas.box(25, 278, 18, 18, "#ffffff", INK)
    canvas.path("M28 287 l5 5 l8 -10", "none", INK)
    canvas.text(52, 293, "Tôi cam đoan nội dung khai là đúng sự thật")
    canvas.box(536, 270, 140, 38, BLUE, BLUE, 4)
    canvas.text(606, 294, "Gửi hồ sơ", Style(16, True, anchor="middle", colour="#ffffff"))
    return canvas


def _list(canvas: Canvas, top: int, lefts: Sequence[int], rows: Sequence[tuple[str, ...]], height: int = 42) -> None:
    for number, row in enumerate(rows):
        y = top + number * height
        canvas.box(16, y, canvas.width - 32, height, PALE if number == 0 else "#ffffff")
        for left, cell in zip(lefts, row, strict=True):
            canvas.text(left, y + 27, cell, Style(15, bold=number == 0))


def list_of_dossiers() -> Canvas:
    """Five dossiers on a day; one of them is late and not finished."""
    canvas = Canvas(700, 310)
    canvas.box(1, 1, 698, 308, "#ffffff", INK, 8)
    canvas.text(18, 34, "Hồ sơ đang theo dõi", Style(18, True, colour=BLUE))
    canvas.text(682, 34, "Hôm nay: 20/11/2026", Style(15, True, anchor="end"))
    rows = [
        ("Hồ sơ", "Hẹn trả", "Trạng thái", "Ngày trả"), ("HS-01", "17/11/2026", "Đã trả kết quả", "16/11/2026"),
        ("HS-02", "20/11/2026", "Đang thẩm định", ""), ("HS-03", "18/11/2026", "Chờ phê duyệt", ""),
        ("HS-04", "19/11/2026", "Đã trả kết quả", "19/11/2026"), ("HS-05", "24/11/2026", "Đang thẩm định", ""),
    ]  # fmt: skip
    _list(canvas, 48, (30, 140, 300, 520), rows)
    return canvas


def signatures() -> Canvas:
    """Three signatures on a document; one was made after its certificate had ended."""
    canvas = Canvas(700, 262)
    canvas.box(1, 1, 698, 260, "#ffffff", INK, 8)
    canvas.text(18, 34, "Các chữ ký số trên văn bản", Style(18, True, colour=BLUE))
    rows = [
        ("Người ký", "Hiệu lực của chứng thư", "Thời điểm ký"),
        ("Trưởng phòng", "10/05/2024 - 10/05/2027", "09:15 ngày 16/03/2026"),
        ("Phó Giám đốc", "01/02/2023 - 01/02/2026", "10:40 ngày 16/03/2026"),
        ("Sở (cơ quan)", "20/09/2025 - 20/09/2030", "14:05 ngày 16/03/2026"),
    ]
    _list(canvas, 48, (30, 190, 450), rows, 50)
    return canvas


def network() -> Canvas:
    """A network in four zones behind a firewall."""
    canvas = Canvas(700, 330)
    canvas.box(270, 10, 160, 44, PALE, INK, 22)
    canvas.text(350, 38, "Internet", Style(16, True, anchor="middle"))
    canvas.line(350, 54, 350, 80, INK, 2)
    canvas.box(250, 80, 200, 44, "#fbe3d6", INK)
    canvas.text(350, 108, "Tường lửa", Style(16, True, anchor="middle"))
    canvas.line(90, 160, 610, 160, INK, 2)
    canvas.line(350, 124, 350, 160, INK, 2)
    zones = [
        ("Vùng công khai", "(DMZ)"), ("Vùng máy chủ", "nội bộ"), ("Vùng máy trạm", "công chức"), ("Wi-Fi dành cho", "khách"),
    ]  # fmt: skip
    for place, (one, two) in enumerate(zones):
        x = 15 + 173 * place
        canvas.line(x + 75, 160, x + 75, 190, INK, 2)
        canvas.box(x, 190, 150, 120, "#f4f7f9", BLUE, 6)
        canvas.text(x + 75, 244, one, Style(16, True, anchor="middle"))
        canvas.text(x + 75, 268, two, Style(16, anchor="middle"))
    return canvas


def commands() -> Canvas:
    """Four ways to align a paragraph, as buttons of a word processor show them, beside others."""
    canvas = Canvas(640, 110)
    canvas.box(1, 1, 638, 108, PALE, INK, 6)
    for place, letter in enumerate("BIU"):
        x = 16 + 62 * place
        canvas.box(x, 26, 56, 56, "#ffffff", LINE, 4)
        canvas.text(x + 28, 62, letter, Style(24, letter == "B", letter == "I", "middle"))
    canvas.line(158, 68, 178, 68, INK, 2)
    kinds = [(0, (34, 22, 34, 18)), (1, (34, 22, 34, 18)), (2, (34, 22, 34, 18)), (0, (34, 34, 34, 34))]
    for place, (side, widths) in enumerate(kinds):
        x = 232 + 62 * place
        canvas.box(x, 26, 56, 56, "#ffffff", LINE, 4)
        for row, width in enumerate(widths):
            start = x + 11 + (34 - width) * side // 2
            canvas.line(start, 40 + row * 9, start + width, 40 + row * 9, INK, 3)
    for place in range(2):
        x = 506 + 62 * place
        canvas.box(x, 26, 56, 56, "#ffffff", LINE, 4)
        for row in range(3):
            mark = Style(13, True, anchor="middle")
            canvas.text(x + 13, 46 + row * 13, str(row + 1) if place else "•", mark)
            canvas.line(x + 22, 42 + row * 13, x + 46, 42 + row * 13, INK, 3)
    return canvas


PICTURES = {
    "thanh-dia-chi.svg": address_bar,
    "thu-dien-tu.svg": letter_by_mail,
    "to-khai-dien-tu.svg": form_online,
    "danh-sach-ho-so.svg": list_of_dossiers,
    "cac-chu-ky-so.svg": signatures,
    "so-do-mang.svg": network,
    "nut-lenh-doan-van.svg": commands,
}
