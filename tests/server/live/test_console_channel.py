"""The console's channel: who may look, what they see, what they may ask, and how soon they are shown the door."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import request

from server.domain.rights import Right, Role, may
from server.drill.prepared_room import PROCTOR, SETTING
from server.drill.virtual_socket import SocketGoneError
from server.live.actors import OfficerActor
from server.live.console_channel import MAX_OF_ONE
from server.live.console_commands import KINDS
from server.live.kiosk_session import KioskSession
from server.protocol.trust import host_name
from server.store.machines import Machine

Halls = Callable[..., AbstractContextManager[Any]]
SOURCE = "ab" * 16


class Page:
    """A console's page: the room as told so far."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.room: dict[str, Any] = {}
        self.seats: dict[str, dict[str, Any]] = {}

    def hear(self, event: str, payload: Any) -> None:
        self.heard.append((event, json.loads(json.dumps(payload))))
        if event == "picture":
            self.room, self.seats = payload, {seat["id"]: dict(seat) for seat in payload["seats"]}
        elif event == "changes":
            self.room.update({name: value for name, value in payload.items() if name not in ("seats", "gone")})
            for seat in payload.get("seats", ()):
                self.seats.setdefault(seat["id"], {}).update(seat)
            for gone in payload.get("gone", ()):
                del self.seats[gone]

    def seat(self, label: str) -> dict[str, Any]:
        return next(seat for seat in self.seats.values() if seat["seat"] == label)

    def codes(self) -> list[str]:
        return [problem["code"] for problem in self.room["problems"]]


async def open_page(found: Any, word: str = "proctor", officer: OfficerActor = PROCTOR) -> tuple[Page, Any]:
    found.served.officers[word] = officer
    page = Page()
    pushed: Any = page.heard
    socket = await found.socket("/console", pushed, cookie=found.served.cookie(word))
    socket._on_push = page.hear
    for event, payload in list(page.heard):
        page.heard.remove((event, payload))
        page.hear(event, payload)
    async with asyncio.timeout(10):
        while not page.room:  # noqa: ASYNC110 - told by another thread
            await asyncio.sleep(0.01)
    return page, socket


async def order(socket: Any, seq: int, kind: str, **args: Any) -> Any:
    return await socket.call("command", {"source": SOURCE, "seq": seq, "kind": kind, "args": args})


def test_the_picture_shows_every_seat_and_changes_say_only_what_changed(hall: Halls, soon: Callable[..., Any]) -> None:
    async def run() -> None:
        page, socket = await open_page(found)
        assert page.room["sitting"]["stage"] == "unsealed"
        assert [seat["seat"] for seat in page.seats.values()] == ["M001", "M002"]
        assert page.room["totals"]["seated"] == 0
        kiosk = await found.ready_kiosk(0)
        await soon(lambda: (page.seat("M001")["attempt"] or {}).get("confirmed"))
        assert page.seat("M001")["ready"] == "ready"
        assert page.seat("M001")["attempt"]["name"] == "Thí sinh Số 1"
        answer = await order(socket, 1, "start", part=0, who=None)
        assert (answer["verdict"], answer["count"]) == ("accepted", 1)
        await kiosk.opened.wait()
        await kiosk.answer()
        await soon(lambda: (page.seat("M001")["attempt"] or {}).get("answered") == 1)
        assert page.room["totals"]["open"] == 1
        told = [seat for event, payload in page.heard if event == "changes" for seat in payload.get("seats", ())]
        assert told
        assert all(seat["id"] == found.sheets[0].kiosk_id for seat in told)  # nothing happened at the other one
        answered = [seat for seat in told if seat.get("attempt", {}).get("answered") == 1]
        assert set(answered[0]) <= {"id", "ack_ms", "copies", "attempt", "pending", "pending_since_ms", "safe"}

    with hall() as found:
        found.ceremony()
        found.run(run)


def test_nobody_sees_a_mark_a_response_or_a_code(hall: Halls, soon: Callable[..., Any]) -> None:
    async def run() -> None:
        page, socket = await open_page(found)
        kiosk = await found.ready_kiosk(0)
        await order(socket, 1, "start", part=0, who=None)
        await kiosk.opened.wait()
        for _ in range(10):
            await kiosk.answer()
        await kiosk.submit()
        await soon(lambda: (page.seat("M001")["attempt"] or {}).get("finish"))
        await soon(lambda: found.room.marks.state.marks)
        text = json.dumps(page.heard)
        assert page.seat("M001")["attempt"]["finish"]["receipt"] in text
        for word in ('"right"', '"marks"', '"max_marks"', '"result"', '"responses"', '"option_ids"', kiosk.sheet.code):
            assert word not in text, word
        assert not any(option in text for _, options in kiosk.items.values() for option in options)

    with hall() as found:
        found.ceremony()
        found.run(run)


