"""Importing a roster: all of it, or everything that is wrong with it."""

from __future__ import annotations

import secrets

from flask import Blueprint, render_template, request
from werkzeug import Response

from question_bank.phrase import phrase
from server.domain.names import tidy
from server.domain.rights import Right
from server.domain.roster import Roster, RosterProblem, RosterRules
from server.domain.roster_reading import read_roster
from server.live.sitting_service import Sitting
from server.store.candidates import CandidateError
from server.web import acts, sessions, times
from server.web.access import needs
from server.web.context import now_ms, room
from server.web.language import say, say_error
from server.web.roster_wording import file_problem_text, note_text, problem_text
from server.web.spreadsheet import FileProblem, read_table
from server.web.uploads import uploaded

blueprint = Blueprint("roster_import", __name__)

MAX_CHOICES = 40  # divisions or rooms of one sitting
MAX_CHOICE = 40  # characters of one
OLDEST_LEAST_AGE = 99


@blueprint.get("/roster/import")
@needs(Right.IMPORT_ROSTER)
def page() -> str:
    """The form, and what the sitting has now."""
    return _page()


@blueprint.post("/roster/import")
@needs(Right.IMPORT_ROSTER)
def import_list() -> Response | tuple[str, int]:
    """Replace the sitting's roster by the file's, or show every mistake and change nothing."""
    sitting = room().sitting
    if sitting is None:
        return _page(), 409
    if has_begun(sitting):
        fault = phrase("Candidates have been checked in or have signed in: change single entries, by two officers.")
        return _page(fault=say(fault)), 409
    data, rules = uploaded("roster"), _rules()
    found = room().port.offload(lambda: _read(data, rules))
    if isinstance(found, FileProblem):
        return _page(fault=say(file_problem_text(found))), 422
    if isinstance(found, list):
        return _page(problems=found), 422
    try:
        room().store.candidates.replace_all(
            sitting.sitting_id, found.entries, sessions.current().officer_id, now_ms(), secrets.token_bytes
        )
    except CandidateError as error:
        return _page(fault=say_error(error)), 409
    acts.note("roster_imported", f"{sitting.sitting_id} {len(found.entries)}")
    room().changed()
    return _page(imported=found), 200


def has_begun(sitting: Sitting) -> bool:
    """Whether anybody of this sitting was checked in or has signed in: from then on the roster is not replaced."""
    return bool(sitting.state.attempts or sitting.state.attendance)


def _read(data: bytes, rules: RosterRules) -> Roster | list[RosterProblem] | FileProblem:
    table = read_table(data)
    return table if isinstance(table, FileProblem) else read_roster(table, rules)


def _rules() -> RosterRules:
    """The contest's rules as the form states them; empty fields ask nothing."""
    age = request.form.get("min_age", "").strip()
    return RosterRules(
        on=times.moment(now_ms()).date(),
        min_age_years=min(int(age), OLDEST_LEAST_AGE) if age.isdecimal() and age.isascii() and len(age) < 4 else None,
        divisions=_choices("divisions"),
        rooms=_choices("rooms"),
    )


def _choices(field: str) -> tuple[str, ...]:
    names = (tidy(name)[:MAX_CHOICE] for name in request.form.get(field, "").replace(";", ",").split(","))
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_CHOICES]


def _page(fault: str = "", problems: list[RosterProblem] | None = None, imported: Roster | None = None) -> str:
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    notes = imported.notes if imported else ()
    return render_template(
        "roster_import.html", count=room().store.candidates.count(sitting.sitting_id), begun=has_begun(sitting),
        fault=fault, problems=[(problem, say(problem_text(problem))) for problem in problems or []], imported=imported,
        notes=[(note, say(note_text(note))) for note in notes[:200]], notes_all=len(notes), form=request.form,
        examples=("0147", "Nguyễn Thị Đoan", "05/09/1990", "Sở Nội vụ", "A", "Chuyên viên"),
    )  # fmt: skip
