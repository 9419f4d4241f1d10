"""The end of a sitting: is everybody's work in every copy, who closes it, and what can be taken away then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.canonical import encode
from question_bank.phrase import phrase
from server.domain.commands import CloseSitting
from server.domain.names import tidy
from server.domain.rights import Right, may
from server.domain.values import PartStage, SittingStage
from server.live.backups import FAULTS
from server.live.closing import ClosingState, closing_state, with_copies
from server.live.sitting_service import Sitting
from server.result.container import SUFFIX
from server.result.sources import ResultError, sources
from server.result.writing import write_bundle
from server.web import acts, sessions
from server.web.access import needs
from server.web.closing_wording import WHYS
from server.web.context import room
from server.web.language import say, say_error

blueprint = Blueprint("closing", __name__)

MAX_REASON = 500
RESULTS = "results"  # in the room's folder: made anew each time, and of the same bytes
CHUNK_BYTES = 1 << 18


@blueprint.get("/closing")
@needs(Right.SEE_ROOM)
def page() -> str:
    """Where everybody's work is, and what can be done."""
    return _page()


@blueprint.post("/closing")
@needs(Right.CLOSE_SITTING)
def close() -> Response | tuple[str, int]:
    """Close the sitting's journal, by this officer; while copies are missing only with a reason."""
    officer = sessions.current()
    reason = tidy(request.form.get("reason", ""))[:MAX_REASON]
    command = with_copies(room(), CloseSitting(officer.officer_id, reason))
    message = encode({"kind": "close_sitting", "args": {"reason": reason}, "officer_id": officer.officer_id})
    actor, source = sessions.actor(officer), acts.form_source()
    fault = acts.asked(lambda: room().order(actor, source, 1, command, message=message))
    if fault is not None:
        return _page(fault=say(fault), reason=reason), 409
    acts.done(phrase("The sitting is closed; its journal has ended."))
    return redirect(url_for("closing.page"), code=303)


@blueprint.get("/closing/result")
@needs(Right.EXPORT_RESULTS)
def result() -> Response | tuple[str, int]:
    """The signed bundle of the closed sitting; noted with who took it."""
    sitting = _sitting()
    found = sources(room().directory, room().identity, room().store, sitting.sitting_id)
    path = room().directory / RESULTS / f"{sitting.sitting_id}{SUFFIX}"
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        room().port.offload(lambda: write_bundle(found, path))
    except ResultError as error:
        return _page(fault=say_error(error)), 409
    acts.note("results_exported", f"{sitting.sitting_id} result")
    response = Response(_chunks(path), mimetype="application/octet-stream")
    response.content_length = path.stat().st_size
    response.headers.set("Content-Disposition", "attachment", filename=path.name)
    return response


def _chunks(path: Path) -> Iterator[bytes]:
    """A file, opened when it is sent, and never whole in memory."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _page(fault: str = "", reason: str = "") -> str:
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    state, officer = sitting.state, sessions.current()
    found = closing_state(room(), sitting)
    closed = state.stage is SittingStage.CLOSED
    begun = any(stage is not PartStage.WAITING for stage in state.parts)
    still = state.open_part is not None or any(one.running is not None for one in state.attempts.values())
    backups = room().backups
    status = None if backups is None else backups.status
    return render_template(
        "closing.html", found=found, closed=closed, begun=begun, still=still, head=sitting.head, fault=fault,
        rows=[(one, say(WHYS[one.why][0])) for one in found.missing], reasons=_reasons(found), reason=reason, backup=status,
        backup_fault=None if status is None or not status.fault else [say(words) for words in FAULTS[status.fault]],
        names=may(officer.role, Right.SEE_ROSTER), may_close=may(officer.role, Right.CLOSE_SITTING),
        may_export=may(officer.role, Right.EXPORT_RESULTS), may_print=may(officer.role, Right.PRINT_MINUTES),
        source=acts.form_source().hex(),
    )  # fmt: skip


def _reasons(found: ClosingState) -> list[tuple[int, str, str]]:
    """What keeps copies away, in the order of the list: of how many candidates, why, and what to do; 289 rows may have one cause."""
    counted = Counter(one.why for one in found.missing)
    return [(n, say(WHYS[why][0]), say(WHYS[why][1])) for why, n in counted.items()]


def _sitting() -> Sitting:
    sitting = room().sitting
    if sitting is None or sitting.state.stage is not SittingStage.CLOSED:
        abort(404)
    return sitting
