"""Marks of a contest: the marking part opened, its canaries, one mark for each finished part, and the publication.

Pure. These facts live in the contest's journal, so that nothing decided later changes the head of a sitting's journal
that was already printed in signed minutes. Marking again after a crash adds nothing: a mark is awarded once.

    closed ──open marking──▶ open ──award (one by one)──▶ … ──publish──▶ published
              └─ a canary wrong: open, but nothing is ever published from this scheme
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, ClassVar, TypeAlias

from question_bank import canonical
from question_bank.canonical import JSON
from server.domain.commands import AnchorClock
from server.domain.event import COMMON, ClockAnchored, EpochBegan, Event, EventSpec, kinds
from server.domain.reasons import Reason, Refused
from server.domain.state import put, without
from server.protocol.records import PartIndex
from server.protocol.shape import Count, Digest, Id, Items, Name, Shaped, Signed, Span, Whole

MAX_CANARIES = 256  # in one package; assembling makes a handful for each section


# --- events ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JournalHead(Shaped):
    """Where a sitting's journal stood: the number and hash of its last record."""

    seq: Annotated[int, Whole(0)]
    hash: Digest


@dataclass(frozen=True, slots=True)
class WrongCanary(Shaped):
    """A canary that did not come out as it was sealed."""

    canary: Annotated[int, Whole(1, MAX_CANARIES)]
    section_id: Id
    expected_right: Count
    right: Count
    expected_mark: Signed
    marks: Signed


@dataclass(frozen=True, slots=True)
class MarkingOpened(Event):
    """The custodians' shares opened a marking part, and its canaries were graded; `wrong` is empty when all agree."""

    kind: ClassVar[str] = "marking_opened/1"
    sitting_id: Id
    package_id: Id
    scheme_sha256: Digest
    canaries: Annotated[int, Whole(0, MAX_CANARIES)]
    wrong: Annotated[tuple[WrongCanary, ...], Items(MAX_CANARIES)]
    bodies: Annotated[tuple[Name, ...], Items(16)]
    officers: Annotated[tuple[Id, ...], Items(2)]


@dataclass(frozen=True, slots=True)
class MarkAwarded(Event):
    """What one candidate's part came to, in hundredths; and everything it rests on.

    `disputed`: the kiosk's digest of the final responses is another one; no mark is shown until an official has looked.
    """

    kind: ClassVar[str] = "mark_awarded/1"
    sitting_id: Id
    candidate_id: Id
    attempt_id: Id
    part: PartIndex
    marks: Signed
    max_marks: Signed
    right: Count
    of: Count
    time_taken_ms: Span
    scheme_sha256: Digest
    responses_sha256: Digest
    disputed: bool
    sitting_head: JournalHead


@dataclass(frozen=True, slots=True)
class ResultsPublished(Event):
    """The results of a sitting were announced: their digest and how many they are."""

    kind: ClassVar[str] = "results_published/1"
    sitting_id: Id
    results_sha256: Digest
    count: Count
    officers: Annotated[tuple[Id, ...], Items(2)]


@dataclass(frozen=True, slots=True)
class MarkSetAside(Event):
    """A mark does not count: the paper it was awarded for was replaced by another one."""

    kind: ClassVar[str] = "mark_set_aside/1"
    sitting_id: Id
    attempt_id: Id
    part: PartIndex
    scheme_sha256: Digest


KINDS: dict[str, EventSpec] = COMMON | kinds(MarkingOpened, MarkAwarded, MarkSetAside, ResultsPublished)


# --- commands -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenMarking:
    """A marking part was opened and its canaries graded; record it."""

    event: MarkingOpened


@dataclass(frozen=True, slots=True)
class AwardMark:
    """A part was graded; record the mark unless there is one of the same responses."""

    event: MarkAwarded


@dataclass(frozen=True, slots=True)
class SetMarkAside:
    """A paper was replaced after its mark was awarded; nothing when there is no such mark (any more)."""

    event: MarkSetAside


@dataclass(frozen=True, slots=True)
class PublishResults:
    """Announce a sitting's results; `finished` counts the parts that have ended, each of which needs its mark."""

    sitting_id: str
    finished: int
    officers: tuple[str, ...]


MarkingCommand: TypeAlias = OpenMarking | AwardMark | SetMarkAside | PublishResults | AnchorClock


