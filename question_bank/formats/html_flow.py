"""Pieces of a text in a row as content: spaces as HTML has them, line breaks where paragraphs and blocks meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from question_bank.content import Content, Entries, Grid, Listing, Node, Words, joined


class Mark(Enum):
    """What is between the nodes: a line break, the edge of a line or paragraph, or an empty element (which holds a block to
    the words beside it)."""

    BREAK = "break"
    LINE = "line"
    PARAGRAPH = "paragraph"
    NOTHING = "nothing"


BREAK, LINE_EDGE, PARAGRAPH, NOTHING = Mark.BREAK, Mark.LINE, Mark.PARAGRAPH, Mark.NOTHING
Piece: TypeAlias = Node | Mark
_SPACES = re.compile(r"[ \t\r\n\f]+")
_Block = (Listing, Entries, Grid)


@dataclass(slots=True)
class _Between:
    """What was met since the last node."""

    breaks: int = 0
    edge: int = 0  # 1 a line's, 2 a paragraph's
    held: bool = False

    def lines(self, after_block: bool, before_block: bool) -> int:
        """How many line breaks stand between two nodes: as many as a browser shows, two at most."""
        if after_block:
            return 0 if self.held and not self.breaks else min(2, self.breaks + 1)
        if before_block:
            return 0 if self.held and not self.breaks else max(1, min(2, self.breaks))
        if self.edge == 2:
            return 2
        return max(self.edge, min(2, self.breaks))


def flow(pieces: Iterable[Piece], one_line: bool = False, inside: bool = False) -> Content:
    """The content. `one_line`: line breaks are spaces. `inside`: of a span, whose spaces at the edges are its own."""
    found: list[Node] = []
    between = _Between()
    for piece in pieces:
        match piece:
            case Mark.BREAK:
                between.breaks += 1
            case Mark.LINE | Mark.PARAGRAPH:
                between.edge = max(between.edge, 2 if piece is Mark.PARAGRAPH else 1)
            case Mark.NOTHING:
                between.held = True
            case Words(text=text):
                _words(found, _SPACES.sub(" ", text), between, one_line)
            case _:
                _separate(found, between, isinstance(piece, _Block), one_line)
                found.append(piece)
                between = _Between()
    _strip_end(found, inside)
    return joined(Words(one.text.replace("\u00a0", " ")) if isinstance(one, Words) else one for one in found)


def _words(found: list[Node], text: str, between: _Between, one_line: bool) -> None:
    """Add words; spaces at the beginning of a line are none."""
    waiting = bool(between.breaks or between.edge) or not found or isinstance(found[-1], _Block)
    ends_in_space = bool(found) and isinstance(found[-1], Words) and found[-1].text.endswith(" ")
    if waiting:
        if not text.strip():
            return
        text = text.lstrip(" ")
        _separate(found, between, False, one_line)
    elif ends_in_space:
        text = text.lstrip(" ")
    if text:
        found.append(Words(text))
        between.breaks = between.edge = 0
        between.held = False


def _separate(found: list[Node], between: _Between, before_block: bool, one_line: bool) -> None:
    if not found:
        return
    lines = between.lines(isinstance(found[-1], _Block), before_block)
    if lines:
        _strip_end(found, False)
        found.append(Words(" " if one_line else "\n" * lines))


def _strip_end(found: list[Node], inside: bool) -> None:
    """Take the spaces off the end; those that HTML keeps (no-break ones) stay inside a span."""
    while found and isinstance(last := found[-1], Words):
        text = last.text.rstrip(" ") if inside else last.text.rstrip()
        if text == last.text:
            return
        found.pop()
        if text:
            found.append(Words(text))
            return


def runs(pieces: Iterable[Piece]) -> Iterator[list[Piece] | Piece]:
    """Runs of pieces that may stand inside a span, and between them the blocks and edges that may not."""
    run: list[Piece] = []
    for piece in pieces:
        if piece in (Mark.LINE, Mark.PARAGRAPH) or isinstance(piece, _Block):
            if run:
                yield run
            run = []
            yield piece
        else:
            run.append(piece)
    if run:
        yield run
