"""Fills, lines, effects and backgrounds, with what the theme's styles add (ISO/IEC 29500-1, 20.1.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.model import Paint
from question_bank.practical.slides.nodes import first, integer
from question_bank.practical.slides.palette import Palette
from question_bank.practical.slides.parts import Parts

_KINDS = {
    "a:noFill": "none", "a:solidFill": "solid", "a:gradFill": "gradient", "a:blipFill": "picture", "a:pattFill": "pattern", "a:grpFill": "group",
}  # fmt: skip
_BACKGROUNDS = 1000  # a reference from 1001 on is a background fill of the theme (19.3.1.3)
_USUAL_LINE = 9_525  # EMU: a line that says no width is 0.75 pt wide


@dataclass(frozen=True, slots=True)
class Painter:
    """Reads the paints of one sheet."""

    parts: Parts
    part: str
    palette: Palette

    def paint(self, parent: Node | None, own: str | None = None, part: str = "") -> Paint:
        """The fill that stands in an element; empty where none does."""
        node = next((one for one in (parent.children if parent else ()) if one.name in _KINDS), None)
        if node is None:
            return Paint()
        return Paint(_KINDS[node.name], tuple(self._colours(node, own)), self._picture(node, part or self.part), node)

    def _colours(self, node: Node, own: str | None) -> Iterator[str]:
        stops = first(node, "a:gsLst")
        places: list[Node | None] = list(stops.all("a:gs")) if stops else []
        if node.name == "a:solidFill":
            places = [node]
        elif node.name == "a:pattFill":
            places = [first(node, "a:bgClr"), first(node, "a:fgClr")]
        for one in places:
            if colour := self.palette.of(one, own):
                yield colour

    def _picture(self, node: Node, part: str) -> str:
        blip = first(node, "a:blip") if node.name == "a:blipFill" else None
        return self.parts.digest(self.parts.inside(part, blip.get("r:embed"))) if blip else ""

    def face(self, lineage: tuple[Node, ...]) -> Paint:
        """What fills a shape: its own, of the placeholder it inherits from, or of its style."""
        for one in lineage:
            if (found := self.paint(first(one, "p:spPr"))).kind:
                return found
        return self._styled(first(lineage[0], "p:style", "a:fillRef"), "a:fillStyleLst")

    def edge(self, lineage: tuple[Node, ...]) -> tuple[Paint, int]:
        """What draws its outline, and how wide in EMU."""
        width, found = 0, Paint()
        for one in lineage:
            line = first(one, "p:spPr", "a:ln")
            width = width or (integer(line.get("w")) if line else 0)
            found = found if found.kind else self.paint(line)
        if found.kind:
            return found, width or _USUAL_LINE
        said = first(lineage[0], "p:style", "a:lnRef")
        style = self._style(said, "a:lnStyleLst")
        if style is None or said is None:
            return Paint(), width
        colour = self.palette.of(said)
        return self.paint(style, colour), width or integer(style.get("w"), _USUAL_LINE)

    def effects(self, lineage: tuple[Node, ...]) -> tuple[str, ...]:
        """Its effects by the names of the format (`outerShdw`, `glow` …), `bevel` and `3d`."""
        own = first(lineage[0], "p:spPr")
        found = first(own, "a:effectLst")
        if found is None:
            found = first(self._style(first(lineage[0], "p:style", "a:effectRef"), "a:effectStyleLst"), "a:effectLst")
        names = [one.name.partition(":")[2] for one in (found.children if found else ())]
        solid = first(own, "a:sp3d")
        if solid is not None:
            names.append("bevel" if first(solid, "a:bevelT") or first(solid, "a:bevelB") else "3d")
        return tuple(names)

    def background(self, sheet: Node | None) -> Paint:
        """What a sheet says of its background; empty where it leaves that to the sheet above."""
        said = first(sheet, "p:cSld", "p:bg")
        own = first(said, "p:bgPr")
        if own is not None:
            return self.paint(own)
        reference = first(said, "p:bgRef")
        if reference is None:
            return Paint()
        at, colour = integer(reference.get("idx")), self.palette.of(reference)
        lists = first(self.palette.theme.node, "a:themeElements", "a:fmtScheme")
        kind = "a:bgFillStyleLst" if at > _BACKGROUNDS else "a:fillStyleLst"
        styles = first(lists, kind)
        place = at - _BACKGROUNDS - 1 if at > _BACKGROUNDS else at - 1
        if styles is None or not 0 <= place < len(styles.children):
            return Paint("solid", (colour,)) if colour else Paint()
        holder = Node("styles", {})
        holder.children = [styles.children[place]]
        return self.paint(holder, colour, self.palette.theme.part)

    def _styled(self, reference: Node | None, kind: str) -> Paint:
        style = self._style(reference, kind)
        if style is None or reference is None:
            return Paint()
        holder = Node("styles", {})
        holder.children = [style]
        return self.paint(holder, self.palette.of(reference), self.palette.theme.part)

    def _style(self, reference: Node | None, kind: str) -> Node | None:
        at = integer(reference.get("idx")) if reference else 0
        lists = first(self.palette.theme.node, "a:themeElements", "a:fmtScheme", kind)
        return lists.children[at - 1] if lists and 0 < at <= len(lists.children) else None
