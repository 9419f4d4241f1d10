"""Writes small presentations whose bytes are the same every time: for the samples, and for the tests of the checks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from question_bank.formats.office_package import zipped_office
from scripts.presentation_parts import (
    LAYOUTS,
    NAMESPACES,
    TABLE_STYLE,
    TREE,
    box,
    default_text,
    layout,
    master,
    placeholder,
    table_styles,
    theme,
)

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument"
_TYPES: Final = {
    "presentation": f"{_TYPE}.presentationml.presentation.main+xml", "slide": f"{_TYPE}.presentationml.slide+xml",
    "slideLayout": f"{_TYPE}.presentationml.slideLayout+xml", "slideMaster": f"{_TYPE}.presentationml.slideMaster+xml",
    "theme": f"{_TYPE}.theme+xml", "notesSlide": f"{_TYPE}.presentationml.notesSlide+xml", "notesMaster": f"{_TYPE}.presentationml.notesMaster+xml",
    "comment": f"{_TYPE}.presentationml.comments+xml", "commentAuthors": f"{_TYPE}.presentationml.commentAuthors+xml",
    "presProps": f"{_TYPE}.presentationml.presProps+xml", "tableStyles": f"{_TYPE}.presentationml.tableStyles+xml", "chart": f"{_TYPE}.drawingml.chart+xml",
    "core": "application/vnd.openxmlformats-package.core-properties+xml",
}  # fmt: skip
WIDE: Final = 12_192_000  # EMU: what the places of master and layouts are made for
_ACROSS: Final = re.compile(r'\b(x|cx)="(\d+)"')
_PICTURES: Final = {"png": "image/png", "jpeg": "image/jpeg", "wav": "audio/wav", "mp4": "video/mp4"}
RELATION: Final = {"wav": "audio", "mp4": "video", "png": "image", "jpeg": "image"}


@dataclass(frozen=True)
class Page:
    """One slide: its shapes as XML, and what belongs to it. `relations` are (id, kind, target); a target with `:` lies outside."""

    layout: str = "content"
    shapes: str = ""
    hidden: bool = False
    background: str = ""
    transition: str = ""
    timing: str = ""
    notes: str = ""
    comments: Sequence[tuple[str, str]] = ()
    relations: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class Deck:
    """A whole presentation. `top` stands at the end of the presentation's part, `shown` in its settings, `parts` are added or replaced."""

    pages: Sequence[Page]
    width: int = WIDE
    height: int = 6_858_000
    fonts: tuple[str, str] = ("Arial", "Arial")
    properties: Mapping[str, str] = field(default_factory=dict)
    shows: str = ""
    extensions: str = ""
    shown: str = ""
    parts: Mapping[str, bytes] = field(default_factory=dict)


def paragraph(text: str, level: int = 0, properties: str = "", run: str = "") -> str:
    """One paragraph of one run; `properties` are attributes and `run` what stands in its `rPr`."""
    deep = f' lvl="{level}"' if level else ""
    attributes, _, inner = run.partition("|")
    return f'<a:p><a:pPr{deep}{" " + properties if properties else ""}/><a:r><a:rPr lang="vi-VN"{" " + attributes if attributes else ""}>{inner}</a:rPr><a:t>{escape(text)}</a:t></a:r></a:p>'


def title(text: str, run: str = "", kind: str = "title") -> str:
    """The title placeholder."""
    return placeholder(2, "Title 1", kind, "", paragraph(text, run=run) if text else "")


def body(*lines: str | tuple[str, int], index: int = 1, number: int = 3, sort: str = "") -> str:
    """A text placeholder; lines, or lines with their level."""
    said = [(one, 0) if isinstance(one, str) else one for one in lines]
    text = "".join(paragraph(line, level) if not line.startswith("<a:p>") else line for line, level in said)
    return placeholder(number, f"Content {number}", sort, "", text, index)


def shape(
    number: int, name: str, place: tuple[float, float, float, float], text: str = "", geometry: str = "rect", look: str = "",
    click: str = "", boxed: bool = False, frame: str = "", alt: str = "",
) -> str:  # fmt: skip
    """A drawn shape or a text box; millimetres; `look` are fill and line, `frame` attributes of the text's frame."""
    words = text if text.startswith("<a:p>") else paragraph(text) if text else "<a:p><a:endParaRPr/></a:p>"
    described = f" descr={quoteattr(alt)}" if alt else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(name)}{described}>{click}</p:cNvPr><p:cNvSpPr{" txBox=" + chr(34) + "1" + chr(34) if boxed else ""}/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr>{box(*place)}<a:prstGeom prst="{geometry}"><a:avLst/></a:prstGeom>{look}</p:spPr>'
        f"<p:txBody><a:bodyPr {frame}/><a:lstStyle/>{words}</p:txBody></p:sp>"
    )


