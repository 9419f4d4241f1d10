"""A room with its pages, and browsers in front of them: at the server, at a console, or somewhere on the network."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.test import TestResponse

from question_bank.items._choice import right_options
from server.domain import commands
from server.domain.rights import Role
from server.drill.prepared_room import SealedContest, hold_ceremony, make_room, open_room
from server.drill.virtual_parts import Sheet
from server.live.actors import OfficerActor
from server.live.room import Room
from server.live.sitting_service import Sitting
from server.protocol.messages import Outcome
from server.protocol.receipt import responses_sha256
from server.protocol.records import ConfirmIdentity, SaveResponse, SubmitPart
from server.store.batch import Delivery
from server.store.officers import Officer
from server.web import create_app, passwords

PASSWORD = "mot mat khau dai"
SERVER = "http://127.0.0.1:8480"
LAN = "https://192.0.2.7:8443"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One browser: keeps cookies, and sends the form token that the page it last saw would have sent."""

    def __init__(self, app: Flask, base: str = SERVER, address: str = "127.0.0.1") -> None:
        self.app, self.base, self.address = app, base, address
        self.client: FlaskClient = app.test_client()
        self.token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.open("GET", path, **options)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, token: bool = True, **options: Any
    ) -> TestResponse:
        if token and not self.token:
            self.get("/password")
            self.get("/sign-in")
        fields = {**({"csrf_token": self.token} if token else {}), **(data or {})}
        headers = {"Referer": f"{self.base}/", **options.pop("headers", {})}
        return self.open("POST", path, data=fields, headers=headers, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        environ = {"REMOTE_ADDR": self.address, **options.pop("environ", {})}
        answer = self.client.open(path, method=method, base_url=self.base, environ_overrides=environ, **options)
        if found := _TOKEN.search(answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""):
            self.token = found[1]
        return answer

    def sign_in(self, user_name: str, password: str = PASSWORD) -> TestResponse:
        self.get("/sign-in")
        answer = self.post("/sign-in", {"user_name": user_name, "password": password, "next": "/"})
        self.token = ""
        return answer


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once: it is slow on purpose."""
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def prepared(tmp_path: Path, contest: SealedContest) -> tuple[Path, list[Sheet]]:
    """A room's folder with a prepared sitting of six candidates, and what their kiosks bring."""
    folder = tmp_path / "room"
    folder.mkdir()
    return folder, make_room(folder, contest, 6)


@pytest.fixture
def room(prepared: tuple[Path, list[Sheet]], password_hash: str) -> Iterator[Room]:
    """That room, open, with an officer of each role, and a second proctor; each is called by the role's name."""
    with open_room(prepared[0]) as found:
        found.store.officers.add([officer(role.value, role, password_hash) for role in Role])
        found.store.officers.add([officer("proctor2", Role.PROCTOR, password_hash)])
        found.store.officers.add([officer("organising2", Role.ORGANISING, password_hash)])
        yield found


def officer(name: str, role: Role, password_hash: str) -> Officer:
    names = {"proctor": "Nguyễn Thị Coi", "proctor2": "Đặng Văn Thi"}
    return Officer(f"u-{name}", name, names.get(name, f"Cán bộ {name}"), role, "Ban", password_hash, False, 1, "cli")


@pytest.fixture
def bare_room(tmp_path: Path, password_hash: str) -> Iterator[Room]:
    """A room as `init` leaves it: no sitting, one technical officer."""
    from server.identity import write_identity

    folder = tmp_path / "bare"
    folder.mkdir()
    write_identity(folder, "Phòng trống")
    with open_room(folder) as found:
        found.store.officers.add([officer("technical", Role.TECHNICAL, password_hash)])
        yield found


@pytest.fixture
def app(room: Room) -> Flask:
    return create_app(room)


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """`browser(base, address)`: a fresh browser, at the server's own computer unless told."""
    return lambda base=SERVER, address="127.0.0.1": Browser(app, base, address)


@pytest.fixture
def browser_of() -> Callable[[Room], Browser]:
    """`browser_of(room)`: a browser at the server of another room than the usual one."""
    return lambda room: Browser(create_app(room))


@pytest.fixture
def someone(room: Room, browser: Callable[..., Browser]) -> Callable[..., Browser]:
    """`someone("proctor")`: a browser at the server on which this officer is signed in (without the slow password)."""

    def signed_in(user_name: str) -> Browser:
        found = browser()
        known = room.store.officers.by_user_name(user_name)
        assert known is not None
        token, now_ms = secrets.token_urlsafe(32), room.clock.now_ms()
        room.store.officers.begin_session(token, known.officer_id, now_ms, now_ms + 3_600_000)
        with found.client.session_transaction(base_url=SERVER) as session:
            session["officer"] = token
        return found

    return signed_in


class Play:
    """Candidates at their kiosks, by the commands that kiosks and officers send."""

    def __init__(self, room: Room, contest: SealedContest) -> None:
        self.room, self.contest = room, contest
        self._seq: dict[str, int] = {}

    @property
    def sitting(self) -> Sitting:
        assert self.room.sitting is not None
        return self.room.sitting

    def order(self, command: Any, officer_id: str = "u-proctor") -> None:
        role = Role(officer_id.removeprefix("u-").rstrip("2"))
        verdict = self.room.order(OfficerActor(officer_id, role), secrets.token_bytes(16), 1, command)
        assert verdict.reason is None, verdict

    def send(self, n: int, record: Any) -> None:
        """The n-th candidate's next record."""
        source = self._source(n)
        self._seq[source] = self._seq.get(source, 1) + 1
        command = commands.KioskRecord(record, source, self._seq[source])
        delivery = Delivery(bytes.fromhex(source), self._seq[source], record.text(), command)
        assert self.sitting.submit([delivery])[0].verdict in (Outcome.ACCEPTED, Outcome.LATE)

    def seat(self, n: int, at: str = "") -> None:
        """The n-th candidate (from 0) signs in and confirms, at a seat of their own or at the one of this name."""
        candidate = self.room.store.candidates.of_sitting(self.sitting.sitting_id)[n]
        source = self._source(n)
        command = commands.SeatCandidate(candidate.candidate_id, f"a{n}", f"k{at or n}", at or f"M{n:03d}", source)
        assert self.sitting.submit([Delivery(bytes.fromhex(source), 1, b"sign in", command)])[0].reason is None
        self.send(n, ConfirmIdentity(f"a{n}", 1, self.room.clock.now_ms(), 5))

    def opened(self, seated: int, *, marking: bool = True) -> Play:
        """The ceremony held, so many candidates seated, the part started."""
        hold_ceremony(self.room, self.contest, marking=marking)
        for n in range(seated):
            self.seat(n)
        self.order(commands.StartPart(0, None, b"\7" * 32, "u-proctor"))
        return self

    def answer(self, n: int, right: int, part: int = 0) -> None:
        """The n-th candidate answers so many items of a part by the key, and the others with nothing."""
        paper = self.sitting.state.paper
        assert paper is not None
        section = self.contest.forms["primary"].sections[part]
        for item in section.marking.items[:right]:
            response = {"options": sorted(right_options(item))}
            self.send(n, SaveResponse(f"a{n}", 1, part, item.item_id, response, self.room.clock.now_ms(), 5))

    def submit(self, n: int, part: int = 0) -> None:
        responses = self.sitting.state.attempts[f"a{n}"].parts[part].responses
        digest = responses_sha256(f"a{n}", part, responses).hex()
        last = self._seq[self._source(n)]
        self.send(n, SubmitPart(f"a{n}", 1, part, last, digest, self.room.clock.now_ms(), 5))

    def marked(self, count: int, eventually: Callable[..., None]) -> None:
        """Wait until so many parts are marked."""
        eventually(lambda: sum(row.marks is not None for row in self.room.marks.results()) == count)

    @staticmethod
    def _source(n: int) -> str:
        return f"{n + 1:032x}"


@pytest.fixture
def play(room: Room, contest: SealedContest) -> Play:
    return Play(room, contest)


@pytest.fixture
def pdf_text() -> Callable[[bytes], str]:
    """The words of a PDF, in their order, with single spaces."""
    return lambda pdf: " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def lan() -> str:
    """The base address under which other machines reach the room."""
    return LAN
