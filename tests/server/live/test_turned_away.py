"""Which machines wait for the other server: counted by their own proof, never by a stranger's word."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from server.protocol.epoch import next_term
from server.protocol.pairing import prove_text

Halls = Callable[..., AbstractContextManager[Any]]

PROMISED = next_term(0)


def hello(kiosk_id: str, promised: int) -> dict[str, Any]:
    return {
        "protocol": 1, "kiosk_id": kiosk_id, "kind": "kiosk", "build": "0.1.0", "seat_label": "M01", "seen": None,
        "promised": promised,
    }  # fmt: skip


def test_a_stranger_who_knows_a_machines_id_makes_nobody_believe_that_it_waits_elsewhere(hall: Halls) -> None:
    async def knock() -> None:
        standby, sheet = found.room.standby, found.sheets[0]
        for n in range(20):
            socket = await found.socket()
            greeted = await socket.call("hello", hello(sheet.kiosk_id, PROMISED + (n << 20)))
            assert greeted["ok"]
            lie = {"kiosk_id": sheet.kiosk_id, "signature": "ab" * 64, "silent_ms": 0}
            assert (await socket.call("vouch", lie))["refused"] == "wrong_signature"
        assert standby.turned_away == {}
        assert standby.turned_since_ms is None
        assert standby.beyond() is None

    with hall() as found:
        found.run(knock)


def test_a_machine_that_proves_it_is_counted_once_and_no_more_when_it_comes_in(hall: Halls) -> None:
    async def wait_elsewhere() -> None:
        standby, sheet = found.room.standby, found.sheets[0]
        for _ in range(2):
            socket = await found.socket()
            greeted = await socket.call("hello", hello(sheet.kiosk_id, PROMISED))
            text = prove_text(
                bytes.fromhex(greeted["nonce"]), found.room.identity.room_id, sheet.kiosk_id, socket.leaf_der
            )
            signature = sheet.key.sign(text).hex()
            said = await socket.call("vouch", {"kiosk_id": sheet.kiosk_id, "signature": signature, "silent_ms": 0})
            assert (said["hears"], said["asks"]) == (True, False)
            assert (await socket.call("clock", {"t1_ms": 1}))["refused"] == "not_proven", "it is told nothing else"
        assert standby.turned_away == {sheet.kiosk_id: PROMISED}
        assert standby.turned_since_ms is not None
        await found.ready_kiosk(0)
        assert standby.turned_away == {}
        assert standby.turned_since_ms is None

    with hall() as found:
        found.run(wait_elsewhere)


def test_no_machine_can_use_the_terms_up(hall: Halls) -> None:
    async def far() -> None:
        sheet = found.sheets[0]
        socket = await found.socket()
        greeted = await socket.call("hello", hello(sheet.kiosk_id, 1 << 40))
        text = prove_text(bytes.fromhex(greeted["nonce"]), found.room.identity.room_id, sheet.kiosk_id, socket.leaf_der)
        vouch = {"kiosk_id": sheet.kiosk_id, "signature": sheet.key.sign(text).hex(), "silent_ms": 0}
        assert (await socket.call("vouch", vouch))["ok"]
        assert found.room.standby.beyond() is None

    with hall() as found:
        found.run(far)
