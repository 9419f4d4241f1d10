"""A candidate's run in a simulator, played again for the jury: what they were given, what they did, what they saw.

Readable only once the part has ended for the candidate and the marking part may be opened: nobody follows a running exam.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from question_bank.canonical import JSON
from question_bank.errors import ExamRoomError
from question_bank.fields import Fields
from question_bank.items import item_type
from question_bank.phrase import Phrase, phrase
from question_bank.simulators import Simulator, SimulatorError, read_world
from question_bank.simulators.model import Run, Taken, replay
from server.domain.runs import RunHeld
from server.domain.state import Attempt, PartAttempt
from server.live.ceremony_status import marking_may_open
from server.live.runs import HeldAction, read_actions, run_of
from server.live.sitting_service import Sitting

if TYPE_CHECKING:
    from server.live.room import Room

MAX_KEPT = 4  # runs kept played, for somebody who steps through one: a jury looks at one at a time


class NoRun(StrEnum):
    """Why there is nothing to show."""

    NO_SITTING = "no_sitting"
    UNKNOWN = "unknown"  # no such candidate, part or item, or the item is no simulator
    NOT_ENDED = "not_ended"  # the candidate's part has not ended
    NOT_YET = "not_yet"  # the paper is not open, or the marking part may not be opened yet
    UNREADABLE = "unreadable"  # the package or the journal cannot be read, or its simulator is not here


@dataclass(frozen=True, slots=True)
class Step:
    """One action and what the page showed after it. `refused`: the system would not have let it pass; nothing changed."""

    action: dict[str, JSON]
    held: HeldAction
    simulator: Simulator
    state: Any
    refused: Phrase | None = None

    @property
    def view(self) -> JSON:
        """What the page shows then."""
        return self.simulator.view(self.state)


@dataclass(frozen=True, slots=True)
class PlayedRun:
    """A run from its start. `number` is the item's place in the candidate's order, `missing` numbers that nothing counts under."""

    simulator: Simulator
    attempt: Attempt
    part: PartAttempt
    item_id: str
    initial: Any
    steps: tuple[Step, ...]

    @property
    def number(self) -> int:
        """The item's place, from 1."""
        return self.part.item_ids.index(self.item_id) + 1

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers below the last that no counting action has."""
        there = {step.held.n for step in self.steps}
        return tuple(n for n in range(1, max(there, default=0)) if n not in there)

    def view(self, step: int) -> JSON:
        """What the page showed after so many steps; 0 is the start."""
        return self.steps[step - 1].view if step else self.simulator.view(self.initial)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run that may be looked at, for the list."""

    attempt_id: str
    candidate_id: str
    part: int
    item_id: str
    number: int
    actions: int


def has_simulators(sitting: Sitting | None) -> bool:
    """Whether a paper that was opened here has a simulator."""
    papers = () if sitting is None else sitting.state.unsealed.values()
    return any(item_type(one.type).ACTS for paper in papers for items in paper.items.values() for one in items.values())


class ReplayDesk:
    """One per room, for its active sitting."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._played: OrderedDict[tuple[str, int, str, str], PlayedRun] = OrderedDict()

    def closed(self) -> NoRun | None:
        """Why no run at all can be shown now; None when those of ended parts can."""
        sitting = self._room.sitting
        if sitting is None:
            return NoRun.NO_SITTING
        return None if sitting.state.paper is not None and marking_may_open(sitting) else NoRun.NOT_YET

    def listed(self) -> tuple[RunLine, ...]:
        """Every run of an ended part, by candidate; empty while none may be shown."""
        sitting = self._room.sitting
        if sitting is None or self.closed() is not None:
            return ()
        return tuple(
            RunLine(
                attempt.attempt_id, attempt.candidate_id, part.part, item_id, part.item_ids.index(item_id) + 1,
                len(run_of(part, item_id).acts),
            )
            for attempt in sitting.state.attempts.values()
            for part in attempt.parts.values()
            if part.finish is not None
            for item_id in part.item_ids
            if _acts(sitting, part, item_id)
        )  # fmt: skip

    def run(self, attempt_id: str, part_index: int, item_id: str) -> PlayedRun | NoRun:
        """One run, played from the start."""
        sitting = self._room.sitting
        if sitting is None or (closed := self.closed()) is not None:
            return NoRun.NO_SITTING if sitting is None else closed or NoRun.NOT_YET
        attempt = sitting.attempt(attempt_id)
        part = None if attempt is None else attempt.parts.get(part_index)
        if attempt is None or part is None or item_id not in part.item_ids or not _acts(sitting, part, item_id):
            return NoRun.UNKNOWN
        if part.finish is None:
            return NoRun.NOT_ENDED
        run = run_of(part, item_id)
        key = (attempt_id, part_index, item_id, str((run.response or {}).get("sha256")))
        if key not in self._played:
            try:
                self._played[key] = self._play(sitting, attempt, part, item_id, run)
            except ExamRoomError:
                return NoRun.UNREADABLE
            while len(self._played) > MAX_KEPT:
                self._played.popitem(last=False)
        return self._played[key]

    def _play(self, sitting: Sitting, attempt: Attempt, part: PartAttempt, item_id: str, run: RunHeld) -> PlayedRun:
        simulator, world = self._world(sitting, part, item_id)
        held = self._room.port.offload(partial(read_actions, sitting.journal_path, run, sorted(run.acts)))
        played = replay(simulator, world, (Taken(one.n, one.action, one.at_ms) for one in held))
        return PlayedRun(simulator, attempt, part, item_id, played.initial, _steps(simulator, held, played))

    def _world(self, sitting: Sitting, part: PartAttempt, item_id: str) -> tuple[Simulator, JSON]:
        """The world of an item, out of the candidates' part of the paper. Raises SealError, SimulatorError, DocumentError."""
        package_id = next(one.package_id for one in sitting.state.unsealed.values() if part.section_id in one.items)
        identity = self._room.opening.section_identity(package_id, part.section_id)
        if identity is None:
            raise SimulatorError(phrase("the paper cannot be read here"))
        package = self._room.staging.open(package_id, sitting.definition.committee.raw)
        document = package.candidate(part.section_id, identity).document
        for item in Fields(dict(document), "candidate").objects("items"):
            if item.text("item_id") == item_id:
                return read_world(item.objects("variants")[0].value("world"))
        raise SimulatorError(phrase("the paper has no such item"))


def _acts(sitting: Sitting, part: PartAttempt, item_id: str) -> bool:
    item = sitting.state.item(part.section_id, item_id)
    return item is not None and item_type(item.type).ACTS


def _steps(simulator: Simulator, held: tuple[HeldAction, ...], played: Run[Any]) -> tuple[Step, ...]:
    states = {taken.n: state for taken, state in played.taken}
    refused = {taken.n: why.reason for taken, why in played.refused}
    steps, state = [], played.initial
    for one in held:
        state = states.get(one.n, state)
        steps.append(Step(one.action, one, simulator, state, refused.get(one.n)))
    return tuple(steps)
