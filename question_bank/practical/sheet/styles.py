"""How cells look: fonts, fills, borders, alignment, number formats and named styles, resolved to what a reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from question_bank.formats.office_package import truth, value, whole
from question_bank.formats.xml_tree import Node
from question_bank.practical.sheet.colours import colour, theme_colours
from question_bank.practical.sheet.number_format import NumberFormat, built_in, number_format

_MOST_STYLES = 65_536  # Excel itself has at most 65,490
_SIDES = ("left", "right", "top", "bottom")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Font:
    """Letters of a cell; in a differential style, what is None or empty says nothing."""

    name: str = ""
    size: float | None = None
    bold: bool | None = None
    italic: bool | None = None
    underline: str | None = None  # none, single, double, singleAccounting, doubleAccounting
    strike: bool | None = None
    colour: str = ""
    raised: str = ""  # superscript, subscript


@dataclass(frozen=True, slots=True)
class Borders:
    """The lines of a cell by side: their style (`thin`, `double` …), empty for none, and their colours."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""
    colours: tuple[str, str, str, str] = ("", "", "", "")

    def side(self, name: str) -> str:
        """The style of one side."""
        return {"left": self.left, "right": self.right, "top": self.top, "bottom": self.bottom}[name]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where words stand in a cell; `rotation` in degrees, down negative, 255 for letters under each other."""

    horizontal: str = "general"
    vertical: str = "bottom"
    wrap: bool = False
    rotation: int = 0
    indent: int = 0
    shrink: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Everything about one style of cells. `fill` is empty for none; `style` the name of its cell style."""

    font: Font = field(default_factory=Font)
    fill: str = ""
    borders: Borders = field(default_factory=Borders)
    alignment: Alignment = field(default_factory=Alignment)
    number_format: NumberFormat = field(default_factory=lambda: number_format("General"))
    locked: bool = True
    hidden_formula: bool = False
    style: str = "Normal"


PLAIN = Look()


@dataclass(slots=True)
class Styles:
    """The styles of a workbook by number."""

    looks: list[Look] = field(default_factory=list)
    differential: list[Look] = field(default_factory=list)
    theme: Sequence[str] = ()

    def look(self, at: int) -> Look:
        """One style; a number that is none is the plain one."""
        return self.looks[at] if 0 <= at < len(self.looks) else PLAIN


def read_styles(top: Node | None, theme: Node | None) -> Styles:
    """The styles of a file; plain ones where it has none."""
    colours = theme_colours(theme)
    if top is None:
        return Styles(theme=colours)
    reader = _Reader(top, colours)
    styles = reader.named_styles()
    made = [reader.look(node, styles) for node in _listed(top, "cellXfs", "xf")]
    return Styles(made, [reader.difference(node) for node in _listed(top, "dxfs", "dxf")], colours)


def _listed(top: Node, name: str, each: str) -> list[Node]:
    owner = top.child(f"x:{name}")
    return list(owner.all(f"x:{each}"))[:_MOST_STYLES] if owner else []