def picture(number: int, name: str, relation: str, place: tuple[float, float, float, float], alt: str = "", crop: str = "", held: str = "") -> str:  # fmt: skip
    """A picture; `held` stands in its `nvPr` (a sound, a film)."""
    return (
        f'<p:pic><p:nvPicPr><p:cNvPr id="{number}" name={quoteattr(name)} descr={quoteattr(alt)}/><p:cNvPicPr/><p:nvPr>{held}</p:nvPr></p:nvPicPr>'
        f'<p:blipFill><a:blip r:embed="{relation}"/>{crop}<a:stretch><a:fillRect/></a:stretch></p:blipFill>'
        f'<p:spPr>{box(*place)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )


def frame(number: int, name: str, place: tuple[float, float, float, float], uri: str, inner: str, alt: str = "") -> str:
    """A frame that holds a table, a chart or a diagram."""
    return (
        f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name={quoteattr(name)} descr={quoteattr(alt)}/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
        f'{box(*place, tag="p:xfrm")}<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/{uri}">{inner}</a:graphicData></a:graphic></p:graphicFrame>'
    )


def table(number: int, place: tuple[float, float, float, float], rows: Sequence[Sequence[str]], flags: str = 'firstRow="1" bandRow="1"', style: str = TABLE_STYLE) -> str:  # fmt: skip
    """A table of plain cells; a cell that begins with `<a:tc` is XML."""
    wide = round(place[2] * 36_000 / len(rows[0]))
    high = round(place[3] * 36_000 / len(rows))

    def cell(text: str) -> str:
        if text.startswith("<a:tc"):
            return text
        return f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{paragraph(text)}</a:txBody><a:tcPr/></a:tc>"

    lines = "".join(f'<a:tr h="{high}">{"".join(map(cell, row))}</a:tr>' for row in rows)
    grid = f'<a:gridCol w="{wide}"/>' * len(rows[0])
    return frame(number, f"Table {number}", place, "table", f"<a:tbl><a:tblPr {flags}><a:tableStyleId>{style}</a:tableStyleId></a:tblPr><a:tblGrid>{grid}</a:tblGrid>{lines}</a:tbl>")  # fmt: skip


def chart(number: int, relation: str, place: tuple[float, float, float, float], alt: str = "") -> str:
    """The frame of a chart."""
    inner = f'<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{relation}"/>'
    return frame(number, f"Chart {number}", place, "chart", inner, alt)


def chart_part(kind: str, names: Sequence[str], series: Mapping[str, Sequence[float]], heading: str = "", legend: str = "r", labels: bool = False) -> bytes:  # fmt: skip
    """A chart's part; `kind` is col, bar, line or pie."""
    drawn = {"col": "barChart", "bar": "barChart", "line": "lineChart", "pie": "pieChart"}[kind]
    shown = f'<c:dLbls><c:showLegendKey val="0"/><c:showVal val="{int(labels)}"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'

    def points(values: Sequence[object], tag: str) -> str:
        inner = "".join(f'<c:pt idx="{n}"><c:v>{escape(str(one))}</c:v></c:pt>' for n, one in enumerate(values))
        return f'<c:{tag}Cache>{"<c:formatCode>General</c:formatCode>" if tag == "num" else ""}<c:ptCount val="{len(values)}"/>{inner}</c:{tag}Cache>'

    rows = "".join(
        f'<c:ser><c:idx val="{n}"/><c:order val="{n}"/><c:tx><c:strRef><c:f>Sheet1!${"BCDEF"[n]}$1</c:f>{points([name], "str")}</c:strRef></c:tx>{shown}'
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${len(names) + 1}</c:f>{points(names, 'str')}</c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!${'BCDEF'[n]}$2:${'BCDEF'[n]}${len(names) + 1}</c:f>{points(values, 'num')}</c:numRef></c:val></c:ser>"
        for n, (name, values) in enumerate(series.items())
    )
    axes = '<c:axId val="111"/><c:axId val="112"/>' if kind != "pie" else ""
    first = (
        f'<c:barDir val="{kind}"/><c:grouping val="clustered"/>'
        if kind in ("col", "bar")
        else '<c:grouping val="standard"/>'
        if kind == "line"
        else ""
    )
    plane = (
        '<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="112"/></c:catAx>'
        '<c:valAx><c:axId val="112"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="111"/></c:valAx>'
    )
    above = f'<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{escape(heading)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>' if heading else '<c:autoTitleDeleted val="1"/>'  # fmt: skip
    side = f'<c:legend><c:legendPos val="{legend}"/><c:overlay val="0"/></c:legend>' if legend else ""
    return (
        f'<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" {NAMESPACES}><c:chart>{above}<c:plotArea><c:layout/>'
        f'<c:{drawn}>{first}{rows}{axes}</c:{drawn}>{plane if axes else ""}</c:plotArea>{side}<c:plotVisOnly val="1"/></c:chart></c:chartSpace>'
    ).encode()


def write(deck: Deck) -> bytes:
    """The file."""
    count = len(deck.pages)
    with_notes = any(page.notes for page in deck.pages)
    main = [("rIdM", "slideMaster", "slideMasters/slideMaster1.xml"), ("rIdT", "theme", "theme/theme1.xml"), ("rIdP", "presProps", "presProps.xml"), ("rIdS", "tableStyles", "tableStyles.xml")]  # fmt: skip
    main += [(f"rId{n}", "slide", f"slides/slide{n}.xml") for n in range(1, count + 1)]
    if with_notes:
        main.append(("rIdN", "notesMaster", "notesMasters/notesMaster1.xml"))
    authors = list(dict.fromkeys(author for page in deck.pages for author, _ in page.comments))
    if authors:
        main.append(("rIdA", "commentAuthors", "commentAuthors.xml"))
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations([("rId1", "officeDocument", "ppt/presentation.xml"), ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")]),
        "ppt/presentation.xml": _presentation(deck, with_notes), "ppt/_rels/presentation.xml.rels": relations(main),
        "ppt/presProps.xml": f"<p:presentationPr {NAMESPACES}>{deck.shown}</p:presentationPr>", "docProps/core.xml": _core(deck.properties), "ppt/tableStyles.xml": table_styles(),
        "ppt/theme/theme1.xml": theme("Office", *deck.fonts), "ppt/slideMasters/slideMaster1.xml": _stretched(master(), deck.width),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations([*((f"rId{n}", "slideLayout", f"../slideLayouts/slideLayout{n}.xml") for n in range(1, 6)), ("rId6", "theme", "../theme/theme1.xml")]),
    }  # fmt: skip
    for number in LAYOUTS.values():
        parts[f"ppt/slideLayouts/slideLayout{number}.xml"] = _stretched(layout(number), deck.width)
        parts[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = relations([("rId1", "slideMaster", "../slideMasters/slideMaster1.xml")])  # fmt: skip
    if with_notes:
        parts |= _notes_master(deck.fonts)
    if authors:
        listed = "".join(f'<p:cmAuthor id="{n}" name={quoteattr(one)} initials="A" lastIdx="9" clrIdx="{n}"/>' for n, one in enumerate(authors))  # fmt: skip
        parts["ppt/commentAuthors.xml"] = f"<p:cmAuthorLst {NAMESPACES}>{listed}</p:cmAuthorLst>"
    for number, page in enumerate(deck.pages, 1):
        parts |= _page(number, page, authors)
    whole = {name: one.encode() if isinstance(one, str) else one for name, one in (parts | dict(deck.parts)).items()}
    return zipped_office({"[Content_Types].xml": _content_types(list(whole)).encode(), **whole})


def _stretched(sheet: str, width: int) -> str:
    """A master or layout for slides of another width."""
    if width == WIDE:
        return sheet
    return _ACROSS.sub(lambda found: f'{found[1]}="{int(found[2]) * width // WIDE}"', sheet)


def relations(listed: Sequence[tuple[str, str, str]]) -> str:
    """A part's relations: (id, kind or whole type, target)."""
    rows = "".join(
        f'<Relationship Id="{name}" Type="{kind if "/" in kind else f"{_OFFICE}/{kind}"}" Target={quoteattr(target)}'
        + (' TargetMode="External"/>' if kind == "hyperlink" else "/>")
        for name, kind, target in listed
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _presentation(deck: Deck, with_notes: bool) -> str:
    slides = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in range(1, len(deck.pages) + 1))
    notes = '<p:notesMasterIdLst><p:notesMasterId r:id="rIdN"/></p:notesMasterIdLst>' if with_notes else ""
    return (
        f'<p:presentation {NAMESPACES} saveSubsetFonts="1"><p:sldMasterIdLst><p:sldMasterId id="2147483660" r:id="rIdM"/></p:sldMasterIdLst>{notes}'
        f'<p:sldIdLst>{slides}</p:sldIdLst><p:sldSz cx="{deck.width}" cy="{deck.height}"/><p:notesSz cx="6858000" cy="9144000"/>{deck.shows}'
        f"{default_text()}{deck.extensions}</p:presentation>"
    )


def _core(properties: Mapping[str, str]) -> str:
    names = {"title": "dc", "creator": "dc", "subject": "dc", "description": "dc", "keywords": "cp", "category": "cp"}
    told = "".join(f"<{names[name]}:{name}>{escape(said)}</{names[name]}:{name}>" for name, said in properties.items())
    return f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">{told}</cp:coreProperties>'


def _page(number: int, page: Page, authors: list[str]) -> dict[str, str]:
    listed = [("rIdL", "slideLayout", f"../slideLayouts/slideLayout{LAYOUTS[page.layout]}.xml"), *page.relations]
    made: dict[str, str] = {}
    if page.notes:
        listed.append(("rIdN", "notesSlide", f"../notesSlides/notesSlide{number}.xml"))
        text = "".join(paragraph(line) for line in page.notes.split("\n"))
        shapes = placeholder(2, "Notes", "body", "", text, 1)
        made[f"ppt/notesSlides/notesSlide{number}.xml"] = f"<p:notes {NAMESPACES}><p:cSld><p:spTree>{TREE}{shapes}</p:spTree></p:cSld></p:notes>"  # fmt: skip
        made[f"ppt/notesSlides/_rels/notesSlide{number}.xml.rels"] = relations([("rId1", "notesMaster", "../notesMasters/notesMaster1.xml"), ("rId2", "slide", f"../slides/slide{number}.xml")])  # fmt: skip
    if page.comments:
        listed.append(("rIdC", "comments", f"../comments/comment{number}.xml"))
        rows = "".join(
            f'<p:cm authorId="{authors.index(author)}" dt="2026-11-01T08:00:00" idx="{n}"><p:pos x="10" y="10"/><p:text>{escape(text)}</p:text></p:cm>'
            for n, (author, text) in enumerate(page.comments, 1)
        )
        made[f"ppt/comments/comment{number}.xml"] = f"<p:cmLst {NAMESPACES}>{rows}</p:cmLst>"
    made[f"ppt/slides/slide{number}.xml"] = (
        f"<p:sld {NAMESPACES}{' show=' + chr(34) + '0' + chr(34) if page.hidden else ''}><p:cSld>{page.background}<p:spTree>{TREE}{page.shapes}</p:spTree></p:cSld>"
        f"<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>{page.transition}{page.timing}</p:sld>"
    )
    made[f"ppt/slides/_rels/slide{number}.xml.rels"] = relations(listed)
    return made


def _notes_master(fonts: tuple[str, str]) -> dict[str, str | bytes]:
    shapes = placeholder(2, "Notes", "body", box(15, 115, 160, 120), index=1)
    mapping = 'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"'
    return {
        "ppt/notesMasters/notesMaster1.xml": f"<p:notesMaster {NAMESPACES}><p:cSld><p:spTree>{TREE}{shapes}</p:spTree></p:cSld><p:clrMap {mapping}/></p:notesMaster>",
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": relations([("rId1", "theme", "../theme/theme2.xml")]),
        "ppt/theme/theme2.xml": theme("Notes", *fonts),
    }


def _content_types(names: Sequence[str]) -> str:
    endings = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in _PICTURES.items())
    rows = []
    for name in names:
        stem = name.rpartition("/")[2].removesuffix(".xml").rstrip("0123456789")
        if name.endswith(".xml") and stem in _TYPES:
            rows.append(f'<Override PartName="/{name}" ContentType="{_TYPES[stem]}"/>')
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{endings}{"".join(rows)}</Types>'
    )
