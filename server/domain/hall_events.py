"""The journal's event kinds of the hall: the switch of sets, and what happens beside the answers. docs/hall.md.

Instants are ms of room time; bodies carry random ids, never names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain import hall_duty_events
from server.domain.event import Event
from server.domain.plan import Ids, OptionIds
from server.domain.values import SetName
from server.protocol.hall import MAX_MESSAGE, ClockRule, HandCategory, Seen
from server.protocol.records import PartIndex
from server.protocol.shape import Id, Instant, Items, Line, Seq, Span, Text, Whole
from server.protocol.situation import MAX_ITEMS

MAX_WHO = 2_000  # attempts named in one act: more than the largest hall

Generation = Annotated[int, Whole(1, 1_000_000)]
Who = Annotated[tuple[Id, ...], Items(MAX_WHO)]
Officers = Annotated[tuple[Id, ...], Items(2)]


@dataclass(frozen=True, slots=True)
class ReserveSwitchBegan(Event):
    """From `part` on the sitting is held on the other `set`; the clocks of the open part stand until it is given.

    `least_ms`: what everybody has at least where the rule is what was left.
    """

    kind: ClassVar[str] = "reserve_switch_began/1"
    set: SetName
    part: PartIndex
    clock: ClockRule
    least_ms: Span
    reason: Line
    officers: Officers


@dataclass(frozen=True, slots=True)
class ReserveSwitchCalledOff(Event):
    """The sitting is held on the set it was held on before, since the reserve's paper was never given."""

    kind: ClassVar[str] = "reserve_switch_called_off/1"
    reason: Line
    officers: Officers


@dataclass(frozen=True, slots=True)
class PaperReplaced(Event):
    """A candidate's passage through a part begins anew on another form; the one before it is kept and does not count."""

    kind: ClassVar[str] = "paper_replaced/1"
    attempt_id: Id
    part: PartIndex
    former_form_id: Id
    section_id: Id
    form_id: Id
    item_ids: Ids
    option_ids: Annotated[Mapping[Id, OptionIds], Items(MAX_ITEMS)]
    opened_at_ms: Instant
    duration_ms: Span
    officer_id: Id


# --- messages and hands -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageSent(Event):
    """A proctor's message to these attempts, or to everybody (None). `confirm`: each is asked to say it was read."""

    kind: ClassVar[str] = "message_sent/1"
    message_id: Id
    who: Who | None
    text: Annotated[str, Text(1, MAX_MESSAGE)]
    confirm: bool
    officer_id: Id


@dataclass(frozen=True, slots=True)
class MessageWithdrawn(Event):
    """A message leaves the screens and asks nobody any more; who had seen it has seen it."""

    kind: ClassVar[str] = "message_withdrawn/1"
    message_id: Id
    officer_id: Id


@dataclass(frozen=True, slots=True)
class MessageSeen(Event):
    """A candidate's screen has shown a message, or the candidate has confirmed it; `made_at_ms` as believed."""

    kind: ClassVar[str] = "message_seen/1"
    attempt_id: Id
    generation: Generation
    message_id: Id
    how: Seen
    made_at_ms: Instant


@dataclass(frozen=True, slots=True)
class HandRaised(Event):
    """A candidate asks for somebody; `made_at_ms` as believed."""

    kind: ClassVar[str] = "hand_raised/1"
    attempt_id: Id
    generation: Generation
    category: HandCategory
    made_at_ms: Instant


@dataclass(frozen=True, slots=True)
class HandLowered(Event):
    """The candidate needs nobody any more."""

    kind: ClassVar[str] = "hand_lowered/1"
    attempt_id: Id
    generation: Generation
    made_at_ms: Instant


@dataclass(frozen=True, slots=True)
class HandAnswered(Event):
    """An officer has been there; `note` says what it came to."""

    kind: ClassVar[str] = "hand_answered/1"
    attempt_id: Id
    note: Line
    officer_id: Id


# --- the next word, and locks -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NextWordSet(Event):
    """The hall hears more at `due_at_ms`; None: nothing is announced any more."""

    kind: ClassVar[str] = "next_word_set/1"
    text: Line
    due_at_ms: Instant | None
    officer_id: Id


@dataclass(frozen=True, slots=True)
class SeatLocked(Event):
    """A candidate's screen shows only `sentence`. `clock_stands`: a pause of its own came with it."""

    kind: ClassVar[str] = "seat_locked/1"
    attempt_id: Id
    sentence: Line
    clock_stands: bool
    officer_id: Id


@dataclass(frozen=True, slots=True)
class SeatUnlocked(Event):
    """The candidate's screen is theirs again."""

    kind: ClassVar[str] = "seat_unlocked/1"
    attempt_id: Id
    officer_id: Id


@dataclass(frozen=True, slots=True)
class IncidentAdded(Event):
    """A further note to the incident that record `incident_seq` tells of, which stays as it is."""

    kind: ClassVar[str] = "incident_added/1"
    incident_seq: Seq
    note: Annotated[str, Text(1, 2000)]
    officer_id: Id


# What every kiosk is told of, whosever act it was.
FOR_ALL: tuple[type[Event], ...] = (
    ReserveSwitchBegan, ReserveSwitchCalledOff, MessageSent, MessageWithdrawn, NextWordSet,
    hall_duty_events.ErratumReleased, hall_duty_events.ErratumWithdrawn,
)  # fmt: skip
# What no kiosk needs to be told of.
QUIET: tuple[type[Event], ...] = (IncidentAdded,)

EVENTS: tuple[type[Event], ...] = (
    ReserveSwitchBegan, ReserveSwitchCalledOff, PaperReplaced, MessageSent, MessageWithdrawn, MessageSeen, HandRaised,
    HandLowered, HandAnswered, NextWordSet, SeatLocked, SeatUnlocked, IncidentAdded, *hall_duty_events.EVENTS,
)  # fmt: skip
# What stands in the minutes' table of what happened.
TOLD: tuple[type[Event], ...] = (
    MessageSent, MessageWithdrawn, HandAnswered, NextWordSet, SeatLocked, SeatUnlocked, IncidentAdded,
    hall_duty_events.MisconductRecorded, hall_duty_events.MisconductWithdrawn, hall_duty_events.ErratumReleased,
    hall_duty_events.ErratumWithdrawn, hall_duty_events.ShiftHandedOver,
)  # fmt: skip
