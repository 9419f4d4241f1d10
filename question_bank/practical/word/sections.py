"""Sections of a Word file: pages, columns, and what stands above and below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from question_bank.formats.office_package import truth, value, whole
from question_bank.formats.word_measures import twips
from question_bank.formats.word_paragraphs import Border, Paragraphs, is_drawn
from question_bank.formats.xml_tree import Node

MARGINS = ("header", "footer")
KINDS = ("default", "first", "even")
_A4 = (11906, 16838)  # twips; what is not said is what Word takes for a new file in Vietnam
_INCH = 1440
_GAP = 720  # between columns (17.6.4)


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """How pages are numbered: the first number where the section begins anew, and the form in the file's word."""

    start: int | None = None
    form: str = "decimal"


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """Numbers beside lines: each so many, and where they begin anew."""

    every: int
    start: int
    restart: str


@dataclass(frozen=True, eq=False)
class Section:
    """One section by its number, from 1; lengths are twips. `kind` says how it begins: nextPage, continuous, evenPage, oddPage, nextColumn.

    `margins` are the parts of headers and footers by (`header` or `footer`, `default`, `first` or `even`), taken over from the section
    before where this one has none of its own. `widths` are of columns that are not all alike.
    """

    number: int
    width: int
    height: int
    landscape: bool
    top: int
    bottom: int
    left: int
    right: int
    header: int
    footer: int
    gutter: int
    columns: int
    column_gap: int
    column_line: bool
    widths: tuple[int, ...]
    kind: str
    different_first: bool
    pages: PageNumbers
    lines: LineNumbers | None
    borders: Mapping[str, Border]
    borders_on: str
    vertical: str
    margins: Mapping[tuple[str, str], str]
    node: Node
    part: str
    own_margins: Mapping[tuple[str, str], str] = field(default_factory=dict)


def read_sections(
    nodes: Sequence[tuple[Node, str]], target_of: Mapping[str, str], formats: Paragraphs
) -> tuple[Section, ...]:
    """All sections; `target_of` are the parts by the relation's id."""
    found: list[Section] = []
    inherited: dict[tuple[str, str], str] = {}
    for number, (node, part) in enumerate(nodes, 1):
        own = {
            (margin, one.get("w:type", "default")): target_of[one.get("r:id")]
            for margin in MARGINS
            for one in node.all(f"w:{margin}Reference")
            if one.get("r:id") in target_of
        }
        inherited = {**inherited, **own}
        found.append(_section(number, node, part, inherited, own, formats))
    return tuple(found)


def _section(
    number: int,
    node: Node,
    part: str,
    margins: Mapping[tuple[str, str], str],
    own: Mapping[tuple[str, str], str],
    formats: Paragraphs,
) -> Section:
    empty = Node("", {})
    size, margin = node.child("w:pgSz") or empty, node.child("w:pgMar") or empty
    columns, frame = node.child("w:cols") or empty, node.child("w:pgBorders") or empty
    pages = node.child("w:pgNumType") or empty
    width, height = twips(size.get("w:w"), _A4[0]), twips(size.get("w:h"), _A4[1])
    each = [twips(one.get("w:w")) for one in columns.all("w:col")]
    alike = columns.get("w:equalWidth", "1").lower() in ("1", "true", "on")
    count = whole(columns.get("w:num"), 1)
    lines = node.child("w:lnNumType")
    return Section(
        number=number,
        width=width,
        height=height,
        landscape=width > height,
        top=abs(twips(margin.get("w:top"), _INCH)),
        bottom=abs(twips(margin.get("w:bottom"), _INCH)),
        left=twips(margin.get("w:left"), _INCH),
        right=twips(margin.get("w:right"), _INCH),
        header=twips(margin.get("w:header"), _INCH // 2),
        footer=twips(margin.get("w:footer"), _INCH // 2),
        gutter=twips(margin.get("w:gutter")),
        columns=max(count, 1) if alike or not each else len(each),
        column_gap=twips(columns.get("w:space"), _GAP),
        column_line=columns.get("w:sep").lower() in ("1", "true", "on"),
        widths=() if alike else tuple(each),
        kind=value(node.child("w:type"), "nextPage"),
        different_first=truth(node.child("w:titlePg")),
        pages=PageNumbers(
            whole(pages.get("w:start"), 0) if pages.get("w:start") else None, pages.get("w:fmt") or "decimal"
        ),
        lines=_lines(lines) if lines is not None else None,
        borders={one.name.removeprefix("w:"): formats.border(one) for one in frame.children if is_drawn(one)},
        borders_on=frame.get("w:display") or "allPages",
        vertical=value(node.child("w:vAlign"), "top"),
        margins=margins,
        node=node,
        part=part,
        own_margins=own,
    )  # fmt: skip


def _lines(node: Node) -> LineNumbers | None:
    every = whole(node.get("w:countBy"), 0)
    if every < 1:
        return None
    return LineNumbers(every, whole(node.get("w:start"), 0) + 1, node.get("w:restart") or "newPage")
