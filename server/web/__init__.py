"""The officers' pages: a Flask application around one room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request, send_from_directory
from flask_wtf.csrf import CSRFProtect

from question_bank import front
from server.web import context, errors, guard, language, layout
from server.web.access import Open, open_endpoint, public
from server.web.context import Web
from server.web.pages import BLUEPRINTS
from server.web.sessions import PerListenerCookies

if TYPE_CHECKING:
    from server.live.room import Room

MAX_FORM_BYTES = 256 * 1024  # of a form's fields together, files not counted
MAX_FORM_PARTS = 200
_PDF = "application/pdf"


def create_app(room: Room) -> Flask:
    """The application of one room. Pages are closed to everybody unless their view says for whom they are."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=room.identity.session_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch still works; the token dies with the session
        MAX_CONTENT_LENGTH=guard.MAX_REQUEST_BYTES,  # of each request more exactly in guard
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=0,  # fonts and styles are asked for again, and answered with "not modified"
    )
    app.session_interface = PerListenerCookies()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    context.bind(app, Web(room))
    language.prepare(app)
    layout.prepare(app)
    guard.prepare(app)  # before CSRF: who may not open a page learns nothing else about it
    CSRFProtect(app)
    errors.prepare(app)
    app.after_request(_headers)
    app.add_url_rule("/front/<path:name>", "front", _front)
    app.register_blueprint(room.files.blueprint())
    open_endpoint(app, "static", Open.EVERYONE)
    open_endpoint(app, "staging.download", Open.EVERYONE)  # it asks for the kiosk's own token
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


@public
def _front(name: str) -> Response:
    """Fonts, tokens and the Socket.IO client, which kiosks' pages share."""
    return send_from_directory(front.PATH, name)


def _headers(response: Response) -> Response:
    """What a browser may do with an answer: nothing but what comes from this server, and keep nothing of it."""
    if request.endpoint in ("static", "front"):
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    host, scheme = request.host, "wss" if request.is_secure else "ws"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:;"
        f" connect-src 'self' {scheme}://{host}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    # A browser's own PDF viewer is script and style that the page's policy would forbid.
    response.headers["Content-Security-Policy"] = "frame-ancestors 'none'" if response.mimetype == _PDF else policy
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=(), payment=()"
    return response
