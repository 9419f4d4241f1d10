"""The parts of a Word file of ours: styles, lists, relations, pictures. The same content gives the same bytes: no time, no user's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from question_bank.formats.docx_lines import DOTS_STYLE, LISTING_STYLE, NUMBERS_STYLE
from question_bank.formats.docx_own import (
    EXPLANATION_STYLE,
    KEY_STYLE,
    LABEL_STYLE,
    QUESTION_STYLE,
    ROW_STYLE,
    SHARED_STYLE,
    TOPIC_STYLE,
)
from question_bank.formats.docx_text_write import DOTS, STYLE_IDS
from question_bank.formats.office_package import zipped_office

_SCHEMAS = "http://schemas.openxmlformats.org"
_OFFICE = f"{_SCHEMAS}/officeDocument/2006/relationships"
_NAMESPACES = (
    f'xmlns:w="{_SCHEMAS}/wordprocessingml/2006/main" xmlns:r="{_OFFICE}" xmlns:m="{_SCHEMAS}/officeDocument/2006/math"'
    f' xmlns:wp="{_SCHEMAS}/drawingml/2006/wordprocessingDrawing" xmlns:a="{_SCHEMAS}/drawingml/2006/main"'
    f' xmlns:pic="{_SCHEMAS}/drawingml/2006/picture"'
)
_KINDS = {
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "svg": "image/svg+xml",
    "rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml",
}  # fmt: skip
_BOLD = "<w:b/>"
# Each style: its name, properties of its paragraphs, properties of its runs.
_STYLES: tuple[tuple[str, str, str], ...] = (
    (
        TOPIC_STYLE,
        '<w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/>',
        '<w:b/><w:sz w:val="28"/>',
    ),
    (SHARED_STYLE, '<w:keepNext/><w:spacing w:before="240" w:after="60"/>', ""),
    (QUESTION_STYLE, '<w:keepNext/><w:spacing w:before="200" w:after="60"/>', ""),
    (ROW_STYLE, '<w:ind w:left="360"/>', ""),
    (EXPLANATION_STYLE, '<w:ind w:left="360"/><w:spacing w:before="60"/>', ""),
    (KEY_STYLE, '<w:keepNext/><w:spacing w:before="360" w:after="120"/><w:jc w:val="center"/>', _BOLD),
    (
        LISTING_STYLE,
        '<w:ind w:left="360"/>',
        '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>',
    ),
    (NUMBERS_STYLE, "", ""),
    (DOTS_STYLE, "", ""),
)


def style_id(name: str) -> str:
    """Of a style's name."""
    return STYLE_IDS.get(name, name.replace(" ", ""))


@dataclass(slots=True)
class Pictures:
    """The pictures of the file, each once: part by its name in the bank, relations `p1`, `p2`, …"""

    parts: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def relation(self, name: str, ending: str, data: bytes) -> str:
        """Of a picture, which is put into the file."""
        if name not in self.parts:
            self.parts[name] = (f"media/image{len(self.parts) + 1}.{ending}", data)
        return f"p{list(self.parts).index(name) + 1}"


def package(blocks: Sequence[str], pictures: Pictures, lists: int) -> bytes:
    """The file; `lists` is the number of the last numbered list."""
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
    document = f"<w:document {_NAMESPACES}><w:body>{''.join(blocks)}{page}</w:body></w:document>"
    related = [("s", "styles", "styles.xml"), ("n", "numbering", "numbering.xml")]
    related += [(f"p{n}", "image", part) for n, (part, _) in enumerate(pictures.parts.values(), 1)]
    members: dict[str, bytes] = {
        "[Content_Types].xml": _types().encode(),
        "_rels/.rels": _relations([("d", "officeDocument", "word/document.xml")]).encode(),
        "word/document.xml": document.encode(),
        "word/_rels/document.xml.rels": _relations(related).encode(),
        "word/styles.xml": _styles().encode(),
        "word/numbering.xml": _numbering(lists).encode(),
        **{f"word/{part}": data for part, data in pictures.parts.values()},
    }
    return zipped_office(members)


def _types() -> str:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    defaults = "".join(f'<Default Extension="{ending}" ContentType="{one}"/>' for ending, one in _KINDS.items())
    parts = (("document", "document.main"), ("styles", "styles"), ("numbering", "numbering"))
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}.{one}+xml"/>' for name, one in parts
    )
    return f'<Types xmlns="{_SCHEMAS}/package/2006/content-types">{defaults}{overrides}</Types>'


def _relations(found: Sequence[tuple[str, str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{escape(target)}"/>' for key, kind, target in found
    )
    return f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">{inner}</Relationships>'


def _styles() -> str:
    font = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="26"/>'
    defaults = f"<w:docDefaults><w:rPrDefault><w:rPr>{font}</w:rPr></w:rPrDefault></w:docDefaults>"
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    label = f'<w:style w:type="character" w:customStyle="1" w:styleId="{style_id(LABEL_STYLE)}"><w:name w:val="{LABEL_STYLE}"/><w:rPr>{_BOLD}</w:rPr></w:style>'
    made = "".join(
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:next w:val="Normal"/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
        for name, paragraph, run in _STYLES
    )
    return f"<w:styles {_NAMESPACES}>{defaults}{normal}{label}{made}</w:styles>"


def _numbering(lists: int) -> str:
    """One list of dots, one of numbers; each numbered list begins anew."""
    indent = '<w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr>'
    forms = ((DOTS, "bullet", "•"), (DOTS + 1, "decimal", "%1."))
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/>{indent}</w:lvl></w:abstractNum>'
        for number, form, text in forms
    )
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbers = f'<w:num w:numId="{DOTS}"><w:abstractNumId w:val="{DOTS}"/></w:num>' + "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{DOTS + 1}"/>{anew}</w:num>'
        for number in range(DOTS + 1, lists + 1)
    )
    return f"<w:numbering {_NAMESPACES}>{abstract}{numbers}</w:numbering>"
