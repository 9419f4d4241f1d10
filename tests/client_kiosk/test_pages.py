"""The door of the candidate's pages: this browser, this page, once; everybody else on the machine gets nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from client_kiosk.kiosk import Saved
from client_kiosk.online import SignInAnswer
from client_kiosk.pages.app import MAX_BODY_BYTES, Door, create_app

HOST = "127.0.0.9:8471"
ORIGIN = {"Origin": f"http://{HOST}"}


class Recorder:
    """A desk that notes what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def view(self) -> dict[str, object]:
        return {"screen": "sign_in", "notice": None}

    def paper(self) -> None:
        return None

    def sign_in(self, sbd: str, code: str) -> SignInAnswer:
        self.calls.append(("sign_in", sbd, code))
        return SignInAnswer(False, "wrong_code", 2)

    def save(self, number: int, options: list[int]) -> Saved:
        self.calls.append(("save", number, tuple(options)))
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


@pytest.mark.parametrize("path", ["/", "/api/view", "/api/events", "/api/paper", "/front/tokens.css", "/static/main.js"])
def test_without_the_cookie_there_is_nothing_to_see(outside: FlaskClient, path: str) -> None:
    assert outside.get(path, base_url=f"http://{HOST}").status_code == 403


def test_another_host_name_for_the_same_address_gets_nothing(inside: FlaskClient) -> None:
    assert inside.get("/api/view", base_url="http://localhost:8471").status_code == 421


@pytest.mark.parametrize("origin", [{}, {"Origin": "null"}, {"Origin": "http://127.0.0.8:8471"}])
def test_another_pages_call_does_nothing(inside: FlaskClient, desk: Recorder, origin: dict[str, str]) -> None:
    answer = inside.post("/api/save", json={"number": 1, "options": [1]}, base_url=f"http://{HOST}", headers=origin)
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
        {"number": 0, "options": [1]},
        {"number": True, "options": [1]},
        {"number": 1, "options": "1"},
        {"number": 1, "options": [True]},
        {"number": 1, "options": list(range(65))},
        {},
    ],
)
def test_a_call_of_another_shape_reaches_nobody(inside: FlaskClient, desk: Recorder, body: dict[str, object]) -> None:
    answer = inside.post("/api/save", json=body, base_url=f"http://{HOST}", headers=ORIGIN)
    assert answer.status_code == 400
    assert desk.calls == []


def test_a_page_gone_wild_is_cut_off(inside: FlaskClient, desk: Recorder) -> None:
    huge = {"number": 1, "options": [1], "more": "x" * MAX_BODY_BYTES}
    answer = inside.post("/api/save", json=huge, base_url=f"http://{HOST}", headers=ORIGIN)
    assert answer.status_code in (400, 413)
    assert desk.calls == []


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
