"""Which language a page speaks: the reader's choice on the page, else Vietnamese.

The browser's wish is not asked: an office computer set up in English belongs to Vietnamese officials all the same.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, has_request_context, redirect, request
from flask_babel import Babel, gettext, ngettext
from werkzeug import Response

from question_bank.errors import ExamRoomError
from question_bank.phrase import Phrase
from server.web.access import public

# The content package's, for what is wrong with a sealed package, and ours. Of a sentence in both the later one counts
# (Flask-Babel merges them): “Power” is a supply that fails in a hall, and an exponent in a formula.
TRANSLATIONS = tuple(
    Path(__file__).resolve().parents[2] / name / "translations" for name in ("question_bank", "server")
)
LANGUAGES = ("vi", "en")
COOKIE = "examroom-language"
_YEAR_S = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


def prepare(app: Flask) -> None:
    """Make gettext speak the reader's language in this app."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, TRANSLATIONS))
    Babel(app, locale_selector=language)


def language() -> str:
    """The language of the page being answered, "vi" or "en"."""
    if not has_request_context():
        return "vi"
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else "vi"


def say(phrase: Phrase) -> str:
    """A phrase in the reader's language."""
    values = {name: say(value) if isinstance(value, Phrase) else value for name, value in phrase.values}
    if phrase.plural:
        return str(ngettext(phrase.message, phrase.plural, phrase.n, **values))
    return str(gettext(phrase.message, **values))


def say_error(error: ExamRoomError) -> str:
    """What failed and what to do about it, in the reader's language."""
    sentences = [said if isinstance(said, str) else say(said) for said in (error.said, error.advice)]
    return ". ".join(one[:1].upper() + one[1:] for one in sentences if one)


def local_path(path: str | None) -> str:
    """A path of this server to go to next; "/" for anything that leads elsewhere."""
    # A browser reads //host and /\host as another server.
    return path if path and path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() else "/"


@blueprint.post("/language")
@public
def choose() -> Response:
    """Remember the reader's language for a year, and go back to the page."""
    response = redirect(local_path(request.form.get("next")), code=303)
    wanted = request.form.get("language")
    if wanted in LANGUAGES:
        response.set_cookie(COOKIE, wanted, max_age=_YEAR_S, httponly=True, samesite="Strict", secure=request.is_secure)
    return response
