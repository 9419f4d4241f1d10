"""A kiosk of a room with two servers: one that hangs or is no primary any more keeps it from nobody."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from client_kiosk import online, tls
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.errors import LinkError
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from client_kiosk.online import Online
from client_kiosk.promises import Epochs, PromiseFile
from client_kiosk.servers import Servers
from client_kiosk.tls import Address
from server.protocol.epoch import next_term
from server.protocol.standby_messages import SILENT_MS, EpochProof

FIRST, SECOND = "127.0.0.1:1", "127.0.0.1:2"
MEMBER = Membership("r1", "Phòng A", "k1", "B07", "-", "00", (FIRST, SECOND))
NEXT = next_term(0)
KNOWN: Mapping[str, object] = {
    "ok": True, "nonce": "00" * 32, "room_id": "r1", "room_name": "Phòng A", "room_state": "known", "role": "primary",
}  # fmt: skip


def serving(epoch: int) -> dict[str, object]:
    return {**KNOWN, "serving": {"epoch": epoch, "signature": "ab" * 64}}


class Said:
    """A line to a server that gives these answers, and is lost where there is none."""

    leaf_der = b"leaf"

    def __init__(self, answers: Mapping[str, object], silent_ms: int = 0) -> None:
        self.ended = threading.Event()
        self.asked: list[str] = []
        self.heard_ms = silent_ms
        self._answers = answers

    def silent_ms(self) -> int:
        return self.heard_ms

    def call(self, event: str, payload: Mapping[str, Any]) -> object:
        self.asked.append(event)
        if event not in self._answers:
            raise LinkError("the line is gone")
        return self._answers[event]

    def give_up(self) -> None:
        self.ended.set()

    def close(self) -> None:
        self.ended.set()


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    folder = KioskFolder(tmp_path)
    folder.join(MEMBER)
    made = Kiosk(folder, "0.1.0", lambda: 60_000)
    yield made
    made.close()


@pytest.fixture
def hall(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Online, list[str]]]:
    """`hall({address: line})`: the kiosk among these servers; the addresses it dials, in order."""

    def made(servers: Mapping[str, Said]) -> tuple[Online, list[str]]:
        dialled: list[str] = []

        def opened(address: Address, *_: object) -> Said:
            dialled.append(str(address))
            return servers[str(address)]

        monkeypatch.setattr(online, "pinned", lambda ca_pem: None)
        monkeypatch.setattr(Line, "open", opened)
        return Online(kiosk, "0.1.0", lambda membership: membership.addresses), dialled

    return made


def test_a_server_that_fell_silent_is_not_the_first_to_be_asked_again(
    hall: Callable[..., tuple[Online, list[str]]],
) -> None:
    """Its port still takes connections, but nothing comes: asked first each time, the kiosk would never get past it."""
    hanging, other = Said({"hello": serving(7)}, silent_ms=SILENT_MS), Said({"hello": serving(7)})
    found, dialled = hall({FIRST: hanging, SECOND: other})
    found._one_connection(MEMBER)
    found._one_connection(MEMBER)
    assert dialled == [FIRST, SECOND]


def test_a_line_on_which_nothing_comes_any_more_is_given_up_while_it_is_waited_on(
    hall: Callable[..., tuple[Online, list[str]]],
) -> None:
    line = Said({}, silent_ms=SILENT_MS)
    found, _ = hall({FIRST: line})
    found._line = line  # type: ignore[assignment]
    line.heard_ms = SILENT_MS - 1
    found.look()
    assert not line.ended.is_set()
    line.heard_ms = SILENT_MS
    found.look()
    assert line.ended.is_set()


@pytest.mark.parametrize(
    ("answer", "asked"),
    [({"refused": "standby", "hint": ""}, ["hello"]), (serving(7), ["hello", "vouch"])],
    ids=["says_so", "is_below_what_was_promised"],
)
def test_a_server_that_is_no_primary_any_more_is_passed_over_for_the_other_at_once(
    kiosk: Kiosk, hall: Callable[..., tuple[Online, list[str]]], answer: Mapping[str, object], asked: list[str]
) -> None:
    """One that does not know it yet is told, with proof, that this machine waits elsewhere; nothing else is said to it."""
    PromiseFile(kiosk.folder.path).keep(Epochs("r1", None, NEXT))
    old, new = Said({"hello": answer}), Said({"hello": serving(NEXT)})
    found, dialled = hall({FIRST: old, SECOND: new})
    found._one_connection(MEMBER)
    assert dialled == [FIRST, SECOND]
    assert new.asked[:2] == ["hello", "prove"]
    assert old.asked == asked


def test_a_standby_that_hears_the_primary_sends_the_machine_on_and_takes_back_what_it_promised(
    kiosk: Kiosk, hall: Callable[..., tuple[Online, list[str]]]
) -> None:
    PromiseFile(kiosk.folder.path).keep(Epochs("r1", None, NEXT))
    hears = {"ok": True, "hears": True, "asks": False, "next_epoch": next_term(NEXT)}
    standby = Said({"hello": {**KNOWN, "role": "standby", "serving": None}, "vouch": hears})
    primary = Said({"hello": serving(7)})
    found, dialled = hall({FIRST: standby, SECOND: primary})
    found._one_connection(MEMBER)
    assert dialled == [FIRST, SECOND]
    assert primary.asked[:2] == ["hello", "prove"], "the promise is off: its own standby said so, on a pinned line"
    assert PromiseFile(kiosk.folder.path).of("r1").promised == 0


def test_a_promise_is_on_the_disk_before_it_is_said(
    kiosk: Kiosk, hall: Callable[..., tuple[Online, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that forgets what it has said could serve both servers."""
    asks = {"ok": True, "hears": False, "asks": True, "next_epoch": NEXT}
    standby = Said({"hello": {**KNOWN, "role": "standby", "serving": None}, "vouch": asks})
    known: list[int] = []
    call = standby.call

    def said(event: str, payload: Mapping[str, Any]) -> object:
        if event == "promise":
            known.append(PromiseFile(kiosk.folder.path).of("r1").promised)
            assert payload == {"epoch": NEXT}
        return call(event, payload)

    monkeypatch.setattr(standby, "call", said)
    found, _ = hall({FIRST: standby, SECOND: Said({})})
    found._one_connection(MEMBER)
    assert known == [NEXT]


