"""The door of the candidate's pages: this browser, this page, once; everybody else on the machine gets nothing."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import create_environ

from client_kiosk.agent import Stop
from client_kiosk.kiosk import Saved
from client_kiosk.media import File
from client_kiosk.pages.app import MAX_BODY_BYTES, MAX_STREAMS, create_app
from client_kiosk.signing_in import SignInAnswer
from question_bank.front.door import Door
from question_bank.items import types

HOST = "127.0.0.9:8471"
ORIGIN = {"Origin": f"http://{HOST}"}


class Recorder:
    """A desk that notes what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.shown: dict[str, object] = {"screen": "sign_in", "notice": None}
        self.broken = False
        self.media: dict[str, File] = {}

    def view(self) -> dict[str, object]:
        return dict(self.shown)

    def subscribe(self) -> Recorder:
        if self.broken:
            raise RuntimeError("broken")
        return self

    def wait(self, timeout_s: float) -> None:
        """The kiosk is stopping: the stream ends."""

    def close(self) -> None:
        """Nothing is held."""

    def ask_again(self) -> Saved:
        self.calls.append(("ask_again",))
        return Saved(True)

    def leave_room(self) -> Saved:
        self.calls.append(("leave_room",))
        return Saved(False, "not_now")

    def paper(self) -> None:
        return None

    def medium(self, sha256: str) -> File | None:
        return self.media.get(sha256)

    def sign_in(self, sbd: str, code: str) -> SignInAnswer:
        self.calls.append(("sign_in", sbd, code))
        return SignInAnswer(False, "wrong_code", 2)

    def save(self, number: int, response: dict[str, object]) -> Saved:
        self.calls.append(("save", number, response))
        return Saved(True)

    def submit(self) -> Saved:
        self.calls.append(("submit",))
        return Saved(False, "not_now")


@pytest.fixture
def desk() -> Recorder:
    return Recorder()


@pytest.fixture
def app(desk: Recorder) -> Flask:
    tokens = {"right"}

    def use(token: str) -> bool:
        if token in tokens:
            tokens.remove(token)
            return True
        return False

    return create_app(desk, Door(HOST, "exam_test", use))  # type: ignore[arg-type]


@pytest.fixture
def outside(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def inside(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert client.get("/enter?token=right", base_url=f"http://{HOST}").status_code == 200
    return client


def test_a_launch_token_opens_the_door_once(outside: FlaskClient) -> None:
    assert outside.get("/enter?token=wrong", base_url=f"http://{HOST}").status_code == 403
    assert outside.get("/enter?token=right", base_url=f"http://{HOST}").status_code == 200
    assert outside.get("/enter?token=right", base_url=f"http://{HOST}").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/view",
        "/api/events",
        "/api/paper",
        "/front/tokens.css",
        "/static/main.js",
        "/media/" + "0" * 64,
        "/types/single_choice/widget.js",
    ],
)
def test_without_the_cookie_there_is_nothing_to_see(outside: FlaskClient, path: str) -> None:
    assert outside.get(path, base_url=f"http://{HOST}").status_code == 403


def test_another_host_name_for_the_same_address_gets_nothing(inside: FlaskClient) -> None:
    assert inside.get("/api/view", base_url="http://localhost:8471").status_code == 421


@pytest.mark.parametrize("origin", [{}, {"Origin": "null"}, {"Origin": "http://127.0.0.8:8471"}])
def test_another_pages_call_does_nothing(inside: FlaskClient, desk: Recorder, origin: dict[str, str]) -> None:
    answer = inside.post(
        "/api/save", json={"number": 1, "response": {"truth": True}}, base_url=f"http://{HOST}", headers=origin
    )
    assert answer.status_code == 403
    assert desk.calls == []


