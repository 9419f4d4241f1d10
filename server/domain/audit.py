"""Does an event agree with the state it was decided on? What `verify` asks beside the chain. Pure."""

from __future__ import annotations

from server.domain.event import Event
from server.domain.events import SeatClosed, SeatSubmitted
from server.domain.state import SittingState
from server.protocol.receipt import receipt_code, responses_sha256


def objection(state: SittingState, event: Event) -> str | None:
    """Why the event cannot have been decided on this state, or None.

    Looked at: that the digest and the receipt of an ended part are those of the responses held just before.
    """
    if not isinstance(event, SeatSubmitted | SeatClosed):
        return None
    attempt = state.attempts.get(event.attempt_id)
    part = attempt.parts.get(event.part) if attempt is not None else None
    if part is None:
        return "an attempt that was never started has ended"
    if part.finish is not None:
        return "a part has ended twice"
    digest = responses_sha256(event.attempt_id, event.part, part.responses)
    if digest.hex() != event.responses_sha256 or receipt_code(digest) != event.receipt:
        return "the receipt is not of the responses held"
    return None
