"""Who may talk to the studio: only the page that its one-use link was opened in (docs/studio.md §4)."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from flask import Flask, Response, abort, g, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.front.door import Door, shut
from question_bank.studio.seat import Seat
from question_bank.wording import gettext, use_language

OPEN_TO_ALL = ("/enter", "/bank", "/sign-in", "/language/", "/front/", "/static/", "/api/idle")
"""What may be asked for before anybody has signed in; the launch cookie is needed all the same."""
FETCHED = ("/api/", "/types/", "/media/", "/front/", "/static/")
"""What pages get by themselves: nobody need be sitting there for it."""


def guard(app: Flask, door: Door, seat: Seat) -> None:
    """The door of all our local pages, and behind it: who sits there, and acts in nobody else's name."""
    shut(app, door)

    @app.before_request
    def check() -> BaseResponse | None:
        use_language(seat.language)
        seat.lock_in_ms()  # before anything else: what was left alone too long does nothing more
        g.checked_in = seat.check_in()
        if request.method not in ("GET", "HEAD"):
            if (wrong := _wrong_post(seat)) is not None:
                return wrong
        elif seat.person is None and not request.path.startswith(OPEN_TO_ALL):
            return redirect(f"/sign-in?to={quote(request.full_path.removesuffix('?'))}")
        if request.method == "POST" or not request.path.startswith(FETCHED):
            seat.stir()
        return None

    @app.teardown_request
    def leave(error: BaseException | None) -> None:
        if (token := g.pop("checked_in", None)) is not None:
            seat.check_out(token)


def _wrong_post(seat: Seat) -> BaseResponse | None:
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
