"""What happens in the hall beside the answers, as immutable values: a part of the sitting's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.domain.hall_duty_events import MisconductStep
from server.domain.values import SetName
from server.protocol.hall import ClockRule, HandCategory


@dataclass(frozen=True, slots=True)
class Switch:
    """The sitting went over to the reserve set: from `part` on only its passages count. `given`: the paper is out."""

    part: int
    clock: ClockRule
    least_ms: int
    reason: str
    at_ms: int
    before: SetName
    given: bool
    officers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A proctor's message, and by attempt when it was shown and confirmed."""

    message_id: str
    who: frozenset[str] | None
    text: str
    confirm: bool
    at_ms: int
    officer_id: str
    withdrawn: bool
    shown: Mapping[str, int]
    confirmed: Mapping[str, int]

    def is_for(self, attempt_id: str) -> bool:
        """Whether it was sent to this candidate."""
        return self.who is None or attempt_id in self.who

    def has_reached(self, attempt_id: str) -> bool:
        """Whether the candidate has seen it as far as was asked: confirmed, or shown where that is enough."""
        return attempt_id in (self.confirmed if self.confirm else self.shown) or attempt_id in self.confirmed


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand that is up."""

    category: HandCategory
    since_ms: int


@dataclass(frozen=True, slots=True)
class Lock:
    """A covered screen; `clock_stands`: a pause came with it."""

    sentence: str
    at_ms: int
    clock_stands: bool


@dataclass(frozen=True, slots=True)
class NextWord:
    """When the hall hears more."""

    text: str
    due_at_ms: int


@dataclass(frozen=True, slots=True)
class Misconduct:
    """A step that was taken, and whether it was taken back."""

    misconduct_id: str
    attempt_id: str
    step: MisconductStep
    note: str
    at_ms: int
    officers: tuple[str, ...]
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class ReleasedErratum:
    """A correction, and by attempt when it was seen; or the word that one (`withdraws`) is taken back, its reason as text."""

    erratum_id: str
    item_id: str
    item_ref: str
    text: Mapping[str, str]
    at_ms: int
    officers: tuple[str, ...]
    seen: Mapping[str, int]
    withdrawn: bool = False
    withdraws: str | None = None

    def is_for(self, attempt_id: str, errata: Mapping[str, ReleasedErratum]) -> bool:
        """Whether a candidate who has the item is told: of what holds, and of what they saw and does not hold any more."""
        if self.withdraws is None:
            return not self.withdrawn
        return attempt_id in errata[self.withdraws].seen


@dataclass(frozen=True, slots=True)
class Shift:
    """The shift that began with the last handover, or with the sitting."""

    officer_id: str
    at_ms: int
    incidents: int  # of the sitting by then


def _part_at(opened: Mapping[int, int], at_ms: int) -> int:
    """The part that was opened last by then; the first where none was yet."""
    before = [(opened_ms, part) for part, opened_ms in opened.items() if opened_ms <= at_ms]
    return max(before)[1] if before else min(opened, default=0)


@dataclass(frozen=True, slots=True)
class HallState:
    """Messages, raised hands, locks, misconduct and errata of a sitting, as the journal tells them.

    `hands` and `locks` by attempt; `incidents`: by the number of its record, whose attempt an incident is of.
    """

    switch: Switch | None = None
    messages: Mapping[str, Message] = field(default_factory=dict)
    hands: Mapping[str, Hand] = field(default_factory=dict)
    locks: Mapping[str, Lock] = field(default_factory=dict)
    next_word: NextWord | None = None
    incidents: Mapping[int, str | None] = field(default_factory=dict)
    misconduct: Mapping[str, Misconduct] = field(default_factory=dict)
    errata: Mapping[str, ReleasedErratum] = field(default_factory=dict)
    shift: Shift | None = None

    def is_suspended(self, attempt_id: str) -> bool:
        """Whether a step that ends the exam stands against this candidate."""
        return any(
            one.attempt_id == attempt_id and one.step.ends_part and not one.withdrawn
            for one in self.misconduct.values()
        )

    def before_the_jury(self, attempt_id: str, opened: Mapping[int, int], part: int) -> tuple[Misconduct, ...]:
        """The steps of a candidate's part, taken back ones aside, whose consequence for the mark the jury decides.

        `opened`: when each of the candidate's parts was. A step is of the part that was open then, or of the last one before.
        """
        standing = (
            one for one in self.misconduct.values()
            if one.attempt_id == attempt_id and one.step.deduct_percent and not one.withdrawn
        )  # fmt: skip
        return tuple(one for one in standing if _part_at(opened, one.at_ms) == part)

    @property
    def switching(self) -> bool:
        """Whether clocks stand for another paper that has not been given yet."""
        return self.switch is not None and not self.switch.given


NO_HALL = HallState()
