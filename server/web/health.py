"""`/healthz`: whether the room does its work, for programs; says what the console says of the room, and no secret."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug import Response

from question_bank.canonical import JSON
from server.live.trouble import DISK_FULL, NOT_STORED, ROOM_FAULT, SECOND_FULL
from server.protocol.machine import DiskState
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
    disk = room().readiness.disks.standing
    full = disk is not None and disk.state is DiskState.FULL
    second = room().standby.disk()
    second_full = second is not None and second.state is DiskState.FULL
    found = (
        (NOT_STORED, stopped), (ROOM_FAULT, bool(room().faults)), (DISK_FULL, full), (SECOND_FULL, second_full),
    )  # fmt: skip
    problems = [code for code, there in found if there]
    backups = room().backups
    status = None if backups is None else backups.status
    if status is not None and status.fault:
        problems.append(status.fault)
    told: dict[str, JSON] = {
        "ok": not problems,
        "room_state": "stopped" if stopped else state,
        "problems": list(problems),
    }
    if status is not None:
        told["backup"] = status.document()
    return jsonify(told), 503 if stopped else 200
