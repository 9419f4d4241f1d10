"""Every message of the `/kiosk` namespace: its name, its payload, its acknowledgement. docs/protocol.md says why.

Kiosk to server: an event whose acknowledgement is the handler's return value, `{"ok": true, …}`; or `{"refused": …}`
(`Denied`), after which nothing has changed. Server to kiosk: a push without acknowledgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from server.protocol.machine import Inspect, MachineFacts
from server.protocol.rescue import Recipient
from server.protocol.seat_sheet import SheetAck, SignedSheet
from server.protocol.shape import (
    Count,
    Digest,
    Hex,
    Id,
    Instant,
    Items,
    Label,
    Line,
    Malformed,
    Name,
    Raw,
    Seq,
    Shaped,
    Signed,
    Source,
    Span,
    Text,
    Whole,
)
from server.protocol.situation import Paper, Situation
from server.protocol.standby_messages import Epoch, EpochProof, Promise, Vouch, VouchAck

PROTOCOL = 1
NAMESPACE = "/kiosk"
MAX_MESSAGE_BYTES = 65_536  # of one Socket.IO packet from a kiosk: bounds what one hostile machine makes us hold
MAX_RECORDS = 64  # in one `records` message: at most one batch of the committer in eight such messages
UNPROVEN_S = 10  # a socket that has not proven itself by then is dropped …
PAIRING_S = 300  # … unless a person is comparing codes
PULSE_S = 2

Ok = Literal[True]
Key = Annotated[str, Hex(32)]  # an Ed25519 public key
Nonce = Annotated[str, Hex(32)]
Build = Annotated[str, Text(0, 100)]
Machine = Literal["kiosk", "console"]
Pem = Annotated[str, Text(1, 8192)]


class Outcome(StrEnum):
    """The one durable verdict on a delivered record. `gap` is none: the record before it is missing, send from there."""

    ACCEPTED = "accepted"
    LATE = "late"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    CONFLICT = "conflict"
    GAP = "gap"


class Denial(StrEnum):
    """Why a message (not a record) was turned away; nothing durable has happened."""

    MALFORMED = "malformed"
    NOT_PROVEN = "not_proven"
    WRONG_PROTOCOL = "wrong_protocol"
    UNKNOWN_KIOSK = "unknown_kiosk"
    UNPAIRED = "unpaired"
    WRONG_SIGNATURE = "wrong_signature"
    WRONG_CODE = "wrong_code"
    TOO_MANY_TRIES = "too_many_tries"
    TOO_MANY_PAIRINGS = "too_many_pairings"
    PAIRING_CLOSED = "pairing_closed"
    WRONG_REVEAL = "wrong_reveal"
    WRONG_KIT = "wrong_kit"
    KIT_EXPIRED = "kit_expired"
    KIT_USED_UP = "kit_used_up"
    NO_SITTING = "no_sitting"
    NOT_A_CONSOLE = "not_a_console"
    WRONG_SOURCE = "wrong_source"
    NOT_STORED = "not_stored"
    STOPPED = "stopped"
    STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class Denied(Shaped):
    """The acknowledgement of a message that was turned away."""

    refused: Denial
    hint: Line = ""
    tries_left: Count | None = None
    wait_s: Count | None = None


# --- kiosk → server -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello(Shaped):
    """The first message on a socket. `kiosk_id` is None for a machine that has never been paired.

    `seen`: the highest epoch a server has shown this machine; `promised`: the lowest it still talks to.
    """

    protocol: Annotated[int, Whole(1, 1_000_000)]
    kiosk_id: Id | None
    kind: Machine
    build: Build
    seat_label: Label | None
    seen: EpochProof | None = None
    promised: Epoch = 0


@dataclass(frozen=True, slots=True)
class HelloAck(Shaped):
    """Which room this is, and the nonce to prove oneself with. `known`: the server has this kiosk's key."""

    ok: Ok
    nonce: Nonce
    room_id: Id
    room_name: Name
    room_state: Literal["unpaired", "known"]
    role: Literal["primary", "standby"] = "primary"
    serving: EpochProof | None = None


