"""Whether the standby is in step, from what the link sees of it. Pure; instants are of the primary's monotonic clock in ms.

    alone ──caught up for `after_ms`──▶ both ──silent for GONE_MS, or slow for SLOW_FOR_MS──▶ alone

A standby that was never lost since this server began has nothing to prove and joins as soon as it has caught up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from server.domain.values import StandbyWhy

GONE_MS = 2_000
SLOW_MS = 250  # from a batch's leaving to the word that it is on the standby's disk …
SLOW_FOR_MS = 5_000  # … and all of them that slow for so long: a disk or a network that drags the room down
IN_STEP_MS = 30_000  # a standby that was lost stays in step for so long before the room waits for it again
BEHIND_MS = 1_000  # older than this and not on the standby's disk: it is not in step


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """What is known of the link. `both`: the room waits for the standby before it acknowledges."""

    both: bool = False
    ever_lost: bool = False
    in_step_since_ms: int | None = None
    slow_since_ms: int | None = None


def in_step(health: LinkHealth, now_ms: int) -> LinkHealth:
    """The standby has everything that is older than BEHIND_MS."""
    since = now_ms if health.in_step_since_ms is None else health.in_step_since_ms
    enough = not health.ever_lost or now_ms - since >= IN_STEP_MS
    return replace(health, in_step_since_ms=since, both=health.both or enough)


def out_of_step(health: LinkHealth) -> LinkHealth:
    """It has not, or nobody knows; a room that waits for it goes on waiting until it is `lost`."""
    return replace(health, in_step_since_ms=None)


def held(health: LinkHealth, took_ms: int, now_ms: int) -> LinkHealth:
    """A batch was on the standby's disk `took_ms` after it left."""
    if took_ms <= SLOW_MS:
        return replace(health, slow_since_ms=None) if health.slow_since_ms is not None else health
    return health if health.slow_since_ms is not None else replace(health, slow_since_ms=now_ms - took_ms)


def lost_by(health: LinkHealth, silent_ms: int, now_ms: int) -> StandbyWhy | None:
    """Why the room stops waiting for the standby now; None while it need not, or does not wait."""
    if not health.both:
        return None
    if silent_ms >= GONE_MS:
        return StandbyWhy.GONE
    slow = health.slow_since_ms is not None and now_ms - health.slow_since_ms >= SLOW_FOR_MS
    return StandbyWhy.SLOW if slow else None


def lost(health: LinkHealth) -> LinkHealth:
    """The room goes on alone."""
    return LinkHealth(both=False, ever_lost=True)
