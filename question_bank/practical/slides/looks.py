"""How text looks after inheritance: run, paragraph, list styles of the shape, the layout, the master, and the defaults of the presentation.

Lists of `lvl1pPr … lvl9pPr` are searched from the nearest to the farthest; each property is taken from the first that says it (ISO/IEC 29500-1, 21.1.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.model import Look
from question_bank.practical.slides.nodes import first, integer, on, percent
from question_bank.practical.slides.palette import Palette

MOST_LEVEL = 8  # of nine, counted from 0
FILLS = ("a:solidFill", "a:gradFill", "a:noFill", "a:blipFill", "a:pattFill", "a:grpFill")
_BULLETS = ("a:buNone", "a:buChar", "a:buAutoNum", "a:buBlip")


@dataclass(slots=True)
class Cascade:
    """The list styles that a shape's text inherits from, the nearest first, and the colours of its sheet.

    `own_colour` and `own_font` are what the shape's style says (`fontRef`): stronger than the presentation's defaults, weaker than every list style.
    """

    lists: Sequence[Node | None]
    defaults: Sequence[Node | None]
    palette: Palette
    own_colour: str | None = None
    own_font: str = ""
    bold: bool = False
    _bases: dict[int, Look] = field(default_factory=dict)
    _levels: dict[int, Sequence[Node]] = field(default_factory=dict)

    def levels(self, level: int) -> Sequence[Node]:
        """What each list says of a level, the nearest first."""
        if level not in self._levels:
            lists = (
                first(one, f"a:lvl{level + 1}pPr") or first(one, "a:defPPr") for one in (*self.lists, *self.defaults)
            )
            self._levels[level] = [one for one in lists if one is not None]
        return self._levels[level]

    def base(self, level: int) -> Look:
        """How a run of this level looks that says nothing itself."""
        if level not in self._bases:
            look = Look(font=self.palette.theme.minor, colour=self.palette.slot("tx1") or "000000")
            for style in reversed([*self._said(self.defaults, level)]):
                look = self.over(look, style)
            look = replace(
                look,
                colour=self.own_colour or look.colour,
                font=self.own_font or look.font,
                bold=self.bold or look.bold,
            )
            for style in reversed([*self._said(self.lists, level)]):
                look = self.over(look, style)
            self._bases[level] = look
        return self._bases[level]

    @staticmethod
    def _said(lists: Sequence[Node | None], level: int) -> Iterator[Node]:
        for one in lists:
            if found := first(one, f"a:lvl{level + 1}pPr", "a:defRPr") or first(one, "a:defPPr", "a:defRPr"):
                yield found

    def over(self, look: Look, node: Node | None) -> Look:
        """A look with what one `rPr` or `defRPr` says laid over it."""
        if node is None or not (node.attributes or node.children):
            return look
        told = node.attributes
        latin = first(node, "a:latin")
        fill = next((one for one in node.children if one.name in FILLS), None)
        effects = first(node, "a:effectLst")
        highlight = first(node, "a:highlight")
        return Look(
            font=self.palette.theme.font(latin.get("typeface")) if latin and latin.get("typeface") else look.font,
            size=integer(told["sz"], look.size) if "sz" in told else look.size,
            bold=on(told.get("b", ""), look.bold),
            italic=on(told.get("i", ""), look.italic),
            underline=told["u"] != "none" if "u" in told else look.underline,
            strike=told["strike"] != "noStrike" if "strike" in told else look.strike,
            caps=told.get("cap", look.caps),
            baseline=percent(told["baseline"], look.baseline) if "baseline" in told else look.baseline,
            colour=look.colour if fill is None else self._fill(fill),
            highlight=self.palette.of(highlight) if highlight else look.highlight,
            effects=tuple(one.name.partition(":")[2] for one in effects.children) if effects else look.effects,
        )

    def _fill(self, fill: Node) -> str | None:
        """The colour of letters: of a gradient its first stop, of a picture none that can be told."""
        if fill.name == "a:gradFill":
            return self.palette.of(first(fill, "a:gsLst", "a:gs"))
        return self.palette.of(fill) if fill.name == "a:solidFill" else None

    def _from(self, own: Node | None, level: int) -> Sequence[Node]:
        return self.levels(level) if own is None else (own, *self.levels(level))

    def told(self, own: Node | None, level: int, name: str) -> str:
        """A paragraph's attribute: its own, else of the nearest list style that has it."""
        for node in self._from(own, level):
            if name in node.attributes:
                return node.get(name)
        return ""

    def inner(self, own: Node | None, level: int, *names: str) -> Node | None:
        """A paragraph's element of one of these names: its own, else of the nearest list style that has one."""
        for node in self._from(own, level):
            if found := next((one for one in node.children if one.name in names), None):
                return found
        return None

    def bullet(self, own: Node | None, level: int) -> Node | None:
        """What says the sign before a paragraph."""
        return self.inner(own, level, *_BULLETS)
