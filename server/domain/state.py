"""The state of a sitting, as immutable values: what evolve makes of the journal, and decide looks at.

Mappings are never changed in place: an evolved state shares every part that stayed the same, and a state that a
failed COMMIT discards leaves no trace in the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from question_bank.order import ItemOutline, SectionOutline
from server.domain.events import LateRecorded, PackagePair, PartPlan, SittingRules
from server.domain.hall_state import NO_HALL, HallState
from server.domain.readiness_state import NOTHING_READY, ReadinessState
from server.domain.rescue_state import NO_RESCUE, RescueState
from server.domain.result_state import NEVER_RESTORED, ResultState
from server.domain.runs import RunHeld
from server.domain.sheet_state import NO_SHEETS, SheetState
from server.domain.standby_state import NO_STANDBY, StandbyState
from server.domain.time_state import NO_TIME, TimeState
from server.domain.timing import NO_ORIGIN, Origin, TimeLedger
from server.domain.values import Attendance, CloseCause, PartStage, SetName, SittingStage

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Held:
    """What is held for one item: the last word of the highest generation. `response` None: cleared, or only flagged."""

    response: Mapping[str, object] | None
    generation: int
    seq: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Finish:
    """How a candidate's part ended. `cause` None: submitted by the candidate; `disputed`: the digests differ."""

    at_ms: int
    finished_at_ms: int
    time_taken_ms: int
    responses_sha256: str
    receipt: str
    answered: int
    of: int
    cause: CloseCause | None
    disputed: bool
    generation: int
    origin: Origin = NO_ORIGIN

    @property
    def forced(self) -> bool:
        """Whether the room ended it."""
        return self.cause is not None


@dataclass(frozen=True, slots=True)
class PartAttempt:
    """A candidate's passage through one part, from the start of their clock."""

    part: int
    section_id: str
    form_id: str
    item_ids: tuple[str, ...]
    option_ids: Mapping[str, tuple[str, ...]]
    ledger: TimeLedger
    held: Mapping[str, Held]
    flags: Mapping[str, tuple[int, bool]]  # item id → (generation, flagged)
    late: tuple[LateRecorded, ...]
    finish: Finish | None
    runs: Mapping[str, RunHeld] = field(default_factory=lambda: MappingProxyType({}))  # item id → its simulator's run

    @property
    def responses(self) -> dict[str, Mapping[str, object]]:
        """The effective responses by item id, what stands for runs in simulators among them; cleared ones are absent."""
        found = {item: held.response for item, held in self.held.items() if held.response is not None}
        for item, run in self.runs.items():
            if (response := run.response) is not None:
                found[item] = response
        return found

    @property
    def answered(self) -> int:
        """How many items have a response."""
        done = sum(1 for run in self.runs.values() if run.acts)
        return done + sum(1 for held in self.held.values() if held.response is not None)

    @property
    def flagged(self) -> tuple[str, ...]:
        """The items marked to come back to, in the candidate's order."""
        return tuple(item for item in self.item_ids if self.flags.get(item, (0, False))[1])


@dataclass(frozen=True, slots=True)
class Seating:
    """One sign-in."""

    generation: int
    kiosk_id: str
    seat_label: str
    source: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A candidate's passage through the sitting."""

    attempt_id: str
    candidate_id: str
    seatings: tuple[Seating, ...]
    confirmed: bool
    parts: Mapping[int, PartAttempt]
    last_at_ms: int  # when a record of theirs was last stored
    made_at_ms: Mapping[int, int]  # by generation: when the newest record of its outbox was made, as believed
    former: Mapping[int, PartAttempt] = field(default_factory=dict)  # replaced, kept, not marked

    @property
    def seat(self) -> Seating:
        """The newest sign-in: the one that speaks for the attempt."""
        return self.seatings[-1]

    @property
    def generation(self) -> int:
        """The newest generation."""
        return self.seatings[-1].generation

    @property
    def current(self) -> PartAttempt | None:
        """The part the candidate was last started in, ended or not."""
        return self.parts[max(self.parts)] if self.parts else None

    @property
    def running(self) -> PartAttempt | None:
        """The part whose clock was started and that has not ended."""
        current = self.current
        return current if current is not None and current.finish is None else None

    @property
    def unfinished(self) -> tuple[PartAttempt, ...]:
        """Every part that was started and has not ended: one at most, but for those that a seat sheet brought back."""
        return tuple(part for part in self.parts.values() if part.finish is None)

    def superseded_at(self, generation: int) -> int | None:
        """When a newer sign-in took over from `generation`; None while it is the newest."""
        newer = [seating.at_ms for seating in self.seatings if seating.generation > generation]
        return newer[0] if newer else None


