"""Which rooms a kiosk lists, from what anybody on the LAN may announce, and what a person may type instead."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_kiosk.finder import (
    MAX_ADDRESSES,
    MAX_ANNOUNCEMENTS,
    Rooms,
    gone,
    heard,
    shown_fingerprint,
    typed_address,
    with_port,
)
from client_kiosk.tls import Address
from server.protocol.service import RoomNotice

CA, OTHER_CA = "ab" * 32, "cd" * 32


def txt(room_id: str = "r1", name: str = "Phòng 1", ca: str = CA, port: int = 8443) -> dict[str, str]:
    return RoomNotice(room_id, name, ca, port).txt()


def hearing(*announcements: tuple[str, Mapping[str, str], tuple[str, ...]]) -> Rooms:
    rooms = Rooms()
    for service, record, addresses in announcements:
        rooms = heard(rooms, service, record, addresses)
    return rooms


def test_a_room_is_listed_with_its_addresses_the_likeliest_first() -> None:
    (room,) = hearing(("a", txt(), ("fe80::1%2", "2001:db8::1", "192.168.1.5"))).listed()
    assert room.addresses == ("192.168.1.5:8443", "[2001:db8::1]:8443", "[fe80::1%2]:8443")
    assert room.fingerprint == "ABAB ABAB ABAB ABAB"
    assert not room.same_name


def test_a_copied_record_adds_an_address_and_no_second_room() -> None:
    (room,) = hearing(("a", txt(), ("10.0.0.1",)), ("b", txt(), ("10.0.0.66",))).listed()
    assert room.addresses == ("10.0.0.1:8443", "10.0.0.66:8443")


def test_the_same_id_under_another_authority_is_another_room_to_choose() -> None:
    first, second = hearing(("a", txt(), ("10.0.0.1",)), ("b", txt(ca=OTHER_CA), ("10.0.0.66",))).listed()
    assert first.key != second.key
    assert first.fingerprint != second.fingerprint
    assert first.same_name
    assert second.same_name


def test_a_withdrawn_room_is_gone_and_one_that_changes_is_listed_as_it_is_now() -> None:
    rooms = hearing(("a", txt(), ("10.0.0.1",)), ("a", txt(port=9443), ("10.0.0.2",)))
    assert rooms.listed()[0].addresses == ("10.0.0.2:9443",)
    assert gone(rooms, "a").listed() == ()
    assert gone(rooms, "never heard") is rooms


@pytest.mark.parametrize(
    "record",
    [
        {},
        {**txt(), "v": "2"},
        {**txt(), "ca": "short"},
        {**txt(), "port": "0"},
        {**txt(), "port": "99999"},
        {**txt(), "port": "x"},
        {**txt(), "room": ""},
    ],
)
def test_what_is_no_room_of_ours_is_not_listed_and_replaces_what_was(record: dict[str, str]) -> None:
    assert hearing(("a", record, ("10.0.0.1",))).listed() == ()
    assert hearing(("a", txt(), ("10.0.0.1",)), ("a", record, ("10.0.0.1",))).listed() == ()


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "name", ""])
def test_an_address_nobody_can_be_reached_at_is_left_out(address: str) -> None:
    assert hearing(("a", txt(), (address,))).listed() == ()


def test_noise_on_the_network_is_bounded_and_does_not_push_out_what_was_heard() -> None:
    rooms = hearing(("mine", txt(), ("10.0.0.1",)))
    for number in range(2 * MAX_ANNOUNCEMENTS):
        rooms = heard(rooms, f"noise-{number}", txt(room_id=f"n{number}"), ("10.0.0.9",))
    assert len(rooms.heard) == MAX_ANNOUNCEMENTS
    assert rooms.addresses_of("r1") == ("10.0.0.1:8443",)
    many = tuple(f"10.0.1.{last}" for last in range(1, 200))
    assert len(hearing(("a", txt(), many)).listed()[0].addresses) == MAX_ADDRESSES


def test_a_paired_kiosk_looks_wherever_its_room_is_announced() -> None:
    rooms = hearing(("a", txt(), ("10.0.0.1",)), ("b", txt("r2", ca=OTHER_CA), ("10.0.0.2",)))
    assert rooms.addresses_of("r2") == ("10.0.0.2:8443",)
    assert rooms.addresses_of("r9") == ()


# --- what a person types ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("192.168.1.10", "192.168.1.10:8443"),
        (" 192.168.1.10:9000 ", "192.168.1.10:9000"),
        ("fe80::1%eth0", "[fe80::1%eth0]:8443"),
        ("[fe80::1%2]:9000", "[fe80::1%2]:9000"),
        ("[fe80::1%2]", "[fe80::1%2]:8443"),
        ("may-chu", "may-chu:8443"),
        ("may-chu.local:9000", "may-chu.local:9000"),
    ],
)
def test_an_address_may_be_typed_with_or_without_a_port(typed: str, expected: str) -> None:
    assert typed_address(typed) == expected
    assert Address.parse(expected) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", ":8443", "192.168.1", "192.168.1.300", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.4:x", "[fe80::1", "[x]:1",
        "fe80::1]:1", "a b", "a/b", "https://a", "-", "a..b", "٣.٣.٣.٣", "0.0.0.0", "224.0.0.1", "a" * 300,
    ],
)  # fmt: skip
def test_what_is_no_address_is_not_taken_for_one(typed: str) -> None:
    assert typed_address(typed) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_refused_or_can_be_dialled(typed: str) -> None:
    found = typed_address(typed)
    assert found is None or Address.parse(found) is not None


@given(st.ip_addresses(), st.integers(min_value=1, max_value=65535))
def test_every_address_survives_being_written_and_read(address: object, port: int) -> None:
    parsed = Address.parse(with_port(str(address), port))
    assert parsed == Address(str(address), port)


def test_fingerprints_are_shown_in_groups() -> None:
    assert shown_fingerprint("0123456789abcdef" + "0" * 48) == "0123 4567 89AB CDEF"