@pytest.mark.parametrize("role", list(Role))
def test_names_go_to_the_roles_that_may_see_the_roster_and_to_no_other(
    hall: Halls, soon: Callable[..., Any], role: Role
) -> None:
    """In the picture and in every change; whoever may not see the room at all gets neither."""

    async def run() -> None:
        actor = OfficerActor(f"o-{role}", role)
        found.served.officers[role] = actor
        if not may(role, Right.SEE_ROOM):
            with pytest.raises(SocketGoneError):
                await found.socket("/console", cookie=found.served.cookie(role))
            return
        page, _ = await open_page(found, role, actor)
        await found.ready_kiosk(0)
        await soon(lambda: (page.seat("M001")["attempt"] or {}).get("confirmed"))
        late, _ = await open_page(found, role, actor)
        for heard in (page.heard, late.heard):
            assert ("Thí sinh Số 1" in json.dumps(heard, ensure_ascii=False)) is may(role, Right.SEE_ROSTER)
        for one in (page, late):
            assert one.seat("M001")["attempt"]["sbd"] == "TS0001"
            assert one.seat("M001")["attempt"]["name"] == ("Thí sinh Số 1" if may(role, Right.SEE_ROSTER) else "")

    with hall() as found:
        found.run(run)


def test_a_page_without_names_and_one_with_names_each_keep_their_own(hall: Halls, soon: Callable[..., Any]) -> None:
    async def run() -> None:
        technical = OfficerActor("o-technical", Role.TECHNICAL)
        bare, _ = await open_page(found, "technical", technical)
        full, _ = await open_page(found)
        await found.ready_kiosk(0)
        await soon(lambda: (bare.seat("M001")["attempt"] or {}).get("confirmed"))
        await soon(lambda: (full.seat("M001")["attempt"] or {}).get("confirmed"))
        assert (bare.seat("M001")["attempt"]["name"], full.seat("M001")["attempt"]["name"]) == ("", "Thí sinh Số 1")
        # The officer got another duty: the page is told anew what it may show.
        found.served.officers["proctor"] = technical
        await soon(lambda: full.seat("M001")["attempt"]["name"] == "")

    with hall() as found:
        found.run(run)


def test_one_officers_windows_leave_places_for_the_others(hall: Halls) -> None:
    async def run() -> None:
        for _ in range(MAX_OF_ONE):
            await open_page(found)
        with pytest.raises(SocketGoneError):
            await found.socket("/console", cookie=found.served.cookie("proctor"))
        await open_page(found, "technical", OfficerActor("o-technical", Role.TECHNICAL))

    with hall() as found:
        found.run(run)


def test_without_a_session_or_the_right_to_see_the_room_there_is_no_channel(hall: Halls) -> None:
    async def knock(cookie: str) -> None:
        with pytest.raises(SocketGoneError):
            await found.socket("/console", cookie=cookie)

    async def run() -> None:
        found.served.officers["setting"] = SETTING
        await knock("")
        await knock("session=forged")
        await knock(found.served.cookie("stranger"))
        await knock(found.served.cookie("setting"))

    with hall() as found:
        found.run(run)


