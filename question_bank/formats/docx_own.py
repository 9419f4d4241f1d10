"""A Word file that this program wrote, taken apart by the styles of its paragraphs. Pure.

The styles say what a paragraph is, so that no text in it can be mistaken for a question, an option or a key. A file that lost
its styles or its hidden text is read as any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats.carried import Carried, read_carried
from question_bank.formats.docx_lines import cell_lines, own_block, table_thing
from question_bank.formats.word_body import Block, Paragraph, Table
from question_bank.formats.word_runs import OWN_TAG
from question_bank.formats.word_text import Rich, of_thing

TOPIC_STYLE, SHARED_STYLE, QUESTION_STYLE = "Examroom Topic", "Examroom Shared", "Examroom Question"
ROW_STYLE, EXPLANATION_STYLE, KEY_STYLE = "Examroom Row", "Examroom Explanation", "Examroom Key"
LABEL_STYLE = "Examroom Label"
_NUMBER = re.compile(r"\d{1,5}")
_TYPED_LABEL = re.compile(r"\s*(?:[A-Za-z]|\d{1,2})[.)]\s+")


@dataclass(slots=True)
class OwnPart:
    """A text of the file: its label as shown, its paragraphs and tables."""

    label: str
    lines: list[Rich]


@dataclass(slots=True)
class OwnQuestion:
    """A question with its parts; `tags` are what hidden text says of it."""

    number: int
    at: int
    stem: OwnPart
    tags: list[str]
    rows: list[OwnPart] = field(default_factory=list)
    explanation: OwnPart | None = None
    notes: set[str] = field(default_factory=set)

    @property
    def carried(self) -> Carried:
        """What the hidden text says."""
        return read_carried(self.tags)

    def source_text(self) -> str:
        """As people read it."""
        parts = [self.stem, *self.rows, *([self.explanation] if self.explanation else [])]
        return "\n".join(part.label + "\n".join(line.plain() for line in part.lines) for part in parts)[:8000]


@dataclass(slots=True)
class OwnShared:
    """A shared text: its title and its paragraphs."""

    title: OwnPart
    tags: list[str]


@dataclass(slots=True)
class OwnFile:
    """All of a file: topics as hidden tags and titles, shared texts, questions, the cells of the table of answers."""

    topics: list[tuple[str, Carried]] = field(default_factory=list)
    shared: list[OwnShared] = field(default_factory=list)
    questions: list[OwnQuestion] = field(default_factory=list)
    answers: dict[int, str] = field(default_factory=dict)
    left_out: list[tuple[int, str]] = field(default_factory=list)


def is_own(blocks: Sequence[Block]) -> bool:
    """Whether this program wrote the file, and its styles and hidden text are there."""
    first = next((block for block in blocks if isinstance(block, Paragraph) and block.style == TOPIC_STYLE), None)
    return first is not None and any(tag.startswith("examroom:topic=") for tag in OWN_TAG.findall(first.hidden))


def read_own(blocks: Sequence[Block]) -> OwnFile:
    """The file taken apart."""
    found = OwnFile()
    part: OwnPart | None = None
    tags: list[str] = []
    ended = False
    for block in blocks:
        if isinstance(block, Table):
            if ended:
                found.answers |= _answers(block)
            elif part is not None:
                part.lines.append(of_thing(table_thing(block)))
            continue
        hidden = OWN_TAG.findall(block.hidden)
        begun = _begun(block, hidden, found)
        if begun is not None:
            part, tags = begun
        elif block.style == KEY_STYLE:
            part, ended = None, True
        elif block.style == TOPIC_STYLE:
            part = None
            found.topics.append((block.rich.text, read_carried(hidden)))
        elif (kept := own_block(block) or block.rich).text.strip():
            tags += hidden
            if part is not None:
                part.lines.append(kept)
            else:
                found.left_out.append((block.at, block.rich.plain().strip()[:300]))
        if found.questions and not ended:
            found.questions[-1].notes |= set(block.notes)
    return found


def _begun(block: Paragraph, hidden: list[str], found: OwnFile) -> tuple[OwnPart, list[str]] | None:
    """The part that a paragraph begins, with the tags it adds to; None when it goes on in the one before."""
    if block.style == SHARED_STYLE:
        shared = OwnShared(_part(block.rich), hidden)
        found.shared.append(shared)
        return shared.title, shared.tags
    if block.style == QUESTION_STYLE:
        part = _part(block.rich)
        number = _NUMBER.search(part.label)
        question = OwnQuestion(int(number[0]) if number else 0, block.at, part, hidden)
        found.questions.append(question)
        return part, question.tags
    if not found.questions:
        return None
    question = found.questions[-1]
    if block.style == ROW_STYLE and block.rich.text.strip():
        question.rows.append(_part(block.rich))
        return question.rows[-1], question.tags
    if block.style == EXPLANATION_STYLE and question.explanation is None:
        question.explanation = _part(block.rich)
        return question.explanation, question.tags
    return None


def _part(rich: Rich) -> OwnPart:
    """The label by its style, or typed by somebody who added a line; and the text behind it."""
    end = next((at for at, look in enumerate(rich.looks) if look.style != LABEL_STYLE), len(rich.text))
    if not end and (typed := _TYPED_LABEL.match(rich.text)):
        end = typed.end()
    return OwnPart(rich.text[:end], [rich.cut(end)] if rich.text[end:].strip() else [])


def _answers(table: Table) -> dict[int, str]:
    """Pairs of cells: a number and what is right."""
    found: dict[int, str] = {}
    for row in table.rows:
        cells = [" ".join(line.plain() for line in cell_lines(cell)).strip() for cell in row]
        for number, said in zip(cells[::2], cells[1::2], strict=False):
            if _NUMBER.fullmatch(number) and said:
                found[int(number)] = said
    return found
