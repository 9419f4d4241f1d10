"""The roster's pages: the list, one entry with its history, and changes by two officers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.phrase import phrase
from server.domain.names import search_key, tidy
from server.domain.rights import Right
from server.domain.roster import Entry, RosterProblem, RosterRules
from server.domain.roster_columns import Field
from server.domain.roster_reading import FORM_FIELDS, check_entry
from server.domain.values import RosterChange
from server.live.sitting_service import Sitting
from server.store.candidates import Candidate
from server.web import acts, sessions, times
from server.web.access import needs
from server.web.attendance import attendance_marks, choice_of
from server.web.authenticate import SECOND_NAME, Unproven, second_officer
from server.web.context import now_ms, room
from server.web.language import say
from server.web.roster_changes import Wanted, make_change, settle_left_over
from server.web.roster_wording import FIELD_NAMES, problem_text
from server.web.wording import ATTENDANCE, CHANGES

blueprint = Blueprint("roster", __name__)

MAX_REASON = 300  # characters; it prints in the minutes

SORTS: Mapping[str, Callable[[Candidate], object]] = {
    "name": lambda one: one.entry.by_name,
    "sbd": lambda one: one.entry.sbd,
    "seat": lambda one: (one.entry.room, one.entry.seat, one.entry.sbd),
}


@blueprint.get("/roster")
@needs(Right.SEE_ROSTER)
def page() -> str:
    """Everybody of the active sitting."""
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    settle_left_over(sitting)
    order = request.args.get("sort", "name")
    order = order if order in SORTS else "name"
    found = sorted(room().store.candidates.of_sitting(sitting.sitting_id), key=SORTS[order])  # type: ignore[arg-type]
    attendance = sitting.state.attendance
    rows = [
        (
            one,
            search_key(f"{one.entry.sbd} {one.entry.full_name} {one.entry.unit}"),
            choice_of(attendance.get(one.candidate_id)),
        )
        for one in found
    ]
    return render_template("roster.html", rows=rows, order=order, marks=attendance_marks())


@blueprint.get("/roster/add")
@needs(Right.CHANGE_ROSTER)
def add_page() -> str:
    """The form for someone who is missing from the roster."""
    return _form(None)


@blueprint.post("/roster/add")
@needs(Right.CHANGE_ROSTER)
def add() -> Response | tuple[str, int]:
    """Add a candidate, by two officers with a reason."""
    return _change(None, RosterChange.ADDED)


@blueprint.get("/roster/<candidate_id>")
@needs(Right.SEE_ROSTER)
def entry(candidate_id: str) -> str:
    """One candidate: the entry, its history, and its codes (never what they were)."""
    sitting, candidate = _known(candidate_id)
    store = room().store
    names = {officer.officer_id: officer.full_name for officer in store.officers.everyone()}
    history = [
        one for one in store.candidates.revisions(sitting.sitting_id) if one.candidate.candidate_id == candidate_id
    ]
    presence = sitting.state.attendance.get(candidate_id)
    return render_template(
        "candidate.html", candidate=candidate, fields=_shown(candidate.entry), history=history, names=names,
        codes=store.candidates.issues(candidate_id), attempt=sitting.state.attempt_of(candidate_id),
        attendance=say(ATTENDANCE[presence.state]) if presence else "", presence=presence,
        changes={change.value: say(word) for change, word in CHANGES.items()},
    )  # fmt: skip


@blueprint.get("/roster/<candidate_id>/change")
@needs(Right.CHANGE_ROSTER)
def change_page(candidate_id: str) -> str:
    """The form to correct or substitute an entry."""
    return _form(_known(candidate_id)[1])


@blueprint.post("/roster/<candidate_id>/change")
@needs(Right.CHANGE_ROSTER)
def change(candidate_id: str) -> Response | tuple[str, int]:
    """Correct or substitute an entry, by two officers with a reason; responses stay where they are."""
    sitting, candidate = _known(candidate_id)
    kind = RosterChange.SUBSTITUTED if request.form.get("change") == "substituted" else RosterChange.CORRECTED
    if kind is RosterChange.SUBSTITUTED and sitting.state.attempt_of(candidate_id) is not None:
        fault = phrase("This candidate has signed in: someone else cannot take over their responses. Add a new entry.")
        return _form(candidate, fault=say(fault)), 409
    return _change(candidate, kind)


def _change(candidate: Candidate | None, kind: RosterChange) -> Response | tuple[str, int]:
    sitting = _sitting()
    found = check_entry(_typed(), _rules(sitting), _others(sitting, candidate))
    reason = tidy(request.form.get("reason", ""))[:MAX_REASON]
    if isinstance(found, list):
        return _form(candidate, problems=found), 422
    if len(reason) < 3:
        return _form(candidate, fault=say(phrase("Write the reason: it prints in the minutes."))), 422
    if candidate is not None and found == candidate.entry:
        return _form(candidate, fault=say(phrase("Nothing differs from the entry as it is."))), 422
    second = second_officer(sessions.current(), Right.CHANGE_ROSTER)
    if isinstance(second, Unproven):
        return _form(candidate, second_fault=say(second.sentence)), 422
    made = make_change(sitting, Wanted(kind, candidate, found, reason, second))
    if isinstance(made, str):
        return _form(candidate, fault=made), 409
    acts.done(phrase("The roster was changed; it is recorded with both officers' names."))
    return redirect(url_for("roster.entry", candidate_id=made.candidate_id), code=303)


def _form(
    candidate: Candidate | None, fault: str = "", second_fault: str = "", problems: list[RosterProblem] | None = None
) -> str:
    faults = {problem.column: say(problem_text(problem)) for problem in problems or []}
    values = _typed() if request.method == "POST" else _values(candidate)
    fields = [
        (field.value, say(FIELD_NAMES[field]), values.get(field, ""), faults.get(field.value, ""))
        for field in FORM_FIELDS
    ]
    signed_in = candidate is not None and _sitting().state.attempt_of(candidate.candidate_id) is not None
    return render_template(
        "candidate_form.html", candidate=candidate, fields=fields, fault=fault, second_fault=second_fault,
        second_name=request.form.get(SECOND_NAME, ""), reason=request.form.get("reason", ""), signed_in=signed_in,
        chosen=request.form.get("change", "corrected"),
    )  # fmt: skip


def _typed() -> dict[Field, str]:
    return {field: request.form.get(field.value, "")[:400] for field in FORM_FIELDS}


def _values(candidate: Candidate | None) -> dict[Field, str]:
    if candidate is None:
        return {}
    one = candidate.entry
    return {
        Field.SBD: one.sbd, Field.FULL_NAME: one.full_name, Field.BIRTH_DATE: f"{one.birth_date:%d/%m/%Y}",
        Field.UNIT: one.unit, Field.DIVISION: one.division, Field.POSITION: one.position, Field.ROOM: one.room,
        Field.SEAT: one.seat, Field.EXTRA_TIME: one.extra_time, Field.BREAKS: one.breaks,
    }  # fmt: skip


def _shown(entry: Entry) -> list[tuple[str, str]]:
    pairs = [
        (Field.SBD, entry.sbd), (Field.FULL_NAME, entry.full_name), (Field.BIRTH_DATE, f"{entry.birth_date:%d/%m/%Y}"),
        (Field.UNIT, entry.unit), (Field.DIVISION, entry.division), (Field.POSITION, entry.position),
        (Field.ROOM, entry.room), (Field.SEAT, entry.seat), (Field.EXTRA_TIME, entry.extra_time),
        (Field.BREAKS, entry.breaks),
    ]  # fmt: skip
    return [(say(FIELD_NAMES[field]), value) for field, value in pairs if value]


def _rules(sitting: Sitting) -> RosterRules:
    """The rules a later entry is held to: the divisions and rooms that the imported roster has."""
    entries = [one.entry for one in room().store.candidates.of_sitting(sitting.sitting_id)]
    divisions = {one.division for one in entries}
    rooms = {one.room for one in entries}
    return RosterRules(
        on=times.moment(now_ms()).date(),
        divisions=() if "" in divisions else tuple(sorted(divisions)),
        rooms=() if "" in rooms else tuple(sorted(rooms)),
    )


def _others(sitting: Sitting, candidate: Candidate | None) -> list[Entry]:
    own = candidate.candidate_id if candidate else ""
    everyone = room().store.candidates.of_sitting(sitting.sitting_id)
    return [one.entry for one in everyone if one.candidate_id != own]


def _sitting() -> Sitting:
    sitting = room().sitting
    if sitting is None:
        abort(404)
    return sitting


def _known(candidate_id: str) -> tuple[Sitting, Candidate]:
    """The sitting, and its candidate with this id."""
    sitting = _sitting()
    found = room().store.candidates.by_id(candidate_id)
    if found is None or found.sitting_id != sitting.sitting_id:
        abort(404)
    return sitting, found