def test_every_answer_is_kept_out_of_caches_and_frames(inside: FlaskClient) -> None:
    for path in ("/", "/api/view", "/static/main.js"):
        with inside.get(path, base_url=f"http://{HOST}") as answer:
            headers = answer.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        assert "unsafe-inline" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "body",
    [
        {"number": 0, "response": {"truth": True}},
        {"number": True, "response": {"truth": True}},
        {"number": 1, "response": "1"},
        {"number": 1, "response": ["o1"]},
        {"number": 1, "options": [1]},
        {},
    ],
)
def test_a_call_of_another_shape_reaches_nobody(inside: FlaskClient, desk: Recorder, body: dict[str, object]) -> None:
    answer = inside.post("/api/save", json=body, base_url=f"http://{HOST}", headers=ORIGIN)
    assert answer.status_code == 400
    assert desk.calls == []


def test_a_page_gone_wild_is_cut_off(inside: FlaskClient, desk: Recorder) -> None:
    huge = {"number": 1, "response": {"truth": True}, "more": "x" * MAX_BODY_BYTES}
    answer = inside.post("/api/save", json=huge, base_url=f"http://{HOST}", headers=ORIGIN)
    assert answer.status_code in (400, 413)
    assert desk.calls == []


@pytest.fixture
def stream(app: Flask, inside: FlaskClient) -> Callable[[], Any]:
    """`stream()`: the page's stream of changes as a server of its own gets it, before anybody has read from it."""
    cookie = inside.get_cookie("exam_test", domain="127.0.0.9")
    assert cookie is not None
    environ = create_environ("/api/events", f"http://{HOST}", headers={"Cookie": f"exam_test={cookie.value}"})
    return lambda: app(dict(environ), lambda *_: lambda written: None)


def test_a_browser_that_hangs_up_at_once_takes_no_place(inside: FlaskClient, stream: Callable[[], Any]) -> None:
    """A stream that never began never ends: its place would be lost, and after four reloads the page stays empty."""
    for _ in range(2 * MAX_STREAMS):
        stream().close()
    assert told(inside)["screen"] == "sign_in"


def test_a_stream_that_breaks_before_its_first_line_takes_no_place(
    inside: FlaskClient, desk: Recorder, stream: Callable[[], Any]
) -> None:
    desk.broken = True
    for _ in range(2 * MAX_STREAMS):
        with contextlib.closing(stream()) as changes, pytest.raises(RuntimeError, match="broken"):
            next(iter(changes))
    desk.broken = False
    assert told(inside)["screen"] == "sign_in"


def told(client: FlaskClient) -> dict[str, Any]:
    """The first thing the page is told."""
    with client.get("/api/events", base_url=f"http://{HOST}") as answer:
        line = next(answer.iter_encoded()).decode()
    found: dict[str, Any] = json.loads(line.partition("data: ")[2])
    return found


def test_who_sits_down_next_does_not_begin_where_the_one_before_left_off(inside: FlaskClient, desk: Recorder) -> None:
    desk.shown.update(screen="exam", candidate={"sbd": "0001"})
    first = told(inside)
    body = {"place": 37, "text_size": "200", "contrast": "high"}
    inside.post("/api/preferences", json=body, base_url=f"http://{HOST}", headers=ORIGIN)
    assert told(inside)["place"] == 37
    desk.shown.update(screen="sign_in", candidate=None)
    told(inside)
    desk.shown.update(screen="exam", candidate={"sbd": "0002"})
    after = told(inside)
    assert after["place"] == 1
    assert {**after["look"], "turn": 0} == {"turn": 0, "language": "vi", "text_size": "100", "contrast": "normal"}
    assert after["look"]["turn"] > first["look"]["turn"], "the page takes it over"


def test_what_was_chosen_while_signing_in_stays_for_the_paper(inside: FlaskClient, desk: Recorder) -> None:
    told(inside)
    inside.post("/api/preferences", json={"text_size": "150"}, base_url=f"http://{HOST}", headers=ORIGIN)
    desk.shown.update(screen="confirm", candidate={"sbd": "0001"})
    assert told(inside)["look"]["text_size"] == "150"


