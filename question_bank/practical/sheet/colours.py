"""Colours of a workbook as six hex digits: given outright, by the theme with a tint, or by the old palette (ISO/IEC 29500-1 §18.8.3, §18.8.19)."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

from question_bank.formats.office_package import whole
from question_bank.formats.xml_tree import Node

_OFFICE = ("FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "0563C1", "954F72")  # fmt: skip
_PLACES = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_PALETTE = (
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF " * 2
    + "800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF "
    + "000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 "
    + "3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333"
).split()
_HEX = frozenset("0123456789abcdefABCDEF")


def theme_colours(theme: Node | None) -> tuple[str, ...]:
    """The twelve colours of a theme in the order cells number them; Office's own where there is no theme."""
    scheme = theme.path("a:themeElements", "a:clrScheme") if theme else None
    if scheme is None:
        return _OFFICE
    found: list[str] = []
    for name, otherwise in zip(_PLACES, _OFFICE, strict=True):
        holder = scheme.child(f"a:{name}")
        inner = holder.children[0] if holder and holder.children else None
        said = (inner.get("lastClr") or inner.get("val")) if inner else ""
        found.append(said.upper() if _six(said) else otherwise)
    return tuple(found)


def colour(node: Node | None, theme: Sequence[str], automatic: str = "") -> str:
    """Six hex digits in capitals; `automatic` where the file leaves it to the program, empty where it says nothing."""
    if node is None:
        return ""
    if node.get("rgb"):
        said = node.get("rgb")[-6:]
        return tinted(said.upper(), node.get("tint")) if _six(said) else ""
    if node.get("theme"):
        at = whole(node.get("theme"), -1)
        return tinted(theme[at], node.get("tint")) if 0 <= at < len(theme) else ""
    if node.get("indexed"):
        at = whole(node.get("indexed"), -1)
        return _PALETTE[at] if 0 <= at < len(_PALETTE) else automatic
    return automatic


def tinted(six: str, tint: str) -> str:
    """A colour made lighter (up to 1) or darker (down to -1) in its lightness (§18.8.19)."""
    try:
        by = max(-1.0, min(1.0, float(tint or 0)))
    except ValueError:
        by = 0.0
    if by == 0 or by != by:  # the second: not a number
        return six
    red, green, blue = (int(six[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, full = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + by) if by < 0 else light * (1 - by) + by
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, full))


def near(one: str, other: str, most: int = 8) -> bool:
    """Whether two colours look the same: programs round tints differently."""
    if not (_six(one) and _six(other)):
        return one == other
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) <= most for at in (0, 2, 4))


def _six(text: str) -> bool:
    return len(text) == 6 and set(text) <= _HEX
