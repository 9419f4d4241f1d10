"""The studio's Flask application: its guard, and the pages of each part."""

from __future__ import annotations

from types import TracebackType

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from question_bank.front.door import Door
from question_bank.phrase import Phrase
from question_bank.studio.bank_pages import bank_pages
from question_bank.studio.blueprint_pages import blueprint_pages
from question_bank.studio.bodies import inside
from question_bank.studio.desk import Desk
from question_bank.studio.editing import editing_pages
from question_bank.studio.failing import say
from question_bank.studio.files import file_pages
from question_bank.studio.files_kept import kept_file_pages
from question_bank.studio.form_desk import FormDesk
from question_bank.studio.form_pages import form_pages
from question_bank.studio.guard import guard
from question_bank.studio.importing import import_pages
from question_bank.studio.item_pages import item_pages
from question_bank.studio.seal_pages import seal_pages
from question_bank.studio.seat import Seat
from question_bank.studio.statistics_pages import statistics_pages
from question_bank.studio.stimuli import stimulus_pages
from question_bank.studio.times import when
from question_bank.studio.topics import topic_pages
from question_bank.studio.waiting_pages import waiting_pages
from question_bank.studio.words import by_use, named, why_not, words
from question_bank.vault.people import person
from question_bank.wording import LANGUAGES, gettext, ngettext, render, title

Failure = tuple[type[BaseException], BaseException, TracebackType | None]
MAX_BODY_BYTES = 65 * 1024 * 1024  # a file to import has 64 MiB (formats/exchange.py)


class _Pages(Flask):
    """Says of a failure its type and place alone: its text, and what was asked for, may be a question's."""

    def log_exception(self, exc_info: Failure | tuple[None, None, None]) -> None:
        """One line on standard error."""
        say(exc_info[0], exc_info[2])


def create_app(desk: Desk, door: Door, seat: Seat | None = None) -> Flask:
    """The application on an open (or still locked) bank; `seat` where its time or clock is another than the usual."""
    app = _Pages(__name__, static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, MAX_FORM_MEMORY_SIZE=1024 * 1024)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        _=gettext, ngettext=ngettext, said=render, named=named, by_use=by_use, titled=title, when=when
    )
    seat = seat or Seat()
    guard(app, door, seat)

    @app.context_processor
    def around() -> dict[str, object]:
        return {"seat": seat, "desk": desk, "words": words}

    _entrance(app, desk, seat)
    _alone(app, seat)
    for pages in (
        bank_pages,
        file_pages,
        waiting_pages,
        item_pages,
        editing_pages,
        import_pages,
        stimulus_pages,
        topic_pages,
        kept_file_pages,
        statistics_pages,
        blueprint_pages,
    ):
        app.register_blueprint(pages(desk, seat))
    forms = FormDesk(desk)
    for about_forms in (form_pages, seal_pages):
        app.register_blueprint(about_forms(forms, seat))
    return app


def _entrance(app: Flask, desk: Desk, seat: Seat) -> None:
    def asks() -> bool:
        """Whether the passphrase is asked for: a studio that locked itself knows nobody, however it was started."""
        return desk.asks or (seat.left is not None and desk.guarded)

    @app.get("/sign-in")
    def ask_who() -> BaseResponse | str:
        if desk.path is None:
            return redirect("/bank")
        to = inside(request.args.get("to", ""))
        return render_template("sign_in.html", error="", name=seat.left or "", to=to, asks=asks())

    @app.post("/sign-in")
    def sign_in() -> BaseResponse | str:
        if desk.path is None:
            return redirect("/bank")
        to, typed = inside(request.form.get("to", "")), request.form.get("name", "")
        found = person(typed)
        error = render(found) if isinstance(found, Phrase) else ""
        if not error and asks() and (refused := desk.unlock(request.form.get("passphrase", ""))) is not None:
            error = why_not(refused)
        if error or isinstance(found, Phrase):
            return render_template("sign_in.html", error=error, name=typed, to=to, asks=asks())
        seat.sit(desk.known(found))
        return redirect(to)

    @app.post("/sign-out")
    def sign_out() -> BaseResponse:
        seat.leave()
        return redirect("/sign-in")

    @app.post("/language/<code>")
    def language(code: str) -> BaseResponse:
        if code not in LANGUAGES:
            abort(404)
        seat.language = code
        return redirect(inside(request.form.get("to", "")))


def _alone(app: Flask, seat: Seat) -> None:
    @app.get("/api/idle")
    def idle() -> Response:
        return jsonify(lock_in_ms=seat.lock_in_ms())

    @app.post("/api/here")
    def here() -> Response:
        return jsonify(ok=True)
