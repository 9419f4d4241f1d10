"""Who may open pages that a program of ours serves on its own machine: the browser that its one-use link was opened in.

127.0.0.1 is no private place: any program of this machine can open a connection to it, and a page from elsewhere can send
a form there. So every answer needs the cookie that a launch token was exchanged for, every act the page's own Origin and
every request its exact Host, and nothing is cached.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a form would be sent with the Origin null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in: `use_token` says once whether a launch token is right; the cookie's name is this program's own."""

    host: str  # "127.0.0.3:8471": exact Host, and the exact Origin with http://
    cookie_name: str
    use_token: Callable[[str], bool]


def shut(app: Flask, door: Door) -> None:
    """Check every request before anything else does, and seal every answer."""
    session = secrets.token_urlsafe(32)

    @app.before_request
    def check() -> BaseResponse | None:
        if request.host != door.host:  # another name for this address: a page that had its name rebound to it
            abort(421)
        if request.path == "/enter":
            return _entered(door, session)
        given = request.cookies.get(door.cookie_name, "")
        if not secrets.compare_digest(given.encode(), session.encode()):
            abort(403)
        if request.method not in ("GET", "HEAD") and request.headers.get("Origin") != f"http://{door.host}":
            abort(403)
        return None

    @app.after_request
    def seal(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response


def _entered(door: Door, session: str) -> BaseResponse:
    """Exchange a launch token for the cookie, once."""
    if request.method != "GET" or not door.use_token(request.args.get("token", "")):
        abort(403)
    # Not a redirect: a Strict cookie is not sent along a chain that another origin began (the launch file).
    response = Response('<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>…</title>')
    response.set_cookie(door.cookie_name, session, httponly=True, samesite="Strict")
    return response
