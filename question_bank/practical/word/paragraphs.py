"""Paragraphs of a Word file: their text, and what they look like in the end. A format is worked out when it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from question_bank.formats.word_numbering import Level, Numbered, Numbering
from question_bank.formats.word_paragraphs import ParagraphFormat, Paragraphs
from question_bank.formats.word_styles import Ground, Style, Styles
from question_bank.formats.xml_tree import Node
from question_bank.phrase import Phrase
from question_bank.practical.word.canon import Canonical, canon, canonical
from question_bank.practical.word.content import Run
from question_bank.practical.word.looks import Looks, RunLook
from question_bank.practical.word.places import Place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """What the formats of one document come from."""

    styles: Styles
    numbering: Numbering
    formats: Paragraphs
    looks: Looks


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one look: how many of ASCII and how many others, white space apart."""

    look: RunLook
    near: int
    far: int


@dataclass(frozen=True, eq=False)
class Paragraph:
    """One paragraph by its number in the file, from 1. `part` names the part of the package it stands in, `after_break` says that the
    paragraph before ends with a page break."""

    number: int
    place: Place
    runs: tuple[Run, ...]
    style: Style | None
    label: Numbered | None
    node: Node
    part: str
    after_break: bool
    ground: Ground = field(repr=False)
    context: Context = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The shown text with `\\t` for tabs and `\\n` for line breaks; results of fields are in it, instructions are not."""
        return "".join(run.text for run in self.runs)

    @cached_property
    def plain(self) -> str:
        """The text in canonical form, in small letters."""
        return canon(self.text)

    @property
    def empty(self) -> bool:
        """Whether no character is seen."""
        return not self.text or self.text.isspace()

    def canonical(self, case: bool = False) -> Canonical:
        """The canonical text with the way back to the typed one."""
        return canonical(self.text, case)

    @cached_property
    def format(self) -> ParagraphFormat:
        """The effective format of the paragraph."""
        return self.context.formats.format(self._properties, self.style, self.ground)

    @property
    def outline(self) -> int:
        """1 … 9 for headings, 0 for the rest."""
        return (self.format.outline + 1) % 10

    @property
    def begins_page(self) -> bool:
        """Whether it is to begin on a new page: by its format, or by a break right before its text, as some programs save that."""
        if self.format.page_break_before or self.after_break:
            return True
        for run in self.node.all("w:r"):
            for one in run.children:
                if one.name == "w:br" and one.get("w:type") == "page":
                    return True
                if one.name != "w:rPr" and one.name != "w:lastRenderedPageBreak":
                    return False
        return False

    @property
    def list_level(self) -> Level | None:
        """The level of the list it belongs to, None without one."""
        form = self.format
        return self.context.numbering.level(form.num, form.level) if form.num else None

    @property
    def where(self) -> Phrase:
        """Its place for people."""
        return self.place.words(self.number)

    @property
    def _properties(self) -> Node | None:
        return self.node.child("w:pPr")

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Its looks with their weights; that of its end where it shows nothing."""
        return self.pieces_of(0, len(self.text))

    def pieces_of(self, start: int, end: int) -> tuple[Piece, ...]:
        """The looks of the characters from `start` to before `end`, each once."""
        weights: dict[int, tuple[RunLook, int, int]] = {}
        for run, text in self._cut(start, end):
            seen = "".join(text.split())
            if seen:
                near = len(seen) if seen.isascii() else sum(one.isascii() for one in seen)
                look = self.look(run)
                _, before, far = weights.get(id(look), (look, 0, 0))
                weights[id(look)] = (look, before + near, far + len(seen) - near)
        if weights:
            return tuple(Piece(*weight) for weight in weights.values())
        properties = self._properties
        mark = properties.child("w:rPr") if properties else None
        return (Piece(self.context.looks.look(self.style, mark, self.ground), 1, 0),)

    def look(self, run: Run) -> RunLook:
        """The effective look of one of its runs."""
        return self.context.looks.look(self.style, run.properties, self.ground)

    def prevailing(self, said: Callable[[RunLook], T]) -> T:
        """What most of its characters say."""
        return prevailing(self.pieces, said)

    @property
    def font(self) -> str:
        """The font of most of its characters."""
        return prevailing_font(self.pieces)

    def _cut(self, start: int, end: int) -> Iterator[tuple[Run, str]]:
        at = 0
        for run in self.runs:
            stop = at + len(run.text)
            if stop > start and at < end:
                yield run, run.text[max(start - at, 0) : end - at]
            at = stop


def prevailing(pieces: tuple[Piece, ...], said: Callable[[RunLook], T]) -> T:
    """What most of the characters say; of several, what comes first."""
    if len(pieces) == 1:
        return said(pieces[0].look)
    weights: Counter[T] = Counter()
    for piece in pieces:
        weights[said(piece.look)] += piece.near + piece.far
    return max(weights, key=lambda one: weights[one])


def prevailing_font(pieces: tuple[Piece, ...]) -> str:
    """The font of most of the characters, those of ASCII by one font of the run, all others by the other."""
    weights: Counter[str] = Counter()
    for piece in pieces:
        weights[piece.look.font] += piece.near
        weights[piece.look.far_font] += piece.far
    return max(weights, key=lambda one: weights[one])
