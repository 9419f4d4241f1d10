"""A presentation that has something for every check of the catalogue: for the tests, and to look at in a program."""

from __future__ import annotations

import io
import wave
from typing import Final

from PIL import Image

from scripts.presentation_motion import Play, timing
from scripts.presentation_parts import LAYOUTS, box, layout, placeholder
from scripts.presentations import (
    Deck,
    Page,
    body,
    chart,
    chart_part,
    frame,
    paragraph,
    picture,
    relations,
    shape,
    table,
    title,
    write,
)

NUMBER: Final = '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="vi-VN"/><a:t>2</a:t></a:fld></a:p>'
DATE: Final = '<a:p><a:fld id="{5BCAD085-E8A6-8845-BD4E-CB4CCA059FC4}" type="datetime1"><a:rPr lang="vi-VN"/><a:t>01/11/2026</a:t></a:fld></a:p>'
FOOT: Final = (
    placeholder(20, "Date", "dt", "", DATE, 10)
    + placeholder(21, "Footer", "ftr", "", paragraph("Phòng Tổng hợp"), 11)
    + placeholder(22, "Number", "sldNum", "", NUMBER, 12)
)
RED: Final = '<a:solidFill><a:srgbClr val="C00000"/></a:solidFill>'
SECTIONS: Final = (
    '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst><p14:section name="Mở đầu" id="{00000000-0000-4000-8000-000000000001}">'
    '<p14:sldIdLst><p14:sldId id="256"/><p14:sldId id="257"/></p14:sldIdLst></p14:section><p14:section name="Số liệu" '
    'id="{00000000-0000-4000-8000-000000000002}"><p14:sldIdLst><p14:sldId id="258"/><p14:sldId id="259"/><p14:sldId id="260"/></p14:sldIdLst>'
    "</p14:section></p14:sectionLst></p:ext></p:extLst>"
)


