"""Figures that a bank keeps are those that were worked out, to the last digit."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.canonical import JSON, encode
from question_bank.item_stats.distractors import Choices
from question_bank.item_stats.document import document
from question_bank.item_stats.kept import Kept, read_day, read_kept
from question_bank.item_stats.matrix import Matrix
from question_bank.item_stats.measures import statistics
from question_bank.item_stats.reading import read_matrix
from question_bank.phrase import Phrase

VECTORS = Path(__file__).parents[2] / "vectors/statistics"


def kept_of(matrix: Matrix, choices: Choices | None = None) -> Kept:
    return Kept("Vòng sơ khảo", date(2026, 9, 12), "điểm.csv", "", 1_700_000_000_000, statistics(matrix, choices))


@pytest.mark.parametrize("file", sorted(VECTORS.glob("*.csv")), ids=lambda file: file.stem)
def test_what_is_kept_is_read_again_and_is_what_the_command_prints(file: Path) -> None:
    matrix = read_matrix(file.read_bytes())
    assert isinstance(matrix, Matrix)
    kept = kept_of(matrix)
    paper = kept.paper()
    encode(paper)  # papers are canonical JSON
    assert read_kept(paper) == kept
    assert json.loads(str(paper["figures"])) == document(kept.figures)


@given(st.lists(st.tuples(st.sampled_from("ABC "), st.sampled_from("ABC ")), min_size=1, max_size=30))
def test_options_are_kept_too(made: list[tuple[str, str]]) -> None:
    rows = tuple(tuple(frozenset(one.strip()) for one in row) for row in made)
    shares = [tuple(int("A" in chosen) for chosen in row) for row in rows]
    matrix = Matrix(("X", "Y"), tuple(map(str, range(len(rows)))), tuple(shares), 1)
    choices = Choices(dict.fromkeys("XY", ("A", "B", "C")), dict.fromkeys("XY", frozenset("A")), rows)
    kept = kept_of(matrix, choices)
    assert read_kept(kept.paper()) == kept


@pytest.mark.parametrize(
    "spoilt",
    [None, [], {"format": "another/1"}, {"held_on": "hôm qua"}, {"figures": "{}"}, {"figures": "["}, {"at_ms": "x"},
     {"figures": '{"items": [], "candidates": "3"}'}],
)  # fmt: skip
def test_another_paper_is_none(spoilt: JSON) -> None:
    paper = kept_of(Matrix(("X",), ("1",), ((1,),), 1)).paper()
    assert read_kept(paper | spoilt if isinstance(spoilt, dict) else spoilt) is None


@given(st.text(max_size=200), st.dates())
def test_every_title_gives_a_name_that_a_paper_may_have(title: str, day: date) -> None:
    kept = Kept(title, day, "", "", 0, statistics(Matrix(("X",), (), (), 1)))
    family, _, name = kept.name.partition(":")
    assert (family, name[:10]) == ("statistics", day.isoformat())
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(name) <= 100


def test_a_day_is_written_as_fields_give_it() -> None:
    assert read_day("2026-09-12") == date(2026, 9, 12)
    assert isinstance(read_day("12/09/2026"), Phrase)
