"""The task “bao-cao-quy”: the report of a quarter, raw and finished."""

from __future__ import annotations

from typing import Final

from scripts.presentation_parts import master, placeholder
from scripts.presentations import Deck, Page, body, chart, chart_part, paragraph, shape, table, title, write

_MONTHS: Final = ("Tháng thứ nhất", "Tháng thứ hai", "Tháng thứ ba")
_SERIES: Final = {"Tiếp nhận": [320, 355, 410], "Đúng hạn": [311, 350, 402]}
_HARD: Final = (
    "Một số hồ sơ nộp trực tuyến thiếu giấy tờ",
    "Đường truyền ở các thôn xa còn chậm",
    "Người cao tuổi chưa quen thao tác",
)
_WISHES: Final = (
    "Bố trí thêm máy tính cho người dân tại Bộ phận Một cửa", "Mở lớp hướng dẫn nộp hồ sơ trực tuyến vào cuối tuần",
    "Nâng tốc độ đường truyền tại nhà văn hóa các thôn",
)  # fmt: skip
_BLUE: Final = '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
_BUTTON: Final = paragraph(
    "Xem số liệu", properties='algn="ctr"', run='sz="1400"|<a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
)
_NARROW: Final = 9_144_000


def _rows(total: bool) -> list[list[str]]:
    rows = [
        ["Thời gian", *_SERIES],
        *([month, *(str(one[at]) for one in _SERIES.values())] for at, month in enumerate(_MONTHS)),
    ]
    return [*rows, ["Tổng", *(str(sum(one)) for one in _SERIES.values())]] if total else rows


def _chart(finished: bool) -> bytes:
    if finished:
        return chart_part("col", _MONTHS, _SERIES, "Hồ sơ quý ${quy}", "b", labels=True)
    return chart_part("line", _MONTHS, _SERIES, "", "")


def _overview(office: str) -> str:
    return body(
        f"{office} tiếp nhận hồ sơ của 5 lĩnh vực",
        f"{office} trả kết quả đúng hạn trên 97%",
        f"Kết quả do {office} tổng hợp",
    )


def start() -> bytes:
    """What the candidate gets: a narrow slide, pale words, a chart without words."""
    pale = "".join(paragraph(one, run='|<a:solidFill><a:srgbClr val="FFE699"/></a:solidFill>') for one in _HARD)
    huge = "".join(paragraph(one, run='sz="6000"') for one in _WISHES)
    button = shape(6, "Nút xem số liệu", (200, 150, 45, 15), _BUTTON, "roundRect", _BLUE)
    pages = [
        Page("title", title("Báo cáo kết quả giải quyết thủ tục hành chính", kind="ctrTitle") + body("Quý …", sort="subTitle")),
        Page("content", title("Tổng quan") + _overview("UBND huyện")),
        Page("only", title("Số liệu") + table(4, (15, 50, 110, 60), _rows(False)) + chart(5, "rId9", (130, 50, 115, 100)), relations=[("rId9", "chart", "../charts/chart1.xml")]),
        Page("content", title("Khó khăn") + placeholder(3, "Content 3", "", "", pale, 1)),
        Page("content", title("Kiến nghị") + placeholder(3, "Content 3", "", "", huge, 1) + button),
        Page("content", title("Phụ lục") + body("Danh mục thủ tục hành chính", "Danh sách cán bộ phụ trách")),
    ]  # fmt: skip
    return write(
        Deck(pages, width=_NARROW, properties={"creator": "Văn phòng"}, parts={"ppt/charts/chart1.xml": _chart(False)})
    )


def solution() -> bytes:
    """What earns all the points."""
    dark = "".join(paragraph(one, run='|<a:solidFill><a:srgbClr val="404040"/></a:solidFill>') for one in _HARD)
    fitting = "".join(paragraph(one, run='sz="2400"') for one in _WISHES)
    click = '<a:hlinkClick r:id="rId9" action="ppaction://hlinksldjump"/>'
    button = shape(6, "Nút xem số liệu", (260, 150, 50, 15), _BUTTON, "roundRect", _BLUE, click)
    timed = '<p:transition spd="med" advTm="5000"><p:fade/></p:transition>'
    ground = '<p:bg><p:bgPr><a:solidFill><a:srgbClr val="DEEBF7"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
    pages = [
        Page(
            "title",
            title("Báo cáo kết quả giải quyết thủ tục hành chính", kind="ctrTitle") + body("Quý ${quy}, UBND xã ${xa}", sort="subTitle"),
            background=ground,
            transition=timed,
        ),
        Page("content", title("Tổng quan") + _overview("UBND xã ${xa}"), transition=timed),
        Page("only", title("Số liệu") + table(4, (20, 50, 140, 70), _rows(True)) + chart(5, "rId9", (170, 50, 140, 110)), transition=timed, relations=[("rId9", "chart", "../charts/chart1.xml")]),
        Page("content", title("Khó khăn") + placeholder(3, "Content 3", "", "", dark, 1), transition=timed),
        Page("content", title("Kiến nghị") + placeholder(3, "Content 3", "", "", fitting, 1) + button, transition=timed, relations=[("rId9", "slide", "slide3.xml")]),
        Page("content", title("Phụ lục") + body("Danh mục thủ tục hành chính", "Danh sách cán bộ phụ trách"), hidden=True, transition=timed),
    ]  # fmt: skip
    bold = master().replace(
        '<a:defRPr sz="4000"><a:solidFill><a:schemeClr val="tx1"/>',
        '<a:defRPr sz="3600" b="1"><a:solidFill><a:srgbClr val="1F4E79"/>',
        1,
    )
    return write(
        Deck(
            pages,
            properties={"title": "Báo cáo quý", "creator": "Văn phòng"},
            shown='<p:showPr loop="1" showNarration="1"><p:present/><p:sldAll/></p:showPr>',
            parts={"ppt/charts/chart1.xml": _chart(True), "ppt/slideMasters/slideMaster1.xml": bold.encode()},
        )
    )
