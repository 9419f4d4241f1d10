"""What a run of a Word file looks like in the end: defaults, the chain of paragraph styles, the chain of character styles,
direct formatting (ISO/IEC 29500-1, 17.7). Libraries that read only the run itself miss keys marked by a style.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from question_bank.formats.office_package import truth, value
from question_bank.formats.word_text import Look
from question_bank.formats.xml_tree import Node

_MOST_PARENTS = 20  # a chain of styles; a file may make a circle
_TOGGLES = ("w:b", "w:i", "w:strike", "w:dstrike", "w:caps", "w:vanish")
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_MONO = frozenset({
    "courier", "courier new", "consolas", "lucida console", "cascadia code", "cascadia mono", "source code pro", "menlo", "monaco",
    "jetbrains mono", "dejavu sans mono", "liberation mono", "fira code",
})  # fmt: skip
_LINK_STYLES = frozenset({"hyperlink", "followedhyperlink", "internet link"})
_THEME_NAMES = {
    "text1": "dk1", "dark1": "dk1", "background1": "lt1", "light1": "lt1", "text2": "dk2", "dark2": "dk2",
    "background2": "lt2", "light2": "lt2", "hyperlink": "hlink", "followedHyperlink": "folHlink",
}  # fmt: skip


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


@dataclass(slots=True)
class Format:
    """Run properties on their way to a look: switches, and what the last one to speak said of the others."""

    switches: dict[str, bool] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    style: str = ""
    shade: str = ""

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
    """What lies below a paragraph's own looks: the colour behind it, and what a table's style says of its cell."""

    shade: str = ""
    table: Format | None = None


NO_GROUND = Ground()


class Styles:
    """The styles of one document. All of its answers are for one file and kept."""

    def __init__(self, styles: Node | None, theme: Node | None) -> None:
        self._by_id: dict[str, Style] = {}
        self._default: dict[str, str] = {}
        self._theme = _theme_colours(theme)
        defaults = styles.path("w:docDefaults", "w:rPrDefault", "w:rPr") if styles else None
        self._base = defaults
        for node in styles.all("w:style") if styles else ():
            style = Style(
                node.get("w:styleId"), value(node.child("w:name")), value(node.child("w:basedOn")),
                node.child("w:rPr"), node.child("w:pPr"), node.child("w:tcPr"),
                {part.get("w:type"): part for part in node.all("w:tblStylePr")},
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
        for one in reversed(self.chain(self._by_id.get(style_id))):
            places = [one.parts[part] for part in parts if part in one.parts]
            for run, cell in ((one.run, one.cell), *((part.child("w:rPr"), part.child("w:tcPr")) for part in places)):
                own = _own(run)
                result.switches.update(own.switches)
                result.nodes.update(own.nodes)
                behind = cell.child("w:shd") if cell else None
                shade = self.shade(behind) if behind is not None else shade
        return Ground(shade, result if result.switches or result.nodes else None)

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
        for name in _TOGGLES:
            # 17.7.3: on in the defaults is on; the styles' levels change it to and fro; what the run says itself holds.
            flipped = sum(level.switches.get(name, False) for level in levels) % 2 == 1
            result.switches[name] = base.switches.get(name, False) or flipped
        for node in (*between, run):
            own = _own(node)
            result.switches.update(own.switches)
            result.nodes.update(own.nodes)
        return result

    def look(self, form: Format, link: bool = False, auto: bool = False) -> Look:
        """What a person sees of it."""
        nodes = form.nodes
        look = Look(
            bold=form.switches.get("w:b", False),
            italic=form.switches.get("w:i", False),
            underline=value(nodes.get("w:u"), "none") != "none",
            strike=form.switches.get("w:strike", False) or form.switches.get("w:dstrike", False),
            colour=self._colour(nodes),
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
        fill = self._hex(
            node.get(f"w:{part}"), node.get(f"w:{named}"), node.get(f"w:{theme}Tint"), node.get(f"w:{theme}Shade")
        )
        return "" if fill == "FFFFFF" else fill

    def _colour(self, nodes: Mapping[str, Node]) -> str:
        """Six hex digits, empty for automatic. What Word 2010 drew as a text effect comes first."""
        effect = nodes.get("w14:textFill")
        solid = effect.path("w14:solidFill", "w14:srgbClr") if effect else None
        if solid is not None and _HEX.fullmatch(solid.get("w14:val")):
            return solid.get("w14:val").upper()
        node = nodes.get("w:color")
        if node is None:
            return ""
        return self._hex(node.get("w:val"), node.get("w:themeColor"), node.get("w:themeTint"), node.get("w:themeShade"))

    def _hex(self, plain: str, theme: str, tint: str, shade: str) -> str:
        """A colour: Word writes the plain value beside the theme's; other programs only one of them."""
        if _HEX.fullmatch(plain):
            return plain.upper()
        base = self._theme.get(_THEME_NAMES.get(theme, theme), "")
        return _tinted(base, tint, shade) if base else ""

    def _level(self, style_id: str) -> Format:
        """What one style with its parents says, the nearest last to speak."""
        result = Format()
        for style in reversed(self.chain(self._by_id.get(style_id))):
            own = _own(style.run)
            result.switches.update(own.switches)
            result.nodes.update(own.nodes)
        return result


def _own(properties: Node | None) -> Format:
    """What one `w:rPr` says itself."""
    result = Format()
    for node in properties.children if properties else ():
        if node.name in _TOGGLES:
            result.switches[node.name] = truth(node)
        else:
            result.nodes[node.name] = node
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


def _theme_colours(theme: Node | None) -> dict[str, str]:
    scheme = theme.path("a:themeElements", "a:clrScheme") if theme else None
    found: dict[str, str] = {}
    for node in scheme.children if scheme else ():
        colour = next(iter(node.children), None)
        hexed = (colour.get("lastClr") or colour.get("val")) if colour else ""
        if _HEX.fullmatch(hexed):
            found[node.name.partition(":")[2]] = hexed.upper()
    return found


def _tinted(base: str, tint: str, shade: str) -> str:
    """A theme's colour made lighter or darker (17.3.2.6)."""
    red, green, blue = (int(base[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    if re.fullmatch(r"[0-9A-Fa-f]{2}", tint):
        part = int(tint, 16) / 255
        light = light * part + (1 - part)
    if re.fullmatch(r"[0-9A-Fa-f]{2}", shade):
        light *= int(shade, 16) / 255
    return "".join(f"{round(channel * 255):02X}" for channel in colorsys.hls_to_rgb(hue, light, saturation))


def is_body_colour(colour: str) -> bool:
    """Whether a colour is ink: automatic, black, or the near-black that text from the web brings along."""
    return not colour or max(_channels(colour)) <= 0x48


def same_colour(one: str, other: str) -> bool:
    """Whether two colours are one to the eye: all kinds of ink are."""
    return one == other or (is_body_colour(one) and is_body_colour(other))


def _channels(colour: str) -> Iterable[int]:
    return (int(colour[at : at + 2], 16) for at in (0, 2, 4))
