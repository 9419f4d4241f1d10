"""Kits pair a whole lab, each so many machines, until a date, in one room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.protocol.messages import Denial, Denied, PairKitAck
from server.protocol.shape import Malformed
from server.protocol.trust import read_kit

HOUR_MS = 3_600_000


@pytest.fixture
def kit(room: Any) -> Any:
    """A kit of the room for two machines and an hour."""
    return room.desk.kits.make("officer-1", 2, HOUR_MS, ["192.168.1.10", "fe80::1"], 8443)


def test_a_kit_pairs_without_a_person_and_its_machines_prove_themselves(room: Any, kit: Any) -> None:
    kiosk = room.kiosk()
    ack = room.desk.pair_by_kit(kiosk.by_kit(kit, seat="C03"))
    assert isinstance(ack, PairKitAck)
    assert ack.seat_label == "C03"
    proof = kiosk.prove(ack.kiosk_id, b"n" * 32, room.identity.room_id)
    assert room.desk.prove(b"n" * 32, proof).machine_id == ack.kiosk_id


def test_a_kit_is_used_up(room: Any, kit: Any) -> None:
    for _ in range(2):
        assert isinstance(room.desk.pair_by_kit(room.kiosk().by_kit(kit)), PairKitAck)
    assert room.desk.pair_by_kit(room.kiosk().by_kit(kit)) == Denied(Denial.KIT_USED_UP)
    assert len(room.desk.machines()) == 2


def test_a_machine_whose_answer_was_lost_asks_again_and_costs_no_second_use(room: Any, kit: Any) -> None:
    kiosk = room.kiosk()
    first = room.desk.pair_by_kit(kiosk.by_kit(kit))
    room.desk.pair_by_kit(room.kiosk().by_kit(kit))
    assert room.desk.pair_by_kit(kiosk.by_kit(kit)) == first
    assert room.desk.kits.all()[0].state.used == 2


def test_a_kit_pairs_no_console_whatever_the_machine_calls_itself(room: Any, kit: Any) -> None:
    laptop = room.kiosk()
    assert room.desk.pair_by_kit(laptop.by_kit(kit, kind="console")) == Denied(Denial.WRONG_KIT)
    assert room.desk.machines() == ()
    assert room.desk.kits.all()[0].state.used == 0
    ack = room.desk.pair_by_kit(laptop.by_kit(kit))
    again = room.desk.pair_by_kit(laptop.by_kit(kit, kind="console"))  # already a kiosk: that it stays
    assert again == Denied(Denial.WRONG_KIT)
    assert room.desk.machine(ack.kiosk_id).kind == "kiosk"


def test_a_kit_expires(room: Any, kit: Any) -> None:
    room.clock.now_ms += HOUR_MS
    assert room.desk.pair_by_kit(room.kiosk().by_kit(kit)) == Denied(Denial.KIT_EXPIRED)


def test_a_kit_that_was_taken_back_pairs_nothing_more_and_what_it_paired_stays(room: Any, kit: Any) -> None:
    room.desk.pair_by_kit(room.kiosk().by_kit(kit))
    room.desk.kits.revoke("officer-1", kit.kit_id)
    assert room.desk.pair_by_kit(room.kiosk().by_kit(kit)) == Denied(Denial.WRONG_KIT)
    assert len(room.desk.machines()) == 1


def test_a_kit_of_another_room_pairs_nothing(make_desk: Callable[..., Any]) -> None:
    room, other = make_desk("one"), make_desk("two")
    foreign = other.desk.kits.make("officer-1", 5, HOUR_MS, [], 8443)
    assert room.desk.pair_by_kit(room.kiosk().by_kit(foreign)) == Denied(Denial.WRONG_KIT)
    assert room.desk.machines() == ()


@pytest.mark.parametrize("wrong", ["secret", "key", "nonce", "certificate"])
def test_a_proof_for_anything_else_pairs_nothing(
    room: Any, kit: Any, wrong: str, make_desk: Callable[..., Any]
) -> None:
    from dataclasses import replace

    kiosk = room.kiosk()
    if wrong == "certificate":
        kiosk.saw_leaf = make_desk("false").identity.leaf_der  # the kiosk spoke to a relay
    message = kiosk.by_kit(replace(kit, secret="00" * 32) if wrong == "secret" else kit)
    if wrong == "key":
        message = replace(message, kiosk_key=room.kiosk().public.hex())
    if wrong == "nonce":
        message = replace(message, kiosk_nonce="11" * 32)
    assert room.desk.pair_by_kit(message) == Denied(Denial.WRONG_KIT)
    assert room.desk.machines() == ()


def test_a_machine_unpaired_by_an_officer_does_not_come_back_by_its_kit(room: Any, kit: Any) -> None:
    kiosk = room.kiosk()
    ack = room.desk.pair_by_kit(kiosk.by_kit(kit))
    room.desk.revoke("officer-1", ack.kiosk_id)
    assert room.desk.pair_by_kit(kiosk.by_kit(kit)) == Denied(Denial.UNPAIRED)


def test_a_seat_that_is_taken_is_not_taken_over_by_a_kit(room: Any, kit: Any) -> None:
    first = room.desk.pair_by_kit(room.kiosk().by_kit(kit, seat="A01"))
    second = room.desk.pair_by_kit(room.kiosk().by_kit(kit, seat="A01"))
    assert (first.seat_label, second.seat_label) == ("A01", "A02")


def test_the_kit_file_is_read_back_as_it_was_made(kit: Any) -> None:
    assert read_kit(kit.to_bytes()) == kit
    assert kit.secret not in repr(kit)


def test_the_room_keeps_no_secret_of_a_kit_in_the_open(room: Any, kit: Any) -> None:
    row = room.desk.kits.all()[0]
    assert bytes.fromhex(kit.secret) not in row.sealed_secret
    assert kit.secret.encode() not in row.sealed_secret


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"format":"exam-kit/2"}',
        b'{"format": "exam-kit/1"}',
        b"[" * 5000,
    ],
)
def test_what_is_no_kit_is_said_to_be_none(data: bytes) -> None:
    assert isinstance(read_kit(data), Malformed)


def test_a_kit_with_one_byte_changed_is_no_kit_or_another_one(kit: Any) -> None:
    data = bytearray(kit.to_bytes())
    for place in range(0, len(data), 7):
        changed = bytes(data[:place]) + bytes([data[place] ^ 1]) + bytes(data[place + 1 :])
        again = read_kit(changed)
        assert again != kit
