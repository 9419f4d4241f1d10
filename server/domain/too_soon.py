"""Whether a candidate's record speaks of a start that only another server knew, so that no verdict may be final yet. Pure.

A verdict stands for ever. So a record of a part, or of a paper, that this server may still be told of gets none: its
machine keeps it, and shows it again until a seat sheet or an officer's order has brought that start here.
"""

from __future__ import annotations

from server.domain.reserve_acts import of_the_replaced
from server.domain.state import SittingState
from server.protocol.records import CandidateRecord, PaperRecord, SubmitPart


def too_soon(state: SittingState, record: CandidateRecord, source: str) -> bool:
    """Whether the part was not started here, or the record was made on a paper that took the place of the one here.

    Never in a room that had one server from its beginning. What was made before the candidate's passage here began belongs
    to no later paper: it is judged as it stands.
    """
    if not (_may_lack_starts(state) or source in state.standby.seats):
        return False
    part_index = getattr(record, "part", None)
    attempt = state.attempts.get(state.standby.seats.get(source, record.attempt_id))
    if attempt is None or not isinstance(part_index, int) or part_index >= len(state.parts):
        return False
    part = attempt.parts.get(part_index)
    if part is None:
        return True
    if not isinstance(record, PaperRecord):
        return False
    if record.made_at_ms < part.ledger.opened_at_ms or of_the_replaced(attempt, record) is not None:
        return False
    start = part.ledger.opened_at_ms
    if any(
        (who, index) == (attempt.attempt_id, part_index) and at_ms > start
        for who, index, at_ms in state.sheets.disputed
    ):
        return False  # a later start than the one here was told to an official, and is not in force
    if isinstance(record, SubmitPart):
        return record.form_id not in (None, part.form_id)
    return state.item(part.section_id, record.item_id) is None


def _may_lack_starts(state: SittingState) -> bool:
    """Whether another server may have gone on after what this journal knows: a room put back, or one with two servers."""
    standby = state.standby
    known = standby.server_id is not None or standby.term_began_ms is not None
    return known or state.result.restored_at_ms is not None
