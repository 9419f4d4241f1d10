"""Cells of a workbook that hold one place and nothing else: they become numbers and days (question_bank.practical.template)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from xml.dom.minidom import Element

from question_bank.practical.mutants import (
    add_element,
    attribute,
    elements,
    parse_tree,
    put_attribute,
    put_text,
    take_out,
    text_of,
)
from question_bank.practical.values import PLACE

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?")  # what a sheet holds exactly: 15 digits
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEXT_FORMAT = "49"  # “@”, ISO/IEC 29500-1 §18.8.30
_FIRST_DAY = date(1900, 3, 1)  # before it the two ways of counting days in 1900 differ
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


def fill_cells(parts: Mapping[str, bytes], sheets: Mapping[str, Element], given: Mapping[str, str]) -> list[str]:
    """Make numbers of such cells in the sheets' trees; the names of the sheets that changed."""
    strings = _strings(parts.get("xl/sharedStrings.xml"))
    texts = _text_formats(parts.get("xl/styles.xml"))
    epoch = _epoch(parts.get("xl/workbook.xml"))
    changed = []
    for name, top in sheets.items():
        for cell in elements(top, "c"):
            found = PLACE.fullmatch(_said(cell, strings).strip())
            number = serial(given.get(found[1], ""), epoch) if found else ""
            if number and int(attribute(cell, "s") or 0) not in texts:
                _put_number(cell, number)
                changed.append(name)
    return list(dict.fromkeys(changed))


def serial(value: str, epoch: date = _EPOCH) -> str:
    """A number, or a day YYYY-MM-DD, as a sheet stores it; empty for a text."""
    if _NUMBER.fullmatch(value):
        return value
    if _DAY.fullmatch(value) and (day := date.fromisoformat(value)) >= max(_FIRST_DAY, epoch):
        return str((day - epoch).days)
    return ""


def has_formulas(top: Element) -> bool:
    """Whether a sheet works anything out."""
    return next(elements(top, "f"), None) is not None


def without_results(top: Element) -> bool:
    """Take the results out of all cells with formulas; whether there were any."""
    changed = False
    for cell in elements(top, "c"):
        inner = [one for one in cell.childNodes if isinstance(one, Element)]
        if any(one.localName == "f" for one in inner):
            for one in inner:
                if one.localName == "v":
                    take_out(one)
                    changed = True
            put_attribute(cell, "t", None)
    return changed


def _said(cell: Element, strings: list[str]) -> str:
    """The text of a cell; empty for a number or a formula."""
    kind = attribute(cell, "t")
    inner = {one.localName: one for one in cell.childNodes if isinstance(one, Element)}
    if "f" in inner:
        return ""
    if kind == "s" and "v" in inner:
        place = text_of(inner["v"])
        return strings[int(place)] if place.isdigit() and int(place) < len(strings) else ""
    return "".join(text_of(one) for one in elements(inner["is"], "t")) if kind == "inlineStr" and "is" in inner else ""


def _put_number(cell: Element, number: str) -> None:
    for one in [*cell.childNodes]:
        if isinstance(one, Element) and one.localName in ("v", "is"):
            take_out(one)
    put_attribute(cell, "t", None)
    put_text(add_element(cell, "v", first=True), number)


def _strings(data: bytes | None) -> list[str]:
    if data is None:
        return []
    return ["".join(text_of(one) for one in elements(item, "t")) for item in elements(parse_tree(data), "si")]


def _text_formats(data: bytes | None) -> set[int]:
    """Which formats of cells (by their number) are “Text”."""
    if data is None:
        return set()
    formats = next(elements(parse_tree(data), "cellXfs"), None)
    listed = [*elements(formats, "xf")] if formats is not None else []
    return {number for number, one in enumerate(listed) if attribute(one, "numFmtId") == _TEXT_FORMAT}


def _epoch(data: bytes | None) -> date:
    settings = next(elements(parse_tree(data), "workbookPr"), None) if data is not None else None
    counted = attribute(settings, "date1904") if settings is not None else None
    return _EPOCH_1904 if counted in ("1", "true") else _EPOCH
