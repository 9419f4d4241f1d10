"""Colours and fonts of a Word file, as they are written and as the theme gives them (ISO/IEC 29500-1, 17.3.2.6, 17.3.2.26, 20.1.6). Pure."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable

from question_bank.formats.xml_tree import Node

_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_SLOTS = ("ascii", "hAnsi", "eastAsia", "cs")  # the four fonts of a run: each is inherited alone
_NAMES = {
    "text1": "dk1", "dark1": "dk1", "background1": "lt1", "light1": "lt1", "text2": "dk2", "dark2": "dk2",
    "background2": "lt2", "light2": "lt2", "hyperlink": "hlink", "followedHyperlink": "folHlink",
}  # fmt: skip


class Theme:
    """The colours and fonts of one document's theme, by the words that formats use for them."""

    def __init__(self, theme: Node | None) -> None:
        self._colours = _colours(theme)
        self._fonts = _theme_fonts(theme)

    def colour(self, plain: str, theme: str, tint: str, shade: str) -> str:
        """Six hex digits, empty for automatic: programs write the plain value beside the theme's, or only one of them."""
        if _HEX.fullmatch(plain):
            return plain.upper()
        base = self._colours.get(_NAMES.get(theme, theme), "")
        return _tinted(base, tint, shade) if base else ""

    def font(self, named: str) -> str:
        """The name of a font that `fonts_of` gave; empty where the theme has none."""
        return self._fonts.get(named, "") if named.startswith("+") else named


def fonts_of(node: Node) -> dict[str, str]:
    """What one `w:rFonts` says by slot, a font of the theme as `+` with the theme's word, which comes before a name beside it."""
    found: dict[str, str] = {}
    for slot in _SLOTS:
        themed = node.get(f"w:{slot}Theme") or (node.get("w:cstheme") if slot == "cs" else "")
        if named := f"+{themed}" if themed else node.get(f"w:{slot}"):
            found[slot] = named
    return found


def effect_colour(effect: Node | None) -> str:
    """The plain colour of a text effect of Word 2010, empty for none and for any other kind."""
    solid = effect.path("w14:solidFill", "w14:srgbClr") if effect else None
    return solid.get("w14:val").upper() if solid is not None and _HEX.fullmatch(solid.get("w14:val")) else ""


def _theme_fonts(theme: Node | None) -> dict[str, str]:
    scheme = theme.path("a:themeElements", "a:fontScheme") if theme else None
    found: dict[str, str] = {}
    for size in ("major", "minor"):
        fonts = scheme.child(f"a:{size}Font") if scheme else None
        for kind, words in (("latin", ("Ascii", "HAnsi")), ("ea", ("EastAsia",)), ("cs", ("Bidi",))):
            named = fonts.child(f"a:{kind}") if fonts else None
            found.update({f"+{size}{word}": named.get("typeface") for word in words if named})
    return found


def _colours(theme: Node | None) -> dict[str, str]:
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


def _channels(colour: str) -> Iterable[int]:
    return (int(colour[at : at + 2], 16) for at in (0, 2, 4))
