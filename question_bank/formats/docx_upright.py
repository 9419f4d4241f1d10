"""Tables of a Word file with a row for each option below the row of the question, a cross in the column “Đúng”. Pure."""

from __future__ import annotations

import re

from question_bank.formats.docx_answers import CROSS
from question_bank.formats.docx_found import FoundOption, FoundQuestion
from question_bank.formats.docx_lines import MOST_CELLS, cell_lines
from question_bank.formats.docx_marks import LETTERS, OPTION
from question_bank.formats.table_headers import Column, head_of
from question_bank.formats.word_body import Cell, Table
from question_bank.formats.word_text import PLAIN, Rich

_NUMBER = re.compile(r"\s*(?:câu\s*)?(\d{1,4})\s*[.):]?\s*", re.IGNORECASE)


def upright_questions(table: Table) -> list[FoundQuestion]:
    """The questions of such a table; none for another, also where one row does not fit."""
    if len(table.rows) < 4 or sum(map(len, table.rows)) > MOST_CELLS or any(len(row) != 3 for row in table.rows):
        return []
    heads = [head.column if (head := head_of(_said(cell))) is not None else None for cell in table.rows[0]]
    if heads[1:] != [Column.STEM, Column.KEY] or heads[0] not in (Column.NUMBER, Column.STEM):
        return []
    found: list[FoundQuestion] = []
    for number, text, cross in table.rows[1:]:
        begun = _NUMBER.fullmatch(_said(number))
        if begun is not None and not _said(cross):
            question = FoundQuestion(int(begun[1]), None, 0, table.at)
            question.stem = [*cell_lines(text)]
            found.append(question)
        elif found and not _said(number) and (not _said(cross) or CROSS.fullmatch(_said(cross))):
            found[-1].options.append(_option(cell_lines(text), len(found[-1].options), bool(_said(cross))))
        else:
            return []
    return found if found and all(_whole(one) for one in found) else []


def _whole(question: FoundQuestion) -> bool:
    letters = "".join(option.letter for option in question.options)
    return 2 <= len(letters) <= len(LETTERS) and letters == LETTERS[: len(letters)] and bool(question.stem)


def _option(lines: tuple[Rich, ...], place: int, right: bool) -> FoundOption:
    """A row as an option, with its label or without one."""
    mark = "*" if right else ""
    label = OPTION.match(lines[0].text) if lines else None
    if label is None:
        return FoundOption(LETTERS[min(place, 9)], PLAIN, mark, [*lines])
    return FoundOption(
        label["label"].upper(),
        lines[0].look(label.start("label")),
        mark,
        [lines[0].cut(label.end()).strip(), *lines[1:]],
    )


def _said(cell: Cell) -> str:
    return " ".join(line.plain() for line in cell_lines(cell)).strip()
