"""Explanations that stand with the answers behind a paper: a column of their table, “1. C - Vì …” on a line. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from question_bank.formats.docx_answers import Answer
from question_bank.formats.docx_lines import cell_lines
from question_bank.formats.table_headers import Column, head_of
from question_bank.formats.word_body import Cell, Table
from question_bank.formats.word_text import Rich

_NUMBER = re.compile(r"(?:câu|question|bài)?\s*(?:số\s*)?(\d{1,3})\s*[.):]?", re.IGNORECASE)
# “1. C - Vì …”: not “1. A. Sai vì …”, which speaks of an option.
_LINE = re.compile(
    r"\s*(?:(?:câu|question)\s*)?(\d{1,3})\s*[.):\-–]\s*(?:(?:đáp án|chọn)\s*:?\s*)?\(?([A-J])\)?\s*[.:)\-–;,]?\s*"
    r"(?=(?:[Vv]ì|[Dd]o|[Bb]ởi|[Tt]heo|[Gg]iải thích|[Ll]í do|[Ll]ý do)\b)",
    re.IGNORECASE,
)


def reasoned_answer(rich: Rich) -> list[Answer]:
    """The answer of such a line with its explanation; none for any other line."""
    found = _LINE.match(rich.text)
    if found is None or not found[2].isupper():
        return []
    return [Answer(int(found[1]), found[2], reason=(rich.cut(found.end()).strip(),))]


def reasons_column(table: Table) -> int:
    """The one column of explanations; -1 where there is none, or there are several."""
    heads = [
        at
        for cells in table.rows[:2]
        for at, cell in enumerate(_spread(cells))
        if (head := head_of(_said(cell))) is not None and head.column is Column.EXPLANATION
    ]
    return heads[0] if len(heads) == 1 else -1


def with_reasons(table: Table, answers: Sequence[Answer], column: int) -> list[Answer]:
    """The answers of a table with what their rows say in this column, where each row has one answer."""
    reasons: dict[int, tuple[Rich, ...]] = {}
    for cells in table.rows if column > 0 else ():
        row = _spread(cells)
        number = _NUMBER.fullmatch(_said(row[0])) if row else None
        if number is not None and column < len(row):
            reasons[int(number[1])] = tuple(line for line in cell_lines(row[column]) if line.text.strip())
    if len(reasons) != len(answers):  # numbers in two columns, or keys of several papers
        return [*answers]
    return [replace(one, reason=reasons.get(one.number, ())) for one in answers]


def _spread(row: tuple[Cell, ...]) -> list[Cell]:
    """The cells of a row by column, a merged one in each of its own."""
    return [cell for cell in row for _ in range(cell.span)]


def _said(cell: Cell) -> str:
    return " ".join(line.plain() for line in cell_lines(cell)).strip()
