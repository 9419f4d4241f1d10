"""docs/seat-sheet.md, held to committed bytes: a text that was signed once is read and believed for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from scripts import make_seat_sheet_vectors as maker
from server.protocol.seat_sheet import SeatSheet, read_sheet
from server.protocol.sheet_messages import fits, signed_text

BAD = ["stranger", "changed", "without_the_tag", "not_canonical", "later_format", "unknown_field", "nobody_sat_down"]


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("seat_sheet.json").read_text(encoding="utf-8"))
    return found


def believed(vectors: dict[str, Any], text: str, signature: str) -> bool:
    """Whether a reader of the specification would take this for the room's word."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(vectors["room_key"]))
    try:
        key.verify(bytes.fromhex(signature), signed_text(text))
    except InvalidSignature:
        return False
    return isinstance(read_sheet(text), SeatSheet)


def test_the_committed_sheet_is_read_and_is_what_is_made_today(vectors: dict[str, Any]) -> None:
    assert believed(vectors, vectors["text"], vectors["signature"])
    assert read_sheet(vectors["text"]) == maker.sheet()
    assert maker.sheet().text() == vectors["text"]
    assert fits(vectors["text"])


def test_every_way_to_be_wrong_is_in_the_file(vectors: dict[str, Any]) -> None:
    assert sorted(vectors["bad"]) == sorted(BAD)


@pytest.mark.parametrize("name", BAD)
def test_what_the_room_did_not_say_is_not_believed(vectors: dict[str, Any], name: str) -> None:
    assert not believed(vectors, **vectors["bad"][name])
