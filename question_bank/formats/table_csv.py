"""A .csv file as a table: its encoding where it is certain, its separator by what makes columns. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata

from question_bank.content import literal
from question_bank.formats.exchange import Notice, NotThisFormat
from question_bank.formats.plain_file import line_name, plain_file
from question_bank.formats.table_headers import heads_of
from question_bank.formats.table_rows import MOST_CELLS, MOST_ROWS, Cell, Row, Sheet
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase

SEPARATORS = ";,\t|"
_SAMPLE = 40  # lines that show the separator
_MAX_FIELD = 200_000  # characters
_VIETNAMESE = frozenset("ăâđêôơưĂÂĐÊÔƠƯ" + "".join(
    unicodedata.normalize("NFC", letter + mark)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for mark in "\u0300\u0301\u0303\u0309\u0323"
))  # fmt: skip
_SIGNS = frozenset("“”‘’–—…•°±×÷²³«»·€§©®™")


def read_csv(data: bytes) -> tuple[Sheet, tuple[Notice, ...]] | NotThisFormat:
    """The table and what was done to its text. Raises UnreadableFileError for one that is too large."""
    found = plain_file(data)
    notices: tuple[Notice, ...] = ()
    if isinstance(found, NotThisFormat):
        text = vietnamese_code_page(data) if found.notice.code == "not_utf8" else None
        if text is None:
            return found
        notices = (
            Notice(
                "converted",
                line_name(1),
                phrase("the file was in the Vietnamese code page Windows-1258 and was converted"),
            ),
        )
    else:
        text, notices = found.text, found.notices
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return _table(rest, first[4], 1), notices
    return _table(text, _separator(text), 0), notices


def vietnamese_code_page(data: bytes) -> str | None:
    """The text of Windows-1258, whose tone marks are characters of their own; None when that makes anything but Vietnamese."""
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    odd = {one for one in text if not one.isascii()} - _VIETNAMESE - _SIGNS - {"\u00a0"}
    return (
        None if odd or not any(one in _VIETNAMESE for one in text) else text.replace("\r\n", "\n").replace("\r", "\n")
    )


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
