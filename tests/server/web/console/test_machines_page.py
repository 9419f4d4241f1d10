"""The machines' page: one click pairs, codes and kits, and what is refused."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any, Literal

import pytest

from server.domain.commands import SeatCandidate, StartPart
from server.domain.pairing import MachineKind
from server.drill.prepared_room import hold_ceremony
from server.live.room import Room
from server.protocol import pairing
from server.protocol.messages import PairKit, PairOffer, PairReveal
from server.protocol.trust import Kit, read_kit
from server.store.batch import Delivery
from server.store.machines import Machine

Someone = Callable[..., Any]


@pytest.fixture
def asking(room: Room) -> Callable[..., str]:
    """`asking(seat="B07")`: a machine that has shown its code; the code."""

    def ask(seat: str = "", kind: Literal["kiosk", "console"] = "kiosk") -> str:
        key, nonce, name = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_hex(4)
        offer = PairOffer(pairing.commitment(key, nonce), kind, seat, "0.1.0")
        assert getattr(room.pairing.offer(name, "127.0.0.9", offer), "ok", False)
        ack = room.pairing.reveal(name, PairReveal(key.hex(), nonce.hex()))
        return str(getattr(ack, "code", ""))

    return ask


def paired(room: Room) -> dict[str, Machine]:
    return {machine.seat_label: machine for machine in room.pairing.machines()}


def page(browser: Any) -> str:
    return str(browser.get("/console/machines").get_data(as_text=True))


def test_the_code_stands_on_the_page_and_one_click_pairs(
    room: Room, someone: Someone, asking: Callable[..., str]
) -> None:
    code = asking("B07")
    found = someone("technical")
    text = page(found)
    assert f"{code[:3]} {code[3:]}" in text
    assert 'value="B07"' in text
    (offer,) = room.pairing.pending()
    assert found.post(f"/console/machines/pair/{offer.pairing_id}", {"seat": "B07"}).status_code == 303
    assert paired(room)["B07"].paired_by == "u-technical"
    assert code[:3] + " " + code[3:] not in page(found)


def test_two_machines_that_propose_nothing_are_offered_two_names(
    room: Room, someone: Someone, asking: Callable[..., str]
) -> None:
    asking()
    asking()
    names = re.findall(r'name="seat" value="([A-Z0-9]+)"', page(someone("proctor")))
    assert names[:2] == ["A01", "A02"]


def test_a_taken_seat_is_not_given_away_without_a_second_thought(
    room: Room, someone: Someone, asking: Callable[..., str]
) -> None:
    asking("M001")
    (offer,) = room.pairing.pending()
    old = paired(room)["M001"]
    found = someone("technical")
    answer = found.post(f"/console/machines/pair/{offer.pairing_id}", {"seat": "M001"})
    assert answer.status_code == 409
    assert "Thay máy cũ" in answer.get_data(as_text=True)
    again = found.post(f"/console/machines/pair/{offer.pairing_id}", {"seat": "M001", "replace": "yes"})
    assert again.status_code == 303
    assert paired(room)["M001"].machine_id != old.machine_id


def test_a_machine_that_is_turned_away_is_not_paired(room: Room, someone: Someone, asking: Callable[..., str]) -> None:
    asking("B09")
    (offer,) = room.pairing.pending()
    assert someone("proctor").post(f"/console/machines/refuse/{offer.pairing_id}").status_code == 303
    assert room.pairing.pending() == ()
    assert "B09" not in paired(room)


def test_an_offer_that_is_gone_is_said_to_be_gone(someone: Someone) -> None:
    answer = someone("proctor").post("/console/machines/pair/p0", {"seat": "B01"})
    assert answer.status_code == 409
    assert "không còn chờ" in answer.get_data(as_text=True)


def test_a_kit_is_downloaded_once_and_pairs_a_machine(room: Room, someone: Someone) -> None:
    found = someone("technical")
    answer = found.post("/console/machines/kit", {"uses": "2", "hours": "4"})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(".kit")
    assert answer.headers["Cache-Control"] == "no-store"
    kit = read_kit(answer.data)
    assert isinstance(kit, Kit)
    assert (kit.uses, kit.room_id) == (2, room.identity.room_id)
    assert kit.secret not in page(found)
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(32)
    mac = pairing.kit_mac(bytes.fromhex(kit.secret), key, nonce, room.identity.leaf_der)
    message = PairKit(kit.kit_id, key.hex(), nonce.hex(), mac, "kiosk", "C01", "0.1.0")
    assert getattr(room.pairing.pair_by_kit(message), "ok", False)
    assert paired(room)["C01"].paired_by == f"kit:{kit.kit_id}"


def test_a_kit_that_was_taken_back_pairs_nothing(room: Room, someone: Someone) -> None:
    found = someone("technical")
    kit = read_kit(found.post("/console/machines/kit", {"uses": "2", "hours": "4"}).data)
    assert isinstance(kit, Kit)
    assert found.post(f"/console/machines/kit/{kit.kit_id}/revoke").status_code == 303
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(32)
    mac = pairing.kit_mac(bytes.fromhex(kit.secret), key, nonce, room.identity.leaf_der)
    message = PairKit(kit.kit_id, key.hex(), nonce.hex(), mac, "kiosk", "C01", "0.1.0")
    assert getattr(room.pairing.pair_by_kit(message), "refused", None) is not None
    assert "đã thu hồi" in page(found)


@pytest.mark.parametrize(
    ("uses", "hours"), [("0", "4"), ("5", "0"), ("5", "721"), ("1001", "4"), ("", "4"), ("5", "-1")]
)
def test_a_kit_without_sensible_numbers_is_not_made(room: Room, someone: Someone, uses: str, hours: str) -> None:
    assert someone("technical").post("/console/machines/kit", {"uses": uses, "hours": hours}).status_code == 422
    assert room.pairing.kits.all() == ()


def test_unpairing_and_renaming(room: Room, someone: Someone) -> None:
    found = someone("technical")
    machines = paired(room)
    found.post(f"/console/machines/{machines['M001'].machine_id}/rename", {"seat": "d05"})
    assert "D05" in paired(room)
    taken = found.post(f"/console/machines/{machines['M002'].machine_id}/rename", {"seat": "D05"})
    assert taken.status_code == 409
    found.post(f"/console/machines/{machines['M001'].machine_id}/unpair")
    assert "D05" not in paired(room)


def test_a_console_is_told_from_a_candidates_machine(room: Room, someone: Someone, asking: Callable[..., str]) -> None:
    asking(kind="console")
    found = someone("technical")
    assert "Máy điều khiển của cán bộ" in page(found)
    (offer,) = room.pairing.pending()
    found.post(f"/console/machines/pair/{offer.pairing_id}", {"seat": "CONSOLE-01"})
    assert paired(room)["CONSOLE-01"].kind is MachineKind.CONSOLE


def test_unpairing_a_machine_at_work_is_warned_of(room: Room, someone: Someone, play: Any) -> None:
    hold_ceremony(room, play.contest)
    machine, source = paired(room)["M001"], "ab" * 16
    candidate = room.store.candidates.of_sitting(play.sitting.sitting_id)[0]
    seated = SeatCandidate(candidate.candidate_id, "a9", machine.machine_id, "M001", source)
    play.sitting.submit([Delivery(bytes.fromhex(source), 1, b"sign in", seated)])
    assert "Có thí sinh đang làm bài" not in page(someone("technical"))
    play.order(StartPart(0, ("a9",), b"\7" * 32, "u-proctor"))
    assert "Có thí sinh đang làm bài" in page(someone("technical"))


def test_a_computer_that_was_set_up_anew_takes_its_old_place_with_one_click(
    room: Room, someone: Someone, asking: Callable[..., str]
) -> None:
    asking("M001")
    (offer,) = room.pairing.pending()
    found, old = someone("technical"), paired(room)["M001"]
    assert "thay cho máy cũ “M001”" in page(found)
    room.presence.arrived(old.machine_id, "M001", "sid", "127.0.0.9", "0.1.0")
    assert "thay cho máy cũ" not in page(found), "the old machine is there: these are two computers"
    room.presence.left(old.machine_id, "sid")
    fields = {"seat": "M001", "replace": "yes"}
    assert found.post(f"/console/machines/pair/{offer.pairing_id}", fields).status_code == 303
    assert paired(room)["M001"].machine_id != old.machine_id
