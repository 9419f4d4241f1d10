"""The texts of a Word file as one flat sequence of paragraphs, each with its place; tables, text boxes and sections on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from question_bank.formats.office_package import OfficePackage, value
from question_bank.formats.word_styles import NO_GROUND, Ground
from question_bank.formats.word_table_styles import parts_of_cell, shown_parts
from question_bank.formats.xml_tree import Node
from question_bank.practical.word.content import At, Change
from question_bank.practical.word.found import Found
from question_bank.practical.word.inline import Inline, Line
from question_bank.practical.word.paragraphs import Context, Paragraph
from question_bank.practical.word.places import Cell, Place
from question_bank.practical.word.tables import RawCell, RawTable

_WRAPPERS = frozenset({"w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo"})
_AROUND = _WRAPPERS | {"w:sdt"}


@dataclass(slots=True)
class Story:
    """One text of the file while it is read: the body, a header, a footnote."""

    part: str
    inline: Inline
    place: Place
    pending: tuple[Line, Node] | None = None  # a paragraph whose end was deleted: it goes on in the next


class Reader:
    """Reads all texts of one file into `found`."""

    def __init__(self, package: OfficePackage, context: Context) -> None:
        self.found = Found()
        self.tops: dict[str, Node] = {}
        self._ended_page = 0  # the number of the last paragraph with a page break at its end
        self._package = package
        self._context = context
        self._hidden = frozenset(
            one.id for one in context.styles.all
            if any(up.run is not None and up.run.child("w:vanish") is not None for up in context.styles.chain(one))
        )  # fmt: skip

    def read(self, part: str, node: Node, place: Place) -> tuple[int, int]:
        """One text; the numbers of its paragraphs, from … to before."""
        relations = self._package.relations(part)

        def part_of(number: str) -> str:
            found = relations.get(number)
            return found.target if found and not found.outside else ""

        def address_of(number: str) -> str:
            found = relations.get(number)
            return found.target if found and found.outside else ""

        story = Story(part, Inline(self.found, part_of, address_of, self._hidden), place)
        first = self._next
        self._text(node.children, story, NO_GROUND)
        return first, self._next

    @property
    def _next(self) -> int:
        return len(self.found.paragraphs) + 1

    def _blocks(self, nodes: Iterable[Node], story: Story, ground: Ground) -> None:
        for node in nodes:
            match node.name:
                case "w:p":
                    self._paragraph(node, story, ground)
                case "w:tbl":
                    self._table(node, story)
                case "w:sdt":
                    start = At(self._next, 0)
                    for content in node.all("w:sdtContent"):
                        self._blocks(content.children, story, ground)
                    story.inline.control(node, start, At(self._next, 0))
                case "w:sectPr":
                    self._section(node, story)
                case "mc:AlternateContent":
                    chosen = node.child("mc:Choice") or node.child("mc:Fallback")
                    self._blocks(chosen.children if chosen else (), story, ground)
                case name if name in _WRAPPERS:
                    self._blocks(node.children, story, ground)
                case _:
                    story.inline.mark(node, At(self._next, 0))

    def _text(self, nodes: Iterable[Node], story: Story, ground: Ground) -> None:
        """All blocks of a text, a cell or a box: what waits for a next paragraph finds none behind its end."""
        self._blocks(nodes, story, ground)
        if story.pending is not None:
            (line, node), story.pending = story.pending, None
            self._append(line, node, story, ground)

    def _section(self, node: Node, story: Story) -> None:
        self.found.sections.append((node, story.part))
        story.place = replace(story.place, section=story.place.section + 1)

    def _paragraph(self, node: Node, story: Story, ground: Ground) -> None:
        line = story.pending[0] if story.pending else Line(self._next, story.place)
        story.pending = None
        story.inline.inside(node, line)
        properties = node.child("w:pPr")
        mark = properties.child("w:rPr") if properties else None
        if properties is not None:
            self._changes(properties, mark, line)
        if mark is not None and (mark.child("w:del") is not None or mark.child("w:moveFrom") is not None):
            story.pending = line, node
            return
        self._append(line, node, story, ground)
        section = properties.child("w:sectPr") if properties else None
        if section is not None:
            self._section(section, story)

    def _append(self, line: Line, node: Node, story: Story, ground: Ground) -> None:
        properties = node.child("w:pPr")
        style = self._context.styles.paragraph_style(properties)
        label = self._context.numbering.number(properties, style)
        after_break = line.number > 1 and self._ended_page == line.number - 1
        self.found.paragraphs.append(
            Paragraph(
                line.number,
                line.place,
                tuple(line.runs),
                style,
                label,
                node,
                story.part,
                after_break,
                ground,
                self._context,
            )
        )
        here = takewhile(lambda one: one.at.paragraph == line.number, reversed(self.found.breaks))
        if any(one.kind == "page" and one.at == line.at for one in here):
            self._ended_page = line.number
        self._boxes(line, story)

    def _changes(self, properties: Node, mark: Node | None, line: Line) -> None:
        """Tracked changes of a paragraph's format, and of its end."""
        for kind, node in (
            ("format", properties.child("w:pPrChange")),
            ("insert", mark.child("w:ins") if mark else None),
            ("delete", mark.child("w:del") if mark else None),
        ):
            if node is not None:
                self.found.changes.append(Change(kind, node.get("w:author"), node.get("w:date"), "", line.at))

    def _boxes(self, line: Line, story: Story) -> None:
        """The text boxes that hang on a paragraph come behind it."""
        for box, drawing in line.boxes:
            inner = Story(story.part, story.inline, replace(story.place, box=True))
            first = self._next
            self._text(box.children, inner, NO_GROUND)
            self.found.drawings[drawing] = replace(self.found.drawings[drawing], paragraphs=(first, self._next))

    def _table(self, node: Node, story: Story) -> None:
        self.found.table_count += 1
        number, first = self.found.table_count, self._next
        form = node.child("w:tblPr")
        named = self._context.styles.style(value(form.child("w:tblStyle")) if form else "")
        style = named or self._context.styles.table_style()
        shown = shown_parts(form.child("w:tblLook") if form else None)
        every = [row for row in _inside(node, "w:tr") if row.path("w:trPr", "w:del") is None]
        rows: list[tuple[Node, tuple[RawCell, ...]]] = []
        parts: list[tuple[tuple[str, ...], ...]] = []
        outer = story.place
        for y, row in enumerate(every):
            cells = list(_inside(row, "w:tc"))
            places = [parts_of_cell(shown, y, len(every), x, len(cells)) for x in range(len(cells))]
            read: list[RawCell] = []
            for x, cell in enumerate(cells):
                story.place = replace(outer, section=story.place.section, cell=Cell(number, y + 1, x + 1))
                start = self._next
                self._text(cell.children, story, self._context.styles.in_table(style, places[x]))
                read.append(RawCell(cell, (start, self._next)))
            rows.append((row, tuple(read)))
            parts.append(tuple(places))
        story.place = replace(outer, section=story.place.section)
        self.found.tables.append(
            RawTable(
                number,
                outer.section,
                node,
                story.part,
                style,
                tuple(rows),
                tuple(parts),
                (first, self._next),
                outer.cell is not None,
            )
        )


def _inside(node: Node, name: str) -> Iterator[Node]:
    """The rows of a table, the cells of a row; also within what only wraps them."""
    for one in node.children:
        if one.name == name:
            yield one
        elif one.name in _AROUND:
            yield from _inside(one, name)
