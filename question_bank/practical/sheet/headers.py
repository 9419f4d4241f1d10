"""The codes of headers and footers (ISO/IEC 29500-1 §18.3.1.46): which words stand where, and what the program fills in."""

from __future__ import annotations

import re

from question_bank.phrase import phrase

FIELDS = {
    "page": phrase("number of the page"), "pages": phrase("number of pages"), "date": phrase("the day"), "time": phrase("the time"),
    "file": phrase("name of the file"), "sheet": phrase("name of the sheet"), "path": phrase("folder of the file"),
}  # fmt: skip
_LETTERS = {"P": "page", "N": "pages", "D": "date", "T": "time", "F": "file", "A": "sheet", "Z": "path"}
_SIDES = {"L": "left", "C": "center", "R": "right"}
_CODE = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|[0-9]{1,3}|&|[A-Za-z])')
_MOST = 5000  # characters


def section(code: str, side: str = "") -> tuple[str, tuple[str, ...]]:
    """The words of one side, or of all, and the names of what is filled in."""
    words: list[str] = []
    fields: list[str] = []
    here, start = "center", 0
    code = code[:_MOST]
    for match in [*_CODE.finditer(code), None]:
        text = code[start : match.start() if match else len(code)]
        if text and side in ("", here):
            words.append(text)
        if match is None:
            break
        start, letter = match.end(), match[0][1:]
        if letter.upper() in _SIDES:
            here = _SIDES[letter.upper()]
            words.append(" ")
        elif side in ("", here):
            if letter == "&":
                words.append("&")
            elif letter.upper() in _LETTERS:
                fields.append(_LETTERS[letter.upper()])
    return " ".join("".join(words).split()), tuple(dict.fromkeys(fields))
