"""Access codes: made for a whole sitting and printed as slips, or made anew for one candidate with a reason."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.phrase import phrase
from server.domain import access_codes
from server.domain.commands import RecordCodeReissue
from server.domain.names import tidy
from server.domain.rights import Right
from server.live.sitting_service import Sitting
from server.store.candidates import Candidate
from server.web import acts, sessions
from server.web.access import needs
from server.web.context import now_ms, room, web
from server.web.documents.slips import CodeSlip, code_slips
from server.web.handouts import UNPRINTED_SETS
from server.web.language import say
from server.web.roster import MAX_REASON, SORTS
from server.web.uploads import pdf_response

blueprint = Blueprint("codes", __name__)

FILE_NAME = "codes.pdf"


@blueprint.get("/codes")
@needs(Right.PRINT_CODES)
def page() -> str:
    """How many candidates have a code, and how to make the rest."""
    return _page()


@blueprint.post("/codes")
@needs(Right.PRINT_CODES)
def make() -> Response | tuple[str, int]:
    """Make codes for those without one, or for everybody anew while nobody has signed in."""
    sitting = _sitting()
    everyone = sorted(room().store.candidates.of_sitting(sitting.sitting_id), key=SORTS[_order()])  # type: ignore[arg-type]
    anew = request.form.get("who") == "everyone"
    if anew and sitting.state.attempts:
        fault = phrase("Candidates have signed in: make a new code for one candidate at a time, with a reason.")
        return _page(fault=say(fault)), 409
    have = room().store.candidates.with_code(sitting.sitting_id)
    chosen = [one for one in everyone if anew or one.candidate_id not in have]
    if not chosen:
        return _page(fault=say(phrase("Every candidate has a code already."))), 409
    if len(chosen) > 1 and not web().handouts.may_make_a_set(sessions.current().officer_id, now_ms()):
        return _page(fault=say(UNPRINTED_SETS)), 409
    _issue(sitting, chosen, "")
    acts.note("codes_made", f"{sitting.sitting_id} {len(chosen)}")
    return redirect(url_for("codes.page"), code=303)


@blueprint.post("/codes/<candidate_id>")
@needs(Right.REISSUE_CODE)
def reissue(candidate_id: str) -> Response | tuple[str, int]:
    """Give one candidate a new code; the old one is dead from now on, and the reason is in the journal."""
    sitting, candidate = _sitting(), room().store.candidates.by_id(candidate_id)
    if candidate is None or candidate.sitting_id != sitting.sitting_id:
        abort(404)
    reason = tidy(request.form.get("reason", ""))[:MAX_REASON]
    if len(reason) < 3:
        return _page(fault=say(phrase("Write the reason: it prints in the minutes."))), 422
    refused = acts.order(RecordCodeReissue(candidate_id, reason, sessions.current().officer_id))
    if refused is not None:
        return _page(fault=say(refused)), 409
    _issue(sitting, [candidate], reason)
    acts.done(phrase("A new code was made; an older one no longer works. Print the slip below."))
    return redirect(url_for("codes.page"), code=303)


@blueprint.get("/codes/slips/<token>")
@needs(Right.PRINT_CODES)
def slips(token: str) -> Response:
    """The slips that were just made, for who made them."""
    found = web().handouts.take(token, sessions.current().officer_id, now_ms())
    if found is None:
        abort(404)
    return pdf_response(found.pdf, found.file_name)


def _page(fault: str = "") -> str:
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    waiting = web().handouts.of(sessions.current().officer_id, now_ms())
    return render_template(
        "codes.html", count=room().store.candidates.count(sitting.sitting_id), signed_in=len(sitting.state.attempts),
        have=len(room().store.candidates.with_code(sitting.sitting_id)), fault=fault,
        waiting=[one for one in waiting if one.file_name == FILE_NAME],
    )  # fmt: skip


def _issue(sitting: Sitting, candidates: Sequence[Candidate], reason: str) -> None:
    """Make, store and print codes: the PDF first, so that no stored code was never printed."""
    key, by = room().identity.access_code_key, sessions.current().officer_id
    codes = [(one, access_codes.new_code(secrets.randbelow)) for one in candidates]
    title, name = sitting.definition.title.vi, room().identity.room_name
    pdf = room().port.offload(lambda: code_slips(name, title, [CodeSlip(one.entry, code) for one, code in codes]))
    hashes = [
        (one.candidate_id, access_codes.keyed_hash(key, sitting.sitting_id, one.candidate_id, code))
        for one, code in codes
    ]
    room().store.candidates.issue_codes(hashes, by, now_ms(), reason)
    web().handouts.keep(by, FILE_NAME, len(codes), pdf, now_ms())


def _order() -> str:
    wanted = request.form.get("order", "sbd")
    return wanted if wanted in SORTS else "sbd"


def _sitting() -> Sitting:
    sitting = room().sitting
    if sitting is None:
        abort(404)
    return sitting
