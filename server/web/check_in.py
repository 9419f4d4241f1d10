"""The check-in table: three hundred people past one desk, by keyboard."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.phrase import phrases
from server.domain.commands import RecordAttendance
from server.domain.names import search_key
from server.domain.rights import Right
from server.domain.state import Presence
from server.domain.values import Attendance
from server.live.definition import read_definition
from server.live.sitting_service import Sitting
from server.store.candidates import Candidate
from server.web import acts, sessions
from server.web.access import needs
from server.web.attendance import CHOICES, attendance_marks, choice_of
from server.web.context import room
from server.web.language import say
from server.web.layout import in_language
from server.web.roster import SORTS

blueprint = Blueprint("check_in", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate at the table; `search` is folded text."""

    candidate: Candidate
    search: str
    presence: Presence | None

    @property
    def choice(self) -> str:
        """What was noted last, as a button's value."""
        return choice_of(self.presence)


@blueprint.get("/check-in")
@needs(Right.CHECK_IN)
def page() -> str:
    """Everybody of this sitting, and those of the room's other sittings who may come to this door."""
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    store, attendance = room().store.candidates, sitting.state.attendance
    everyone = sorted(store.of_sitting(sitting.sitting_id), key=SORTS["sbd"])  # type: ignore[arg-type]
    lines = [Line(one, _search(one), attendance.get(one.candidate_id)) for one in everyone]
    elsewhere = [Line(one, _search(one), None) for one in store.elsewhere(sitting.sitting_id)]
    return render_template(
        "check_in.html", lines=lines, elsewhere=elsewhere, titles=_titles(elsewhere), counts=_counts(sitting, len(lines)),
        marks=attendance_marks(),
    )  # fmt: skip


@blueprint.post("/check-in/<candidate_id>")
@needs(Right.CHECK_IN)
def record(candidate_id: str) -> Response | tuple[Response, int]:
    """Note what the table saw of one candidate; answers in JSON when the page's own script asks."""
    sitting, candidate = room().sitting, room().store.candidates.by_id(candidate_id)
    choice = CHOICES.get(request.form.get("choice", ""))
    if sitting is None or candidate is None or candidate.sitting_id != sitting.sitting_id or choice is None:
        abort(404)
    state, identity_seen = choice
    refused = acts.order(RecordAttendance(candidate_id, state, identity_seen, sessions.current().officer_id))
    if request.accept_mimetypes.best != "application/json":
        return redirect(url_for("check_in.page"), code=303)
    if refused is not None:
        return jsonify(refused=say(refused)), 409
    return jsonify(_picture(sitting))


@blueprint.post("/check-in/close")
@needs(Right.CHECK_IN)
def close() -> Response:
    """Note everybody who has not come as absent; each can still be changed."""
    sitting = room().sitting
    if sitting is None:
        abort(404)
    missing = [
        one.candidate_id
        for one in room().store.candidates.of_sitting(sitting.sitting_id)
        if not _is_noted(sitting, one.candidate_id) and sitting.state.attempt_of(one.candidate_id) is None
    ]
    officer_id = sessions.current().officer_id
    for candidate_id in missing:
        command = RecordAttendance(candidate_id, Attendance.ABSENT, False, officer_id)
        refused = acts.order(command, source=secrets.token_bytes(16))
        if refused is not None:
            acts.done(refused)
            return redirect(url_for("check_in.page"), code=303)
    acts.done(phrases("%(n)s candidate noted as absent.", "%(n)s candidates noted as absent.", len(missing)))
    return redirect(url_for("check_in.page"), code=303)


def _is_noted(sitting: Sitting, candidate_id: str) -> bool:
    presence = sitting.state.attendance.get(candidate_id)
    return presence is not None and presence.state is not Attendance.EXPECTED


def _picture(sitting: Sitting) -> dict[str, object]:
    """Everything the table knows, so that two desks agree after every click: each one's choice, the mark
    of each choice, and the counts."""
    attendance = sitting.state.attendance
    choices = {candidate_id: choice_of(presence) for candidate_id, presence in attendance.items()}
    counts = _counts(sitting, room().store.candidates.count(sitting.sitting_id))
    return {"marks": attendance_marks(), "choices": choices, "counts": counts}


def _counts(sitting: Sitting, everyone: int) -> dict[str, int]:
    found = {state.value: 0 for state in Attendance}
    for presence in sitting.state.attendance.values():
        found[presence.state.value] += 1
    found["expected"] = everyone - sum(found[state.value] for state in Attendance if state is not Attendance.EXPECTED)
    return found


def _search(candidate: Candidate) -> str:
    return search_key(f"{candidate.entry.sbd} {candidate.entry.full_name}")


def _titles(lines: list[Line]) -> dict[str, str]:
    """The title of each other sitting, by its id."""
    found = {}
    for sitting_id in {line.candidate.sitting_id for line in lines}:
        row = room().store.sittings.by_id(sitting_id)
        definition = read_definition(row.definition) if row is not None else []
        found[sitting_id] = sitting_id if isinstance(definition, list) else in_language(definition.title)
    return found