# --- state ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarkingState:
    """Everything decide needs. `opened` by package, `marks` by (attempt, part), `published` by sitting."""

    epoch: int = 0
    opened: Mapping[str, MarkingOpened] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[tuple[str, int], MarkAwarded] = field(default_factory=lambda: MappingProxyType({}))
    published: Mapping[str, ResultsPublished] = field(default_factory=lambda: MappingProxyType({}))

    def opened_by_scheme(self, scheme_sha256: str) -> MarkingOpened | None:
        """The opening of this scheme."""
        return next((one for one in self.opened.values() if one.scheme_sha256 == scheme_sha256), None)

    def of_sitting(self, sitting_id: str) -> tuple[MarkAwarded, ...]:
        """Every mark of a sitting."""
        return tuple(mark for mark in self.marks.values() if mark.sitting_id == sitting_id)


EMPTY = MarkingState()


def decide(state: MarkingState, command: MarkingCommand, now_ms: int) -> tuple[Event, ...] | Refused:
    """The events that follow, or why there are none. Total."""
    match command:
        case OpenMarking(event):
            if event.package_id in state.opened:
                return Refused(Reason.MARKING_ALREADY_OPEN, event.package_id)
            return (event,)
        case AwardMark(event):
            if state.opened_by_scheme(event.scheme_sha256) is None:
                return Refused(Reason.MARKING_NOT_OPEN, event.scheme_sha256)
            if is_marked(state, event) or event.sitting_id in state.published:
                return Refused(Reason.ALREADY_MARKED, event.attempt_id)
            return (event,)
        case SetMarkAside(event):
            mark = state.marks.get((event.attempt_id, event.part))
            return (event,) if mark is not None and mark.scheme_sha256 == event.scheme_sha256 else ()
        case PublishResults():
            return _published(state, command)
        case AnchorClock(at_ms, wall_ms, reason, officer_id):  # room time was set back, which the sitting has decided
            return (ClockAnchored(at_ms, wall_ms, reason, officer_id),)


def evolve(state: MarkingState, event: Event, at_ms: int, seq: int) -> MarkingState:
    """The state after this event; one that fits nothing leaves it as it was."""
    match event:
        case EpochBegan():
            return replace(state, epoch=event.epoch)
        case MarkingOpened():
            return replace(state, opened=put(state.opened, event.package_id, event))
        case MarkAwarded():
            return replace(state, marks=put(state.marks, (event.attempt_id, event.part), event))
        case MarkSetAside():
            return replace(state, marks=without(state.marks, (event.attempt_id, event.part)))
        case ResultsPublished():
            return replace(state, published=put(state.published, event.sitting_id, event))
    return state


def is_marked(state: MarkingState, event: MarkAwarded) -> bool:
    """Whether this part has a mark already that rests on the same responses and time; a newer one takes its place."""
    before = state.marks.get((event.attempt_id, event.part))
    if before is None:
        return False
    same_key = before.scheme_sha256 == event.scheme_sha256
    return same_key and (before.responses_sha256, before.time_taken_ms) == (event.responses_sha256, event.time_taken_ms)


def results_sha256(marks: tuple[MarkAwarded, ...]) -> str:
    """The digest that a publication names: of every mark it announces, by part and candidate."""
    rows: list[JSON] = [dict(mark.wire()) for mark in sorted(marks, key=lambda one: (one.part, one.candidate_id))]
    return canonical.digest({"format": "exam-results/1", "marks": rows}).hex()


def _published(state: MarkingState, command: PublishResults) -> tuple[Event, ...] | Refused:
    if len(set(command.officers)) != 2:
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    if command.sitting_id in state.published:
        return Refused(Reason.ALREADY_PUBLISHED, command.sitting_id)
    openings = [one for one in state.opened.values() if one.sitting_id == command.sitting_id]
    if not openings:
        return Refused(Reason.MARKING_NOT_OPEN, command.sitting_id)
    if any(one.wrong for one in openings):
        return Refused(Reason.WRONG_CANARY, command.sitting_id)
    marks = state.of_sitting(command.sitting_id)
    if len(marks) != command.finished:
        return Refused(Reason.NOT_ALL_MARKED, f"{len(marks)} of {command.finished}")
    return (ResultsPublished(command.sitting_id, results_sha256(marks), len(marks), command.officers),)
