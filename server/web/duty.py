"""In the hall: who has seen what was said, incidents and further notes, misconduct, corrections of items, handovers."""

from __future__ import annotations

import secrets
from typing import TypeAlias

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.erratum import Erratum, ErratumFault, read_erratum
from question_bank.phrase import Phrase, phrase
from server.domain import compensation, late_bucket
from server.domain.hall_commands import (
    AddToIncident,
    HandOverShift,
    RecordMisconduct,
    ReleaseErratum,
    WithdrawErratum,
    WithdrawMisconduct,
)
from server.domain.rights import Right
from server.live.sitting_service import Sitting
from server.store.officers import Officer
from server.web import acts, sessions
from server.web.access import needs
from server.web.authenticate import SECOND_NAME, Unproven, second_officer
from server.web.context import now_ms, room
from server.web.duty_view import duty_view
from server.web.language import say

blueprint = Blueprint("duty", __name__)

MAX_NOTE = 2_000
MAX_ERRATUM_TEXT = 20_000  # characters pasted: a file has at most 16 KiB

Answer: TypeAlias = "Response | str | tuple[str, int]"

ERRATA: dict[ErratumFault, Phrase] = {
    ErratumFault.NOT_ONE: phrase("This is no correction: paste the whole file that examroom-bank erratum wrote."),
    ErratumFault.NOT_SIGNED: phrase("This correction is not signed by the committee of this sitting."),
}


@blueprint.get("/console/hall")
@needs(Right.SEE_ROOM)
def page() -> str:
    """What was said and who has seen it, what happened, and what the next shift finds open."""
    return _page()


@blueprint.post("/console/hall/incident/<seq>")
@needs(Right.RECORD_INCIDENT)
def add_note(seq: str) -> Answer:
    """Add a note to an incident; the incident itself is never changed."""
    if not seq.isascii() or not seq.isdigit() or len(seq) > 12:
        abort(404)
    command = AddToIncident(int(seq), _text("note"), sessions.current().officer_id)
    return _after(acts.order(command), phrase("The note stands beside the incident."), f"incident-{seq}")


@blueprint.post("/console/hall/misconduct")
@needs(Right.RUN_SITTING)
def misconduct() -> Answer:
    """Take a step against a candidate, by two officers where the rules ask for it."""
    sitting = _sitting()
    step = next((one for one in sitting.definition.misconduct if one.code == _text("step")), None)
    attempt_id = _attempt_at(sitting, _text("seat"))
    if step is None or attempt_id is None:
        return _page(
            phrase("Choose the step, and give a seat or candidate number where somebody has signed in."), "misconduct"
        ), 422
    officers = [sessions.current().officer_id]
    second: Officer | None = None
    if step.two_officers:
        found = second_officer(sessions.current(), Right.RUN_SITTING)
        if isinstance(found, Unproven):
            return _page(found.sentence, "misconduct"), 422
        second = found
        officers.append(found.officer_id)
    command = RecordMisconduct(f"x{secrets.token_hex(8)}", attempt_id, step, _text("note"), tuple(officers))
    return _after(
        acts.order(command, second), phrase("The step is recorded. Print its minute to be signed."), "misconduct"
    )


@blueprint.post("/console/hall/misconduct/<misconduct_id>/withdraw")
@needs(Right.RUN_SITTING)
def withdraw_misconduct(misconduct_id: str) -> Answer:
    """Take a step back, by two officers with a reason."""
    second = second_officer(sessions.current(), Right.RUN_SITTING)
    if isinstance(second, Unproven):
        return _page(second.sentence, misconduct_id), 422
    officers = (sessions.current().officer_id, second.officer_id)
    command = WithdrawMisconduct(misconduct_id[:64], _text("reason")[:200], officers)
    return _after(
        acts.order(command, second), phrase("The step is taken back. What it ended stays ended."), misconduct_id
    )


