"""What machines promise a standby: counted when proven, withdrawn when the primary lives, kept through a promotion."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client_kiosk.promises import Epochs, after_standby
from server.domain.reasons import Reason
from server.domain.standby_choice import Votes
from server.errors import ConfigError
from server.live.standby import waiting as waiting_module
from server.live.standby.channel import StandbyChannel
from server.live.standby.greeting import Peer
from server.live.standby.waiting import GONE_MS, Waiting
from server.live.transport import Gate
from server.protocol import pairing
from server.protocol.epoch import next_term, term_of
from server.role import Role, Standing, read_standing, write_standing
from server.store.async_port import THREADS

PRIMARY = Peer("1" * 16, Role.PRIMARY, 7, "0.1.0", 1)


class Sockets:
    """Takes the channel's handlers; `say` is a machine's message on the connection `sid`."""

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[..., Any]] = {}

    def on(self, event: str, handler: Callable[..., Any], namespace: str | None = None) -> None:
        self.handlers[event] = handler

    def say(self, event: str, payload: Mapping[str, object], sid: str = "s1") -> dict[str, Any]:
        found: dict[str, Any] = self.handlers[event](sid, dict(payload))
        return found


@pytest.fixture
def now() -> list[int]:
    """The monotonic clock, to be set."""
    return [1_000_000]


@pytest.fixture
def standby(waiting: Callable[..., Waiting], now: list[int], primary: Any, machine: Any) -> Waiting:
    """A standby that has the room's data, heard its primary once, and follows nobody by itself."""
    found = waiting("127.0.0.1:9", lambda: now[0])
    primary.store.copy_to(found.replica.directory / "room.sqlite")
    found.replica.open_store()
    return found


@pytest.fixture
def said(standby: Waiting) -> Any:
    """A machine's connection to the standby."""
    sockets = Sockets()
    found = StandbyChannel(standby, sockets, Gate(), THREADS, lambda: 0)  # type: ignore[arg-type]
    found.start()
    sockets.handlers["connect"]("s1", {"REMOTE_ADDR": "10.20.0.7", "REMOTE_PORT": "5"}, None)
    yield sockets
    found.stop()


def hear(standby: Waiting, lives: bool = True) -> None:
    """The primary says something, or has fallen silent."""
    standby.follower.primary = PRIMARY if lives else None
    if lives:
        standby._heard(PRIMARY, "127.0.0.1:9", None)


def hello(said: Sockets, promised: int) -> str:
    answer = said.say("hello", {
        "protocol": 1, "kiosk_id": "k1", "kind": "kiosk", "build": "0.1.0", "seat_label": "M01", "seen": None,
        "promised": promised,
    })  # fmt: skip
    assert answer["ok"], answer
    nonce: str = answer["nonce"]
    return nonce


def vouch(said: Sockets, standby: Waiting, key: Ed25519PrivateKey, nonce: str) -> dict[str, Any]:
    text = pairing.prove_text(bytes.fromhex(nonce), standby.identity.room_id, "k1", standby.identity.leaf_der)
    return said.say("vouch", {"kiosk_id": "k1", "signature": key.sign(text).hex(), "silent_ms": 5_000})


def test_a_standby_that_was_started_anew_frees_a_machine_that_still_keeps_its_promise(
    standby: Waiting, said: Sockets, machine: Any
) -> None:
    """Its word that the promise is off was lost with it; the machine talks to no primary of the old term by itself."""
    promised = Epochs("room", None, standby.next_epoch())
    hear(standby)
    answer = vouch(said, standby, machine[1], hello(said, promised.promised))
    assert answer["hears"]
    assert after_standby(promised, answer["next_epoch"]).accepts(7)
    assert read_standing(standby.replica.directory).next_epoch > promised.promised, "never begun, on the disk"


def test_only_a_machine_that_has_proven_itself_moves_what_a_promotion_would_begin(
    standby: Waiting, said: Sockets, machine: Any
) -> None:
    hear(standby)
    before = standby.next_epoch()
    nonce = hello(said, next_term(before))
    assert standby.next_epoch() == before, "a hello is anybody's word"
    assert vouch(said, standby, Ed25519PrivateKey.generate(), nonce)["refused"] == "wrong_signature"
    assert said.say("promise", {"epoch": before})["refused"] == "not_proven"
    assert standby.next_epoch() == before
    hello(said, (term_of(before) + 1_000) << 20)
    vouch(said, standby, machine[1], hello(said, (term_of(before) + 1_000) << 20))
    assert standby.next_epoch() == before, "no machine can use the terms up either"


def test_a_promise_is_withdrawn_by_the_primarys_own_word_alone(
    standby: Waiting, said: Sockets, machine: Any, now: list[int]
) -> None:
    hear(standby)
    hear(standby, lives=False)
    now[0] += GONE_MS
    asked = vouch(said, standby, machine[1], hello(said, 0))
    assert (asked["hears"], asked["asks"]) == (False, True)
    said.say("promise", {"epoch": asked["next_epoch"]})
    again = vouch(said, standby, machine[1], hello(said, asked["next_epoch"]))
    assert again["next_epoch"] == asked["next_epoch"], "while nobody hears the primary the promise stands"
    hear(standby)
    assert vouch(said, standby, machine[1], hello(said, 0))["next_epoch"] > asked["next_epoch"]


