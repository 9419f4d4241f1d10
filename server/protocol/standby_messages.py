"""What a machine and the room's two servers say about which of them is right. docs/standby.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from server.protocol.machine import DiskState, MachineFacts
from server.protocol.shape import Count, Hex, Id, Shaped, Span, Whole

SILENT_MS = 3_500  # a server pings every 2 s: this is a ping that did not come, and slack for a busy machine

Epoch = Annotated[int, Whole(0)]
Ok = Literal[True]


@dataclass(frozen=True, slots=True)
class EpochProof(Shaped):
    """That a server of this epoch exists: the room's signature over `epoch.proof_text`."""

    epoch: Epoch
    signature: Annotated[str, Hex(64)]


@dataclass(frozen=True, slots=True)
class Vouch(Shaped):
    """To a standby: who this is (as `Prove`), and for how long the primary has not been heard, in ms."""

    kiosk_id: Id
    signature: Annotated[str, Hex(64)]
    silent_ms: Span


@dataclass(frozen=True, slots=True)
class VouchAck(Shaped):
    """Whether the standby hears the primary, and asks for a promise of `next_epoch`. It never begins a lower one any more."""

    ok: Ok
    hears: bool
    asks: bool
    next_epoch: Epoch


@dataclass(frozen=True, slots=True)
class Promise(Shaped):
    """This machine has it on its disk that it talks to no server below this epoch."""

    epoch: Epoch


@dataclass(frozen=True, slots=True)
class StandbyTells(Shaped):
    """What a standby says of itself over the link: the facts every machine tells, and how its disk stands.

    `need_bytes`: to be made free before it takes records again, 0 while it takes them. `files_missing`: sealed packages
    and files carried by hand that it has yet to fetch.
    """

    machine: MachineFacts
    disk: DiskState
    disk_full_in_ms: Span | None
    need_bytes: Annotated[int, Whole(0)]
    files_missing: Count
