"""Tables as people make them: a row of headings, and rows below until one is empty. Real tables of Excel say where they end."""

from __future__ import annotations

from question_bank.practical.sheet.address import Area
from question_bank.practical.sheet.cells import Cell, Sheet
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.workbook import Workbook, body

_MOST_ROWS = 200_000  # that are looked through for the end of a table


def headings_of(sheet: Sheet, cell: Cell) -> Area:
    """The row of headings around one: filled or merged cells without a gap."""
    left = right = cell.column
    while left > 1 and _filled(sheet, cell.row, left - 1):
        left -= 1
    while right < sheet.last_column and _filled(sheet, cell.row, right + 1):
        right += 1
    bottom = max(sheet.merged(cell.row, column).bottom for column in range(left, right + 1))
    right = max(right, sheet.merged(cell.row, right).right)
    return Area(cell.row, left, bottom, right)


def _filled(sheet: Sheet, row: int, column: int) -> bool:
    merged = sheet.merged(row, column)
    found = sheet.at(merged.top, merged.left)
    return found is not None and not found.is_empty


def block_of(book: Workbook, sheet: Sheet, cell: Cell, until: str) -> Area:
    """The table of a heading: its headings and all rows below, the row that says `until` included."""
    for table in book.tables:
        if table.sheet == sheet.name and table.header and table.area.holds(cell.row, cell.column):
            return table.area
    head = headings_of(sheet, cell)
    last = _last_row(sheet, head, until)
    if until and last < sheet.last_row and _says(sheet, last + 1, head, until):
        last += 1
    return Area(head.top, head.left, last, head.right)


def column_below(book: Workbook, sheet: Sheet, cell: Cell, until: str) -> Area | None:
    """The cells of a table below one of its headings; None where there are no rows."""
    for table in book.tables:
        if table.sheet == sheet.name and table.header and table.area.top == cell.row and table.area.holds(cell.row, cell.column):  # fmt: skip
            rows = body(table)
            return Area(rows.top, cell.column, rows.bottom, cell.column)
    head = headings_of(sheet, cell)
    last = _last_row(sheet, head, until)
    first = sheet.merged(cell.row, cell.column).bottom + 1
    first = max(first, head.bottom + 1) if head.bottom - head.top < 3 else first
    return Area(first, cell.column, last, cell.column) if last >= first else None


def _last_row(sheet: Sheet, head: Area, until: str) -> int:
    """The last row before an empty one, or before the one that says `until`."""
    row = head.bottom
    while row < sheet.last_row and row - head.bottom < _MOST_ROWS:
        if not any(_filled(sheet, row + 1, column) for column in range(head.left, head.right + 1)):
            break
        if until and _says(sheet, row + 1, head, until):
            break
        row += 1
    return row


def _says(sheet: Sheet, row: int, head: Area, text: str) -> bool:
    wanted = canon(text).rstrip(" :")
    cells = (sheet.at(row, column) for column in range(head.left, head.right + 1))
    return any(
        one is not None and isinstance(one.value, str) and canon(one.value).rstrip(" :") == wanted for one in cells
    )


def row_beside(sheet: Sheet, cell: Cell) -> Area | None:
    """The cells right of a label, up to the last of the row that is filled."""
    first = sheet.merged(cell.row, cell.column).right + 1
    last = next((at for at in range(sheet.last_column, first - 1, -1) if _filled(sheet, cell.row, at)), 0)
    return Area(cell.row, first, cell.row, last) if last >= first else None
