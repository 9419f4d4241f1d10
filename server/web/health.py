"""`/healthz`: whether the room does its work, for programs; says what the console says of the room, and no secret."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug import Response

from server.live.trouble import NOT_STORED, ROOM_FAULT
from server.web.access import public
from server.web.context import room

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """`ok` while nothing is wrong with the room itself; `problems` by the console's codes.

    503 once the active sitting's journal takes nothing more; a loop that failed and went on leaves it at 200.
    """
    sitting = room().sitting
    stopped = sitting is not None and sitting.stopped
    state = sitting.state.stage.value if sitting is not None else "no_sitting"
    found = ((NOT_STORED, stopped), (ROOM_FAULT, bool(room().faults)))
    problems = [code for code, there in found if there]
    return (
        jsonify(ok=not problems, room_state="stopped" if stopped else state, problems=problems),
        503 if stopped else 200,
    )