@dataclass(frozen=True, slots=True)
class Unsealed:
    """An opened package."""

    package_id: str
    manifest_sha256: str
    sections: tuple[SectionOutline, ...]  # the n-th is the n-th part
    items: Mapping[str, Mapping[str, ItemOutline]]  # by section id, by item id
    at_ms: int


@dataclass(frozen=True, slots=True)
class Presence:
    """What the check-in table last said of a candidate."""

    state: Attendance
    identity_seen: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The sitting's definition as the journal holds it."""

    sitting_id: str
    contest_id: str
    round_id: str
    parts: tuple[PartPlan, ...]
    rules: SittingRules
    packages: PackagePair


@dataclass(frozen=True, slots=True)
class SittingState:
    """Everything decide needs to know. The empty state is a journal without a sitting."""

    stage: SittingStage = SittingStage.ABSENT
    epoch: int = 0
    plan: Plan | None = None
    chosen: SetName | None = None
    unsealed: Mapping[SetName, Unsealed] = field(default_factory=lambda: MappingProxyType({}))
    parts: tuple[PartStage, ...] = ()
    attempts: Mapping[str, Attempt] = field(default_factory=lambda: MappingProxyType({}))
    by_candidate: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_source: Mapping[str, tuple[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    attendance: Mapping[str, Presence] = field(default_factory=lambda: MappingProxyType({}))
    silent: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # kiosk id → since when
    confirmed_at_ms: int | None = None  # when an officer last confirmed room time, or set it
    incidents: int = 0
    began_at_ms: int = 0  # when the server that runs now, or ran last, began
    before_began_ms: int = 0  # the last instant known from before that
    hall: HallState = NO_HALL
    readiness: ReadinessState = NOTHING_READY
    standby: StandbyState = NO_STANDBY
    time: TimeState = NO_TIME
    rescue: RescueState = NO_RESCUE
    result: ResultState = NEVER_RESTORED
    sheets: SheetState = NO_SHEETS

    @property
    def paper(self) -> Unsealed | None:
        """The opened package of the chosen set."""
        return self.unsealed.get(self.chosen) if self.chosen is not None else None

    @property
    def grace_ms(self) -> int:
        """How long what was made in time may take to arrive."""
        return self.plan.rules.grace_s * 1000 if self.plan is not None else 0

    @property
    def time_is_in_use(self) -> bool:
        """Whether something rests on room time that must not be set back any more: an opened paper."""
        return bool(self.unsealed)

    @property
    def open_part(self) -> int | None:
        """The part that is open for the room, if one is."""
        return self.parts.index(PartStage.OPEN) if PartStage.OPEN in self.parts else None

    def item(self, section_id: str, item_id: str) -> ItemOutline | None:
        """An item of an opened section, without its words."""
        for paper in self.unsealed.values():
            items = paper.items.get(section_id)
            if items is not None:
                return items.get(item_id)
        return None

    def attempt_of(self, candidate_id: str) -> Attempt | None:
        """The attempt of a candidate, if they have signed in."""
        attempt_id = self.by_candidate.get(candidate_id)
        return self.attempts[attempt_id] if attempt_id is not None else None


EMPTY = SittingState()


def without(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    """The mapping without one entry; the given one stays as it was."""
    return {name: value for name, value in mapping.items() if name != key}


def put(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """The mapping with one entry set; the given one stays as it was."""
    copy = dict(mapping)
    copy[key] = value
    return copy
