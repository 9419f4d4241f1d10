"""A plain-text file from outside as text: converted only when its encoding is certain, else refused with the reason.

UTF-8 and marked UTF-16 are certain. So is a file whose only foreign bytes are the curly quotes, dashes and points that all Windows
code pages have in the same places, and one that Windows-1258 makes Vietnamese of, with letters that no other code page writes as
a letter and a mark. Any other byte is a letter that could be one of several.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

from question_bank.formats.exchange import MAX_FILE_BYTES, MAX_QUESTIONS, Notice, NotThisFormat
from question_bank.formats.other_files import other_file
from question_bank.phrase import Phrase, phrase
from question_bank.wording import gettext

# 0x80-0x9F and no-break space as windows-1250 … 1258 agree on them; “€” of 0x80 is not in all.
_SHARED = bytes((0x82, 0x84, 0x85, 0x86, 0x87, 0x89, 0x8B, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0x9B, 0xA0, 0xA7, 0xA9,
                 0xAB, 0xAE, 0xB0, 0xB1, 0xB5, 0xB6, 0xB7, 0xBB))  # fmt: skip
_VIETNAMESE = frozenset("ăâđêôơưĂÂĐÊÔƠƯ" + "".join(
    unicodedata.normalize("NFC", letter + mark)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for mark in "\u0300\u0301\u0303\u0309\u0323"
))  # fmt: skip
_SIGNS = frozenset("“”‘’–—…•°±×÷²³«»·€§©®™")
_TEXT = bytes(one for one in range(256) if one >= 32 or one in (9, 10, 12, 13))
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class PlainFile:
    """The text with `\\n` line ends, and what was done to it, if anything."""

    text: str
    notices: tuple[Notice, ...] = ()


def plain_file(data: bytes) -> PlainFile | NotThisFormat:
    """The file's text."""
    if (large := too_large(data)) is not None:
        return large
    if (other := other_file(data)) is not None:
        return refused("other_format", other)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded(data[len(bom) :], encoding)
    if guess := _unmarked_utf16(data):
        return _decoded(data, guess)
    try:
        return PlainFile(_lines(data.decode("utf-8")))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if (text := _vietnamese_code_page(data)) is not None:
        made = phrase("the file was in the Vietnamese code page Windows-1258 and was converted")
        return PlainFile(text, (Notice("converted", line_name(line), made),))
    if not data.translate(None, _SHARED).isascii() or data.translate(None, _TEXT) != b"":
        message = phrase(
            "the file is not UTF-8 text, and which encoding it has cannot be known for certain; save it again as UTF-8"
        )
        return refused("not_utf8", message, line)
    made = phrase("the file was in a Windows code page; only its quotes and dashes had to be converted")
    return PlainFile(_lines(data.decode("windows-1252")), (Notice("converted", line_name(line), made),))


def _vietnamese_code_page(data: bytes) -> str | None:
    """The text of Windows-1258, whose tone marks are characters of their own; None when that makes anything but Vietnamese."""
    if data.translate(None, _TEXT):
        return None
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    odd = {one for one in text if not one.isascii()} - _VIETNAMESE - _SIGNS - {"\u00a0"}
    return None if odd or not any("\u1ea0" <= one <= "\u1ef9" for one in text) else _lines(text)


def refused(code: str, message: Phrase, line: int = 0) -> NotThisFormat:
    """The whole file is refused, at this line where there is one."""
    return NotThisFormat(Notice(code, line_name(line) if line else "", message))


def too_large(data: bytes) -> NotThisFormat | None:
    """The refusal of a file beyond what any format reads."""
    if len(data) <= MAX_FILE_BYTES:
        return None
    return refused("too_large", phrase("the file is larger than %(limit)s MiB", limit=MAX_FILE_BYTES >> 20))


def too_many(line: int = 0) -> NotThisFormat:
    """The refusal of a file of more questions than any format reads."""
    return refused("too_many", phrase("more than %(most)s questions in one file", most=MAX_QUESTIONS), line)


def line_name(line: int) -> str:
    """A line as people find it, in the reader's language."""
    return gettext("line %(line)s", line=line)


def _decoded(data: bytes, encoding: str) -> PlainFile | NotThisFormat:
    try:
        return PlainFile(_lines(data.decode(encoding)))
    except UnicodeDecodeError:
        return refused("not_text", phrase("the file says it is %(encoding)s, but is not", encoding=encoding.upper()))


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without its mark: every second byte of the Latin text at the beginning is zero, and no other is."""
    head = data[:512]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) < 8 or (even and odd):
        return ""
    return "utf-16-le" if odd * 4 > len(head) else "utf-16-be" if even * 4 > len(head) else ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
