"""A table as it was read, whatever file it came from: rows of cells with their places and what is doubtful about them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from question_bank.phrase import Phrase, phrase

MOST_ROWS = 20_000
MOST_CELLS = 400_000  # of one file


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a cell may not say what its author typed."""

    code: str
    message: Phrase


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `content` is its text as an author's text (powers as constructs), `text` is what a person sees."""

    text: str
    content: str
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row by its number in the file, its cells by column from 0."""

    number: int
    cells: dict[int, Cell]

    def texts(self, columns: int = 200) -> list[str]:
        """The first columns as a list, empty where there is no cell."""
        last = min(max(self.cells, default=-1) + 1, columns)
        return [self.cells[at].text.strip() if at in self.cells else "" for at in range(last)]


@dataclass(slots=True)
class Sheet:
    """One table of a file. `merged` are areas of merged cells: first row, last row, first column, last column."""

    name: str
    rows: list[Row] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False


def column_letters(column: int) -> str:
    """`A` for 0, `AA` for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def date_doubt(place: str, shown: str) -> Doubt:
    """Excel made a date of “1/2”."""
    return Doubt(
        "cell_is_date",
        phrase("cell %(cell)s holds the date %(date)s: was something like “1/2” typed?", cell=place, date=shown),
    )


def scientific_doubt(place: str, shown: str) -> Doubt:
    """Excel made a number of “1E5”."""
    message = phrase(
        "cell %(cell)s holds the number %(number)s: was something like “1E5” typed?", cell=place, number=shown
    )
    return Doubt("cell_is_scientific", message)


def rounded_doubt(place: str, shown: str) -> Doubt:
    """More digits than a number of Excel has."""
    message = phrase(
        "cell %(cell)s holds a number of more than 15 digits, of which Excel keeps 15: %(number)s",
        cell=place,
        number=shown,
    )
    return Doubt("cell_is_rounded", message)


def formula_doubt(place: str, shown: str) -> Doubt:
    """A formula where a text was meant: an option that begins with “=”, perhaps."""
    message = phrase(
        "cell %(cell)s holds a formula; its last result was taken: “%(value)s”", cell=place, value=shown[:60]
    )
    return Doubt("cell_is_formula", message)


def error_doubt(place: str, shown: str) -> Doubt:
    """An error of Excel."""
    return Doubt(
        "cell_is_error",
        phrase("cell %(cell)s holds the error %(value)s: write an apostrophe before the text", cell=place, value=shown),
    )
