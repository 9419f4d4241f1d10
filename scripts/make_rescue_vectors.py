"""Make the test vectors of answers carried by hand: one good file with everything inside it, and bad ones by refusal.

    .venv/bin/python -m scripts.make_rescue_vectors

Writes tests/vectors/rescue.json. age files are random, so each run gives other bytes with the same refusals; the committed
file is changed only when docs/rescue.md is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from question_bank import sealed_keys
from server.identity import RoomKey
from server.live.rescue_report import RescueFault
from server.protocol.records import ConfirmIdentity, SaveResponse
from server.protocol.rescue import (
    FORMAT,
    MAX_BODY_BYTES,
    RescueHead,
    RescueHeader,
    RescueStream,
    Signature,
    body_of,
    pack,
    signed_over,
)
from server.protocol.rescue_frames import frames

TARGET = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "rescue.json"
ROOM = RoomKey(bytes(range(32)), bytes(32))
MACHINE = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\2" * 32)
AT_MS = 1_767_229_200_000


def body() -> bytes:
    """Two outboxes of one machine: one with three records, one that was never written in."""
    source, attempt = "0123456789abcdef" * 2, "a0123456789abcdef01"
    records = [
        ConfirmIdentity(attempt, 1, AT_MS, 4).text(),
        SaveResponse(attempt, 1, 0, "cau-1", {"options": ["oaaaaa"]}, AT_MS + 1, 4).text(),
        SaveResponse(attempt, 1, 0, "cau-2", {"text": "Trà Vinh"}, AT_MS + 2, 4).text(),
    ]
    header = RescueHeader(
        FORMAT, "rabcdefghijkl", "ca-sang", "k0000000000000001", "M001", "0.1.0",
        RescueHead(source, 1, 40, "c" * 64, AT_MS),
        (
            RescueStream(source, attempt, 1, 2, 3, hashlib.sha256(records[-1]).hexdigest()),
            RescueStream("f" * 32, "a2", 2, 2, 0, None),
        ),
    )  # fmt: skip
    return body_of(header, [records, []])


def signed(text: bytes, *keys: Ed25519PrivateKey, over: bytes | None = None) -> bytes:
    """The payload with this body."""
    message = signed_over(text if over is None else over)
    return pack(text, [Signature(key.public_key().public_bytes_raw(), key.sign(message)) for key in keys])


def sealed(payload: bytes, recipient: str) -> bytes:
    """The age file."""
    return bytes(pyrage.encrypt(payload, [pyrage.x25519.Recipient.from_str(recipient)]))


def bad_files(good: bytes, text: bytes, recipient: str) -> list[tuple[str, RescueFault, bytes]]:
    """At least one file for each refusal."""
    payload = signed(text, MACHINE)
    bomb = payload[: 15 + 96] + lzma.compress(bytes(MAX_BODY_BYTES + 1), check=lzma.CHECK_NONE)
    other = sealed_keys.recipient_of(sealed_keys.fresh_identity())

    def changed(change: Callable[[bytes], bytes]) -> bytes:
        return sealed(signed(change(text), MACHINE), recipient)

    return [
        ("empty", RescueFault.NOT_RESCUE, b""),
        ("a ZIP archive", RescueFault.NOT_RESCUE, b"PK\3\4" + good),
        ("another room's", RescueFault.OTHER_ROOM, sealed(payload, other)),
        ("cut in the header", RescueFault.DAMAGED, good[:90]),
        ("cut at the end", RescueFault.DAMAGED, good[:-1]),
        ("something behind it", RescueFault.DAMAGED, good + b"\0"),
        ("the last bit changed", RescueFault.DAMAGED, good[:-1] + bytes([good[-1] ^ 1])),
        ("another format", RescueFault.UNREADABLE, sealed(payload.replace(b"/1\n", b"/2\n", 1), recipient)),
        ("no signature", RescueFault.UNREADABLE, sealed(payload[:14] + b"\0" + payload[15 + 96 :], recipient)),
        ("nine signatures", RescueFault.UNREADABLE, sealed(payload[:14] + b"\x09" + payload[15:], recipient)),
        ("something behind the body", RescueFault.UNREADABLE, sealed(payload + b"\0", recipient)),
        ("unpacks to more than the bound", RescueFault.UNREADABLE, sealed(bomb, recipient)),
        ("a stranger's signature", RescueFault.UNKNOWN_MACHINE, sealed(signed(text, STRANGER), recipient)),
        ("a signature over something else", RescueFault.FORGED, sealed(signed(text, MACHINE, over=b"?"), recipient)),
        ("a record too few", RescueFault.UNREADABLE, changed(lambda old: old.rsplit(b"\n", 2)[0] + b"\n")),
        ("a record too many", RescueFault.UNREADABLE, changed(lambda old: old + b"{}\n")),
        ("no line feed at the end", RescueFault.UNREADABLE, changed(lambda old: old[:-1])),
        ("a wrong digest", RescueFault.UNREADABLE, changed(lambda old: old.replace(b"cau-2", b"cau-3"))),
        ("an unknown field", RescueFault.UNREADABLE, changed(lambda old: old.replace(b'{"build"', b'{"answers":1,"build"'))),
        ("a stream twice", RescueFault.UNREADABLE, changed(lambda old: old.replace(b"f" * 32, b"0123456789abcdef" * 2))),
    ]  # fmt: skip


def main() -> None:
    """Write the file."""
    identity = sealed_keys.identity_of(ROOM.derived("rescue"))
    recipient = sealed_keys.recipient_of(identity)
    text = body()
    payload = signed(text, MACHINE)
    good = sealed(payload, recipient)
    vectors = {
        "format": "exam-rescue-vectors/1",
        "room_key_root": ROOM.root.hex(),
        "identity": identity,
        "recipient": recipient,
        "machine_key": MACHINE.public_key().public_bytes_raw().hex(),
        "file": _text(good),
        "payload": _text(payload),
        "body": text.decode("utf-8"),
        "frames": [_text(frame.to_bytes()) for frame in frames(good)],
        "bad": [
            {"what": what, "fault": fault.value, "file": _text(data)}
            for what, fault, data in bad_files(good, text, recipient)
        ],
    }
    TARGET.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


if __name__ == "__main__":
    main()
