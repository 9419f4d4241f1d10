"""What the room does by itself, four times a second: due deadlines, lost kiosks, shares and offers that are too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.commands import RecordConnection, Tick
from server.domain.state import Attempt
from server.domain.values import SittingStage
from server.errors import JournalError
from server.live.clock import Anchoring
from server.live.presence import LOST_AFTER_MS
from server.store.async_port import Waiter, Worker

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting

ROUND_S = 0.25  # how late a deadline may be noticed; who is closed finished at the deadline all the same
SLOW_ROUNDS = 4  # what only needs doing once a second


class Rounds:
    """The room's own loop."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._waiter: Waiter = room.port.waiter()
        self._worker: Worker | None = None
        self._waiter.clear()
        self._began_ms = 0
        self._anchoring = Anchoring()
        self._unstored = False  # whether the last round could not be stored: said once, not four times a second

    def start(self) -> None:
        """Begin."""
        self._waiter.clear()
        self._began_ms = self._room.clock.now_ms()
        self._worker = self._room.port.spawn(self._run)

    def stop(self) -> None:
        """End."""
        self._waiter.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    def witness(self, kiosk_id: str, estimate_at_ms: int) -> None:
        """What a kiosk believes room time to be; after a restart the clock follows the median of what they say."""
        room, sitting = self._room, self._room.sitting
        expected = 0 if sitting is None else len(sitting.state.attempts)
        offset_ms = self._anchoring.witness(kiosk_id, estimate_at_ms, room.clock.now_ms(), expected)
        if offset_ms is not None and sitting is not None and sitting.state.epoch > 1:
            room.time.follow(sitting, offset_ms)

    def _run(self) -> None:
        count = 0
        while not self._waiter.wait(ROUND_S):
            try:
                self._round(slow=count % SLOW_ROUNDS == 0)
                self._unstored = False
            except JournalError as error:  # a full disk passes, and consoles show a committer that has stopped
                if not self._unstored:
                    self._room.log.failure("round_not_stored", error)
                self._unstored = True
            except Exception as error:  # noqa: BLE001 - one for the loop: it says so, and deadlines are still kept
                self._room.fault("rounds", error)
            count += 1

    def _round(self, *, slow: bool) -> None:
        sitting = self._room.sitting
        if slow:
            self._room.opening.sweep()
            self._room.pairing.expire()
        if sitting is not None and not sitting.stopped:
            self._tick(sitting)
            if slow:
                self._connections(sitting)

    def _tick(self, sitting: Sitting) -> None:
        due_ms = sitting.next_due_ms()
        if due_ms is not None and due_ms <= self._room.clock.now_ms():
            sitting.by_room(Tick())

    def _connections(self, sitting: Sitting) -> None:
        state, now_ms = sitting.state, self._room.clock.now_ms()
        if state.stage is SittingStage.CLOSED:
            return
        changes: list[RecordConnection] = []
        for attempt in state.attempts.values():
            kiosk_id = attempt.seat.kiosk_id
            silent = kiosk_id in state.silent
            if not silent and not _waits_or_runs(attempt):
                continue
            lost = self._lost(kiosk_id, now_ms)
            if lost is not None and lost != silent:
                heard_ms = self._room.presence.hearing.last_ms(kiosk_id) if lost else None
                found = RecordConnection(kiosk_id, attempt.attempt_id, "lost" if lost else "restored", heard_ms)
                changes.append(found)
        sitting.all_by_room(changes)  # a switch that dies takes half a hall with it: one batch

    def _lost(self, kiosk_id: str, now_ms: int) -> bool | None:
        """Whether a kiosk is gone; None while it has not been gone for long enough to say."""
        known = self._room.presence.kiosk(kiosk_id)
        if known is not None and known.connected:
            return known.mute
        since_ms = self._began_ms if known is None else known.changed_at_ms
        gone_ms = now_ms - since_ms  # negative: room time was set back meanwhile
        return True if gone_ms >= LOST_AFTER_MS or gone_ms < 0 else None


def _waits_or_runs(attempt: Attempt) -> bool:
    return attempt.current is None or attempt.running is not None
