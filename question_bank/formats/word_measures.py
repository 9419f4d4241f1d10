"""Lengths in a Word file: twips as whole numbers, or the strict kind with a unit (ISO/IEC 29500-1, 22.9.2.14). Pure."""

from __future__ import annotations

import re

TWIPS_OF_MM = 1440 / 25.4
EMU_OF_MM = 36_000
_LENGTH = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,6})?)(mm|cm|in|pt|pc|pi|px)?")
_UNITS = {
    "": 1.0,
    "mm": TWIPS_OF_MM,
    "cm": TWIPS_OF_MM * 10,
    "in": 1440.0,
    "pt": 20.0,
    "pc": 240.0,
    "pi": 240.0,
    "px": 15.0,
}


def twips(text: str, default: int = 0) -> int:
    """A length in twentieths of a point; the default for what is none."""
    found = _LENGTH.fullmatch(text.strip())
    return round(float(found[1]) * _UNITS[found[2] or ""]) if found else default


def millimetres(length: int) -> float:
    """Twips as millimetres, to a hundredth."""
    return round(length / TWIPS_OF_MM, 2)


def vml_millimetres(text: str) -> float:
    """A length of VML (`12pt`, `1in`; a bare number is pixels at 96 dpi), 0 for what is none."""
    found = _LENGTH.fullmatch(text.strip())
    return round(float(found[1]) * _UNITS[found[2] or "px"] / TWIPS_OF_MM, 2) if found else 0.0
