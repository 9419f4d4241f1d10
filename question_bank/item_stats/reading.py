"""A table of marks as a .csv file: a row for each candidate, a column for each item, the first column the candidate's id.

The first row names the items. Marks are shares of each item's maximum, with a point or, where the columns are parted by
something else, a comma; an empty cell is a mark that is not known. Pure: bytes in, a matrix or problems out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from question_bank.item_stats.distractors import Choices
from question_bank.item_stats.matrix import Matrix
from question_bank.phrase import Phrase, phrase

MAX_BYTES = 64 * 1024 * 1024
MOST_CANDIDATES, MOST_ITEMS = 200_000, 2_000
MOST_SCALE = (
    1 << 512
)  # what all shares are counted in: whole marks up to 300 of each item, and decimals to the 99th place
MOST_PROBLEMS = 50  # of one kind one is as good as a thousand
KEY_ROWS = ("key", "đáp án", "dap an")  # what a row of the table of choices is called that holds the key
_UNKNOWN = frozenset(("", "-", "–", "na", "n/a", "null", "none", "nan"))
_DECIMAL = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?")
_PARTED = re.compile(r"(\d{1,6})/(\d{1,6})")
_OPTION = re.compile(r"[A-Za-z0-9]{1,20}")


@dataclass(frozen=True, slots=True, order=True)
class CellProblem:
    """Something wrong in a table: row and column count from 1, 0 is the table or row as a whole."""

    row: int
    column: int
    code: str
    message: Phrase


@dataclass(frozen=True, slots=True)
class Table:
    """Names of items, ids of candidates, and the cells between them as they stand; `places` are the rows in the file."""

    items: tuple[str, ...]
    places: tuple[int, ...]
    candidates: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    comma_is_decimal: bool


def read_matrix(data: bytes) -> Matrix | list[CellProblem]:
    """The marks of a table, or everything wrong with it. Never raises."""
    table = read_table(data)
    if isinstance(table, list):
        return table
    problems: list[CellProblem] = []
    known: dict[str, Fraction | None] = {}
    rows = []
    for number, cells in zip(table.places, table.cells, strict=True):
        row: list[Fraction | None] = []
        for column, text in enumerate(cells, 2):
            if text not in known:
                found = _share(text, table.comma_is_decimal)
                if isinstance(found, Phrase):
                    if len(problems) < MOST_PROBLEMS:
                        problems.append(CellProblem(number, column, "not_a_share", found))
                    continue
                known[text] = found
            row.append(known[text])
        rows.append(row)
    if not problems and not _countable({share.denominator for share in known.values() if share is not None}):
        message = phrase("the marks are parts of too many different wholes: write them as decimals")
        return [CellProblem(0, 0, "too_many_wholes", message)]
    return problems or Matrix.of(table.items, table.candidates, rows)


def read_choices(data: bytes, matrix: Matrix) -> Choices | list[CellProblem]:
    """The options that were chosen, from a table of the same items and candidates with a row called “key”.

    A cell holds an option's letter or several (`AC`, `A C`, `A;C`); an empty one is no response. What the candidates of the
    matrix chose that the table does not have is not known.
    """
    table = read_table(data)
    if isinstance(table, list):
        return table
    keys = [place for place, name in enumerate(table.candidates) if name.casefold() in KEY_ROWS]
    if len(keys) != 1:
        return [CellProblem(0, 0, "no_key", phrase("one row must be called “key”, with the right options"))]
    columns = {name: place for place, name in enumerate(table.items)}
    rows = {name: table.cells[place] for place, name in enumerate(table.candidates) if place != keys[0]}
    held = [item for item in matrix.items if item in columns]
    if not held:
        return [CellProblem(1, 0, "other_items", phrase("the two tables have no item in common"))]
    right = {item: _letters(table.cells[keys[0]][columns[item]]) for item in held}
    made = tuple(
        tuple(_letters(rows[name][columns[item]]) if name in rows and item in columns else None for item in matrix.items)
        for name in matrix.candidates
    )  # fmt: skip
    options = {
        item: tuple(sorted(right[item].union(*(row[place] or () for row in made))))
        for place, item in enumerate(matrix.items)
        if item in columns
    }
    return Choices(options, right, made)


def read_table(data: bytes) -> Table | list[CellProblem]:
    """The cells of a table, or why there is none."""
    if len(data) > MAX_BYTES:
        return [CellProblem(0, 0, "too_large", phrase("the file is larger than %(limit)s bytes", limit=MAX_BYTES))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [CellProblem(0, 0, "not_utf8", phrase("the file is not UTF-8 text"))]
    separator = _separator(text)
    try:
        reader = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1)
        rows = [(place, row) for place, row in reader if any(map(str.strip, row))]
    except csv.Error:
        return [CellProblem(0, 0, "not_csv", phrase("this is not a table of separated values"))]
    if not rows or len(rows[0][1]) < 2:
        message = phrase("the first row must name the candidates' column and the items")
        return [CellProblem(1, 0, "no_items", message)]
    return _shaped([row for _, row in rows], [place for place, _ in rows], separator)


def _shaped(rows: Sequence[Sequence[str]], places: Sequence[int], separator: str) -> Table | list[CellProblem]:
    names = [name.strip() for name in rows[0][1:]]
    while names and not names[-1]:
        names.pop()  # a separator at the end of the line
    problems = [
        CellProblem(places[0], place + 2, "no_name", phrase("this item has no name"))
        for place, name in enumerate(names)
        if not name
    ]
    problems += [
        CellProblem(places[0], place + 2, "repeated_item", phrase("two columns are called “%(name)s”", name=name[:60]))
        for place, name in enumerate(names)
        if name and name in names[:place]
    ]
    if len(names) > MOST_ITEMS or len(rows) - 1 > MOST_CANDIDATES:
        message = phrase(
            "at most %(items)s items and %(candidates)s candidates", items=MOST_ITEMS, candidates=MOST_CANDIDATES
        )
        return [CellProblem(0, 0, "too_large", message)]
    for number, row in zip(places[1:], rows[1:], strict=True):
        if any(cell.strip() for cell in row[len(names) + 1 :]) and len(problems) < MOST_PROBLEMS:
            problems.append(
                CellProblem(number, len(names) + 2, "too_many_cells", phrase("the row has more cells than the first"))
            )
    if problems:
        return problems[:MOST_PROBLEMS]
    width = len(names)
    cells = tuple(
        tuple(cell.strip() for cell in [*row[1 : width + 1], *[""] * (width + 1 - len(row))]) for row in rows[1:]
    )
    return Table(tuple(names), tuple(places[1:]), tuple(row[0].strip() for row in rows[1:]), cells, separator != ",")


def _separator(text: str) -> str:
    """What parts the first line most often."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _share(text: str, comma_is_decimal: bool) -> Fraction | Phrase | None:
    """A share of the maximum: what penalties take away may be below 0, never below -1."""
    if text.casefold() in _UNKNOWN:
        return None
    number = text.replace(",", ".") if comma_is_decimal else text
    number = number.replace("\N{MINUS SIGN}", "-")
    parted = _PARTED.fullmatch(number)
    if parted and int(parted[2]):
        found = Fraction(int(parted[1]), int(parted[2]))
    elif _DECIMAL.fullmatch(number):
        found = Fraction(number)
    else:
        return phrase("“%(text)s” is no mark", text=text[:40])
    if not -1 <= found <= 1:
        return phrase("a mark is a share of the maximum, from -1 to 1, not %(text)s", text=text[:40])
    return found


def _countable(denominators: set[int]) -> bool:
    """Whether there is a whole that all of them divide and that is not too large to count every mark of a contest in."""
    whole = 1
    for one in denominators:
        whole = lcm(whole, one)
        if whole > MOST_SCALE:
            return False
    return True


def _letters(text: str) -> frozenset[str]:
    """Single letters run together, or words with something between them."""
    parts = _OPTION.findall(text)
    if len(parts) == 1 and parts[0].isalpha() and parts[0].isupper():
        return frozenset(parts[0])
    return frozenset(parts)
