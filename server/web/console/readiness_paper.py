"""The readiness sheet as a PDF."""

from __future__ import annotations

from flask import abort
from werkzeug import Response

from server.domain.rights import Right
from server.domain.values import SetName
from server.live.readiness_desk import digest_of
from server.web import acts
from server.web.access import needs
from server.web.console.before import seat_lines
from server.web.console.blueprint import blueprint
from server.web.console.server_lines import server_words
from server.web.context import now_ms, room
from server.web.documents.readiness_sheet import SheetFacts, readiness_sheet
from server.web.documents.render import in_words
from server.web.papers import printed_letterhead
from server.web.uploads import pdf_response
from server.web.wording import SETS


@blueprint.get("/before/sheet.pdf")
@needs(Right.SEE_ROOM)
def readiness_sheet_pdf() -> Response:
    """What was found, seat by seat, to be signed."""
    sitting = room().sitting
    if sitting is None:
        abort(404)
    found, rules, definition = seat_lines(sitting), room().readiness.rules(), sitting.definition
    facts = SheetFacts(
        room_name=room().identity.room_name,
        sitting_id=sitting.sitting_id,
        title=definition.title.vi,
        at_ms=now_ms(),
        build=rules.build,
        packages=[
            (in_words(SETS[name]), rules.packages.get(definition.package_of(name.value), "–")) for name in SetName
        ],
        servers=[(one.name, one.machine, one.like, [wrong for wrong, _, _ in one.said]) for one in server_words()],
        lines=found,
        officers={one.officer_id: one.full_name for one in room().store.officers.everyone()},
        head=sitting.head,
        digest=digest_of(rules, [one.report for one in found]),
    )
    head = printed_letterhead()
    pdf = room().port.offload(lambda: readiness_sheet(facts, head))
    acts.note("printed", f"{sitting.sitting_id} readiness")
    return pdf_response(pdf, f"{sitting.sitting_id}-readiness.pdf")