def test_machines_that_wait_here_while_it_is_promoted_find_the_epoch_they_promised(
    standby: Waiting, said: Sockets, machine: Any, now: list[int]
) -> None:
    now[0] += GONE_MS
    nonce = hello(said, 0)
    asked = vouch(said, standby, machine[1], nonce)
    said.say("promise", {"epoch": asked["next_epoch"]})
    promised = Epochs("room", None, asked["next_epoch"])
    assert standby.promote("the primary burnt", "o1") is None
    while_it_changes = vouch(said, standby, machine[1], nonce)
    assert not while_it_changes["asks"], "nothing else may be promised now"
    assert after_standby(promised, while_it_changes["next_epoch"]).promised == promised.promised
    begun = read_standing(standby.replica.directory)
    assert begun.role is Role.PRIMARY
    assert promised.accepts(begun.epoch)


def test_the_old_primarys_last_word_does_not_take_a_promotion_back(standby: Waiting, now: list[int]) -> None:
    epoch = standby.next_epoch()
    now[0] += GONE_MS
    standby.promise("k1", epoch)
    standby.promote("the primary burnt", "o1")
    assert standby.next_epoch() == epoch
    assert standby._promoting == epoch
    standby.promise("k2", epoch)
    assert "k2" not in standby._promises


def test_a_standby_takes_over_for_a_majority_or_for_a_reason(standby: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = standby.promote("  ", "o1")
    assert refused is not None
    assert refused.reason is Reason.REASON_NEEDED
    assert standby.standing.role is Role.STANDBY
    monkeypatch.setattr(standby, "votes", lambda: Votes(2, 3))
    assert standby.promote("", "o1") is None
    assert read_standing(standby.replica.directory).role is Role.PRIMARY


def test_room_time_goes_by_the_least_delayed_word_of_the_primary(standby: Waiting, now: list[int]) -> None:
    """Words wait in queues; a promoted server must not give everybody the time that one of them waited."""

    def hears(room_ms: int) -> None:
        standby._heard(PRIMARY, "127.0.0.1:9", room_ms)

    hears(5_000)
    now[0] += 500
    hears(5_300)
    assert standby.room_ms() == 5_499, "a ms a word is allowed for drift"
    hears(5_501)
    assert standby.room_ms() == 5_501
    hears(9_000)
    assert standby.room_ms() == 9_000, "the room's time was set"


def test_a_promoted_server_knows_when_the_old_one_was_last_heard(standby: Waiting, now: list[int]) -> None:
    """From then on nobody's machine had a server: what was lost is reckoned from there, not from the start here."""
    standby._heard(PRIMARY, "127.0.0.1:9", 5_000)
    now[0] += 3_000
    assert standby.handover().heard_ms == 5_000


def test_a_promotion_listens_to_the_primary_no_more_before_it_is_written(
    standby: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word of the primary between the two would still be written into the journals of a server that is promoted."""
    steps: list[str] = []
    monkeypatch.setattr(standby.follower, "stop", lambda: steps.append("hung up"))
    monkeypatch.setattr(waiting_module, "write_standing", lambda _, standing: steps.append(standing.role.value))
    standby.next_epoch()
    standby.promote("the primary burnt", "o1")
    assert steps[-2:] == ["hung up", "primary"]


def test_a_promotion_that_cannot_be_written_leaves_a_standby_that_follows_on(
    standby: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(standby.follower, "start", lambda: started.append("again"))
    standby.next_epoch()

    def full(directory: object, standing: Standing) -> None:
        raise ConfigError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(waiting_module, "write_standing", full)
        with pytest.raises(ConfigError):
            standby.promote("the primary burnt", "o1")
    assert started == ["again"]
    assert standby.standing.role is Role.STANDBY
    assert standby.promote("the primary burnt", "o1") is None


def test_a_standby_started_anew_beside_a_dead_primary_asks_machines_to_turn_to_it(
    standby: Waiting, now: list[int]
) -> None:
    """Both computers had no power; only this one came back. It has never heard a primary."""
    assert not standby.asks(), "the primary may need a moment"
    now[0] += GONE_MS
    assert standby.asks()


def test_what_is_written_of_the_role_at_the_same_time_is_written_one_after_the_other(
    standby: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The follower hears of a higher epoch while a machine asks what would be begun: both must be on the disk."""
    write, inside, overlap = write_standing, threading.Event(), threading.Event()

    def slow(directory: Any, standing: Standing) -> None:
        if inside.is_set():
            overlap.set()
        inside.set()
        overlap.wait(0.2)
        write(directory, standing)
        inside.clear()

    monkeypatch.setattr(waiting_module, "write_standing", slow)
    later = Peer("1" * 16, Role.PRIMARY, 9, "0.1.0", 1)
    threads = [
        threading.Thread(target=standby._heard, args=(later, "127.0.0.1:9", None)),
        threading.Thread(target=standby.next_epoch),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not overlap.is_set()
    found = read_standing(standby.replica.directory)
    assert (found.epoch, found.next_epoch) == (9, next_term(9))
