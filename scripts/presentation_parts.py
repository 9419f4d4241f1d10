"""The parts that every presentation of ours has: theme, one master, five layouts, and what stands around them."""

from __future__ import annotations

from typing import Final

A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
P: Final = "http://schemas.openxmlformats.org/presentationml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES: Final = (
    f'xmlns:a="{A}" xmlns:r="{R}" xmlns:p="{P}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"'
)
TREE: Final = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
COLOURS: Final = {
    "dk1": "000000", "lt1": "FFFFFF", "dk2": "1F3864", "lt2": "E7E6E6", "accent1": "2E75B6", "accent2": "C55A11", "accent3": "7F7F7F", "accent4": "BF9000",
    "accent5": "5B9BD5", "accent6": "548235", "hlink": "0563C1", "folHlink": "954F72",
}  # fmt: skip
TABLE_STYLE: Final = "{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"
LAYOUTS: Final = {"title": 1, "content": 2, "two": 3, "only": 4, "blank": 5}
_NAMES: Final = ("Title Slide", "Title and Content", "Two Content", "Title Only", "Blank")
_TYPES: Final = ("title", "obj", "twoObj", "titleOnly", "blank")


def box(x: float, y: float, width: float, height: float, tag: str = "a:xfrm") -> str:
    """A place in millimetres."""
    at = [round(one * 36_000) for one in (x, y, width, height)]
    return f'<{tag}><a:off x="{at[0]}" y="{at[1]}"/><a:ext cx="{at[2]}" cy="{at[3]}"/></{tag}>'


def placeholder(number: int, name: str, sort: str, place: str = "", text: str = "", index: int = 0) -> str:
    """A placeholder; `text` are paragraphs."""
    said = (f' type="{sort}"' if sort else "") + (f' idx="{index}"' if index else "")
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph{said}/></p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>{text or '<a:p><a:endParaRPr/></a:p>'}</p:txBody></p:sp>"
    )


def theme(name: str, major: str, minor: str) -> str:
    """A theme with our colours and two fonts."""
    colours = "".join(f'<a:{slot}><a:srgbClr val="{value}"/></a:{slot}>' for slot, value in COLOURS.items())
    fonts = "".join(
        f'<a:{kind}><a:latin typeface="{font}"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}>'
        for kind, font in (("majorFont", major), ("minorFont", minor))
    )
    solid = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(f'<a:ln w="{width}">{solid}<a:prstDash val="solid"/></a:ln>' for width in (6350, 12700, 19050))
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f'<a:theme xmlns:a="{A}" name="{name}"><a:themeElements><a:clrScheme name="{name}">{colours}</a:clrScheme><a:fontScheme name="{name}">{fonts}'
        f'</a:fontScheme><a:fmtScheme name="{name}"><a:fillStyleLst>{solid * 3}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effects}</a:effectStyleLst><a:bgFillStyleLst>{solid * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def _footers(start: int) -> str:
    places = (("dt", 24, 10), ("ftr", 110, 11), ("sldNum", 250, 12))
    small = '<a:lstStyle><a:lvl1pPr><a:defRPr sz="1200"/></a:lvl1pPr></a:lstStyle>'
    return "".join(
        placeholder(start + at, name, name, box(left, 176, 64, 10), _footer_text(name), index).replace(
            "<a:lstStyle/>", small
        )
        for at, (name, left, index) in enumerate(places)
    )


def _footer_text(kind: str) -> str:
    if kind == "sldNum":
        return '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="vi-VN"/><a:t>‹#›</a:t></a:fld></a:p>'
    return ""


