"""The shapes of a sheet, groups worked in, placeholders with what they inherit from layout and master."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.boxes import Frame, read_box
from question_bank.practical.slides.charts import read_chart
from question_bank.practical.slides.looks import Cascade
from question_bank.practical.slides.model import (
    Action,
    Box,
    Chart,
    Diagram,
    Media,
    Paint,
    Picture,
    Shape,
    Table,
    TextBody,
)
from question_bank.practical.slides.nodes import chosen, every, first, integer, on, percent
from question_bank.practical.slides.paints import Painter
from question_bank.practical.slides.tables import PLAIN_STYLES, read_table
from question_bank.practical.slides.texts import read_body

_SHAPES = ("p:sp", "p:pic", "p:graphicFrame", "p:cxnSp")
_PLACEHOLDERS = {
    "title": "title", "ctrTitle": "title", "subTitle": "subtitle", "body": "body", "obj": "content", "pic": "picture", "clipArt": "picture", "chart": "chart",
    "tbl": "table", "media": "media", "dgm": "diagram", "ftr": "footer", "dt": "date", "sldNum": "number", "hdr": "header", "sldImg": "image",
}  # fmt: skip
_ALIKE = {
    "ctrTitle": "title",
    "title": "title",
    "ftr": "ftr",
    "dt": "dt",
    "sldNum": "sldNum",
    "hdr": "hdr",
    "sldImg": "sldImg",
}
_SIDES = ("l", "t", "r", "b")
_FILMS = {"a:videoFile": "video", "a:quickTimeFile": "video", "a:audioFile": "audio", "a:wavAudioFile": "audio"}


@dataclass(slots=True)
class SheetReader:
    """Reads the shapes of one sheet. `above` are the trees of the sheets it inherits from, the nearest first."""

    painter: Painter
    above: Sequence[Node]
    styles: Node | None  # the master's `txStyles`
    defaults: Node | None  # the presentation's `defaultTextStyle`
    tables: Node | None  # the part of table styles
    groups: dict[str, str] = field(default_factory=dict)
    _order: int = 0
    _held: dict[int, list[tuple[Node, Node]]] = field(default_factory=dict)

    def shapes(self, sheet: Node | None) -> tuple[Shape, ...]:
        """Everything on a sheet, from back to front."""
        return tuple(self._inside(first(sheet, "p:cSld", "p:spTree"), Frame(), ()))

    def _inside(self, node: Node | None, frame: Frame, groups: tuple[str, ...]) -> Iterator[Shape]:
        for one in chosen(node):
            if one.name in _SHAPES:
                yield self._shape(one, frame, groups)
            elif one.name == "p:grpSp":
                known = _identity(one)
                self.groups[known.get("id")] = known.get("name")
                yield from self._inside(one, frame.inside(first(one, "p:grpSpPr")), (*groups, known.get("id")))

    def _shape(self, node: Node, frame: Frame, groups: tuple[str, ...]) -> Shape:
        ph = _placeholder(node)
        lineage = (node, *self._ancestors(ph)) if ph else (node,)
        known = _identity(node)
        sort = next((found.get("type") for one in lineage if (found := _placeholder(one)) and found.get("type")), "obj")
        line, width = self.painter.edge(lineage)
        geometry = first(node, "p:spPr", "a:prstGeom")
        click = first(known, "a:hlinkClick")
        body = first(node, "p:txBody")
        table, chart, diagram = self._graphic(node)
        picture, media = self._picture(node), self._media(node)
        self._order += 1
        return Shape(
            id=known.get("id"),
            name=known.get("name"),
            kind=_kind(node, picture, media, table, chart, diagram),
            placeholder=_PLACEHOLDERS.get(sort, "content") if ph else "",
            index=integer(ph.get("idx")) if ph else 0,
            box=_box(lineage, frame),
            geometry=geometry.get("prst") if geometry else "custom" if first(node, "p:spPr", "a:custGeom") else "",
            body=self._body(body, lineage, sort if ph else "") if body else None,
            fill=self.painter.face(lineage),
            line=line,
            line_width=width,
            effects=self.painter.effects(lineage),
            alt=known.get("descr"),
            decorative=any(on(one.get("val")) for one in every(known, "adec:decorative")),
            hidden=on(known.get("hidden")),
            groups=groups,
            order=self._order,
            node=node,
            click=self._action(click) if click else None,
            picture=picture,
            table=table,
            chart=chart,
            diagram=diagram,
            media=media,
        )

    def _action(self, node: Node) -> Action:
        return self.painter.parts.action(self.painter.part, node)

    def _ancestors(self, ph: Node) -> Iterator[Node]:
        """The placeholders that one inherits from: on the layout the one of its number, above that the one of its sort."""
        sort, index = ph.get("type"), ph.get("idx")
        for sheet in self.above:
            held = self._placeholders(sheet)
            same = [pair for pair in held if index and pair[1].get("idx") == index] if sheet is self.above[0] else []
            alike = [pair for pair in held if _ALIKE.get(pair[1].get("type"), "body") == _ALIKE.get(sort, "body")]
            if not (found_pair := (same or alike)[:1]):
                continue
            sort = sort or found_pair[0][1].get("type")
            yield found_pair[0][0]

    def _placeholders(self, sheet: Node) -> list[tuple[Node, Node]]:
        """The placeholders of a sheet above, each with what says its sort."""
        if id(sheet) not in self._held:
            found = ((one, _placeholder(one)) for one in every(sheet, "p:sp"))
            self._held[id(sheet)] = [(one, ph) for one, ph in found if ph is not None]
        return self._held[id(sheet)]

    def _body(self, node: Node, lineage: tuple[Node, ...], sort: str) -> TextBody:
        lists = [first(one, "p:txBody", "a:lstStyle") for one in lineage]
        other = first(self.styles, "p:otherStyle")
        if sort in ("title", "ctrTitle"):
            lists.append(first(self.styles, "p:titleStyle"))
        elif sort and sort not in ("ftr", "dt", "sldNum", "hdr"):
            lists.append(first(self.styles, "p:bodyStyle"))
        said = first(lineage[0], "p:style", "a:fontRef")
        cascade = Cascade(lists, [other, self.defaults] if sort else [self.defaults, other], self.painter.palette)
        if said is not None:
            cascade.own_colour = self.painter.palette.of(said)
            cascade.own_font = self.painter.palette.theme.font("+mj-lt" if said.get("idx") == "major" else "+mn-lt")
        above = tuple(first(one, "p:txBody", "a:bodyPr") for one in lineage[1:])
        return read_body(node, above, cascade, self._action)

    def _graphic(self, node: Node) -> tuple[Table | None, Chart | None, Diagram | None]:
        data = first(node, "a:graphic", "a:graphicData")
        parts, part = self.painter.parts, self.painter.part
        if grid := first(data, "a:tbl"):
            return self._table(grid), None, None
        if (said := first(data, "c:chart") or first(data, "cx:chart")) is not None:
            name = parts.inside(part, said.get("r:id"))
            tree = parts.tree(name)
            return None, read_chart(parts.package, name, tree) if tree else None, None
        if (said := first(data, "dgm:relIds")) is not None:
            layout = parts.tree(parts.inside(part, said.get("r:lo")))
            model = parts.tree(parts.inside(part, said.get("r:dm")))
            points = every(model, "dgm:pt")
            texts = tuple(text for one in points if (text := "".join(t.text for t in every(one, "a:t"))))
            return None, None, Diagram(layout.get("uniqueId").rpartition("/")[2] if layout else "", texts)
        return None, None, None

    def _table(self, grid: Node) -> Table:
        said = first(grid, "a:tblPr", "a:tableStyleId")
        wanted = said.text.strip() if said else ""
        style = next((one for one in every(self.tables, "a:tblStyle") if one.get("styleId") == wanted), None)

        def body(node: Node, heading: bool) -> TextBody:
            told = [first(style, "a:firstRow", "a:tcTxStyle")] if heading else []
            told.append(first(style, "a:wholeTbl", "a:tcTxStyle"))
            cascade = Cascade([first(node, "a:lstStyle")], [self.defaults], self.painter.palette)
            colours = (self.painter.palette.of(one) for one in told if one)
            cascade.own_colour = next((one for one in colours if one), None)
            cascade.bold = any(one.get("b") == "on" for one in told if one)
            return read_body(node, (), cascade, self._action)

        def face(node: Node | None, part: str) -> Paint:
            own = self.painter.paint(node)
            styled = (self.painter.paint(first(style, one, "a:tcStyle", "a:fill")) for one in (part, "a:wholeTbl"))
            return own if own.kind else next((one for one in styled if one.kind), own)

        return read_table(grid, body, face, style is not None or wanted in PLAIN_STYLES)

    def _picture(self, node: Node) -> Picture | None:
        filling = first(node, "p:blipFill")
        blip = first(filling, "a:blip")
        if node.name != "p:pic" or blip is None:
            return None
        parts, part = self.painter.parts, self.painter.part
        found = parts.relation(part, blip.get("r:embed") or blip.get("r:link"))
        cut = first(filling, "a:srcRect")
        left, top, right, bottom = (percent(cut.get(side), 0) if cut else 0 for side in _SIDES)
        if found is None or found.outside:
            return Picture("", "", (left, top, right, bottom), found.target if found else "")
        ending = posixpath.splitext(found.target)[1].lower().removeprefix(".")
        return Picture(parts.digest(found.target), ending, (left, top, right, bottom))

    def _media(self, node: Node) -> Media | None:
        held = first(node, "p:nvPicPr", "p:nvPr")
        film = next((one for one in chosen(held) if one.name in _FILMS), None)
        if film is None:
            return None
        inner = next(every(held, "p14:media"), None)
        name = inner.get("r:embed") if inner else film.get("r:embed") or film.get("r:link")
        parts, part = self.painter.parts, self.painter.part
        found = parts.relation(part, name) or parts.relation(part, film.get("r:link"))
        if found is None or found.outside:
            return Media(_FILMS[film.name], outside=found.target if found else "")
        return Media(_FILMS[film.name], parts.digest(found.target))


def _identity(node: Node) -> Node:
    """The element with id, name and description; an empty one where the file has none."""
    for one in node.children:
        if one.name.startswith("p:nv"):
            return first(one, "p:cNvPr") or Node("p:cNvPr", {})
    return Node("p:cNvPr", {})


def _placeholder(node: Node) -> Node | None:
    for one in node.children:
        if one.name.startswith("p:nv"):
            return first(one, "p:nvPr", "p:ph")
    return None


def _box(lineage: tuple[Node, ...], frame: Frame) -> Box | None:
    own = read_box(first(lineage[0], "p:spPr", "a:xfrm") or first(lineage[0], "p:xfrm"))
    if own is not None:
        return frame.place(own)
    for one in lineage[1:]:
        if found := read_box(first(one, "p:spPr", "a:xfrm")):
            return found
    return None


def _kind(
    node: Node, picture: Picture | None, media: Media | None, table: Table | None, chart: Chart | None,
    diagram: Diagram | None,
) -> str:  # fmt: skip
    kinds = (("media", media), ("picture", picture), ("table", table), ("chart", chart), ("diagram", diagram))
    for name, found in kinds:
        if found is not None:
            return name
    if node.name == "p:graphicFrame":
        return "object"
    geometry = first(node, "p:spPr", "a:prstGeom")
    if node.name == "p:cxnSp" or (geometry and geometry.get("prst") in ("line", "straightConnector1")):
        return "line"
    boxed = first(node, "p:nvSpPr", "p:cNvSpPr")
    return "text" if _placeholder(node) is not None or (boxed and on(boxed.get("txBox"))) else "shape"
