"""Colours and fonts of a theme, and what a colour element comes to (ISO/IEC 29500-1, 20.1.2.3)."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.nodes import first, integer, percent

_NAMED: Mapping[str, str] = {
    "black": "000000", "white": "FFFFFF", "red": "FF0000", "green": "008000", "blue": "0000FF", "yellow": "FFFF00", "gray": "808080", "grey": "808080",
    "cyan": "00FFFF", "magenta": "FF00FF", "orange": "FFA500", "purple": "800080", "navy": "000080", "brown": "A52A2A", "lime": "00FF00", "maroon": "800000",
    "teal": "008080", "silver": "C0C0C0", "gold": "FFD700", "pink": "FFC0CB", "darkBlue": "00008B", "darkRed": "8B0000", "darkGreen": "006400",
    "lightGray": "D3D3D3", "ltGray": "D3D3D3", "dkGray": "A9A9A9",
}  # fmt: skip
COLOURS = ("a:srgbClr", "a:schemeClr", "a:sysClr", "a:prstClr", "a:scrgbClr", "a:hslClr")
SLOTS = (
    "dk1",
    "lt1",
    "dk2",
    "lt2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
)
_USUAL_MAP: Mapping[str, str] = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: its name, its colours by slot (`dk1`, `accent1` …), its two fonts, and the tree its fills are in."""

    part: str
    name: str
    colours: Mapping[str, str]
    major: str
    minor: str
    node: Node | None = None

    def font(self, said: str) -> str:
        """A typeface, `+mj-lt` and `+mn-lt` resolved."""
        if said.startswith("+mj"):
            return self.major
        return self.minor if said.startswith("+mn") else said


@dataclass(frozen=True, slots=True)
class Palette:
    """A theme's colours under the names that a sheet gives them (`tx1`, `bg1`)."""

    theme: Theme
    mapping: Mapping[str, str] = field(default_factory=dict)

    def of(self, parent: Node | None, own: str | None = None) -> str | None:
        """The colour that stands in an element; `own` is what `phClr` means there. None where it says none."""
        node = next((one for one in (parent.children if parent else ()) if one.name in COLOURS), None)
        if node is None:
            return None
        plain = self._plain(node, own)
        return None if plain is None else changed(plain, node)

    def slot(self, name: str) -> str | None:
        """A colour by its name in the theme or on the sheet."""
        return self.theme.colours.get(self.mapping.get(name, _USUAL_MAP.get(name, name)))

    def _plain(self, node: Node, own: str | None) -> str | None:
        said = node.get("val")
        match node.name:
            case "a:srgbClr":
                return _hex(said)
            case "a:schemeClr":
                return own if said == "phClr" else self.slot(said)
            case "a:sysClr":
                return _hex(node.get("lastClr")) or ("FFFFFF" if said == "window" else "000000")
            case "a:prstClr":
                return _NAMED.get(said)
            case "a:scrgbClr":
                return _written(tuple(_gamma(percent(node.get(one), 0) / 100_000) for one in "rgb"))
        turn = integer(node.get("hue")) / 21_600_000
        light, full = percent(node.get("lum"), 0) / 100_000, percent(node.get("sat"), 0) / 100_000
        return _written(colorsys.hls_to_rgb(turn % 1, _share(light), _share(full)))


def read_theme(part: str, node: Node | None) -> Theme:
    """A theme from its part; an empty one where there is none."""
    scheme = first(node, "a:themeElements", "a:clrScheme")
    empty = Palette(Theme("", "", {}, "", ""))
    colours = {slot: found for slot in SLOTS if (found := empty.of(first(scheme, f"a:{slot}")))}
    fonts = first(node, "a:themeElements", "a:fontScheme")
    major, minor = (first(fonts, kind, "a:latin") for kind in ("a:majorFont", "a:minorFont"))
    name = node.get("name") if node else ""
    return Theme(
        part, name, colours, major.get("typeface") if major else "", minor.get("typeface") if minor else "", node
    )


def changed(colour: str, node: Node) -> str:
    """A colour after what its element does to it: lighter, darker, another hue."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    for one in node.children:
        share = percent(one.get("val")) / 100_000
        match one.name:
            case "a:lumMod" | "a:lumOff" | "a:satMod" | "a:satOff" | "a:hueMod" | "a:hueOff" | "a:lum" | "a:sat":
                red, green, blue = _in_hls((red, green, blue), one, share)
            case "a:shade":
                red, green, blue = (_gamma(_linear(part) * share) for part in (red, green, blue))
            case "a:tint":
                red, green, blue = (_gamma(_linear(part) * share + 1 - share) for part in (red, green, blue))
            case "a:gray":
                red = green = blue = 0.2126 * red + 0.7152 * green + 0.0722 * blue
            case "a:inv":
                red, green, blue = 1 - red, 1 - green, 1 - blue
    return _written((red, green, blue))


def _in_hls(colour: tuple[float, float, float], node: Node, share: float) -> tuple[float, float, float]:
    turn, light, full = colorsys.rgb_to_hls(*colour)
    match node.name:
        case "a:lumMod":
            light *= share
        case "a:lumOff":
            light += share
        case "a:lum":
            light = share
        case "a:satMod":
            full *= share
        case "a:satOff":
            full += share
        case "a:sat":
            full = share
        case "a:hueMod":
            turn *= share
        case _:
            turn += integer(node.get("val")) / 21_600_000
    return colorsys.hls_to_rgb(turn % 1, _share(light), _share(full))


def _hex(text: str) -> str | None:
    return text.upper() if len(text) == 6 and all(one in "0123456789abcdefABCDEF" for one in text) else None


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _written(colour: tuple[float, ...]) -> str:
    return "".join(f"{round(_share(part) * 255):02X}" for part in colour)


def _linear(part: float) -> float:
    """sRGB to light (IEC 61966-2-1)."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _gamma(part: float) -> float:
    part = _share(part)
    return part * 12.92 if part <= 0.0031308 else 1.055 * float(part ** (1 / 2.4)) - 0.055


def luminance(colour: str) -> float:
    """Relative luminance, 0 … 1 (WCAG 2.2)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 … 21 (WCAG 2.2, 1.4.3)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def near(one: str | None, other: str, tolerance: int = 4) -> bool:
    """Whether two colours are one to the eye: programs round what they work out of a theme by a few steps of 255."""
    if one is None:
        return False
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) <= tolerance for at in (0, 2, 4))
