"""Questions for the example files: choices, statements, short answers about ordinary school matter, all our own words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with four options and the place of the right one."""

    stem: str
    options: tuple[str, str, str, str]
    right: int

    @property
    def letter(self) -> str:
        """Of the right one."""
        return "ABCD"[self.right]


@dataclass(frozen=True, slots=True)
class Statements:
    """Four statements, and of each whether it is true."""

    stem: str
    statements: tuple[str, str, str, str]
    truths: tuple[bool, bool, bool, bool]

    @property
    def letters(self) -> list[str]:
        """Of the true ones."""
        return [letter for letter, truth in zip("abcd", self.truths, strict=True) if truth]


CHOICES = (
    Choice("Thiết bị nào sau đây là thiết bị vào của máy tính?", ("Máy in", "Bàn phím", "Loa", "Màn hình"), 1),
    Choice("1 byte bằng bao nhiêu bit?", ("2", "4", "8", "16"), 2),
    Choice("Phần mềm nào dùng để soạn thảo văn bản?", ("Trình duyệt web", "Bảng tính", "Hệ điều hành", "Word"), 3),
    Choice("Trong bảng tính, công thức bắt đầu bằng dấu nào?", ("=", "&", "#", "?"), 0),
    Choice("Mạng LAN là mạng có phạm vi thế nào?", ("Toàn cầu", "Một tòa nhà", "Một quốc gia", "Nhiều châu lục"), 1),
    Choice(
        "Cổng thông tin một cửa quốc gia dùng để làm gì?",
        ("Mua sắm trực tuyến", "Xem phim", "Nộp hồ sơ thủ tục hành chính", "Nhắn tin"),
        2,
    ),
    Choice("Mật khẩu nào sau đây an toàn nhất?", ("123456", "ngaysinh", "matkhau", "T7#qLw!92v"), 3),
    Choice("Phím tắt để sao chép là phím nào?", ("Ctrl + C", "Ctrl + V", "Ctrl + X", "Ctrl + Z"), 0),
    Choice(
        "Địa chỉ nào là một địa chỉ thư điện tử?",
        ("www.viettin.example", "an@viettin.example", "192.168.1.10", "C:\\Tailieu"),
        1,
    ),
    Choice("Tệp có phần mở rộng .xlsx thường là tệp gì?", ("Âm thanh", "Hình ảnh", "Bảng tính", "Trình chiếu"), 2),
    Choice("Số nào trong hệ nhị phân có giá trị bằng 5?", ("100", "110", "111", "101"), 3),
    Choice("Thư rác trong tiếng Anh gọi là gì?", ("Spam", "Cookie", "Cache", "Proxy"), 0),
)
STATEMENTS = (
    Statements(
        "Về an toàn thông tin trên mạng:",
        (
            "Nên dùng một mật khẩu cho mọi tài khoản",
            "Xác thực hai lớp giúp bảo vệ tài khoản tốt hơn",
            "Có thể mở mọi tệp đính kèm của người lạ",
            "Cần cập nhật hệ điều hành thường xuyên",
        ),
        (False, True, False, True),
    ),
    Statements(
        "Về văn bản hành chính:",
        (
            "Khổ giấy dùng cho văn bản là A4",
            "Quốc hiệu đặt ở cuối văn bản",
            "Số của văn bản ghi bằng chữ số Ả Rập",
            "Nơi nhận ghi ở góc dưới bên trái",
        ),
        (True, False, True, True),
    ),
)
SHORT = (
    ("Một ổ đĩa 2 GB chứa được bao nhiêu tệp, mỗi tệp 0,5 GB?", "4"),
    ("Giá trị của biểu thức 2,5 × 5 bằng bao nhiêu?", "12,5"),
)
