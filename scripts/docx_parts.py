"""Pieces of Word files as teachers' Word writes them, put together into a .docx whose bytes are the same on every run."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from question_bank.formats.zips import zipped

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DATE = (2024, 1, 1, 0, 0, 0)


def properties(
    b: bool = False, i: bool = False, u: str = "", color: str = "", hl: str = "", style: str = "", font: str = "",
    level: str = "", vanish: bool = False, shade: str = "", theme: str = "",
) -> str:  # fmt: skip
    """`w:rPr` of a run; empty when it says nothing."""
    parts = [
        f'<w:rStyle w:val="{style}"/>' if style else "",
        f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else "",
        "<w:b/>" if b else "", "<w:i/>" if i else "", "<w:vanish/>" if vanish else "",
        f'<w:color w:val="{color}"/>' if color else "",
        f'<w:color w:val="auto" w:themeColor="{theme}"/>' if theme else "",
        f'<w:highlight w:val="{hl}"/>' if hl else "", f'<w:u w:val="{u}"/>' if u else "",
        f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else "",
        f'<w:vertAlign w:val="{level}"/>' if level else "",
    ]  # fmt: skip
    inner = "".join(parts)
    return f"<w:rPr>{inner}</w:rPr>" if inner else ""


def run(text: str, **looks: object) -> str:
    """A run; tabs and line breaks are Word's own elements."""
    pieces = []
    for number, line in enumerate(text.split("\n")):
        pieces.append("<w:br/>" if number else "")
        for place, part in enumerate(line.split("\t")):
            pieces.append("<w:tab/>" if place else "")
            pieces.append(f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "")
    return f"<w:r>{properties(**looks)}{''.join(pieces)}</w:r>"  # type: ignore[arg-type]


def para(*runs: str, num: tuple[int, int] | None = None, style: str = "", mark: str = "", centre: bool = False) -> str:
    """A paragraph of runs (or plain text)."""
    form = [
        f'<w:pStyle w:val="{style}"/>' if style else "",
        f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num else "",
        '<w:jc w:val="center"/>' if centre else "", mark,
    ]  # fmt: skip
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    head = "<w:pPr>" + "".join(form) + "</w:pPr>" if any(form) else ""
    return f"<w:p>{head}{inner}</w:p>"


def table(rows: Sequence[Sequence[str]], shades: dict[tuple[int, int], str] | None = None) -> str:
    """A table; a cell is plain text or paragraphs."""
    found = []
    for y, row in enumerate(rows):
        cells = []
        for x, cell in enumerate(row):
            shade = (shades or {}).get((y, x), "")
            form = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{shade}"/></w:tcPr>' if shade else ""
            cells.append(f"<w:tc>{form}{cell if cell.startswith(('<w:p', '<w:tbl')) else para(cell)}</w:tc>")
        found.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(found)}</w:tbl>"


def math(inner: str, display: bool = False) -> str:
    """An equation of Word."""
    one = f"<m:oMath>{inner}</m:oMath>"
    return f"<m:oMathPara>{one}</m:oMathPara>" if display else one


def mr(text: str) -> str:
    """A run of mathematics."""
    return f"<m:r><m:t>{escape(text)}</m:t></m:r>"


def frac(above: str, below: str) -> str:
    """A fraction."""
    return f"<m:f><m:num>{above}</m:num><m:den>{below}</m:den></m:f>"


def sup(base: str, power: str) -> str:
    """A power."""
    return f"<m:sSup><m:e>{base}</m:e><m:sup>{power}</m:sup></m:sSup>"


def root(inner: str) -> str:
    """A square root."""
    return f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{inner}</m:e></m:rad>'


