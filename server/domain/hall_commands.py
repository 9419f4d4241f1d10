"""What may be asked of the hall; `who` is a tuple of attempt ids, or None for everybody concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from server.domain.hall_duty_events import MisconductStep
from server.domain.values import Cause
from server.protocol.hall import ClockRule


@dataclass(frozen=True, slots=True)
class SwitchToReserve:
    """Hold the sitting on the reserve set from the part that is open, or comes next, on."""

    reason: str
    clock: ClockRule
    least_ms: int
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallOffSwitch:
    """Go back to the set of before, while nobody was given the reserve's paper."""

    reason: str
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GiveReserve:
    """Put the reserve's paper in place of the other and let the clocks run; `seed`: 32 random bytes for the orders.

    Named ones are given it even where an officer had ended their part.
    """

    who: tuple[str, ...] | None
    seed: bytes
    officer_id: str


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Tell these candidates, or everybody, something; `message_id` is drawn by the edge."""

    message_id: str
    who: tuple[str, ...] | None
    text: str
    confirm: bool
    officer_id: str


@dataclass(frozen=True, slots=True)
class WithdrawMessage:
    """Take a message off the screens."""

    message_id: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class AnswerHand:
    """Somebody has been at these candidates, whose hands go down."""

    who: tuple[str, ...]
    note: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class SetNextWord:
    """Say when the hall hears more; `in_ms` from now, None: announce nothing any more."""

    text: str
    in_ms: int | None
    officer_id: str


@dataclass(frozen=True, slots=True)
class LockSeat:
    """Cover these screens with a sentence; `clock_stands`: with a pause of this cause."""

    who: tuple[str, ...]
    sentence: str
    clock_stands: bool
    cause: Cause
    officer_id: str


@dataclass(frozen=True, slots=True)
class UnlockSeat:
    """Give these screens back; a pause that came with the lock ends."""

    who: tuple[str, ...]
    officer_id: str


@dataclass(frozen=True, slots=True)
class AddToIncident:
    """Add a note to an incident, by its record's number."""

    incident_seq: int
    note: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class RecordMisconduct:
    """Take a step against a candidate, by one officer or two as the step asks; `misconduct_id` is drawn by the edge."""

    misconduct_id: str
    attempt_id: str
    step: MisconductStep
    note: str
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithdrawMisconduct:
    """Take a step back, by two officers with a reason."""

    misconduct_id: str
    reason: str
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseErratum:
    """Show a correction at its item on every screen; the edge has checked the committee's signature."""

    erratum_id: str
    item_id: str
    item_ref: str
    text: Mapping[str, str]
    signed_sha256: str
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithdrawErratum:
    """Take a correction back, by two officers with a reason; `withdrawal_id` is drawn by the edge."""

    withdrawal_id: str
    erratum_id: str
    reason: str
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOverShift:
    """One officer hands the hall to another; what is open is counted from the state. `proposals`, `late`: by the edge."""

    outgoing_id: str
    incoming_id: str
    proposals: int
    late: int
    note: str


HallCommand: TypeAlias = (
    SwitchToReserve | CallOffSwitch | GiveReserve | SendMessage | WithdrawMessage | AnswerHand | SetNextWord | LockSeat
    | UnlockSeat | AddToIncident | RecordMisconduct | WithdrawMisconduct | ReleaseErratum | WithdrawErratum | HandOverShift
)  # fmt: skip

# The right that each needs, by its name in `rights.Right`.
RIGHTS: Mapping[type, str] = {
    SwitchToReserve: "choose_set",
    CallOffSwitch: "choose_set",
    GiveReserve: "run_sitting",
    SendMessage: "run_sitting",
    WithdrawMessage: "run_sitting",
    AnswerHand: "run_sitting",
    SetNextWord: "run_sitting",
    LockSeat: "run_sitting",
    UnlockSeat: "run_sitting",
    AddToIncident: "record_incident",
    RecordMisconduct: "run_sitting",
    WithdrawMisconduct: "run_sitting",
    ReleaseErratum: "open_paper",
    WithdrawErratum: "open_paper",
    HandOverShift: "run_sitting",
}
