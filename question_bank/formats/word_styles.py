"""What a run of a Word file looks like in the end: defaults, the chain of paragraph styles, the chain of character styles,
direct formatting (ISO/IEC 29500-1, 17.7). Libraries that read only the run itself miss keys marked by a style.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from question_bank.formats.office_package import truth, value
from question_bank.formats.word_text import Look
from question_bank.formats.word_theme import Theme, effect_colour, fonts_of
from question_bank.formats.xml_tree import Node

_MOST_PARENTS = 20  # a chain of styles; a file may make a circle
_TOGGLES = (
    "w:b", "w:i", "w:strike", "w:dstrike", "w:caps", "w:smallCaps", "w:vanish", "w:outline", "w:shadow", "w:emboss", "w:imprint",
)  # fmt: skip
_MONO = frozenset({
    "courier", "courier new", "consolas", "lucida console", "cascadia code", "cascadia mono", "source code pro", "menlo", "monaco",
    "jetbrains mono", "dejavu sans mono", "liberation mono", "fira code",
})  # fmt: skip
_LINK_STYLES = frozenset({"hyperlink", "followedhyperlink", "internet link"})


@dataclass(frozen=True, slots=True)
class Style:
    """One style: its own properties and the name of the one it is based on."""

    id: str
    name: str
    parent: str
    run: Node | None
    paragraph: Node | None
    cell: Node | None = None
    parts: Mapping[str, Node] = field(default_factory=dict)  # of a table's style: `firstRow`, `band1Horz`, …
    kind: str = "paragraph"  # paragraph, character, table, numbering
    table: Node | None = None


@dataclass(slots=True)
class Format:
    """Run properties on their way to a look: switches, and what the last one to speak said of the others.

    `fonts` are names by slot (`ascii`, `hAnsi`, `eastAsia`, `cs`), a font of the theme as `+` with the theme's word for it.
    """

    switches: dict[str, bool] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)
    style: str = ""
    shade: str = ""

    def update(self, other: Format) -> None:
        """What speaks later holds."""
        self.switches.update(other.switches)
        self.nodes.update(other.nodes)
        self.fonts.update(other.fonts)

    @property
    def hidden(self) -> bool:
        """Whether Word shows it at all."""
        return self.switches.get("w:vanish", False)

    @property
    def capitals(self) -> bool:
        """Whether it is shown in capitals."""
        return self.switches.get("w:caps", False)

    @property
    def font(self) -> str:
        """The font of Latin letters, empty for the document's own."""
        fonts = self.nodes.get("w:rFonts")
        return (fonts.get("w:ascii") or fonts.get("w:hAnsi")) if fonts else ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies below a paragraph's own looks: the colour behind it, and what a table's style says of its cell: of runs, and of
    paragraphs, the last to speak last."""

    shade: str = ""
    table: Format | None = None
    paragraphs: tuple[Node, ...] = ()


NO_GROUND = Ground()


class Styles:
    """The styles of one document. All of its answers are for one file and kept."""

    def __init__(self, styles: Node | None, theme: Node | None) -> None:
        self._by_id: dict[str, Style] = {}
        self._default: dict[str, str] = {}
        self._theme = Theme(theme)
        defaults = styles.path("w:docDefaults", "w:rPrDefault", "w:rPr") if styles else None
        self._base = defaults
        self.paragraph_defaults = styles.path("w:docDefaults", "w:pPrDefault", "w:pPr") if styles else None
        for node in styles.all("w:style") if styles else ():
            style = Style(
                node.get("w:styleId"), value(node.child("w:name")), value(node.child("w:basedOn")),
                node.child("w:rPr"), node.child("w:pPr"), node.child("w:tcPr"),
                {part.get("w:type"): part for part in node.all("w:tblStylePr")}, node.get("w:type", "paragraph"),
                node.child("w:tblPr"),
            )  # fmt: skip
            self._by_id[style.id] = style
            if node.get("w:default") in ("1", "true", "on"):
                self._default[node.get("w:type")] = style.id
        self._levels = cache(self._level)
        self._cells = cache(self._in_table)
        self._looks: dict[tuple[object, ...], Look] = {}

    def paragraph_style(self, properties: Node | None) -> Style | None:
        """The style of a paragraph."""
        named = value(properties.child("w:pStyle")) if properties else ""
        return self._by_id.get(named) or self._by_id.get(self._default.get("paragraph", ""))

    def style(self, style_id: str) -> Style | None:
        """A style by its id."""
        return self._by_id.get(style_id)

    @property
    def all(self) -> Iterable[Style]:
        """Every style, in the order of the file."""
        return self._by_id.values()

    def named(self, name: str, kind: str = "") -> Style | None:
        """A style by its name in any case, or by its id; of one kind where that is asked."""
        wanted = name.strip().casefold()
        of_kind = [one for one in self._by_id.values() if kind in ("", one.kind)]
        by_id = (one for one in of_kind if one.id.casefold() == wanted)
        return next((one for one in of_kind if one.name.casefold() == wanted), None) or next(by_id, None)

    def font(self, form: Format, slot: str = "ascii") -> str:
        """The name of the font of one slot, of the theme where the format says so; empty where nobody says."""
        return self._theme.font(form.fonts.get(slot, ""))

    def default_style(self, kind: str) -> Style | None:
        """The style of what names none."""
        return self._by_id.get(self._default.get(kind, ""))

    def table_style(self) -> Style | None:
        """The style of tables that name none."""
        return self._by_id.get(self._default.get("table", ""))

    def in_table(self, style: Style | None, parts: tuple[str, ...]) -> Ground:
        """What a table's style says of the cells for which these of its parts hold."""
        if style is None:
            return NO_GROUND
        return self._cells(style.id, parts)

    def _in_table(self, style_id: str, parts: tuple[str, ...]) -> Ground:
        result, shade = Format(), ""
        paragraphs: list[Node] = []
        for one in reversed(self.chain(self._by_id.get(style_id))):
            places = [one.parts[part] for part in parts if part in one.parts]
            paragraphs += [
                node for node in (one.paragraph, *(part.child("w:pPr") for part in places)) if node is not None
            ]
            for run, cell in ((one.run, one.cell), *((part.child("w:rPr"), part.child("w:tcPr")) for part in places)):
                result.update(_own(run))
                behind = cell.child("w:shd") if cell else None
                shade = self.shade(behind) if behind is not None else shade
        return Ground(shade, result if result.switches or result.nodes else None, tuple(paragraphs))

    def chain(self, style: Style | None) -> list[Style]:
        """A style and what it is based on, the nearest first."""
        found: list[Style] = []
        while style is not None and style not in found and len(found) < _MOST_PARENTS:
            found.append(style)
            style = self._by_id.get(style.parent)
        return found

    def format(
        self, paragraph: Style | None, run: Node | None, *between: Node | None, ground: Ground = NO_GROUND
    ) -> Format:
        """A run's effective properties; `between` come before the run's own (a numbering level)."""
        named = value(run.child("w:rStyle")) if run else ""
        character = self._by_id.get(named)
        levels = [self._levels(paragraph.id if paragraph else ""), self._levels(character.id if character else "")]
        base = _own(self._base)
        levels = [ground.table, *levels] if ground.table else levels
        result = Format(style=character.name if character else "", shade=ground.shade)
        for own in (base, *levels):
            result.nodes.update(own.nodes)
            result.fonts.update(own.fonts)
        for name in _TOGGLES:
            # 17.7.3: on in the defaults is on; the styles' levels change it to and fro; what the run says itself holds.
            flipped = sum(level.switches.get(name, False) for level in levels) % 2 == 1
            result.switches[name] = base.switches.get(name, False) or flipped
        for node in (*between, run):
            result.update(_own(node))
        return result

    def look(self, form: Format, link: bool = False, auto: bool = False) -> Look:
        """What a person sees of it."""
        nodes = form.nodes
        look = Look(
            bold=form.switches.get("w:b", False),
            italic=form.switches.get("w:i", False),
            underline=value(nodes.get("w:u"), "none") != "none",
            strike=form.switches.get("w:strike", False) or form.switches.get("w:dstrike", False),
            colour=self.colour(form),
            highlight=value(nodes.get("w:highlight"), "none").replace("none", ""),
            shade=self.shade(nodes.get("w:shd")) or form.shade,
            boxed=value(nodes.get("w:bdr"), "none") not in ("none", "nil"),
            level=_level(nodes),
            link=link or form.style.lower() in _LINK_STYLES,
            auto=auto,
            mono=form.font.lower() in _MONO,
            style=form.style,
        )
        return self._looks.setdefault((look,), look)

    def shade(self, node: Node | None) -> str:
        """The colour behind text, empty for none and for white."""
        if node is None:
            return ""
        # A solid pattern leaves nothing of the ground: its own colour is what is seen.
        part, theme = ("color", "theme") if node.get("w:val") == "solid" else ("fill", "themeFill")
        named = f"{theme}Color" if theme == "theme" else theme
        fill = self._theme.colour(
            node.get(f"w:{part}"), node.get(f"w:{named}"), node.get(f"w:{theme}Tint"), node.get(f"w:{theme}Shade")
        )
        return "" if fill == "FFFFFF" else fill

    def border_colour(self, node: Node) -> str:
        """The colour of a line, six hex digits, empty for automatic."""
        return self._theme.colour(
            node.get("w:color"), node.get("w:themeColor"), node.get("w:themeTint"), node.get("w:themeShade")
        )

    def colour(self, form: Format) -> str:
        """Six hex digits, empty for automatic. What Word 2010 drew as a text effect comes first."""
        if found := effect_colour(form.nodes.get("w14:textFill")):
            return found
        node = form.nodes.get("w:color")
        if node is None:
            return ""
        return self._theme.colour(
            node.get("w:val"), node.get("w:themeColor"), node.get("w:themeTint"), node.get("w:themeShade")
        )

    def _level(self, style_id: str) -> Format:
        """What one style with its parents says, the nearest last to speak."""
        result = Format()
        for style in reversed(self.chain(self._by_id.get(style_id))):
            result.update(_own(style.run))
        return result


def _own(properties: Node | None) -> Format:
    """What one `w:rPr` says itself."""
    result = Format()
    for node in properties.children if properties else ():
        if node.name in _TOGGLES:
            result.switches[node.name] = truth(node)
        else:
            result.nodes[node.name] = node
            if node.name == "w:rFonts":
                result.fonts.update(fonts_of(node))
    return result


def _level(nodes: Mapping[str, Node]) -> str:
    """Index or power, by the property or by lifting the text."""
    aligned = value(nodes.get("w:vertAlign"))
    if aligned in ("subscript", "superscript"):
        return "sub" if aligned == "subscript" else "sup"
    lifted = value(nodes.get("w:position"), "0")
    if re.fullmatch(r"-?[0-9]{1,3}", lifted) and abs(int(lifted)) >= 4:  # half points; pictures are nudged by less
        return "sub" if lifted.startswith("-") else "sup"
    return ""
