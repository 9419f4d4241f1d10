"""The room map: an empty frame that the live channel fills (static/console/map.js)."""

from __future__ import annotations

from flask import render_template, url_for

from question_bank.phrase import Phrase, phrase
from server.domain.rights import Right, may
from server.domain.values import Cause, IncidentCategory
from server.web import sessions
from server.web.access import needs
from server.web.console.blueprint import blueprint
from server.web.console.words import words
from server.web.language import say
from server.web.wording import CAUSES, INCIDENTS

COUNTERS: tuple[tuple[str, Phrase], ...] = (
    ("work", phrase("working")),
    ("done", phrase("submitted")),
    ("warn", phrase("to look at")),
    ("bad", phrase("act now")),
    ("none", phrase("not signed in")),
)
ORDERS: tuple[tuple[str, Phrase], ...] = (
    ("place", phrase("place")),
    ("problem", phrase("problem")),
    ("number", phrase("candidate number")),
    ("progress", phrase("progress")),
)


@blueprint.get("")
@needs(Right.SEE_ROOM)
def map() -> str:  # noqa: A001 - the page's name in the navigation
    """Is everyone safe? Who needs me? What did I just do, and can I take it back?"""
    role = sessions.current().role
    settings = {
        "may": {
            "run": may(role, Right.RUN_SITTING),
            "close": may(role, Right.CLOSE_SITTING),
            "incident": may(role, Right.RECORD_INCIDENT),
        },
        "seat": url_for("console.seat", machine_id="ID"),
    }
    return render_template(
        "console/map.html",
        words=words(),
        settings=settings,
        counters=_said(COUNTERS),
        orders=_said(ORDERS),
        causes=[(cause.value, say(CAUSES[cause])) for cause in Cause],
        incidents=[(one.value, say(INCIDENTS[one])) for one in IncidentCategory],
    )


def _said(pairs: tuple[tuple[str, Phrase], ...]) -> list[tuple[str, str]]:
    return [(name, say(sentence)) for name, sentence in pairs]
