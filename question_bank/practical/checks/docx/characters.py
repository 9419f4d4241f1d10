"""How characters look: font, size, bold, colour … of passages found by what they say."""

from __future__ import annotations

from question_bank.phrase import phrase
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Outcome
from question_bank.practical.word.character_traits import (
    BOLD,
    COLOUR,
    FONT,
    GROUND,
    ITALIC,
    LETTER_SPACE,
    LETTER_WIDTH,
    LETTERS,
    SIZE,
    STRIKE,
    UNDERLINE,
    VERTICAL,
)
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.selecting import PARAGRAPHS
from question_bank.practical.word.traits import fields_of, looked_at, spoilt

_EMPHASIS = (BOLD, ITALIC, UNDERLINE, STRIKE)
_SPACING = (LETTER_SPACE, LETTER_WIDTH)


@check(
    "docx.font", phrase("Font of a text"), "IU03",
    select=PARAGRAPHS, expect=fields_of((FONT,)), mutation=spoilt((FONT,)),
)  # fmt: skip
def font(file: WordFile, request: Request) -> Outcome:
    """The font most of the characters have in the end."""
    return looked_at(file, request, (FONT,))


@check(
    "docx.font_size", phrase("Font size of a text"), "IU03",
    select=PARAGRAPHS, expect=fields_of((SIZE,)), mutation=spoilt((SIZE,)),
)  # fmt: skip
def font_size(file: WordFile, request: Request) -> Outcome:
    """The size in points."""
    return looked_at(file, request, (SIZE,))


@check(
    "docx.emphasis", phrase("Bold, italic, underline"), "IU03",
    select=PARAGRAPHS, expect=fields_of(_EMPHASIS), mutation=spoilt(_EMPHASIS),
)  # fmt: skip
def emphasis(file: WordFile, request: Request) -> Outcome:
    """Bold, italic, underlined, struck out."""
    return looked_at(file, request, _EMPHASIS)


@check(
    "docx.text_colour", phrase("Colour of a text"), "IU03",
    select=PARAGRAPHS, expect=fields_of((COLOUR,)), mutation=spoilt((COLOUR,)),
)  # fmt: skip
def text_colour(file: WordFile, request: Request) -> Outcome:
    """The colour of the letters; automatic is black."""
    return looked_at(file, request, (COLOUR,))


@check(
    "docx.highlight", phrase("Colour behind a text"), "IU03",
    select=PARAGRAPHS, expect=fields_of((GROUND,)), mutation=spoilt((GROUND,)),
)  # fmt: skip
def highlight(file: WordFile, request: Request) -> Outcome:
    """The marker pen, or shading of the characters."""
    return looked_at(file, request, (GROUND,))


@check(
    "docx.super_subscript", phrase("Superscript and subscript"), "IU03",
    select=PARAGRAPHS, expect=fields_of((VERTICAL,)), mutation=spoilt((VERTICAL,)),
)  # fmt: skip
def super_subscript(file: WordFile, request: Request) -> Outcome:
    """Whether characters stand above or below the line."""
    return looked_at(file, request, (VERTICAL,))


@check(
    "docx.capitals", phrase("Capital letters"), "IU03",
    select=PARAGRAPHS, expect=fields_of((LETTERS,)), mutation=spoilt((LETTERS,)),
)  # fmt: skip
def capitals(file: WordFile, request: Request) -> Outcome:
    """Capitals, typed or by format; small capitals."""
    return looked_at(file, request, (LETTERS,))


@check(
    "docx.letter_spacing", phrase("Space between letters and their width"), "IU03",
    select=PARAGRAPHS, expect=fields_of(_SPACING), mutation=spoilt(_SPACING),
)  # fmt: skip
def letter_spacing(file: WordFile, request: Request) -> Outcome:
    """Expanded or condensed letters, and their width in percent."""
    return looked_at(file, request, _SPACING)
