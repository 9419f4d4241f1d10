"""A .csv file as a table: its encoding where it is certain, its separator by what makes columns. Pure."""

from __future__ import annotations

import csv
import io

from question_bank.content import literal
from question_bank.formats.exchange import Notice, NotThisFormat
from question_bank.formats.plain_file import plain_file
from question_bank.formats.table_headers import heads_of
from question_bank.formats.table_rows import MOST_CELLS, MOST_ROWS, Cell, Row, Sheet
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase

SEPARATORS = ";,\t|"
_SAMPLE = 40  # lines that show the separator
_MAX_FIELD = 200_000  # characters


def read_csv(data: bytes) -> tuple[Sheet, tuple[Notice, ...]] | NotThisFormat:
    """The table and what was done to its text. Raises UnreadableFileError for one that is too large."""
    found = plain_file(data)
    if isinstance(found, NotThisFormat):
        return found
    text, notices = found.text, found.notices
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return _table(rest, first[4], 1), notices
    return _table(text, _separator(text), 0), notices


def _separator(text: str) -> str:
    """The one with which a line of headings is one; else the one that gives the most lines of equal length."""
    best, most = ",", -1
    for separator in SEPARATORS:
        rows = [row for _, row in zip(range(_SAMPLE), _lines(text[:100_000], separator), strict=False)]
        if any(heads_of(row) for row in rows):
            return separator
        widths = [len(row) for row in rows if len(row) > 1]
        score = max((widths.count(width) for width in set(widths)), default=0)
        if score > most:
            best, most = separator, score
    return best


def _lines(text: str, separator: str) -> list[list[str]]:
    """Rows of fields; a file the reader chokes on has none."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return []


def _table(text: str, separator: str, before: int) -> Sheet:
    csv.field_size_limit(_MAX_FIELD)
    sheet = Sheet("")
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        line = reader.line_num + 1
        for fields in reader:
            number, line = line + before, reader.line_num + 1
            row = {at: Cell(field, literal(field)) for at, field in enumerate(fields) if field.strip()}
            cells += len(fields)
            if len(sheet.rows) >= MOST_ROWS or cells > MOST_CELLS:
                raise UnreadableFileError(
                    phrase("the table has more than %(rows)s rows or %(cells)s cells", rows=MOST_ROWS, cells=MOST_CELLS)
                )
            if row:
                sheet.rows.append(Row(number, row))
    except csv.Error as error:
        raise UnreadableFileError(phrase("line %(line)s of the table cannot be read", line=reader.line_num)) from error
    return sheet
