"""Tables, rows, columns and cells as checks select them: by what they say."""

from __future__ import annotations

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request
from question_bank.practical.findings import quoted
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.selecting import OCCURRENCE, Passage
from question_bank.practical.word.tables import Table, TableCell

CONTAINS = arguments.texts("contains", phrase("texts that stand in the table"))
COLUMN = arguments.text("column", phrase("the column: the text of its first cell, or its number"))
ROW = arguments.text("row", phrase("the row: the text of its first cell, or its number"))

TABLES = (CONTAINS, OCCURRENCE)
CELLS = (*TABLES, COLUMN, ROW)


def tables_of(file: WordFile, request: Request) -> list[Table]:
    """The tables that hold all of the texts; the first of them unless others are asked for. Of what another check found, the tables it
    stands in."""
    if request.refs is not None:
        return _referred(file, request.refs)
    wanted = [canon(one) for one in request.select[CONTAINS]]
    found = [one for one in file.tables if _holds(file, one, wanted)]
    if wanted:  # the innermost: a table around another holds its texts too
        found = [one for one in found if not any(_inside(other, one) for other in found)]
    occurrence = request.select[OCCURRENCE] if request.select.has(OCCURRENCE) else "first"
    if occurrence == "all" or not found:
        return found
    if occurrence == "last":
        return found[-1:]
    place = 1 if occurrence == "first" or occurrence is None else int(occurrence)
    return found[place - 1 : place]


def _referred(file: WordFile, refs: tuple[object, ...]) -> list[Table]:
    found: dict[int, Table] = {}
    for one in refs:
        if isinstance(one, Table):
            found[one.number] = one
        elif isinstance(one, Passage) and one.paragraph.place.cell is not None:
            number = one.paragraph.place.cell.table
            found.update({table.number: table for table in file.tables if table.number == number})
    return list(found.values())


def _holds(file: WordFile, table: Table, wanted: list[str]) -> bool:
    if not wanted:
        return True
    said = [one.plain for one in file.between(table.paragraphs)]
    return all(any(text in one for one in said) for text in wanted)


def _inside(inner: Table, outer: Table) -> bool:
    return (
        inner is not outer and outer.paragraphs[0] <= inner.paragraphs[0] and inner.paragraphs[1] <= outer.paragraphs[1]
    )


def table_where(table: Table) -> Phrase:
    """A table for people."""
    return phrase("table %(number)s", number=table.number)


def cell_where(table: Table, cell: TableCell) -> Phrase:
    """A cell for people, by its place in the grid."""
    return phrase(
        "table %(table)s, row %(row)s, column %(column)s", table=table.number, row=cell.row, column=cell.column
    )


def cell_text(file: WordFile, cell: TableCell | None) -> str:
    """What a cell says, its paragraphs on lines; with what cells that are merged into it still say."""
    if cell is None:
        return ""
    return "\n".join(
        said for said in (file.words_of(cell.paragraphs), file.words_of(cell.more)) if said.strip()
    ).strip()


def column_of(file: WordFile, table: Table, name: str) -> int:
    """The number of a column by the text of a cell in its first rows, or by its number; 0 when there is none."""
    if name.strip().isdigit():
        return int(name) if int(name) <= table.columns else 0
    wanted = canon(name)
    for row in table.rows:
        for cell in row.cells:
            if canon(cell_text(file, cell)) == wanted:
                return cell.column
    return 0


def row_of(file: WordFile, table: Table, name: str) -> int:
    """The number of a row by the text of one of its cells, the first column's before all others, or by its number; 0 when there is none."""
    if name.strip().isdigit():
        return int(name) if int(name) <= len(table.rows) else 0
    wanted = canon(name)
    for first in (True, False):
        for row in table.rows:
            for cell in row.cells:
                if (cell.column == 1) == first and canon(cell_text(file, cell)) == wanted:
                    return cell.row
    return 0


def cells_of(file: WordFile, table: Table, request: Request) -> list[TableCell]:
    """The cell, the row or the column that is asked for; all cells where none is."""
    column, row = request.select[COLUMN], request.select[ROW]
    at_column = column_of(file, table, column) if column is not None else 0
    at_row = row_of(file, table, row) if row is not None else 0
    if (column is not None and not at_column) or (row is not None and not at_row):
        return []
    return [
        one
        for one in table.cells
        if (not at_column or one.column <= at_column < one.column + one.columns)
        and (not at_row or one.row <= at_row < one.row + one.rows)
    ]


def table_sought(request: Request) -> Phrase:
    """What the select looks for, for people."""
    wanted = request.select[CONTAINS]
    return (
        phrase("a table with %(texts)s", texts=", ".join(quoted(one) for one in wanted))
        if wanted
        else phrase("a table")
    )
