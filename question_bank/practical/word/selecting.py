"""Which passages of a text document a check looks at: the one declaration of `select` that all checks of paragraphs share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from question_bank.formats.nodes import Node, Text
from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.arguments import Field, WrongValueError
from question_bank.practical.catalogue import Request
from question_bank.practical.findings import quoted
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.paragraphs import Paragraph, Piece
from question_bank.practical.word.places import Part
from question_bank.practical.word.tables import Table, TableCell

_OCCURRENCES = ("first", "last", "all")
_SHOWN = 40  # characters of a passage that name its place

PLACES = {
    "all": phrase("everywhere"),
    "body": phrase("in the text outside tables"),
    "tables": phrase("in tables"),
    "header": phrase("in headers"),
    "footer": phrase("in footers"),
    "first_page": phrase("on the first page"),
    "footnotes": phrase("in footnotes and endnotes"),
    "text_boxes": phrase("in text boxes"),
}


def _occurrence_in(node: Node) -> str:
    text = node.text.strip().lower() if isinstance(node, Text) else ""
    if text not in _OCCURRENCES and not (text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) > 0):
        raise WrongValueError(phrase("write first, last, all, or a number from 1"), node)
    return text


TEXT = arguments.text("text", phrase("the whole text of the paragraph"))
CONTAINS = arguments.text("contains", phrase("words that the paragraph contains"))
REGEX = arguments.pattern("regex", phrase("a pattern that the paragraph's text fits"))
WORDS = arguments.text("words", phrase("the words in the paragraph that are looked at, instead of all of it"))
STYLE = arguments.text("style", phrase("the paragraph's style"))
OUTLINE = arguments.whole("outline", phrase("the level of the heading"))
IN = arguments.choices("in", phrase("where in the file"), PLACES)
OCCURRENCE: Field[str | None] = Field(
    "occurrence", phrase("which of them"),
    {"oneOf": [{"enum": list(_OCCURRENCES)}, {"type": "integer", "minimum": 1}]}, _occurrence_in, "all",
)  # fmt: skip
CASE = arguments.truth("case", phrase("whether capitals count"), default=False)

PARAGRAPHS: tuple[Field[Any], ...] = (TEXT, CONTAINS, REGEX, WORDS, STYLE, OUTLINE, IN, OCCURRENCE, CASE)


@dataclass(frozen=True, eq=False)
class Passage:
    """A paragraph, or some of its characters: from `start` to before `end`."""

    paragraph: Paragraph
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its characters."""
        return self.paragraph.text[self.start : self.end]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The looks of its characters with their weights."""
        whole = self.start == 0 and self.end == len(self.paragraph.text)
        return self.paragraph.pieces if whole else self.paragraph.pieces_of(self.start, self.end)

    @property
    def where(self) -> Phrase:
        """Its place for people, with its first words."""
        shown = quoted(self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…")
        return phrase("%(place)s %(words)s", place=self.paragraph.where, words=shown)


def whole(paragraph: Paragraph) -> Passage:
    """All of a paragraph."""
    return Passage(paragraph, 0, len(paragraph.text))


def passages(file: WordFile, request: Request) -> list[Passage]:
    """What the select finds, or what the check that it refers to found, in the order of the file."""
    if request.refs is not None:
        return [one for target in request.refs for one in _of(file, target)]
    asked = request.select
    found: list[Passage] = []
    for one in file.paragraphs:
        if not one.empty and in_places(file, one, asked[IN]) and fits(one, request):
            found += words_in(one, asked[WORDS], bool(asked[CASE]))
    return chosen(found, asked[OCCURRENCE] or "all")


def fits(one: Paragraph, request: Request) -> bool:
    """Whether a paragraph is of the text, style and level that the select asks for, wherever it stands."""
    asked = request.select
    case = bool(asked[CASE])
    text, contains, pattern = asked[TEXT], asked[CONTAINS], asked[REGEX]
    if text is not None and not says(one, text, case):
        return False
    if contains is not None and canon(contains, case) not in _said(one, case):
        return False
    if pattern is not None and not matches(one, pattern, case):
        return False
    if (style := asked[STYLE]) is not None and not has_style(one, style):
        return False
    return asked[OUTLINE] is None or one.outline == asked[OUTLINE]


def says(one: Paragraph, text: str, case: bool = False) -> bool:
    """Whether this is the whole text of the paragraph; an automatic number before it may be written as its text or left out."""
    wanted = canon(text, case)
    return _said(one, case) == wanted or (one.label is not None and canon(one.label.text + one.text, case) == wanted)


def matches(one: Paragraph, pattern: re.Pattern[str], case: bool = False) -> bool:
    """Whether the canonical text fits the pattern somewhere, with its automatic number or without."""
    wanted = _canonical_pattern(pattern, case)
    if wanted.search(canon(one.text, True)):
        return True
    return one.label is not None and wanted.search(canon(one.label.text + one.text, True)) is not None


def has_style(one: Paragraph, name: str) -> bool:
    """Whether the paragraph has a style of this name or id, in any case."""
    return one.style is not None and canon(name) in (canon(one.style.name), canon(one.style.id))


def in_places(file: WordFile, one: Paragraph, places: tuple[str, ...]) -> bool:
    """Whether a paragraph stands in one of the places, by the words of `PLACES`; none of them means everywhere."""
    place = one.place
    body = place.part is Part.BODY
    named = {
        "all": True,
        "body": body and place.cell is None and not place.box,
        "tables": place.cell is not None,
        "header": place.part is Part.HEADER,
        "footer": place.part is Part.FOOTER,
        "footnotes": place.part in (Part.FOOTNOTE, Part.ENDNOTE),
        "text_boxes": place.box,
    }
    asked = places or ("all",)
    return any(named[one] if one != "first_page" else False for one in asked) or (
        "first_page" in asked and body and one.number < file.first_page_end
    )


def words_in(one: Paragraph, words: str | None, case: bool = False) -> list[Passage]:
    """The passages of a paragraph that say these words; all of it where none are asked for."""
    if words is None:
        return [whole(one)]
    wanted = canon(words, case)
    if wanted not in _said(one, case):
        return []
    return [Passage(one, start, end) for start, end in one.canonical(case).find(wanted)]


def chosen(found: list[Passage], occurrence: str) -> list[Passage]:
    """The first, the last, that of a number, or all."""
    if occurrence == "all" or not found:
        return found
    if occurrence == "last":
        return found[-1:]
    place = 1 if occurrence == "first" else int(occurrence)
    return found[place - 1 : place]


def sought(request: Request) -> Phrase:
    """What the select looks for, for people."""
    asked = request.select
    if (words := asked[WORDS]) is not None:
        return phrase("the words %(text)s", text=quoted(words))
    if (text := asked[TEXT]) is not None:
        return phrase("a paragraph %(text)s", text=quoted(text))
    if (contains := asked[CONTAINS]) is not None:
        return phrase("a paragraph with %(text)s", text=quoted(contains))
    if (style := asked[STYLE]) is not None:
        return phrase("a paragraph in style %(text)s", text=quoted(style))
    if asked[OUTLINE] is not None:
        return phrase("a heading of level %(level)s", level=asked[OUTLINE] or 0)
    return phrase("a paragraph of the kind that is asked for")


def _of(file: WordFile, target: object) -> Iterator[Passage]:
    """What another check found, as passages."""
    match target:
        case Passage():
            yield target
        case Paragraph():
            yield whole(target)
        case Table() | TableCell():
            yield from (whole(one) for one in file.between(target.paragraphs) if not one.empty)


def _said(one: Paragraph, case: bool) -> str:
    return canon(one.text, True) if case else one.plain


@lru_cache(maxsize=512)  # the patterns of one rubric
def _canonical_pattern(pattern: re.Pattern[str], case: bool) -> re.Pattern[str]:
    """The same pattern with its own letters in canonical form; as it is where that makes none."""
    flags = pattern.flags & ~re.IGNORECASE if case else pattern.flags
    try:
        return re.compile(canon(pattern.pattern, True), flags)
    except re.error:
        return pattern
