"""Where the outboxes of this machine stand with the room: which go on, which wait for their sitting, which for people.

An outbox is decided on anew whenever the room says something new, so that nothing waits longer than its reason. A file
is never deleted here: a machine switched off at the end of a sitting keeps what it has until that sitting is served again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from client_kiosk.outbox import FIRST_SEQ, Outbox
from server.protocol import sequence
from server.protocol.situation import Situation


class Standing(StrEnum):
    """What becomes of an outbox now."""

    SENT = "sent"  # the room knows it, and it goes on where the room's holding ends
    RESTING = "resting"  # its sitting is not the one served: nothing is wrong, it waits
    HELD_BACK = "held_back"  # the served sitting knows it otherwise, or not at all: a matter for people


@dataclass(frozen=True, slots=True)
class Placed:
    """An outbox's standing, and for one that is sent the number after which to send."""

    standing: Standing
    after: int = FIRST_SEQ - 1


def placed(outbox: Outbox, situation: Situation) -> Placed:
    """Where this outbox stands by the room's word. Raises OutboxError when the disk cannot be read."""
    view = next((view for view in situation.streams if view.source == outbox.stream.source), None)
    if view is None:
        served = situation.sitting is not None and situation.sitting.sitting_id == outbox.stream.sitting_id
        return Placed(Standing.HELD_BACK if served else Standing.RESTING)
    held = sequence.Stream(view.contiguous, bytes.fromhex(view.sha256 or ""))
    own = bytes.fromhex(outbox.digest_of(view.contiguous) or "")
    # Number 1, the sign-in, is never in the file, so its digest cannot be compared here: the server's word stands.
    there = held.sha256 if view.contiguous < FIRST_SEQ else own
    start = sequence.resend_from(held, max(outbox.last_seq, FIRST_SEQ - 1), there)
    if isinstance(start, sequence.Diverged):
        return Placed(Standing.HELD_BACK)
    # A server killed between its commit and its ack holds records whose verdict nobody has heard: asked for again.
    return Placed(Standing.SENT, min(start, outbox.first_unsettled() or start) - 1)


def is_held(outbox: Outbox, situation: Situation) -> bool:
    """Whether the room holds this outbox to its last record, digest and all. Raises OutboxError."""
    view = next((view for view in situation.streams if view.source == outbox.stream.source), None)
    if view is None or view.contiguous < outbox.last_seq:
        return False
    return outbox.last_seq < FIRST_SEQ or outbox.digest_of(outbox.last_seq) == view.sha256
