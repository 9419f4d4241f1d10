"""The vectors of answers carried by hand, through the room's reader and the frames'."""

from __future__ import annotations

import base64
import itertools
import json
from pathlib import Path
from typing import Any

import pyrage
import pytest

from question_bank import sealed_keys
from server.domain.pairing import MachineKind
from server.identity import RoomKey
from server.live.rescue_opening import Opened, opened
from server.protocol.rescue import body_of, read_body, unpack
from server.protocol.rescue_frames import Gathering, frames, read_frame
from server.protocol.shape import Malformed
from server.store.machines import Machine

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "rescue.json").read_text(encoding="utf-8"))
KEY = bytes.fromhex(VECTORS["machine_key"])


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def by_key(key: bytes) -> Machine | None:
    return Machine("k0000000000000001", KEY, MachineKind.KIOSK, "M001", "0.1.0", 1, "o1") if key == KEY else None


def test_identity_and_recipient_follow_from_the_room_key() -> None:
    room = RoomKey(bytes.fromhex(VECTORS["room_key_root"]), b"")
    identity = sealed_keys.identity_of(room.derived("rescue"))
    assert (identity, sealed_keys.recipient_of(identity)) == (VECTORS["identity"], VECTORS["recipient"])


def test_the_good_file_opens_to_its_payload_its_body_and_its_records() -> None:
    identity = pyrage.x25519.Identity.from_str(VECTORS["identity"])
    payload = bytes(pyrage.decrypt(raw(VECTORS["file"]), [identity]))
    assert payload == raw(VECTORS["payload"])
    unpacked = unpack(payload)
    assert not isinstance(unpacked, Malformed)
    assert unpacked[0].decode() == VECTORS["body"]
    rescued = read_body(unpacked[0])
    assert not isinstance(rescued, Malformed)
    assert [len(records) for records in rescued.records] == [3, 0]
    assert body_of(rescued.header, rescued.records) == unpacked[0]
    assert isinstance(opened(raw(VECTORS["file"]), VECTORS["identity"], by_key), Opened)


@pytest.mark.parametrize("bad", VECTORS["bad"], ids=lambda bad: bad["what"])
def test_a_bad_file_gets_its_refusal(bad: dict[str, str]) -> None:
    assert opened(raw(bad["file"]), VECTORS["identity"], by_key) == bad["fault"]


def test_the_frames_are_those_of_the_file_and_any_of_them_that_are_enough_bring_it_back() -> None:
    file = raw(VECTORS["file"])
    shown = [raw(text) for text in VECTORS["frames"]]
    assert [frame.to_bytes() for frame in frames(file)] == shown
    count = frames(file)[0].count
    for chosen in itertools.permutations(shown, count):
        gathering = Gathering()
        for data in chosen:
            frame = read_frame(data)
            assert frame is not None
            gathering = gathering.with_frame(frame)
        assert gathering.files[0].data() == file
