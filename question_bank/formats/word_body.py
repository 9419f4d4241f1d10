"""The body of a Word document as blocks: paragraphs with what they look like and their automatic labels, and tables.

Tracked changes are read as accepted, hidden text is kept apart, text boxes come after the paragraph they hang on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from question_bank.formats.office_package import OfficePackage, value, whole
from question_bank.formats.word_numbering import Numbered, Numbering
from question_bank.formats.word_runs import Runs
from question_bank.formats.word_styles import NO_GROUND, Ground, Style, Styles
from question_bank.formats.word_table_styles import parts_of_cell, shown_parts
from question_bank.formats.word_text import Look, Rich, join, typed
from question_bank.formats.xml_tree import Node
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase

_MOST_SPAN = 63  # columns of a Word table
_DROPPED = frozenset({
    "w:proofErr", "w:bookmarkStart", "w:bookmarkEnd", "w:lang", "w:sectPr", "w:rPrChange", "w:pPrChange", "w:tblPrChange",
    "w:tcPrChange", "w:trPrChange", "w:numberingChange", "w:szCs", "w:sz", "w:kern", "w:permStart", "w:permEnd",
    "w:commentRangeStart", "w:commentRangeEnd", "w:lastRenderedPageBreak", "w:noProof", "w:bCs", "w:iCs", "m:ctrlPr",
})  # fmt: skip
_WRAPPERS = frozenset({"w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `at` counts paragraphs of the file from 1; `notes` are codes of what a reader should know of it.

    `list` and `level` say where its automatic label comes from (empty and 0 without one); `bullet` is a label that counts
    nothing. `hidden` is text that Word does not show.
    """

    rich: Rich
    at: int
    style: str = ""
    list: str = ""
    level: int = 0
    bullet: bool = False
    centred: bool = False
    heading: bool = False
    notes: frozenset[str] = frozenset()
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what is in it, and how many columns and whether rows it takes."""

    blocks: tuple[Block, ...]
    span: int = 1
    continues: bool = False  # it is part of the cell above


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `at` is the paragraph it comes before."""

    rows: tuple[tuple[Cell, ...], ...]
    at: int


Block: TypeAlias = "Paragraph | Table"


