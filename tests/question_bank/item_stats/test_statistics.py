"""Item statistics: known answers, what cannot be known is null and never a number that is none, and what no order may change."""

from __future__ import annotations

import json
from fractions import Fraction
from math import inf, isclose, isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_stats.distractors import Choices, groups, option_uses, suspicion
from question_bank.item_stats.document import document
from question_bank.item_stats.matrix import Matrix, pairs
from question_bank.item_stats.measures import Flag, statistics
from question_bank.item_stats.reading import read_matrix
from question_bank.item_stats.uncertainty import (
    Certainty,
    alpha_interval,
    certainty,
    correlation_interval,
    share_interval,
)

VECTORS = Path(__file__).resolve().parent.parent.parent / "vectors" / "statistics"
NAMES = sorted(path.stem for path in VECTORS.glob("*.csv"))


def matrix_of(rows: list[list[Fraction | None]]) -> Matrix:
    width = len(rows[0]) if rows else 0
    return Matrix.of([f"I{n}" for n in range(width)], [f"C{n}" for n in range(len(rows))], rows)


def numbers(value: object) -> list[float]:
    """Every number of a document, at any depth."""
    match value:
        case bool() | None | str():
            return []
        case int() | float():
            return [float(value)]
        case dict():
            return [one for inner in value.values() for one in numbers(inner)]
        case list():
            return [one for inner in value for one in numbers(inner)]
    raise AssertionError(value)


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_are_those_worked_out_elsewhere(name: str) -> None:
    matrix = read_matrix((VECTORS / f"{name}.csv").read_bytes())
    assert isinstance(matrix, Matrix)
    expected = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = dict(document(statistics(matrix)))
    assert [item["id"] for item in found["items"]] == [item["id"] for item in expected["items"]]
    for want, made in [(expected, found), *zip(expected["items"], found["items"], strict=True)]:
        for key in set(want) - {"items", "about"}:
            if isinstance(want[key], float):
                assert made[key] is not None, key
                assert isclose(made[key], want[key], rel_tol=1e-9, abs_tol=1e-9), (key, made[key], want[key])
            else:
                assert made[key] == want[key], key


shares = st.fractions(0, 1, max_denominator=6)
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(st.none() | shares, min_size=width, max_size=width), max_size=12)
)  # fmt: skip


@given(tables)
def test_no_table_gives_a_number_that_is_none(rows: list[list[Fraction | None]]) -> None:
    found = document(statistics(matrix_of(rows)))
    assert all(isfinite(one) for one in numbers(found))
    json.dumps(found, allow_nan=False)
    items = found["items"]
    assert isinstance(items, list)
    for item in items:
        assert isinstance(item, dict)
        for name, low, high in (("facility", 0, 1), ("discrimination", -1, 1), ("discriminative_efficiency", -inf, 1)):
            value = item[name]
            assert value is None or (isinstance(value, (int, float)) and low <= value <= high), name


@given(tables.filter(len), st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(rows: list[list[Fraction | None]], chance: Any) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    assert document(statistics(matrix_of(rows))) == document(statistics(matrix_of(mixed)))


@given(tables.filter(len))
def test_items_keep_their_figures_when_columns_change_places(rows: list[list[Fraction | None]]) -> None:
    forward = statistics(matrix_of(rows)).items
    backward = statistics(matrix_of([row[::-1] for row in rows])).items[::-1]
    for one, other in zip(forward, backward, strict=True):
        assert (one.facility, one.sd, one.discrimination, one.discriminative_efficiency) == (
            other.facility, other.sd, other.discrimination, other.discriminative_efficiency,
        )  # fmt: skip


@given(st.lists(shares, min_size=3, max_size=20).filter(lambda column: len(set(column)) > 1), st.integers(2, 5))
def test_items_that_are_copies_of_each_other_have_alpha_one(column: list[Fraction], copies: int) -> None:
    found = statistics(matrix_of([[share] * copies for share in column]))
    assert found.alpha == 1.0
    assert found.standard_error == 0.0
    assert all(item.discrimination == 1.0 and item.discriminative_efficiency == 1.0 for item in found.items)


@given(st.lists(st.tuples(shares, shares), min_size=2, max_size=20))
def test_turning_an_item_round_turns_its_correlation_round(rows: list[tuple[Fraction, Fraction]]) -> None:
    plain = statistics(matrix_of([[a, b] for a, b in rows])).items[0].discrimination
    turned = statistics(matrix_of([[1 - a, b] for a, b in rows])).items[0].discrimination
    assert plain is turned is None or (
        plain is not None and turned is not None and isclose(plain, -turned, abs_tol=1e-12)
    )


@given(st.lists(st.integers(0, 9), min_size=2, max_size=60))
def test_both_groups_have_27_percent_and_equals_share_places(rests: list[int]) -> None:
    ends = groups(rests)
    if min(rests) == max(rests):
        assert ends is None
        return
    assert ends is not None
    places = max(1, int(Fraction(27, 100) * len(rests) + Fraction(1, 2)))
    for end in ends:
        assert isclose(sum(end), places)
        assert all(0 <= part <= 1 for part in end)
        for one, part in zip(rests, end, strict=True):
            assert all(part == other for value, other in zip(rests, end, strict=True) if value == one)


def test_groups_of_eleven_have_three_and_a_tie_is_shared() -> None:
    ends = groups([10, 9, 8, 8, 5, 5, 4, 3, 2, 2, 2])
    assert ends is not None
    assert ends[0] == [1, 1, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0]
    assert ends[1] == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1]


