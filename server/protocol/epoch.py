"""Epochs and terms: which of two servers of one room is right, and what proves it. docs/standby.md."""

from __future__ import annotations

TERM_BITS = 20  # starts of one server in one term: a start every second would take twelve days
MAX_TERMS = 64  # a standby asks for one later term each time it has heard the primary again; more is somebody's noise
_TAG = b"examroom epoch v1\0"


def term_of(epoch: int) -> int:
    """How many promotions there had been when this epoch began."""
    return epoch >> TERM_BITS


def next_term(*epochs: int) -> int:
    """The first epoch of the term after those of all these epochs."""
    return (max(map(term_of, epochs), default=0) + 1) << TERM_BITS


def outranks(one: int, other: int) -> bool:
    """Whether a server of the first epoch is right where one of the second is not: a promotion lies between."""
    return term_of(one) > term_of(other)


def proof_text(room_id: str, epoch: int) -> bytes:
    """What the room's key signs to show that a server of this epoch exists."""
    return _TAG + room_id.encode() + b"\0" + epoch.to_bytes(8, "big")
