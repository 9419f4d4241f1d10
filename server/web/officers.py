"""The officers' register: add one, import a list, give a new first password, let someone in or keep them out."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response

from question_bank.phrase import Phrase, phrase
from server.domain.names import tidy
from server.domain.officer_list import (
    MAX_BODY,
    MAX_NAME,
    USER_NAME,
    Code,
    OfficerProblem,
    OfficerRow,
    read_officers,
    suggested_user_name,
)
from server.domain.rights import Right, Role
from server.store.officers import Act, Officer, OfficerError
from server.web import accounts, officer_wording, roster_wording, sessions, signatories
from server.web.access import needs
from server.web.context import now_ms, room, web
from server.web.documents.slips import PasswordSlip, password_slips
from server.web.handouts import UNPRINTED_SETS
from server.web.language import say, say_error
from server.web.spreadsheet import FileProblem, read_table
from server.web.uploads import pdf_response, uploaded
from server.web.wording import ROLES

blueprint = Blueprint("officers", __name__)


@blueprint.get("/officers")
@needs(Right.CONFIRM_OFFICERS)
def page() -> str:
    """Everybody, and what can be done about them."""
    return _page()


@blueprint.post("/officers/confirm")
@needs(Right.CONFIRM_OFFICERS)
def confirm() -> Response | tuple[str, int]:
    """Confirm the accounts of the list as it was shown, all of them: they may sign acts of two from now on."""
    me, store = sessions.current(), room().store.officers
    accounts = signatories.confirmable(me, store.everyone(), ever=store.ever_confirmed())
    if not accounts or request.form.get("list", "") != signatories.digest(accounts):
        return _page(fault=gettext("The list has changed since you looked at it. Look at it again.")), 409
    store.confirm([one.officer_id for one in accounts], me.officer_id, now_ms())
    flash(gettext("Confirmed: %(count)s. These accounts may sign acts of two officers.", count=len(accounts)))
    return redirect(url_for("officers.page"), code=303)


@blueprint.post("/officers")
@needs(Right.MANAGE_OFFICERS)
def add() -> Response | tuple[str, int]:
    """Add one officer; the first password is on a slip."""
    taken = {officer.user_name for officer in room().store.officers.everyone()}
    full_name, body = tidy(request.form.get("full_name", "")), tidy(request.form.get("body", ""))
    user_name = tidy(request.form.get("user_name", "")).casefold() or suggested_user_name(full_name, taken)
    role = next((role for role in Role if role == request.form.get("role")), None)
    fault = _fault(full_name, user_name, role, body)
    if fault is not None or role is None:
        return _page(fault=say(fault or phrase("Choose a role."))), 422
    return _register([OfficerRow(full_name, user_name, role, body)])


@blueprint.post("/officers/import")
@needs(Right.MANAGE_OFFICERS)
def import_list() -> Response | tuple[str, int]:
    """Add a whole list, or show everything that is wrong with it and add nobody."""
    data = uploaded("list")
    taken = [officer.user_name for officer in room().store.officers.everyone()]
    table = room().port.offload(lambda: read_table(data))
    if isinstance(table, FileProblem):
        return _page(fault=say(roster_wording.file_problem_text(table))), 422
    found = read_officers(table, taken)
    if isinstance(found, list):
        return _page(problems=found), 422
    return _register(found)


@blueprint.post("/officers/<officer_id>/password")
@needs(Right.MANAGE_OFFICERS)
def renew(officer_id: str) -> Response:
    """Give an officer a new first password; the old one and every session of theirs end."""
    officer = _known(officer_id)
    password, fresh = room().port.offload(accounts.first_password)
    room().store.officers.hand_out_password(officer_id, fresh, signatories.hands(sessions.current()))
    _note("password_renewed", officer_id)
    sessions.sessions_ended(officer_id)
    row = OfficerRow(officer.full_name, officer.user_name, officer.role, officer.body)
    _print([PasswordSlip(row, password)])
    return redirect(url_for("officers.page"), code=303)


@blueprint.post("/officers/<officer_id>/disable")
@needs(Right.MANAGE_OFFICERS)
def disable(officer_id: str) -> Response | tuple[str, int]:
    """Keep an officer out from now on; nobody can lock themselves out."""
    if _known(officer_id).officer_id == sessions.current().officer_id:
        return _page(fault=gettext("You cannot disable your own account.")), 422
    room().store.officers.disable(officer_id, now_ms())
    _note("officer_disabled", officer_id)
    sessions.sessions_ended(officer_id)
    return redirect(url_for("officers.page"), code=303)


@blueprint.post("/officers/<officer_id>/enable")
@needs(Right.MANAGE_OFFICERS)
def enable(officer_id: str) -> Response:
    """Let an officer in again."""
    room().store.officers.enable(_known(officer_id).officer_id)
    _note("officer_enabled", officer_id)
    return redirect(url_for("officers.page"), code=303)


@blueprint.get("/officers/slips/<token>")
@needs(Right.MANAGE_OFFICERS)
def slips(token: str) -> Response:
    """The slips that were just made, for who made them."""
    found = web().handouts.take(token, sessions.current().officer_id, now_ms())
    if found is None:
        abort(404)
    return pdf_response(found.pdf, found.file_name)


def _page(fault: str = "", problems: Sequence[OfficerProblem] = ()) -> str:
    me, everyone = sessions.current(), room().store.officers.everyone()
    waiting = web().handouts.of(me.officer_id, now_ms())
    to_confirm = signatories.confirmable(me, everyone, ever=room().store.officers.ever_confirmed())
    rows = [(problem, say(officer_wording.problem_text(problem))) for problem in problems]
    roles = [(role.value, say(name)) for role, name in ROLES.items()]
    return render_template(
        "officers.html", officers=everyone, fault=fault, problems=rows, roles=roles, form=request.form,
        role_names=dict(roles), waiting=[one for one in waiting if one.file_name.startswith("officers")],
        names={one.officer_id: one.full_name for one in everyone}, to_confirm=to_confirm,
        list_digest=signatories.digest(to_confirm), unconfirmed=len(signatories.waiting(everyone)),
        namesakes=signatories.namesakes(everyone),
    )  # fmt: skip


def _fault(full_name: str, user_name: str, role: Role | None, body: str) -> Phrase | None:
    if " " not in full_name or len(full_name) > MAX_NAME or not full_name.isprintable():
        return phrase("Write the full name.")
    if not USER_NAME.fullmatch(user_name):
        return officer_wording.problem_text(OfficerProblem(0, "", Code.USER_NAME_MALFORMED, user_name[:40]))
    if len(body) > MAX_BODY or not body.isprintable():
        return phrase("The name of the unit is too long.")
    return phrase("Choose a role.") if role is None else None


def _register(rows: Sequence[OfficerRow]) -> Response | tuple[str, int]:
    by, at_ms = sessions.current(), now_ms()
    if len(rows) > 1 and not web().handouts.may_make_a_set(by.officer_id, at_ms):
        return _page(fault=say(UNPRINTED_SETS)), 409
    officers, made = room().port.offload(
        lambda: accounts.new_officers(rows, by.officer_id, at_ms, signatories.hands(by))
    )
    try:
        room().store.officers.add(officers)
    except OfficerError as error:
        return _page(fault=say_error(error)), 409
    _note("officers_added", str(len(officers)))
    _print(made)
    flash(gettext("Added: %(count)s. Print the slips now: the passwords are stored nowhere.", count=len(officers)))
    return redirect(url_for("officers.page"), code=303)


def _print(made: Sequence[PasswordSlip]) -> None:
    name = room().identity.room_name
    pdf = room().port.offload(lambda: password_slips(name, made))
    web().handouts.keep(sessions.current().officer_id, "officers.pdf", len(made), pdf, now_ms())


def _known(officer_id: str) -> Officer:
    found = room().store.officers.by_id(officer_id)
    if found is None:
        abort(404)
    return found


def _note(act: str, detail: str) -> None:
    room().store.officers.note(Act(now_ms(), sessions.current().officer_id, act, detail))