@dataclass(slots=True)
class Body:
    """Reads one document from its parts."""

    package: OfficePackage
    part: str
    styles: Styles
    numbering: Numbering
    runs: Runs
    _count: int = 0
    _pending: list[tuple[Rich, frozenset[str]]] = field(default_factory=list)

    @classmethod
    def open(cls, package: OfficePackage) -> Body:
        """Raises UnreadableFileError."""
        part = package.main_part()
        styles = Styles(
            package.xml(package.related(part, "styles"), _DROPPED - {"w:sz"}),
            package.xml(package.related(part, "theme")),
        )
        numbering = Numbering(package.xml(package.related(part, "numbering"), _DROPPED), styles)
        notes = [
            node
            for kind in ("footnote", "endnote")
            if (top := package.xml(package.related(part, f"{kind}s"), _DROPPED)) is not None
            for node in top.all(f"w:{kind}")
        ]
        return cls(package, part, styles, numbering, Runs(styles, package.relations(part), notes))

    def read(self) -> list[Block]:
        """Every block. Raises UnreadableFileError."""
        top = self.package.xml(self.part, _DROPPED)
        body = top.child("w:body") if top else None
        if body is None:
            raise UnreadableFileError(phrase("the file holds no text"))
        return self._blocks(body.children, NO_GROUND)

    def _blocks(self, nodes: Iterable[Node], ground: Ground) -> list[Block]:
        found: list[Block] = []
        for node in nodes:
            if node.name == "w:p":
                found += self._paragraph(node, ground)
            elif node.name == "w:tbl":
                found.append(self._table(node))
            elif node.name in _WRAPPERS:
                found += self._blocks(node.children, ground)
            elif node.name == "mc:AlternateContent":
                chosen = node.child("mc:Choice") or node.child("mc:Fallback")
                found += self._blocks(chosen.children, ground) if chosen else []
        return found

    def _paragraph(self, node: Node, ground: Ground) -> list[Block]:
        self._count += 1
        at = self._count
        properties = node.child("w:pPr")
        style = self.styles.paragraph_style(properties)
        own = properties.child("w:shd") if properties else None
        shade = self.styles.shade(own if own is not None else _style_shade(self.styles, style))
        behind = replace(ground, shade=shade) if shade else ground
        content = self.runs.paragraph(node, style, behind)
        mark = properties.child("w:rPr") if properties else None
        rich, notes = content.rich, content.notes
        if self._pending:
            rich = join([*(before for before, _ in self._pending), rich])
            notes = notes.union(*(said for _, said in self._pending))
            self._pending = []
        if mark is not None and mark.child("w:del") is not None:
            self._pending.append((rich, notes | {"tracked"}))  # the paragraph's end was deleted: it goes on in the next
            return []
        numbered = self.numbering.number(properties, style)
        if numbered is not None and not numbered.bullet:
            rich = join([self._label(numbered, style, mark, behind), rich])
        found: list[Block] = [
            Paragraph(
                rich, at, style.name if style else "", numbered.list if numbered else "",
                numbered.level if numbered else 0, bool(numbered and numbered.bullet), self._centred(properties, style),
                _is_heading(properties, style), notes, content.hidden,
            )
        ]  # fmt: skip
        for box, code in content.boxes:
            found += [_behind(block, code) for block in self._blocks(box.children, NO_GROUND)]
        return found

    def _label(self, numbered: Numbered, style: Style | None, mark: Node | None, ground: Ground) -> Rich:
        """The automatic label with its look: that of the paragraph's end (but for its underline, as Word does it), then
        what the list says."""
        form = self.styles.format(style, None, mark, ground=ground)
        form.nodes.pop("w:u", None)
        for own in numbered.run.children if numbered.run else ():
            if own.name in ("w:b", "w:i", "w:strike"):
                form.switches[own.name] = value(own, "1") not in ("0", "false", "off")
            elif own.name in ("w:u", "w:color", "w:highlight", "w:shd"):
                form.nodes[own.name] = own
        look: Look = self.styles.look(form, auto=True)
        return typed(numbered.text, look)

    def _centred(self, properties: Node | None, style: Style | None) -> bool:
        own = properties.child("w:jc") if properties else None
        for one in self.styles.chain(style) if own is None else ():
            own = own or (one.paragraph.child("w:jc") if one.paragraph else None)
        return value(own) == "center"

    def _table(self, node: Node) -> Table:
        form = node.child("w:tblPr")
        style = self.styles.style(value(form.child("w:tblStyle")) if form else "") or self.styles.table_style()
        shown = shown_parts(form.child("w:tblLook") if form else None)
        every = [row for row in _inside(node, "w:tr") if row.path("w:trPr", "w:del") is None]
        rows: list[tuple[Cell, ...]] = []
        at = self._count + 1
        for y, row in enumerate(every):
            nodes = list(_inside(row, "w:tc"))
            cells: list[Cell] = []
            for x, cell in enumerate(nodes):
                places = parts_of_cell(shown, y, len(every), x, len(nodes))
                cells.append(self._cell(cell, self.styles.in_table(style, places)))
            rows.append(tuple(cells))
        return Table(tuple(rows), at)

    def _cell(self, node: Node, ground: Ground) -> Cell:
        form = node.child("w:tcPr")
        span = min(whole(value(form.child("w:gridSpan")) if form else "", 1), _MOST_SPAN)
        merge = form.child("w:vMerge") if form else None
        continues = merge is not None and value(merge, "continue") == "continue"
        own = form.child("w:shd") if form else None
        if own is not None:
            ground = replace(ground, shade=self.styles.shade(own))
        return Cell(tuple(self._blocks(node.children, ground)), max(span, 1), continues)


def _inside(node: Node, name: str) -> Iterable[Node]:
    """The rows of a table, the cells of a row; also within what only wraps them."""
    for one in node.children:
        if one.name == name:
            yield one
        elif one.name in _WRAPPERS:
            yield from _inside(one, name)


def _behind(block: Block, code: str) -> Block:
    """What hangs on a paragraph and was put behind it; `code` says so."""
    return replace(block, notes=block.notes | {code}) if isinstance(block, Paragraph) else block


def _style_shade(styles: Styles, style: Style | None) -> Node | None:
    for one in styles.chain(style):
        if one.paragraph is not None and (found := one.paragraph.child("w:shd")) is not None:
            return found
    return None


def _is_heading(properties: Node | None, style: Style | None) -> bool:
    if properties is not None and properties.child("w:outlineLvl") is not None:
        return True
    return style is not None and style.name.lower().startswith(("heading", "title", "tiêu đề"))
