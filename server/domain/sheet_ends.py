"""Ends of parts that an officer of another server ordered: when they were, and that they are done once the part has ended. Pure.

A seat sheet may show a candidate in a later part, while the one before has not ended here: it is listed as an order, since the
answers come in first (docs/seat-sheet.md).
"""

from __future__ import annotations

from server.domain.standby_events import BranchOrderKept
from server.domain.standby_evolution import settled_orders
from server.domain.state import Attempt, PartAttempt, SittingState

CLOSED_THERE = "seat_closed/1"


def left_at_ms(state: SittingState, attempt: Attempt, part: PartAttempt) -> int | None:
    """When the candidate had left this part for a later one, at the latest; None while they have not.

    Nobody works on a part after its end: the end's own instant where it is known, else that of the later part's start.
    """
    later = [one.ledger.opened_at_ms for one in attempt.parts.values() if one.part > part.part]
    if not later:
        return None
    ends = [one.at_ms for found in state.standby.records.values() for one in found if _ends(one, attempt, part)]
    return min([*ends, *later])


def without_ends(state: SittingState, attempt: Attempt, part: PartAttempt) -> SittingState:
    """What had ended this part elsewhere waits for nobody any more: it has ended here."""
    return settled_orders(state, lambda order: _ends(order, attempt, part))


def _ends(order: BranchOrderKept, attempt: Attempt, part: PartAttempt) -> bool:
    if order.ordered != CLOSED_THERE or order.attempt_id != attempt.attempt_id:
        return False
    later = [one.ledger.opened_at_ms for one in attempt.parts.values() if one.part > part.part]
    return part.ledger.opened_at_ms <= order.at_ms <= min(later, default=order.at_ms)
