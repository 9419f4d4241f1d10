"""What a kiosk is told of the hall: the switch of sets, messages, its hand, a lock, the next word, errata. docs/hall.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from server.protocol.shape import Id, Instant, Items, Line, Shaped, Span, Text

MAX_MESSAGE = 300  # characters: what is read standing, and fits the strip at the largest size of text
MAX_TOLD = 20  # messages a kiosk is told of at a time, the newest; and errata of one paper
MAX_ERRATUM = 1_000  # characters in one language

ByLanguage = Annotated[Mapping[Annotated[str, Text(2, 8)], Annotated[str, Text(0, MAX_ERRATUM)]], Items(4)]


class ClockRule(StrEnum):
    """What a candidate's clock is set to when a paper is replaced: the part's whole time, or what was left."""

    FULL = "full"
    REST = "rest"


class HandCategory(StrEnum):
    """What a candidate needs somebody for."""

    EQUIPMENT = "equipment"
    PAPER = "paper"
    HEALTH = "health"
    OTHER = "other"


class Seen(StrEnum):
    """How far a message has come: on the candidate's screen, or they said that they have read it."""

    SHOWN = "shown"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class SwitchView(Shaped):
    """Another paper is being put in place of this one. `opened`: it is open, and about to be given."""

    since_at_ms: Instant
    reason: Line
    clock: ClockRule
    least_ms: Span
    opened: bool


@dataclass(frozen=True, slots=True)
class MessageView(Shaped):
    """A proctor's message. `confirm`: the candidate is asked to say that they have read it; `seen`: the room knows so."""

    message_id: Id
    text: Annotated[str, Text(1, MAX_MESSAGE)]
    at_ms: Instant
    confirm: bool
    shown: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class HandView(Shaped):
    """The candidate's hand is up."""

    category: HandCategory
    since_at_ms: Instant


@dataclass(frozen=True, slots=True)
class LockView(Shaped):
    """The screen is locked, with a sentence for the candidate."""

    sentence: Line
    since_at_ms: Instant
    clock_stands: bool


@dataclass(frozen=True, slots=True)
class NextWordView(Shaped):
    """When the hall hears more, and what was said about it."""

    text: Line
    due_at_ms: Instant


@dataclass(frozen=True, slots=True)
class ErratumView(Shaped):
    """A correction of one item, by the committee, or the word that one is withdrawn, without its text.

    `seen`: the room knows that this candidate has seen it.
    """

    erratum_id: Id
    item_id: Id
    text: ByLanguage
    at_ms: Instant
    seen: bool
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class HallView(Shaped):
    """All of it for one kiosk; what belongs to an attempt is empty where nobody sits."""

    switch: SwitchView | None = None
    messages: Annotated[tuple[MessageView, ...], Items(MAX_TOLD)] = ()
    hand: HandView | None = None
    lock: LockView | None = None
    next_word: NextWordView | None = None
    errata: Annotated[tuple[ErratumView, ...], Items(MAX_TOLD)] = ()


QUIET = HallView()
