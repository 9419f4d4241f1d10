"""“Disk full in …”: from the observed growth, silent where nothing can be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.disk_forecast import FURTHEST_MS, MAX_SAMPLES, History, full_in_ms

MIB = 2**20


def filling(bytes_a_s: int, free: int = 1000 * MIB, count: int = 30, every_ms: int = 10_000) -> list[tuple[int, int]]:
    """So many samples of a disk that loses so much a second."""
    return [(n * every_ms, free - bytes_a_s * n * every_ms // 1000) for n in range(count)]


def test_a_disk_that_fills_evenly_is_foretold_to_the_second() -> None:
    samples = filling(MIB)
    now_ms, free = samples[-1]
    assert full_in_ms(samples, now_ms) == pytest.approx(free / MIB * 1000, abs=1000)
    assert full_in_ms(samples, now_ms, keep_bytes=100 * MIB) == pytest.approx((free / MIB - 100) * 1000, abs=1000)
    assert full_in_ms(samples, now_ms + 7_000) == pytest.approx(free / MIB * 1000 - 7_000, abs=1000)


@pytest.mark.parametrize(
    "samples",
    [
        [],
        filling(MIB, count=3),  # too few
        filling(MIB, every_ms=100),  # too short
        filling(0),
        filling(-MIB),  # somebody makes space
        filling(100),  # a log
        filling(2000, free=10**12),  # in years
    ],
)
def test_where_nothing_can_be_said_nothing_is(samples: list[tuple[int, int]]) -> None:
    assert full_in_ms(samples, samples[-1][0] if samples else 0) is None


def test_a_full_disk_is_full_now() -> None:
    assert full_in_ms([(0, 5)], 0, keep_bytes=8) == 0


def test_one_large_file_that_came_and_went_is_no_growth() -> None:
    samples = filling(0)
    samples[14] = (samples[14][0], 10 * MIB)
    assert full_in_ms(samples, samples[-1][0]) is None


def test_a_copy_that_has_begun_is_noticed_within_minutes() -> None:
    calm, copying = filling(0, count=10), filling(20 * MIB, free=100_000 * MIB, count=40)
    shift = calm[-1][0] + 10_000
    samples = [(at, 100_000 * MIB) for at, _ in calm] + [(at + shift, free) for at, free in copying]
    left = full_in_ms(samples, samples[-1][0])
    assert left is not None
    assert left == pytest.approx(samples[-1][1] / (20 * MIB) * 1000, rel=0.3)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**13)), max_size=200), st.integers(0, 10**8))
def test_any_history_gives_a_bounded_answer(seen: list[tuple[int, int]], now_ms: int) -> None:
    history = History()
    for at_ms, free in seen:
        history = history.seen(at_ms, free)
    assert len(history.samples) <= MAX_SAMPLES
    assert list(history.samples) == sorted(set(history.samples), key=lambda one: one[0])
    left = full_in_ms(history.samples, now_ms)
    assert left is None or 0 <= left <= FURTHEST_MS
