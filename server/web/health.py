"""`/healthz`: whether the room does its work, for programs; says what the console says, and no secret."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug import Response

from server.web.access import public
from server.web.context import room

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """200 while answers are stored; 503 once the active sitting's journal takes nothing more."""
    sitting = room().sitting
    stopped = sitting is not None and sitting.stopped
    state = sitting.state.stage.value if sitting is not None else "no_sitting"
    return jsonify(ok=not stopped, room_state="stopped" if stopped else state), 503 if stopped else 200
