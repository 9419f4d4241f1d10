"""Numbers as people in Viet Nam type them, read exactly: `12,5`, `12.5`, `1.234,5`, `−3`, `1,2e5`, `1,2×10^5`, `3/4`.

Pure. The comma is the decimal sign and the point groups thousands (Vietnamese practice); a point that cannot group is
decimal. What was understood is shown to the candidate before it is saved, so that nobody is marked for a guess.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

MAX_LENGTH = 40  # characters
MAX_EXPONENT = 30  # powers of ten: beyond it only mischief, and big numbers cost time
_SIGN = str.maketrans({"−": "-", "–": "-", "‑": "-", "×": "x", "·": "x", "*": "x", "X": "x", "E": "e"})
_WHOLE = re.compile(r"([+-]?)([0-9.,]+)(?:(?:e|x10\^)([+-]?[0-9]{1,3}))?")
_RATIO = re.compile(r"([+-]?)([0-9]{1,12})/([0-9]{1,12})")
_POINTS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_COMMAS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}")  # one comma is the decimal sign, whatever follows it
_DECIMAL = re.compile(r"[0-9]*\.?[0-9]*")


def read_number(text: str) -> Fraction | None:
    """The exact value of a number as typed, or None."""
    typed = "".join(unicodedata.normalize("NFC", text).translate(_SIGN).split())
    if not typed or len(text) > MAX_LENGTH:
        return None
    if ratio := _RATIO.fullmatch(typed):
        value = Fraction(int(ratio[2]), int(ratio[3])) if int(ratio[3]) else None
        return -value if value is not None and ratio[1] == "-" else value
    whole = _WHOLE.fullmatch(typed)
    digits = _plain(whole[2]) if whole else None
    if whole is None or digits is None or abs(int(whole[3] or 0)) > MAX_EXPONENT:
        return None
    value = Fraction(digits) * Fraction(10) ** int(whole[3] or 0)
    return -value if whole[1] == "-" else value


def as_decimal(value: Fraction) -> str:
    """The shortest exact text that `read_number` reads as the value: a decimal with a point when there is one, else a ratio."""
    rest, places = value.denominator, 0
    while rest % 2 == 0 or rest % 5 == 0:
        rest = rest // 10 if rest % 10 == 0 else rest // 2 if rest % 2 == 0 else rest // 5
        places += 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    sign = "-" if value < 0 else ""
    if not places:
        return f"{sign}{digits}"
    written = f"{digits[:-places]}.{digits[-places:]}"
    return f"{sign}{written}0" if _POINTS.fullmatch(written) else f"{sign}{written}"  # 1.234 would read back as 1234


def _plain(digits: str) -> str | None:
    """Digits with at most one point, the decimal sign; None when the signs make no number."""
    head, comma, tail = digits.rpartition(",")
    if _POINTS.fullmatch(digits):
        digits = digits.replace(".", "")
    elif _COMMAS.fullmatch(digits):
        digits = digits.replace(",", "")
    elif comma and _POINTS.fullmatch(head) and tail.isdigit():
        digits = f"{head.replace('.', '')}.{tail}"  # 1.234,5
    elif "," in digits and "." in digits:
        head, _, tail = digits.rpartition(".")  # 1,234.5: the last sign is the decimal one
        if not (re.fullmatch(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+", head) and tail.isdigit()):
            return None
        digits = f"{head.replace(',', '')}.{tail}"
    else:
        digits = digits.replace(",", ".")
    return digits if _DECIMAL.fullmatch(digits) and any(map(str.isdigit, digits)) else None
