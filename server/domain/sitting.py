"""A sitting decides: `decide(state, command, now)` gives events or a refusal, `evolve(state, event)` the next state.

    absent ──prepare──▶ prepared ──choose set──▶ chosen ──unseal──▶ unsealed ──close──▶ closed
    a part:    waiting ──start──▶ open ──close──▶ closed            (parts one after the other, within unsealed)
    an attempt: seated ──confirm──▶ confirmed ──start──▶ open ⇄ paused ──submit | deadline | officer──▶ finished

Pure: no clock, no chance, no store. Replaying the journal uses only `evolve`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from server.domain import (
    candidate_acts,
    commands,
    hall_table,
    notes,
    opening_acts,
    readiness_acts,
    recovery_acts,
    rescue_acts,
    rescue_commands,
    running_acts,
    sheet_acts,
    standby_acts,
    standby_commands,
    time_acts,
)
from server.domain.event import Event
from server.domain.events import KINDS
from server.domain.evolution import evolve
from server.domain.reasons import Reason, Refused
from server.domain.state import EMPTY, SittingState
from server.domain.values import SittingStage

__all__ = ["EMPTY", "KINDS", "Decision", "decide", "ended", "evolve"]

Decision: TypeAlias = "tuple[Event, ...] | Refused"

_ACTS: Mapping[type, Callable[[SittingState, Any, int], Decision]] = {
    commands.KioskRecord: candidate_acts.record,
    commands.SeatCandidate: candidate_acts.seat,
    commands.PrepareSitting: opening_acts.prepare,
    commands.ChooseSet: opening_acts.choose_set,
    commands.RecordUnsealing: opening_acts.unseal,
    commands.StartPart: opening_acts.start_part,
    commands.Pause: running_acts.pause,
    commands.Resume: running_acts.resume,
    commands.Extend: running_acts.extend,
    commands.CloseSeat: running_acts.close_seat,
    commands.ClosePart: running_acts.close_part,
    commands.CloseSitting: running_acts.close_sitting,
    commands.Tick: running_acts.tick,
    commands.RecordAttendance: notes.attendance,
    commands.RecordRosterChange: notes.roster_change,
    commands.RecordCodeReissue: notes.code_reissue,
    commands.RecordIncident: notes.incident,
    commands.RecordConnection: notes.connection,
    commands.AnchorClock: notes.anchor,
    commands.DecideCompensation: time_acts.decide_compensation,
    commands.DecideLate: time_acts.decide_late,
    rescue_commands.MoveSeat: rescue_acts.move,
    rescue_commands.RecordRescue: rescue_acts.rescue,
    **readiness_acts.ACTS,
    standby_commands.NoteStandby: standby_acts.note,
    standby_commands.KeepBranch: standby_acts.keep_branch,
    standby_commands.RecoverRecord: recovery_acts.recover,
    standby_commands.DecideBranchOrder: standby_acts.decide_order,
    **hall_table.ACTS,
    **sheet_acts.ACTS,
}


def decide(state: SittingState, command: commands.Command, now_ms: int) -> Decision:
    """The events that follow from the command at room time `now_ms`, or why there are none.

    No events and no refusal: the room's own command (a tick) found nothing to do.
    """
    if state.stage is SittingStage.CLOSED:
        return Refused(Reason.SITTING_CLOSED)
    return _ACTS[type(command)](state, command, now_ms)


def ended(state: SittingState) -> bool:
    """Whether the journal has come to its end: nothing is appended after `sitting_closed`."""
    return state.stage is SittingStage.CLOSED
