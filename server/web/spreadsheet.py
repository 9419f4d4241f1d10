"""Bytes of an .xlsx or .csv file to a table, strictly and within bounds; nothing in a file is computed or fetched."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from lzma import LZMAError
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from server.domain.table import EMPTY, Cell, CellKind, Row, Table

MAX_FILE_BYTES = 4 * 1024 * 1024  # a list of 5,000 people is about 0.5 MB
# Of all members of an .xlsx together: what a hostile archive may make us hold while reading it.
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
MAX_MEMBERS = 400
MAX_ROWS = 6_000  # read from a sheet; the roster's own limit is lower and has its own sentence
MAX_COLUMNS = 60
MAX_CELL_CHARS = 2_000
MAX_MERGED = 20_000  # rows of merged ranges together: three in every row of a full list; a range may claim a million

# openpyxl meets a broken workbook with whatever its parsers stumble over; each of these is "the file is damaged".
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, LZMAError, InvalidFileException, ParseError, KeyError, ValueError, TypeError,
    IndexError, AttributeError, OverflowError, EOFError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an old .xls, or an .xlsx under a password
# Bounded on every side: a search that runs to the end of the file from each of a million beginnings never ends, and
# holds up the whole server meanwhile.
_MERGED = re.compile(rb'<(?:\w{1,20}:)?mergeCell [^<>]{0,200}?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_DELIMITERS = ";\t,"
_ZEROS = re.compile(r"0{2,12}")


class FileFault(Enum):
    """Why a file is not read at all; each has its sentence in server/web/roster_wording.py."""

    TOO_BIG = "too_big"
    EMPTY = "empty"
    OLD_EXCEL = "old_excel"
    NOT_A_SPREADSHEET = "not_a_spreadsheet"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    DAMAGED = "damaged"
    UNSAFE = "unsafe"
    NO_SHEET = "no_sheet"
    OLD_ENCODING = "old_encoding"
    BAD_CSV = "bad_csv"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_MERGED = "too_many_merged"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file refused as a whole, with what the sentence about it needs."""

    fault: FileFault
    detail: str = ""


