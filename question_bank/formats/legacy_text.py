"""Text typed with fonts from before Unicode, by the font's name: TCVN3 (`.VnTime`), VNI (`VNI-Times`), Symbol, Wingdings.

In such a file “®¸p ¸n” in `.VnTime` is “đáp án”: the letters are only right with the font, which no kiosk has.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

LOST_GLYPH = "\ufffd"  # a sign of a picture font that has no letter in Unicode


class Encoding(Enum):
    """What the codes of a font mean."""

    UNICODE = "Unicode"
    TCVN3 = "TCVN3"
    TCVN3_CAPITALS = "TCVN3 H"
    VNI = "VNI"
    SYMBOL = "Symbol"
    WINGDINGS = "Wingdings"


def encoding_of(font: str) -> Encoding:
    """By the name alone, as Word knows it."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return Encoding.TCVN3_CAPITALS if font.strip().endswith("H") else Encoding.TCVN3
    if name.startswith(("vni-", "vni ")):
        return Encoding.VNI
    if name == "symbol":
        return Encoding.SYMBOL
    return Encoding.WINGDINGS if name.startswith("wingdings") else Encoding.UNICODE


def to_unicode(text: str, encoding: Encoding) -> str:
    """The text as it looks in its font. Text that is Unicode already stays, whatever its font."""
    if encoding is Encoding.UNICODE or (text.isascii() and encoding not in (Encoding.SYMBOL, Encoding.WINGDINGS)):
        return text
    if encoding is Encoding.SYMBOL:
        return "".join(_glyph(character, _SYMBOL, as_letters=True) for character in text)
    if encoding is Encoding.WINGDINGS:
        return "".join(_glyph(character, _WINGDINGS, as_letters=False) for character in text)
    if any(_is_unicode(character) for character in text):
        return text
    if encoding is Encoding.VNI:
        return _VNI_PIECE.sub(lambda piece: _vni(piece[0]), text)
    found = text.translate(_TCVN3)
    return found.upper() if encoding is Encoding.TCVN3_CAPITALS else found


def is_mixed(text: str, encoding: Encoding) -> bool:
    """Whether Unicode letters and the signs of an old font stand in one text: what is meant by “á” is not certain then."""
    return (
        encoding in (Encoding.TCVN3, Encoding.TCVN3_CAPITALS)
        and any(_is_unicode(character) for character in text)
        and _NO_LETTERS.search(text) is not None
    )


# Codes of TCVN3 that are no letters of Vietnamese in Unicode.
_NO_LETTERS = re.compile("[¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇËÎÏÐÑÖ×ØÜÞßäåæçëîïñö÷øûüþ]")


def _is_unicode(character: str) -> bool:
    """A letter no eight-bit font of Windows has: what Windows-1252 holds beyond U+00FF are these signs only."""
    return ord(character) > 0xFF and character not in _WINDOWS_1252


_WINDOWS_1252 = bytes(code for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)).decode("cp1252")


def _glyph(character: str, table: dict[int, str], as_letters: bool) -> str:
    """One sign of a picture font; Word stores it at U+F000 and above, old programs at its plain code."""
    code = ord(character)
    if 0xF000 <= code <= 0xF0FF:
        return table.get(code - 0xF000, LOST_GLYPH)
    if character.isspace() or (code > 0xFF and not as_letters):
        return character
    return table.get(code, character if as_letters else LOST_GLYPH)


# --- TCVN 5712:1993, the one-byte table VN3 -------------------------------------------------------------------------

_TCVN3 = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
)

# --- VNI for Windows: a letter and its mark behind it -----------------------------------------------------------------

_VNI_MARKS = {
    "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "ê": "\u0306", "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
    "â": "\u0302", "à": "\u0302\u0300", "á": "\u0302\u0301", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "Ô": "Ơ", "Ö": "Ư"}
