"""A kiosk's own decisions while it joins a room: what makes it stop, and when it has joined."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from client_kiosk import pairing
from client_kiosk.finder import FoundRoom
from client_kiosk.pairing import Comparing, JoinFault, Secret, fault_of
from server.protocol import pairing as protocol
from server.protocol.messages import Denial, PairOfferAck, PairRevealAck

SECRET = Secret(b"k" * 32, b"n" * 32)
CA, LEAF = b"authority", b"leaf"
ACK = PairOfferAck(True, "r1", "Phòng 1", "PEM", "aa" * 32, "bb" * 32)
FOUND = FoundRoom("r1", "Phòng 1", hashlib.sha256(CA).hexdigest(), ("10.0.0.1:8443",))


def comparing() -> Comparing:
    found = pairing.offered(SECRET, FOUND, ACK, CA, LEAF, LEAF)
    assert isinstance(found, Comparing)
    return found


def test_the_code_is_of_what_this_machine_itself_saw() -> None:
    server = (bytes.fromhex(ACK.server_key), bytes.fromhex(ACK.server_nonce))
    assert comparing().code == protocol.code((b"k" * 32, b"n" * 32), server, CA, LEAF)
    other = pairing.offered(SECRET, None, ACK, CA, b"another leaf", b"another leaf")
    assert isinstance(other, Comparing)
    assert other.code != comparing().code


def test_the_first_message_tells_nothing_of_the_key() -> None:
    offer = SECRET.offer("kiosk", "A01", "test")
    assert SECRET.kiosk_key.hex() not in str(offer.wire())
    assert protocol.commitment(SECRET.kiosk_key, SECRET.kiosk_nonce) == offer.commitment
    assert SECRET.reveal().kiosk_key == SECRET.kiosk_key.hex()


def test_another_authority_than_was_announced_ends_it() -> None:
    assert pairing.offered(SECRET, FOUND, ACK, b"another", LEAF, LEAF) is JoinFault.OTHER_AUTHORITY


def test_a_server_that_calls_itself_another_room_ends_it() -> None:
    ack = replace(ACK, room_id="r2")
    assert pairing.offered(SECRET, FOUND, ack, CA, LEAF, LEAF) is JoinFault.OTHER_ROOM


def test_two_connections_that_show_two_certificates_end_it() -> None:
    assert pairing.offered(SECRET, FOUND, ACK, CA, LEAF, b"other") is JoinFault.FOREIGN_CERTIFICATE


def test_a_typed_address_has_nothing_announced_to_be_held_to() -> None:
    assert isinstance(pairing.offered(SECRET, None, replace(ACK, room_id="r2"), b"any", LEAF, LEAF), Comparing)


def test_a_server_that_says_another_code_ends_it() -> None:
    shown = comparing()
    assert pairing.revealed(shown, PairRevealAck(True, shown.code)) == shown
    other = "000000" if shown.code != "000000" else "111111"
    assert pairing.revealed(shown, PairRevealAck(True, other)) is JoinFault.CODES_DIFFER


def test_it_has_joined_when_both_have_said_yes_in_either_order() -> None:
    start = comparing()
    assert not start.joined
    here, there = pairing.confirmed(start), pairing.paired(start, "k1", "A01")
    assert not here.joined
    assert not there.joined
    assert pairing.paired(here, "k1", "A01") == pairing.confirmed(there)
    assert pairing.confirmed(there).joined


@pytest.mark.parametrize("denial", list(Denial))
def test_every_refusal_of_the_server_means_something_here(denial: Denial) -> None:
    assert fault_of(denial) in JoinFault
