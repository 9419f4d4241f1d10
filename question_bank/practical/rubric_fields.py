"""Fields that rubrics have in many places: points in hundredths, plain words."""

from __future__ import annotations

import re

from question_bank.formats.nodes import Table, Text
from question_bank.formats.report import Report
from question_bank.marking_scheme import Marks
from question_bank.phrase import phrase

_POINTS = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,2})?")
_MOST_WORD = 200  # characters


def marks_in(node: Table, name: str, least: int, most: int, report: Report, default: int = 0) -> Marks:
    """Points with at most two decimals, as hundredths from `least` to `most`; the default where nothing is said."""
    found = node.get(name)
    if found is None:
        return Marks(default)
    text = found.text.strip() if isinstance(found, Text) else ""
    if not _POINTS.fullmatch(text):
        report.add(found.place, "bad_value", phrase("“%(field)s” is a number with at most two decimals", field=name))
        return Marks(default)
    whole, _, part = text.partition(".")
    marks = abs(int(whole)) * 100 + int(part.ljust(2, "0") or 0)
    marks = -marks if text.startswith("-") else marks
    if not least <= marks <= most:
        message = phrase("“%(field)s” is from %(least)s to %(most)s", field=name, least=_said(least), most=_said(most))
        report.add(found.place, "bad_value", message)
    return Marks(marks)


def word_in(node: Table, name: str, report: Report) -> str:
    """A short text; empty where nothing is said."""
    found = node.get(name)
    if found is None:
        return ""
    if not isinstance(found, Text) or not 0 < len(found.text.strip()) <= _MOST_WORD:
        report.add(found.place, "bad_value", phrase("“%(field)s” must be a text", field=name))
        return ""
    return found.text.strip()


def _said(hundredths: int) -> str:
    return f"{hundredths / 100:g}"
