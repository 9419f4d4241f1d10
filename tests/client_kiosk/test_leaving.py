"""A machine that the room lets go says why, and leaves only on the word of the true room and of a person."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from client_kiosk import asking, online
from client_kiosk.agent import Screen, Stop
from client_kiosk.config import KioskFolder, Membership, public_hex
from client_kiosk.errors import LinkError
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from client_kiosk.online import LET_GO_MS, Online
from client_kiosk.outbox import Outbox, Stream
from client_kiosk.view import view
from server.identity import write_identity
from server.live.transport import listen
from server.protocol.situation import SittingPhase, SittingView, Situation, Stage

SOURCE = "ab" * 16
NOW = 1_795_000_000_000
SITTING = SittingView("ca-1", {"vi": "Ca", "en": "Sitting"}, SittingPhase.OPEN, "at_once", "")
SITUATION = Situation(NOW, 1, "Phòng A", "B07", SITTING, Stage(None, ()), None, (), ())
HELLO = {"ok": True, "nonce": "00" * 32, "room_id": "r1", "room_name": "Phòng A", "room_state": "known"}


def member(ca_pem: str = "-", *addresses: str, room_id: str = "r1") -> Membership:
    return Membership(room_id, "Phòng A", "k1", "B07", ca_pem, "00", addresses or ("127.0.0.1:1",))


class Clock:
    """This machine's monotonic clock, moved by hand."""

    def __init__(self) -> None:
        self.now_ms = 60_000

    def __call__(self) -> int:
        self.now_ms += 2_000  # each look is a little later, so that nothing waits for a pulse
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kiosk(tmp_path: Path, clock: Clock) -> Iterator[Kiosk]:
    """A paired machine with a record that no server has."""
    folder = KioskFolder(tmp_path / "kiosk")
    folder.key()
    folder.join(member())
    folder.outboxes.mkdir()
    outbox = Outbox.create(folder.outboxes, Stream(SOURCE, "ca-1", "a1", 1))
    outbox.append({"kind": "confirm_identity/1"})
    outbox.close()
    made = Kiosk(folder, "0.1.0", clock)
    yield made
    made.close()


class SaidLine:
    """A line to the true room, which answers `prove` with this and then says `pushes`."""

    leaf_der = b"leaf"

    def __init__(self, proof: object, pushes: list[tuple[str, Any]], push: Callable[[str, Any], None]) -> None:
        self.ended = threading.Event()
        self.push = push
        self._proof = proof
        self._pushes = pushes

    def call(self, event: str, payload: Mapping[str, Any]) -> object:
        if event == "clock":
            return {"t2_ms": NOW, "t3_ms": NOW}
        if event == "pulse":
            pushes, self._pushes = self._pushes, []
            for name, said in pushes:
                self.push(name, said)
            if not pushes:
                self.ended.set()
            return {"ok": True}
        return HELLO if event == "hello" else self._proof

    def silent_ms(self) -> int:
        return 0

    def close(self) -> None:
        self.ended.set()


Connect = Callable[..., tuple[Online, SaidLine]]
TAKEN = {"ok": True, "token": "t" * 32, "paper": None, "situation": SITUATION.wire()}


