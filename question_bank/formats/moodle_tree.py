"""Moodle's XML as a tree: bounded in depth and size.

Moodle writes HTML as character data; where somebody wrote it as elements instead, `inner` gives it back as HTML.
"""

from __future__ import annotations

from question_bank.formats.lined_tree import Damaged, Node, RefusedError, TreeBuilder, read_lined, without_controls
from question_bank.formats.xml_tree import MAX_DEPTH
from question_bank.phrase import phrase

MAX_ELEMENTS = 1_000_000  # of 5,000 questions, two hundred each


def read_tree(data: bytes) -> tuple[Node, bool] | Damaged:
    """The root of a document, and whether control characters, which XML forbids, had to be taken out of it."""
    cleaned = without_controls(data)
    root = read_lined(_Builder(), cleaned)
    return root if isinstance(root, Damaged) else (root, len(cleaned) != len(data))


class _Builder(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def admit(self, depth: int) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise RefusedError(phrase("the file holds more than %(most)s values", most=MAX_ELEMENTS))
        if depth > MAX_DEPTH:
            raise RefusedError(phrase("nested deeper than %(most)s levels", most=MAX_DEPTH))
