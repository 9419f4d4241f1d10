"""Sequence, clock, receipts, pairing and announcements: what both sides compute alike."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol import clock, pairing, service
from server.protocol.receipt import receipt_code, responses_sha256
from server.protocol.sequence import (
    EMPTY,
    RETRY_FIRST_MS,
    RETRY_MOST_MS,
    Diverged,
    Place,
    Stream,
    place,
    resend_from,
    retry_delay_ms,
)

# --- sequence ---


@pytest.mark.parametrize(
    ("held", "seq", "where"),
    [
        (0, 1, Place.NEXT),
        (0, 2, Place.GAP),
        (5, 1, Place.SEEN),
        (5, 5, Place.SEEN),
        (5, 6, Place.NEXT),
        (5, 7, Place.GAP),
    ],
)
def test_a_number_is_next_seen_or_beyond_a_gap(held: int, seq: int, where: Place) -> None:
    assert place(Stream(held, b"d" * 32), seq) is where


def test_a_kiosk_sends_everything_after_what_the_server_holds() -> None:
    assert resend_from(EMPTY, 7, b"") == 1
    assert resend_from(Stream(4, b"four"), 7, b"four") == 5
    assert resend_from(Stream(7, b"seven"), 7, b"seven") == 8


@pytest.mark.parametrize(("held", "last", "own"), [(4, 7, b"other"), (8, 7, b""), (4, 7, b"")])
def test_a_server_that_holds_something_else_is_noticed(held: int, last: int, own: bytes) -> None:
    assert resend_from(Stream(held, b"four"), last, own) == Diverged(held)


@given(st.integers(0, 1000), st.integers(0, 2**32))
def test_waiting_doubles_up_to_a_bound_and_spreads(tries: int, chance: int) -> None:
    delay = retry_delay_ms(tries, chance)
    longest = min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** min(tries - 1, 20)) if tries else 0
    assert longest // 2 <= delay <= longest


# --- clock ---


@given(
    offset=st.integers(-(10**12), 10**12), there=st.integers(0, 5_000), inside=st.integers(0, 5_000),
    back=st.integers(0, 5_000), start=st.integers(0, 10**9), later=st.integers(0, 3_600_000), drift=st.integers(-200, 200),
)  # fmt: skip
def test_room_time_is_within_its_uncertainty_whatever_the_network_does(
    offset: int, there: int, inside: int, back: int, start: int, later: int, drift: int
) -> None:
    """Two clocks a million million ms apart, an unfair network, and an hour of the worst drift there is."""
    found = clock.estimate(
        clock.Exchange(start, start + there + offset, start + there + inside + offset, start + there + inside + back)
    )
    assert found is not None
    now = found.at_ms + later
    true = now + offset + later * drift // 1_000_000
    assert abs(clock.room_time_ms(found, now) - true) <= clock.uncertainty_ms(found, now)


@pytest.mark.parametrize("stamps", [(100, 50, 40, 200), (100, 50, 60, 99), (100, 50, 250, 200)])
def test_impossible_stamps_give_no_estimate(stamps: tuple[int, int, int, int]) -> None:
    assert clock.estimate(clock.Exchange(*stamps)) is None


def test_a_surer_estimate_is_kept_until_it_is_stale() -> None:
    sure, unsure = clock.Estimate(0, 5, 0), clock.Estimate(9, 50, 30_000)
    assert clock.better(None, unsure) is unsure
    assert clock.better(sure, unsure) is sure
    assert clock.better(unsure, clock.Estimate(0, 5, 31_000)).uncertainty_ms == 5
    old = clock.Estimate(9, 50, clock.STALE_MS + 1)
    assert clock.better(sure, old) is old


def test_room_time_that_was_set_anew_is_followed_at_once() -> None:
    """A server whose clock was set right moves by more than both estimates can be wrong: the surer one is over."""
    sure, moved = clock.Estimate(0, 5, 0), clock.Estimate(180_000, 50, 1_000)
    assert clock.better(sure, moved) is moved
    assert clock.better(moved, clock.Estimate(0, 60, 2_000)).offset_ms == 0


def test_time_left_is_never_negative() -> None:
    assert [clock.remaining_ms(1000, at) for at in (0, 999, 1000, 5000)] == [1000, 1, 0, 0]


# --- receipts ---


def test_a_receipt_of_known_responses_never_changes() -> None:
    """Printed on paper and checked years later; kiosk and server compute it on their own."""
    digest = responses_sha256("a1", 0, {"i2": {"options": ["o1", "o2"]}, "i1": {"options": ["o3"]}})
    assert (digest.hex(), receipt_code(digest)) == (
        "375b396cbcdc68132b66c7f71dbd88f99e62c25a41462e0372daeb1b9d9aecc1",
        "6XDK-JV5W",
    )


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from([{"options": ["x"]}, {"options": ["y"]}])))
def test_the_order_of_answering_makes_no_difference_and_everything_else_does(
    responses: dict[str, dict[str, list[str]]],
) -> None:
    digest = responses_sha256("a1", 0, responses)
    assert responses_sha256("a1", 0, dict(reversed(responses.items()))) == digest
    others = [responses_sha256("a2", 0, responses), responses_sha256("a1", 1, responses)]
    others.append(responses_sha256("a1", 0, {**responses, "d": {"options": ["x"]}}))
    assert len({digest, *others}) == 4


@given(st.binary(min_size=32, max_size=32))
def test_a_receipt_is_eight_letters_nobody_confuses(digest: bytes) -> None:
    code = receipt_code(digest)
    assert code[4] == "-"
    assert set(code.replace("-", "")) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert len(code) == 9
    assert receipt_code(digest[:5] + bytes(27)) == code


# --- pairing ---

KIOSK, SERVER = (b"k" * 32, b"n" * 32), (b"s" * 32, b"m" * 32)


def test_both_sides_show_the_same_six_digits() -> None:
    assert pairing.code(KIOSK, SERVER, b"ca", b"leaf") == pairing.code(KIOSK, SERVER, b"ca", b"leaf")
    assert len(pairing.code(KIOSK, SERVER, b"ca", b"leaf")) == 6


def test_the_digits_hang_on_everything_either_side_saw() -> None:
    codes = {
        pairing.code(kiosk, server, ca, leaf)
        for kiosk in (KIOSK, (b"K" * 32, b"n" * 32), (b"k" * 32, b"N" * 32))
        for server in (SERVER, (b"S" * 32, b"m" * 32), (b"s" * 32, b"M" * 32))
        for ca in (b"ca", b"CA") for leaf in (b"leaf", b"LEAF")
    }  # fmt: skip
    assert len(codes) == 36


def test_a_commitment_binds_key_and_nonce() -> None:
    assert pairing.commitment(*KIOSK) == hashlib.sha256(b"examroom/pair/1\0" + b"k" * 32 + b"n" * 32).hexdigest()
    assert pairing.commitment(b"n" * 32, b"k" * 32) != pairing.commitment(*KIOSK)


def test_a_proof_is_for_one_nonce_one_room_one_kiosk_and_one_certificate() -> None:
    texts = {
        pairing.prove_text(nonce, room, kiosk, leaf)
        for nonce in (b"1" * 32, b"2" * 32) for room, kiosk in (("r", "k1"), ("r1", "k"), ("rk", "1"), ("r", "k"))
        for leaf in (b"leaf", b"LEAF")
    }  # fmt: skip
    assert len(texts) == 16


def test_the_kits_mac_needs_the_secret_and_is_for_one_connection() -> None:
    macs = {pairing.kit_mac(secret, *KIOSK, leaf) for secret in (b"a" * 32, b"b" * 32) for leaf in (b"leaf", b"LEAF")}
    assert len(macs) == 4


@pytest.mark.parametrize("short", [b"", b"x" * 31, b"x" * 33])
def test_keys_and_nonces_have_one_length(short: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pairing.commitment(short, b"n" * 32)
    with pytest.raises(ValueError, match="32 bytes"):
        pairing.prove_text(short, "r", "k", b"leaf")


# --- announcements ---


@given(name=st.text(st.characters(exclude_categories=["Cs"]), max_size=300), port=st.integers(1, 65_535))
def test_a_room_is_read_from_its_announcement(name: str, port: int) -> None:
    notice = service.RoomNotice("room-1", name, "ab" * 32, port)
    read = service.read_room(notice.txt())
    assert read is not None
    assert (read.room_id, read.ca_sha256, read.port) == ("room-1", "ab" * 32, port)
    assert name.startswith(read.room_name)
    assert all(len(f"{key}={value}".encode()) <= service.MAX_TXT_BYTES for key, value in notice.txt().items())


@pytest.mark.parametrize(
    "change",
    [
        {"v": "2"},
        {"ca": ""},
        {"port": "x"},
        {"port": "0"},
        {"port": "99999"},
        {"port": "٣"},
        {"room": ""},
        {"room": "r" * 65},
    ],
)
def test_an_announcement_that_is_not_ours_is_passed_over(change: dict[str, str]) -> None:
    good = service.RoomNotice("room-1", "Phòng 1", "ab" * 32, 8443).txt()
    assert service.read_room(good | change) is None
    assert service.read_room({}) is None


def test_a_kiosk_is_read_from_its_announcement() -> None:
    notice = service.KioskNotice("M-07", True, "room-1")
    assert service.read_kiosk(notice.txt()) == notice
    assert service.read_kiosk(notice.txt() | {"state": "?"}) is None


def test_a_fingerprint_is_of_the_whole_certificate() -> None:
    assert service.fingerprint(b"der") == hashlib.sha256(b"der").hexdigest()
