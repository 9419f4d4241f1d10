"""Decisions about the second server: what the journal notes of it."""

from __future__ import annotations

from server.domain import standby_commands as commands
from server.domain import standby_events as events
from server.domain.event import Event
from server.domain.reasons import Reason, Refused
from server.domain.state import SittingState


def note(state: SittingState, command: commands.NoteStandby, now_ms: int) -> tuple[Event, ...] | Refused:
    """The standby is lost or back; saying so twice changes nothing."""
    known = state.standby
    if command.change == "lost":
        return (events.StandbyLost(command.server_id, command.why),) if known.in_step else ()
    if known.in_step and known.server_id == command.server_id:
        return ()
    return (events.StandbyRejoined(command.server_id),)


def keep_branch(state: SittingState, command: commands.KeepBranch, now_ms: int) -> tuple[Event, ...] | Refused:
    """A branch was stored; the same one again changes nothing."""
    if any(kept.branch_sha256 == command.branch_sha256 for kept in state.standby.branches):
        return ()
    return (
        events.BranchKept(
            command.branch_sha256, command.server_id, command.epoch, command.from_seq, command.from_hash,
            command.to_seq, command.to_hash,
        ),
    )  # fmt: skip


def decide_order(state: SittingState, command: commands.DecideBranchOrder, now_ms: int) -> tuple[Event, ...] | Refused:
    """An officer has looked at an order that only the branch has."""
    if command.hash not in state.standby.orders:
        return Refused(Reason.NOTHING_TO_DO, command.hash[:16])
    if not command.reason.strip():
        return Refused(Reason.REASON_NEEDED)
    return (events.BranchOrderDecided(command.hash, command.decision, command.reason, command.officer_id),)
