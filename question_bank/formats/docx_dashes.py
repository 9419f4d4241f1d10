"""Labels with a dash for their sign: “A - Hà Nội”, read as “A. Hà Nội” where a whole document writes its options so. Pure.

A letter and a dash may be anything in other documents (“A - B - C”), so one question alone does not say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from question_bank.formats.docx_marks import OPTION
from question_bank.formats.word_body import Block, Cell, Paragraph

# At the beginning of a line, or behind a tab or two spaces.
_DASH = re.compile(r"(?:^[^\S\n]*|(?<=\t)|(?<=[^\S\n]{2}))(?P<label>[A-J])(?:\s[-–—]|[-–—](?=\s))", re.MULTILINE)
_DEPTH = 6  # tables in tables


def with_points(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, with a point for each dash where dashes make the labels of this document."""
    return [_pointed(block) for block in blocks] if _has_dashes(blocks) else list(blocks)


def _has_dashes(blocks: Sequence[Block]) -> bool:
    """Whether more questions begin their options with “A -” than with another sign, and go on with “B -”."""
    firsts = seconds = usual = 0
    for text in _texts(blocks, 0):
        letters = (
            [found["label"] for found in _DASH.finditer(text)] if "-" in text or "–" in text or "—" in text else []
        )
        firsts += letters.count("A")
        seconds += letters.count("B")
        usual += sum((found := OPTION.match(line)) is not None and found["label"] in "Aa" for line in text.split("\n"))
    return firsts >= 2 and firsts > usual and abs(firsts - seconds) <= firsts // 4


def _texts(blocks: Sequence[Block], depth: int) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.rich.text
        elif depth < _DEPTH:
            for row in block.rows:
                for cell in row:
                    yield from _texts(cell.blocks, depth + 1)


def _pointed(block: Block) -> Block:
    if isinstance(block, Paragraph):
        text = _DASH.sub(_point, block.rich.text)
        return block if text == block.rich.text else replace(block, rich=replace(block.rich, text=text))
    return replace(block, rows=tuple(tuple(_cell(cell) for cell in row) for row in block.rows))


def _cell(cell: Cell) -> Cell:
    return replace(cell, blocks=tuple(_pointed(block) for block in cell.blocks))


def _point(found: re.Match[str]) -> str:
    """One sign for one: looks stand beside characters."""
    return f"{found[0][:-1]}."
