"""Results as the page and the export show them: every part that has ended, with its mark if that is of what holds now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from question_bank.marking_scheme import Marks
from question_bank.scoring import SectionScore
from server.domain.hall_duty_events import MisconductStep
from server.domain.marking import MarkingState
from server.domain.state import Attempt, SittingState
from server.live import settled
from server.store.candidates import Candidate

if TYPE_CHECKING:
    from server.live.sitting_service import Sitting


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One candidate's part as the results page and the export show it; marks in hundredths, None while not marked.

    `time_taken_ms` is already in the contest's unit. `forced`: ended by the room; `disputed`: no mark is shown. `waiting`
    items need a person to mark them; until then the rest came to `marks_so_far`. `steps` were taken against misconduct: the
    mark is without their consequence, which the jury decides.
    """

    candidate_id: str
    sbd: str
    full_name: str
    unit: str
    division: str
    part: int
    answered: int
    of: int
    right: int | None
    marks: int | None
    max_marks: int | None
    time_taken_ms: int
    finished_at_ms: int
    receipt: str
    forced: bool
    disputed: bool
    waiting: int = 0
    marks_so_far: int | None = None
    steps: tuple[MisconductStep, ...] = ()


def jury_steps(state: SittingState, attempt: Attempt, part: int) -> tuple[MisconductStep, ...]:
    """The steps against misconduct that stand beside the mark of a candidate's part."""
    opened = {index: one.ledger.opened_at_ms for index, one in attempt.parts.items()}
    return tuple(one.step for one in state.hall.before_the_jury(attempt.attempt_id, opened, part))


Waiting = Mapping[tuple[str, int, str], tuple[str, SectionScore]]
"""Parts that a person must finish marking, by attempt, part and section: the responses' digest, and what the rest came to."""


def result_rows(
    sitting: Sitting, state: MarkingState, roster: Iterable[Candidate], waiting: Waiting
) -> list[ResultRow]:
    """Every finished part of a sitting, by part and candidate number."""
    entries, nothing = {one.candidate_id: one.entry for one in roster}, SectionScore(Marks(0), Marks(0), 0, 0)
    rows: list[ResultRow] = []
    for attempt, part in settled.finished(sitting.state):
        key, finish, entry = (attempt.attempt_id, part.part), part.finish, entries.get(attempt.candidate_id)
        assert finish is not None
        mark = state.marks.get(key)
        mark = mark if mark is not None and settled.rests_on(mark, finish) else None
        waits = nothing if mark else waiting.get((*key, part.section_id), ("", nothing))[1]
        rows.append(
            ResultRow(
                candidate_id=attempt.candidate_id,
                sbd="" if entry is None else entry.sbd,
                full_name="" if entry is None else entry.full_name,
                unit="" if entry is None else entry.unit,
                division="" if entry is None else entry.division,
                part=part.part,
                answered=finish.answered,
                of=finish.of,
                right=None if mark is None else mark.right,
                marks=None if mark is None else mark.marks,
                max_marks=None if mark is None else mark.max_marks,
                time_taken_ms=finish.time_taken_ms,
                finished_at_ms=finish.finished_at_ms,
                receipt=finish.receipt,
                forced=finish.forced,
                disputed=finish.disputed,
                waiting=waits.waiting,
                marks_so_far=waits.marks if waits.waiting else None,
                steps=jury_steps(sitting.state, attempt, part.part),
            )
        )
    return sorted(rows, key=lambda row: (row.part, row.sbd))
