"""Traits of characters: font, size, bold … (checks W11 to W18)."""

from __future__ import annotations

from typing import Any

from question_bank.formats.nodes import Node, Text
from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.arguments import Asked, Field, Span, colour_in
from question_bank.practical.word.canon import canon
from question_bank.practical.word.paragraphs import prevailing_font
from question_bank.practical.word.selecting import Passage
from question_bank.practical.word.spoiling import Properties
from question_bank.practical.word.traits import Judgement, Trait, look_trait, most, of_span, switch_trait, within

_UNDERLINES: dict[str, Phrase] = {
    "none": phrase("no underline"),
    "any": phrase("underlined"),
    "single": phrase("a single underline"),
    "words": phrase("words underlined one by one"),
    "double": phrase("a double underline"),
    "thick": phrase("a thick underline"),
    "dotted": phrase("a dotted underline"),
    "dashed": phrase("a dashed underline"),
    "wavy": phrase("a wavy underline"),
}
_UNDERLINE_KINDS = {
    "": "none", "single": "single", "words": "words", "double": "double", "thick": "thick", "dotted": "dotted", "dottedHeavy": "dotted",
    "wave": "wavy", "wavyHeavy": "wavy", "wavyDouble": "wavy",
}  # fmt: skip
_VERTICAL: dict[str, Phrase] = {
    "normal": phrase("on the line"),
    "superscript": phrase("superscript"),
    "subscript": phrase("subscript"),
}
_LIFTED = {"": "normal", "sup": "superscript", "sub": "subscript"}
_LETTERS: dict[str, Phrase] = {
    "capitals": phrase("capitals"),
    "small_capitals": phrase("small capitals"),
    "normal": phrase("small and capital letters"),
}
_NO_GROUND, _ANY_GROUND = "none", "any"


def _ground_in(node: Node) -> str:
    text = node.text.strip().lower() if isinstance(node, Text) else ""
    return text if text in (_NO_GROUND, _ANY_GROUND) else colour_in(node)


def _font(passage: Passage, asked: tuple[str, ...], _: Asked) -> Judgement:
    wanted = {canon(one) for one in asked}
    right = sum(
        piece.near * (canon(piece.look.font) in wanted) + piece.far * (canon(piece.look.far_font) in wanted)
        for piece in passage.pieces
    )
    every = sum(piece.near + piece.far for piece in passage.pieces)
    return Judgement(right * 2 > every, ", ".join(asked), prevailing_font(passage.pieces))


def _other_font(asked: tuple[str, ...]) -> Properties:
    name = next(one for one in ("Arial", "Courier New", "Georgia") if canon(one) not in {canon(name) for name in asked})
    return {"rFonts": {"ascii": name, "hAnsi": name, "cs": name}}


def _case(passage: Passage, asked: str, _: Asked) -> Judgement:
    """Letters that are shown as capitals, typed or by their format, are capitals."""
    text = "".join(one for one in passage.text if one.isalpha())
    small = most(passage.pieces, lambda look: look.small_caps and not look.caps)
    shown = bool(text) and (text.isupper() or most(passage.pieces, lambda look: look.caps))
    found = "capitals" if shown else "small_capitals" if small else "normal"
    return Judgement(found == asked, _LETTERS[asked], _LETTERS[found])


def underline_kind(word: str) -> str:
    """The kind of a line under text by the file's word."""
    return _UNDERLINE_KINDS.get(word, "dashed")


def _underlined(asked: str, found: str) -> bool:
    kind = underline_kind(found)
    return kind != "none" if asked == "any" else kind == asked


def _grounded(asked: str, found: str) -> bool:
    return bool(found) == (asked == _ANY_GROUND) if asked in (_ANY_GROUND, _NO_GROUND) else found == asked


def _ground_words(asked: str) -> Phrase | str:
    if asked in ("", _NO_GROUND):
        return phrase("no colour behind it")
    return phrase("a colour behind it") if asked == _ANY_GROUND else asked


def _bigger(asked: Span) -> Properties:
    return {"sz": {"val": str(int(asked.high * 2) + 10)}}


