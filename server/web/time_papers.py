"""Printed time accounts: one candidate's, and everybody's."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort
from werkzeug import Response

from server.domain.rights import Right
from server.domain.state import Attempt
from server.live.sitting_service import Sitting
from server.web import acts
from server.web.access import needs
from server.web.context import room
from server.web.documents.clocks import clocks_of
from server.web.documents.time_sheet import time_sheet
from server.web.papers import printed_letterhead
from server.web.uploads import pdf_response

blueprint = Blueprint("time_papers", __name__)


@blueprint.get("/papers/time.pdf")
@needs(Right.PRINT_MINUTES)
def everybody() -> Response:
    """Every candidate's account."""
    sitting = _sitting()
    attempts = [one for one in sitting.state.attempts.values() if one.parts]
    return _print(sitting, attempts, f"{sitting.sitting_id}-time.pdf")


@blueprint.get("/papers/time/<attempt_id>.pdf")
@needs(Right.PRINT_MINUTES)
def candidate(attempt_id: str) -> Response:
    """One candidate's account."""
    sitting = _sitting()
    attempt = sitting.attempt(attempt_id)
    if attempt is None or not attempt.parts:
        abort(404)
    entry = room().entry(attempt.candidate_id)
    return _print(sitting, [attempt], f"{sitting.sitting_id}-time-{entry.sbd if entry else attempt_id}.pdf")


def _print(sitting: Sitting, attempts: Sequence[Attempt], name: str) -> Response:
    clocks, head, title = clocks_of(sitting), printed_letterhead(), sitting.definition.title.vi
    pdf = room().port.offload(lambda: time_sheet(title, clocks, attempts, head))
    acts.note("printed", f"{sitting.sitting_id} time {len(attempts)}")
    return pdf_response(pdf, name)


def _sitting() -> Sitting:
    sitting = room().sitting
    if sitting is None:
        abort(404)
    return sitting
