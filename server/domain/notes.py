"""Decisions that only note a fact: attendance, roster changes, reissued codes, incidents, connections, the clock."""

from __future__ import annotations

from server.domain import commands, events
from server.domain.event import ClockAnchored, Event, sets_back
from server.domain.reasons import Reason, Refused
from server.domain.state import SittingState


def attendance(state: SittingState, command: commands.RecordAttendance, now_ms: int) -> tuple[Event, ...] | Refused:
    """What the check-in table saw; the last word counts."""
    return (events.AttendanceRecorded(command.candidate_id, command.state, command.identity_seen, command.officer_id),)


def roster_change(
    state: SittingState, command: commands.RecordRosterChange, now_ms: int
) -> tuple[Event, ...] | Refused:
    """A change of the roster by two officers with a reason; it detaches no response."""
    if len(command.officers) != 2 or len(set(command.officers)) != 2:
        return Refused(Reason.SECOND_OFFICER_NEEDED)
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    changed = events.RosterChanged(
        command.candidate_id, command.change, command.entry_sha256, command.reason, command.officers
    )
    return (changed,)


def code_reissue(state: SittingState, command: commands.RecordCodeReissue, now_ms: int) -> tuple[Event, ...] | Refused:
    """A new access code, with a reason."""
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    return (events.AccessCodeReissued(command.candidate_id, command.reason, command.officer_id),)


def incident(state: SittingState, command: commands.RecordIncident, now_ms: int) -> tuple[Event, ...] | Refused:
    """An incident, of one attempt or of the room."""
    if command.attempt_id is not None and command.attempt_id not in state.attempts:
        return Refused(Reason.UNKNOWN_ATTEMPT, command.attempt_id)
    return (events.IncidentRecorded(command.attempt_id, command.category, command.note, command.officer_id),)


def connection(state: SittingState, command: commands.RecordConnection, now_ms: int) -> tuple[Event, ...] | Refused:
    """A kiosk fell silent or is heard again; saying so twice changes nothing."""
    lost = command.change == "lost"
    if lost == (command.kiosk_id in state.silent):
        return ()
    if lost:
        return (events.ConnectionLost(command.kiosk_id, command.attempt_id, command.heard_ms),)
    return (events.ConnectionRestored(command.kiosk_id, command.attempt_id),)


def anchor(state: SittingState, command: commands.AnchorClock, now_ms: int) -> tuple[Event, ...] | Refused:
    """Room time was tied to a clock.

    It may be set back by an officer before a paper is opened, and by the room itself, which follows its kiosks after a
    restart, to no earlier than what was recorded before that.
    """
    if sets_back(command.at_ms, now_ms):
        by_kiosks = command.officer_id is None and command.at_ms >= state.before_began_ms
        if state.time_is_in_use and not by_kiosks:
            return Refused(Reason.TIME_IN_USE)
    return (ClockAnchored(command.at_ms, command.wall_ms, command.reason, command.officer_id, command.moved_ms),)