FONT = Trait(arguments.texts("font", phrase("font")), _font, "rPr", _other_font)
SIZE = look_trait(
    arguments.span("size_pt", phrase("font size"), unit="pt"), lambda look: look.size_pt, within,
    (lambda asked: of_span(asked, "pt"), lambda found: f"{found:g} pt"), _bigger,
)  # fmt: skip
BOLD = switch_trait(
    arguments.truth("bold", phrase("bold")), phrase("bold"), phrase("not bold"), lambda look: look.bold, "b"
)
ITALIC = switch_trait(
    arguments.truth("italic", phrase("italic")), phrase("italic"), phrase("not italic"), lambda look: look.italic, "i"
)
STRIKE = switch_trait(
    arguments.truth("strike", phrase("struck out")), phrase("struck out"), phrase("not struck out"),
    lambda look: look.strike, "strike",
)  # fmt: skip
UNDERLINE = look_trait(
    arguments.choice("underline", phrase("underline"), _UNDERLINES), lambda look: look.underline, _underlined,
    (lambda asked: _UNDERLINES[asked], lambda found: _UNDERLINES[underline_kind(found)]),
    lambda asked: {"u": {"val": "wave" if asked == "none" else "none"}},
)  # fmt: skip
COLOUR = look_trait(
    arguments.colour("colour", phrase("text colour")), lambda look: look.colour, lambda asked, found: asked == found,
    (str, str), lambda asked: {"color": {"val": "FF8000" if asked != "FF8000" else "000000"}},
)  # fmt: skip
_GROUND_FIELD: Field[Any] = Field(
    "highlight", phrase("colour behind the text"),
    {"oneOf": [{"type": "string", "pattern": "^#?[0-9A-Fa-f]{6}$"}, {"enum": [_NO_GROUND, _ANY_GROUND]}]}, _ground_in,
)  # fmt: skip
GROUND = look_trait(
    _GROUND_FIELD, lambda look: look.ground, _grounded, (_ground_words, _ground_words),
    lambda asked: {"highlight": {"val": "darkRed" if asked == _NO_GROUND else "none"}, "shd": {"val": "clear", "fill": "auto"}},
)  # fmt: skip
VERTICAL = look_trait(
    arguments.choice("vertical", phrase("superscript or subscript"), _VERTICAL), lambda look: look.vertical,
    lambda asked, found: _LIFTED[found] == asked,
    (lambda asked: _VERTICAL[asked], lambda found: _VERTICAL[_LIFTED[found]]),
    lambda asked: {"vertAlign": {"val": "superscript" if asked == "normal" else "baseline"}, "position": {"val": "0"}},
)  # fmt: skip
LETTERS = Trait(
    arguments.choice("letters", phrase("letters"), _LETTERS), _case, "rPr",
    lambda asked: {"caps": {"val": "1" if asked != "capitals" else "0"}, "smallCaps": {"val": "0"}},
)  # fmt: skip
LETTER_SPACE = look_trait(
    arguments.span("letter_space_pt", phrase("space between letters"), unit="pt"), lambda look: look.spacing_pt,
    lambda asked, found: within(asked, found, asked.low * 0 + 1 / 20),
    (lambda asked: of_span(asked, "pt"), lambda found: f"{found:g} pt"),
    lambda asked: {"spacing": {"val": str(int(asked.high * 20) + 60)}},
)  # fmt: skip
LETTER_WIDTH = look_trait(
    arguments.span("letter_width_percent", phrase("width of letters"), unit="%"), lambda look: look.scale, within,
    (lambda asked: of_span(asked, "%"), lambda found: f"{found} %"), lambda asked: {"w": {"val": str(int(asked.high) + 60)}},
)  # fmt: skip

CHARACTERS: tuple[Trait, ...] = (
    FONT, SIZE, BOLD, ITALIC, UNDERLINE, STRIKE, COLOUR, GROUND, VERTICAL, LETTERS, LETTER_SPACE, LETTER_WIDTH,
)  # fmt: skip
