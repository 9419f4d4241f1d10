"""The calls of the candidate's page: parse → one call of the agent → a small answer."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, jsonify, request

from client_kiosk.agent import Step
from client_kiosk.kiosk import Saved
from client_kiosk.pages.desk import Desk
from client_kiosk.pages.words import notice_text, sign_in_text
from server.protocol.machine import Display
from server.protocol.shape import Malformed

MAX_NUMBER = 1000  # items of a paper: far above any, and bounds what is looked up


def body_of_request() -> Mapping[str, object]:
    """The JSON object that was posted; empty when there is none."""
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def arriving(desk: Desk) -> Blueprint:
    """Signing in, and the steps before the clock starts."""
    calls = Blueprint("arriving", __name__, url_prefix="/api")

    @calls.post("/sign-in")
    def sign_in() -> Response:
        body = body_of_request()
        answer = desk.sign_in(_text(body, "sbd", 32), _text(body, "code", 32))
        return jsonify(ok=answer.ok, text=None if answer.ok else sign_in_text(answer))

    @calls.post("/identity/confirm")
    def confirm() -> Response:
        return _answer(desk.confirm_identity())

    @calls.post("/identity/reject")
    def reject() -> Response:
        return _answer(desk.reject_identity())

    @calls.post("/step/<word>")
    def step(word: str) -> Response:
        if word not in [known.value for known in Step]:
            abort(404)
        desk.step_done(Step(word))
        return jsonify(ok=True)

    return calls


def pairing(desk: Desk) -> Blueprint:
    """The machine itself: its screen; joining a room, whether the two codes are the same; leaving one that let us go."""
    calls = Blueprint("pairing", __name__, url_prefix="/api")

    @calls.post("/display")
    def display() -> Response:
        found = Display.parse(dict(body_of_request()))
        if isinstance(found, Malformed):
            abort(400)
        desk.measured(found)
        return jsonify(ok=True)

    @calls.post("/pair/choose")
    def choose() -> Response:
        desk.choose_room(_text(body_of_request(), "room_id", 64))
        return jsonify(ok=True)

    @calls.post("/pair/address")
    def address() -> Response:
        return jsonify(ok=desk.enter_address(_text(body_of_request(), "address", 100)))

    @calls.post("/pair/confirm")
    def confirm_code() -> Response:
        desk.confirm_code()
        return jsonify(ok=True)

    @calls.post("/room/again")
    def again() -> Response:
        return _answer(desk.ask_again())

    @calls.post("/room/leave")
    def leave() -> Response:
        return _answer(desk.leave_room())

    @calls.post("/pair/cancel")
    def cancel() -> Response:
        desk.cancel_pairing()
        return jsonify(ok=True)

    return calls


def answering(desk: Desk) -> Blueprint:
    """What a candidate does on the paper."""
    calls = Blueprint("answering", __name__, url_prefix="/api")

    @calls.post("/save")
    def save() -> Response:
        body = body_of_request()
        response = body.get("response")
        if not isinstance(response, dict):
            abort(400)
        return _answer(desk.save(_number(body), response))

    @calls.post("/clear")
    def clear() -> Response:
        return _answer(desk.clear(_number(body_of_request())))

    @calls.post("/flag")
    def flag() -> Response:
        body = body_of_request()
        return _answer(desk.flag(_number(body), body.get("flagged") is True))

    @calls.post("/submit")
    def submit() -> Response:
        return _answer(desk.submit())

    return calls


def _text(body: Mapping[str, object], name: str, most: int) -> str:
    return str(body.get(name, "")).strip()[:most]


def _number(body: Mapping[str, object]) -> int:
    value = body.get("number")
    if type(value) is not int or not 1 <= value <= MAX_NUMBER:
        abort(400)
    return value


def _answer(saved: Saved) -> Response:
    return jsonify(ok=saved.ok, reason=saved.reason, text=notice_text(saved.reason, "") if saved.reason else None)
