"""Pieces of administrative documents as Word writes them, put together into a .docx whose bytes are the same on every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from scripts.docx_parts import NAMESPACES, office_file

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TWIPS = 1440 / 25.4  # in a millimetre
_EMU = 36_000  # in a millimetre
FONT = "Times New Roman"
SINGLE = 1.0


@dataclass(frozen=True, slots=True)
class Type:
    """Type of a piece of text; `size` in points."""

    size: float = 14
    bold: bool = False
    italic: bool = False
    caps: bool = False
    colour: str = ""
    font: str = FONT


@dataclass(frozen=True, slots=True)
class Set:
    """How a paragraph is set: millimetres, points, lines. `tabs` are places with their alignment."""

    align: str = "left"
    first_mm: float = 0
    before_pt: float = 0
    after_pt: float = 0
    lines: float = SINGLE
    keep: bool = False
    page: bool = False
    tabs: Sequence[tuple[str, float]] = ()
    border: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page in millimetres, with where its header stands; `numbered` pages have their number in the top margin, the first has none."""

    width: float = 210
    height: float = 297
    top: float = 20
    bottom: float = 20
    left: float = 30
    right: float = 20
    header: float = 10
    numbered: bool = True


def letters(text: str, type_: Type) -> str:
    """A run; tabs and line breaks are Word's own elements."""
    pieces = []
    for line_number, line in enumerate(text.split("\n")):
        pieces.append("<w:br/>" if line_number else "")
        for place, part in enumerate(line.split("\t")):
            pieces.append("<w:tab/>" if place else "")
            pieces.append(f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "")
    return f"<w:r>{_run_form(type_)}{''.join(pieces)}</w:r>"


def paragraph(content: str, type_: Type | None = None, set_: Set | None = None, extra: str = "") -> str:
    """A paragraph of plain text, or of runs; `extra` are runs at its end."""
    type_, set_ = type_ or Type(), set_ or Set()
    runs = content if content.startswith("<w:r>") else letters(content, type_) if content else ""
    tabs = "".join(f'<w:tab w:val="{kind}" w:pos="{_twips(at)}"/>' for kind, at in set_.tabs)
    form = [
        "<w:keepNext/>" if set_.keep else "", "<w:pageBreakBefore/>" if set_.page else "",
        '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>' if set_.border else "",
        f"<w:tabs>{tabs}</w:tabs>" if tabs else "",
        _spacing(set_),
        f'<w:ind w:firstLine="{_twips(set_.first_mm)}"/>' if set_.first_mm else "",
        f'<w:jc w:val="{"both" if set_.align == "justify" else set_.align}"/>', _run_form(type_),
    ]  # fmt: skip
    return f"<w:p><w:pPr>{''.join(form)}</w:pPr>{runs}{extra}</w:p>"


def line(number: int, length_mm: float, down_mm: float = 5.4) -> str:
    """A run with a drawn line, centred below the text of its paragraph; `number` is its own within the file."""
    width, down = round(length_mm * _EMU), round(down_mm * _EMU)
    points = length_mm / 25.4 * 72
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="25165824" behindDoc="0" locked="0" layoutInCell="1"'
        ' allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:align>center</wp:align></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{down}</wp:posOffset></wp:positionV><wp:extent cx="{width}" cy="0"/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/><wp:docPr id="{number}" name="Line {number}"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvCnPr/>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="0"/></a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
        '<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>'
        f"</wp:anchor></w:drawing></mc:Choice><mc:Fallback>{_vml(number, points, down_mm)}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def old_line(number: int, length_mm: float, down_mm: float = 5.4) -> str:
    """The same line as Word 2007 and older drew it."""
    return f"<w:r>{_vml(number, length_mm / 25.4 * 72, down_mm)}</w:r>"


