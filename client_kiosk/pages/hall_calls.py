"""The calls of the candidate's page that are for the people in the hall: parse → one call of the agent → an answer."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify

from client_kiosk.kiosk import Saved
from client_kiosk.pages.calls import body_of_request
from client_kiosk.pages.desk import Desk
from client_kiosk.pages.words import notice_text
from server.protocol.hall import HandCategory, Seen


def in_the_hall(desk: Desk) -> Blueprint:
    """The hand, messages, and corrections."""
    calls = Blueprint("in_the_hall", __name__, url_prefix="/api")

    @calls.post("/hand/raise")
    def raise_hand() -> Response:
        category = str(body_of_request().get("category", ""))
        if category not in [known.value for known in HandCategory]:
            abort(400)
        return _answer(desk.raise_hand(HandCategory(category)))

    @calls.post("/hand/lower")
    def lower_hand() -> Response:
        return _answer(desk.lower_hand())

    @calls.post("/message/<how>")
    def message(how: str) -> Response:
        if how not in [known.value for known in Seen]:
            abort(404)
        return _answer(desk.message_seen(_id(), Seen(how)))

    @calls.post("/erratum/seen")
    def erratum() -> Response:
        return _answer(desk.erratum_seen(_id()))

    return calls


def _id() -> str:
    return str(body_of_request().get("id", ""))[:64]


def _answer(saved: Saved) -> Response:
    return jsonify(ok=saved.ok, reason=saved.reason, text=notice_text(saved.reason, "") if saved.reason else None)