@pytest.mark.parametrize("why", list(Stop))
def test_every_reason_for_which_the_room_lets_a_machine_go_has_its_own_words(
    inside: FlaskClient, desk: Recorder, why: Stop
) -> None:
    desk.shown["stopped"] = "unpaired"
    usual = told(inside)["stopped_text"]
    desk.shown["stopped"] = why
    said = told(inside)["stopped_text"]
    assert said["title"]
    assert said["text"]
    assert (said == usual) is (why is Stop.UNPAIRED)


def test_the_technician_reads_what_only_this_machine_has(inside: FlaskClient, desk: Recorder) -> None:
    desk.shown["kept"] = {"records": 3, "sittings": ["ca-1", "ca-2"], "folder": "/kiosk/outbox"}
    text = told(inside)["kept"]["text"]
    assert "3 thay đổi" in text
    assert "ca-1, ca-2" in text
    assert "/kiosk/outbox" in text


def test_leaving_the_room_is_asked_of_the_agent(inside: FlaskClient, desk: Recorder) -> None:
    answer = inside.post("/api/room/leave", json={}, base_url=f"http://{HOST}", headers=ORIGIN).get_json()
    assert answer == {"ok": False, "reason": "not_now", "text": "Lúc này chưa làm được việc đó."}
    assert inside.post("/api/room/again", json={}, base_url=f"http://{HOST}", headers=ORIGIN).get_json()["ok"]
    assert desk.calls == [("leave_room",), ("ask_again",)]


def test_a_wrong_code_is_told_in_words_with_the_tries_left(inside: FlaskClient) -> None:
    body = {"sbd": " 0147 ", "code": "abcd"}
    answer = inside.post("/api/sign-in", json=body, base_url=f"http://{HOST}", headers=ORIGIN).get_json()
    assert answer == {"ok": False, "text": "Số báo danh và mã truy cập không khớp nhau. Còn 2 lần thử."}


def test_the_language_switch_turns_the_whole_page(inside: FlaskClient) -> None:
    assert "Đăng nhập" in inside.get("/", base_url=f"http://{HOST}").text
    inside.post("/language/en", base_url=f"http://{HOST}", headers=ORIGIN)
    page = inside.get("/", base_url=f"http://{HOST}").text
    assert "Sign in" in page
    assert "Đăng nhập" not in page


def test_every_type_gives_its_widget_and_nothing_else_of_its_folder(inside: FlaskClient) -> None:
    for name in types():
        with inside.get(f"/types/{name}/widget.js", base_url=f"http://{HOST}") as answer:
            assert answer.mimetype == "text/javascript"
            assert b"export default function widget" in answer.data
    for path in (
        "single_choice/__init__.py",
        "hotspot/editor.js",
        "riddle/widget.js",
        "..%2f..%2ffront/widget.js",
    ):
        assert inside.get(f"/types/{path}", base_url=f"http://{HOST}").status_code == 404, path


def test_a_recording_comes_whole_or_in_the_piece_asked_for(inside: FlaskClient, desk: Recorder) -> None:
    desk.media["ab" * 32] = File("audio/ogg", bytes(range(256)))
    url = "/media/" + "ab" * 32
    whole = inside.get(url, base_url=f"http://{HOST}")
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/ogg", bytes(range(256)))
    piece = inside.get(url, base_url=f"http://{HOST}", headers={"Range": "bytes=10-19"})
    assert (piece.status_code, piece.data, piece.headers["Content-Range"]) == (
        206,
        bytes(range(10, 20)),
        "bytes 10-19/256",
    )
    assert piece.headers["Cache-Control"] == "no-store"
    assert inside.get(url, base_url=f"http://{HOST}", headers={"Range": "bytes=900-"}).status_code == 416
    for other in ("cd" * 32, "ab" * 31, "..%2f" + "ab" * 32):
        assert inside.get(f"/media/{other}", base_url=f"http://{HOST}").status_code == 404
