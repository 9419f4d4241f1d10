"""Rules for the text that authors write: what may be in it, how long it may be, when two texts are the same.

Pure. Texts have one normal form and nothing invisible; what is not plain stands between braces (`content`).
"""

from __future__ import annotations

import re
import unicodedata

from question_bank.content import Content, Entries, Grid, Holds, Listing, Node, Span, Words, holds, parse, write
from question_bank.phrase import Phrase, phrase, phrases
from question_bank.problems import Fault, Path

# Characters. A kiosk shows a stem and its options on one 1366×768 screen; the rest is for people who check.
LIMITS = {"stem": 4000, "option": 500, "explanation": 4000, "source": 500, "title": 200, "tag": 40, "answer": 200,
          "stimulus": 12_000}  # fmt: skip

LONG = True  # a text that may have several lines

# Cc controls, Cf invisible format characters (zero width, direction overrides), Co private use (legacy fonts),
# Cs surrogates, Zl and Zp separators. A line break is allowed where a text may have several lines.
_FORBIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

# Tags and entities by name: “A1<B1” and “Q&A;” are ordinary text in a paper on spreadsheets, “<S>” is a key to press.
MARKUP = re.compile(
    r"<(?:/[abiusp]|(?-i:[abiusp])|/?(?:br|hr|em|strong|font|center|span|div|img|sub|sup|small|big|ul|ol|li|table|tbody"
    r"|thead|tr|td|th|h[1-6]|pre|code|script|style|iframe|object|embed|svg|math|input|form|video|audio|link|meta|o:p))"
    r"(?:\s[^<>]*)?/?>|<!--|&(?:nbsp|lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)


def text_faults(path: Path, text: str, limit: int, several_lines: bool = False) -> list[Fault]:
    """What is wrong with one text, all of it; `limit` in characters."""
    faults = _letter_faults(path, text, limit, several_lines)
    return faults + _markup_faults(path, text) if text.strip() else faults


def _letter_faults(path: Path, text: str, limit: int, several_lines: bool) -> list[Fault]:
    if not text.strip():
        return [Fault("empty_field", path, phrase("“%(field)s” is empty", field=str(path[-1])))]
    faults: list[Fault] = []
    if len(text) > limit:
        message = phrase("%(length)s characters; the most allowed is %(limit)s", length=len(text), limit=limit)
        faults.append(Fault("too_long", path, message))
    if not unicodedata.is_normalized("NFC", text):
        hint = phrase("type the letters again, or convert the file to Unicode NFC")
        faults.append(Fault("not_nfc", path, phrase("letters and tone marks are stored apart (not NFC)"), hint))
    if found := forbidden(text, several_lines):
        hint = phrase("delete it; it often comes with text pasted from Word or the web")
        faults.append(Fault("control_character", path, _invisible(found), hint))
    return faults


def _markup_faults(path: Path, text: str) -> list[Fault]:
    markup = MARKUP.search(text)
    if markup is None:
        return []
    message = phrase("HTML markup “%(markup)s”", markup=markup.group()[:40])
    return [
        Fault("markup", path, message, phrase("write plain text, or as code what is meant to be seen: {{code:<br>}}"))
    ]


def is_markup(text: str) -> bool:
    """Whether a text is tags or entities of HTML and no words: what a question about them asks for."""
    return not any(map(str.isalnum, MARKUP.sub("", text))) and MARKUP.search(text) is not None


def content_faults(path: Path, text: str, limit: int, may_hold: Holds) -> list[Fault]:
    """`text_faults`, and what is wrong with the constructs of the text; lines are allowed where blocks or media are.

    An option without a picture stays one line: a table of them is read at a glance. Code may be that of a page.
    """
    content, flaws = parse(text)
    several_lines = may_hold & Holds.BLOCKS or holds(content) & (Holds.MEDIA | Holds.BLOCKS)
    faults = _letter_faults(path, text, limit, bool(several_lines))
    faults += _markup_faults(path, write(_without_code(content)) if MARKUP.search(text) else "")
    faults += [Fault(flaw.code, path, flaw.message) for flaw in flaws]
    for kind in holds(content) & ~may_hold:
        faults.append(Fault("not_here", path, _NOT_HERE[kind]))
    return faults


def _without_code(content: Content) -> Content:
    """The text with a sign that is no markup in place of each piece of code."""
    return tuple(_beside_code(node) for node in content)


def _beside_code(node: Node) -> Node:
    match node:
        case Span("code", _) | Listing():
            return Words("…")
        case Span(kind, inner):
            return Span(kind, _without_code(inner))
        case Entries(numbered, entries):
            return Entries(numbered, tuple(map(_without_code, entries)))
        case Grid(rows):
            return Grid(tuple(tuple(map(_without_code, row)) for row in rows))
        case _:
            return node


_NOT_HERE = {
    Holds.SPANS: phrase("only plain words may stand here"),
    Holds.MATH: phrase("a formula cannot stand here"),
    Holds.MEDIA: phrase("a picture, sound or film cannot stand here"),
    Holds.BLOCKS: phrase("a list, table or listing cannot stand here"),
    Holds.GAPS: phrase("a gap cannot stand here"),
}


def forbidden(text: str, several_lines: bool) -> str:
    """The characters of a text that may not be there, each once, in order."""
    found = {
        character: None
        for character in text
        if unicodedata.category(character) in _FORBIDDEN and not (several_lines and character == "\n")
    }
    return "".join(found)


def folded(text: str) -> str:
    """A text for comparing: NFC, no difference of case or of spaces."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def code_point(character: str) -> str:
    """`U+200B`, for naming what cannot be seen."""
    return f"U+{ord(character):04X}"


def _invisible(found: str) -> Phrase:
    codes = ", ".join(code_point(character) for character in found[:5])
    return phrases("character that cannot be seen: %(codes)s", "characters that cannot be seen: %(codes)s", len(found),
                   codes=codes)  # fmt: skip
