"""What a kiosk knows, and which screen follows from it. Pure.

                     ┌────────────── not paired ──────────────┐
  searching → choose_room → compare_code → (paired) → searching → paired_idle → sign_in → confirm → rules → typing
  → waiting → exam ⇄ paused → submitting → submitted            exam → time_up → submitted | closed
  locked: a proctor has covered the screen, before or while a part runs.
  switching: another paper takes the place of the one there was, whatever had become of it.
  no_server: this program started again in the middle of a sitting and no server answers yet.

The server's last `Situation` is the truth about the sitting; what this machine adds is what it holds in its own outbox
and what it can tell from the clock while the line is down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from client_kiosk.acting import RunActions, read_done, response_of, with_done
from server.protocol.messages import Outcome
from server.protocol.situation import AttemptView, PartPhase, SittingPhase, Situation

Response = Mapping[str, object]
PaperKey: TypeAlias = tuple[str, int, str | None]
"""Whose paper, of which part, on which form."""


class Screen(StrEnum):
    """What the candidate sees."""

    SEARCHING = "searching"
    CHOOSE_ROOM = "choose_room"
    COMPARE_CODE = "compare_code"
    PAIRED_IDLE = "paired_idle"
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    RULES = "rules"
    TYPING = "typing"
    WAITING = "waiting"
    EXAM = "exam"
    PAUSED = "paused"
    SWITCHING = "switching"
    LOCKED = "locked"
    TIME_UP = "time_up"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    STOPPED = "stopped"
    NO_SERVER = "no_server"


class Step(StrEnum):
    """What a candidate does before the clock starts; done again after a restart, which costs nobody time."""

    RULES = "rules"
    TYPING = "typing"


class PairingStage(StrEnum):
    """How far an unpaired machine is."""

    SEARCHING = "searching"
    CHOOSE = "choose"
    COMPARE = "compare"


class Stop(StrEnum):
    """Why the room let this machine go; said only by a server that has shown the pinned certificate."""

    UNPAIRED = "unpaired"
    UNKNOWN_KIOSK = "unknown_kiosk"
    WRONG_SIGNATURE = "wrong_signature"
    WRONG_PROTOCOL = "wrong_protocol"
    REPLACED = "replaced"  # another machine came with the same pairing: a copied disk


# What pairing anew can mend; another version of the program it cannot.
MAY_LEAVE = frozenset(Stop) - {Stop.WRONG_PROTOCOL}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the candidate is told beside the screen; `code` has a text in the catalogue."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """The responses of the open part as this machine knows them: the server's, overlaid by its own outbox.

    `waiting`: by item, what was chosen too late to count as it stands and has not been replaced by anything that
    counts; an empty response means that the answer was taken back too late. `runs`: what was done in simulators; what
    stands for them is among the responses.
    """

    responses: Mapping[str, Response] = field(default_factory=lambda: MappingProxyType({}))
    flagged: frozenset[str] = frozenset()
    submitted_here: bool = False
    waiting: Mapping[str, Response] = field(default_factory=lambda: MappingProxyType({}))
    runs: Mapping[str, RunActions] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class State:
    """Everything that decides the screen.

    `sources` are the outboxes on this machine. `held_back` ones the served sitting knows otherwise or not at all;
    `resting` ones wait for their own sitting to be served. `stopped`: why the room let this machine go. `sheet_waits`: the
    server that went on does not have the paper yet which this machine was on.
    """

    paired: bool = False
    pairing: PairingStage = PairingStage.SEARCHING
    online: bool = False
    situation: Situation | None = None
    sources: frozenset[str] = frozenset()
    held_back: frozenset[str] = frozenset()
    resting: frozenset[str] = frozenset()
    paper_attempt: PaperKey | None = None  # of the paper in memory
    steps: frozenset[Step] = frozenset()
    work: Work = Work()
    stopped: Stop | None = None
    notice: Notice | None = None
    sheet_waits: bool = False


def attempt_here(state: State) -> AttemptView | None:
    """The attempt this kiosk speaks for, or None: nobody signed in, moved elsewhere, or its outbox is not here.

    A wiped machine, or a disk set back to an older copy, must not go on in a stream the server knows better: the
    candidate signs in again, which opens a new one.
    """
    attempt = state.situation.attempt if state.situation is not None else None
    if attempt is None or attempt.moved:
        return None
    return attempt if is_over(state) or attempt.source in state.sources - state.held_back else None


def is_over(state: State) -> bool:
    """Whether the sitting is closed: nothing is written any more, outboxes are released, receipts stay on the screen."""
    sitting = state.situation.sitting if state.situation is not None else None
    return sitting is not None and sitting.state is SittingPhase.CLOSED


def screen(state: State, room_at_ms: int) -> Screen:
    """The screen at room time `room_at_ms` (ms since 1970 UTC)."""
    if state.stopped is not None:
        return Screen.STOPPED
    if not state.paired:
        return _PAIRING_SCREENS[state.pairing]
    if state.situation is None:
        return Screen.NO_SERVER if state.sources - state.resting else Screen.SEARCHING
    attempt = attempt_here(state)
    if attempt is None:
        return _without_attempt(state.situation)
    if is_over(state):
        return Screen.SUBMITTED if attempt.part.submitted is not None else Screen.CLOSED
    if not attempt.confirmed and attempt.part.phase not in (PartPhase.SUBMITTED, PartPhase.CLOSED):
        return Screen.CONFIRM
    return _in_part(state, attempt, room_at_ms)


_PAIRING_SCREENS = {
    PairingStage.SEARCHING: Screen.SEARCHING,
    PairingStage.CHOOSE: Screen.CHOOSE_ROOM,
    PairingStage.COMPARE: Screen.COMPARE_CODE,
}


def _without_attempt(situation: Situation) -> Screen:
    if situation.sitting is None:
        return Screen.PAIRED_IDLE
    if situation.sitting.state is SittingPhase.CLOSED:
        return Screen.CLOSED
    return Screen.SIGN_IN


def _in_part(state: State, attempt: AttemptView, room_at_ms: int) -> Screen:
    part = attempt.part
    if state.situation is not None and state.situation.hall.switch is not None:
        return Screen.SWITCHING
    if state.situation is not None and state.situation.hall.lock is not None and part.phase in _COVERED:
        return Screen.LOCKED if remaining_ms(attempt, room_at_ms) > 0 else Screen.TIME_UP
    match part.phase:
        case PartPhase.WAITING:
            if Step.RULES not in state.steps:
                return Screen.RULES
            return Screen.TYPING if Step.TYPING not in state.steps else Screen.WAITING
        case PartPhase.PAUSED:
            return Screen.SUBMITTING if state.work.submitted_here else Screen.PAUSED
        case PartPhase.SUBMITTED:
            return Screen.SUBMITTED
        case PartPhase.CLOSED:
            return Screen.SUBMITTED if part.submitted is not None else Screen.CLOSED
        case PartPhase.OPEN | PartPhase.GRACE:
            if state.work.submitted_here:
                return Screen.SUBMITTING
            if part.phase is PartPhase.GRACE or remaining_ms(attempt, room_at_ms) <= 0:
                return Screen.TIME_UP
            return Screen.EXAM if state.paper_attempt == _part_key(attempt) else Screen.WAITING


_COVERED = (PartPhase.WAITING, PartPhase.OPEN, PartPhase.PAUSED)
# Screens on which somebody sits whom a proctor can talk to.
WITH_SOMEBODY = (
    Screen.CONFIRM, Screen.RULES, Screen.TYPING, Screen.WAITING, Screen.EXAM, Screen.PAUSED, Screen.SWITCHING,
    Screen.LOCKED, Screen.TIME_UP, Screen.SUBMITTING, Screen.SUBMITTED,
)  # fmt: skip


def remaining_ms(attempt: AttemptView, room_at_ms: int) -> int:
    """Time left in the part: counted down while the clock runs, frozen while it does not."""
    part = attempt.part
    if part.deadline_at_ms is None:
        return part.remaining_ms
    return max(0, part.deadline_at_ms - room_at_ms)


def may_answer(state: State, room_at_ms: int) -> bool:
    """Whether a click on the paper is to be recorded now."""
    return screen(state, room_at_ms) is Screen.EXAM


@dataclass(frozen=True, slots=True)
class Passage:
    """Which records belong to the paper in memory: those of its part that name its items, or its form."""

    part: int
    form_id: str
    item_ids: frozenset[str]

    def holds(self, body: Mapping[str, object]) -> bool:
        """Whether a record was made on this paper: a part's number is the same on a paper that took another's place."""
        if body.get("part") != self.part:
            return False
        if body["kind"] == "submit_part/1":
            return body.get("form_id") in (None, self.form_id)
        return body.get("item_id") in self.item_ids


def overlay(work: Work, bodies: Iterable[Mapping[str, object]], passage: Passage) -> Work:
    """`work` after records that count, oldest first; records of other papers change nothing."""
    return judged(work, ((None, body) for body in bodies), passage)


def judged(work: Work, records: Iterable[tuple[str | None, Mapping[str, object]]], passage: Passage) -> Work:
    """`work` after records with their verdicts (None: not judged yet), oldest first.

    What is pending or accepted counts. What is late waits, until something that counts replaces it. Anything else that
    was turned away changes nothing.
    """
    responses, waiting, runs = dict(work.responses), dict(work.waiting), dict(work.runs)
    touched: set[str] = set()
    flagged = set(work.flagged)
    submitted = work.submitted_here
    for verdict, body in records:
        if verdict not in _TELLING or not passage.holds(body):
            continue
        item = str(body.get("item_id", ""))
        if verdict == _LATE:
            if body["kind"] in ("save_response/1", "clear_response/1"):
                response = body.get("response")
                waiting[item] = response if isinstance(response, Mapping) else MappingProxyType({})
            continue
        if (one := read_done(body)) is not None:
            runs[item] = with_done(runs.get(item, {}), one)
            touched.add(item)
            continue
        match body["kind"], body.get("response"), body.get("flagged"):
            case "save_response/1", Mapping() as response, _:
                responses[item] = response
                waiting.pop(item, None)
            case "clear_response/1", _, _:
                responses.pop(item, None)
                waiting.pop(item, None)
            case "flag_item/1", _, bool() as flag:
                (flagged.add if flag else flagged.discard)(item)
            case "submit_part/1", _, _:
                submitted = True
    responses.update((item, response_of(runs[item])) for item in touched)
    still = {item: response for item, response in waiting.items() if responses.get(item, {}) != response}
    return Work(
        MappingProxyType(responses), frozenset(flagged), submitted, MappingProxyType(still), MappingProxyType(runs)
    )


_LATE = Outcome.LATE.value
_TELLING = (None, Outcome.ACCEPTED.value, _LATE)  # verdicts of records that change what the candidate sees


def heard(state: State, situation: Situation) -> State:
    """The state after the server spoke; what belonged to another attempt or part is forgotten.

    A machine that was let go stays so: a situation may have been under way already when the room's last word came.
    """
    before = state.situation.attempt if state.situation is not None else None
    after = situation.attempt
    state = replace(state, situation=situation, online=True)
    if _part_key(before) != _part_key(after):
        same_person = before is not None and after is not None and before.attempt_id == after.attempt_id
        state = replace(state, work=Work(), steps=state.steps if same_person else frozenset())
    # A paper on another form may only be ahead of the news it belongs to: it stays, and is shown when these have come.
    if state.paper_attempt is not None and (
        after is None or state.paper_attempt[:2] != (after.attempt_id, after.part.index)
    ):
        state = replace(state, paper_attempt=None)
    if after is not None and after.moved:
        return replace(state, notice=Notice("moved"))
    return state


def _part_key(attempt: AttemptView | None) -> PaperKey | None:
    return (attempt.attempt_id, attempt.part.index, attempt.part.form_id) if attempt is not None else None
