"""Tables as grids: which cell covers which rows and columns, and what its frame and ground look like in the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from question_bank.formats.office_package import truth, value, whole
from question_bank.formats.word_measures import twips
from question_bank.formats.word_paragraphs import Border, Paragraphs
from question_bank.formats.word_styles import Style, Styles
from question_bank.formats.xml_tree import Node

MOST_COLUMNS = 63  # of a Word table
_SIDES = {"start": "left", "end": "right"}


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of the grid: its first row and column, from 1, and how many it covers; its paragraphs by number: from … to before.

    `borders` are the effective lines by side (`top`, `left`, `bottom`, `right`); `shade` six hex digits, empty for none.
    """

    row: int
    column: int
    rows: int
    columns: int
    paragraphs: tuple[int, int]
    shade: str = ""
    borders: Mapping[str, Border] = field(default_factory=dict)
    width: int = 0
    vertical: str = "top"
    more: tuple[int, int] = (0, 0)  # of cells merged into it from below: numbers of their paragraphs
    properties: Node | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, without those that a cell above covers."""

    cells: tuple[TableCell, ...]
    header: bool
    cant_split: bool
    height: int


@dataclass(frozen=True, eq=False)
class Table:
    """A table by its number in the file, from 1. `width` is twips (`pct`: fiftieths of a percent, `auto`)."""

    number: int
    section: int
    rows: tuple[Row, ...]
    columns: int
    grid: tuple[int, ...]
    style: Style | None
    align: str
    width: int
    width_kind: str
    fixed: bool
    indent: int
    paragraphs: tuple[int, int]
    node: Node
    part: str
    nested: bool = False

    @property
    def cells(self) -> tuple[TableCell, ...]:
        """All cells, row by row."""
        return tuple(cell for row in self.rows for cell in row.cells)

    def cell(self, row: int, column: int) -> TableCell | None:
        """The cell that covers a place of the grid, both from 1."""
        for one in self.cells:
            if one.row <= row < one.row + one.rows and one.column <= column < one.column + one.columns:
                return one
        return None


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as it is read: its node and the numbers of its paragraphs."""

    node: Node
    paragraphs: tuple[int, int]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it is read."""

    number: int
    section: int
    node: Node
    part: str
    style: Style | None
    rows: tuple[tuple[Node, tuple[RawCell, ...]], ...]
    parts: tuple[tuple[tuple[str, ...], ...], ...]  # of the style, for each cell of each row
    paragraphs: tuple[int, int]
    nested: bool


def made_table(raw: RawTable, styles: Styles, formats: Paragraphs) -> Table:
    """The grid of a table."""
    form = raw.node.child("w:tblPr")
    width = form.child("w:tblW") if form else None
    layout = form.child("w:tblLayout") if form else None
    grid = raw.node.child("w:tblGrid")
    frame = _Frame(raw, styles, formats)
    rows = _rows(raw, frame)
    columns = max((cell.column + cell.columns - 1 for row in rows for cell in row.cells), default=0)
    align = value(form.child("w:jc")) if form else ""
    return Table(
        number=raw.number,
        section=raw.section,
        rows=rows,
        columns=columns,
        grid=tuple(twips(one.get("w:w")) for one in grid.all("w:gridCol")) if grid else (),
        style=raw.style,
        align={"": "left", "start": "left", "end": "right"}.get(align, align),
        width=twips(width.get("w:w").removesuffix("%")) if width else 0,
        width_kind=(width.get("w:type") or "dxa") if width else "auto",
        fixed=layout is not None and layout.get("w:type") == "fixed",
        indent=twips(ind.get("w:w")) if form and (ind := form.child("w:tblInd")) else 0,
        paragraphs=raw.paragraphs,
        node=raw.node,
        part=raw.part,
        nested=raw.nested,
    )


def _rows(raw: RawTable, frame: _Frame) -> tuple[Row, ...]:
    """Rows with each cell at its place; one that goes on from above is counted to the cell it belongs to."""
    found: list[list[TableCell]] = []
    open_cells: dict[int, tuple[int, int]] = {}  # column -> row and place in it of the cell that goes on below
    for y, (node, cells) in enumerate(raw.rows):
        form = node.child("w:trPr")
        column = 1 + _span(form.child("w:gridBefore") if form else None, 0)
        line: list[TableCell] = []
        still: dict[int, tuple[int, int]] = {}
        for x, cell in enumerate(cells):
            own = cell.node.child("w:tcPr")
            span = _span(own.child("w:gridSpan") if own else None, 1)
            merge = own.child("w:vMerge") if own else None
            above = open_cells.get(column)
            if merge is not None and value(merge, "continue") == "continue" and above is not None:
                row, place = above
                one = found[row][place]
                found[row][place] = replace(one, rows=one.rows + 1, more=cell.paragraphs)
                still[column] = above
            else:
                line.append(frame.cell(cell, y, x, column, span))
                if merge is not None:
                    still[column] = (y, len(line) - 1)
            column += span
        open_cells = still
        found.append(line)
    return tuple(_row(node, line) for (node, _), line in zip(raw.rows, found, strict=True))


def _row(node: Node, cells: list[TableCell]) -> Row:
    form = node.child("w:trPr")
    height = form.child("w:trHeight") if form else None
    return Row(
        tuple(cells), truth(form.child("w:tblHeader") if form else None), truth(form.child("w:cantSplit") if form else None),
        twips(value(height)) if height else 0,
    )  # fmt: skip


def _span(node: Node | None, least: int) -> int:
    return min(max(whole(value(node), least), least), MOST_COLUMNS)


class _Frame:
    """Lines and ground of one table's cells: the style's, the style's for this part of the table, the table's, the cell's."""

    def __init__(self, raw: RawTable, styles: Styles, formats: Paragraphs) -> None:
        self._raw = raw
        self._styles = styles
        self._formats = formats
        self._chain = list(reversed(styles.chain(raw.style)))
        form = raw.node.child("w:tblPr")
        self._own = form.child("w:tblBorders") if form else None
        self._table = [one.table.child("w:tblBorders") if one.table else None for one in self._chain]
        self._known: dict[tuple[object, ...], dict[str, Node]] = {}

    def cell(self, cell: RawCell, y: int, x: int, column: int, span: int) -> TableCell:
        form = cell.node.child("w:tcPr")
        parts = self._raw.parts[y][x]
        width = form.child("w:tcW") if form else None
        own = form.child("w:shd") if form else None
        shade = self._styles.shade(own) if own is not None else self._styles.in_table(self._raw.style, parts).shade
        return TableCell(
            row=y + 1, column=column, rows=1, columns=span, paragraphs=cell.paragraphs, shade=shade,
            borders=self._borders(form, parts, y, x), properties=form,
            width=twips(width.get("w:w")) if width and width.get("w:type", "dxa") == "dxa" else 0,
            vertical=value(form.child("w:vAlign"), "top") if form else "top",
        )  # fmt: skip

    def _borders(self, form: Node | None, parts: tuple[str, ...], y: int, x: int) -> dict[str, Border]:
        own = form.child("w:tcBorders") if form else None
        cells = len(self._raw.rows[y][1])
        edges = (y == 0, y == len(self._raw.rows) - 1, x == 0, x == cells - 1)
        lines = self._of_table(parts, edges)
        if own is not None:
            lines = {**lines, **{_side(one): one for one in own.children}}
        return {
            side: self._formats.border(node)
            for side, node in lines.items()
            if side in ("top", "left", "bottom", "right") and value(node, "none") not in ("none", "nil", "")
        }

    def _of_table(self, parts: tuple[str, ...], edges: tuple[bool, bool, bool, bool]) -> dict[str, Node]:
        key = (parts, edges)
        if key not in self._known:
            lines: dict[str, Node] = {}
            for node in self._table:
                _put(lines, node, edges)
            for style in self._chain:
                for part in parts:
                    here = style.parts.get(part)
                    _put(lines, here.path("w:tblPr", "w:tblBorders") if here else None, edges)
                    of_cell = here.path("w:tcPr", "w:tcBorders") if here else None
                    lines.update({_side(one): one for one in of_cell.children} if of_cell else {})
            _put(lines, self._own, edges)
            self._known[key] = lines
        return self._known[key]


def _put(lines: dict[str, Node], frame: Node | None, edges: tuple[bool, bool, bool, bool]) -> None:
    """The lines that a frame of the whole table gives to one cell: the outer ones at the edges, the inner ones elsewhere."""
    said = {_side(one): one for one in frame.children} if frame else {}
    for side, inner, at_edge in zip(
        ("top", "bottom", "left", "right"), ("insideH", "insideH", "insideV", "insideV"), edges, strict=True
    ):
        node = said.get(side if at_edge else inner)
        if node is not None:
            lines[side] = node


def _side(node: Node) -> str:
    name = node.name.removeprefix("w:")
    return _SIDES.get(name, name)
