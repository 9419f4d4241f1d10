"""Instants and spans as pages and documents show them. Vietnam has one time zone and no summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def moment(at_ms: int) -> datetime:
    """An instant (ms since 1970 UTC) on the clocks of Vietnam."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(VIETNAM)


def clock(at_ms: int) -> str:
    """10:14:08."""
    return f"{moment(at_ms):%H:%M:%S}"


def day(at_ms: int) -> str:
    """20/11/2026."""
    return f"{moment(at_ms):%d/%m/%Y}"


def day_and_clock(at_ms: int) -> str:
    """20/11/2026 10:14."""
    return f"{moment(at_ms):%d/%m/%Y %H:%M}"


def span(ms: int) -> str:
    """41:07, or 1:02:41 from an hour on."""
    seconds = ms // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes:02}:{seconds % 60:02}"


def signed_span(ms: int) -> str:
    """A span that may be below zero: −00:06."""
    return f"−{span(-ms)}" if ms < 0 else span(ms)
