"""What each kiosk is told: its situation and its paper, made from the sitting's state at one instant. Pure views.

A situation is complete and replaces the last, so nothing here remembers what was sent before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from question_bank.bilingual import Bilingual
from question_bank.items import types
from server.domain import timing
from server.domain.roster import Entry
from server.domain.state import Attempt, Finish, PartAttempt, Seating, SittingState
from server.domain.timing import TimeLedger
from server.domain.values import PartStage, ShowResult, SittingStage
from server.live.definition import SittingDefinition
from server.live.hall_view import hall_view
from server.protocol.sequence import Stream
from server.protocol.sheet_messages import SignedSheet
from server.protocol.situation import (
    AttemptView,
    ExtensionView,
    Order,
    Paper,
    PartPhase,
    PartView,
    PauseView,
    RestView,
    ResultView,
    SittingPhase,
    SittingView,
    Situation,
    Stage,
    StreamView,
    SubmittedView,
)

MAX_EXTENSIONS = 200  # shown to a kiosk, as the protocol bounds them

ResultOf = Callable[[str, int], ResultView | None]


@dataclass(frozen=True, slots=True)
class KioskFacts:
    """What belongs to one kiosk: its seat, the sign-in it carries (None: nobody's), every outbox it ever had here.

    `sheet`: what it keeps of the attempt it carries.
    """

    kiosk_id: str
    seat_label: str
    attempt: Attempt | None
    seating: Seating | None
    streams: Sequence[tuple[str, Stream]]
    sheet: SignedSheet | None = None


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What is the same for every kiosk. `entry`: the roster's by candidate id; `result`: what may be
    shown of a finished part now.
    """

    room_name: str
    now_ms: int
    definition: SittingDefinition | None
    state: SittingState
    stage: Stage
    entry: Callable[[str], Entry | None]
    result: ResultOf
    standby: str = ""


def situation(room: RoomFacts, kiosk: KioskFacts) -> Situation:
    """Everything this kiosk needs to know to show the right screen."""
    closed = room.state.stage is SittingStage.CLOSED
    attempt = None
    if room.definition is not None and kiosk.attempt is not None and kiosk.seating is not None:
        attempt = _attempt(room, room.definition, kiosk.attempt, kiosk.seating)
    return Situation(
        server_at_ms=room.now_ms,
        epoch=room.state.epoch,
        room_name=room.room_name,
        seat_label=kiosk.seat_label,
        sitting=_sitting(room.definition, room.state, kiosk.attempt),
        stage=room.stage,
        attempt=attempt,
        streams=tuple(
            StreamView(source, held.contiguous, held.sha256.hex() if held.contiguous else None)
            for source, held in kiosk.streams
        ),
        release=tuple(source for source, _ in kiosk.streams) if closed else (),
        standby=room.standby,
        hall=hall_view(room.state, kiosk.attempt),
        sheet=kiosk.sheet,
    )


def paper(state: SittingState, kiosk: KioskFacts, identity_of: Callable[[str, str], str | None]) -> Paper | None:
    """The paper for this kiosk while its candidate's part is running; None when it is none of its business.

    `identity_of(package_id, section_id)` is the short identity of an opened section.
    """
    attempt, seating, opened = kiosk.attempt, kiosk.seating, state.paper
    if attempt is None or seating is None or opened is None or _is_moved(state, attempt, seating):
        return None
    part = attempt.running
    identity = None if part is None else identity_of(opened.package_id, part.section_id)
    if part is None or identity is None:
        return None
    return Paper(
        attempt_id=attempt.attempt_id,
        part=part.part,
        package_id=opened.package_id,
        section_id=part.section_id,
        form_id=part.form_id,
        identity=identity,
        order=Order(part.item_ids, part.option_ids),
        responses=part.responses,
        flagged=part.flagged,
    )


def sitting_phase(state: SittingState) -> SittingPhase:
    """Where the sitting stands for the candidates."""
    if state.stage is SittingStage.CLOSED:
        return SittingPhase.CLOSED
    if any(part is not PartStage.WAITING for part in state.parts):
        return SittingPhase.OPEN
    return SittingPhase.PREPARING if state.stage is SittingStage.ABSENT else SittingPhase.SEALED_READY


def _sitting(definition: SittingDefinition | None, state: SittingState, attempt: Attempt | None) -> SittingView | None:
    if definition is None:
        return None
    current = attempt.current if attempt is not None else None
    index = awaited_part(state) if current is None else current.part
    shown = ShowResult.LATER if _waits_for_markers(state, index) else definition.rules.show_result
    return SittingView(
        sitting_id=definition.sitting_id,
        title=_titles(definition.title),
        state=sitting_phase(state),
        show_result=shown.value,
        starts_hint=definition.starts_hint,
    )


def _waits_for_markers(state: SittingState, part: int) -> bool:
    """Whether a part of the opened paper has something that people mark: nobody is told to wait for that result."""
    sections = state.paper.sections if state.paper is not None else ()
    known = types()
    return part < len(sections) and any(
        item.type in known and known[item.type].MARKED_BY_PEOPLE for item in sections[part].items
    )


def _attempt(room: RoomFacts, definition: SittingDefinition, attempt: Attempt, seating: Seating) -> AttemptView:
    entry = room.entry(attempt.candidate_id)
    return AttemptView(
        attempt_id=attempt.attempt_id,
        generation=seating.generation,
        source=seating.source,
        sbd="" if entry is None else entry.sbd,
        full_name="" if entry is None else entry.full_name,
        birth_date="" if entry is None else entry.birth_date.strftime("%d/%m/%Y"),
        unit="" if entry is None else entry.unit,
        confirmed=attempt.confirmed,
        moved=_is_moved(room.state, attempt, seating),
        part=part_view(room, definition, attempt),
    )


def _is_moved(state: SittingState, attempt: Attempt, seating: Seating) -> bool:
    """Whether this machine lets go: a newer sign-in took the candidate elsewhere, or an officer sent them there."""
    newer = seating.generation < attempt.generation
    return newer or state.rescue.move_of(attempt.attempt_id, seating.generation) is not None


def part_view(room: RoomFacts, definition: SittingDefinition, attempt: Attempt) -> PartView:
    """The part the candidate is in, or the one they come for: who first comes at the second part waits for that."""
    part = attempt.current
    if part is None:
        return _waiting_part(definition, awaited_part(room.state))
    ledger, finish = part.ledger, part.finish
    pause = ledger.running_pause if finish is None else None
    return PartView(
        index=part.part,
        count=len(definition.parts),
        title=_titles(definition.parts[part.part].title),
        duration_s=ledger.duration_ms // 1000,
        phase=phase_of(part, room.now_ms, room.state),
        deadline_at_ms=timing.deadline_at_ms(ledger) if finish is None else None,
        remaining_ms=timing.remaining_ms(ledger, room.now_ms) if finish is None else 0,
        pause=None if pause is None else PauseView(pause.reason, pause.from_ms),
        extensions=_extensions(ledger),
        submitted=None if finish is None else _submitted(finish),
        result=None if finish is None else room.result(attempt.attempt_id, part.part),
        form_id=part.form_id,
        rest=_rest(ledger, room.now_ms) if finish is None else None,
    )


def awaited_part(state: SittingState) -> int:
    """The part that somebody who was started in none waits for: the open one, else the next, else the last."""
    if state.open_part is not None:
        return state.open_part
    waiting = [index for index, stage in enumerate(state.parts) if stage is PartStage.WAITING]
    return waiting[0] if waiting else max(0, len(state.parts) - 1)


def phase_of(part: PartAttempt, now_ms: int, state: SittingState) -> PartPhase:
    """Where a candidate stands in a part they were started in."""
    if part.finish is not None:
        return PartPhase.CLOSED if part.finish.forced else PartPhase.SUBMITTED
    return timing.standing(part.ledger, now_ms, state.grace_ms, state.began_at_ms).phase


def _waiting_part(definition: SittingDefinition, index: int) -> PartView:
    planned = definition.parts[index]
    return PartView(
        index=index,
        count=len(definition.parts),
        title=_titles(planned.title),
        duration_s=planned.duration_s,
        phase=PartPhase.WAITING,
        deadline_at_ms=None,
        remaining_ms=planned.duration_s * 1000,
        pause=None,
        extensions=(),
        submitted=None,
        result=None,
    )


def _rest(ledger: TimeLedger, now_ms: int) -> RestView | None:
    if not ledger.break_ms:
        return None
    return RestView(timing.break_left_ms(ledger, now_ms), timing.break_ends_ms(ledger))


def _extensions(ledger: TimeLedger) -> tuple[ExtensionView, ...]:
    return tuple(ExtensionView(one.ms, one.reason) for one in ledger.extensions[-MAX_EXTENSIONS:])


def _submitted(finish: Finish) -> SubmittedView:
    return SubmittedView(finish.finished_at_ms, finish.receipt, finish.forced, finish.answered, finish.of)


def _titles(title: Bilingual) -> dict[str, str]:
    return {"vi": title.vi, "en": title.en}
