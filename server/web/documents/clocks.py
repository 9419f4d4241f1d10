"""What the time accounts of documents are made of, taken from the room that answers now."""

from __future__ import annotations

from question_bank.phrase import phrase
from server.live.sitting_service import Sitting
from server.web.context import now_ms, room
from server.web.documents.render import in_words
from server.web.documents.time_sheet import Clocks


def clocks_of(sitting: Sitting) -> Clocks:
    """What accounts are made of now."""
    names = {one.officer_id: one.full_name for one in room().store.officers.everyone()}
    entries = {one.candidate_id: one.entry for one in room().store.candidates.of_sitting(sitting.sitting_id)}
    system = in_words(phrase("the system"))
    return Clocks(sitting.state, entries, lambda one: system if one is None else names.get(one, one), now_ms())