def chosen(letters: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(letter) if letter != "-" else frozenset() for letter in letters)


def test_the_table_of_options_says_who_chose_what() -> None:
    """Ten candidates whose other marks are 9, 8, … 0; the strong choose A, which is right, the weak B or nothing."""
    letters = "AAABABBB--"
    rows: list[list[Fraction | None]] = [
        [Fraction(int(letter == "A")), Fraction(9 - n, 9)] for n, letter in enumerate(letters)
    ]
    [one, _] = pairs(matrix_of(rows))
    uses = option_uses(one, chosen(letters), ("A", "B", "C"), frozenset("A"))
    assert [(use.option, use.right, use.chosen) for use in uses] == [
        ("A", True, 4),
        ("B", False, 4),
        ("C", False, 0),
        ("", False, 2),
    ]
    assert [(use.upper, use.lower) for use in uses] == [(1, 0), (0, 1 / 3), (0, 0), (0, 2 / 3)]
    assert uses[0].discrimination == 1
    assert uses[2].rest_correlation is None
    assert suspicion(uses, 10) is None


def test_a_key_that_the_strong_avoid_is_suspected_and_sure_with_many() -> None:
    letters = "CCCCACACAAAA" * 20
    strength = sorted(range(240), key=lambda n: (n % 12, n))
    rows: list[list[Fraction | None]] = [[Fraction(0), Fraction(0)] for _ in range(240)]
    for rank, place in enumerate(strength):
        rows[place] = [Fraction(int(letters[place] == "A")), Fraction(239 - rank, 239)]
    matrix = matrix_of(rows)
    choices = Choices({"I0": ("A", "C")}, {"I0": frozenset("A")}, tuple((one, None) for one in chosen(letters)))
    item = statistics(matrix, choices).items[0]
    assert item.suspicion is not None
    assert (item.suspicion.option, item.suspicion.sure) == ("C", True)
    assert item.flags[0] is Flag.POSSIBLE_WRONG_KEY
    assert Flag.NEGATIVE_DISCRIMINATION in item.flags
    few = statistics(
        matrix_of([rows[place] for place in range(12)]), Choices(choices.options, choices.keys, choices.rows[:12])
    ).items[0]
    assert few.suspicion is not None
    assert few.certainty is Certainty.TOO_FEW


def test_an_ordinary_item_is_not_suspected() -> None:
    letters = "AAAAABAACABBACABCDBD" * 6
    rows: list[list[Fraction | None]] = [
        [Fraction(int(letter == "A")), Fraction(20 - n % 20, 20)] for n, letter in enumerate(letters)
    ]
    choices = Choices({"I0": tuple("ABCD")}, {"I0": frozenset("A")}, tuple((one, None) for one in chosen(letters)))
    item = statistics(matrix_of(rows), choices).items[0]
    assert item.suspicion is None
    assert item.flags == ()


def test_what_few_candidates_allow_to_say() -> None:
    assert [certainty(n) for n in (0, 45, 46, 199, 200)] == [
        Certainty.TOO_FEW, Certainty.TOO_FEW, Certainty.ROUGH, Certainty.ROUGH, Certainty.STEADY,
    ]  # fmt: skip
    low, high = share_interval(5, 10) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)  # Wilson's interval, as in any table
    low, high = correlation_interval(0.5, 28) or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.156, 0.736)
    assert correlation_interval(1.0, 28) is None
    assert correlation_interval(0.5, 3) is None
    narrow, wide = alpha_interval(0.8, 20, 400), alpha_interval(0.8, 20, 40)
    assert narrow is not None
    assert wide is not None
    assert wide.low < narrow.low < 0.8 < narrow.high < wide.high < 1


@given(st.integers(0, 40), st.integers(1, 40))
def test_an_interval_holds_its_share(right: int, n: int) -> None:
    if right <= n:
        low, high = share_interval(right, n) or (1, 0)
        assert 0 <= low <= right / n + 1e-12
        assert right / n - 1e-12 <= high <= 1
