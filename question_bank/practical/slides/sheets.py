"""Masters, layouts and slides, each read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.model import Layout, Master, Sheet, Slide
from question_bank.practical.slides.motion import read_effects, read_transition
from question_bank.practical.slides.nodes import every, first, on
from question_bank.practical.slides.paints import Painter
from question_bank.practical.slides.palette import Palette, Theme, read_theme
from question_bank.practical.slides.parts import Parts
from question_bank.practical.slides.shapes import SheetReader
from question_bank.practical.slides.shows import Comment

_NOTHING = Node("p:sld", {})
_COMMENTS = "comments"


@dataclass(slots=True)
class Sheets:
    """Reads sheets by the name of their part. `top` is the presentation's own tree. Everything raises UnreadableFileError."""

    parts: Parts
    top: Node
    tables: Node | None
    _masters: dict[str, Master] = field(default_factory=dict)
    _layouts: dict[str, Layout] = field(default_factory=dict)

    def slide(self, number: int, part: str) -> Slide:
        """A slide with what it inherits."""
        tree = self.parts.tree(part) or _NOTHING
        layout = self.layout(self.parts.package.related(part, "slideLayout"))
        palette = self._palette(layout.master.theme, (tree, layout.sheet.node, layout.master.sheet.node))
        sheet = self._sheet(part, tree, palette, (layout.sheet.node, layout.master.sheet.node))
        behind = (sheet.background, layout.sheet.background, layout.master.sheet.background)
        return Slide(
            number=number,
            sheet=sheet,
            layout=layout,
            hidden=not on(tree.get("show"), True),
            shows_master=on(tree.get("showMasterSp"), True) and layout.shows_master,
            background=next((one for one in behind if one.kind), behind[0]),
            notes=self._notes(part),
            comments=tuple(self._comments(part)),
            transition=read_transition(tree),
            effects=read_effects(tree),
        )

    def layout(self, part: str) -> Layout:
        """A layout; an empty one where the slide names none."""
        if part not in self._layouts:
            tree = self.parts.tree(part) or _NOTHING
            master = self.master(self.parts.package.related(part, "slideMaster") if part else "")
            palette = self._palette(master.theme, (tree, master.sheet.node))
            sheet = self._sheet(part, tree, palette, (master.sheet.node,))
            said = first(tree, "p:cSld")
            name = said.get("name") if said else ""
            shows = on(tree.get("showMasterSp"), True)
            self._layouts[part] = Layout(sheet, name, tree.get("type"), master, shows)
        return self._layouts[part]

    def master(self, part: str) -> Master:
        """A master; an empty one where the layout names none."""
        if part not in self._masters:
            tree = self.parts.tree(part) or _NOTHING
            name = self.parts.package.related(part, "theme") if part else ""
            theme = read_theme(name, self.parts.tree(name))
            self._masters[part] = Master(self._sheet(part, tree, self._palette(theme, (tree,)), ()), theme)
        return self._masters[part]

    def other(self, kind: str) -> Sheet | None:
        """The master of notes or of handouts."""
        part = self.parts.package.related(self.parts.package.main_part(), kind)
        tree = self.parts.tree(part)
        if tree is None:
            return None
        name = self.parts.package.related(part, "theme")
        return self._sheet(part, tree, self._palette(read_theme(name, self.parts.tree(name)), (tree,)), ())

    def _sheet(self, part: str, tree: Node, palette: Palette, above: tuple[Node, ...]) -> Sheet:
        painter = Painter(self.parts, part, palette)
        styles = first(above[-1] if above else tree, "p:txStyles")
        reader = SheetReader(painter, above, styles, first(self.top, "p:defaultTextStyle"), self.tables)
        shapes = reader.shapes(tree)
        return Sheet(part, shapes, reader.groups, painter.background(tree), tree)

    @staticmethod
    def _palette(theme: Theme, sheets: tuple[Node, ...]) -> Palette:
        """A theme's colours under the names of the nearest sheet that says any."""
        for one in sheets:
            said = first(one, "p:clrMapOvr", "a:overrideClrMapping") or first(one, "p:clrMap")
            if said is not None:
                return Palette(theme, said.attributes)
        return Palette(theme)

    def _notes(self, slide: str) -> str:
        """The words of the notes' body, not those of its page number or header."""
        part = self.parts.package.related(slide, "notesSlide")
        tree = self.parts.tree(part)
        found: list[str] = []
        for shape in every(tree, "p:sp"):
            ph = next(every(first(shape, "p:nvSpPr"), "p:ph"), None)
            if ph is not None and ph.get("type", "body") in ("body", "obj"):
                found += ("".join(t.text for t in every(one, "a:t")) for one in every(shape, "a:p"))
        return "\n".join(found).strip()

    def _comments(self, slide: str) -> Iterator[Comment]:
        """Remarks of either kind: the older `p:cm`, the newer threads `p188:cm`."""
        authors = self._authors()
        part = self.parts.package.related(slide, _COMMENTS)
        tree = self.parts.tree(part)
        for one in (*every(tree, "p:cm"), *every(tree, "p188:cm")):
            text = first(one, "p:text")
            said = text.text if text else "".join(t.text for t in every(first(one, "p188:txBody"), "a:t"))
            yield Comment(authors.get(one.get("authorId"), ""), said)

    def _authors(self) -> dict[str, str]:
        main = self.parts.package.main_part()
        found: dict[str, str] = {}
        for kind, name in (("commentAuthors", "p:cmAuthor"), ("authors", "p188:author")):
            tree = self.parts.tree(self.parts.package.related(main, kind))
            found.update({one.get("id"): one.get("name") for one in every(tree, name)})
        return found
