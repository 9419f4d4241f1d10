"""One property of many cells as one finding: how many are right, and which are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from question_bank.phrase import Phrase, phrase
from question_bank.practical.findings import FULL, NONE, Finding, Words
from question_bank.practical.sheet.anchors import Target
from question_bank.practical.sheet.cells import Cell
from question_bank.practical.sheet.words import cell_words


def aspect(
    target: Target,
    cells: Sequence[Cell],
    item: Phrase,
    expected: Words,
    right: Callable[[Cell], bool],
    found: Callable[[Cell], Words],
    step: str = "",
) -> Finding:
    """The share of cells for which a property is right; the first wrong one is told. No cell at all is wrong."""
    if not cells:
        return Finding(item, NONE, expected, phrase("no cell with anything in it"), target.words, step)
    wrong = [cell for cell in cells if not right(cell)]
    if not wrong:
        return Finding(item, FULL, expected, found(cells[0]), target.words, step)
    share = Fraction(len(cells) - len(wrong), len(cells))
    return Finding(item, share, expected, found(wrong[0]), cell_words(target.sheet, wrong), step)
