"""Tables of slides (ISO/IEC 29500-1, 21.1.3)."""

from __future__ import annotations

from collections.abc import Callable

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.model import Cell, Paint, Table, TextBody
from question_bank.practical.slides.nodes import first, integer, on

FLAGS = ("firstRow", "lastRow", "firstCol", "lastCol", "bandRow", "bandCol")
_MOST_SPAN = 1000
PLAIN_STYLES = (
    "",
    "{2D5ABB26-0587-4C30-8999-92F81FD0307C}",
    "{5940675A-B579-460E-94D1-54222C63F5DA}",
)  # no style, with and without a grid


Body = Callable[[Node, bool], TextBody]
Face = Callable[[Node | None, str], Paint]


def read_table(node: Node, body: Body, face: Face, known: bool) -> Table:
    """An `a:tbl`. `body` reads a cell's text, told whether it stands in the heading row; `face` its fill, told the part of the style; `known` whether the
    file says what its style looks like."""
    said = first(node, "a:tblPr")
    flags = frozenset(name for name in FLAGS if said and on(said.get(name)))
    style = first(said, "a:tableStyleId")
    rows: list[tuple[Cell, ...]] = []
    listed = list(node.all("a:tr"))
    for at, row in enumerate(listed):
        part = _part(at, len(listed), flags)
        rows.append(tuple(_cell(one, part, body, face) for one in row.all("a:tc")))
    columns = sum(1 for one in (first(node, "a:tblGrid") or node).all("a:gridCol"))
    return Table(tuple(rows), columns, style.text.strip() if style else "", flags, known, node)


def _part(at: int, count: int, flags: frozenset[str]) -> str:
    """Which part of a style a row is."""
    heading = "firstRow" in flags
    if at == 0 and heading:
        return "a:firstRow"
    if at == count - 1 and "lastRow" in flags:
        return "a:lastRow"
    return ("a:band2H" if (at - heading) % 2 else "a:band1H") if "bandRow" in flags else "a:wholeTbl"


def _cell(node: Node, part: str, body: Body, face: Face) -> Cell:
    text = first(node, "a:txBody")
    spans = tuple(max(1, min(_MOST_SPAN, integer(node.get(name), 1))) for name in ("gridSpan", "rowSpan"))
    covered = on(node.get("hMerge")) or on(node.get("vMerge"))
    return Cell(
        body(text, part == "a:firstRow") if text else None, (spans[0], spans[1]), covered,
        face(first(node, "a:tcPr"), part), node,
    )  # fmt: skip
