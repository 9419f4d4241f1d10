"""Who may talk to the studio: only the page that its one-use link was opened in (docs/studio.md §4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, abort, g, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.studio.seat import Seat
from question_bank.wording import gettext, use_language

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OPEN_TO_ALL = ("/enter", "/sign-in", "/language/", "/front/", "/static/", "/api/idle")
"""What may be asked for before anybody has signed in; the launch cookie is needed all the same."""
FETCHED = ("/api/", "/types/", "/media/", "/front/", "/static/")
"""What pages get by themselves: nobody need be sitting there for it."""


@dataclass(frozen=True, slots=True)
class Door:
    """`host` is the exact Host (and, with http://, Origin); `use_token` says once whether a launch token is right."""

    host: str
    cookie_name: str
    use_token: Callable[[str], bool]


def guard(app: Flask, door: Door, seat: Seat) -> None:
    """Check every request, and seal every answer."""
    session = secrets.token_urlsafe(32)

    @app.before_request
    def check() -> BaseResponse | None:
        use_language(seat.language)
        if request.host != door.host:  # another name for this address: a page that had its name rebound to it
            abort(421)
        if request.path == "/enter":
            return _entered(door, session)
        given = request.cookies.get(door.cookie_name, "")
        if not secrets.compare_digest(given.encode(), session.encode()):
            abort(403)
        seat.lock_in_ms()  # before anything else: what was left alone too long does nothing more
        g.checked_in = seat.check_in()
        if request.method not in ("GET", "HEAD"):
            if (wrong := _wrong_post(door, seat)) is not None:
                return wrong
        elif seat.person is None and not request.path.startswith(OPEN_TO_ALL):
            return redirect(f"/sign-in?to={quote(request.full_path.removesuffix('?'))}")
        if request.method == "POST" or not request.path.startswith(FETCHED):
            seat.stir()
        return None

    @app.after_request
    def seal(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    @app.teardown_request
    def leave(error: BaseException | None) -> None:
        if (token := g.pop("checked_in", None)) is not None:
            seat.check_out(token)


def _wrong_post(door: Door, seat: Seat) -> BaseResponse | None:
    if request.headers.get("Origin") != f"http://{door.host}":
        abort(403)
    if request.mimetype == "multipart/form-data":
        abort(415)  # its parser puts large parts into a file on the disk
    given = request.headers.get("X-Form") or request.form.get("form", "")
    fresh = secrets.compare_digest(given.encode(), seat.form.encode())
    if fresh and (seat.person is not None or request.path.startswith(OPEN_TO_ALL)):
        return None
    text = gettext("Somebody signed in or out since this page was opened. Nothing was changed: load the page anew.")
    if request.headers.get("X-Form"):
        return jsonify(ok=False, text=text)
    return Response(f'<!doctype html><meta charset="utf-8"><title>…</title><p>{text}<p><a href="/">/</a>', status=409)


def _entered(door: Door, session: str) -> BaseResponse:
    """Exchange a launch token for the cookie, once."""
    if request.method != "GET" or not door.use_token(request.args.get("token", "")):
        abort(403)
    # Not a redirect: a Strict cookie is not sent along a chain that another origin began (the launch file).
    response = Response('<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>…</title>')
    response.set_cookie(door.cookie_name, session, httponly=True, samesite="Strict")
    return response