def read_table(data: bytes) -> Table | FileProblem:
    """The first sheet with anything in it, or why the file cannot be read. What the bytes are decides, not a name."""
    if len(data) > MAX_FILE_BYTES:
        return FileProblem(FileFault.TOO_BIG, str(MAX_FILE_BYTES // 1024 // 1024))
    if not data.strip():
        return FileProblem(FileFault.EMPTY)
    if data.startswith(_OLE):
        return FileProblem(FileFault.OLD_EXCEL)
    if data.startswith(b"PK"):
        return _read_xlsx(data)
    return _read_csv(data)


# --- .csv ---------------------------------------------------------------------------------------------------------


def _read_csv(data: bytes) -> Table | FileProblem:
    text = _text(data)
    if text is None:
        return FileProblem(FileFault.OLD_ENCODING)
    if "\x00" in text:
        return FileProblem(FileFault.NOT_A_SPREADSHEET)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    start = 1
    try:
        for values in reader:
            if len(rows) >= MAX_ROWS:
                return FileProblem(FileFault.TOO_MANY_ROWS, str(MAX_ROWS))
            cells = tuple(_csv_cell(value) for value in values[:MAX_COLUMNS])
            rows.append(Row(start, cells))
            # A quoted line break makes one record of several lines; people count records as their editor shows rows.
            start += 1
    except csv.Error:
        return FileProblem(FileFault.BAD_CSV, str(reader.line_num))
    return Table("", tuple(rows))


def _csv_cell(value: str) -> Cell:
    # A spreadsheet would compute it: what the office sees is then not what stands in the file.
    if value.startswith("=") and len(value) > 1:
        return Cell(CellKind.FORMULA, value[:MAX_CELL_CHARS])
    return Cell(CellKind.TEXT, value[:MAX_CELL_CHARS]) if value else EMPTY


def _text(data: bytes) -> str | None:
    """The text of a .csv: UTF-8, or UTF-16 with its byte-order mark (Excel's "Unicode text"); None for all else."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _delimiter(text: str) -> str:
    """The separator that the first lines use most; Vietnamese Excel writes semicolons, its Unicode text tabs."""
    head = "\n".join(text.splitlines()[:20])
    return max(_DELIMITERS, key=head.count)


# --- .xlsx --------------------------------------------------------------------------------------------------------


def _read_xlsx(data: bytes) -> Table | FileProblem:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            problem = _archive_problem(archive)
            if problem is not None:
                return problem
            return _workbook_table(data, archive)
    except UNREADABLE:
        return FileProblem(FileFault.DAMAGED)


def _archive_problem(archive: zipfile.ZipFile) -> FileProblem | None:
    """What must be known before anything is unpacked: sizes by really unpacking, never by what the archive claims."""
    members = archive.infolist()
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        return FileProblem(FileFault.NOT_A_SPREADSHEET)
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        return FileProblem(FileFault.UNPACKS_TOO_LARGE, str(MAX_UNPACKED_BYTES // 1024 // 1024))
    total = 0
    for member in members:
        tail = b""
        for block in _blocks(archive, member):
            total += len(block)
            if total > MAX_UNPACKED_BYTES:
                return FileProblem(FileFault.UNPACKS_TOO_LARGE, str(MAX_UNPACKED_BYTES // 1024 // 1024))
            # Office never writes a document type; entities in one are how an XML reader is made to explode.
            seen = tail + block.replace(b"\x00", b"")  # UTF-16 as well
            if b"<!DOCTYPE" in seen:  # in any member: what is XML is said by another member, not by the name
                return FileProblem(FileFault.UNSAFE)
            tail = seen[-16:]
    return None


def _blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while block := stream.read(1 << 18):
            yield block


def _workbook_table(data: bytes, archive: zipfile.ZipFile) -> Table | FileProblem:
    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    read: set[str] = set()  # a workbook may name one part as ten thousand sheets
    try:
        for sheet in workbook.worksheets:
            path = getattr(sheet, "_worksheet_path", "")
            if sheet.sheet_state != "visible" or path in read:
                continue
            read.add(path)
            # Some writers declare a smaller sheet than they write, and the rest would be dropped without a word.
            sheet.reset_dimensions()
            merged = _merged_cells(archive.read(path))
            if merged is None:
                return FileProblem(FileFault.TOO_MANY_MERGED, str(MAX_MERGED))
            table = _sheet_table(sheet.title, sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS), merged)
            if isinstance(table, FileProblem) or any(not row.blank for row in table.rows):
                return table
        return FileProblem(FileFault.NO_SHEET)
    finally:
        workbook.close()


def _sheet_table(
    title: str, rows: Iterable[Sequence[object]], merged: Mapping[int, Sequence[tuple[int, int]]]
) -> Table | FileProblem:
    found: list[Row] = []
    last = 0
    for number, cells in enumerate(rows, start=1):
        if number > MAX_ROWS:
            return FileProblem(FileFault.TOO_MANY_ROWS, str(MAX_ROWS))
        spans = merged.get(number, ())
        values = [_cell(cell, at, spans) for at, cell in enumerate(cells)]
        while values and values[-1] == EMPTY:
            values.pop()
        row = Row(number, tuple(values))
        found.append(row)
        last = number if not row.blank else last
    return Table(title, tuple(found[:last]))


def _merged_cells(sheet_xml: bytes) -> dict[int, list[tuple[int, int]]] | None:
    """Row number → the (first, last) columns, from 0, of merged ranges that touch it; None for too many."""
    found: dict[int, list[tuple[int, int]]] = {}
    count = 0
    for match in _MERGED.finditer(sheet_xml):
        first_column, first_row, last_column, last_row = range_boundaries(match[1].decode())
        rows = range(first_row or 1, min(last_row or 1, MAX_ROWS) + 1)
        span = ((first_column or 1) - 1, (last_column or 1) - 1)
        count += len(rows)
        if count > MAX_MERGED:
            return None
        for row in rows:
            found.setdefault(row, []).append(span)
    return found


def _cell(cell: object, column: int, spans: Sequence[tuple[int, int]]) -> Cell:
    merged = any(first <= column <= last for first, last in spans)
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "n")
    if value is None or value == "":
        return Cell(CellKind.EMPTY, "", merged)
    if kind == "f":
        return Cell(CellKind.FORMULA, str(getattr(value, "text", value))[:MAX_CELL_CHARS], merged)
    if kind == "e":
        return Cell(CellKind.ERROR, str(value), merged)
    if isinstance(value, bool):
        return Cell(CellKind.BOOLEAN, str(value), merged)
    if isinstance(value, (int, float)):
        return Cell(CellKind.NUMBER, _number(value, str(getattr(cell, "number_format", ""))), merged)
    if isinstance(value, (datetime, date)):
        return Cell(CellKind.DATE, _moment(value), merged)
    return Cell(CellKind.TEXT, str(value)[:MAX_CELL_CHARS], merged)


def _number(value: float, number_format: str) -> str:
    """A number as its cell shows it, as far as candidate numbers need: 147 under the format 0000 reads 0147."""
    if value != int(value):
        return repr(value)
    text = str(int(value))
    return text.zfill(len(number_format)) if _ZEROS.fullmatch(number_format) else text


def _moment(value: date) -> str:
    if isinstance(value, datetime) and value.time() != time.min:
        return value.isoformat(timespec="seconds")
    return f"{value:%Y-%m-%d}"
