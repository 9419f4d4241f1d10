"""Texts for several questions of a paper: which questions they are of. Pure."""

from __future__ import annotations

from question_bank.formats.docx_found import FoundQuestion, FoundShared
from question_bank.formats.word_text import Rich


class SharedTexts:
    """The shared texts of one paper; the last one is open until the questions it is for have come."""

    def __init__(self, found: list[FoundShared]) -> None:
        self._found = found
        self._open: FoundShared | None = None

    @property
    def lines(self) -> list[Rich] | None:
        """Where lines of the open text go."""
        return self._open.lines if self._open is not None else None

    def begin(self, numbers: tuple[int, ...], run: int, head: Rich) -> None:
        """A text begins, for the questions of these numbers (empty: it does not say)."""
        self._open = FoundShared(numbers, run, [head])
        self._found.append(self._open)

    def close(self) -> None:
        """The text is for no more questions."""
        self._open = None

    def give(self, question: FoundQuestion) -> None:
        """A question begins: it may be one of those that the open text, or one before it, is for."""
        if self._open is not None:
            numbers = self._open.numbers
            if not numbers or question.number in numbers:
                question.shared = len(self._found) - 1
            if not numbers or question.number >= max(numbers):
                self.close()
            return
        for at, shared in enumerate(self._found):
            if question.number in shared.numbers and shared.run == question.run:
                question.shared = at