def png(width: int = 24, height: int = 16, shade: int = 90) -> bytes:
    """A grey picture."""
    rows = b"".join(b"\0" + bytes((shade + x * 5) % 256 for x in range(width)) for _ in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


@dataclass(slots=True)
class WordFile:
    """A document being put together."""

    body: list[str] = field(default_factory=list)
    styles: str = ""
    numbering: str = ""
    theme: str = ""
    defaults: str = ""
    parts: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # name below word/ -> kind of relation, bytes

    def add(self, *blocks: str) -> None:
        """Blocks at the end."""
        self.body += blocks

    def part(self, name: str, kind: str, data: bytes) -> str:
        """A part of the file; its id."""
        self.parts.setdefault(name, (kind, data))
        return f"rId{100 + list(self.parts).index(name)}"

    def picture(self, data: bytes, name: str, alt: str = "", floating: bool = False, crop: str = "") -> str:
        """A run with a picture, in the line or floating."""
        key = self.part(f"media/{name}", "image", data)
        graphic = (
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="1" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{key}"/>{crop}'
            '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="600000"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        )
        inner = (
            f'<wp:extent cx="900000" cy="600000"/><wp:docPr id="1" name="Picture 1" descr={quoteattr(alt)}/>{graphic}'
        )
        place = "anchor" if floating else "inline"
        return f"<w:r><w:drawing><wp:{place}>{inner}</wp:{place}></w:drawing></w:r>"

    def mathtype(self, ole: bytes, name: str, preview: bytes) -> str:
        """A run with an equation of MathType: the object and the Windows drawing that shows it."""
        image = self.part(f"media/{name}.wmf", "image", preview)
        inner = self.part(f"embeddings/{name}.bin", "oleObject", ole)
        return (
            f'<w:r><w:object w:dxaOrig="480" w:dyaOrig="320"><v:shape id="_x0000_{name}" style="width:24pt;height:16pt" o:ole="">'
            f'<v:imagedata r:id="{image}" o:title=""/></v:shape><o:OLEObject Type="Embed" ProgID="Equation.DSMT4" ShapeID="_x0000_{name}"'
            f' DrawAspect="Content" ObjectID="_1" r:id="{inner}"/></w:object></w:r>'
        )

    def build(self) -> bytes:
        """The file."""
        main = f"<w:document {NAMESPACES}><w:body>{''.join(self.body)}<w:sectPr/></w:body></w:document>"
        defaults = f"<w:docDefaults><w:rPrDefault><w:rPr>{self.defaults}</w:rPr></w:rPrDefault></w:docDefaults>"
        normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        parts = {
            "[Content_Types].xml": _types(self.parts),
            "_rels/.rels": _relations([("rId1", "officeDocument", "word/document.xml")]),
            "word/document.xml": main,
            "word/styles.xml": f"<w:styles {NAMESPACES}>{defaults}{normal}{self.styles}</w:styles>",
        }
        found = [("rId1", "styles", "styles.xml")]
        if self.numbering:
            parts["word/numbering.xml"] = f"<w:numbering {NAMESPACES}>{self.numbering}</w:numbering>"
            found.append(("rId2", "numbering", "numbering.xml"))
        if self.theme:
            parts["word/theme/theme1.xml"] = self.theme
            found.append(("rId3", "theme", "theme/theme1.xml"))
        found += [(f"rId{100 + at}", kind, name) for at, (name, (kind, _)) in enumerate(self.parts.items())]
        parts["word/_rels/document.xml.rels"] = _relations(found)
        members = {name: text.encode() for name, text in parts.items()}
        members |= {f"word/{name}": data for name, (_, data) in self.parts.items()}
        return office_file(members)


def office_file(members: Mapping[str, bytes]) -> bytes:
    """The package of these parts with a fixed date, each XML with its first line."""
    first = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return zipped({name: first + data if data.startswith(b"<") else data for name, data in members.items()}, _DATE)


def _relations(found: Sequence[tuple[str, str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in found
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def _types(parts: dict[str, tuple[str, bytes]]) -> str:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    endings = {"xml": "application/xml", "rels": "application/vnd.openxmlformats-package.relationships+xml", "png": "image/png",
               "wmf": "image/x-wmf", "emf": "image/x-emf", "bin": "application/vnd.openxmlformats-officedocument.oleObject"}  # fmt: skip
    inner = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in endings.items())
    inner += f'<Override PartName="/word/document.xml" ContentType="{main}.document.main+xml"/>'
    inner += f'<Override PartName="/word/styles.xml" ContentType="{main}.styles+xml"/>'
    inner += f'<Override PartName="/word/numbering.xml" ContentType="{main}.numbering+xml"/>'
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{inner}</Types>'


def lists(*levels: Sequence[tuple[str, str]], labels: str = "") -> str:
    """`w:numbering` with one list for each argument: its levels as (form, text). Numbers 1, 2, … name them."""
    found = ""
    for number, one in enumerate(levels, 1):
        inner = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{labels if at else ""}</w:lvl>'
            for at, (form, text) in enumerate(one)
        )
        found += f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>'
    return found + "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, len(levels) + 1)
    )
