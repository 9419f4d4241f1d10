"""A kiosk's folder and a candidate's work in it, without a network: for tests of what is carried by hand.

The folder is a real one (key, room, outboxes), and records reach the room by the very calls the kiosk's channel makes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from client_kiosk.config import KioskFolder, Membership
from client_kiosk.outbox import FIRST_SEQ, Outbox, Stream
from client_kiosk.rescue import RescueFile, rescue
from client_kiosk.rescue_rooms import RescueRoom, remember
from server.domain.commands import KioskRecord, SeatCandidate, StartPart
from server.drill.prepared_room import PROCTOR
from server.drill.virtual_parts import Sheet
from server.live.room import Room
from server.protocol.records import ConfirmIdentity, Record, SaveResponse, SignIn, SubmitPart, read_record
from server.protocol.shape import Malformed
from server.store.batch import Delivery, Verdict

EARLIER_MS = 60_000  # records are made a minute ago, so that whoever signs in next signs in later


@dataclass(slots=True)
class CarriedMachine:
    """One machine of a room, as `sheet` names it; it need not be the seat of `sheet`'s own candidate."""

    room: Room
    sheet: Sheet
    path: Path
    outboxes: list[Outbox] = field(default_factory=list)

    def __post_init__(self) -> None:
        folder = KioskFolder(self.path)
        raw = self.sheet.key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        (self.path / "kiosk.key").write_bytes(raw)
        folder.outboxes.mkdir(exist_ok=True)
        identity, sheet = self.room.identity, self.sheet
        folder.join(
            Membership(
                identity.room_id, identity.room_name, sheet.kiosk_id, sheet.seat_label, identity.ca_pem,
                identity.server_key.hex(), (),
            )
        )  # fmt: skip
        remember(
            self.path,
            RescueRoom(
                identity.room_id, identity.room_name, sheet.kiosk_id, sheet.seat_label, identity.rescue_recipient
            ),
        )

    def sign_in(self, candidate_id: str) -> Outbox:
        """The candidate signs in here; record 1 of a new outbox reaches the room, and no disk."""
        sitting = self.room.sitting
        assert sitting is not None
        source, now_ms = os.urandom(16).hex(), self.room.clock.now_ms()
        text = SignIn("TS", "code", os.urandom(16).hex(), now_ms, 5).text()
        seat = SeatCandidate(
            candidate_id, "a" + os.urandom(10).hex(), self.sheet.kiosk_id, self.sheet.seat_label, source
        )
        (verdict,) = sitting.submit([Delivery(bytes.fromhex(source), 1, text, seat)])
        assert verdict.reason is None, verdict
        attempt_id, generation = sitting.state.by_source[source]
        outbox = Outbox.create(self.path / "outbox", Stream(source, sitting.sitting_id, attempt_id, generation))
        self.outboxes.append(outbox)
        self.keep(outbox, ConfirmIdentity(attempt_id, generation, now_ms - EARLIER_MS, 5))
        self.deliver(outbox)
        return outbox

    def keep(self, outbox: Outbox, record: Record) -> int:
        """Put a record on this machine's disk."""
        body: Mapping[str, object] = {"kind": record.KIND, **record.wire()}
        return outbox.append(body)

    def choose(self, outbox: Outbox, item: int, option: int) -> str:
        """The candidate chooses an option of the item at this place (from 0); gives the item's id."""
        sitting, stream = self.room.sitting, outbox.stream
        assert sitting is not None
        part = sitting.state.attempts[stream.attempt_id].parts[0]
        item_id = part.item_ids[item]
        options = part.option_ids[item_id]
        response = {"options": [options[option % len(options)]]}
        made_at_ms = self.room.clock.now_ms() - EARLIER_MS
        self.keep(outbox, SaveResponse(stream.attempt_id, stream.generation, 0, item_id, response, made_at_ms, 5))
        return item_id

    def submit(self, outbox: Outbox, digest: bytes) -> None:
        """The candidate ends the part."""
        stream = outbox.stream
        now_ms = self.room.clock.now_ms()
        self.keep(outbox, SubmitPart(stream.attempt_id, stream.generation, 0, outbox.last_seq, digest.hex(), now_ms, 5))

    def deliver(self, outbox: Outbox, count: int = 10_000) -> list[Verdict]:
        """What the kiosk's line does: everything the room does not hold yet, at most `count` records."""
        sitting, stream = self.room.sitting, outbox.stream
        assert sitting is not None
        source = bytes.fromhex(stream.source)
        held = sitting.stream(source).contiguous
        deliveries = []
        for one in outbox.after(max(held, FIRST_SEQ - 1), count):
            record = read_record(one.message.encode())
            assert not isinstance(record, Malformed | SignIn)
            command = KioskRecord(record, stream.source, one.seq, sitting.not_before_ms(stream.source))
            deliveries.append(Delivery(source, one.seq, one.message.encode(), command))
        return sitting.submit(deliveries) if deliveries else []

    def files(self, *, unsettled_only: bool = False) -> Sequence[RescueFile]:
        """What `examroom-kiosk rescue` writes of this machine now."""
        return rescue(self.path, "test", unsettled_only=unsettled_only).files

    def close(self) -> None:
        """Let go of the outboxes."""
        for outbox in self.outboxes:
            outbox.close()


def start_part(room: Room) -> None:
    """Start the first part for everybody who is seated and confirmed."""
    verdict = room.order(PROCTOR, os.urandom(16), 1, StartPart(0, None, b"\7" * 32, PROCTOR.officer_id))
    assert verdict.reason is None, verdict
