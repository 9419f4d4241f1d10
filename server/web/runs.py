"""What candidates did in simulated systems, for the jury: a list, and a run stepped through with the system's own page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from flask import Blueprint, Response, abort, jsonify, render_template, url_for

from question_bank.canonical import JSON, encode
from question_bank.front.simulators import described, page_file
from question_bank.phrase import Phrase, phrase
from question_bank.wording import render, use_language
from server.domain.rights import Right
from server.live.replaying import NoRun, PlayedRun, Step
from server.web.access import needs
from server.web.context import room
from server.web.language import language, say
from server.web.times import clock

blueprint = Blueprint("runs", __name__)

MAX_SHOWN = 400  # characters of an action on the page
MOST_DIGITS = 6  # of a part's or a step's number in an address
WHY: Mapping[NoRun, Phrase] = {
    NoRun.NO_SITTING: phrase("No sitting is active in this room."),
    NoRun.UNKNOWN: phrase("There is no such work."),
    NoRun.NOT_ENDED: phrase("The candidate is still working: it can be seen when their part has ended."),
    NoRun.NOT_YET: phrase("Work can be seen once the paper is open and the marking part may be opened."),
    NoRun.UNREADABLE: phrase("The paper or this system cannot be read here. Call the Technical Team."),
}
_TYPES = {".js": "text/javascript", ".css": "text/css"}


@blueprint.get("/runs")
@needs(Right.SEE_WORK)
def page() -> str:
    """Every run that may be looked at."""
    if room().sitting is None:
        return render_template("no_sitting.html")
    desk = room().runs
    closed = desk.closed()
    rows = [(line, room().entry(line.candidate_id)) for line in desk.listed()]
    rows.sort(key=lambda row: ("" if row[1] is None else row[1].sbd, row[0].part, row[0].number))
    return render_template("runs.html", rows=rows, closed=None if closed is None else say(WHY[closed]))


@blueprint.get("/runs/<attempt_id>/<part>/<item_id>")
@needs(Right.SEE_WORK)
def one(attempt_id: str, part: str, item_id: str) -> str | tuple[str, int]:
    """One run, to be stepped through."""
    found = _run(attempt_id, part, item_id)
    if isinstance(found, NoRun):
        return render_template("runs.html", rows=[], closed=say(WHY[found])), 404 if found is NoRun.UNKNOWN else 409
    entry = room().entry(found.attempt.candidate_id)
    return render_template(
        "run.html", run=found, entry=entry, steps=[_line(step) for step in found.steps], title=_system(found.simulator.TITLE),
        address=url_for("runs.one", attempt_id=attempt_id, part=part, item_id=item_id),
        missing=", ".join(str(n) for n in found.missing),
    )  # fmt: skip


@blueprint.get("/runs/<attempt_id>/<part>/<item_id>/<step>")
@needs(Right.SEE_WORK)
def step(attempt_id: str, part: str, item_id: str, step: str) -> Response:
    """The system's page after so many actions, 0 for the start; and what shows it."""
    found, number = _run(attempt_id, part, item_id), _number(step)
    if isinstance(found, NoRun) or number is None or number > len(found.steps):
        abort(404)
    _speak()
    return jsonify({**described(found.simulator), "view": found.view(number), "of": len(found.steps)})


@blueprint.get("/simulators/<name>/<file>")
@needs(Right.SEE_WORK)
def file(name: str, file: str) -> Response:
    """The scripts and styles of the systems' pages."""
    content = page_file(name, file)
    if content is None:
        abort(404)
    return Response(content, mimetype=_TYPES[PurePath(file).suffix])


def _run(attempt_id: str, part: str, item_id: str) -> PlayedRun | NoRun:
    number = _number(part)
    return NoRun.UNKNOWN if number is None else room().runs.run(attempt_id, number, item_id)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS else None


def _speak() -> None:
    use_language("en" if language() == "en" else "vi")


def _system(sentence: Phrase) -> str:
    """A simulator's own sentence: it has its words in the content package's catalogue."""
    _speak()
    return render(sentence)


def _line(step: Step) -> dict[str, JSON]:
    """An action on the page: when, what, and the system's no."""
    text = encode(step.action).decode()
    return {
        "n": step.held.n,
        "at": clock(step.held.at_ms),
        "what": text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…",
        "refused": None if step.refused is None else _system(step.refused),
    }
