"""What stands in the texts of a Word file beside their characters. Places in the text are (number of the paragraph, character in it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from question_bank.formats.word_fields import Instruction
from question_bank.formats.xml_tree import Node
from question_bank.practical.word.places import Place


class At(NamedTuple):
    """A place in the text: the paragraph's number in the file, from 1, and the character in it, from 0."""

    paragraph: int
    character: int


class Range(NamedTuple):
    """From a place to before another."""

    start: At
    end: At


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one format: text that is shown, with its `w:rPr`."""

    text: str
    properties: Node | None


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its instruction and what it shows. `depth` is 0 unless it stands in another field's instruction or result."""

    instruction: Instruction
    range: Range
    place: Place
    depth: int

    @property
    def name(self) -> str:
        """`PAGE`, `TOC`, `=` …"""
        return self.instruction.name


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink: an address outside, or a bookmark of this file."""

    address: str
    anchor: str
    range: Range


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A named part of the text."""

    name: str
    range: Range


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The sign of a footnote or endnote in the text; `paragraphs` are those of the note's own words."""

    endnote: bool
    id: str
    at: At


@dataclass(frozen=True, slots=True)
class Change:
    """A tracked change: `insert`, `delete`, `move` or `format`; `text` is what was inserted or taken away."""

    kind: str
    author: str
    date: str
    text: str
    at: At


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark with the text that it is about; `range` is None where nothing in the text leads to it."""

    id: str
    author: str
    text: str
    range: Range | None
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A content control: `kind` is text, rich_text, drop_down, combo_box, date, check_box, picture or another word of the file's."""

    kind: str
    title: str
    tag: str
    choices: tuple[str, ...]
    checked: bool
    placeholder: bool
    range: Range


@dataclass(frozen=True, slots=True)
class Break:
    """A break that somebody set (`page`, `column`), or where a program last began a page (`rendered`)."""

    kind: str
    at: At


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture or shape. `kind`: picture, line, shape, text_box, word_art, chart, diagram, object. `shape` is the file's word for the
    geometry; sizes are millimetres; `wrap`: inline, square, tight, through, top_bottom, behind, front. `colour` and `fill` are six hex
    digits or empty. `left_mm`, `top_mm` are None where the place is given by alignment; `paragraphs` are those of its text box."""

    kind: str
    at: At
    place: Place
    shape: str = ""
    width_mm: float = 0.0
    height_mm: float = 0.0
    wrap: str = "inline"
    alt: str = ""
    part: str = ""
    text: str = ""
    colour: str = ""
    fill: str = ""
    line_pt: float = 0.0
    dashed: bool = False
    align: Mapping[str, str] = field(default_factory=dict)  # of `h` and `v`: center, left, top …
    rotation: float = 0.0
    grouped: bool = False
    behind: bool = False
    paragraphs: tuple[int, int] = (0, 0)  # the first of its own, and one beyond the last
