"""Duplicate, gap or conflict? And when to try again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

RETRY_FIRST_MS = 250
RETRY_MOST_MS = 4_000  # a room's server is back within seconds; longer waits only lengthen the reconnect storm


class Place(Enum):
    """Where a delivered number stands in its stream."""

    NEXT = auto()
    SEEN = auto()  # at or before what is held: compare the digests
    GAP = auto()


@dataclass(frozen=True, slots=True)
class Stream:
    """What is held of a stream: every number from 1 to `contiguous`; `sha256` is the digest of that one, b"" for 0."""

    contiguous: int
    sha256: bytes


EMPTY = Stream(0, b"")


@dataclass(frozen=True, slots=True)
class Diverged:
    """The server holds something else under number `seq` than this outbox does: an incident, nothing is deleted."""

    seq: int


def place(stream: Stream, seq: int) -> Place:
    """Where number `seq` (from 1) stands."""
    if seq <= stream.contiguous:
        return Place.SEEN
    return Place.NEXT if seq == stream.contiguous + 1 else Place.GAP


def resend_from(held: Stream, last_seq: int, own_sha256_there: bytes) -> int | Diverged:
    """The first number an outbox with numbers 1 to `last_seq` must send, given what the server says it holds.

    `own_sha256_there` is the outbox's own digest of record `held.contiguous` (b"" when that is 0 or not there).
    """
    if held.contiguous > last_seq or (held.contiguous and held.sha256 != own_sha256_there):
        return Diverged(held.contiguous)
    return held.contiguous + 1


def retry_delay_ms(tries: int, chance: int) -> int:
    """How long to wait before try `tries` + 1: doubling, with up to half taken off so that 300 kiosks spread out.

    `tries` counts failures so far, from 1; `chance` is any number drawn by the caller.
    """
    longest = min(RETRY_MOST_MS, RETRY_FIRST_MS << min(tries - 1, 16)) if tries > 0 else 0
    return longest - chance % (longest // 2 + 1)
