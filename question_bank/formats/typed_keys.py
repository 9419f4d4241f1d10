"""What an answer to be typed is: a number, or what only looks like one. Pure."""

from __future__ import annotations

import re

from question_bank.items._numbers import read_number
from question_bank.items.text import folded

_LEADING_ZERO = re.compile(r"0\d")
_DAY_AND_MONTH = re.compile(r"(?:[12]?[1-9]|[123]0|31)\s*/\s*(?:[1-9]|1[0-2])")
_ABOUT_TIME = re.compile(r"\b(?:ngày|tháng|khi nào|bao giờ|lúc nào|hạn|thời điểm|kỷ niệm|kỉ niệm|date|day|when)\b")


def is_number(text: str) -> bool:
    """Whether it is a number; one with a leading zero (an extension, a year of two digits) is a text."""
    return read_number(text) is not None and not _LEADING_ZERO.match(text)


def may_be_a_date(stem: str, text: str) -> bool:
    """Whether “2/9” may be the second of September: where a question speaks of days it is no certain fraction."""
    return _DAY_AND_MONTH.fullmatch(text.strip()) is not None and _ABOUT_TIME.search(folded(stem)) is not None
