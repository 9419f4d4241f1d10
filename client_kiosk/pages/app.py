"""The Flask application behind the candidate's screens: one page, a handful of calls, one stream of changes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, abort, jsonify, redirect, render_template
from flask_babel import Babel
from werkzeug.wrappers import Response as BaseResponse

from client_kiosk.agent import Screen
from client_kiosk.carrying import Carrying
from client_kiosk.pages.calls import answering, arriving, body_of_request, pairing
from client_kiosk.pages.desk import Desk
from client_kiosk.pages.hall_calls import in_the_hall
from client_kiosk.pages.paper_files import paper_files, with_types
from client_kiosk.pages.rescue import rescue_pages
from client_kiosk.pages.runs import run_pages
from client_kiosk.pages.words import kept_text, notice_text, stopped_text, words
from question_bank.canonical import JSON
from question_bank.front.door import Door, shut
from question_bank.wording import Language

LANGUAGES = ("vi", "en")
TEXT_SIZES = ("100", "110", "125", "150", "175", "200")
MAX_BODY_BYTES = 64 * 1024  # the longest call is one essay of 48 KiB; a page gone wild is cut off here
MAX_STREAMS = 4  # one page, its reload, and a little patience; each holds a thread
KEEP_ALIVE_S = 10.0


@dataclass(slots=True)
class Preferences:
    """How this candidate wants to read; kept by the agent because the browser's profile dies with the browser."""

    language: str = "vi"
    text_size: str = "100"
    contrast: str = "normal"
    place: int = 1
    reader: str | None = None  # whose preferences these are: the candidate number, None before anybody signed in
    turn: int = 0  # grows with every person
    lock: threading.Lock = field(default_factory=threading.Lock)

    def turn_to(self, reader: str | None, signing_in: bool) -> None:
        """Nobody begins where, or as, the person before them left off: at the sign-in the page looks as at first."""
        with self.lock:
            if signing_in and self.reader is not None:
                self.language, self.text_size, self.contrast = LANGUAGES[0], TEXT_SIZES[0], "normal"
                self.reader, self.turn = None, self.turn + 1
            elif reader is not None and reader != self.reader:
                self.reader, self.place = reader, 1


def create_app(desk: Desk, door: Door, carrying: Carrying | None = None) -> Flask:
    """The application; `desk` is the agent, `carrying` what a technician carries answers away with."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, TEMPLATES_AUTO_RELOAD=False)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    preferences = Preferences()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent.parent / "translations")
    Babel(app, locale_selector=lambda: preferences.language)
    shut(app, door)
    _pages(app, desk, preferences)
    for calls in (pairing, arriving, answering, in_the_hall, paper_files):
        app.register_blueprint(calls(desk))
    app.register_blueprint(run_pages(desk, lambda: _reads(preferences), lambda code: notice_text(code, "")))
    if carrying is not None:
        app.register_blueprint(rescue_pages(carrying, lambda: _frame(desk, preferences), lambda: _reads(preferences)))
    _stream(app, desk, preferences)
    return app


def _pages(app: Flask, desk: Desk, preferences: Preferences) -> None:
    @app.get("/")
    def page() -> str:
        return render_template("kiosk.html", words=words(), preferences=preferences, text_sizes=TEXT_SIZES)

    @app.post("/language/<code>")
    def language(code: str) -> BaseResponse:
        if code not in LANGUAGES:
            abort(404)
        preferences.language = code
        return redirect("/")

    @app.post("/api/preferences")
    def prefer() -> Response:
        body = body_of_request()
        if body.get("text_size") in TEXT_SIZES:
            preferences.text_size = str(body["text_size"])
        if body.get("contrast") in ("normal", "high"):
            preferences.contrast = str(body["contrast"])
        place = body.get("place")
        if isinstance(place, int) and 1 <= place <= 1000:
            preferences.place = place
        return jsonify(ok=True)

    @app.get("/api/paper")
    def paper() -> BaseResponse:
        opened = desk.paper()
        if opened is None:
            return Response(status=204)
        return jsonify(with_types(opened, _reads(preferences)))


def _reads(preferences: Preferences) -> Language:
    return "en" if preferences.language == "en" else "vi"


def _frame(desk: Desk, preferences: Preferences) -> dict[str, object]:
    """What the frame of a page beside the candidate's own shows."""
    view = desk.view()
    return {"preferences": preferences, "seat": view.get("seat_label"), "room": view.get("room_name")}


def _told(desk: Desk, preferences: Preferences) -> str:
    """What the page is told when something changed: the view, with the sentences behind its codes."""
    view: dict[str, JSON] = desk.view()
    candidate, notice, kept = view.get("candidate"), view.get("notice"), view.get("kept")
    reader = str(candidate["sbd"]) if isinstance(candidate, dict) else None
    preferences.turn_to(reader, view.get("screen") == Screen.SIGN_IN)
    if isinstance(notice, dict):
        notice["text"] = notice_text(str(notice["code"]), str(notice["detail"]))
    if view.get("stopped") is not None:
        view["stopped_text"] = dict[str, JSON](stopped_text(str(view["stopped"])))
    if isinstance(kept, dict) and isinstance(kept["sittings"], list) and isinstance(kept["records"], int):
        sittings = ", ".join(str(one) for one in kept["sittings"])
        kept["text"] = kept_text(kept["records"], sittings, str(kept["folder"]))
    view["place"] = preferences.place
    view["look"] = {
        "turn": preferences.turn, "language": preferences.language, "text_size": preferences.text_size,
        "contrast": preferences.contrast,
    }  # fmt: skip
    return f"event: view\ndata: {json.dumps(view, ensure_ascii=False)}\n\n"


def _stream(app: Flask, desk: Desk, preferences: Preferences) -> None:
    places = threading.BoundedSemaphore(MAX_STREAMS)

    @app.get("/api/view")
    def view() -> Response:
        return jsonify(desk.view())

    @app.get("/api/events")
    def events() -> Response:
        if not places.acquire(blocking=False):
            abort(503)
        response = Response(_changes(app, desk, preferences), mimetype="text/event-stream")
        # Not in the generator: a browser that hangs up at once leaves one that never begins, and never ends.
        response.call_on_close(places.release)
        return response


def _changes(app: Flask, desk: Desk, preferences: Preferences) -> Iterator[str]:
    context = app.test_request_context()  # only for the language of the sentences
    subscription = desk.subscribe()
    try:
        with context:
            text = _told(desk, preferences)
        yield text
        while True:
            changed = subscription.wait(KEEP_ALIVE_S)
            if changed is None:
                return
            with context:
                text = _told(desk, preferences) if changed else ": still here\n\n"
            yield text
    finally:
        subscription.close()
