"""What reading the texts of a Word file brings together, in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from question_bank.formats.xml_tree import Node
from question_bank.practical.word.content import Bookmark, Break, Change, Control, Drawing, Field, Link, NoteMark, Range
from question_bank.practical.word.paragraphs import Paragraph
from question_bank.practical.word.tables import RawTable


@dataclass(slots=True)
class Found:
    """Everything of all texts. `comments` are the ranges of remarks by id, `sections` the properties of the body's sections."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    tables: list[RawTable] = field(default_factory=list)
    sections: list[tuple[Node, str]] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    notes: list[NoteMark] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    comments: dict[str, Range] = field(default_factory=dict)
    controls: list[Control] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    table_count: int = 0
