"""The journal's event kinds of the officers' duty in the hall: misconduct, corrections of items, shifts. docs/hall.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain.event import Event
from server.protocol.hall import ByLanguage
from server.protocol.shape import Count, Digest, Id, Instant, Items, Line, Name, Shaped, Text, Whole

MAX_NOTE = 2_000  # characters of what happened

Note = Annotated[str, Text(1, MAX_NOTE)]


@dataclass(frozen=True, slots=True)
class MisconductStep(Shaped):
    """A step as the contest's rules name it. `deduct_percent` is a fact for the jury: the room takes nothing off.

    `hall_state.HallState.before_the_jury` lists what stands beside a mark.
    """

    code: Id
    vi: Annotated[str, Text(1, 100)]
    en: Annotated[str, Text(1, 100)]
    deduct_percent: Annotated[int, Whole(0, 100)]
    ends_part: bool
    two_officers: bool


@dataclass(frozen=True, slots=True)
class MisconductRecorded(Event):
    """A candidate broke the rules, and this step was taken."""

    kind: ClassVar[str] = "misconduct_recorded/1"
    misconduct_id: Id
    attempt_id: Id
    step: MisconductStep
    note: Note
    officers: Annotated[tuple[Id, ...], Items(2)]


@dataclass(frozen=True, slots=True)
class MisconductWithdrawn(Event):
    """A step is taken back; a part that it ended stays ended."""

    kind: ClassVar[str] = "misconduct_withdrawn/1"
    misconduct_id: Id
    attempt_id: Id
    reason: Line
    officers: Annotated[tuple[Id, ...], Items(2)]


@dataclass(frozen=True, slots=True)
class ErratumReleased(Event):
    """A correction of one item, signed by the committee, is shown at that item from now on."""

    kind: ClassVar[str] = "erratum_released/1"
    erratum_id: Id
    package_id: Id
    item_id: Id
    item_ref: Name
    text: ByLanguage
    signed_sha256: Digest
    officers: Annotated[tuple[Id, ...], Items(2)]


@dataclass(frozen=True, slots=True)
class ErratumWithdrawn(Event):
    """A correction is taken back: the item holds as it is written. `withdrawal_id`: under it a candidate has seen this."""

    kind: ClassVar[str] = "erratum_withdrawn/1"
    withdrawal_id: Id
    erratum_id: Id
    reason: Line
    officers: Annotated[tuple[Id, ...], Items(2)]


@dataclass(frozen=True, slots=True)
class ErratumSeen(Event):
    """A candidate's screen has shown a correction at its item, or its withdrawal; `made_at_ms` as believed."""

    kind: ClassVar[str] = "erratum_seen/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    erratum_id: Id
    made_at_ms: Instant


@dataclass(frozen=True, slots=True)
class ShiftHandedOver(Event):
    """One officer hands the hall to another, who has seen what is open."""

    kind: ClassVar[str] = "shift_handed_over/1"
    outgoing_id: Id
    incoming_id: Id
    hands: Count
    pauses: Count
    locks: Count
    unread: Count
    proposals: Count
    late: Count
    incidents: Count  # since the shift before
    note: Annotated[str, Text(0, MAX_NOTE)]


EVENTS: tuple[type[Event], ...] = (
    MisconductRecorded, MisconductWithdrawn, ErratumReleased, ErratumWithdrawn, ErratumSeen, ShiftHandedOver,
)  # fmt: skip
