"""Signing in and out, and choosing a password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug import Response

from question_bank.phrase import phrase
from server.store.officers import Act
from server.web import passwords, sessions
from server.web.access import console, newcomer
from server.web.authenticate import Failed, Unproven, authenticate
from server.web.context import now_ms, room
from server.web.language import local_path, say
from server.web.passwords import PasswordFault

blueprint = Blueprint("sign_in", __name__)

FAULTS = {
    PasswordFault.TOO_SHORT: phrase("The password needs at least %(least)s characters.", least=passwords.LEAST_CHARS),
    PasswordFault.TOO_LONG: phrase("The password is too long."),
    PasswordFault.IS_THE_USER_NAME: phrase("The password is little more than the user name."),
    PasswordFault.TOO_FEW_SIGNS: phrase("The password repeats the same few characters."),
    PasswordFault.SAME_AS_BEFORE: phrase("This is the password you have now. Choose another."),
    PasswordFault.NOT_REPEATED: phrase("The two new passwords differ."),
}


@blueprint.get("/sign-in")
@console
def page() -> Response | str:
    """The form; who is signed in goes on."""
    if sessions.officer_from_session(session) is not None:
        return redirect(local_path(request.args.get("next")), code=303)
    return render_template("sign_in.html", next=local_path(request.args.get("next")), user_name="", fault=None)


@blueprint.post("/sign-in")
@console
def enter() -> Response | tuple[str, int]:
    """Check name and password, and begin a session."""
    user_name, onward = request.form.get("user_name", ""), local_path(request.form.get("next"))
    found = authenticate(user_name, request.form.get("password", ""))
    if isinstance(found, Unproven):
        status = 429 if found.why is Failed.WAIT else 422
        fault = say(found.sentence)
        return render_template("sign_in.html", next=onward, user_name=user_name[:100], fault=fault), status
    sessions.begin(found)
    return redirect(url_for("sign_in.password_page") if found.must_change else onward, code=303)


@blueprint.post("/sign-out")
@newcomer
def leave() -> Response:
    """End the session here."""
    sessions.end()
    return redirect(url_for("sign_in.page"), code=303)


@blueprint.get("/password")
@newcomer
def password_page() -> str:
    """The form to choose a password."""
    return render_template("password.html", officer=sessions.current(), fault=None, least=passwords.LEAST_CHARS)


@blueprint.post("/password")
@newcomer
def choose_password() -> Response | tuple[str, int]:
    """Take a new password; every other session of this officer ends."""
    officer = sessions.current()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    proven = authenticate(officer.user_name, old)
    if isinstance(proven, Unproven):
        sentence = say(proven.sentence if proven.why is Failed.WAIT else phrase("Your present password is wrong."))
    elif fault := _fault(old, new, request.form.get("again", ""), officer.user_name):
        sentence = say(FAULTS[fault])
    else:
        fresh = room().port.offload(lambda: passwords.hash_password(new))
        room().store.officers.choose_password(officer.officer_id, fresh)
        room().store.officers.note(Act(now_ms(), officer.officer_id, "password_changed", ""))
        sessions.sessions_ended(officer.officer_id)
        sessions.begin(officer)
        return redirect(url_for("home.page"), code=303)
    return render_template("password.html", officer=officer, fault=sentence, least=passwords.LEAST_CHARS), 422


def _fault(old: str, new: str, again: str, user_name: str) -> PasswordFault | None:
    if new != again:
        return PasswordFault.NOT_REPEATED
    if passwords.normal(new) == passwords.normal(old):
        return PasswordFault.SAME_AS_BEFORE
    return passwords.fault(new, user_name)
