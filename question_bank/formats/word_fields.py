"""What Word's fields show when the file keeps no result: `SYMBOL 97 \\f Symbol`, and equations of the oldest kind, `EQ \\f(1;2)`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.formats.legacy_text import Encoding, encoding_of, to_unicode
from question_bank.formats.omml_symbols import joined_tex, text_to_tex, tidy
from question_bank.formats.word_text import Formula

_MOST = 4000  # characters of one instruction
_DEPTH = 20
_TOKEN = re.compile(r'\\[^\s"]?(?:"[^"]*"|[^\s"\\]*)|"[^"]*"?|[^\s"]+')
# Switches that say nothing, so that the word behind them is an argument; of fields where both occur.
_FLAGS = {
    "TOC": "huwxz",
    "REF": "fhnprtw",
    "PAGEREF": "hp",
    "NOTEREF": "fhp",
    "HYPERLINK": "mn",
    "SEQ": "chn",
    "MERGEFIELD": "mv",
    "INDEX": "ry",
}


def symbol_text(instruction: str) -> str | None:
    """The sign that a SYMBOL field shows; None for another field."""
    words = instruction.split()
    if len(words) < 2 or words[0].upper() != "SYMBOL":
        return None
    number = words[1].lower()
    if not re.fullmatch(r"0x[0-9a-f]{1,4}|[0-9]{1,5}", number):
        return None
    code = int(number, 16) if number.startswith("0x") else int(number)
    font = re.search(r"\\f\s*\"?([^\"\\]+)", instruction)
    encoding = encoding_of(font[1].strip()) if font else Encoding.UNICODE
    if encoding in (Encoding.SYMBOL, Encoding.WINGDINGS):
        return to_unicode(chr(0xF000 + (code & 0xFF)), encoding)
    return chr(code) if 0x20 <= code < 0xD800 else None


def equation(instruction: str) -> Formula | None:
    """The formula of an EQ field; None for another field, or for one of its rarer commands."""
    text = instruction.strip()
    if len(text) > _MOST or not re.match(r"EQ\b", text, re.IGNORECASE):
        return None
    reader = _Eq(text[2:])
    try:
        tex = reader.text("", 0)
    except _UnknownCommandError:
        return None
    return Formula(tidy(tex)) if tex.strip() else None


@dataclass(frozen=True, slots=True)
class Instruction:
    """A field's instruction: its name in capitals (`=` for a formula), what stands behind it, its switches (`o`, `*`, `#`) in lower case
    with what they say, empty for those that say nothing."""

    name: str
    arguments: tuple[str, ...] = ()
    switches: Mapping[str, str] = field(default_factory=dict)


def instruction(text: str) -> Instruction:
    """Of the words of a field (17.16.1), whatever their order and spaces."""
    words = _TOKEN.findall(text[:_MOST].strip())
    if not words:
        return Instruction("")
    name, arguments = words.pop(0).strip('"'), []
    if name.startswith("="):
        rest = name[1:] or (words.pop(0) if words and not words[0].startswith("\\") else "")
        while words and not words[0].startswith("\\"):
            rest += words.pop(0)
        name, arguments = "=", [rest]
    switches: dict[str, str] = {}
    flags = _FLAGS.get(name.upper(), "")
    while words:
        word = words.pop(0)
        if len(word) >= 2 and word.startswith("\\"):
            letter = word[1].lower()
            said = word[2:]  # `\\o"1-3"` without a space is the same
            if not said and letter not in flags and words and not words[0].startswith("\\"):
                said = words.pop(0)
            if not (letter == "*" and said.upper() == "MERGEFORMAT"):
                switches[letter] = said.strip('"')
        else:
            arguments.append(word.strip('"'))
    return Instruction(name.upper(), tuple(arguments), switches)


class _UnknownCommandError(ValueError):
    """An EQ command that is not known here."""


class _Eq:
    """One pass over the instruction."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def text(self, stops: str, depth: int) -> str:
        """Mathematics up to one of `stops`, which is not taken."""
        if depth > _DEPTH:
            raise _UnknownCommandError
        parts: list[str] = []
        while self._at < len(self._text) and self._text[self._at] not in stops:
            if self._text[self._at] == "\\":
                parts.append(self._command(depth))
                continue
            start = self._at
            while self._at < len(self._text) and self._text[self._at] not in "\\" + stops:
                self._at += 1
            parts.append(text_to_tex(self._text[start : self._at]))
        return tidy(joined_tex(parts))

    def _command(self, depth: int) -> str:
        following = self._text[self._at + 1 : self._at + 2]
        if following in ("(", ")", ",", ";", "\\"):
            self._at += 2
            return following
        named = re.compile(r"\\([a-z])((?:\s*\\[a-z]{1,2}[^\\(]{0,12})*)\s*\(", re.IGNORECASE).match(
            self._text, self._at
        )
        if named is None:
            raise _UnknownCommandError
        self._at = named.end()
        parts = self._arguments(depth)
        return _said(named[1].lower(), named[2].lower(), parts)

    def _arguments(self, depth: int) -> list[str]:
        parts = [self.text(",;)", depth + 1)]
        while self._text[self._at : self._at + 1] in (",", ";"):
            self._at += 1
            parts.append(self.text(",;)", depth + 1))
        if self._text[self._at : self._at + 1] != ")":
            raise _UnknownCommandError
        self._at += 1
        return parts


def _said(name: str, options: str, parts: list[str]) -> str:
    if name == "f" and len(parts) == 2:
        return f"\\frac{{{parts[0]}}}{{{parts[1]}}}"
    if name == "r" and len(parts) in (1, 2):
        return f"\\sqrt{f'[{parts[0]}]' if len(parts) == 2 and parts[0] else ''}{{{parts[-1]}}}"
    if name == "s" and len(parts) == 1:
        return f"{'_' if 'do' in options else '^'}{{{parts[0]}}}"
    if name == "b" and len(parts) == 1:
        left, right = ("[", "]") if "[" in options else ("\\{", "\\}") if "{" in options else ("(", ")")
        return f"\\left{left}{parts[0]}\\right{right}"
    if name == "x" and len(parts) == 1 and ("to" in options or not options.strip()):
        return f"\\overline{{{parts[0]}}}"
    if name == "i" and len(parts) == 3:
        operator = "\\sum" if "su" in options else "\\prod" if "pr" in options else "\\int"
        return joined_tex([f"{operator}_{{{parts[0]}}}^{{{parts[1]}}}", parts[2]])
    if name == "l":
        return ",".join(parts)
    raise _UnknownCommandError
