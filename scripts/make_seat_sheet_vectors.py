"""Make the test vectors of seat sheets: a good one with its signature, and bad ones with what is wrong.

    .venv/bin/python -m scripts.make_seat_sheet_vectors

Writes tests/vectors/seat_sheet.json; the same bytes at every run.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.protocol.seat_sheet import (
    FORMAT,
    SeatSheet,
    SheetEnd,
    SheetExtension,
    SheetMove,
    SheetPart,
    SheetPause,
    SheetSeating,
    SheetSpan,
)
from server.protocol.sheet_messages import signed_text

TARGET = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "seat_sheet.json"
SEED = bytes(range(32))
ROOM, STRANGER = Ed25519PrivateKey.from_private_bytes(SEED), Ed25519PrivateKey.from_private_bytes(b"\2" * 32)
AT_MS = 1_767_229_200_000


def sheet() -> SeatSheet:
    """A candidate who moved once, was given time, stood still once, and whose second part an officer ended."""
    seatings = (
        SheetSeating(1, "k0000000000000001", "M001", "0123456789abcdef" * 2, AT_MS, "11" * 32),
        SheetSeating(2, "k0000000000000002", "M002", "fedcba9876543210" * 2, AT_MS + 600_000, "22" * 32),
    )
    given = (
        SheetExtension(3, 41, 60_000, "15", "arrangement", AT_MS + 1, "o1", False, ()),
        SheetExtension(3, 50, 45_000, "Máy hỏng", "equipment", AT_MS + 700_000, "o1", True,
                       (SheetSpan(AT_MS + 500_000, AT_MS + 545_000),)),
    )  # fmt: skip
    stood = (
        SheetPause(3, 44, AT_MS + 100_000, AT_MS + 130_000, "Mất điện", "hall", "o1", "o2", "Có điện"),
        SheetPause(3, 52, AT_MS + 800_000, None, "Thí sinh mệt", "candidate", "o1", None, ""),
    )
    first = SheetPart(
        0, "s0", "f0", ("c1", "c2"), {"c1": ("a", "b"), "c2": ()}, AT_MS + 1, 3_600_000, 300_000, given, stood, None
    )
    second = SheetPart(
        1, "s1", "f1", ("d1",), {}, AT_MS + 9, 1_800_000, 0, (), (), SheetEnd(3, 60, AT_MS + 99, "officer")
    )
    move = SheetMove(1, AT_MS + 500_000, "k0000000000000002", "M002", "o1")
    return SeatSheet(
        FORMAT, "rabcdefghijkl", "ca-sang", "a0123456789abcdef01", "c1", "TS0001", 3, 61, "ab" * 32, AT_MS + 900_000,
        seatings, (move,), True, (first, second),
    )  # fmt: skip


def bad() -> dict[str, tuple[str, str]]:
    """By what is wrong: text and signature. The last ones bear the room's own signature."""
    good = sheet()
    text = good.text()
    room, stranger = ROOM.sign(signed_text(text)).hex(), STRANGER.sign(signed_text(text)).hex()
    value: dict[str, Any] = json.loads(text)
    spaced = json.dumps(value, ensure_ascii=False)
    later, extra = {**value, "format": "exam-seat-sheet/2"}, {**value, "marks": 100}
    texts = {
        "not_canonical": spaced,
        "later_format": json.dumps(later, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        "unknown_field": json.dumps(extra, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        "nobody_sat_down": replace(good, seatings=()).text(),
    }
    found = {
        "stranger": (text, stranger),
        "changed": (text.replace("60000", "90000", 1), room),
        "without_the_tag": (text, ROOM.sign(text.encode()).hex()),
    }
    return found | {name: (one, ROOM.sign(signed_text(one)).hex()) for name, one in texts.items()}


def main() -> None:
    """Write the file."""
    text = sheet().text()
    vectors = {
        "format": FORMAT,
        "room_seed": SEED.hex(),
        "room_key": ROOM.public_key().public_bytes_raw().hex(),
        "text": text,
        "signature": ROOM.sign(signed_text(text)).hex(),
        "bad": {name: {"text": one, "signature": signature} for name, (one, signature) in bad().items()},
    }
    TARGET.write_text(json.dumps(vectors, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
