"""Tables of answers in sections: rows across the table that name a part or a paper, and the answers below each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from question_bank.formats.docx_answers import Answer, answers_of
from question_bank.formats.docx_lines import MOST_CELLS, cell_lines
from question_bank.formats.docx_marks import PartHead, is_answer_head, part_head
from question_bank.formats.docx_papers import named_papers
from question_bank.formats.docx_reasons import reasons_column, with_reasons
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
    column = reasons_column(table)
    found = [Section(part, _named(_reasoned(inner, column), paper)) for part, paper, inner in parted]
    return [section for section in found if section.answers] if all(section.answers for section in found) else []


def _reasoned(inner: Table, column: int) -> list[Answer]:
    """Answers with what explains them; `column` is that of the whole table, whose heading not each section has."""
    own = reasons_column(inner)
    return with_reasons(inner, answers_of(inner), own if own > 0 else column)


def left_columns(table: Table, sections: Sequence[Section]) -> list[str]:
    """Headings of columns beside the answers that say more than they do and were not taken: explanations, remarks."""
    if any(one.reason for section in sections for one in section.answers):
        return []
    heads = [_text(cell) for row in table.rows[:2] for cell in row]
    return [text for text in heads if (head := head_of(text)) is not None and head.column is Column.EXPLANATION]


def is_answer_table(table: Table) -> bool:
    """Whether a table holds answers and nothing else."""
    return sum(len(section.answers) for section in sections_of(table)) >= 2


_PART_HEAD = re.compile(r"phần(?: thi)?\W*", re.IGNORECASE)
_PART_NUMBER = re.compile(r"(?:phần\s*)?([IVX]{1,4}|[1-4])\s*[.:)]?", re.IGNORECASE)


def _parted(table: Table) -> Iterator[tuple[PartHead | None, str, Table]]:
    by_column = _by_part_column(table)
    yield from by_column or _by_part_rows(table)


def _by_part_column(table: Table) -> list[tuple[PartHead | None, str, Table]]:
    """“Phần | Câu | Đáp án”, the part in its first row or in each; none for another table."""
    if (
        len(table.rows) < 3
        or not all(len(row) >= 3 for row in table.rows)
        or not _PART_HEAD.fullmatch(_text(table.rows[0][0]))
    ):
        return []
    parts: list[tuple[str, list[tuple[Cell, ...]]]] = []
    for row in table.rows[1:]:
        said = _PART_NUMBER.fullmatch(text) if (text := _text(row[0])) else None
        if (text and said is None) or (not text and not parts):
            return []
        if said is not None and (not parts or parts[-1][0] != said[1].upper()):
            parts.append((said[1].upper(), [table.rows[0][1:]]))
        parts[-1][1].append(row[1:])
    if len({name for name, _ in parts}) != len(parts):
        return []
    return [(part_head(f"PHẦN {name}"), "", replace(table, rows=tuple(rows))) for name, rows in parts]


def _by_part_rows(table: Table) -> Iterator[tuple[PartHead | None, str, Table]]:
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
