"""The pages for what goes wrong: in the reader's language, with what to do next, and never with a trace."""

from __future__ import annotations

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from question_bank.phrase import Phrase, phrase
from server.errors import ExamRoomError
from server.web.language import say, say_error

FOR_PROGRAMS = ("/kiosk/", "/healthz")  # nobody reads their failures but a program

TITLES = {
    400: phrase("The request was not understood"),
    403: phrase("This page is not for your role"),
    404: phrase("There is no such page"),
    405: phrase("This page cannot be used in this way"),
    413: phrase("The file is too large"),
    429: phrase("Too many requests"),
    500: phrase("The server could not do this"),
}
ADVICE = {
    400: phrase("Go back and try again. If the form was open for long, reload the page first."),
    403: phrase("If you need it, ask the officer in charge of the room, or sign in with another account."),
    404: phrase("The address may be mistyped, or what it showed is gone."),
    405: phrase("Go back to the start page."),
    413: phrase("Choose a smaller file, or copy the list alone into a new workbook."),
    429: phrase("Wait a few seconds, then try again. Nothing was lost."),
    500: phrase("Nothing was changed by this request. Tell the Technical Team; the log of the server says more."),
}


def prepare(app: Flask) -> None:
    """Answer every failure of this app with a page."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ExamRoomError, _room)


def _http(error: HTTPException) -> Response | tuple[str, int]:
    code = error.code or 500
    if request.path.startswith(FOR_PROGRAMS):
        return Response(f"{code}\n", code, mimetype="text/plain")
    known = code if code in TITLES else (500 if code >= 500 else 400)
    return _page(code, TITLES[known], ADVICE[known])


def _stale_form(error: CSRFError) -> tuple[str, int]:
    advice = phrase("The page was open since before you signed in, or came from elsewhere. Reload it and try again.")
    return _page(400, phrase("The form is no longer valid"), advice)


def _room(error: ExamRoomError) -> tuple[str, int]:
    """The room's own errors carry a hint written for people."""
    return _page(500, TITLES[500], ADVICE[500], detail=say_error(error))


def _page(code: int, title: Phrase, advice: Phrase, detail: str = "") -> tuple[str, int]:
    return render_template("error.html", code=code, title=say(title), advice=say(advice), detail=detail), code
