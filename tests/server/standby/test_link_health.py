"""When the room waits for its standby, and when it does not any more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.domain import link_health
from server.domain.link_health import GONE_MS, IN_STEP_MS, SLOW_FOR_MS, SLOW_MS, LinkHealth
from server.domain.values import StandbyWhy


def test_a_standby_that_was_never_lost_joins_as_soon_as_it_has_everything() -> None:
    assert link_health.in_step(LinkHealth(), 1_000).both


def test_one_that_was_lost_stays_in_step_for_thirty_seconds_first() -> None:
    health = link_health.lost(link_health.in_step(LinkHealth(), 0))
    health = link_health.in_step(health, 10_000)
    assert not link_health.in_step(health, 10_000 + IN_STEP_MS - 1).both
    assert link_health.in_step(health, 10_000 + IN_STEP_MS).both


def test_falling_out_of_step_begins_the_thirty_seconds_anew() -> None:
    health = link_health.in_step(link_health.lost(LinkHealth()), 0)
    health = link_health.in_step(link_health.out_of_step(health), 20_000)
    assert not link_health.in_step(health, IN_STEP_MS + 10_000).both


def test_silence_for_two_seconds_is_a_loss_only_where_the_room_waits() -> None:
    assert link_health.lost_by(LinkHealth(both=True), GONE_MS, 0) is StandbyWhy.GONE
    assert link_health.lost_by(LinkHealth(both=True), GONE_MS - 1, 0) is None
    assert link_health.lost_by(LinkHealth(both=False), 10 * GONE_MS, 0) is None


def test_slow_words_for_five_seconds_are_a_loss_and_one_quick_word_forgives_them() -> None:
    health = link_health.held(LinkHealth(both=True), SLOW_MS + 1, 1_000)
    later = 1_000 - SLOW_MS - 1 + SLOW_FOR_MS
    assert link_health.lost_by(health, 0, later) is StandbyWhy.SLOW
    assert link_health.lost_by(health, 0, later - 1) is None
    forgiven = link_health.held(health, SLOW_MS, later - 1)
    assert link_health.lost_by(forgiven, 0, later + SLOW_FOR_MS) is None


@given(
    st.lists(st.tuples(st.sampled_from(["in", "out", "quick", "slow", "lost"]), st.integers(1, 20_000)), max_size=40)
)
def test_the_room_never_waits_for_a_lost_standby_before_it_was_in_step_for_thirty_seconds(
    steps: list[tuple[str, int]],
) -> None:
    health, now, since, lost_once = LinkHealth(), 0, None, False
    for what, after in steps:
        now += after
        waited = health.both
        match what:
            case "in":
                since = now if since is None else since
                health = link_health.in_step(health, now)
            case "out":
                since = None
                health = link_health.out_of_step(health)
            case "quick" | "slow":
                health = link_health.held(health, 1 if what == "quick" else 10 * SLOW_MS, now)
            case _:
                since, lost_once = None, True
                health = link_health.lost(health)
        if lost_once and health.both and not waited:
            assert since is not None
            assert now - since >= IN_STEP_MS
