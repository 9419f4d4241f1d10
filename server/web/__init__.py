"""The officers' pages: a Flask application around one room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, send_from_directory
from flask_wtf.csrf import CSRFProtect

from question_bank import front
from server.web import context, errors, guard, headers, language, layout
from server.web.access import Open, open_endpoint, public
from server.web.context import Web
from server.web.pages import BLUEPRINTS
from server.web.sessions import PerListenerCookies

if TYPE_CHECKING:
    from server.live.room import Room

MAX_FORM_BYTES = 256 * 1024  # of a form's fields together, files not counted
MAX_FORM_PARTS = 200


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
    app.after_request(headers.protect)
    app.add_url_rule("/front/<path:name>", "front", _front)
    app.register_blueprint(room.files.blueprint())
    open_endpoint(app, "static", Open.EVERYONE)
    open_endpoint(app, "staging.download", Open.EVERYONE)  # it asks for the kiosk's own token
    open_endpoint(app, "staging.give", Open.EVERYONE)  # and so does this
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


@public
def _front(name: str) -> Response:
    """Fonts, tokens and the Socket.IO client, which kiosks' pages share."""
    return send_from_directory(front.PATH, name)
