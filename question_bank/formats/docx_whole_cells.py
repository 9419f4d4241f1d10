"""Tables of a Word file with a whole question in one cell of each row: “TT | Nội dung | Đáp án”, options below the text; or with
all its options in one: “TT | Câu hỏi | Phương án”. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from question_bank.formats.docx_found import FoundQuestion, KeyNote, Source
from question_bank.formats.docx_lines import MOST_CELLS, Line, cell_lines, lines_of
from question_bank.formats.docx_marks import OPTION, level_word, question_start
from question_bank.formats.docx_options import options_on
from question_bank.formats.docx_taking import Taking
from question_bank.formats.table_headers import Column, head_of
from question_bank.formats.word_body import Cell, Table

_NUMBER = re.compile(r"\s*(?:câu\s*)?(\d{1,4})\s*[.):]?\s*", re.IGNORECASE)
_MAY_BE_KEY = re.compile(r"\W*(?:[A-J](?:\W+[A-J])*|[1-9])\W*", re.IGNORECASE)
_FEWEST = 2  # rows: one may be anything


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the numbers and the questions stand, what the headings say of the other columns, which columns have any heading
    (none where the headings' row says nothing known), the rows of questions."""

    number: int
    stem: int
    options: int  # the same where both stand in one cell
    others: dict[int, Column]
    named: frozenset[int]
    rows: tuple[tuple[Cell, ...], ...]


def whole_questions(table: Table) -> list[FoundQuestion]:
    """The questions of such a table; none for another."""
    columns = _columns(table)
    if columns is None:
        return []
    found: list[FoundQuestion] = []
    for row in columns.rows:
        if any(cell_lines(cell) for cell in row):
            found += _questions(row, columns, table.at, len(found) + 1)
    return found


def _columns(table: Table) -> _Columns | None:
    """Numbers in the first column, and one column that has options below a text in most rows."""
    if sum(map(len, table.rows)) > MOST_CELLS:
        return None
    numbered = [row for row in table.rows if len(row) >= 2 and _NUMBER.fullmatch(_said(row[0]))]
    first = table.rows[0] if table.rows and table.rows[0] not in numbered else ()
    if len(numbered) < _FEWEST or len(table.rows) - len(numbered) > (1 if first else 0):
        return None
    width = max(len(row) for row in numbered)
    options = _column(numbered, width, _is_whole)
    apart = _column(numbered, width, _is_options) if options < 0 else -1
    if max(options, apart) < 0 or 0 in (options, apart):
        return None
    heads = {at: head.column for at, cell in enumerate(first) if (head := head_of(_said(cell))) is not None}
    stem = options
    if options < 0:
        options, stem = apart, next((at for at, column in heads.items() if column is Column.STEM), apart - 1)
    if stem == 0 or (stem == apart and options == apart):
        return None
    others = {at: column for at, column in heads.items() if at not in (0, stem, options)}
    if len(set(others.values())) != len(others):
        return None
    named = frozenset(at for at, cell in enumerate(first) if _said(cell)) if heads else frozenset()
    return _Columns(0, stem, options, others, named, tuple(numbered))


def _column(rows: Sequence[tuple[Cell, ...]], width: int, holds: Callable[[Cell], bool]) -> int:
    """The only column with such cells, in most rows; -1 for none."""
    counts = [sum(at < len(row) and holds(row[at]) for row in rows) for at in range(width)]
    most = max(counts)
    return counts.index(most) if 2 * most > len(rows) and sum(count > 0 for count in counts) == 1 else -1


def _said(cell: Cell) -> str:
    return " ".join(line.plain() for line in cell_lines(cell)).strip()


def _labels(cell: Cell) -> list[str]:
    lines = lines_of(cell.blocks)
    return [found["label"].upper() if (found := OPTION.match(line.text)) else "" for line in lines if not line.empty]


def _is_whole(cell: Cell) -> bool:
    """A text, and below it options A and B."""
    return "A" in _labels(cell)[1:]


def _is_options(cell: Cell) -> bool:
    """Options and nothing above them, on lines of their own or on one."""
    labels = _labels(cell)
    if labels[:1] != ["A"]:
        return False
    return "B" in labels[1:] or len(options_on(lines_of(cell.blocks)[0].rich, 0)) > 1


def _questions(row: tuple[Cell, ...], columns: _Columns, at: int, place: int) -> list[FoundQuestion]:
    """The question of a row, and what begins anew below it in the same cell."""
    said = {column: _said(row[number]) for number, column in columns.others.items() if number < len(row)}
    number = _NUMBER.fullmatch(_said(row[columns.number]))
    question = FoundQuestion(int(number[1]) if number else place, None, 0, at)
    found = [question]
    taking = Taking(found.append, False)
    begun = False
    places = dict.fromkeys((columns.stem, columns.options))
    for line in (line for at in places if at < len(row) for line in lines_of(row[at].blocks)):
        if line.table is not None:
            (found[-1].after if found[-1].options else found[-1].stem).append(line.rich)
        elif not line.empty and not begun:
            begun = True
            question.notes |= set(line.paragraph.notes)
            taking.first_line(question, line.rich.cut(_start(line)), line)
        elif not line.empty:
            taking.goes_on(found[-1], line)
    if key := said.get(Column.KEY, ""):
        question.keys.append(KeyNote(Source.LINE, key[:300]))
    question.level = question.level or level_word(said.get(Column.LEVEL, ""))
    if topic := said.get(Column.TOPIC, ""):
        question.tags.append(topic)
    for other, column in columns.others.items():
        if column is Column.EXPLANATION and other < len(row):
            question.explanation += cell_lines(row[other])
    for other, cell in enumerate(row):
        if other not in (columns.number, columns.stem, columns.options, *columns.others):
            _beside(question, cell, other in columns.named)
    return found


def _beside(question: FoundQuestion, cell: Cell, named: bool) -> None:
    """A column whose heading says nothing known: a level, a remark, or what may be the key of somebody."""
    text = _said(cell)
    level = level_word(text) if not text.isdigit() else None
    if level is not None and question.level is None:
        question.level = level
    elif named and not _MAY_BE_KEY.fullmatch(text):
        question.aside += [text] if text else []
    else:
        question.after += cell_lines(cell)


def _start(line: Line) -> int:
    """How many characters a number in the cell itself takes."""
    start = question_start(line.text)
    return start.size if start is not None else 0
