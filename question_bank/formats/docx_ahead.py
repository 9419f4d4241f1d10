"""What comes below a line of a paper, where the line alone does not say what it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_bank.formats.docx_answer_tables import is_answer_table
from question_bank.formats.docx_answers import is_answer_list
from question_bank.formats.docx_lines import Line
from question_bank.formats.docx_marks import OPTION, Start, bare_start, is_answer_head, is_left_out, part_head
from question_bank.formats.docx_mode import Mode, has_options
from question_bank.formats.docx_options import options_on
from question_bank.formats.docx_papers import named_papers
from question_bank.formats.docx_reasons import reasoned_answer
from question_bank.formats.word_text import Rich, join

_KEY = re.compile(r"\s*(?:đáp án(?: đúng)?|đ/?a|answer|key)\s*[:=]\s*[A-J]\s*\.?\s*", re.IGNORECASE)
_MOST_BETWEEN = 40  # lines of one question above its options
_SHOWING = 3  # lines below a heading that show what it is of


def options_come(lines: Sequence[Line]) -> bool:
    """Whether an option A stands below before another bare number does: what stands above it is a question and no list."""
    for line in lines[:_MOST_BETWEEN]:
        if has_options(line):
            return True
        if bare_start(line.text) is not None and line.first:
            return False
    return False


def stem_goes_on(lines: Sequence[Line], mode: Mode) -> bool:
    """Whether options A and B stand below before anything else of a paper: “Hết” or “end” above them is a word of the question."""
    begun = False
    for line in lines[:_MOST_BETWEEN]:
        text = line.text.strip()
        if (
            line.table is not None
            or mode.start(line) is not None
            or is_answer_list(text)
            or is_answer_head(text)
            or part_head(text)
        ):
            return False
        begun = begun or has_options(line)
        label = OPTION.match(text)
        if begun and ((label is not None and label["label"] in "Bb") or len(options_on(line.rich, 0)) > 1):
            return True
    return False


def answers_below(lines: Sequence[Line], mode: Mode, number: int) -> bool | None:
    """Whether the answers of a whole paper follow; None where the lines do not say. `number` is the open question's, 0 for none."""
    for line in [line for line in lines if not line.empty][:_SHOWING]:
        text = line.text.strip()
        if is_left_out(text) or named_papers(text):
            continue
        if line.table is not None:
            return is_answer_table(line.table)
        if is_answer_list(text) or reasoned_answer(line.rich):
            return True
        start = mode.start(line)
        if start is not None:
            return not number or start.number <= max(number, 1) or start.number == 1
        if part_head(text) is None and not is_answer_head(text):
            return False
    return None


def is_own_key(lines: Sequence[Line], mode: Mode, number: int) -> bool:
    """Whether “Đáp án: B” stands above the next question of the same chapter: “Câu 1.1” and “Câu 1.2” have one number here."""
    following = next((line for line in lines[1:] if not line.empty), None)
    start = mode.start(following) if following is not None else None
    return (
        start is not None and start.word != "" and start.number == number and _KEY.fullmatch(lines[0].text) is not None
    )


def behind_number(line: Line, start: Start) -> Rich:
    """What stands behind the number of a question, brackets before its sign (“Câu 5 (NB). …”) first."""
    rich = line.rich.cut(start.size)
    if not start.notes.strip():
        return rich
    at = line.text.index(start.notes.strip())
    return join([line.rich.cut(at, at + len(start.notes.strip())), rich], " ")
