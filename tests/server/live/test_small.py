"""Clocks, guards and memories of the live room."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.clock import TOLERATED_MS, WITNESS_WINDOW_MS, Anchoring, RoomClock
from server.live.picture import difference
from server.live.presence import LOW_DISK_BYTES, MAX_STAGED, Presence
from server.live.sign_in import MAX_KEYS, OF_BOTH, OF_KIOSK, OF_NUMBER, SignInGuard
from server.live.sockets import TextJson, TextPacket
from server.protocol.messages import Pulse, Staged


class Ticking:
    """A clock that a test moves."""

    def __init__(self, now_ms: int = 1_000_000) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


# --- room time ------------------------------------------------------------------------------------------------------


def test_room_time_follows_the_monotonic_clock_and_never_goes_back() -> None:
    monotonic = Ticking(500)
    clock = RoomClock(monotonic, Ticking(9), 1_000_000)
    monotonic.now_ms += 40
    assert clock.now_ms() == 1_000_040
    clock.set(900_000)
    assert clock.now_ms() == 1_000_040  # stands still until it is caught up with
    monotonic.now_ms += 100_041
    assert clock.now_ms() == 1_000_041
    clock.not_before(2_000_000)
    assert clock.now_ms() == 2_000_000
    monotonic.now_ms += 5
    assert clock.now_ms() == 2_000_005  # and goes on from there
    clock.not_before(1_500_000)
    assert clock.now_ms() == 2_000_005


def test_a_step_takes_room_time_back_and_can_be_taken_back_itself() -> None:
    monotonic = Ticking(500)
    clock = RoomClock(monotonic, Ticking(9), 1_000_000)
    assert clock.now_ms() == 1_000_000
    undo = clock.step(400_000)
    monotonic.now_ms += 7
    assert clock.now_ms() == 400_007
    undo()
    assert clock.now_ms() == 1_000_007


def test_after_a_restart_room_time_moves_by_the_median_of_what_kiosks_say_once() -> None:
    anchoring = Anchoring()
    offsets = [3_600_000 + 7, 3_600_000, 0, 3_600_000 - 5]
    answers = [anchoring.witness(f"k{n}", 50_000 + offset, 50_000, expected=4) for n, offset in enumerate(offsets)]
    assert answers == [None, None, None, 3_600_000 - 5]
    assert anchoring.witness("k9", 0, 50_000, expected=4) is None


@pytest.mark.parametrize(
    ("offsets", "moved"), [([TOLERATED_MS] * 3, None), ([TOLERATED_MS + 1] * 3, TOLERATED_MS + 1), ([9_999] * 2, None)]
)
def test_small_differences_and_too_few_witnesses_move_nothing(offsets: list[int], moved: int | None) -> None:
    anchoring = Anchoring()
    for n, offset in enumerate(offsets[:-1]):
        assert anchoring.witness(f"k{n}", offset, 0, expected=100) is None
    last_ms = WITNESS_WINDOW_MS
    assert anchoring.witness("last", last_ms + offsets[-1], last_ms, expected=100) == moved


# --- signing in -----------------------------------------------------------------------------------------------------


HOUR_MS = 3_600_000


def test_a_number_that_nobody_has_is_counted_like_any_other() -> None:
    guard = SignInGuard()
    answers = [guard.wrong("k1", "TS9999", 0) for _ in range(OF_BOTH.tries)]
    assert [answer.tries_left for answer in answers] == [4, 3, 2, 1, 0]
    refused = guard.waiting("k1", " ts9999 ", 1)
    assert refused is not None
    assert refused.wait_s == OF_BOTH.wait_s
    assert guard.waiting("k1", "TS9999", OF_BOTH.wait_s * 1000) is None
    assert guard.waiting("k1", "TS0001", 1) is None


def test_a_neighbour_does_not_lock_a_candidate_out_however_long_they_try() -> None:
    guard = SignInGuard()
    tries = now_ms = 0
    while now_ms < 8 * HOUR_MS:
        if guard.waiting("k-neighbour", "TS0001", now_ms) is None:
            guard.wrong("k-neighbour", "TS0001", now_ms)
            tries += 1
        now_ms += 1_000
        assert guard.waiting("k-own", "TS0001", now_ms) is None
    assert tries / 8 <= 600


def test_a_machine_that_goes_through_many_numbers_waits_whichever_comes_next() -> None:
    guard = SignInGuard()
    tries = now_ms = 0
    while now_ms < HOUR_MS:
        number = f"TS{tries:04d}"
        if guard.waiting("k1", number, now_ms) is None:
            guard.wrong("k1", number, now_ms)
            tries += 1
        else:
            now_ms += 1_000
    assert tries == HOUR_MS // (OF_KIOSK.wait_s * 1000) * OF_KIOSK.tries
    assert guard.waiting("k2", "TS0000", now_ms) is None


def test_many_machines_together_are_held_to_a_bound_for_one_number() -> None:
    guard = SignInGuard()
    tries = 0
    for now_ms in range(0, HOUR_MS, 1_000):
        for kiosk in range(100):
            if guard.waiting(f"k{kiosk}", "TS0001", now_ms) is None:
                guard.wrong(f"k{kiosk}", "TS0001", now_ms)
                tries += 1
    assert OF_NUMBER.tries <= tries <= OF_NUMBER.tries + HOUR_MS // (OF_NUMBER.wait_s * 1000)
    assert guard.waiting("k1", "TS0002", HOUR_MS) is None


def test_a_right_code_forgets_the_wrong_ones_at_this_machine() -> None:
    guard = SignInGuard()
    for _ in range(OF_BOTH.tries - 1):
        guard.wrong("k1", "TS0001", 0)
    guard.right("k1", "TS0001")
    assert guard.wrong("k1", "TS0001", 0).tries_left == OF_BOTH.tries - 1


def test_nobody_waits_for_a_day_because_room_time_was_set_back() -> None:
    guard = SignInGuard()
    for _ in range(OF_BOTH.tries):
        guard.wrong("k1", "TS0001", 24 * HOUR_MS)
    assert guard.waiting("k1", "TS0001", 0) is None
    assert guard.wrong("k1", "TS0001", 0).tries_left == OF_BOTH.tries - 1


def test_the_guard_remembers_no_more_numbers_than_its_bound() -> None:
    guard = SignInGuard()
    for n in range(MAX_KEYS + 50):
        guard.wrong(f"k{n}", f"X{n}", 0)
    assert [len(one.tries) for one in (guard._both, guard._kiosk, guard._number)] == [MAX_KEYS] * 3


# --- kiosks ---------------------------------------------------------------------------------------------------------


def pulse(last_seq: int, at_ms: int | None, source: str | None = "aa" * 16, uncertainty_ms: int = 10) -> Pulse:
    return Pulse("exam", 0, last_seq, 10**9, uncertainty_ms, at_ms, source)


def test_a_bearer_token_dies_with_its_socket_and_with_a_newer_one() -> None:
    presence = Presence(Ticking())
    first, older = presence.arrived("k1", "M1", "s1", "127.0.0.1", "b")
    assert (presence.bearer(first), older) == ("k1", None)
    second, older = presence.arrived("k1", "M1", "s2", "127.0.0.1", "b")
    assert older == "s1"
    assert presence.bearer(first) is None
    assert not presence.left("k1", "s1")  # the older socket's end changes nothing
    assert presence.bearer(second) == "k1"
    assert presence.left("k1", "s2")
    assert presence.bearer(second) is None
    assert presence.bearer("") is None


def test_only_what_a_person_would_notice_is_told() -> None:
    now = Ticking()
    presence = Presence(now)
    presence.arrived("k1", "M1", "s1", "127.0.0.1", "b")
    told: list[str] = []
    presence.subscribe(told.append)
    presence.pulse("k1", pulse(3, 1))
    told.clear()
    now.now_ms += 2_000
    presence.pulse("k1", Pulse("exam", 0, 4, 10**9 - 5, 11, 2, None))
    assert told == []
    presence.pulse("k1", Pulse("exam", 2, 4, 10**9, 11, 2, None))
    presence.pulse("k1", Pulse("exam", 2, 4, LOW_DISK_BYTES - 1, 11, 2, None))
    presence.pulse("k1", Pulse("submitted", 0, 4, 10**9, 11, 2, None))
    assert told == ["k1", "k1", "k1"]


def test_since_when_answers_wait_is_remembered_until_none_does() -> None:
    now = Ticking()
    presence = Presence(now)
    presence.arrived("k1", "M1", "s1", "127.0.0.1", "b")

    def since_after(pending: int, at_ms: int) -> int | None:
        now.now_ms = at_ms
        presence.pulse("k1", Pulse("exam", pending, 4, 10**9, 11, 2, None))
        known = presence.kiosk("k1")
        assert known is not None
        return known.pending_since_ms

    assert [since_after(n, at_ms) for n, at_ms in ((0, 1), (2, 2_000), (3, 4_000), (0, 6_000), (1, 8_000))] == [
        None, 2_000, 2_000, None, 8_000,
    ]  # fmt: skip


def test_a_kiosk_reports_on_no_more_packages_than_the_bound() -> None:
    presence = Presence(Ticking())
    presence.arrived("k1", "M1", "s1", "127.0.0.1", "b")
    for n in range(MAX_STAGED + 5):
        presence.staged("k1", Staged(f"p{n}", 10, False, None))
    known = presence.kiosk("k1")
    assert known is not None
    assert known.staged is not None
    assert len(known.staged) == MAX_STAGED
    assert f"p{MAX_STAGED + 4}" in known.staged


# --- packets and pictures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packet", ['51-/kiosk,["records",{}]', "61-[]", b"2[]", "9", "x", ""])
def test_binary_and_broken_packets_are_not_taken(packet: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        TextPacket(encoded_packet=packet or "x")


def test_a_text_packet_is_the_librarys_own() -> None:
    packet = TextPacket(encoded_packet='2/kiosk,12["clock",{"t1_ms":5}]')
    assert (packet.namespace, packet.id, packet.data) == ("/kiosk", 12, ["clock", {"t1_ms": 5}])
    assert TextPacket(2, ["a", {"đ": 1}], "/kiosk").encode() == '2/kiosk,["a",{"\\u0111":1}]'
    with pytest.raises(ValueError, match="digits"):
        TextJson().loads("1" * 10_000)


values = st.none() | st.booleans() | st.integers(0, 5) | st.lists(st.integers(0, 3), max_size=2)
rows = st.fixed_dictionaries({"id": st.just("k1"), "pending": values, "attempt": values, "disk_free_bytes": values})


@given(st.lists(rows, min_size=1, max_size=6))
def test_differences_put_together_are_the_row(states: list[dict[str, object]]) -> None:
    known: dict[str, object] = {}
    told: dict[str, object] = {}
    for state in states:
        change = difference(known or None, state)  # type: ignore[arg-type]
        if change is not None:
            told.update(json.loads(json.dumps(change)))
        known = state
    last = dict(states[-1])
    last.pop("disk_free_bytes")  # told along, never a reason to tell
    assert {name: told[name] for name in last} == last
