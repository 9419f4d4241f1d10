"""Pairing by a compared code: what joins, and everything that never does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.domain.pairing import MAX_PENDING, MAX_PENDING_PER_ADDRESS, OFFER_LIFE_MS, TRIES, PairFault, PairRefused
from server.live.pairing import Changed, Joined, Left, Turned
from server.protocol.messages import Denial, Denied, PairOffer, PairOfferAck, PairReveal, PairRevealAck


def test_both_screens_show_the_same_code_and_one_click_pairs(room: Any) -> None:
    kiosk = room.kiosk()
    offered = room.desk.offer("c1", "10.0.0.5", kiosk.offer(seat="b07"))
    assert isinstance(offered, PairOfferAck)
    assert room.desk.pending() == ()  # nothing to compare yet
    revealed = room.desk.reveal("c1", kiosk.reveal())
    assert isinstance(revealed, PairRevealAck)
    (waiting,) = room.desk.pending()
    assert revealed.code == waiting.code == kiosk.code(offered)
    machine = room.desk.approve("officer-1", waiting.pairing_id)
    assert (machine.seat_label, machine.public_key, machine.paired_by) == ("B07", kiosk.public, "officer-1")
    assert room.desk.pending() == ()
    assert room.news == [Changed(), Joined(machine, "c1"), Changed()]
    assert room.desk.machines() == (machine,)


def test_a_paired_machine_survives_a_restart_of_the_server(make_desk: Callable[..., Any]) -> None:
    room = make_desk("room")
    kiosk, _, waiting = room.waiting()
    machine = room.desk.approve("officer-1", waiting.pairing_id)
    again = make_desk("room", again=True)
    proof = kiosk.prove(machine.machine_id, b"n" * 32, room.identity.room_id)
    assert again.desk.prove(b"n" * 32, proof) == machine


def test_a_relay_in_the_middle_makes_the_codes_differ(make_desk: Callable[..., Any]) -> None:
    room, false_room = make_desk("true"), make_desk("false")
    victim = false_room.kiosk()  # it sees the relay's certificates
    shown_to_victim = false_room.desk.offer("v", "10.0.0.5", victim.offer())
    relay = room.kiosk()
    room.desk.offer("r", "10.0.0.66", relay.offer())
    room.desk.reveal("r", relay.reveal())
    (waiting,) = room.desk.pending()
    assert victim.code(shown_to_victim) != waiting.code


def test_a_relay_that_passes_everything_on_still_shows_another_certificate(make_desk: Callable[..., Any]) -> None:
    room, false_room = make_desk("true"), make_desk("false")
    victim = room.kiosk()
    victim.saw_leaf = false_room.identity.leaf_der  # the relay has to serve TLS with a key of its own
    ack = room.desk.offer("r", "10.0.0.66", victim.offer())
    room.desk.reveal("r", victim.reveal())
    (waiting,) = room.desk.pending()
    assert victim.code(ack) != waiting.code


def test_a_reveal_that_does_not_match_the_commitment_ends_the_offer(room: Any) -> None:
    kiosk, other = room.kiosk(), room.kiosk()
    room.desk.offer("c1", "10.0.0.5", kiosk.offer())
    assert room.desk.reveal("c1", other.reveal()) == Denied(Denial.WRONG_REVEAL)
    assert room.desk.reveal("c1", kiosk.reveal()) == Denied(Denial.PAIRING_CLOSED)
    assert room.desk.pending() == ()


def test_a_false_kiosk_replaying_anothers_offer_cannot_reveal_it(room: Any) -> None:
    kiosk = room.kiosk()
    overheard = kiosk.offer()
    room.desk.offer("c1", "10.0.0.5", kiosk.offer())
    replayed = room.desk.offer("c2", "10.0.0.66", overheard)
    assert isinstance(replayed, PairOfferAck)
    false = room.kiosk()
    assert isinstance(room.desk.reveal("c2", false.reveal()), Denied)
    room.desk.reveal("c1", kiosk.reveal())
    assert [offer.connection for offer in room.desk.pending()] == ["c1"]


def test_one_who_replays_the_reveal_as_well_gets_another_code_and_cannot_prove_itself(room: Any) -> None:
    kiosk, ack, waiting = room.waiting("c1")
    room.desk.offer("c2", "10.0.0.66", kiosk.offer())
    room.desk.reveal("c2", kiosk.reveal())
    replayed = next(offer for offer in room.desk.pending() if offer.connection == "c2")
    assert replayed.code != waiting.code == kiosk.code(ack)
    machine = room.desk.approve("officer-1", replayed.pairing_id)  # even if somebody clicks
    thief = room.kiosk()
    proof = thief.prove(machine.machine_id, b"n" * 32, room.identity.room_id)
    assert room.desk.prove(b"n" * 32, proof) == Denied(Denial.WRONG_SIGNATURE)


def test_a_code_works_once(room: Any) -> None:
    _, _, waiting = room.waiting()
    room.desk.approve("officer-1", waiting.pairing_id)
    assert room.desk.approve("officer-1", waiting.pairing_id) == PairRefused(PairFault.NO_OFFER)
    assert len(room.desk.machines()) == 1


def test_an_offer_cannot_be_revealed_twice(room: Any) -> None:
    kiosk, _, _ = room.waiting("c1")
    assert room.desk.reveal("c1", kiosk.reveal()) == Denied(Denial.PAIRING_CLOSED)
    assert room.desk.pending() == ()


def test_nothing_is_approved_before_the_machine_has_shown_its_key(room: Any) -> None:
    kiosk = room.kiosk()
    room.desk.offer("c1", "10.0.0.5", kiosk.offer())
    offer = next(iter(room.desk._state.offers.values()))
    assert room.desk.approve("officer-1", offer.pairing_id) == PairRefused(PairFault.NOT_REVEALED)


def test_a_reveal_without_an_offer_is_turned_away(room: Any) -> None:
    assert room.desk.reveal("c9", room.kiosk().reveal()) == Denied(Denial.PAIRING_CLOSED)


def test_a_second_offer_on_one_connection_is_turned_away(room: Any) -> None:
    room.desk.offer("c1", "10.0.0.5", room.kiosk().offer())
    assert room.desk.offer("c1", "10.0.0.5", room.kiosk().offer()) == Denied(Denial.PAIRING_CLOSED)


def test_three_guesses_a_minute_then_a_pause_for_that_address_alone(room: Any) -> None:
    for number in range(TRIES):
        _, _, waiting = room.waiting(f"c{number}", "10.0.0.66")
        assert room.desk.refuse(waiting.pairing_id) is None
    fourth = room.desk.offer("c9", "10.0.0.66", room.kiosk().offer())
    assert isinstance(fourth, Denied)
    assert fourth.refused is Denial.TOO_MANY_TRIES
    assert 0 < (fourth.wait_s or 0) <= 60
    assert isinstance(room.desk.offer("c10", "10.0.0.7", room.kiosk().offer()), PairOfferAck)
    room.clock.now_ms += 60_000
    assert isinstance(room.desk.offer("c11", "10.0.0.66", room.kiosk().offer()), PairOfferAck)


def test_guesses_that_walk_away_count_too(room: Any) -> None:
    for number in range(TRIES):
        room.waiting(f"c{number}", "10.0.0.66")
        room.desk.gone(f"c{number}")
    assert isinstance(room.desk.offer("c9", "10.0.0.66", room.kiosk().offer()), Denied)


def test_a_lab_behind_one_address_pairs_machine_after_machine(room: Any) -> None:
    for number in range(3 * TRIES):
        _, _, waiting = room.waiting(f"c{number}", "10.0.0.5")
        assert not isinstance(room.desk.approve("officer-1", waiting.pairing_id), PairRefused)
    assert len(room.desk.machines()) == 3 * TRIES


def test_waiting_offers_are_bounded_in_all_and_per_address(room: Any) -> None:
    for number in range(MAX_PENDING):
        address = f"10.0.0.{number // MAX_PENDING_PER_ADDRESS}"
        assert isinstance(room.desk.offer(f"c{number}", address, room.kiosk().offer()), PairOfferAck)
    full = room.desk.offer("more", "10.9.9.9", room.kiosk().offer())
    assert isinstance(full, Denied)
    assert full.refused is Denial.TOO_MANY_PAIRINGS
    room.desk.gone("c0")
    assert isinstance(room.desk.offer("more", "10.9.9.9", room.kiosk().offer()), PairOfferAck)
    room.desk.gone("c1")
    assert isinstance(room.desk.offer("crowd", "10.0.0.1", room.kiosk().offer()), Denied)


def test_an_offer_nobody_answers_is_forgotten_and_its_machine_told(room: Any) -> None:
    _, _, waiting = room.waiting("c1")
    room.clock.now_ms += OFFER_LIFE_MS
    assert room.desk.pending() == ()
    assert room.desk.approve("officer-1", waiting.pairing_id) == PairRefused(PairFault.EXPIRED)
    room.desk.expire()
    assert Turned("c1", PairFault.EXPIRED) in room.news


def test_a_refused_machine_is_told(room: Any) -> None:
    _, _, waiting = room.waiting("c1")
    room.desk.refuse(waiting.pairing_id)
    assert Turned("c1", PairFault.REFUSED) in room.news
    assert room.desk.refuse(waiting.pairing_id) == PairRefused(PairFault.NO_OFFER)


# --- seats ------------------------------------------------------------------------------------------------------------


def test_seats_are_given_in_order_and_consoles_are_named_apart(room: Any) -> None:
    labels = []
    for number, kind in enumerate(["kiosk", "kiosk", "console", "kiosk"]):
        kiosk = room.kiosk()
        room.desk.offer(f"c{number}", "10.0.0.5", kiosk.offer(kind=kind))
        room.desk.reveal(f"c{number}", kiosk.reveal())
        labels.append(room.desk.approve("officer-1", room.desk.pending()[0].pairing_id).seat_label)
    assert labels == ["A01", "A02", "CONSOLE-01", "A03"]


def test_a_taken_seat_is_refused_unless_the_officer_replaces_its_machine(room: Any) -> None:
    _, _, first = room.waiting("c1", seat="A05")
    old = room.desk.approve("officer-1", first.pairing_id)
    new_kiosk, _, second = room.waiting("c2", seat="A05")
    assert room.desk.approve("officer-1", second.pairing_id, "A05") == PairRefused(PairFault.SEAT_TAKEN)
    new = room.desk.approve("officer-1", second.pairing_id, "A05", replace=True)
    assert new.seat_label == "A05"
    assert new.public_key == new_kiosk.public
    assert room.desk.machine(old.machine_id).revoked
    assert [item.machine.machine_id for item in room.news if isinstance(item, Left)] == [old.machine_id]


def test_a_proposed_seat_that_is_taken_gives_way_to_the_next_free_one(room: Any) -> None:
    _, _, first = room.waiting("c1", seat="A01")
    room.desk.approve("officer-1", first.pairing_id)
    _, _, second = room.waiting("c2", seat="A01")
    assert room.desk.approve("officer-1", second.pairing_id).seat_label == "A02"


def test_seat_names_are_checked(room: Any) -> None:
    _, _, waiting = room.waiting("c1", seat="<script>")
    assert waiting.proposed_seat == ""
    for wrong in ("", "A 1", "-A1", "A" * 13, "Ấ1"):
        assert room.desk.approve("officer-1", waiting.pairing_id, wrong) == PairRefused(PairFault.SEAT_INVALID)
    machine = room.desk.approve("officer-1", waiting.pairing_id, " máy-1".replace("á", "a"))
    assert machine.seat_label == "MAY-1"
    assert room.desk.rename(machine.machine_id, "C09").seat_label == "C09"


def test_a_seat_cannot_be_renamed_to_one_that_is_taken(room: Any) -> None:
    machines = []
    for number in range(2):
        _, _, waiting = room.waiting(f"c{number}")
        machines.append(room.desk.approve("officer-1", waiting.pairing_id))
    assert room.desk.rename(machines[1].machine_id, "a01") == PairRefused(PairFault.SEAT_TAKEN)
    assert room.desk.rename(machines[0].machine_id, "A01") == machines[0]


# --- proving -----------------------------------------------------------------------------------------------------------


def paired(room: Any) -> tuple[Any, Any]:
    kiosk, _, waiting = room.waiting()
    return kiosk, room.desk.approve("officer-1", waiting.pairing_id)


def test_only_the_paired_key_proves_itself_on_this_nonce_room_and_certificate(make_desk: Callable[..., Any]) -> None:
    room, other = make_desk("one"), make_desk("two")
    kiosk, machine = paired(room)
    nonce, room_id = b"n" * 32, room.identity.room_id
    assert room.desk.prove(nonce, kiosk.prove(machine.machine_id, nonce, room_id)) == machine
    stale = kiosk.prove(machine.machine_id, b"o" * 32, room_id)
    elsewhere = kiosk.prove(machine.machine_id, nonce, other.identity.room_id)
    kiosk.saw_leaf = other.identity.leaf_der
    relayed = kiosk.prove(machine.machine_id, nonce, room_id)
    for wrong in (stale, elsewhere, relayed):
        assert room.desk.prove(nonce, wrong) == Denied(Denial.WRONG_SIGNATURE)
    assert other.desk.prove(nonce, relayed) == Denied(Denial.UNKNOWN_KIOSK)


def test_a_revoked_machine_is_out_until_an_officer_takes_it_back(room: Any) -> None:
    kiosk, machine = paired(room)
    room.desk.revoke("officer-2", machine.machine_id)
    assert room.desk.machines() == ()
    proof = kiosk.prove(machine.machine_id, b"n" * 32, room.identity.room_id)
    assert room.desk.prove(b"n" * 32, proof) == Denied(Denial.UNPAIRED)
    _, _, other = room.waiting("c1")
    assert room.desk.approve("officer-1", other.pairing_id).seat_label == "A01"
    room.desk.offer("c2", "10.0.0.5", kiosk.offer())
    room.desk.reveal("c2", kiosk.reveal())
    back = room.desk.approve("officer-1", room.desk.pending()[0].pairing_id)
    assert (back.machine_id, back.seat_label, back.revoked) == (machine.machine_id, "A02", False)
    assert room.desk.prove(b"n" * 32, proof) == back


def test_bytes_that_are_no_key_join_but_never_prove_anything(room: Any) -> None:
    from server.protocol import pairing

    key, nonce = b"\xff" * 32, b"n" * 32
    room.desk.offer("c1", "10.0.0.5", PairOffer(pairing.commitment(key, nonce), "kiosk", "", "test"))
    room.desk.reveal("c1", PairReveal(key.hex(), nonce.hex()))
    machine = room.desk.approve("officer-1", room.desk.pending()[0].pairing_id)
    proof = room.kiosk().prove(machine.machine_id, nonce, room.identity.room_id)
    assert room.desk.prove(nonce, proof) == Denied(Denial.WRONG_SIGNATURE)
