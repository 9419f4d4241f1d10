"""The start page: the first thing each role has to do, and how a browser of a paired console enters."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug import Response

from server.domain.rights import Role
from server.web import sessions
from server.web.access import access_of, officer, public, roles_of
from server.web.context import now_ms, room
from server.web.guard import DEVICE_COOKIE

blueprint = Blueprint("home", __name__)

# Where each role begins; the first page that exists and that the role may open.
FIRST_PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.TECHNICAL: ("prepare.page",),
    Role.PROCTOR: ("console.map", "check_in.page"),
    Role.SETTING: ("console.ceremony",),
    Role.JURY: ("results.page",),
    Role.SECRETARIAT: ("roster.page", "check_in.page"),
    Role.ORGANISING: ("console.map", "papers.page"),
}


@blueprint.get("/")
@officer
def page() -> Response | str:
    """Go where the officer's work is."""
    role = sessions.current().role
    for endpoint in FIRST_PAGES[role]:
        access = access_of(current_app, endpoint)
        if access is not None and role in roles_of(access):
            return redirect(url_for(endpoint), code=303)
    return render_template("home.html")


@blueprint.get("/console/enter")
@public
def enter() -> Response | tuple[str, int]:
    """Turn a console's one-use ticket into this browser's cookie; without a good ticket, say how to pair."""
    device, ticket = secrets.token_urlsafe(32), request.args.get("ticket", "")
    machine_id = room().store.officers.use_ticket(ticket, device, now_ms()) if request.is_secure else None
    if machine_id is None:
        return render_template("pair.html", identity=room().identity, used=True), 403
    response = redirect(url_for("home.page"), code=303)
    response.set_cookie(
        sessions.cookie_name(DEVICE_COOKIE), device, secure=True, httponly=True, samesite="Strict", path="/"
    )
    return response
