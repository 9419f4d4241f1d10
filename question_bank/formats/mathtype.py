"""Equations of MathType and Microsoft Equation 3.0 inside Word files, as LaTeX. Pure.

Old files are full of them, and the picture beside each is a Windows drawing that no browser shows.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from question_bank.formats.legacy_text import Encoding, to_unicode
from question_bank.formats.mathtype_records import DamagedError, Part, Rows, Sign, Slot, Template, read_records
from question_bank.formats.ole import ole_stream
from question_bank.formats.omml_symbols import FUNCTIONS, joined_tex, quoted, text_to_tex, tidy
from question_bank.formats.word_text import Formula

_HEADER = 28  # bytes before the equation in its stream, when the stream says so
_FENCES = {
    0: ("\\langle", "\\rangle"), 1: ("(", ")"), 2: ("\\{", "\\}"), 3: ("[", "]"), 4: ("|", "|"), 5: ("\\|", "\\|"),
    6: ("\\lfloor", "\\rfloor"), 7: ("\\lceil", "\\rceil"), 8: ("[", "]"),
}  # fmt: skip
_INTERVAL = ("(", ")", "[", "]")
_BIG = {16: "\\sum", 17: "\\prod", 18: "\\coprod", 19: "\\bigcup", 20: "\\bigcap", 21: "\\int", 22: "\\sum"}
_INTEGRALS = {1: "\\int", 2: "\\iint", 3: "\\iiint"}
_MARKS = {
    2: "\\dot{%s}", 3: "\\ddot{%s}", 4: "\\dddot{%s}", 5: "%s'", 6: "%s''", 8: "\\tilde{%s}", 9: "\\hat{%s}",
    11: "\\vec{%s}", 12: "\\overleftarrow{%s}", 13: "\\overleftrightarrow{%s}", 14: "\\vec{%s}", 17: "\\overline{%s}",
    18: "%s'''", 19: "\\overset{\\frown}{%s}", 29: "\\underline{%s}",
}  # fmt: skip
_NOT = {"=": "\\ne", "\\in": "\\notin", "\\subset": "\\not\\subset", "\\exists": "\\nexists", "\\equiv": "\\not\\equiv"}
_SPACES = {
    0xEF00: "",
    0xEF01: "",
    0xEF02: "\\,",
    0xEF03: "\\,",
    0xEF04: "\\ ",
    0xEF05: "\\quad ",
    0xEF08: "",
    0xEF22: "\\,",
}
_TEXT, _FUNCTION, _VECTOR = 1, 2, 7


def read_mathtype(data: bytes) -> Formula | None:
    """The equation of an embedded object; None when it is no equation, or one that cannot be read whole."""
    stream = ole_stream(data, "Equation Native")
    if stream is None or len(stream) < _HEADER + 6:
        return None
    size = struct.unpack_from("<H", stream)[0]
    return read_mtef(stream[_HEADER:] if size == _HEADER else stream)


def read_mtef(data: bytes) -> Formula | None:
    """The same from the equation's own bytes."""
    try:
        parts = read_records(data)
        return Formula(tidy(_Tex().parts(parts)))
    except (DamagedError, UnknownPartError):
        return None


class UnknownPartError(ValueError):
    """Something in an equation that has no LaTeX here: half an equation would be worse than none."""


