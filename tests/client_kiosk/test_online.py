"""The kiosk's line to its room, with a server that says what a test wants it to say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from client_kiosk import online
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.errors import LinkError
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from client_kiosk.online import Online
from server.protocol import clock

MEMBER = Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",))
NOW = 1_795_000_000_000
WELCOME: Mapping[str, object] = {
    "hello": {"ok": True, "nonce": "00" * 32, "room_id": "r1", "room_name": "Phòng A", "room_state": "known"},
    "prove": {
        "ok": True, "token": "t" * 32, "paper": None,
        "situation": {
            "server_at_ms": NOW, "epoch": 2, "room_name": "Phòng A", "seat_label": "B07", "sitting": None,
            "stage": {"signer": None, "packages": []}, "attempt": None, "streams": [], "release": [],
        },
    },
    "clock": {"t2_ms": NOW, "t3_ms": NOW},
    "pulse": {"ok": True},
}  # fmt: skip


class SaidLine:
    """A line whose server gives these answers; the line is lost where there is none."""

    leaf_der = b"leaf"

    def __init__(self, answers: Mapping[str, object]) -> None:
        self.ended = threading.Event()
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self._answers = answers

    def silent_ms(self) -> int:
        """It hangs up, and never just falls silent."""
        return 0

    def call(self, event: str, payload: Mapping[str, Any]) -> object:
        self.asked.append((event, payload))
        if event not in self._answers:
            raise LinkError("the line is gone")
        return self._answers[event]

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
def connect(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, object]], tuple[bool, SaidLine]]:
    """`connect(answers)`: one connection to such a server: whether to dial again at once, and what it was asked."""

    def once(answers: Mapping[str, object]) -> tuple[bool, SaidLine]:
        line = SaidLine(answers)
        monkeypatch.setattr(online, "pinned", lambda ca_pem: None)
        monkeypatch.setattr(Line, "open", lambda *_: line)
        made = Online(kiosk, "0.1.0", lambda membership: membership.addresses)
        return made._one_connection(MEMBER), line

    return once


def test_a_room_that_turns_us_away_is_asked_again_less_and_less_often(
    connect: Callable[[Mapping[str, object]], tuple[bool, SaidLine]],
) -> None:
    """A server with a full disk refuses all its kiosks: dialled at once and again by each, it would do nothing else."""
    lost_at_once = {**WELCOME}
    del lost_at_once["clock"]
    assert connect(lost_at_once)[0], "a line that broke is dialled anew without waiting"
    assert not connect({**WELCOME, "clock": {"refused": "not_stored", "hint": ""}})[0]


def test_a_server_hears_what_room_time_was_before_it_says_what_it_is(
    kiosk: Kiosk, connect: Callable[[Mapping[str, object]], tuple[bool, SaidLine]]
) -> None:
    """A server whose computer was restarted with a wrong date is set right by kiosks that have not yet believed it."""
    kiosk.learn_time(clock.Exchange(59_990, NOW + 180_000, NOW + 180_000, 60_000))
    expected = kiosk.room_at_ms()
    _, line = connect({name: answer for name, answer in WELCOME.items() if name != "clock"})
    assert [event for event, _ in line.asked] == ["hello", "prove", "pulse", "clock"]
    assert line.asked[2][1]["estimate_at_ms"] == expected
