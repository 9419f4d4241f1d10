"""The task “gioi-thieu-dich-vu-cong”: an introduction to online public services, raw and finished."""

from __future__ import annotations

import io
from typing import Any, Final

from PIL import Image, ImageDraw

from scripts.presentation_motion import Play, timing
from scripts.presentation_parts import placeholder
from scripts.presentations import Deck, Page, body, paragraph, picture, table, title, write

_LOOK: Final = (
    'b="1" sz="3600"|<a:solidFill><a:srgbClr val="1F3864"/></a:solidFill><a:latin typeface="Times New Roman"/>'
)
_NUMBER: Final = '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="vi-VN"/><a:t>2</a:t></a:fld></a:p>'
_FOOT: Final = placeholder(21, "Footer", "ftr", "", paragraph("UBND xã ${xa}"), 11) + placeholder(
    22, "Number", "sldNum", "", _NUMBER, 12
)
_STEPS: Final = (
    "Chuẩn bị bản chụp giấy tờ",
    "Đăng nhập bằng tài khoản định danh điện tử",
    "Điền tờ khai điện tử",
    "Nộp hồ sơ và theo dõi kết quả",
)
_PORTAL: Final = "Cổng Dịch vụ công quốc gia"
_FADE: Final = '<p:transition spd="med"><p:fade/></p:transition>'


def _drawing() -> bytes:
    """A screen with a form, in four colours."""
    image = Image.new("RGB", (480, 320), "#DEEBF7")
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 30, 420, 230), "#FFFFFF", "#1F3864", 6)
    for at in range(4):
        pen.rectangle((90, 60 + 40 * at, 130, 80 + 40 * at), "#2E75B6")
        pen.rectangle((150, 64 + 40 * at, 390, 76 + 40 * at), "#BFBFBF")
    pen.rectangle((200, 236, 280, 280), "#1F3864")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _fees(fee: str) -> str:
    rows = [
        ["Thủ tục", "Phí (đồng)", "Thời hạn"],
        ["Chứng thực bản sao", "2.000", "Trong ngày"],
        ["Cấp bản sao trích lục hộ tịch", fee, "Trong ngày"],
        ["Xác nhận tình trạng hôn nhân", "15.000", "03 ngày làm việc"],
    ]
    return table(4, (20, 55, 298, 70), rows)


def _deck(pages: list[Page], author: str) -> bytes:
    return write(
        Deck(
            pages,
            properties={"title": "Dịch vụ công trực tuyến", "creator": author},
            parts={"ppt/media/image1.png": _drawing()},
        )
    )


def start() -> bytes:
    """What the candidate gets."""
    benefits = body(
        "Tiết kiệm thời gian", "Nộp hồ sơ 24 giờ mỗi ngày", "Không phải đi lại nhiều lần", "Công khai, minh bạch"
    )
    small = "".join(paragraph(one, run='sz="1600"') for one in _STEPS)
    pages = [
        Page("title", title("Tiêu đề bài trình chiếu", kind="ctrTitle") + body("Đơn vị trình bày", sort="subTitle")),
        Page(
            "content",
            title("Kênh hỗ trợ") + body("Gặp trực tiếp tại Bộ phận Một cửa", "Gọi điện thoại trong giờ làm việc"),
        ),
        Page("content", title("Lợi ích") + benefits),
        Page("content", title("Các bước nộp hồ sơ") + placeholder(3, "Content 3", "", "", small, 1)),
        Page("only", title("Phí và thời hạn") + _fees("")),
        Page(
            "content",
            title("Nộp hồ sơ ở đâu")
            + body(_PORTAL, "Bộ phận Một cửa của xã")
            + picture(5, "Picture 4", "rId9", (20, 105, 60, 40)),
            relations=[("rId9", "image", "../media/image1.png")],
        ),
    ]
    return _deck(pages, "Bộ phận Một cửa")


def _finished(name: str, shapes: str, layout: str = "content", **more: Any) -> Page:
    """A slide after the first as it should be: title, foot and transition."""
    return Page(layout, title(name, _LOOK) + shapes + _FOOT, transition=_FADE, **more)


def _where() -> Page:
    """The slide with the link and the picture."""
    linked = f'<a:p><a:r><a:rPr lang="vi-VN"><a:hlinkClick r:id="rId8"/></a:rPr><a:t>{_PORTAL}</a:t></a:r></a:p>'
    lines = placeholder(3, "Content 3", "", "", linked + paragraph("Bộ phận Một cửa của xã"), 1)
    shown = picture(5, "Picture 4", "rId9", (225, 105, 90, 60), "Màn hình tờ khai điện tử trên Cổng Dịch vụ công")
    return _finished(
        "Nộp hồ sơ ở đâu", lines + shown, timing=timing([Play(5, preset=10)]),
        relations=[("rId8", "hyperlink", "https://dichvucong.gov.vn/"), ("rId9", "image", "../media/image1.png")],
    )  # fmt: skip


def solution() -> bytes:
    """What earns all the points."""
    benefits = body(
        "Tiết kiệm thời gian",
        ("Nộp hồ sơ 24 giờ mỗi ngày", 1),
        ("Không phải đi lại nhiều lần", 1),
        "Công khai, minh bạch",
    )
    number = (
        '<a:pPr marL="457200" indent="-457200"><a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"/></a:pPr>'
    )
    steps = "".join(paragraph(one, run='sz="2400"').replace("<a:pPr/>", number) for one in _STEPS)
    opening = title("Dịch vụ công trực tuyến xã ${xa}", _LOOK, "ctrTitle")
    pages = [
        Page("title", opening + body("Bộ phận Một cửa, ngày ${ngay:short}", sort="subTitle"), transition=_FADE),
        _finished("Lợi ích", benefits, notes="Nhấn mạnh: nộp hồ sơ được cả ngày nghỉ"),
        _finished("Các bước nộp hồ sơ", placeholder(3, "Content 3", "", "", steps, 1)),
        _finished("Phí và thời hạn", _fees("${phi}.000"), "only"),
        _where(),
        _finished("Kênh hỗ trợ", body("Gặp trực tiếp tại Bộ phận Một cửa", "Gọi điện thoại trong giờ làm việc")),
    ]
    return _deck(pages, "Bộ phận Một cửa")