@blueprint.post("/console/hall/erratum")
@needs(Right.OPEN_PAPER)
def erratum() -> Answer:
    """Release a correction that the committee signed, by two officers."""
    sitting = _sitting()
    text = request.form.get("file", "")[:MAX_ERRATUM_TEXT]
    found = read_erratum(text.encode("utf-8", "replace"), sitting.definition.committee.raw)
    if not isinstance(found, Erratum):
        return _page(ERRATA[found], "erratum"), 422
    second = second_officer(sessions.current(), Right.OPEN_PAPER)
    if isinstance(second, Unproven):
        return _page(second.sentence, "erratum"), 422
    officers = (sessions.current().officer_id, second.officer_id)
    words = {"vi": found.text.vi, "en": found.text.en}
    command = ReleaseErratum(found.erratum_id, found.item_id, found.item_ref, words, found.sha256, officers)
    done = phrase(
        "The correction stands at its item on every screen. Time that it cost can be given on the map, with the cause “hall”."
    )
    return _after(acts.order(command, second), done, "erratum")


@blueprint.post("/console/hall/erratum/<erratum_id>/withdraw")
@needs(Right.OPEN_PAPER)
def withdraw_erratum(erratum_id: str) -> Answer:
    """Take a correction back, by two officers with a reason."""
    second = second_officer(sessions.current(), Right.OPEN_PAPER)
    if isinstance(second, Unproven):
        return _page(second.sentence, erratum_id), 422
    officers = (sessions.current().officer_id, second.officer_id)
    command = WithdrawErratum(f"w{secrets.token_hex(8)}", erratum_id[:64], _text("reason")[:200], officers)
    done = phrase(
        "The correction is taken back. Whoever has seen it is told; time that it cost can be given on the map, with the cause “hall”."
    )
    return _after(acts.order(command, second), done, erratum_id)


@blueprint.post("/console/hall/handover")
@needs(Right.RUN_SITTING)
def hand_over() -> Answer:
    """Hand the hall to a colleague, who signs for what is open."""
    sitting = _sitting()
    second = second_officer(sessions.current(), Right.RUN_SITTING)
    if isinstance(second, Unproven):
        return _page(second.sentence, "handover"), 422
    proposals = sum(1 for _ in compensation.proposals(sitting.state, now_ms()))
    late = sum(1 for _ in late_bucket.mattering(sitting.state))
    command = HandOverShift(sessions.current().officer_id, second.officer_id, proposals, late, _text("note"))
    done = phrase("Handed over. Print the sheet, and sign out: your colleague signs in.")
    return _after(acts.order(command, second), done, "handover")


# --- inside -----------------------------------------------------------------------------------------------------------


def _sitting() -> Sitting:
    sitting = room().sitting
    if sitting is None:
        abort(404)
    return sitting


def _attempt_at(sitting: Sitting, where: str) -> str | None:
    """Whose attempt is meant by a seat's name or a candidate number, as people type them; None also when it may be two's.

    At a seat sits whoever signed in there last: others may have handed in there before.
    """
    wanted = where.casefold()
    attempts = [one for one in sitting.state.attempts.values() if wanted]
    seated = [one for one in attempts if one.seat.seat_label.casefold() == wanted]
    found = {max(seated, key=lambda one: one.seat.at_ms).attempt_id} if seated else set()
    for attempt in attempts:
        entry = room().entry(attempt.candidate_id)
        if entry is not None and entry.sbd.casefold() == wanted:
            found.add(attempt.attempt_id)
    return found.pop() if len(found) == 1 else None


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[:MAX_NOTE]


def _after(refused: Phrase | None, done: Phrase, at: str) -> Answer:
    if refused is not None:
        return _page(refused, at), 409
    acts.done(done)
    return redirect(url_for("duty.page"), code=303)


def _page(fault: Phrase | None = None, at: str = "") -> str:
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    return render_template(
        "console/duty.html", view=duty_view(sitting), fault="" if fault is None else say(fault), at=at,
        typed={name: _text(name) for name in ("note", "seat", "step", "reason")},
        second_name=request.form.get(SECOND_NAME, "")[:100],
    )  # fmt: skip