def columns(cells: Sequence[Sequence[str]], widths_mm: Sequence[float], *, ruled: bool = False, heads: int = 0) -> str:
    """A table of paragraphs; without rules it only sets columns. The first `heads` rows come again on each page."""
    side = "single" if ruled else "none"
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{one} w:val="{side}" w:sz="4" w:space="0" w:color="auto"/>' for one in sides)
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths_mm)
    rows = ""
    for at, row in enumerate(cells):
        head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if at < heads else "<w:trPr><w:cantSplit/></w:trPr>" if ruled else ""  # fmt: skip
        inner = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
            for cell, width in zip(row, widths_mm, strict=True)
        )
        rows += f"<w:tr>{head}{inner}</w:tr>"
    width = _twips(sum(widths_mm))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def document(body: Sequence[str], page: Page, normal: Type, number: Type | None = None) -> bytes:
    """The file of these blocks. `normal` is the type of its default style, `number` that of page numbers."""
    header = '<w:headerReference w:type="default" r:id="rId3"/><w:headerReference w:type="first" r:id="rId4"/>'
    section = (
        f'<w:sectPr>{header if page.numbered else ""}<w:pgSz w:w="{_twips(page.width)}" w:h="{_twips(page.height)}"/>'
        f'<w:pgMar w:top="{_twips(page.top)}" w:right="{_twips(page.right)}" w:bottom="{_twips(page.bottom)}" w:left="{_twips(page.left)}"'
        f' w:header="{_twips(page.header)}" w:footer="{_twips(page.header)}" w:gutter="0"/>{"<w:titlePg/>" if page.numbered else ""}</w:sectPr>'
    )
    known = [("rId1", "styles", "styles.xml"), ("rId2", "settings", "settings.xml")]
    parts = {
        "[Content_Types].xml": _types(page.numbered),
        "_rels/.rels": _relations([("rId1", f"{_OFFICE}/officeDocument", "word/document.xml")]),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{''.join(body)}{section}</w:body></w:document>",
        "word/styles.xml": _styles(normal),
        "word/settings.xml": f'<w:settings {NAMESPACES}><w:defaultTabStop w:val="720"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>',
    }
    if page.numbered:
        known += [("rId3", "header", "header1.xml"), ("rId4", "header", "header2.xml")]
        first = paragraph("", number or normal, Set("center"))
        parts["word/header1.xml"] = f"<w:hdr {NAMESPACES}>{_number(number or normal)}</w:hdr>"
        parts["word/header2.xml"] = f"<w:hdr {NAMESPACES}>{first}</w:hdr>"
    parts["word/_rels/document.xml.rels"] = _relations([(key, f"{_OFFICE}/{kind}", name) for key, kind, name in known])
    return office_file({name: text.encode() for name, text in parts.items()})


def _number(type_: Type) -> str:
    form = _run_form(type_)
    mark = [f'<w:r>{form}<w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    code = f'<w:r>{form}<w:instrText xml:space="preserve"> PAGE   \\* MERGEFORMAT </w:instrText></w:r>'
    return paragraph(f"{mark[0]}{code}{mark[1]}{letters('2', type_)}{mark[2]}", type_, Set("center"))


def _spacing(set_: Set) -> str:
    before, after, high = round(set_.before_pt * 20), round(set_.after_pt * 20), round(set_.lines * 240)
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{high}" w:lineRule="auto"/>'


def _vml(number: int, points: float, down_mm: float) -> str:
    down = down_mm / 25.4 * 72
    place = "position:absolute;z-index:251659264;mso-position-horizontal:center;mso-position-horizontal-relative:text;mso-position-vertical-relative:text"
    return (
        f'<w:pict><v:line id="Line{number}" style="{place}" from="0,{down:.2f}pt" to="{points:.2f}pt,{down:.2f}pt"'
        ' strokecolor="black" strokeweight=".75pt"/></w:pict>'
    )


def _run_form(type_: Type) -> str:
    font = f'<w:rFonts w:ascii="{type_.font}" w:hAnsi="{type_.font}" w:eastAsia="{type_.font}" w:cs="{type_.font}"/>'
    size = round(type_.size * 2)
    colour = f'<w:color w:val="{type_.colour}"/>' if type_.colour else ""
    return (
        f"<w:rPr>{font}{'<w:b/><w:bCs/>' if type_.bold else ''}{'<w:i/><w:iCs/>' if type_.italic else ''}"
        f"{'<w:caps/>' if type_.caps else ''}{colour}"
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def _styles(normal: Type) -> str:
    return (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault>{_run_form(normal)}</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style></w:styles>"
    )


def _relations(found: Sequence[tuple[str, str, str]]) -> str:
    inner = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, kind, target in found)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'  # fmt: skip


def _types(numbered: bool) -> str:
    named = {"document": "document.main", "styles": "styles", "settings": "settings"}
    if numbered:
        named |= {"header1": "header", "header2": "header"}
    inner = '<Default Extension="xml" ContentType="application/xml"/>'
    inner += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    inner += "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_MAIN}.{kind}+xml"/>' for part, kind in named.items()
    )
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{inner}</Types>'


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)
