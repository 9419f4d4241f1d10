"""What was found in a Word file before anything is decided: questions with their options, notes of keys, parts, shared texts. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from question_bank.formats.docx_marks import Kind, PartHead
from question_bank.formats.docx_options import Piece
from question_bank.formats.word_body import Table
from question_bank.formats.word_text import Look, Rich
from question_bank.items.model import Level


class Source(Enum):
    """Where a note of a key stands."""

    LINE = "line"  # “Đáp án: B” below the question
    TAG = "tag"  # <Key=…>
    HIDDEN = "hidden"  # in text that Word does not show
    BEHIND = "behind"  # “(Đáp án: B)” or “[B]” at the end of the question’s own text
    EXPLANATION = "explanation"  # “Chọn B” in the explanation


@dataclass(frozen=True, slots=True)
class KeyNote:
    """Something that says what is right, as it is written."""

    source: Source
    value: str


@dataclass(slots=True)
class FoundOption:
    """An option or a statement: the letter typed, how it looks, signs beside it, its lines."""

    letter: str
    look: Look
    mark: str
    lines: list[Rich]
    sure: bool = True
    before: Look | None = None  # of the question's text on the same line: a label may only go on in it

    @classmethod
    def of(cls, piece: Piece) -> FoundOption:
        """As it begins."""
        return cls(
            piece.letter, piece.look, piece.mark, [piece.rich] if piece.rich.text else [], piece.sure, piece.before
        )

    @property
    def empty(self) -> bool:
        """Whether nothing stands behind the label yet."""
        return not any(line.text.strip() for line in self.lines)


@dataclass(slots=True)
class FoundQuestion:
    """A question while it is read and after. `run` counts how often numbering began anew before it; number 0 is none."""

    number: int
    part: PartHead | None
    run: int
    at: int
    word: str = "câu"
    above: list[Rich] = field(default_factory=list)  # lines that stand before it and belong to nothing
    stem: list[Rich] = field(default_factory=list)
    options: list[FoundOption] = field(default_factory=list)
    after: list[Rich] = field(default_factory=list)
    explanation: list[Rich] = field(default_factory=list)
    keys: list[KeyNote] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    level: Level | None = None
    tags: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # what stood beside it and is no part of it
    hidden: str = ""
    tail: bool = False  # it stands behind the end of the paper
    paper: str = ""  # the code (mã đề) named above it
    explaining: bool = False
    shared: int = -1  # which shared text it belongs to

    @property
    def kind(self) -> Kind:
        """What its part asks for."""
        return self.part.kind if self.part else Kind.ANY

    def source_text(self) -> str:
        """The question as people read it in the file."""
        lines = [line.plain() for line in self.stem]
        for option in self.options:
            lines.append(f"{option.letter}. " + "\n".join(line.plain() for line in option.lines))
        lines += [line.plain() for line in (*self.after, *self.explanation)]
        return "\n".join(line for line in lines if line.strip())[:8000]

    def lower(self) -> bool:
        """Whether the options have small letters."""
        return bool(self.options) and self.options[0].letter.islower()


@dataclass(slots=True)
class FoundShared:
    """A text for several questions: the numbers it names, empty when it names none."""

    numbers: tuple[int, ...]
    run: int
    lines: list[Rich] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A line or a table behind the end of the paper, and the part of the answers it is in."""

    rich: Rich
    table: Table | None
    part: PartHead | None
    run: int
    paper: str = ""  # the code of the paper that was named last


@dataclass(slots=True)
class Reading:
    """All that was found in a document, in its order."""

    questions: list[FoundQuestion] = field(default_factory=list)
    shared: list[FoundShared] = field(default_factory=list)
    answers: list[AnswerLine] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    papers: set[str] = field(default_factory=set)  # codes named before the end of the paper
    notes: set[str] = field(default_factory=set)
