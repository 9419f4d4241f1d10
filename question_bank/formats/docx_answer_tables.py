"""Tables of answers in sections: rows across the table that name a part or a paper, and the answers below each. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from question_bank.formats.docx_answers import Answer, answers_of
from question_bank.formats.docx_lines import MOST_CELLS, cell_lines
from question_bank.formats.docx_marks import PartHead, is_answer_head, part_head
from question_bank.formats.docx_papers import named_papers
from question_bank.formats.table_headers import Column, head_of
from question_bank.formats.word_body import Cell, Table


@dataclass(frozen=True, slots=True)
class Section:
    """Answers below a row that names their part or paper (None and empty where nothing does)."""

    part: PartHead | None
    answers: list[Answer]


def sections_of(table: Table) -> list[Section]:
    """The answers of a table by sections; none for a table of anything else."""
    if sum(map(len, table.rows)) > MOST_CELLS:
        return []
    parted = list(_parted(table))
    found = [Section(part, _named(answers_of(inner), paper)) for part, paper, inner in parted]
    return [section for section in found if section.answers] if all(section.answers for section in found) else []


def left_columns(table: Table) -> list[str]:
    """Headings of columns beside the answers that say more than they do: explanations, remarks."""
    heads = [_text(cell) for row in table.rows[:2] for cell in row]
    return [text for text in heads if (head := head_of(text)) is not None and head.column is Column.EXPLANATION]


def is_answer_table(table: Table) -> bool:
    """Whether a table holds answers and nothing else."""
    return sum(len(section.answers) for section in sections_of(table)) >= 2


def _parted(table: Table) -> Iterator[tuple[PartHead | None, str, Table]]:
    part: PartHead | None = None
    paper = ""
    rows: list[tuple[Cell, ...]] = []
    for row in table.rows:
        texts = {text for cell in row if (text := _text(cell))}
        said = next(iter(texts)) if len(texts) == 1 else ""
        head, papers = part_head(said) if said else None, named_papers(said, alone=True)
        if head is None and not papers and not (said and is_answer_head(said) and len(row) == 1):
            rows.append(row)
            continue
        if rows:
            yield part, paper, replace(table, rows=tuple(rows))
            rows = []
        part, paper = head or part, papers[0] if papers else paper
    if rows:
        yield part, paper, replace(table, rows=tuple(rows))


def _text(cell: Cell) -> str:
    return " ".join(line.plain() for line in cell_lines(cell)).strip()


def _named(answers: list[Answer], paper: str) -> list[Answer]:
    return [replace(one, code=one.code or paper) for one in answers] if paper else answers