@dataclass(frozen=True, slots=True)
class Prove(Shaped):
    """The kiosk's signature over `pairing.prove_text`."""

    kiosk_id: Id
    signature: Annotated[str, Hex(64)]


@dataclass(frozen=True, slots=True)
class ProveAck(Shaped):
    """The kiosk is in. `token` is the bearer for downloads and dies with the socket.

    `rescue`: to whom answers that are carried by hand are encrypted (docs/rescue.md).
    """

    ok: Ok
    token: Annotated[str, Text(16, 128)] = field(repr=False)
    situation: Situation
    paper: Paper | None
    rescue: Recipient | None = None


@dataclass(frozen=True, slots=True)
class PairOffer(Shaped):
    """A machine without a room commits to its key: `pairing.commitment`."""

    commitment: Digest
    kind: Machine
    proposed_seat: Label
    build: Build


@dataclass(frozen=True, slots=True)
class PairOfferAck(Shaped):
    """The room shows its key and nonce, now that the machine can no longer change its own."""

    ok: Ok
    room_id: Id
    room_name: Name
    ca_pem: Pem
    server_key: Key
    server_nonce: Nonce


@dataclass(frozen=True, slots=True)
class PairReveal(Shaped):
    """The machine opens its commitment."""

    kiosk_key: Key
    kiosk_nonce: Nonce


@dataclass(frozen=True, slots=True)
class PairRevealAck(Shaped):
    """The six digits the console shows; the machine computes its own and shows those."""

    ok: Ok
    code: Annotated[str, Text(6, 6)]


@dataclass(frozen=True, slots=True)
class PairKit(Shaped):
    """Pairing with the technician's kit: `mac` is `pairing.kit_mac`."""

    kit_id: Id
    kiosk_key: Key
    kiosk_nonce: Nonce
    mac: Digest
    kind: Machine
    proposed_seat: Label
    build: Build


@dataclass(frozen=True, slots=True)
class PairKitAck(Shaped):
    """Paired at once."""

    ok: Ok
    kiosk_id: Id
    seat_label: Label


@dataclass(frozen=True, slots=True)
class Clock(Shaped):
    """Ask for room time; `t1_ms` is the kiosk's monotonic clock as it sends."""

    t1_ms: Signed


@dataclass(frozen=True, slots=True)
class ClockAck(Shaped):
    """Room time as the question came (`t2_ms`) and as the answer leaves (`t3_ms`)."""

    t2_ms: Instant
    t3_ms: Instant


@dataclass(frozen=True, slots=True)
class RecordVerdict(Shaped):
    """What became of record `seq` of a stream. `reason` for anything but accepted; `copies` counts servers holding it."""

    seq: Seq
    verdict: Outcome
    reason: Annotated[str, Text(0, 64)] | None
    epoch: Annotated[int, Whole(0)]
    at_seq: Annotated[int, Whole(0)]
    hash: Digest | None
    copies: Annotated[int, Whole(0, 16)]


@dataclass(frozen=True, slots=True)
class SignInMessage(Shaped):
    """Record 1 of the new stream `source`; `message` is a `sign_in/1` record's text."""

    source: Source
    message: Annotated[str, Text(1, 4096)]


@dataclass(frozen=True, slots=True)
class SignInAck(Shaped):
    """The verdict on record 1, and the situation that follows from it."""

    ok: Ok
    verdict: RecordVerdict
    situation: Situation


@dataclass(frozen=True, slots=True)
class NumberedRecord(Shaped):
    """A record's number in its outbox, and its text as it is: what cannot be read gets its verdict too."""

    seq: Seq
    message: Annotated[str, Raw(65_536)]


@dataclass(frozen=True, slots=True)
class Records(Shaped):
    """Records of one outbox, in order."""

    source: Source
    records: Annotated[tuple[NumberedRecord, ...], Items(MAX_RECORDS)]


@dataclass(frozen=True, slots=True)
class RecordsAck(Shaped):
    """A verdict for each record up to the first gap. The server now holds everything up to `contiguous`."""

    ok: Ok
    verdicts: Annotated[tuple[RecordVerdict, ...], Items(MAX_RECORDS)]
    contiguous: Annotated[int, Whole(0)]
    gap_at: Seq | None


