"""Which parts of a table's style hold for which cell: the first row, the last column, bands (ISO/IEC 29500-1, 17.7.6). Pure."""

from __future__ import annotations

from question_bank.formats.xml_tree import Node

_BITS = {
    "firstRow": 0x20,
    "lastRow": 0x40,
    "firstColumn": 0x80,
    "lastColumn": 0x100,
    "noHBand": 0x200,
    "noVBand": 0x400,
}


def shown_parts(look: Node | None) -> frozenset[str]:
    """What a table wants of its style, by the words of `w:tblLook`; older programs write them as bits."""
    if look is None:
        return frozenset({"noHBand", "noVBand"})
    bits = look.get("w:val")
    number = int(bits, 16) if 0 < len(bits) <= 4 and all(one in "0123456789abcdefABCDEF" for one in bits) else 0
    return frozenset(name for name, bit in _BITS.items() if _on(look.get(f"w:{name}"), bool(number & bit)))


def _on(said: str, default: bool) -> bool:
    return said.lower() in ("1", "true", "on") if said else default


def parts_of_cell(shown: frozenset[str], row: int, rows: int, column: int, columns: int) -> tuple[str, ...]:
    """The parts of the style that hold for one cell, the last to speak last."""
    first_row, first_column = "firstRow" in shown and row == 0, "firstColumn" in shown and column == 0
    last_row = "lastRow" in shown and row == rows - 1 and rows > 1
    last_column = "lastColumn" in shown and column == columns - 1 and columns > 1
    found: list[str] = []
    if "noVBand" not in shown and not (first_column or last_column):
        found.append(f"band{(column - ('firstColumn' in shown)) % 2 + 1}Vert")
    if "noHBand" not in shown and not (first_row or last_row):
        found.append(f"band{(row - ('firstRow' in shown)) % 2 + 1}Horz")
    parts = (("firstCol", first_column), ("lastCol", last_column), ("firstRow", first_row), ("lastRow", last_row))
    return (*found, *(name for name, holds in parts if holds))