def test_a_connect_handler_that_fails_lets_no_console_in(hall: Halls, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise TypeError("a mistake inside the handler")

    async def knock() -> None:
        found.served.officers["proctor"] = PROCTOR
        heard: list[tuple[str, Any]] = []
        opening = asyncio.ensure_future(found.socket("/console", heard, cookie=found.served.cookie("proctor")))
        done, _ = await asyncio.wait([opening], timeout=1)
        assert not done or opening.exception() is not None
        assert heard == []
        opening.cancel()

    with hall() as found:
        monkeypatch.setattr(found.served.console, "_admit", fail)
        found.run(knock)


def test_every_command_reads_the_officer_anew(hall: Halls) -> None:
    async def run() -> None:
        _, socket = await open_page(found)
        await found.ready_kiosk(0)
        found.served.officers["proctor"] = OfficerActor("o-proctor", Role.SECRETARIAT)
        refused = await order(socket, 1, "start", part=0, who=None)
        assert (refused["verdict"], refused["reason"], refused["seq"]) == ("refused", "not_allowed", 0)
        del found.served.officers["proctor"]
        assert (await order(socket, 1, "start", part=0, who=None))["refused"] == "signed_out"
        assert found.room.sitting.state.open_part is None

    with hall() as found:
        found.ceremony()
        found.run(run)


def test_who_only_looks_on_is_shown_the_door_as_soon_as_the_session_ends(hall: Halls) -> None:
    async def run() -> None:
        gone = asyncio.Event()
        page, socket = await open_page(found)
        socket._on_gone = gone.set
        del found.served.officers["proctor"]
        await asyncio.wait_for(gone.wait(), 10)
        assert page.heard[-1] == ("signed_out", {"reason": "signed_out"})

    with hall() as found:
        found.run(run)


def test_signing_out_closes_the_officers_sockets_at_once(hall: Halls) -> None:
    async def run() -> None:
        gone = asyncio.Event()
        _, socket = await open_page(found)
        socket._on_gone = gone.set
        other, _ = await open_page(found, "other", OfficerActor("o-2", Role.PROCTOR))
        del found.served.officers["proctor"]
        await asyncio.to_thread(found.served.console.officer_changed, "o-proctor")
        await asyncio.wait_for(gone.wait(), 1)
        assert ("signed_out", {"reason": "signed_out"}) not in other.heard

    with hall() as found:
        found.run(run)


def test_a_console_that_is_unpaired_is_cut_off_though_its_officer_is_still_signed_in(
    hall: Halls, monkeypatch: pytest.MonkeyPatch
) -> None:
    paired = True

    def admit() -> bool:
        return paired and "session" in request.cookies  # asks the socket's own request, as the pages' guard does

    async def run() -> None:
        nonlocal paired
        _, asks = await open_page(found)
        gone = asyncio.Event()
        page, looks_on = await open_page(found)
        looks_on._on_gone = gone.set
        paired = False
        assert (await order(asks, 1, "close_sitting"))["refused"] == "signed_out"
        found.room.pairing.revoke("o-technical", found.sheets[1].kiosk_id)
        await asyncio.wait_for(gone.wait(), 10)
        assert page.heard[-1] == ("signed_out", {"reason": "signed_out"})

    with hall() as found:
        monkeypatch.setattr(found.served.console, "_admit", admit)
        found.run(run)


def test_every_command_is_refused_to_roles_without_its_right(hall: Halls) -> None:
    needed = {"close_sitting": Right.CLOSE_SITTING, "incident": Right.RECORD_INCIDENT}
    arguments: dict[str, dict[str, Any]] = {
        "start": {"part": 0, "who": None},
        "pause": {"who": None, "reason": "x", "cause": "hall"},
        "resume": {"who": None, "reason": "power is back"},
        "extend": {"who": None, "ms": 1000, "reason": "x", "cause": "hall"},
        "give_reserve": {"who": None},
        "message": {"message_id": "m", "who": None, "text": "x", "confirm": True},
        "withdraw_message": {"message_id": "m"},
        "answer_hand": {"who": ["a"], "note": ""},
        "next_word": {"text": "x", "in_ms": 1000},
        "lock": {"who": ["a"], "sentence": "x", "stands": True, "cause": "hall"},
        "unlock": {"who": ["a"]},
        "close_seat": {"attempt_id": "a", "reason": "x"},
        "close_part": {"part": 0, "reason": "x"},
        "close_sitting": {},
        "compensate": {"choices": None, "accept": True, "ms": None, "cause": "hall", "reason": ""},
        "incident": {"attempt_id": None, "category": "other", "note": "x"},
        "move": {"attempt_id": "a", "to": None, "seat": "", "reason": "x", "cause": "hall", "pause": True},
    }
    assert arguments.keys() == KINDS.keys()

    async def run() -> None:
        _, socket = await open_page(found)
        seq = 0
        for role in Role:
            found.served.officers["proctor"] = OfficerActor(f"o-{role}", role)
            for kind, args in arguments.items():
                if kind == "close_sitting" and may(role, Right.CLOSE_SITTING):
                    continue  # would end the sitting for the rest of this test
                seq += 1
                answer = await order(socket, seq, kind, **args)
                allowed = may(role, needed.get(kind, Right.RUN_SITTING))
                assert (answer["reason"] == "not_allowed") is not allowed, (role, kind, answer)
                seq -= answer["seq"] == 0  # turned away before the journal: the number is still free

    with hall() as found:
        found.run(run)


def test_a_command_sent_twice_is_one_command(hall: Halls) -> None:
    async def run() -> None:
        _, socket = await open_page(found)
        kiosk = await found.ready_kiosk(0)
        first = await order(socket, 1, "start", part=0, who=None)
        again = await order(socket, 1, "start", part=0, who=None)
        assert (again["verdict"], again["seq"]) == ("accepted", first["seq"])
        await kiosk.opened.wait()
        other = await order(socket, 1, "pause", who=None, reason="x", cause="hall")
        assert other["verdict"] == "conflict"
        assert next(iter(found.room.sitting.state.attempts.values())).current.ledger.pauses == ()
        assert (await order(socket, 9, "resume", who=None, reason="power is back"))["verdict"] == "gap"

    with hall() as found:
        found.ceremony()
        found.run(run)


def test_malformed_commands_are_named_and_change_nothing(hall: Halls) -> None:
    async def run() -> None:
        _, socket = await open_page(found)
        before = found.room.sitting.head
        unknown = {"source": SOURCE, "seq": 1, "kind": "explode", "args": {}}
        payloads: tuple[Any, ...] = (None, [], {"source": SOURCE}, unknown)
        for payload in payloads:
            answer = await socket.call("command", payload)
            assert answer["refused"] == "malformed"
            assert answer["hint"]
        for args in ({}, {"part": "0", "who": None}, {"part": 0, "who": "all"}, {"part": 0, "who": None, "x": 1}):
            assert (await order(socket, 1, "start", **args))["refused"] == "malformed"
        assert found.room.sitting.head == before

    with hall() as found:
        found.run(run)


def test_who_needs_help_comes_first_and_goes_once_helped(hall: Halls, clock: Any, soon: Callable[..., Any]) -> None:
    async def run() -> None:
        page, socket = await open_page(found)
        first, second = await found.ready_kiosk(0), await found.ready_kiosk(1)
        await order(socket, 1, "start", part=0, who=[first.situation["attempt"]["attempt_id"]])
        await soon(lambda: page.codes() == ["not_started"])
        await first.stop()
        await soon(lambda: not page.seat("M001")["connected"])
        assert page.seat("M001")["safe"] is False
        clock.set(clock.now_ms() + 7_000)
        await soon(lambda: page.codes() == ["lost_in_exam", "not_started"])
        worst = page.room["problems"][0]
        assert worst["act"] == {"kind": "pause", "args": {"who": [worst["attempt_id"]], "cause": "equipment"}}
        answer = await order(socket, 2, "pause", reason="mất mạng", **worst["act"]["args"])
        assert answer["verdict"] == "accepted"
        await soon(lambda: page.codes() == ["not_started", "lost"])
        await order(socket, 3, "start", part=0, who=[second.situation["attempt"]["attempt_id"]])
        await soon(lambda: page.codes() == ["lost"])

    with hall() as found:
        found.ceremony()
        found.run(run)


def test_a_machine_that_is_unpaired_leaves_the_picture_unless_it_carries_an_attempt(
    hall: Halls, soon: Callable[..., Any]
) -> None:
    async def run() -> None:
        page, _ = await open_page(found)
        await found.ready_kiosk(0)
        await soon(lambda: page.seat("M001")["attempt"])
        found.room.pairing.revoke("o-technical", found.sheets[1].kiosk_id)
        await soon(lambda: [seat["seat"] for seat in page.seats.values()] == ["M001"])
        found.room.pairing.revoke("o-technical", found.sheets[0].kiosk_id)
        await soon(lambda: not page.seat("M001")["connected"])
        assert page.seat("M001")["attempt"]["sbd"] == "TS0001"

    with hall() as found:
        found.run(run)


def test_a_console_machine_gets_a_ticket_and_a_kiosk_does_not(hall: Halls) -> None:
    async def run() -> None:
        kiosk = found.kiosk(0)
        kiosk.start()
        await kiosk.ready.wait()
        assert (await kiosk._socket.call("console_ticket", {}))["refused"] == "not_a_console"
        sessions: dict[str, KioskSession] = found.served.kiosks._sessions
        (session,) = sessions.values()
        assert isinstance(session.machine, Machine)

    with hall() as found:
        found.run(run)


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://{host}", 101), ("https://127.0.0.1:1", 400), ("http://{host}", 400), ("null", 400), ("https://evil.example", 400)],
)  # fmt: skip
def test_a_page_of_another_origin_opens_no_socket_though_the_browser_brings_the_cookie(
    hall: Halls, origin: str, status: int
) -> None:
    """Cookies know no ports: a page of any other program on this computer is the same site to the browser."""
    with hall() as found:
        address = found.served.address
        host = f"127.0.0.1:{address.port}"
        found.served.officers["proctor"] = PROCTOR
        request = (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin.format(host=host)}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nCookie: {found.served.cookie('proctor')}\r\n\r\n"
        )
        plain = socket.create_connection(("127.0.0.1", address.port))
        with address.tls.wrap_socket(plain, server_hostname=host_name(address.room_id)) as connection:
            connection.sendall(request.encode())
            assert connection.recv(4096).split(b" ")[1] == str(status).encode()
