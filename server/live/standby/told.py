"""What a standby has told of itself, as the primary keeps it: its facts, and that its disk takes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from server.live.disk_keeper import FULL_BYTES, RESERVE_BYTES
from server.live.disks import DiskStanding
from server.live.standby.frames import Frame
from server.protocol.machine import DiskState
from server.protocol.shape import Malformed
from server.protocol.standby_messages import StandbyTells

WHOLE_BYTES = RESERVE_BYTES + 4 * FULL_BYTES  # free: above it a full disk is no trouble any more
FACTS_VERSION = 1  # a word of another version is passed over: that standby has told nothing


@dataclass(frozen=True, slots=True)
class Told:
    """The standby's own words. `at_ms`: room time when they came; `clock_off_ms`: its room time less this server's then;
    `disk_since_ms`: since when its disk stands as it does.
    """

    said: StandbyTells
    at_ms: int
    clock_off_ms: int | None
    disk_since_ms: int


@dataclass(frozen=True, slots=True)
class Short:
    """The standby's disk takes nothing: what is free there, and how much is to be made free. `since_ms`: room time."""

    free_bytes: int
    need_bytes: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class LinkView:
    """The standby as consoles show it. `behind_ms`: how old the oldest thing is that it has not; None when unheard.

    `connected`: it speaks with this server, whether or not it takes records (`short`: its disk takes none).
    `other_build`: a standby of another version was turned away.
    """

    server_id: str | None
    address: str | None
    connected: bool
    both: bool
    behind_ms: int | None
    told: Told | None = None
    short: Short | None = None
    other_build: str | None = None


def told(frame: Frame, before: Told | None, room_ms: int) -> Told | None:
    """What a `facts` frame says, else what was said `before`: one of another version says nothing.

    Raises ValueError for what breaks its bounds.
    """
    if frame.head.get("v") != FACTS_VERSION:
        return before
    said = StandbyTells.parse(frame.head.get("facts"))
    if isinstance(said, Malformed):
        raise ValueError(f"facts.{said.where}: {said.why}")
    estimate_ms = said.machine.estimate_at_ms
    same = before is not None and before.said.disk is said.disk
    since_ms = before.disk_since_ms if before is not None and same else room_ms
    return Told(said, room_ms, None if estimate_ms is None else estimate_ms - room_ms, since_ms)


def disk_standing(found: Told | None, full: Short | None) -> DiskStanding | None:
    """The standby's disk as consoles show it; None while nothing is known of it.

    `need_bytes` of a full disk is what brings its reserve back too, not the little that it goes on with.
    """
    if full is not None:
        need = max(full.need_bytes, WHOLE_BYTES - full.free_bytes)
        return DiskStanding(DiskState.FULL, full.free_bytes, None, full.since_ms, need)
    if found is None:
        return None
    said = found.said
    need = max(0, WHOLE_BYTES - said.machine.disk_free_bytes) if said.disk is DiskState.FULL else 0
    return DiskStanding(said.disk, said.machine.disk_free_bytes, said.disk_full_in_ms, found.disk_since_ms, need)


def short(frame: Frame, before: Short | None, room_ms: int) -> Short:
    """What a `cannot` frame says. Raises ValueError."""
    since_ms = room_ms if before is None else before.since_ms
    return Short(frame.number("free_bytes"), frame.number("need_bytes"), since_ms)
