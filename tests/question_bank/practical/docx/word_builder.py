"""Small .docx files made of their parts, written as OOXML has them."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = {"document": "document.main", "commentsExtended": "commentsExtended"}
PAGE = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/>'
STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/><w:sz w:val="26"/></w:rPr>'
    "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr></w:style>"
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
    '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/><w:lvlJc w:val="left"/>'
    '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
)


def run(text: str, properties: str = "") -> str:
    """A run; `\\t` is a tab."""
    pieces = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(one)}</w:t>' if one else "" for one in text.split("\t")
    )
    return f"<w:r><w:rPr>{properties}</w:rPr>{pieces}</w:r>"


def para(text: str = "", properties: str = "", run_properties: str = "", style: str = "") -> str:
    """A paragraph of one run, none where there is no text."""
    return para_of(run(text, run_properties) if text else "", properties, style)


def para_of(content: str, properties: str = "", style: str = "") -> str:
    """A paragraph with this inside."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{content}</w:p>"


def listed(text: str, number: int, level: int = 0) -> str:
    """An entry of a list."""
    return para(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def field(instruction: str, shown: str = "1") -> str:
    """A complex field with what it shows."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def simple_field(instruction: str, shown: str = "1") -> str:
    """The same field in one element."""
    return f"<w:fldSimple w:instr={quoteattr(instruction)}>{run(shown)}</w:fldSimple>"


def cell(content: str, properties: str = "") -> str:
    """A cell; plain words are a paragraph."""
    inner = content if content.startswith("<") else para(content)
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{properties}</w:tcPr>{inner}</w:tc>'


def row(*cells: str, properties: str = "") -> str:
    """A row of cells, or of their texts."""
    made = "".join(one if one.startswith("<w:tc>") else cell(one) for one in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{made}</w:tr>"


def table(*rows: str, properties: str = "", columns: int = 2) -> str:
    """A table with the paragraph behind it that a file must have."""
    grid = "".join('<w:gridCol w:w="2000"/>' for _ in range(columns))
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{para()}"


def drawing(
    inner: str,
    *,
    anchored: bool = False,
    width: int = 3_600_000,
    height: int = 0,
    alt: str = "",
    wrap: str = "<wp:wrapNone/>",
) -> str:
    """A run with a DrawingML frame around this graphic."""
    head = f'<wp:extent cx="{width}" cy="{height}"/>{wrap if anchored else ""}<wp:docPr id="1" name="x" descr="{alt}"/>'
    graphic = f'<a:graphic><a:graphicData uri="x">{inner}</a:graphicData></a:graphic>'
    place = (
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
    )
    if anchored:
        return f'<w:r><w:drawing><wp:anchor behindDoc="0" relativeHeight="2" simplePos="0" locked="0" layoutInCell="1" allowOverlap="1">{place}{head}{graphic}</wp:anchor></w:drawing></w:r>'
    return f"<w:r><w:drawing><wp:inline>{head}{graphic}</wp:inline></w:drawing></w:r>"


def shape(kind: str, *, text: str = "", fill: str = "", width: int = 3_600_000, height: int = 0) -> str:
    """A shape of Word 2010."""
    solid = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else ""
    box = f"<wps:txbx><w:txbxContent>{para(text)}</w:txbxContent></wps:txbx>" if text else ""
    form = f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="{kind}"><a:avLst/></a:prstGeom>'
    return f'<wps:wsp><wps:cNvSpPr/><wps:spPr>{form}{solid}<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr>{box}<wps:bodyPr/></wps:wsp>'


def picture(relation: str = "p1", width: int = 3_600_000, height: int = 1_800_000) -> str:
    """A picture of a part."""
    form = f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    return (
        '<pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>{form}</pic:spPr></pic:pic>'
    )


def docx(
    body: str, *, section: str = PAGE, styles: str = STYLES, numbering: str = NUMBERING, settings: str = "", core: str = "",
    links: tuple[tuple[str, str], ...] = (), pictures: dict[str, bytes] | None = None, **texts: str,
) -> bytes:  # fmt: skip
    """A file. `texts` are parts by name (`header1`, `footer1`, `footnotes`, `comments`, `commentsExtended`), related as `header1` …;
    `links` are addresses by relation; `pictures` PNG files by relation."""
    parts = {
        "document": f"<w:document {_SPACES}><w:body>{body}<w:sectPr>{section}</w:sectPr></w:body></w:document>",
        "styles": f"<w:styles {_SPACES}>{styles}</w:styles>",
        "numbering": f"<w:numbering {_SPACES}>{numbering}</w:numbering>",
        "settings": f"<w:settings {_SPACES}>{settings}</w:settings>",
    }
    related = "".join(
        _relation(name, name.rstrip("0123456789"), f"{name}.xml")
        for name in ("styles", "numbering", "settings", *texts)
    )
    related += "".join(_relation(name, "hyperlink", address, outside=True) for name, address in links)
    related += "".join(_relation(name, "image", f"media/{name}.png") for name in pictures or {})
    parts |= {name: _part(name, content) for name, content in texts.items()}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}.{_TYPES.get(kind := name.rstrip("0123456789"), kind)}+xml"/>'
        for name in parts
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(types))
        archive.writestr("_rels/.rels", _relations(
            _relation("d", "officeDocument", "word/document.xml")
            + '<Relationship Id="c" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        ))  # fmt: skip
        archive.writestr("docProps/core.xml", _CORE.format(core))
        archive.writestr("word/_rels/document.xml.rels", _relations(related))
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
        for name, data in (pictures or {}).items():
            archive.writestr(f"word/media/{name}.png", data)
    return made.getvalue()


_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/">{}</cp:coreProperties>'
)


def _part(name: str, content: str) -> str:
    if content.startswith("<a:theme"):
        return content
    top = {"header": "hdr", "footer": "ftr", "commentsExtended": "commentsEx"}.get(name.rstrip("0123456789"), name)
    prefix = "w15" if name == "commentsExtended" else "w"
    return f"<{prefix}:{top} {_SPACES}>{content}</{prefix}:{top}>"


def _relation(name: str, kind: str, target: str, *, outside: bool = False) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target={quoteattr(target)}{mode}/>'


def _relations(inner: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def _content_types(inner: str) -> str:
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{inner}</Types>'
    )
