"""Papers with codes (mã đề): lines that name them, and which answers are for the paper or papers of a file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from question_bank.formats.docx_answers import Answer
from question_bank.formats.docx_found import AnswerLine, FoundQuestion
from question_bank.formats.docx_marks import is_left_out
from question_bank.phrase import Phrase, phrase

_LONGEST = 300  # characters of a line that names a paper
_CODES = re.compile(
    r"mã đề(?:\s*thi)?\s*(?:số)?\s*[:.]?\s*(?P<codes>\d{3,4}(?:(?:\s*[,;/–-]\s*|\s+và\s+)\d{3,4}(?!\d))*)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\W*(?:(?:bảng\s+)?(?:đáp\s*án|hướng dẫn chấm)\s*(?:của\s+)?[-–:]?\s*)?(?:mã\s+)?đề(?:\s*(?:thi|kiểm tra|ôn tập|luyện tập|minh họa|tham khảo))?"
    r"(?:\s*số)?\s*[:.]?\s*(?P<code>\d{1,4}|[A-H]|gốc|dự phòng)\W*",
    re.IGNORECASE,
)


def named_papers(text: str, alone: bool = False) -> tuple[str, ...]:
    """The codes a line names: “Mã đề thi: 101” anywhere on it, “ĐỀ SỐ 1” and “ĐÁP ÁN ĐỀ A” where they are all of it.

    With `alone` it must say nothing else: within a question the words may be part of what it asks.
    """
    if len(text) >= _LONGEST or (alone and not (_ALONE.fullmatch(text) or is_left_out(text))):
        return ()
    if whole := _ALONE.fullmatch(text):
        return (plain_code(whole["code"]),)
    return tuple(plain_code(code) for found in _CODES.finditer(text) for code in re.findall(r"\d+", found["codes"]))


def plain_code(code: str) -> str:
    """A code as others write it too: “01” is “1”."""
    return code.upper().lstrip("0") or "0"


def papers_of(questions: Iterable[FoundQuestion]) -> frozenset[str]:
    """The papers that the questions of a file come from."""
    return frozenset(question.paper for question in questions if question.paper)


def for_these(
    line: AnswerLine, answers: list[Answer], here: frozenset[str], papers: frozenset[str]
) -> tuple[list[tuple[str, list[Answer]]], Phrase | None]:
    """Answers by paper, those of other papers left out with a word about it.

    `here` are the codes that the file names before its end, `papers` those of its questions: where they are several, all of
    theirs are wanted.
    """
    codes = list(dict.fromkeys(plain_code(answer.code) for answer in answers if answer.code)) or [line.paper]
    parted = [(code, [one for one in answers if len(codes) == 1 or plain_code(one.code) == code]) for code in codes]
    if len(papers) > 1:
        return [(code, found) for code, found in parted if not code or code in papers], None
    known = [(code, found) for code, found in parted if code in here]
    if len(codes) == 1 and (codes[0] in here or not codes[0] or not here):
        return parted, None
    if len(known) == 1:
        return known, None
    return [], several_papers(codes) if len(codes) > 1 else phrase(
        "the answers at the end are for the paper %(code)s, and the file is not", code=codes[0]
    )


def several_papers(codes: Sequence[str]) -> Phrase:
    """Nobody can say which of them are meant."""
    return phrase(
        "the answers are for several papers (%(codes)s), and the file does not say which it is",
        codes=", ".join(codes[:6]),
    )
