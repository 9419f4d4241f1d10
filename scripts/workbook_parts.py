"""Workbooks of sample tasks, made with openpyxl: the same bytes on every run, on any day."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from question_bank.formats.zips import zipped
from question_bank.practical.mutants import package_parts

_MADE = datetime(2026, 1, 2, 8, 0)  # noqa: DTZ001 - what a file says of itself has no zone here
_TIMES = b"<dcterms:modified"
FONT = "Times New Roman"


def new_book(title: str) -> Any:
    """An empty workbook with its first sheet called so."""
    book: Any = Workbook()
    book.properties.creator = book.properties.lastModifiedBy = ""
    book.properties.created = book.properties.modified = _MADE
    book.active.title = title
    return book


def saved(book: Any) -> bytes:
    """The workbook's bytes: openpyxl writes when it was saved, which is set back."""
    made = io.BytesIO()
    book.save(made)
    parts = package_parts(made.getvalue())
    core = parts["docProps/core.xml"]
    start = core.index(b">", core.index(_TIMES)) + 1
    parts["docProps/core.xml"] = (
        core[:start] + _MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + core[core.index(b"<", start) :]
    )
    return zipped(parts)


def write_rows(sheet: Any, first: int, rows: Iterable[Sequence[object]]) -> None:
    """Rows of values from column A on; None leaves a cell as it is."""
    for at, values in enumerate(rows):
        for column, value in enumerate(values, 1):
            if value is not None:
                sheet.cell(first + at, column, value)


def all_cells(sheet: Any, size: int = 12) -> None:
    """Every cell that is there in the font of administrative documents."""
    for row in sheet.iter_rows():
        for cell in row:
            cell.font = Font(name=FONT, size=size)


def head(cells: Iterable[Any]) -> None:
    """A row of headings: bold, centred, wrapped, on a light ground."""
    for cell in cells:
        cell.font = Font(name=FONT, size=12, bold=True)
        cell.fill = PatternFill("solid", fgColor="FFDDEBF7")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def lines(rows: Iterable[Iterable[Any]]) -> None:
    """Thin lines around every cell."""
    thin = Side(style="thin")
    for row in rows:
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)


def formats(cells: Iterable[Iterable[Any]], code: str) -> None:
    """A number format for cells of one column."""
    for row in cells:
        for cell in row:
            cell.number_format = code