@pytest.fixture
def connect(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """`connect(proof, *pushes)`: one connection to a room that answers this and pushes that."""

    def once(proof: object, *pushes: tuple[str, Any]) -> tuple[Online, SaidLine]:
        lines: list[SaidLine] = []

        def dialled(address: object, context: object, room_id: str, push: Callable[[str, Any], None]) -> SaidLine:
            lines.append(SaidLine(proof, list(pushes), push))
            return lines[-1]

        monkeypatch.setattr(online, "pinned", lambda ca_pem: None)
        monkeypatch.setattr(Line, "open", dialled)
        made = Online(kiosk, "0.1.0", lambda membership: membership.addresses)
        assert kiosk.membership is not None
        made._one_connection(kiosk.membership)
        return made, lines[0]

    return once


def stop(reason: str) -> tuple[str, Any]:
    return "stop", {"reason": reason}


@pytest.mark.parametrize("reason", ["unpaired", "unknown_kiosk", "wrong_signature", "wrong_protocol"])
def test_a_machine_that_the_room_does_not_take_says_why(kiosk: Kiosk, connect: Connect, reason: str) -> None:
    """Unpaired while it was switched off, too: it must not look for the room for ever."""
    connect({"refused": reason, "hint": ""})
    assert (kiosk.screen(), view(kiosk)["stopped"]) == (Screen.STOPPED, reason)


@pytest.mark.parametrize("reason", ["unpaired", "replaced"])
def test_a_machine_that_is_let_go_hangs_up_and_a_late_situation_does_not_bring_it_back(
    kiosk: Kiosk, connect: Connect, reason: str
) -> None:
    """Pushes come on threads of their own: two machines with one key would otherwise push each other out for ever."""
    connect(TAKEN, stop(reason), ("situation", SITUATION.wire()))
    assert view(kiosk)["stopped"] == reason


def test_a_room_that_stops_for_another_reason_is_dialled_again(kiosk: Kiosk, connect: Connect) -> None:
    made, _ = connect(TAKEN, stop("room stopping"))
    assert kiosk.state.stopped is None
    assert made._may_dial()


def test_what_an_older_line_still_says_is_nobodys_word(kiosk: Kiosk, connect: Connect) -> None:
    _, old = connect(TAKEN)
    old.push("stop", {"reason": "replaced"})
    assert kiosk.state.stopped is None


def test_a_push_counts_on_the_line_it_came_by_and_not_beside_a_newer_one(kiosk: Kiosk, connect: Connect) -> None:
    made, old = connect(TAKEN)
    newer = SaidLine(TAKEN, [], lambda event, payload: None)
    made._line = newer  # type: ignore[assignment]
    old.push("stop", {"reason": "replaced"})
    assert kiosk.state.stopped is None
    made._pushed([newer], "stop", {"reason": "replaced"})  # type: ignore[list-item]
    assert kiosk.state.stopped is Stop.REPLACED


def test_two_machines_with_one_key_do_not_fight(kiosk: Kiosk, connect: Connect, clock: Clock) -> None:
    made, _ = connect(TAKEN, stop("replaced"))
    clock.now_ms += 100 * LET_GO_MS
    assert not made._may_dial(), "the one that was pushed out waits for a person"
    kiosk.ask_again()
    assert made._may_dial()


def test_an_unpaired_machine_asks_now_and_then_whether_it_is_wanted_again(
    kiosk: Kiosk, connect: Connect, clock: Clock
) -> None:
    """A list restored from a copy, or a wrong click: three hundred machines are not visited one by one."""
    made, _ = connect({"refused": "unknown_kiosk", "hint": ""})
    made._ask_again_ms = clock() + LET_GO_MS
    assert not made._may_dial()
    clock.now_ms += LET_GO_MS
    assert made._may_dial()
    connect(TAKEN)
    assert kiosk.state.stopped is None
    assert kiosk.screen() is Screen.SIGN_IN


def test_a_person_alone_cannot_make_a_machine_forget_its_room(kiosk: Kiosk, connect: Connect) -> None:
    assert kiosk.leave().reason == "not_now"
    connect(TAKEN)
    assert kiosk.leave().reason == "not_now"
    connect({"refused": "wrong_protocol", "hint": ""})
    assert kiosk.leave().reason == "not_now", "pairing anew would not help"
    assert kiosk.folder.membership() is not None


def test_a_false_server_alone_cannot_make_a_machine_forget_its_room(kiosk: Kiosk, tmp_path: Path) -> None:
    """It calls itself the room and would say "unpaired": without the pinned authority nobody listens."""
    folders = [tmp_path / "true", tmp_path / "false"]
    for folder in folders:
        folder.mkdir()
    true, false = (write_identity(folder, "Phòng A") for folder in folders)
    with listen("127.0.0.1", 0) as listener:

        def serve() -> None:
            accepted, _ = listener.accept()
            try:
                false.tls_context().wrap_socket(accepted, server_side=True).close()
            except (ssl.SSLError, OSError):
                accepted.close()

        server = threading.Thread(target=serve)
        server.start()
        known = member(true.ca_pem, f"127.0.0.1:{listener.getsockname()[1]}", room_id=true.room_id)
        kiosk.joined(known)
        assert not Online(kiosk, "0.1.0", lambda membership: membership.addresses)._one_connection(known)
        server.join(20)
    assert kiosk.state.stopped is None
    assert kiosk.leave().reason == "not_now"
    assert kiosk.folder.membership() == known


def test_a_machine_that_leaves_keeps_its_key_and_every_answer(kiosk: Kiosk, connect: Connect) -> None:
    """Paired again it is the same machine to the room, which takes what it still holds."""
    key = public_hex(kiosk.folder.key())
    connect({"refused": "unpaired", "hint": ""})
    assert view(kiosk)["kept"] is not None, "the technician reads what only this machine has"
    assert kiosk.leave().ok
    assert kiosk.folder.membership() is None
    assert kiosk.screen() is Screen.SEARCHING
    assert public_hex(kiosk.folder.key()) == key
    assert kiosk.outboxes[SOURCE].unsettled() == 1
    kiosk.joined(member())
    assert kiosk.screen() is not Screen.STOPPED


def test_a_copy_that_leaves_gets_a_key_of_its_own(kiosk: Kiosk, connect: Connect) -> None:
    """With the old one it would be the same machine to the room, and push the true one out again."""
    key = public_hex(kiosk.folder.key())
    connect(TAKEN, stop("replaced"))
    assert kiosk.leave().ok
    assert public_hex(kiosk.folder.key()) != key
    assert (kiosk.folder.path / "kiosk.key.k1").exists(), "nothing is thrown away"
    assert kiosk.outboxes[SOURCE].unsettled() == 1


def test_a_disk_that_takes_nothing_leaves_the_machine_where_it_is(
    kiosk: Kiosk, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space")

    connect({"refused": "unpaired", "hint": ""})
    monkeypatch.setattr(KioskFolder, "leave", full)
    assert kiosk.leave().reason == "not_left"
    assert kiosk.screen() is Screen.STOPPED
    assert kiosk.membership is not None


def test_a_connection_under_way_does_not_bring_back_the_room_a_machine_has_left(
    kiosk: Kiosk, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.stop_with(Stop.UNPAIRED)
    greeted = asking.proven

    def left_meanwhile(*arguments: Any) -> Any:
        assert kiosk.leave().ok
        return greeted(*arguments)

    monkeypatch.setattr(online, "proven", left_meanwhile)
    made, _ = connect(TAKEN)
    assert made.last_fault == str(LinkError("this machine has left the room"))
    assert kiosk.folder.membership() is None
    assert kiosk.screen() is Screen.SEARCHING
    assert kiosk.state.situation is None
