"""Nobody but the page that the one-use link was opened in gets anything, or does anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from tests.question_bank.studio.conftest import Studio

HOST = "127.0.0.1:4711"


def test_without_the_cookie_there_is_nothing(studio: Studio) -> None:
    for path in ("/", "/items", "/sign-in", "/front/tokens.css", "/media/" + "0" * 64):
        assert studio.get(path).status_code == 403


def test_a_launch_link_works_once(studio: Studio) -> None:
    path = studio.launch.link().removeprefix(f"http://{HOST}")
    assert studio.client.get(path, headers={"Host": HOST}).status_code == 200
    assert studio.client.get(path, headers={"Host": HOST}).status_code == 403


def test_the_cookie_goes_with_no_request_that_another_page_makes_and_to_no_script(studio: Studio) -> None:
    kept = studio.enter().headers["Set-Cookie"].split("; ")
    assert "HttpOnly" in kept
    assert "SameSite=Strict" in kept
    assert not any(one.startswith(("Domain=", "Expires=", "Max-Age=")) for one in kept)


def test_another_name_for_the_address_is_refused(signed: Studio) -> None:
    for host in ("localhost:4711", "evil.example:4711", "127.0.0.1", "127.0.0.1:80"):
        assert signed.client.get("/items", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:4711"])
def test_a_form_of_another_page_is_refused(signed: Studio, origin: str) -> None:
    headers = {"Host": HOST, "Origin": origin}
    assert signed.client.post("/sign-out", data={"form": signed.form()}, headers=headers).status_code == 403
    assert signed.client.post("/sign-out", data={"form": signed.form()}, headers={"Host": HOST}).status_code == 403


def test_a_page_that_another_person_opened_signs_nothing(signed: Studio) -> None:
    name = signed.desk.vault.items.entries()[0].id
    old = signed.form()
    signed.post("/sign-out")
    signed.sign_in("Bình Trần")
    assert signed.post(f"/items/{name}/review", form=old, seen="1").status_code == 409
    assert signed.desk.vault.items.entries()[0].reviewer is None


def test_nothing_is_shown_or_done_before_somebody_has_signed_in(studio: Studio) -> None:
    studio.enter()
    assert studio.get("/items").location.startswith("/sign-in")
    assert studio.get("/api/items/X").status_code == 302
    name = studio.desk.vault.items.entries()[0].id
    assert studio.post(f"/items/{name}/review", seen="1").status_code == 409


def test_files_are_never_sent_as_forms_whose_parser_would_use_the_disk(signed: Studio) -> None:
    data = {"form": signed.form(), "file": (BytesIO(b"x" * 10), "a.docx")}
    headers = {"Host": HOST, "Origin": f"http://{HOST}"}
    assert (
        signed.client.post("/api/import", data=data, headers=headers, content_type="multipart/form-data").status_code
        == 415
    )


def test_every_answer_forbids_keeping_and_foreign_script(signed: Studio) -> None:
    for path in ("/items", "/static/studio.css", "/front/tokens.css", "/nowhere", "/types/single_choice/widget.js"):
        with signed.get(path) as answer:
            headers = answer.headers
        assert headers["Cache-Control"] == "no-store"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")


def test_a_path_to_go_to_afterwards_stays_inside(signed: Studio) -> None:
    for path in ("//evil.example", "http://evil.example", "/\\evil.example"):
        assert signed.post("/sign-in", name="An", to=path).location == "/"
    assert signed.post("/sign-in", name="An", to="/items?q=a").location == "/items?q=a"


@pytest.mark.parametrize(
    "path", ["/types/single_choice/__init__.py", "/types/../app.py", "/front/..%2fcli.py", "/types/nope/widget.js"]
)
def test_only_named_files_are_served(signed: Studio, path: str) -> None:
    assert signed.get(path).status_code == 404


class Dawdling(BytesIO):
    """What is sent while something else happens."""

    def __init__(self, data: bytes, meanwhile: Callable[[], object]) -> None:
        super().__init__(data)
        self._meanwhile = [meanwhile]

    def readinto(self, buffer: Buffer, /) -> int:
        while self._meanwhile:
            self._meanwhile.pop()()
        return super().readinto(buffer)

    def read(self, size: int | None = -1, /) -> bytes:
        while self._meanwhile:
            self._meanwhile.pop()()
        return super().read(size)


@pytest.mark.parametrize("other", ["Bình Trần", ""])
def test_what_was_begun_is_of_who_began_it_whoever_sits_there_when_it_ends(signed: Studio, other: str) -> None:
    def change() -> None:
        signed.post("/sign-out")
        if other:
            signed.sign_in(other)

    entry = signed.desk.vault.items.entries()[0]
    held = signed.desk.vault.items.get(entry.id)
    assert held is not None
    body = json.dumps({"fields": {**held.content, "stem": "Câu mới?"}, "seen": 1}).encode()
    headers = {"Host": HOST, "Origin": f"http://{HOST}", "X-Form": signed.form()}
    sent = Dawdling(body, change)
    sender = signed.client.application.test_client()
    sender.set_cookie("examroom_studio_4711", signed.cookie(), domain="127.0.0.1")
    got = sender.post(
        f"/api/keep/{entry.id}",
        input_stream=sent,
        headers=headers,
        content_type="application/json",
        content_length=len(body),
    )
    assert got.get_json()["ok"] is True
    assert [one.by for one in signed.desk.vault.items.past(entry.id)] == ["An Nguyễn", "An Nguyễn"]
    assert signed.get("/items").status_code == (200 if other else 302)