def picture_bytes(colour: tuple[int, int, int], size: tuple[int, int] = (80, 60)) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def sound_bytes() -> bytes:
    """A tenth of a second of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(1)
        track.setframerate(8000)
        track.writeframes(b"\x80" * 800)
    return out.getvalue()


LOGO: Final = picture_bytes((20, 90, 160), (40, 40))
PHOTO: Final = picture_bytes((200, 30, 30))
SOUND: Final = sound_bytes()


def _second() -> Page:
    lines = (
        paragraph("Tiếp nhận hồ sơ", 0, 'algn="just"', f'sz="2400" b="1"|{RED}<a:latin typeface="Times New Roman"/>')
        + paragraph("Trực tuyến", 1)
        + paragraph("Trả kết quả", 0, run='sz="2400"')
    )
    return Page(
        "content",
        title("Nội dung")
        + placeholder(3, "Content 3", "", "", lines, 1)
        + picture(5, "Ảnh 1", "rId9", (230, 100, 40, 30), "Cán bộ tiếp nhận hồ sơ", '<a:srcRect l="10000" r="20000"/>')
        + FOOT,
        transition='<p:transition spd="slow" advClick="0" advTm="5000"><p:fade/></p:transition>',
        timing=timing([Play(3, preset=10), Play(5, "emphasis", 8, "after", 2000, 500)]),
        notes="Chào đại biểu\nGiới thiệu nội dung",
        comments=[("Người duyệt", "Bổ sung số liệu quý III")],
        relations=[("rId9", "image", "../media/image1.png")],
    )


def _third() -> Page:
    merged = (
        f'<a:tc gridSpan="2"><a:txBody><a:bodyPr/><a:lstStyle/>{paragraph("Tổng hợp")}</a:txBody><a:tcPr>{RED}</a:tcPr></a:tc>',
        f'<a:tc hMerge="1"><a:txBody><a:bodyPr/><a:lstStyle/>{paragraph("")}</a:txBody><a:tcPr/></a:tc>',
    )
    rows = [list(merged), ["Tháng", "Số hồ sơ"], ["Bảy", "120"], ["Tám", "150"]]
    return Page(
        "only",
        title("Kết quả")
        + table(4, (20, 50, 140, 60), rows)
        + chart(5, "rId9", (170, 50, 140, 100), "Biểu đồ số hồ sơ theo tháng"),
        background='<p:bg><p:bgPr><a:solidFill><a:srgbClr val="FFF2CC"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>',
        transition='<p:transition><p:push dir="u"/><p:sndAc><p:stSnd><p:snd r:embed="rId8" name="a.wav"/></p:stSnd></p:sndAc></p:transition>',
        relations=[("rId9", "chart", "../charts/chart1.xml"), ("rId8", "audio", "../media/sound1.wav")],
    )


def _fourth() -> Page:
    boxes = "".join(
        shape(30 + at, f"Bước {at}", (20 + 60 * at, 60, 40, 20), f"Bước {at}", "rightArrow", RED + '<a:ln w="25400"><a:solidFill><a:srgbClr val="002060"/></a:solidFill></a:ln><a:effectLst><a:outerShdw blurRad="50800" dist="38100"><a:srgbClr val="000000"/></a:outerShdw></a:effectLst>')
        for at in range(3)
    )  # fmt: skip
    group = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="40" name="Nhóm"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="720000" y="3600000"/>'
        '<a:ext cx="1440000" cy="720000"/><a:chOff x="0" y="0"/><a:chExt cx="720000" cy="360000"/></a:xfrm></p:grpSpPr>'
        + shape(41, "Trái", (0, 0, 10, 10), "Trái", "ellipse")
        + shape(42, "Phải", (10, 0, 10, 10), "Phải", "ellipse")
        + "</p:grpSp>"
    )
    jump = '<a:hlinkClick r:id="" action="ppaction://hlinkshowjump?jump=firstslide"/>'
    link = '<a:p><a:r><a:rPr lang="vi-VN"><a:hlinkClick r:id="rId10"/></a:rPr><a:t>Cổng dịch vụ công</a:t></a:r></a:p>'
    bent = f'<a:bodyPr><a:prstTxWarp prst="textWave1"><a:avLst/></a:prstTxWarp></a:bodyPr><a:lstStyle/>{paragraph("Chào mừng")}'
    art = (
        '<p:sp><p:nvSpPr><p:cNvPr id="45" name="WordArt"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>'
        f'{box(200, 100, 80, 20)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody>{bent}</p:txBody></p:sp>'
    )
    diagram = frame(46, "Diagram", (200, 130, 60, 40), "diagram", '<dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" r:dm="rId11" r:lo="rId12" r:qs="rId12" r:cs="rId12"/>')  # fmt: skip
    sound = picture(47, "Âm thanh", "rId9", (300, 150, 10, 10), "Âm thanh chào", held='<a:audioFile r:link="rId14"/>')
    return Page(
        "only",
        title("Sơ đồ")
        + boxes
        + group
        + shape(43, "Về đầu", (20, 150, 30, 15), "Về đầu", "actionButtonHome", click=jump)
        + shape(44, "Liên kết", (60, 150, 80, 15), link, boxed=True)
        + shape(48, "Tới kết quả", (150, 150, 40, 15), "Tới kết quả", "roundRect", click='<a:hlinkClick r:id="rId13" action="ppaction://hlinksldjump"/>')
        + art
        + diagram
        + sound,
        timing=timing([Play(30, "motion", 63, path="M 0 0 L 0.25 0"), Play(31), Play(32, trigger="with")]),
        relations=[
            ("rId9", "image", "../media/image1.png"), ("rId10", "hyperlink", "https://dichvucong.gov.vn/"), ("rId11", "diagramData", "../diagrams/data1.xml"),
            ("rId12", "diagramLayout", "../diagrams/layout1.xml"), ("rId13", "slide", "slide3.xml"), ("rId14", "audio", "../media/sound1.wav"),
        ],
    )  # fmt: skip


def _fifth() -> Page:
    lines = "".join(
        paragraph(line, 0, "", 'i="1" u="sng"').replace("<a:pPr/>", '<a:pPr algn="ctr"><a:lnSpc><a:spcPct val="150000"/></a:lnSpc><a:spcBef><a:spcPts val="600"/></a:spcBef><a:buAutoNum type="arabicPeriod"/></a:pPr>')
        for line in ("Điện thoại", "Thư điện tử", "Địa chỉ")
    )  # fmt: skip
    text = (
        '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Content 3"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph idx="1"/></p:nvPr></p:nvSpPr><p:spPr/>'
        f'<p:txBody><a:bodyPr numCol="2" anchor="ctr"><a:normAutofit/></a:bodyPr><a:lstStyle/>{lines}</p:txBody></p:sp>'
    )
    return Page("content", title("Liên hệ") + text, hidden=True)


def _diagram_parts() -> dict[str, bytes]:
    names = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    points = "".join(
        f'<dgm:pt modelId="{at}"><dgm:prSet/><dgm:spPr/><dgm:t><a:bodyPr/><a:p><a:r><a:t>{said}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for at, said in enumerate(("Lập kế hoạch", "Thực hiện"), 1)
    )
    return {
        "ppt/diagrams/data1.xml": f"<dgm:dataModel {names}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>".encode(),
        "ppt/diagrams/layout1.xml": f'<dgm:layoutDef {names} uniqueId="urn:microsoft.com/office/officeart/2005/8/layout/process1"/>'.encode(),
    }


def _logo_layouts() -> dict[str, bytes]:
    """The layouts with a logo each, so that it is seen on every slide."""
    made: dict[str, bytes] = {}
    for number in LAYOUTS.values():
        name = f"ppt/slideLayouts/slideLayout{number}.xml"
        logo = picture(90, "Logo", "rId2", (300, 2, 20, 20), "Biểu trưng cơ quan")
        made[name] = layout(number).replace("</p:spTree>", f"{logo}</p:spTree>").encode()
        rows = [("rId1", "slideMaster", "../slideMasters/slideMaster1.xml"), ("rId2", "image", "../media/logo.png")]
        made[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = relations(rows).encode()
    return made


def trial() -> bytes:
    """The file."""
    numbers = chart_part(
        "col", ["Bảy", "Tám"], {"Số hồ sơ": [120, 150], "Đúng hạn": [110, 149]}, "Hồ sơ theo tháng", "b", True
    )
    axis = "<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>Tháng</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    numbers = numbers.replace(b'<c:axPos val="b"/>', f'<c:axPos val="b"/>{axis}'.encode())
    first = title("Báo cáo quý III", kind="ctrTitle") + body("Phòng Tổng hợp", sort="subTitle")
    parts = {
        "ppt/media/image1.png": PHOTO, "ppt/media/logo.png": LOGO, "ppt/media/sound1.wav": SOUND, "ppt/charts/chart1.xml": numbers,
        "ppt/charts/_rels/chart1.xml.rels": relations([("rId1", "package", "../embeddings/book1.xlsx")]).encode(), "ppt/embeddings/book1.xlsx": b"PK",
        **_diagram_parts(), **_logo_layouts(),
    }  # fmt: skip
    return write(
        Deck(
            [Page("title", first), _second(), _third(), _fourth(), _fifth()],
            fonts=("Arial", "Times New Roman"),
            properties={"title": "Báo cáo", "creator": "Phòng Tổng hợp", "keywords": "quý, hồ sơ"},
            shown='<p:showPr loop="1" showNarration="1" useTimings="0"><p:kiosk/></p:showPr>',
            shows='<p:custShowLst><p:custShow name="Rút gọn" id="0"><p:sldLst><p:sld r:id="rId1"/><p:sld r:id="rId3"/></p:sldLst></p:custShow></p:custShowLst>',
            extensions=SECTIONS,
            parts=parts,
        )
    )
