"""The room map: an empty frame that the live channel fills (static/console/map.js)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import current_app, render_template, url_for

from question_bank.phrase import Phrase, phrase
from server.domain.rights import Right, Role, may
from server.domain.values import Cause, IncidentCategory
from server.web import sessions
from server.web.access import access_of, needs, roles_of
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
    ("unit", phrase("team or unit")),
)

# The pages that help where no act on the map does, by the act's name in the scripts; an officer who may not open one is shown no button.
PAGES: Mapping[str, str] = {
    "decide": "console.time", "servers": "servers.page", "ceremony": "console.ceremony", "before": "console.before",
    "closing": "closing.page", "late": "late.page",
}  # fmt: skip


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
        "pages": {name: url_for(page) if _may_open(page, role) else None for name, page in PAGES.items()},
    }
    return render_template(
        "console/map.html",
        words=words(),
        settings=settings,
        counters=_said(COUNTERS),
        orders=_said([one for one in ORDERS if one[0] != "unit" or may(role, Right.SEE_ROSTER)]),
        causes=[(cause.value, say(CAUSES[cause])) for cause in Cause],
        incidents=[(one.value, say(INCIDENTS[one])) for one in IncidentCategory],
    )


def _may_open(page: str, role: Role) -> bool:
    access = access_of(current_app, page)
    return access is not None and role in roles_of(access)


def _said(pairs: Iterable[tuple[str, Phrase]]) -> list[tuple[str, str]]:
    return [(name, say(sentence)) for name, sentence in pairs]
