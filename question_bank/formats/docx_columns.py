"""Options that stand in columns: “A. …  C. …” above “B. …  D. …”, cells read across that go down. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from question_bank.formats.docx_found import FoundOption, FoundQuestion
from question_bank.formats.docx_marks import LETTERS
from question_bank.formats.docx_options import parted_label

_MOST = 6  # options in columns: three lines of two


def settle_columns(questions: Sequence[FoundQuestion]) -> None:
    """Part options that stand side by side, and put them in the order of their letters where each is there once."""
    for question in questions:
        if 2 <= len(question.options) <= _MOST:
            _part(question)
            _sort(question)


def _part(question: FoundQuestion) -> None:
    """Behind A of two lines stands C, behind B stands D; of three lines D, E and F."""
    options = question.options
    if _letters(options) != LETTERS[: len(options)]:
        return
    found: list[FoundOption] = []
    for at, option in enumerate(options):
        wanted = LETTERS[len(options) + at] if len(options) + at < len(LETTERS) else ""
        rest = _behind(option, wanted)
        if rest is None and at < len(options) - 1:
            return  # only the last line may be shorter
        found += [rest] if rest is not None else []
    question.options = [*options, *found]


def _behind(option: FoundOption, letter: str) -> FoundOption | None:
    """Cut the option of this letter off the end of another's line."""
    piece = parted_label(option.lines[0], letter) if letter and len(option.lines) == 1 else None
    if piece is None:
        return None
    option.lines = [option.lines[0].cut(0, piece[0]).strip()]
    return FoundOption.of(piece[1])


def _sort(question: FoundQuestion) -> None:
    letters = _letters(question.options)
    if letters != LETTERS[: len(letters)] and sorted(letters) == list(LETTERS[: len(letters)]):
        question.options.sort(key=lambda option: option.letter.upper())
        question.notes.discard("letters_wrong")


def _letters(options: Sequence[FoundOption]) -> str:
    return "".join(option.letter.upper() for option in options)
