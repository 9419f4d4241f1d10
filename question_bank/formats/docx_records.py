"""Tables of a Word file that hold a question in each row, under headings: “Câu hỏi | A | B | C | D | Đáp án”. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from question_bank.formats.docx_answers import CROSS
from question_bank.formats.docx_found import FoundOption, FoundQuestion, KeyNote, Source
from question_bank.formats.docx_lines import cell_lines
from question_bank.formats.docx_marks import LETTERS, OPTION, level_word
from question_bank.formats.docx_upright import upright_questions
from question_bank.formats.docx_whole_cells import whole_questions
from question_bank.formats.table_headers import Column, Head, heads_of
from question_bank.formats.word_body import Cell, Table
from question_bank.formats.word_text import PLAIN, Rich

_NUMBER = re.compile(r"\W*(?:câu\s*)?\d{0,3}\W*", re.IGNORECASE)
_TRUTH = re.compile(r"\W*(?:đúng|sai|đ|s|true|false|t|f)\W*", re.IGNORECASE)


def record_questions(table: Table) -> list[FoundQuestion]:
    """The questions of such a table; none for another."""
    found = _heads(table)
    if found is None:
        return whole_questions(table) or upright_questions(table)
    first, heads = found
    questions: list[FoundQuestion] = []
    for row in table.rows[first + 1 :]:
        if heads_of(_spread(row)) == heads:
            continue  # the headings again, on the next page
        question = _question(row, heads, table.at, len(questions) + 1)
        if question is not None:
            questions.append(question)
    lines = [line.text for one in questions for option in one.options for line in option.lines]
    bare = all(_NUMBER.fullmatch(" ".join(line.text for line in one.stem)) for one in questions)
    if lines and all(CROSS.fullmatch(text) or (bare and _TRUTH.fullmatch(text)) for text in lines):
        return []  # a table of answers: crosses below letters
    return questions


def _heads(table: Table) -> tuple[int, dict[int, Head]] | None:
    """The row of the headings and the columns it names; at least two options, since two columns may be anything."""
    rows = [_spread(row) for row in table.rows[:4]]
    for at, row in enumerate(rows[:3]):
        below = rows[at + 1] if at + 1 < len(rows) else []
        both = [below[place] if place < len(below) and below[place] else text for place, text in enumerate(row)]
        for last, texts in ((at, row), (at + 1, both)):
            heads = heads_of(texts)
            if heads is None or len(table.rows) <= last + 1:
                continue
            columns = [head.column for head in heads.values()]
            if columns.count(Column.OPTION) >= 2 or (Column.KEY in columns and Column.WRONG in columns):
                return last, heads
    return None


def _spread(row: tuple[Cell, ...]) -> list[str]:
    """The texts of a row, a cell over several columns in its first."""
    return [text for cell in row for text in (_plain(cell), *[""] * (cell.span - 1))]


def _question(row: tuple[Cell, ...], heads: Mapping[int, Head], at: int, place: int) -> FoundQuestion | None:
    cells = {heads[number]: list(cell_lines(cell)) for number, cell in enumerate(row) if number in heads}
    said = {head.column: " ".join(line.plain() for line in lines).strip() for head, lines in cells.items()}
    number = re.search(r"\d{1,4}", said.get(Column.NUMBER, ""))
    question = FoundQuestion(int(number[0]) if number else place, None, 0, at)
    question.stem = cells.get(Head(Column.STEM), [])
    options = sorted((head.place, lines) for head, lines in cells.items() if head.column is Column.OPTION)
    filled = [(option, lines) for option, lines in options if any(line.text.strip() for line in lines)]
    wrong = sorted((head.place, lines) for head, lines in cells.items() if head.column is Column.WRONG)
    if wrong and not filled:  # the right one stands before them, in the column of the key
        right = [lines for head, lines in cells.items() if head.column is Column.KEY][:1]
        filled = list(enumerate([*right, *(lines for _, lines in wrong)]))
        filled = [(place, lines) for place, lines in filled if any(line.text.strip() for line in lines)]
    if not question.stem and not filled:
        return None
    for option, lines in filled:
        question.options.append(_option(LETTERS[min(option, 9)], lines))
    if [option for option, _ in filled] != list(range(len(filled))):
        question.notes.add("letters_wrong")
    if key := said.get(Column.KEY, ""):
        question.keys.append(KeyNote(Source.LINE, key[:300]))
    question.level = level_word(said.get(Column.LEVEL, ""))
    question.explanation = cells.get(Head(Column.EXPLANATION), [])
    if topic := said.get(Column.TOPIC, ""):
        question.tags.append(topic)
    question.aside = [text for number, cell in enumerate(row) if number not in heads and (text := _plain(cell))]
    return question


def _option(letter: str, lines: list[Rich]) -> FoundOption:
    """A cell as an option; a label typed into it is taken away."""
    label = OPTION.match(lines[0].text)
    if label is not None and label["label"].upper() == letter:
        look = lines[0].look(label.start("label"))
        return FoundOption(letter, look, label["mark"] or "", [lines[0].cut(label.end()).strip(), *lines[1:]])
    return FoundOption(letter, PLAIN, "", lines)


def _plain(cell: Cell) -> str:
    return " ".join(line.plain() for line in cell_lines(cell)).strip()