def test_what_a_server_says_before_it_is_asked_takes_no_promise_back(
    kiosk: Kiosk, hall: Callable[..., tuple[Online, list[str]]]
) -> None:
    PromiseFile(kiosk.folder.path).keep(Epochs("r1", None, NEXT))
    said = {**KNOWN, "role": "standby", "serving": {"epoch": next_term(NEXT), "signature": "ab" * 64}}
    standby = Said({"hello": said})
    found, _ = hall({FIRST: standby, SECOND: Said({})})
    found._one_connection(MEMBER)
    assert standby.asked == ["hello", "vouch"]
    assert PromiseFile(kiosk.folder.path).of("r1").promised == NEXT


def test_a_standby_the_machine_waits_at_is_asked_first(kiosk: Kiosk) -> None:
    """The primary is gone for good: each try at its address would cost seconds."""
    found = Servers(kiosk, "0.1.0", lambda membership: membership.addresses)
    line = Said({"hello": {**KNOWN, "role": "standby", "serving": None}})
    with pytest.raises(LinkError):
        found.meet(line, MEMBER, SECOND, threading.Event())  # type: ignore[arg-type]
    assert found.in_order(MEMBER) == [SECOND, FIRST]
    found.at_home()
    assert found.in_order(MEMBER) == [FIRST, SECOND]


def test_an_address_that_takes_the_connection_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen computer: its system still shakes hands for TCP."""
    monkeypatch.setattr(tls, "ANSWER_TIMEOUT_S", 0.2)
    faults: list[LinkError] = []

    def dial(port: int) -> None:
        try:
            tls.dial(Address("127.0.0.1", port), tls.unpinned(), "room")
        except LinkError as error:
            faults.append(error)

    with socket.create_server(("127.0.0.1", 0)) as frozen:
        dialling = threading.Thread(target=dial, args=(frozen.getsockname()[1],))
        dialling.start()
        dialling.join(10)
        assert faults, "it would be waited for as long as it stays frozen"
    dialling.join()


def test_the_epoch_a_primary_shows_is_what_is_shown_to_the_next(
    kiosk: Kiosk, hall: Callable[..., tuple[Online, list[str]]]
) -> None:
    found, _ = hall({FIRST: Said({"hello": serving(NEXT)}), SECOND: Said({})})
    found._one_connection(MEMBER)
    assert PromiseFile(kiosk.folder.path).of("r1").seen == EpochProof(NEXT, "ab" * 64)
