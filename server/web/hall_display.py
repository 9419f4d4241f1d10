"""The hall display, for a projector: what is happening, how long, when the next word comes, how many work and are safe.

Open on the server's own computer and on paired consoles without signing in; no name, no seat, nothing of the paper.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from question_bank.canonical import JSON
from server.domain.state import SittingState
from server.domain.timing import deadline_at_ms
from server.domain.values import PartStage, SittingStage
from server.live.sitting_service import Sitting
from server.web.access import console
from server.web.context import now_ms, room

blueprint = Blueprint("hall_display", __name__)


@blueprint.get("/hall")
@console
def page() -> str:
    """What is happening, how long, and when is the next word? Readable from the back."""
    return render_template("hall_display.html", room_name=room().identity.room_name, now=told())


@blueprint.get("/hall/now")
@console
def now() -> Response:
    """The same for the page's script, which asks every two seconds."""
    return jsonify(told())


def told() -> dict[str, JSON]:
    """Everything the display shows, at this instant."""
    sitting, at_ms = room().sitting, now_ms()
    if sitting is None:
        return {
            "now_ms": at_ms,
            "stage": "nothing",
            "title": None,
            "part": None,
            "counts": None,
            "ends_ms": None,
            "next_word": None,
            "reason": "",
        }
    state = sitting.state
    word = state.hall.next_word
    stage, reason = _stage(state)
    return {
        "now_ms": at_ms,
        "stage": stage,
        "reason": reason,
        "title": dict(sitting.definition.title.document()),
        "part": _part(sitting),
        "counts": _counts(sitting),
        "ends_ms": _ends_ms(state) if stage == "running" else None,
        "next_word": None if word is None else {"text": word.text, "due_ms": word.due_at_ms},
    }


def _stage(state: SittingState) -> tuple[str, str]:
    """What is happening in one word, and why everybody waits where they do."""
    running = [one.running for one in state.attempts.values() if one.running is not None]
    if state.stage is SittingStage.CLOSED:
        return "closed", ""
    if state.hall.switching:
        return "switching", ""
    if state.open_part is None:
        return (
            "between" if PartStage.WAITING in state.parts else "ended"
        ) if PartStage.CLOSED in state.parts else "before", ""
    pauses = [one.ledger.running_pause for one in running]
    if running and all(one is not None for one in pauses):
        reasons = {one.reason for one in pauses if one is not None}
        return "paused", reasons.pop() if len(reasons) == 1 and len(running) > 1 else ""
    return "running", ""


def _part(sitting: Sitting) -> JSON:
    index = sitting.state.open_part
    return None if index is None else dict(sitting.definition.parts[index].title.document())


def _ends_ms(state: SittingState) -> int | None:
    """When the last running clock ends, as far as is known now."""
    deadlines = [deadline_at_ms(part.ledger) for one in state.attempts.values() if (part := one.running) is not None]
    return max((one for one in deadlines if one is not None), default=None)


def _counts(sitting: Sitting) -> JSON:
    """How many work, have handed in, and how many are safe: the map's own numbers."""
    attempts = sitting.state.attempts.values()
    presence, working, done, safe = room().presence, 0, 0, 0
    for one in attempts:
        kiosk = presence.kiosk(one.seat.kiosk_id)
        working += one.running is not None
        done += one.current is not None and one.running is None
        quiet = kiosk is not None and kiosk.pending == 0
        safe += quiet and (one.running is None or (kiosk is not None and kiosk.connected))
    return {"here": len(attempts), "working": working, "done": done, "safe": safe}