def master() -> str:
    """The master: title above, body below, three places at the foot."""
    levels = "".join(
        f'<a:lvl{level}pPr marL="{342900 + 400000 * (level - 1)}" indent="-342900"><a:buFont typeface="Arial"/><a:buChar char="•"/>'
        f'<a:defRPr sz="{size}"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mn-lt"/></a:defRPr></a:lvl{level}pPr>'
        for level, size in enumerate((2800, 2400, 2000, 1800, 1800), 1)
    )
    title = '<a:lvl1pPr algn="l"><a:buNone/><a:defRPr sz="4000"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mj-lt"/></a:defRPr></a:lvl1pPr>'
    other = '<a:lvl1pPr><a:defRPr sz="1800"><a:latin typeface="+mn-lt"/></a:defRPr></a:lvl1pPr>'
    shapes = placeholder(2, "Title", "title", box(20, 8, 298, 32)) + placeholder(
        3, "Body", "body", box(20, 46, 298, 124), index=1
    )
    ids = "".join(f'<p:sldLayoutId id="{2147483660 + n}" r:id="rId{n}"/>' for n in range(1, 6))
    return (
        f'<p:sldMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
        f"<p:spTree>{TREE}{shapes}{_footers(4)}</p:spTree></p:cSld>"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" '
        f'accent6="accent6" hlink="hlink" folHlink="folHlink"/><p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst>'
        f"<p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{levels}</p:bodyStyle><p:otherStyle>{other}</p:otherStyle></p:txStyles></p:sldMaster>"
    )


def layout(number: int) -> str:
    """One of the five layouts."""
    title = placeholder(2, "Title", "title")
    body = box(20, 46, 144, 124), box(174, 46, 144, 124)
    shapes = {
        1: placeholder(2, "Title", "ctrTitle", box(30, 50, 278, 40)) + placeholder(3, "Subtitle", "subTitle", box(30, 96, 278, 40), index=1)
        .replace("<a:lstStyle/>", '<a:lstStyle><a:lvl1pPr marL="0" indent="0"><a:buNone/></a:lvl1pPr></a:lstStyle>', 1),
        2: title + placeholder(3, "Content", "", index=1),
        3: title + placeholder(3, "Left", "", body[0], index=1) + placeholder(4, "Right", "", body[1], index=2),
        4: title,
        5: "",
    }[number]  # fmt: skip
    return (
        f'<p:sldLayout {NAMESPACES} type="{_TYPES[number - 1]}" preserve="1"><p:cSld name="{_NAMES[number - 1]}"><p:spTree>{TREE}{shapes}{_footers(10)}'
        "</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def default_text() -> str:
    """What text looks like that nothing else says anything of."""
    levels = "".join(
        f'<a:lvl{level}pPr><a:defRPr sz="1800"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mn-lt"/></a:defRPr></a:lvl{level}pPr>'
        for level in range(1, 10)
    )
    return f"<p:defaultTextStyle>{levels}</p:defaultTextStyle>"


def table_styles() -> str:
    """The one style that tables of ours have: thin lines, a dark heading row, pale bands."""
    line = '<a:ln w="12700"><a:solidFill><a:schemeClr val="accent1"/></a:solidFill></a:ln>'
    edges = "".join(f"<a:{side}>{line}</a:{side}>" for side in ("left", "right", "top", "bottom", "insideH", "insideV"))
    words = '<a:tcTxStyle{0}><a:fontRef idx="minor"/><a:schemeClr val="{1}"/></a:tcTxStyle>'
    dark = '<a:fill><a:solidFill><a:schemeClr val="accent1"/></a:solidFill></a:fill>'
    pale = '<a:fill><a:solidFill><a:schemeClr val="accent1"><a:tint val="20000"/></a:schemeClr></a:solidFill></a:fill>'
    return (
        f'<a:tblStyleLst xmlns:a="{A}" def="{TABLE_STYLE}"><a:tblStyle styleId="{TABLE_STYLE}" styleName="Medium Style 2 - Accent 1">'
        f"<a:wholeTbl>{words.format('', 'dk1')}<a:tcStyle><a:tcBdr>{edges}</a:tcBdr></a:tcStyle></a:wholeTbl>"
        f"<a:band1H><a:tcStyle><a:tcBdr/>{pale}</a:tcStyle></a:band1H>"
        f"<a:firstRow>{words.format(' b=' + chr(34) + 'on' + chr(34), 'lt1')}<a:tcStyle><a:tcBdr/>{dark}</a:tcStyle></a:firstRow></a:tblStyle></a:tblStyleLst>"
    )
