"""Time that candidates lost: what is proposed, why, and one click to make it good."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.phrase import phrase, phrases
from server.domain import compensation
from server.domain.names import tidy
from server.domain.rights import Right
from server.domain.roster import Entry
from server.domain.time_commands import DecideCompensation
from server.domain.values import Cause
from server.live.sitting_service import Sitting
from server.web import acts, sessions
from server.web.access import needs
from server.web.console.blueprint import blueprint
from server.web.console.evidence import Evidence, evidence
from server.web.context import now_ms, room
from server.web.language import say
from server.web.wording import CAUSES

MAX_REASON = 300  # characters, as every reason on these pages
ALL, CHOSEN = "all", "chosen"


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal on the page."""

    evidence: Evidence
    seat: str
    machine_id: str
    entry: Entry | None

    @property
    def key(self) -> str:
        """As the form names it."""
        return f"{self.evidence.attempt_id}:{self.evidence.number}"


@blueprint.get("/time")
@needs(Right.SEE_ROOM)
def time() -> str:
    """Who lost time through no doing of their own, and what is to be given back?"""
    return _page()


@blueprint.post("/time")
@needs(Right.RUN_SITTING)
def decide_time() -> Response | tuple[str, int]:
    """Accept or refuse proposals: one by its own button, those ticked, or all."""
    which, _, act = request.form.get("act", "").rpartition("/")
    if act not in ("accept", "refuse"):
        abort(400)
    texts = [] if which == ALL else request.form.getlist("choice") if which == CHOSEN else [which]
    choices = tuple(found for text in texts if (found := _choice(text)) is not None)
    if which != ALL and not choices:
        return _page(fault=say(phrase("Nobody is ticked."))), 422
    minutes = _amount_ms() if which not in (ALL, CHOSEN) else None
    if minutes == -1:
        return _page(fault=say(phrase("“%(text)s” is no time: write minutes and seconds, 4:30.", text=_typed()))), 422
    command = DecideCompensation(
        choices=None if which == ALL else choices, accept=act == "accept", ms=minutes, cause=_cause(),
        reason=tidy(request.form.get("reason", ""))[:MAX_REASON], officer_id=sessions.current().officer_id,
    )  # fmt: skip
    refused = acts.order(command)
    if refused is not None:
        return _page(fault=say(refused)), 409
    acts.done(phrase("The time is given back.") if command.accept else phrase("Recorded: it is not given back."))
    return redirect(url_for("console.time"), code=303)


def _page(fault: str = "") -> str:
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    lines = _lines(sitting)
    return render_template(
        "console/time.html", lines=lines, fault=fault, total_ms=sum(one.evidence.ms for one in lines),
        causes=[(cause.value, say(CAUSES[cause])) for cause in (Cause.EQUIPMENT, Cause.HALL, Cause.CANDIDATE)],
        counted=say(phrases("%(n)s proposal", "%(n)s proposals", len(lines))), reason=request.form.get("reason", ""),
    )  # fmt: skip


def _lines(sitting: Sitting) -> list[Line]:
    state = sitting.state
    found: list[Line] = []
    for one in compensation.proposals(state, now_ms()):
        attempt = state.attempts[one.attempt_id]
        entry = room().entry(attempt.candidate_id)
        found.append(Line(evidence(state, one), attempt.seat.seat_label, attempt.seat.kiosk_id, entry))
    return sorted(found, key=lambda line: (line.seat, line.evidence.number))


def _choice(text: str) -> tuple[str, int] | None:
    attempt_id, _, number = text.rpartition(":")
    return (attempt_id, int(number)) if attempt_id and number.isdecimal() and len(number) < 16 else None


def _typed() -> str:
    key = request.form.get("act", "").rpartition("/")[0]
    return tidy(request.form.get(f"ms-{key}", ""))[:20]


def _amount_ms() -> int | None:
    """Another amount than proposed, as typed (“4:30”); None when nothing was typed, -1 when it is none."""
    text = _typed()
    if not text:
        return None
    minutes, _, seconds = text.partition(":")
    if not minutes.isdecimal() or (seconds and not (seconds.isdecimal() and int(seconds) < 60)):
        return -1
    return int(minutes) * 60_000 + int(seconds or "0") * 1000


def _cause() -> Cause:
    text = request.form.get("cause", Cause.EQUIPMENT.value)
    return Cause(text) if text in set(Cause) else Cause.EQUIPMENT
