"""A studio that was left alone locks itself; what was being typed is there for whoever signs in again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from question_bank.front.door import Door
from question_bank.local_browser import Launch
from question_bank.studio.app import create_app
from question_bank.studio.desk import Desk
from question_bank.studio.seat import MINUTE_MS, Seat
from question_bank.vault.people import Person
from question_bank.vault.vault import Vault

HOST, AN, PASSPHRASE = "127.0.0.1:4711", "An Nguyễn", "một mật khẩu dài để thử"


@dataclass
class Alone:
    """A studio with a clock that a test moves, An before it."""

    client: FlaskClient
    now_ms: int = 0

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Host": HOST})

    def post(self, path: str, form: str = "", **data: str) -> TestResponse:
        headers = {"Host": HOST, "Origin": f"http://{HOST}"}
        return self.client.post(path, data={"form": form or self.form(), **data}, headers=headers)

    def form(self) -> str:
        found = re.search('data-form="([^"]+)"', self.get("/sign-in").text)
        assert found
        return found[1]

    def minutes(self, count: float) -> None:
        self.now_ms += int(count * MINUTE_MS)

    def locked(self) -> bool:
        return self.get("/items").status_code == 302


@pytest.fixture
def open_on(tmp_path: Path) -> Iterator[Callable[..., Alone]]:
    """`open_on(passphrase)`: signed in at a bank that is protected by it; its studio was started with its file."""
    desks = []

    def go(passphrase: str | None) -> Alone:
        path, ticks = tmp_path / "bank.vault", itertools.count(1_700_000_000_000)
        Vault.create(path, passphrase, lambda: next(ticks), Person(AN)).close()
        desk, launch = Desk(path, passphrase, lambda: next(ticks)), Launch(f"http://{HOST}")
        desks.append(desk)
        made = Alone(None)  # type: ignore[arg-type]
        app = create_app(desk, Door(HOST, "studio", launch.use), Seat(clock=lambda: made.now_ms))
        made.client = app.test_client()
        made.get(launch.link().removeprefix(f"http://{HOST}"))
        assert made.post("/sign-in", name=AN).status_code == 302
        assert not made.locked()
        return made

    yield go
    for desk in desks:
        desk.close()


def test_it_locks_after_a_quarter_of_an_hour_and_not_before(open_on: Callable[..., Alone]) -> None:
    studio = open_on(None)
    studio.minutes(14.9)
    assert not studio.locked()
    studio.minutes(14.9)  # the page opened just now counted
    assert not studio.locked()
    studio.minutes(15)
    assert studio.locked()
    assert AN in studio.get("/sign-in").text


def test_what_pages_fetch_by_themselves_keeps_nothing_open(open_on: Callable[..., Alone]) -> None:
    studio = open_on(None)
    for _ in range(5):
        studio.minutes(3)
        studio.get("/api/items/X")
        studio.get("/types/essay/widget.js")
        left = studio.get("/api/idle").json
    assert left == {"lock_in_ms": 0}
    assert studio.locked()


def test_somebody_who_reads_without_a_click_is_there(open_on: Callable[..., Alone]) -> None:
    studio = open_on(None)
    form = studio.form()
    for _ in range(4):
        studio.minutes(10)
        assert studio.post("/api/here", form).json == {"ok": True}
    assert studio.get("/api/idle").json == {"lock_in_ms": 15 * MINUTE_MS}


def test_a_page_of_before_does_nothing_any_more(open_on: Callable[..., Alone]) -> None:
    studio = open_on(None)
    form = studio.form()
    studio.minutes(15)
    assert studio.post("/topics", form, code="t", vi="Tên lạ").status_code == 409
    assert studio.post("/api/here", form).status_code == 409
    assert studio.post("/sign-in", name=AN).status_code == 302
    assert "Tên lạ" not in studio.get("/new").text


def test_a_protected_bank_asks_for_its_passphrase_however_it_was_started(open_on: Callable[..., Alone]) -> None:
    studio = open_on(PASSPHRASE)
    studio.minutes(15)
    assert 'type="password"' in studio.get("/sign-in").text
    assert studio.post("/sign-in", name=AN).status_code == 200
    assert studio.post("/sign-in", name=AN, passphrase="another one").status_code == 200
    assert studio.locked()
    assert studio.post("/sign-in", name=AN, passphrase=PASSPHRASE).status_code == 302
    assert not studio.locked()