_VNI_ALONE = dict(zip("ñÑôÔöÖìÌíÍæÆóÓòÒîÎ", "đĐơƠưƯìÌíÍỉỈĩĨịỊỵỴ", strict=True))
_VNI_TONES = "øùûõï"
_VNI_HATS = "âàáåãä"
_VNI_BREVES = "êèéúüë"


def _with_marks(letters: str, marks: str) -> str:
    return f"[{letters}{letters.upper()}][{marks}{marks.upper()}]"


# A letter takes only the marks it has in Vietnamese: “uâ” is two letters.
_VNI_PIECE = re.compile(
    "|".join([_with_marks("aeouyôö", _VNI_TONES), _with_marks("aeo", _VNI_HATS), _with_marks("a", _VNI_BREVES),
              f"[{''.join(_VNI_ALONE)}]"])
)  # fmt: skip


def _vni(piece: str) -> str:
    """A letter with its mark, or a letter that has a code of its own."""
    if len(piece) == 1:
        return _VNI_ALONE[piece]
    letter, mark = piece[0], piece[1]
    return unicodedata.normalize("NFC", _VNI_LETTERS.get(letter, letter) + _VNI_MARKS[mark.lower()])


# --- text whose font is not known --------------------------------------------------------------------------------------

# A letter of TCVN3 that is a sign in Unicode, within a word; a vowel of VNI with its mark behind it.
_TCVN3_WORD = re.compile("[A-Za-zÀ-ÿ][¸µ¶¹¨¼½¾©ª¬]|[¸µ¶¹¨¼½¾©ª¬][A-Za-z]|[a-z][À-Þ]|®[a-zÀ-ÿ¸µ¶·¹¨»¼½¾©ª«¬]")
_VNI_WORD = re.compile(
    "[aeouyôöAEOUYÔÖ][ùøûõïÙØÛÕÏ](?![a-z]{4})|[aeAE][âàáåãäÂÀÁÅÃÄ]|[oO][âåäÂÅÄ]|[aA][êèéúüëÊÈÉÚÜË]|[ñÑ][aeouôöAEOUÔÖ]"
)
_MISREAD = re.compile("á»[^\\s]|áº[^\\s]|Ä[‘\u0090]|Æ[°¡]|Ã[\u0080-¿]|Â[\u0080-¿]|[\u00c0-\u00ff]\ufffd")
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_ENOUGH = 2  # such places: a text may hold one by itself
_ENOUGH_VNI = 3  # French has some of them


def suspicion(text: str) -> str:
    """The encoding that a text seems to have been typed in before it came here as Unicode; empty when it seems right.

    Without the font that makes the letters right this is a guess, good enough to have somebody look at the text.
    """
    if len(_MISREAD.findall(text)) >= _ENOUGH:
        return "UTF-8"
    if text.isascii() or _VIETNAMESE.search(text):
        return ""
    if len(_TCVN3_WORD.findall(text)) >= _ENOUGH:
        return "TCVN3"
    return "VNI" if len(_VNI_WORD.findall(text)) >= _ENOUGH_VNI else ""


# --- Adobe Symbol encoding ---------------------------------------------------------------------------------------------

_SYMBOL = {code: chr(code) for code in range(0x20, 0x7F)}
_SYMBOL |= dict(zip((0x22, 0x24, 0x27, 0x2A, 0x2D, 0x40, 0x5C, 0x5E, 0x60, 0x7E), "∀∃∋∗−≅∴⊥‾∼", strict=True))
_SYMBOL |= dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True))
_SYMBOL |= dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
_SYMBOL |= dict(
    zip(
        range(0xA0, 0xE6),
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…│─↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑",
        strict=True,
    )
)
_SYMBOL |= {0xF1: "⟩", 0xF2: "∫", 0xE9: "⎡", 0xEB: "⎣", 0xF9: "⎤", 0xFB: "⎦", 0xEC: "⎧", 0xED: "⎨", 0xEE: "⎩"}

_WINGDINGS = {
    0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x74: "⧫", 0x75: "◆", 0x76: "❖",
    0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "◻", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑",
    0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xF3: "⇔", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
