"""Where a table of marks is wrong, and what would take a computer's memory."""

from __future__ import annotations

from fractions import Fraction

from question_bank.item_stats.matrix import Matrix
from question_bank.item_stats.reading import read_matrix


def places(text: str) -> list[tuple[int, int, str]]:
    found = read_matrix(text.encode())
    assert not isinstance(found, Matrix)
    return [(one.row, one.column, one.code) for one in found]


def test_rows_are_counted_as_a_spreadsheet_counts_them_empty_ones_too() -> None:
    assert places("id,a,b\n\nc1,1,0\n,,\nc2,x,0\n") == [(5, 2, "not_a_share")]
    assert places("\n\nid,a,a\nc1,1,0\n") == [(3, 3, "repeated_item")]
    assert places('id,a\n"c\n1",1\n\nc2,1,1\n') == [(4, 3, "too_many_cells")]


def test_parts_of_every_whole_are_refused_before_they_fill_the_memory() -> None:
    wholes = [f"{one}/{one + 1}" for one in range(900_000, 900_100)]
    table = "id,a\n" + "".join(f"c{number},{share}\n" for number, share in enumerate(wholes))
    assert places(table) == [(0, 0, "too_many_wholes")]


def test_marks_of_items_with_any_usual_maximum_are_exact() -> None:
    shares = [Fraction(1, most) for most in range(1, 301)]
    table = "id,a\n" + "".join(f"c{most},1/{most}\n" for most in range(1, 301)) + "x,0.12345678901234567890\n"
    found = read_matrix(table.encode())
    assert isinstance(found, Matrix), found
    assert [Fraction(row[0] or 0, found.scale) for row in found.rows[:300]] == shares