class _Reader:
    """The tables of a file's styles, each read once."""

    def __init__(self, top: Node, theme: Sequence[str]) -> None:
        self.top = top
        self.theme = theme
        self.fonts = [read_font(node, theme) for node in _listed(top, "fonts", "font")]
        self.fills = [read_fill(node, theme) for node in _listed(top, "fills", "fill")]
        self.borders = [_borders(node, theme) for node in _listed(top, "borders", "border")]
        self.codes = {
            whole(node.get("numFmtId"), -1): node.get("formatCode") for node in _listed(top, "numFmts", "numFmt")
        }

    def named_styles(self) -> list[tuple[Node, str]]:
        """The styles that have names: their formats with their names, by the number cells give."""
        named = {
            whole(node.get("xfId"), -1): node.get("name")
            for node in reversed(_listed(self.top, "cellStyles", "cellStyle"))
        }
        formats = _listed(self.top, "cellStyleXfs", "xf")
        return [(node, named.get(at, "Normal" if at == 0 else "")) for at, node in enumerate(formats)]

    def look(self, node: Node, styles: list[tuple[Node, str]]) -> Look:
        """One entry of `cellXfs`; what it does not say, its cell style does."""
        at = whole(node.get("xfId"), 0)
        base, name = styles[at] if 0 <= at < len(styles) else (None, "Normal")

        def of(key: str) -> int:
            return whole(node.get(key) or (base.get(key) if base else ""), 0)

        protection = node.child("x:protection") or (base.child("x:protection") if base else None)
        aligned = node.child("x:alignment") or (base.child("x:alignment") if base else None)
        number = of("numFmtId")
        return Look(
            _at(self.fonts, of("fontId"), Font()),
            _at(self.fills, of("fillId"), ""),
            _at(self.borders, of("borderId"), Borders()),
            _alignment(aligned),
            number_format(self.codes.get(number, built_in(number))),
            protection is None or protection.get("locked", "1") not in ("0", "false"),
            protection is not None and protection.get("hidden") in ("1", "true"),
            name,
        )

    def difference(self, node: Node) -> Look:
        """What a conditional format or a table changes."""
        return read_difference(node, self.theme)


def read_difference(node: Node, theme: Sequence[str]) -> Look:
    """A differential style (§18.8.14): its fill is the *back* colour of its pattern, where it has one."""
    font, fill, border = node.child("x:font"), node.child("x:fill"), node.child("x:border")
    code = node.child("x:numFmt")
    return Look(
        read_font(font, theme) if font else Font(),
        read_fill(fill, theme, difference=True) if fill else "",
        _borders(border, theme) if border else Borders(),
        number_format=number_format(code.get("formatCode") if code else "General"),
    )


def read_font(node: Node, theme: Sequence[str]) -> Font:
    """A font, also of a run of rich text."""
    size = value(node.child("x:sz"))
    line = node.child("x:u")
    return Font(
        value(node.child("x:name")) or value(node.child("x:rFont")),
        _float(size),
        _switch(node.child("x:b")),
        _switch(node.child("x:i")),
        None if line is None else line.get("val", "single"),
        _switch(node.child("x:strike")),
        colour(node.child("x:color"), theme, "000000"),
        value(node.child("x:vertAlign")),
    )


def _switch(node: Node | None) -> bool | None:
    return None if node is None else truth(node)


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def read_fill(node: Node, theme: Sequence[str], *, difference: bool = False) -> str:
    """The colour a cell is filled with, empty for none; a gradient is its first colour."""
    pattern = node.child("x:patternFill")
    if pattern is None:
        stop = node.path("x:gradientFill", "x:stop", "x:color")
        return colour(stop, theme, "FFFFFF")
    front, back = (colour(pattern.child(f"x:{name}"), theme, "") for name in ("fgColor", "bgColor"))
    if difference:
        return "" if pattern.get("patternType") == "none" else back or front
    if pattern.get("patternType", "none") == "none":
        return ""
    return front or back


def _borders(node: Node, theme: Sequence[str]) -> Borders:
    styles: list[str] = []
    colours: list[str] = []
    for name in _SIDES:
        side = node.child(f"x:{name}") or node.child({"left": "x:start", "right": "x:end"}.get(name, "?"))
        style = side.get("style") if side else ""
        styles.append("" if style == "none" else style)
        colours.append(colour(side.child("x:color") if side else None, theme, "000000"))
    left, right, top, bottom = styles
    return Borders(left, right, top, bottom, (colours[0], colours[1], colours[2], colours[3]))


def _alignment(node: Node | None) -> Alignment:
    if node is None:
        return Alignment()
    turned = whole(node.get("textRotation"), 0)
    return Alignment(
        node.get("horizontal", "general"),
        node.get("vertical", "bottom"),
        node.get("wrapText") in ("1", "true"),
        90 - turned if 90 < turned <= 180 else turned,
        whole(node.get("indent"), 0),
        node.get("shrinkToFit") in ("1", "true"),
    )


def _at(listed: Sequence[T], at: int, otherwise: T) -> T:
    return listed[at] if 0 <= at < len(listed) else otherwise
