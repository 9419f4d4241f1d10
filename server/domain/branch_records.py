"""Records of a sign-in that only another history of the room knows, of somebody who sits elsewhere here. Pure."""

from __future__ import annotations

from server.domain import run_acts
from server.domain.event import Event
from server.domain.events import LateRecorded
from server.domain.values import LateWhy
from server.protocol.records import PaperRecord, SubmitPart


def other_branch(attempt_id: str, record: PaperRecord, believed_at_ms: int) -> Event:
    """Two servers had this candidate on two machines at once: which of two words counts, an official says."""
    return LateRecorded(
        attempt_id=attempt_id,
        generation=record.generation,
        part=record.part,
        what=record.KIND,
        item_id=getattr(record, "item_id", None),
        response=run_acts.late_response(record),
        responses_sha256=record.responses_sha256 if isinstance(record, SubmitPart) else None,
        made_at_ms=record.made_at_ms,
        believed_at_ms=believed_at_ms,
        uncertainty_ms=record.uncertainty_ms,
        why=LateWhy.OTHER_BRANCH,
    )
