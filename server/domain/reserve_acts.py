"""The switch of the whole sitting to its reserve set in the middle of a part: begin, call off, give; and what counts.

    in use ──begin──▶ switching ──unseal──▶ opened ──give──▶ reserve in use
       ▲                  │                   │
       └───── call off ◀──┴───────────────────┘

What was answered on the first paper stays with the passage it belongs to (`Attempt.former`) and is never marked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from question_bank.order import attempt_order
from server.domain import events
from server.domain.event import Event
from server.domain.hall_commands import CallOffSwitch, GiveReserve, SwitchToReserve
from server.domain.hall_events import PaperReplaced, ReserveSwitchBegan, ReserveSwitchCalledOff
from server.domain.hall_state import Switch
from server.domain.reasons import Reason, Refused
from server.domain.state import Attempt, PartAttempt, SittingState, put, without
from server.domain.timing import TimeLedger, remaining_ms, standing
from server.domain.values import Cause, CloseCause, HowChosen, PartStage, SetName, SittingStage
from server.protocol.hall import ClockRule
from server.protocol.records import PaperRecord, SubmitPart
from server.protocol.situation import PartPhase

MAX_LEAST_MS = 6 * 3_600_000  # the longest part there is

_ORDER_TAG = b"examroom reserve order v1\0"


def begin(state: SittingState, command: SwitchToReserve, now_ms: int) -> tuple[Event, ...] | Refused:
    """Stop every running clock and take the reserve set, by two officers with a reason."""
    if state.plan is None:
        return Refused(Reason.NOT_PREPARED)
    if state.plan.packages.reserve is None:
        return Refused(Reason.NO_RESERVE)
    if (refused := _two_with_a_reason(command.reason, command.officers)) is not None:
        return refused
    part = _first_part(state)
    if part is None or not 0 <= command.least_ms <= MAX_LEAST_MS:
        return Refused(Reason.NOTHING_TO_DO)
    if state.chosen is None or state.hall.switch is not None:
        return Refused(Reason.SET_NOT_CHOSEN if state.chosen is None else Reason.SET_ALREADY_CHOSEN)
    other = SetName.RESERVE if state.chosen is SetName.PRIMARY else SetName.PRIMARY  # a lot may have drawn either
    first, second = command.officers
    began = ReserveSwitchBegan(other, part, command.clock, command.least_ms, command.reason, command.officers)
    chosen = events.SetChosen(other, HowChosen.RESERVE, None, command.reason, first, second)
    stopped = tuple(
        events.SeatPaused(attempt.attempt_id, running.part, command.reason, Cause.HALL, first)
        for attempt in state.attempts.values()
        if (running := attempt.running) is not None and _clock_runs(state, running, now_ms)
    )
    return began, chosen, *stopped


def call_off(state: SittingState, command: CallOffSwitch, now_ms: int) -> tuple[Event, ...] | Refused:
    """Back to the set of before. Clocks stand on until an officer lets them run."""
    if (refused := _two_with_a_reason(command.reason, command.officers)) is not None:
        return refused
    if not state.hall.switching:
        return Refused(Reason.NOTHING_TO_DO)
    return (ReserveSwitchCalledOff(command.reason, command.officers),)


def give(state: SittingState, command: GiveReserve, now_ms: int) -> tuple[Event, ...] | Refused:
    """Begin everybody's passage anew on the reserve's paper; a clock that stood before the switch stands on."""
    switch, part = state.hall.switch, state.open_part
    if switch is None or part is None or part != switch.part:
        return Refused(Reason.NOTHING_TO_DO)
    if state.paper is None:
        return Refused(Reason.NOT_UNSEALED)
    chosen = _receivers(state, command, part)
    if isinstance(chosen, Refused):
        return chosen
    found: list[Event] = []
    for attempt in chosen:
        found.append(_replaced(state, switch, attempt, command, now_ms))
        stood = attempt.parts[part].ledger.running_pause
        if stood is not None and stood.from_ms < switch.at_ms:
            found.append(events.SeatPaused(attempt.attempt_id, part, stood.reason, stood.cause, command.officer_id))
    return tuple(found)


def stands_on(state: SittingState, attempt_id: str, part: int, officer_id: str) -> tuple[events.SeatPaused, ...]:
    """The hall's pause, for a clock that would run again while the other paper is not out: nobody has one then."""
    switch = state.hall.switch
    if switch is None or switch.given:
        return ()
    return (events.SeatPaused(attempt_id, part, switch.reason, Cause.HALL, officer_id),)


def of_the_replaced(attempt: Attempt, record: PaperRecord) -> PartAttempt | None:
    """The passage that was replaced, when a record belongs to it: by its item, or by the form a submission names."""
    former = attempt.former.get(record.part)
    if former is None:
        return None
    now = attempt.parts[record.part]
    if isinstance(record, SubmitPart):
        return former if record.form_id != now.form_id else None
    return former if record.item_id in former.item_ids and record.item_id not in now.item_ids else None


def has_begun(state: SittingState) -> bool:
    """Whether a part was started: from then on another set means stopping clocks, not only choosing anew."""
    return any(stage is not PartStage.WAITING for stage in state.parts)


def counts(state: SittingState, part: PartAttempt) -> bool:
    """Whether a passage is of the set its part is held on: one that only the first paper was sat in does not count."""
    switch = state.hall.switch
    if switch is None or part.part < switch.part:
        return True
    return state.paper is not None and any(one.section_id == part.section_id for one in state.paper.sections)


def sets_in_use(state: SittingState) -> tuple[SetName, ...]:
    """The sets on which parts of this sitting are held, the first part's first: each marking part is needed."""
    if state.chosen is None:
        return ()
    switch = state.hall.switch
    return (state.chosen,) if switch is None or switch.part == 0 else (switch.before, state.chosen)


