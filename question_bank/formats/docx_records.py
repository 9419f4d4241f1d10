"""Tables of a Word file that hold a question in each row, under headings: “Câu hỏi | A | B | C | D | Đáp án”. Pure."""

from __future__ import annotations

from question_bank.formats.docx_lines import cell_lines
from question_bank.formats.table_headers import Column, Head, heads_of
from question_bank.formats.word_body import Cell, Table


def is_record_table(table: Table) -> bool:
    """Whether each row below the headings is a question with its options in columns."""
    return record_heads(table) is not None


def record_heads(table: Table) -> tuple[int, dict[int, Head]] | None:
    """The row of the headings and the columns it names; None for another table."""
    for at, row in enumerate(table.rows[:3]):
        heads = heads_of([cell_plain(cell) for cell in row])
        if heads is not None and len(table.rows) > at + 1 and _is_wide(heads):
            return at, heads
    return None


def _is_wide(heads: dict[int, Head]) -> bool:
    """At least two options: a table of two columns “Câu hỏi | Trả lời” may be anything."""
    return sum(head.column is Column.OPTION for head in heads.values()) >= 2


def cell_plain(cell: Cell) -> str:
    """The text of a cell."""
    return " ".join(line.plain() for line in cell_lines(cell)).strip()
