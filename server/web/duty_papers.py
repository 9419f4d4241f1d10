"""What is printed from the hall: the minute of a misconduct step, and the sheet of the shifts' handovers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort
from werkzeug import Response

from server.domain.rights import Right
from server.web import acts
from server.web.access import needs
from server.web.context import room
from server.web.documents.duty import handover_sheet_pdf, misconduct_pdf
from server.web.documents.letterhead import Letterhead
from server.web.documents.minutes import Facts
from server.web.papers import printed_letterhead, printed_sitting, sitting_facts
from server.web.uploads import pdf_response

blueprint = Blueprint("duty_papers", __name__)


@blueprint.get("/console/hall/misconduct/<misconduct_id>.pdf")
@needs(Right.PRINT_MINUTES)
def misconduct_minute(misconduct_id: str) -> Response:
    """The minute (biên bản) of one step, to be signed."""
    return _print("misconduct", lambda facts, head: misconduct_pdf(facts, head, misconduct_id))


@blueprint.get("/console/hall/handover.pdf")
@needs(Right.PRINT_MINUTES)
def handover_sheet() -> Response:
    """Every handover of this sitting, to be signed by both."""
    return _print("handover", handover_sheet_pdf)


def _print(name: str, make: Callable[[Facts, Letterhead], bytes | None]) -> Response:
    sitting, head = printed_sitting(), printed_letterhead()
    gathered = sitting_facts(sitting)
    pdf = room().port.offload(lambda: make(gathered(), head))
    if pdf is None:
        abort(404)
    acts.note("printed", f"{sitting.sitting_id} {name}")
    return pdf_response(pdf, f"{sitting.sitting_id}-{name}.pdf")
