"""A text of the bank as paragraphs of a Word file: looks, mathematics as Word's equations, pictures, lists, tables. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from question_bank.content import Content, Entries, Gap, Grid, Listing, Math, Medium, Node, Span, Words
from question_bank.formats.docx_lines import DOTS_STYLE, LISTING_STYLE, NUMBERS_STYLE
from question_bank.formats.docx_signature import shown_gap, shown_medium
from question_bank.formats.omml_write import omml_of
from question_bank.formats.xml_tree import writable

_PIECES = re.compile(r"([\n\t])")
_SWITCHES = (("b", "<w:b/>"), ("i", "<w:i/>"), ("s", "<w:strike/>"))
_EMU = 9525  # of a pixel at 96 to an inch
_MOST_WIDE = 5_400_000  # EMU: 15 cm, what a page of A4 has between its margins
STYLE_IDS = {LISTING_STYLE: "ExamroomListing", NUMBERS_STYLE: "ExamroomNumbers", DOTS_STYLE: "ExamroomDots"}
DOTS = 1  # the list of dots; each numbered list has a number of its own from 2


@dataclass(slots=True)
class TextWriter:
    """Writes the texts of one file. `picture` gives a part's relation and size in pixels, None for a file that is not there."""

    picture: Callable[[str], tuple[str, int, int] | None]
    lists: int = DOTS
    pictures: int = 0
    lost: dict[str, None] = field(default_factory=dict)  # codes of what the text being written loses

    def blocks(self, content: Content, style: str = "", lead: str = "") -> list[str]:
        """Paragraphs and tables; `lead` are runs before the first word. There is always a first paragraph."""
        found: list[str] = []
        line: list[str] = [lead] if lead else []
        named = style

        def close(always: bool = False) -> None:
            nonlocal line, named
            if line or always:
                found.append(paragraph(line, named))
                line, named = [], ""

        for node in content:
            if isinstance(node, Listing | Entries | Grid):
                close(always=not found)
                found += self._block(node)
            elif isinstance(node, Words):
                for number, part in enumerate(re.split(r"\n\n+", node.text)):
                    if number:
                        close(always=not found)
                    line += [run(part)] if part else []
            else:
                line += self._inline([node], frozenset())
        close(always=not found)
        return found

    def _block(self, node: Listing | Entries | Grid) -> list[str]:
        match node:
            case Listing(text=text):
                return [paragraph([run(text, frozenset({"code"}))], STYLE_IDS[LISTING_STYLE])]
            case Entries(numbered=numbered, entries=entries):
                self.lists += numbered
                form = STYLE_IDS[NUMBERS_STYLE if numbered else DOTS_STYLE]
                number = self.lists if numbered else DOTS
                return [paragraph(self._inline(entry, frozenset()), form, number) for entry in entries]
            case Grid(rows=rows):
                cells = [[paragraph(self._inline(cell, frozenset())) for cell in row] for row in rows]
                return [table(cells), "<w:p/>"]

    def _inline(self, content: Iterable[Node], spans: frozenset[str]) -> list[str]:
        found: list[str] = []
        for node in content:
            match node:
                case Words(text=text):
                    found.append(run(text, spans))
                case Span(kind=kind, inner=inner):
                    around = spans - {"sub", "sup"} if kind in ("sub", "sup") else spans
                    found += self._inline(inner, around | {kind})
                case Math(tex=tex, display=display):
                    found.append(self._formula(tex, display))
                case Medium():
                    found.append(self._medium(node))
                case Gap(name=name):
                    found.append(run(shown_gap(name)))
                case Listing(text=text):
                    found.append(run(text, frozenset({"code"})))
                case Entries() | Grid():
                    self.lost["blocks"] = None  # a cell or an entry holds one line
        return found

    def _formula(self, tex: str, display: bool) -> str:
        made = omml_of(tex, display)
        if made is None:
            self.lost["formula"] = None
            return run(tex)
        return f"<m:oMathPara>{made}</m:oMathPara>" if display else made

    def _medium(self, node: Medium) -> str:
        known = self.picture(node.name) if node.kind == "picture" else None
        if known is None:
            self.lost["medium"] = None
            return run(shown_medium(node))
        relation, width, height = known
        self.pictures += 1
        return drawing(relation, width, height, node.label, self.pictures)


def run(text: str, spans: frozenset[str] = frozenset(), style: str = "", hidden: bool = False) -> str:
    """One run; line breaks and tabs are elements."""
    form = [f'<w:rStyle w:val="{style}"/>' if style else ""]
    form.append('<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>' if "code" in spans else "")
    form += [element for kind, element in _SWITCHES if kind in spans]
    form += ["<w:vanish/>" if hidden else "", '<w:u w:val="single"/>' if "u" in spans else ""]
    level = "subscript" if "sub" in spans else "superscript" if "sup" in spans else ""
    form.append(f'<w:vertAlign w:val="{level}"/>' if level else "")
    inner = "".join(form)
    elements = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    pieces = [elements.get(piece) or _text(piece) for piece in _PIECES.split(text) if piece]
    return f"<w:r>{f'<w:rPr>{inner}</w:rPr>' if inner else ''}{''.join(pieces)}</w:r>" if pieces else ""


def _text(words: str) -> str:
    return f'<w:t xml:space="preserve">{escape(writable(words))}</w:t>'


def paragraph(runs: Sequence[str], style: str = "", number: int = 0) -> str:
    """One paragraph of runs."""
    form = f'<w:pStyle w:val="{style}"/>' if style else ""
    form += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    return f"<w:p>{f'<w:pPr>{form}</w:pPr>' if form else ''}{''.join(runs)}</w:p>"


def table(rows: Sequence[Sequence[str]], heading: bool = False) -> str:
    """A table of paragraphs, with lines around its cells; with `heading` the first row is repeated on every page."""
    columns = max(map(len, rows), default=1)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in sides)
    form = f'<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
    grid = "<w:gridCol/>" * columns
    body = ""
    for number, row in enumerate(rows):
        mark = "<w:trPr><w:tblHeader/></w:trPr>" if heading and number == 0 else ""
        cells = "".join(f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>{cell}</w:tc>' for cell in row)
        body += f"<w:tr>{mark}{cells}</w:tr>"
    return f"<w:tbl>{form}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def drawing(relation: str, width: int, height: int, label: str, number: int) -> str:
    """A picture in the line, with its description."""
    wide, high = max(width, 1) * _EMU, max(height, 1) * _EMU
    if wide > _MOST_WIDE:
        wide, high = _MOST_WIDE, max(high * _MOST_WIDE // wide, 1)
    named = f'id="{number}" name="Examroom {number}" descr={quoteattr(writable(label))}'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr {named}/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/>'
        f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
