"""Draws by lot: reproducible for ever, uniform, independent between purposes."""

from __future__ import annotations

import re
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.draw import Draw

SEED = bytes(range(32))
seeds = st.binary(min_size=32, max_size=32)


def test_the_stream_never_changes_between_versions() -> None:
    """A form or an order drawn years ago must come out again: these values are part of the format."""
    draw = Draw(SEED, "items")
    assert [draw.below(60) for _ in range(8)] == [28, 6, 41, 20, 51, 14, 16, 35]
    assert draw.token("i", 7) == "idaovo7b"
    assert draw.shuffled("ABCDEFGH") == tuple("DBCAHFEG")
    assert draw.octets(8).hex() == "3a6816735a4dbdaa"


@given(seeds, st.text(st.characters(codec="utf-8")), st.integers(1, 10**6))
def test_a_draw_is_within_its_bound_and_repeats(seed: bytes, purpose: str, n: int) -> None:
    first, second = Draw(seed, purpose), Draw(seed, purpose)
    drawn = [first.below(n) for _ in range(5)]
    assert all(0 <= number < n for number in drawn)
    assert drawn == [second.below(n) for _ in range(5)]


@given(seeds, st.lists(st.integers(), max_size=30))
def test_shuffling_loses_and_adds_nothing(seed: bytes, values: list[int]) -> None:
    assert Counter(Draw(seed, "x").shuffled(values)) == Counter(values)


@given(seeds, st.integers(0, 20), st.integers(0, 20))
def test_a_sample_has_k_different_members(seed: bytes, n: int, k: int) -> None:
    if k > n:
        with pytest.raises(ValueError, match="cannot be drawn"):
            Draw(seed, "x").sample(range(n), k)
    else:
        assert len(set(Draw(seed, "x").sample(range(n), k))) == k


def test_every_order_is_equally_likely() -> None:
    draw = Draw(SEED, "orders")
    seen = Counter(draw.shuffled("ABCD") for _ in range(24_000))
    assert set(seen) == set(permutations("ABCD"))
    chi_square = sum((count - 1000) ** 2 / 1000 for count in seen.values())
    assert chi_square < 58.6  # 23 degrees of freedom, one in 10,000; the seed is fixed, so it never wavers


def test_two_purposes_or_two_seeds_give_different_streams() -> None:
    streams = [Draw(SEED, "items"), Draw(SEED, "item"), Draw(SEED, ""), Draw(bytes(32), "items")]
    assert len({stream.octets(16) for stream in streams}) == len(streams)


def test_an_opaque_id_is_made_of_lower_case_base32() -> None:
    draw = Draw(SEED, "ids")
    tokens = [draw.token("o", 5) for _ in range(200)]
    assert all(re.fullmatch("o[a-z2-7]{5}", token) for token in tokens)
    assert len(set(tokens)) == len(tokens)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Draw(b"short", "items")
    with pytest.raises(ValueError, match="below 0"):
        Draw(SEED, "items").below(0)