class _Tex:
    """Writes parts as LaTeX."""

    def parts(self, parts: Sequence[Part]) -> str:
        """Things one after the other; a script takes what stands before it."""
        found: list[str] = []
        at = 0
        while at < len(parts):
            part = parts[at]
            if isinstance(part, Sign):
                end = at
                while (
                    end < len(parts)
                    and isinstance(other := parts[end], Sign)
                    and other.face == part.face
                    and not other.marks
                ):
                    end += 1
                end = max(end, at + 1)
                found.append(self._signs([one for one in parts[at:end] if isinstance(one, Sign)]))
                at = end
                continue
            if isinstance(part, Template) and part.selector in (27, 28, 29):
                self._script(part, found)
            else:
                found.append(self._part(part))
            at += 1
        return joined_tex(found)

    def _part(self, part: Part) -> str:
        match part:
            case Sign():
                return self._signs([part])
            case Slot(things=things):
                return self.parts(things)
            case Rows():
                return self._rows(part)
            case Template():
                return self._template(part)

    def _signs(self, signs: Sequence[Sign]) -> str:
        """Signs of one typeface without marks, or one with marks."""
        if signs[0].marks:
            return self._marked(signs[0])
        spaced = [_SPACES.get(one.code) for one in signs]
        if any(space is not None for space in spaced):
            return joined_tex(
                space if space is not None else self._plain([one]) for one, space in zip(signs, spaced, strict=True)
            )
        return self._plain(signs)

    def _plain(self, signs: Sequence[Sign]) -> str:
        text = "".join(_character(one) for one in signs)
        face = signs[0].face
        if face == _TEXT:
            return quoted(text) if text.strip() else " "
        if face == _FUNCTION:
            word = text.strip()
            if word in FUNCTIONS:
                return f"\\{word} "
            return (
                f"\\operatorname{{{word}}}"
                if word.isascii() and word.isalpha() and len(word) > 1
                else text_to_tex(text)
            )
        if face == _VECTOR and text.isalnum() and text.isascii():
            return f"\\mathbf{{{text}}}"
        return text_to_tex(text)

    def _marked(self, one: Sign) -> str:
        tex = self._plain([Sign(one.code, one.face)]).strip()
        for mark in one.marks:
            if mark == 10:
                tex = _NOT.get(tex, "")
            elif mark in _MARKS:
                tex = _MARKS[mark] % tex
            else:
                tex = ""
            if not tex:
                raise UnknownPartError
        return tex

    def _slots(self, template: Template) -> list[str | None]:
        """The slots in their order, None for one that is not there; signs of the template itself are left out."""
        return [
            None if isinstance(part, Slot) and part.null else tidy(self._part(part))
            for part in template.parts if not isinstance(part, Sign)
        ]  # fmt: skip

    def _script(self, template: Template, before: list[str]) -> None:
        """Index and power of what stands before; of a letter or a closed group alone, so that ab² is not (ab)²."""
        slots = [*self._slots(template), None, None]
        below, above = slots[0], slots[1]
        if template.selector == 28 and above is None:
            below, above = None, below
        scripts = (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
        if template.variation & 1:
            before.append("{}" + scripts)
        elif before and before[-1].strip():
            before[-1] = before[-1].rstrip() + scripts
        else:
            before.append("{}" + scripts)

    def _rows(self, rows: Rows) -> str:
        cells = [tidy(self._part(slot)) for slot in rows.slots if not isinstance(slot, Sign)]
        lines = ["&".join(cells[at : at + rows.columns]) for at in range(0, len(cells), rows.columns)]
        if rows.columns == 1 and len(lines) == 1:
            return lines[0]
        body = "\\\\".join(lines)
        return (
            f"\\begin{{array}}{{l}}{body}\\end{{array}}"
            if rows.columns == 1
            else f"\\begin{{matrix}}{body}\\end{{matrix}}"
        )

    def _template(self, template: Template) -> str:
        selector, variation = template.selector, template.variation
        if selector == 23:
            return self._limit(template)
        slots = [slot or "" for slot in self._slots(template)] + ["", "", ""]
        first, second, third = slots[:3]
        if selector in _FENCES or selector == 9:
            return self._fenced(selector, variation, first)
        if selector == 10:
            return f"\\sqrt[{second}]{{{first}}}" if variation & 1 and second else f"\\sqrt{{{first}}}"
        if selector == 11:
            return f"{{{first}}}/{{{second}}}" if variation & 2 else f"\\frac{{{first}}}{{{second}}}"
        if selector in (12, 13):
            return f"\\{'underline' if selector == 12 else 'overline'}{{{first}}}"
        if 15 <= selector <= 22:
            return self._big(selector, variation, (first, second, third))
        return self._rest(selector, variation, first, second)

    def _fenced(self, selector: int, variation: int, inner: str) -> str:
        if selector == 9:
            left, right = _INTERVAL[variation & 3], _INTERVAL[variation >> 4 & 3]
        else:
            left, right = (
                fence if variation & bit else "." for fence, bit in zip(_FENCES[selector], (1, 2), strict=True)
            )
        return joined_tex([f"\\left{left}", inner, f"\\right{right}"])

    def _big(self, selector: int, variation: int, slots: tuple[str, str, str]) -> str:
        main, below, above = slots
        operator = _BIG.get(selector, "")
        if selector == 15:
            operator = "\\oint" if variation & 0x0C else _INTEGRALS.get(variation & 3, "\\int")
            operator += "\\limits" if variation & 0x40 and (below or above) else ""
        return joined_tex([operator + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else ""), main])

    def _limit(self, template: Template) -> str:
        slots = [*self._slots(template), None, None, None]
        main, below, above = (slot or "" for slot in slots[:3])
        if main.strip().startswith(("\\lim", "\\max", "\\min", "\\sup", "\\inf")):
            return main.strip() + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
        if below:
            main = f"\\underset{{{below}}}{{{main}}}"
        return f"\\overset{{{above}}}{{{main}}}" if above else main

    def _rest(self, selector: int, variation: int, first: str, second: str) -> str:
        if selector == 14:
            arrow = {0x10: "\\leftarrow", 0x20: "\\to", 0x30: "\\leftrightarrow"}.get(
                variation & 0x30, "\\rightleftharpoons"
            )
            if variation & 0x03:
                arrow = "\\rightleftharpoons"
            over = f"\\overset{{{first}}}{{{arrow}}}" if first else arrow
            return f"\\underset{{{second}}}{{{over}}}" if second else over
        if selector == 24:
            brace = "overbrace" if variation & 1 else "underbrace"
            return f"\\{brace}{{{first}}}" + (f"{'^' if variation & 1 else '_'}{{{second}}}" if second else "")
        if selector == 31:
            arrow = {1: "overleftarrow", 2: "overrightarrow", 3: "overleftrightarrow"}.get(
                variation & 3, "overrightarrow"
            )
            if variation & 4:
                raise UnknownPartError
            return f"\\{'vec' if arrow == 'overrightarrow' and len(first) == 1 else arrow}{{{first}}}"
        if selector in (32, 33, 34):
            return ("\\widetilde{%s}", "\\widehat{%s}", "\\overset{\\frown}{%s}")[selector - 32] % first
        raise UnknownPartError


def _character(one: Sign) -> str:
    """A sign of an equation as Unicode; MathType's own codes that nobody knows end the reading."""
    if one.code in _SPACES:
        return " "
    if 0xE000 <= one.code <= 0xF8FF:
        found = to_unicode(chr(one.code), Encoding.SYMBOL) if one.code >= 0xF000 else ""
        if not found or found == "\ufffd":
            raise UnknownPartError
        return found
    if one.code < 0x20 or 0xD800 <= one.code <= 0xDFFF:
        raise UnknownPartError
    return chr(one.code)