# --- inside -----------------------------------------------------------------------------------------------------------


def _two_with_a_reason(reason: str, officers: tuple[str, ...]) -> Refused | None:
    if not reason.strip():
        return Refused(Reason.REASON_NEEDED)
    return Refused(Reason.SECOND_OFFICER_NEEDED) if len(officers) != 2 or len(set(officers)) != 2 else None


def _first_part(state: SittingState) -> int | None:
    """The part that is open, or the next; None when every part is over."""
    if state.open_part is not None:
        return state.open_part
    return state.parts.index(PartStage.WAITING) if PartStage.WAITING in state.parts else None


def _clock_runs(state: SittingState, part: PartAttempt, now_ms: int) -> bool:
    return standing(part.ledger, now_ms, state.grace_ms, state.began_at_ms).phase is PartPhase.OPEN


def _receivers(state: SittingState, command: GiveReserve, part: int) -> list[Attempt] | Refused:
    if command.who is None:
        everyone = [
            attempt for attempt in state.attempts.values()
            if part in attempt.parts and not counts(state, attempt.parts[part])
            and not _ended_by_an_officer(attempt.parts[part]) and not state.hall.is_suspended(attempt.attempt_id)
        ]  # fmt: skip
        return everyone or Refused(Reason.NOTHING_TO_DO)
    found: list[Attempt] = []
    for attempt_id in dict.fromkeys(command.who):
        attempt = state.attempts.get(attempt_id)
        if attempt is None:
            return Refused(Reason.UNKNOWN_ATTEMPT, attempt_id)
        if part not in attempt.parts:
            return Refused(Reason.NOT_STARTED, attempt_id)
        if state.hall.is_suspended(attempt_id):
            return Refused(Reason.SUSPENDED, attempt_id)
        if counts(state, attempt.parts[part]):
            return Refused(Reason.ALREADY_STARTED, attempt_id)
        found.append(attempt)
    return found or Refused(Reason.NOTHING_TO_DO)


def _ended_by_an_officer(part: PartAttempt) -> bool:
    return part.finish is not None and part.finish.cause is CloseCause.OFFICER


def _replaced(
    state: SittingState, switch: Switch, attempt: Attempt, command: GiveReserve, now_ms: int
) -> PaperReplaced:
    assert state.paper is not None
    former = attempt.parts[switch.part]
    section = state.paper.sections[switch.part]
    order = attempt_order(section, hashlib.sha256(_ORDER_TAG + command.seed + attempt.attempt_id.encode()).digest())
    return PaperReplaced(
        attempt_id=attempt.attempt_id,
        part=switch.part,
        former_form_id=former.form_id,
        section_id=section.section_id,
        form_id=section.form_id,
        item_ids=order.item_ids,
        option_ids=order.option_ids,
        opened_at_ms=now_ms,
        duration_ms=_time_again(switch, former, now_ms),
        officer_id=command.officer_id,
    )


def _time_again(switch: Switch, former: PartAttempt, now_ms: int) -> int:
    """A candidate's time on the new paper: all of it with what was granted beforehand, or what was left."""
    ledger = former.ledger
    if switch.clock is ClockRule.FULL:
        granted = sum(one.ms for one in ledger.extensions if one.cause is Cause.ARRANGEMENT)
        return ledger.duration_ms + granted
    stood_at = now_ms if former.finish is None else former.finish.finished_at_ms
    return max(remaining_ms(ledger, stood_at), switch.least_ms)


# --- evolving ---------------------------------------------------------------------------------------------------------


def _began(state: SittingState, event: ReserveSwitchBegan, at_ms: int, seq: int) -> SittingState:
    given = state.open_part is None  # between two parts nobody has a paper to be replaced
    before = state.chosen or SetName.PRIMARY
    switch = Switch(event.part, event.clock, event.least_ms, event.reason, at_ms, before, given, event.officers)
    return replace(state, hall=replace(state.hall, switch=switch))


def _called_off(state: SittingState, event: ReserveSwitchCalledOff, at_ms: int, seq: int) -> SittingState:
    switch = state.hall.switch
    if switch is None:
        return state
    stage = SittingStage.UNSEALED if switch.before in state.unsealed else SittingStage.CHOSEN
    return replace(state, chosen=switch.before, stage=stage, hall=replace(state.hall, switch=None))


def _paper_replaced(state: SittingState, event: PaperReplaced, at_ms: int, seq: int) -> SittingState:
    attempt = state.attempts.get(event.attempt_id)
    former = None if attempt is None else attempt.parts.get(event.part)
    if attempt is None or former is None:
        return state
    passage = PartAttempt(
        event.part, event.section_id, event.form_id, event.item_ids, event.option_ids,
        TimeLedger(event.opened_at_ms, event.duration_ms, break_ms=former.ledger.break_ms), {}, {}, (), None,
    )  # fmt: skip
    newer = replace(
        attempt, parts=put(attempt.parts, event.part, passage), former=put(attempt.former, event.part, former)
    )
    hall = state.hall
    if hall.switch is not None and not hall.switch.given:
        hall = replace(hall, switch=replace(hall.switch, given=True))
    # What came late on the first paper has gone with it: nothing of it waits for a decision any more.
    time = replace(state.time, late=without(state.time.late, (event.attempt_id, event.part)))
    return replace(state, attempts=put(state.attempts, event.attempt_id, newer), hall=hall, time=time)


STEPS: Mapping[type[Event], Callable[[SittingState, Any, int, int], SittingState]] = {
    ReserveSwitchBegan: _began,
    ReserveSwitchCalledOff: _called_off,
    PaperReplaced: _paper_replaced,
}
