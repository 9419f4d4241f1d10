"""Setting room time: an officer at the ceremony, or the kiosks after a restart. One door, so clock and journals agree.

Ahead it jumps, which an officer may let it do while no candidate's clock runs. Back by a little it stands still until it is caught up with; back by more it steps, where the journal
allows it (`domain.notes.anchor`): before a paper is opened, or where kiosks know that the computer came back ahead.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from server.domain.commands import AnchorClock
from server.domain.event import SET_BACK_MS
from server.domain.reasons import Reason
from server.domain.values import SittingStage
from server.live.actors import OfficerActor
from server.store.batch import Verdict, turned_away

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting

STANDS_STILL_MS = 2 * 60_000  # nobody should wait longer for a clock that stands still
JUMP_MS = 1_000  # further ahead takes time from everybody whose clock runs; less is the typing of the time itself
IMPLAUSIBLE_MS = 400 * 24 * 3_600_000  # further behind its own journal, a computer has forgotten the date


class RoomTime:
    """One per room."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def confirm(self, officer: OfficerActor, source: bytes, reason: str, at_ms: int | None = None) -> Verdict:
        """An officer confirms room time, or sets it to `at_ms`; when that is not recorded, it is as it was.

        `source` is the form's own stream. Raises NotStored, CommitterStopped.
        """
        room, sitting = self._room, self._room.sitting
        before_ms = room.clock.now_ms()
        stepped = at_ms is not None and before_ms - at_ms > STANDS_STILL_MS
        if stepped and (sitting is None or sitting.state.time_is_in_use):
            return turned_away(Reason.TIME_IN_USE)
        if at_ms is not None and at_ms - before_ms > JUMP_MS and sitting is not None and _clocks_run(sitting):
            return turned_away(Reason.CLOCKS_RUN)
        with ExitStack() as failed:
            if at_ms is not None:
                failed.callback(room.clock.step(at_ms) if stepped else room.clock.set(at_ms))
            command = AnchorClock(room.clock.now_ms(), room.clock.wall_ms(), reason, officer.officer_id)
            verdict = room.order(officer, source, 1, command)
            if verdict.reason is None:
                failed.pop_all()
        if stepped and verdict.reason is None:
            room.presence.hearing.set_back(command.at_ms)
            room.opening.forget_shares()  # kept for ten minutes of a time that is not any more
            room.marks.anchor(command)
        return verdict

    def follow(self, sitting: Sitting, offset_ms: int) -> None:
        """Move room time to where the kiosks say it is, once after a restart. Raises NotStored, CommitterStopped."""
        room = self._room
        at_ms = room.clock.now_ms() + offset_ms
        stepped = offset_ms <= -SET_BACK_MS
        with ExitStack() as failed:
            failed.callback(room.clock.step(at_ms) if stepped else room.clock.set(at_ms))
            command = AnchorClock(room.clock.now_ms(), room.clock.wall_ms(), "kiosks", moved_ms=offset_ms)
            if sitting.by_room(command).reason is None:
                failed.pop_all()
                if stepped:
                    room.presence.hearing.set_back(command.at_ms)
                    room.marks.anchor(command)

    def adopt(self, sitting: Sitting) -> None:
        """Room time and the journal of a sitting that is taken up agree: nothing is decided before what was decided.

        A journal is ahead when it came from elsewhere, the heartbeat was lost, or room time was set back since.
        """
        clock, last_ms = self._room.clock, sitting.last_at_ms
        behind_ms = last_ms - clock.now_ms()
        state = sitting.state
        free = state.stage is not SittingStage.CLOSED and not state.time_is_in_use
        if free and SET_BACK_MS <= behind_ms < IMPLAUSIBLE_MS:
            sitting.by_room(AnchorClock(clock.now_ms(), clock.wall_ms(), "room"))
        elif state.stage is not SittingStage.CLOSED:
            clock.not_before(last_ms)


def _clocks_run(sitting: Sitting) -> bool:
    """Whether the time of some candidate passes now."""
    attempts = sitting.state.attempts.values()
    return any(part.ledger.running_pause is None for attempt in attempts for part in attempt.unfinished)
