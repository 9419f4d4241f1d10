"""Tables of slides (ISO/IEC 29500-1, 21.1.3)."""

from __future__ import annotations

from collections.abc import Callable

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.model import Cell, Paint, Table, TextBody
from question_bank.practical.slides.nodes import first, integer, on

FLAGS = ("firstRow", "lastRow", "firstCol", "lastCol", "bandRow", "bandCol")
_MOST_SPAN = 1000


def read_table(node: Node, body: Callable[[Node, bool], TextBody], paint: Callable[[Node | None], Paint]) -> Table:
    """An `a:tbl`; `body` reads a cell's text, told whether it stands in a heading row."""
    said = first(node, "a:tblPr")
    flags = frozenset(name for name in FLAGS if said and on(said.get(name)))
    style = first(said, "a:tableStyleId")
    rows = []
    for at, row in enumerate(node.all("a:tr")):
        heading = at == 0 and "firstRow" in flags
        rows.append(tuple(_cell(one, heading, body, paint) for one in row.all("a:tc")))
    columns = sum(1 for one in (first(node, "a:tblGrid") or node).all("a:gridCol"))
    return Table(tuple(rows), columns, style.text.strip() if style else "", flags, node)


def _cell(
    node: Node, heading: bool, body: Callable[[Node, bool], TextBody], paint: Callable[[Node | None], Paint]
) -> Cell:
    text = first(node, "a:txBody")
    spans = tuple(max(1, min(_MOST_SPAN, integer(node.get(name), 1))) for name in ("gridSpan", "rowSpan"))
    covered = on(node.get("hMerge")) or on(node.get("vMerge"))
    return Cell(
        body(text, heading) if text else None, (spans[0], spans[1]), covered, paint(first(node, "a:tcPr")), node
    )
