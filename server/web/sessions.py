"""Officers' browser sessions: a random token in the signed cookie, its digest and its officer in the room's store.

Every request and every console command reads the officer anew, so that signing out, disabling an officer or a new
password counts at once, everywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any

from flask import Flask, g, has_request_context, request, session
from flask.sessions import SecureCookieSessionInterface

from server.live.actors import OfficerActor
from server.store.officers import Act, Officer
from server.web.context import now_ms, room, web

SESSION_MS = 14 * 3600_000  # an exam day with its preparation; nobody is signed out in the middle of it
_SESSION_KEY = "officer"


class PerListenerCookies(SecureCookieSessionInterface):
    """The session cookie of the TLS listener is Secure and bound to the host; that of the loopback listener cannot be.

    They have different names, so that the one never overwrites the other (cookies know no ports).
    """

    def get_cookie_name(self, app: Flask) -> str:
        """By listener."""
        return cookie_name("examroom")

    def get_cookie_secure(self, app: Flask) -> bool:
        """By listener."""
        return request.is_secure


def cookie_name(name: str) -> str:
    """A cookie's name on the listener that answers now."""
    return f"__Host-{name}" if has_request_context() and request.is_secure else f"{name}-local"


def begin(officer: Officer) -> None:
    """Sign an officer in on this browser, in a fresh session."""
    token, before = secrets.token_urlsafe(32), session.get(_SESSION_KEY)
    session.clear()  # a token someone planted before the sign-in must not outlive it
    if isinstance(before, str):
        room().store.officers.end_session(before)  # whoever was signed in here is not any more, on the server too
    session[_SESSION_KEY] = token
    at_ms = now_ms()
    room().store.officers.begin_session(token, officer.officer_id, at_ms, at_ms + SESSION_MS)
    room().store.officers.note(Act(at_ms, officer.officer_id, "signed_in", request.remote_addr or ""))
    g.officer = officer


def end() -> None:
    """Sign out on this browser; the officer's open consoles are told."""
    token, officer = session.get(_SESSION_KEY), signed_in(session)
    session.clear()
    if isinstance(token, str):
        room().store.officers.end_session(token)
    if officer is not None:
        room().store.officers.note(Act(now_ms(), officer.officer_id, "signed_out", ""))
        sessions_ended(officer.officer_id)


def sessions_ended(officer_id: str) -> None:
    """Tell whoever holds sockets of this officer to look again."""
    for listener in tuple(web().signed_out):
        listener(officer_id)


def signed_in(cookie: MutableMapping[str, Any]) -> Officer | None:
    """The officer a session stands for now, also one who must still change the first password."""
    token = cookie.get(_SESSION_KEY)
    return room().store.officers.officer_of_session(token, now_ms()) if isinstance(token, str) else None


def officer_from_session(cookie: MutableMapping[str, Any]) -> Officer | None:
    """The officer who may act through this session now; None when signed out, disabled, or not past the first password.

    For pages and for the console's socket alike: call it anew for every command.
    """
    found = signed_in(cookie)
    return None if found is None or found.must_change else found


def current() -> Officer:
    """The officer of this request; only in views that ask for one."""
    officer: Officer = g.officer
    return officer


def actor(officer: Officer) -> OfficerActor:
    """An officer as the room's acts name them."""
    return OfficerActor(officer.officer_id, officer.role)
