"""What a number format means: its kind, decimals, thousands, currency, and the order of a date's parts (ISO/IEC 29500-1 §18.8.31)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

BUILT_IN: Mapping[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "*mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "*m/d/yy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 41: "_(* #,##0_);_(* (#,##0)", 42: '_("$"* #,##0_)',
    43: "_(* #,##0.00_);_(* (#,##0.00)", 44: '_("$"* #,##0.00_)', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    48: "##0.0E+0", 49: "@", 5: '"$"#,##0', 6: '"$"#,##0', 7: '"$"#,##0.00', 8: '"$"#,##0.00',
}  # fmt: skip
_LOCALE_DATES = frozenset({*range(27, 37), *range(50, 59)})  # their look is the reader's language's (§18.8.30)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*(?=[ \-.=])(.)')
_BRACKET = re.compile(r"\[([^\]]*)\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_MONEY = re.compile(r"[₫$€£¥]|\bđ\b|đồng|\bvn[dđ]\b|\busd\b|\beur\b", re.IGNORECASE)
_DATE_PART = re.compile(r"y+|m+|d+|h+|s+|am/pm|a/p", re.IGNORECASE)
_MOST_CODE = 300  # characters; Excel has at most 255


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """`kind` is general, number, percent, currency, scientific, fraction, date, time, datetime or text.

    `order` of a date is its parts (`dd/mm/yyyy` is `dmy`), or `*` where the reader's computer decides; `widths` the letters of each.
    """

    code: str
    kind: str
    decimals: int = 0
    thousands: bool = False
    symbol: str = ""
    order: str = ""
    widths: tuple[int, ...] = ()

    @property
    def is_date(self) -> bool:
        """Whether numbers are shown as days."""
        return self.kind in ("date", "datetime")


@lru_cache(maxsize=4096)
def number_format(code: str) -> NumberFormat:
    """The meaning of a format's code; what it does to positive numbers decides."""
    first = _first_section(code[:_MOST_CODE])
    if first.strip().lower() in ("general", "standard", ""):
        return NumberFormat(code, "general")
    by_locale = first.startswith("*") or "F800" in first or "sysdate" in first
    words = " ".join(one[1] or one[2] or "" for one in _QUOTED.finditer(first))
    bare = _QUOTED.sub("", first.removeprefix("*") if by_locale else first)
    symbol = _symbol(bare, words)
    bare = _BRACKET.sub(lambda one: one[1] if _ELAPSED.fullmatch(one[0]) else "", bare)
    if re.search(r"[dmyhs]", bare, re.IGNORECASE) and not re.search(r"[0#?]\s*%|E[+-]", bare):
        return _moment(code, bare, by_locale)
    if "@" in bare:
        return NumberFormat(code, "text")
    return _quantity(code, bare, symbol)


def built_in(number: int) -> str:
    """The code of a format that files name by number alone."""
    return BUILT_IN.get(number, "*mm-dd-yy" if number in _LOCALE_DATES else "General")


def _first_section(code: str) -> str:
    """Up to the first `;` that is neither quoted nor in brackets."""
    quoted = bracket = False
    for at, one in enumerate(code):
        if one == '"':
            quoted = not quoted
        elif not quoted and one in "[]":
            bracket = one == "["
        elif one == ";" and not quoted and not bracket:
            return code[:at]
    return code


def _symbol(bare: str, words: str) -> str:
    """The currency a format writes: `[$₫-42A]`, `"đ"`, `$`."""
    for one in _BRACKET.finditer(bare):
        if one[1].startswith("$") and (sign := one[1][1:].partition("-")[0].strip()):
            return sign
    found = _MONEY.search(words) or _MONEY.search(_BRACKET.sub("", bare))
    return found[0] if found else ""


def _quantity(code: str, bare: str, symbol: str) -> NumberFormat:
    decimals = re.search(r"\.([0#?]+)", bare)
    places = len(decimals[1]) if decimals else 0
    thousands = bool(re.search(r"[#0?],[#0?]", bare))
    if "%" in bare:
        return NumberFormat(code, "percent", places, thousands)
    if re.search(r"E[+-]", bare, re.IGNORECASE):
        return NumberFormat(code, "scientific", places)
    if re.search(r"[0#?]\s*/\s*[0-9#?]", bare):
        return NumberFormat(code, "fraction")
    if symbol:
        return NumberFormat(code, "currency", places, thousands, symbol)
    if re.search(r"[0#?]", bare):
        return NumberFormat(code, "number", places, thousands)
    return NumberFormat(code, "general")


def _moment(code: str, bare: str, by_locale: bool) -> NumberFormat:
    """A date or a time: `m` beside hours or seconds is minutes."""
    parts = [one[0].lower() for one in _DATE_PART.finditer(bare)]
    day: list[str] = []
    clock = False
    for at, part in enumerate(parts):
        near = (parts[at - 1][0] if at else "", parts[at + 1][0] if at + 1 < len(parts) else "")
        if part[0] in "hsa" or (part[0] == "m" and len(part) <= 2 and (near[0] == "h" or near[1] == "s")):
            clock = True
        else:
            day.append(part)
    kind = "datetime" if day and clock else "date" if day else "time"
    order = "*" if by_locale and day else "".join(dict.fromkeys(part[0] for part in day))
    return NumberFormat(code, kind, order=order, widths=tuple(len(part) for part in day))
