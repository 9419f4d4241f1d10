"""Labels with a dash for their sign: “A - Hà Nội”, read as “A. Hà Nội” where a whole document writes its options so. Pure.

A letter and a dash may be anything in other documents (“A - B - C”), so one question alone does not say it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from question_bank.formats.docx_marks import OPTION
from question_bank.formats.word_body import Block, Paragraph

# At the beginning of a line, or behind a tab or two spaces.
_DASH = re.compile(r"(?:^[^\S\n]*|(?<=\t)|(?<=[^\S\n]{2}))(?P<label>[A-J])(?:\s[-–—]|[-–—](?=\s))", re.MULTILINE)
_DEPTH = 6  # tables in tables


def with_points(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, with a point for each dash where dashes make the labels of this document."""
    return [retyped(block, _DASH, _point) for block in blocks] if _has_dashes(blocks) else list(blocks)


def _has_dashes(blocks: Sequence[Block]) -> bool:
    """Whether more questions begin their options with “A -” than with another sign, and go on with “B -”."""
    firsts = seconds = usual = 0
    for text in texts_of(blocks, 0):
        letters = (
            [found["label"] for found in _DASH.finditer(text)] if "-" in text or "–" in text or "—" in text else []
        )
        firsts += letters.count("A")
        seconds += letters.count("B")
        usual += sum((found := OPTION.match(line)) is not None and found["label"] in "Aa" for line in text.split("\n"))
    return firsts >= 2 and firsts > usual and abs(firsts - seconds) <= firsts // 4


def texts_of(blocks: Sequence[Block], depth: int) -> Iterator[str]:
    """The texts of all paragraphs, those in tables too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.rich.text
        elif depth < _DEPTH:
            for row in block.rows:
                for cell in row:
                    yield from texts_of(cell.blocks, depth + 1)


def retyped(block: Block, pattern: re.Pattern[str], sign: Callable[[re.Match[str]], str]) -> Block:
    """A block with what the pattern finds typed otherwise, in as many characters: looks stand beside them."""
    if isinstance(block, Paragraph):
        text = pattern.sub(sign, block.rich.text)
        return block if text == block.rich.text else replace(block, rich=replace(block.rich, text=text))
    rows = tuple(
        tuple(replace(cell, blocks=tuple(retyped(one, pattern, sign) for one in cell.blocks)) for cell in row)
        for row in block.rows
    )
    return replace(block, rows=rows)


def _point(found: re.Match[str]) -> str:
    """One sign for one: looks stand beside characters."""
    return f"{found[0][:-1]}."