@dataclass(frozen=True, slots=True)
class Staged(Shaped):
    """How far this kiosk is with a sealed package: bytes held, and whether digest and signature are right."""

    package_id: Id
    bytes: Annotated[int, Whole(0, 8 << 30)]
    verified: bool
    fault: Annotated[str, Text(0, 64)] | None


@dataclass(frozen=True, slots=True)
class Pulse(Shaped):
    """Sign of life, every `PULSE_S`; never journalled. `outbox_last_seq` bounds when later records can have been made."""

    screen: Annotated[str, Text(0, 32)]
    pending: Count
    outbox_last_seq: Annotated[int, Whole(0)]
    disk_free_bytes: Annotated[int, Whole()]
    uncertainty_ms: Span | None
    estimate_at_ms: Instant | None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class SignOut(Shaped):
    """The candidate leaves this kiosk; the attempt stays as it is."""

    attempt_id: Id


@dataclass(frozen=True, slots=True)
class ConsoleTicket(Shaped):
    """A paired console asks for a one-use way in for its browser."""


@dataclass(frozen=True, slots=True)
class ConsoleTicketAck(Shaped):
    """The path to open; it works once."""

    ok: Ok
    path: Annotated[str, Text(1, 200)]


@dataclass(frozen=True, slots=True)
class Done(Shaped):
    """The acknowledgement that says no more than that it was received."""

    ok: Ok


# --- server → kiosk -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paired(Shaped):
    """An officer confirmed the code; the kiosk may keep what it learned."""

    kiosk_id: Id
    seat_label: Label


@dataclass(frozen=True, slots=True)
class PairRefused(Shaped):
    """The pairing ended without success; the kiosk keeps nothing."""

    reason: Annotated[str, Text(0, 64)]


class StopReason(StrEnum):
    """Why a room lets a kiosk go: by an officer, or for a newer connection with the same key."""

    UNPAIRED = "unpaired"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Stop(Shaped):
    """The room lets this kiosk go. `reason` is a StopReason; a kiosk also takes the word of a later version."""

    reason: Annotated[str, Text(0, 64)]


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """One message: `ack` is None for a push; `open_to_unproven` messages are answered before `prove`."""

    name: str
    payload: type[Shaped]
    ack: type[Shaped] | None
    open_to_unproven: bool = False

    def read_ack(self, obj: object) -> Shaped | Denied | Malformed:
        """The acknowledgement in `obj`, for the side that asked."""
        if self.ack is None:
            return Malformed("", f"{self.name} has no acknowledgement")
        kind: type[Shaped] = Denied if isinstance(obj, dict) and "refused" in obj else self.ack
        return kind.parse(obj)


MESSAGES: Mapping[str, MessageSpec] = {
    spec.name: spec
    for spec in (
        MessageSpec("hello", Hello, HelloAck, open_to_unproven=True),
        MessageSpec("prove", Prove, ProveAck, open_to_unproven=True),
        MessageSpec("vouch", Vouch, VouchAck, open_to_unproven=True),
        MessageSpec("promise", Promise, Done),
        MessageSpec("pair_offer", PairOffer, PairOfferAck, open_to_unproven=True),
        MessageSpec("pair_reveal", PairReveal, PairRevealAck, open_to_unproven=True),
        MessageSpec("pair_kit", PairKit, PairKitAck, open_to_unproven=True),
        MessageSpec("clock", Clock, ClockAck),
        MessageSpec("sign_in", SignInMessage, SignInAck),
        MessageSpec("records", Records, RecordsAck),
        MessageSpec("staged", Staged, Done),
        MessageSpec("pulse", Pulse, Done),
        MessageSpec("machine", MachineFacts, Done),
        MessageSpec("sign_out", SignOut, Done),
        MessageSpec("console_ticket", ConsoleTicket, ConsoleTicketAck),
        MessageSpec("sheet", SignedSheet, SheetAck),
        MessageSpec("situation", Situation, None),
        MessageSpec("paper", Paper, None),
        MessageSpec("paired", Paired, None),
        MessageSpec("pair_refused", PairRefused, None),
        MessageSpec("stop", Stop, None),
        MessageSpec("inspect", Inspect, None),
    )
}
