"""Answers that came late: their evidence, and the decision whether they count. Two officers where a part has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.canonical import JSON, encode
from question_bank.phrase import Phrase, phrase, phrases
from server.domain import late_bucket
from server.domain.late_bucket import Late
from server.domain.names import tidy
from server.domain.rights import Right
from server.domain.roster import Entry
from server.domain.state import Attempt, PartAttempt
from server.domain.time_commands import DecideLate
from server.domain.values import LateRule, LateWhy
from server.live.sitting_service import Sitting
from server.protocol.records import ClearResponse, SaveResponse, SubmitPart, TakeAction
from server.store.officers import Officer
from server.web import acts, sessions
from server.web.access import needs
from server.web.authenticate import SECOND_NAME, Unproven, second_officer
from server.web.context import room
from server.web.language import say

blueprint = Blueprint("late", __name__)

MAX_REASON = 300  # characters
MAX_SHOWN = 160  # of a response, on the page
WHY: Mapping[LateWhy, Phrase] = {
    LateWhy.MADE_AFTER_DEADLINE: phrase("made after the time was over"),
    LateWhy.RECEIVED_AFTER_GRACE: phrase("made in time, arrived too late"),
    LateWhy.AFTER_CLOSING: phrase("arrived after the part was closed"),
    LateWhy.AFTER_SUBMISSION: phrase("arrived after the submission"),
    LateWhy.SUPERSEDED: phrase("from the earlier machine, made after the move"),
    LateWhy.PAUSED: phrase("made while the clock stood"),
    LateWhy.OTHER_BRANCH: phrase("held by the other server while the two could not hear each other"),
    LateWhy.REPLACED: phrase("to the paper that was replaced"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One late record on the page: the item's place in the candidate's order (None: a submission), old and late value."""

    late: Late
    item: int | None
    before: str
    value: str
    why: Phrase
    matters: bool
    seat: str

    @property
    def key(self) -> str:
        """As the form names it."""
        return f"{self.late.attempt_id}:{self.late.number}"


@dataclass(frozen=True, slots=True)
class Group:
    """The late records of one candidate's part."""

    entry: Entry | None
    candidate_id: str
    part: int
    ended: bool
    lines: tuple[Line, ...]


@blueprint.get("/late")
@needs(Right.DECIDE_LATE)
def page() -> str:
    """What came late, per candidate and item, and whether it is to count."""
    return _page()


@blueprint.post("/late")
@needs(Right.DECIDE_LATE)
def decide() -> Response | tuple[str, int]:
    """Accept or refuse what is ticked, or everything."""
    act = request.form.get("act", "")
    if act not in ("accept", "refuse", "refuse_all"):
        abort(400)
    choices = tuple(found for text in request.form.getlist("choice") if (found := _choice(text)) is not None)
    if not choices and act != "refuse_all":
        return _page(fault=say(phrase("Nothing is ticked."))), 422
    second: Officer | None = None
    if act == "accept" and request.form.get(SECOND_NAME, "").strip():
        found_second = second_officer(sessions.current(), Right.DECIDE_LATE)
        if isinstance(found_second, Unproven):
            return _page(second_fault=say(found_second.sentence)), 422
        second = found_second
    command = DecideLate(
        choices=None if act == "refuse_all" else choices, accept=act == "accept",
        reason=tidy(request.form.get("reason", ""))[:MAX_REASON], officer_id=sessions.current().officer_id,
        second_officer_id=None if second is None else second.officer_id,
    )  # fmt: skip
    refused = acts.order(command, second)
    if refused is not None:
        return _page(fault=say(refused)), 409
    acts.done(
        phrase("They count from now on.") if command.accept else phrase("They do not count; the journal keeps them.")
    )
    return redirect(url_for("late.page"), code=303)


def _page(fault: str = "", second_fault: str = "") -> str:
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    groups = _groups(sitting)
    plan = sitting.state.plan
    count = sum(line.matters for group in groups for line in group.lines)
    return render_template(
        "late.html", groups=groups, fault=fault, second_fault=second_fault, reason=request.form.get("reason", ""),
        second_name=request.form.get(SECOND_NAME, ""), several=len(sitting.definition.parts) > 1,
        never=plan is not None and plan.rules.late_records is LateRule.NEVER,
        counted=say(phrases("%(n)s would change something", "%(n)s would change something", count)),
        ended=any(group.ended for group in groups),
    )  # fmt: skip


def _groups(sitting: Sitting) -> list[Group]:
    found: list[Group] = []
    for attempt in sitting.state.attempts.values():
        for part in attempt.parts.values():
            late = late_bucket.waiting(sitting.state, part, attempt.attempt_id)
            if late:
                lines = tuple(_line(attempt, part, one) for one in late)
                entry = room().entry(attempt.candidate_id)
                found.append(Group(entry, attempt.candidate_id, part.part, part.finish is not None, lines))
    return sorted(found, key=lambda one: (one.part, "" if one.entry is None else one.entry.sbd))


def _line(attempt: Attempt, part: PartAttempt, late: Late) -> Line:
    record, item_id = late.record, late.record.item_id
    item = None if item_id is None or item_id not in part.item_ids else part.item_ids.index(item_id) + 1
    held = None if item_id is None else part.held.get(item_id)
    before = "" if held is None or held.response is None or item_id is None else _value(part, item_id, held.response)
    match record.what:
        case SaveResponse.KIND if record.response is not None and item_id is not None:
            value = _value(part, item_id, record.response)
        case ClearResponse.KIND:
            value = say(phrase("(taken back)"))
        case TakeAction.KIND:
            value = say(phrase("(an action in a simulated system)"))
        case SubmitPart.KIND:
            value = say(phrase("(submission)"))
        case _:
            value = say(phrase("(mark to come back to)"))
    seats = {one.generation: one.seat_label for one in attempt.seatings}
    return Line(
        late, item, before, value, WHY[record.why], late_bucket.matters(part, late), seats.get(record.generation, "")
    )


def _value(part: PartAttempt, item_id: str, response: Mapping[str, object]) -> str:
    """A response as this candidate saw it: letters for options, in their order; else its own words, shortened."""
    chosen, order = response.get("options"), part.option_ids.get(item_id, ())
    if isinstance(chosen, list | tuple) and all(one in order for one in chosen):
        places = sorted(order.index(one) for one in chosen)
        return ", ".join(chr(ord("A") + place) if place < 26 else str(place + 1) for place in places)
    plain: dict[str, JSON] = {str(key): value for key, value in response.items()}  # type: ignore[misc]
    text = next((value for value in plain.values() if isinstance(value, str)), None) if len(plain) == 1 else None
    shown = text if text is not None else encode(plain).decode()
    return shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}…"


def _choice(text: str) -> tuple[str, int] | None:
    attempt_id, _, number = text.rpartition(":")
    return (attempt_id, int(number)) if attempt_id and number.isdecimal() and len(number) < 16 else None
