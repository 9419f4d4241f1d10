"""Questions that have nothing but options: “Mark the letter A, B, C or D …” above several of them is what they ask. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from question_bank.formats.docx_found import FoundQuestion
from question_bank.formats.word_text import Rich

_SHORTEST = 15  # characters: “PHẦN I” asks nothing
_LONGEST = 600


def take_instructions(questions: Sequence[FoundQuestion]) -> frozenset[str]:
    """Give questions without any text the line above them, or above the questions without text before them.

    The lines that were taken are given back.
    """
    taken: set[str] = set()
    instruction: list[Rich] = []
    before: FoundQuestion | None = None
    for question in questions:
        if question.stem or question.shared >= 0 or len(question.options) < 2:
            instruction, before = [], question
            continue
        behind = before.after if before is not None and before.options and not before.options[-1].empty else []
        if _asks(behind) and before is not None:
            instruction, before.after = behind, []
        elif _asks(question.above[-1:]):
            instruction = question.above[-1:]
        question.stem = list(instruction)
        question.notes |= {"instruction"} if instruction else set()
        taken |= {line.plain().strip()[:300] for line in instruction}
        before = question
    return frozenset(taken)


def _asks(lines: Sequence[Rich]) -> bool:
    return bool(lines) and _SHORTEST <= sum(len(line.text.strip()) for line in lines) <= _LONGEST
