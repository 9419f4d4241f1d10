"""Telling kiosks what changed: situations and papers, gathered after each commit and sent from a loop of its own.

The committer is never held up by it, and a kiosk that several commits touched is told once, the latest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from server.addresses import told
from server.domain import events
from server.domain.event import Event
from server.domain.hall_events import FOR_ALL as HALL_FOR_ALL
from server.domain.hall_events import QUIET as HALL_QUIET
from server.domain.hall_events import PaperReplaced
from server.domain.run_events import ActionTaken
from server.domain.sheet_events import SeatRestored, SignInRestored
from server.domain.state import EMPTY
from server.domain.time_events import CompensationDecided, LateDecided, WorkResumed
from server.live import situations
from server.live.sitting_service import Sitting, SittingBatch
from server.live.situations import KioskFacts, RoomFacts
from server.protocol.messages import NAMESPACE
from server.protocol.situation import MAX_STREAMS, Paper, Situation
from server.store.async_port import Waiter, Worker

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sockets import SocketServer

YIELD_EVERY = 8  # kiosks told between two turns of the hub: acknowledgements are not held up by a start of 300

# What a candidate's own answers are to the kiosk that made them: the acknowledgement says it all.
_ANSWERS = (events.ResponseSaved, events.ResponseCleared, events.ItemFlagged, ActionTaken)
_QUIET = (*_ANSWERS, *HALL_QUIET, events.LateRecorded, events.IncidentRecorded, WorkResumed)
# After these a candidate may have a paper in front of them that this kiosk has not: a start, a sign-in in mid-exam,
# an answer that the earlier machine had kept (without it the newer machine's submission would be disputed).
_WITH_PAPER = (
    events.AttemptOpened, PaperReplaced, events.CandidateSeated, CompensationDecided, LateDecided, SeatRestored, *_ANSWERS
)  # fmt: skip
_FOR_ALL = (events.SittingPrepared, events.SetChosen, events.PackageUnsealed, events.SittingOpened,
            events.PartClosed, events.SittingClosed, *HALL_FOR_ALL)  # fmt: skip


class Pusher:
    """One per room. `touch` and its kin may be called from anywhere on the hub."""

    def __init__(self, room: Room, server: SocketServer) -> None:
        self._room = room
        self._server = server
        self._dirty: dict[str, bool] = {}  # kiosk id → with paper; bound: the room's machines
        self._lock = threading.Lock()
        self._wake: Waiter = room.port.waiter()
        self._worker: Worker | None = None
        self._stopping = False
        self._unsubscribe: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin to listen and to tell."""
        self._stopping = False
        self._unsubscribe = [
            self._room.subscribe(self._committed),
            self._room.marks.subscribe(self._awarded),
            self._room.on_change(self.touch_all),
            self._room.opening.on_restored(lambda: self.touch_all(paper=True)),
        ]
        self._worker = self._room.port.spawn(self._run)

    def stop(self) -> None:
        """Tell nobody any more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._stopping = True
        self._wake.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    # --- what changed ---

    def touch(self, kiosk_id: str, *, paper: bool = False) -> None:
        """This kiosk is to be told, with its paper when there is something new in it."""
        with self._lock:
            self._dirty[kiosk_id] = self._dirty.get(kiosk_id, False) or paper
        self._wake.set()

    def touch_all(self, *, paper: bool = False) -> None:
        """Every kiosk that is here is to be told."""
        with self._lock:
            for known in self._room.presence.everyone():
                if known.connected:
                    self._dirty[known.kiosk_id] = self._dirty.get(known.kiosk_id, False) or paper
        self._wake.set()

    def _committed(self, batch: SittingBatch) -> None:
        touched: dict[str, bool] = {}
        everyone = False
        for _, event in batch.entries:
            if isinstance(event, _QUIET) and not _from_earlier_machine(event, batch):
                continue
            everyone = everyone or isinstance(event, _FOR_ALL)
            for kiosk_id in _kiosks_of(event, batch):
                touched[kiosk_id] = touched.get(kiosk_id, False) or isinstance(event, _WITH_PAPER)
        if everyone or batch.before.parts != batch.state.parts:
            self.touch_all()
        if touched:
            with self._lock:
                for kiosk_id, paper in touched.items():
                    self._dirty[kiosk_id] = self._dirty.get(kiosk_id, False) or paper
            self._wake.set()

    def _awarded(self, attempt_ids: tuple[str, ...]) -> None:
        sitting = self._room.sitting
        for attempt_id in attempt_ids:
            attempt = None if sitting is None else sitting.attempt(attempt_id)
            if attempt is not None:
                self.touch(attempt.seat.kiosk_id)

    # --- telling ---

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait()
            self._wake.clear()
            with self._lock:
                dirty, self._dirty = self._dirty, {}
            # Papers first: whoever waits for the start waits for these.
            ordered = sorted(dirty.items(), key=lambda item: not item[1])
            for place, (kiosk_id, paper) in enumerate(ordered, start=1):
                try:
                    self._tell(kiosk_id, paper=paper)
                except Exception as error:  # noqa: BLE001 - one for the loop: one kiosk's trouble is not the hall's
                    self._room.fault("push", error)
                if place % YIELD_EVERY == 0:
                    self._server.sleep(0)

    def _tell(self, kiosk_id: str, *, paper: bool) -> None:
        known = self._room.presence.kiosk(kiosk_id)
        if known is None or known.connection is None:
            return
        if paper and (found := self.paper(kiosk_id)) is not None:
            self._server.emit("paper", found.wire(), namespace=NAMESPACE, to=known.connection)
        situation = self.situation(kiosk_id, known.seat_label)
        self._server.emit("situation", situation.wire(), namespace=NAMESPACE, to=known.connection)

    # --- what is told ---

    def situation(self, kiosk_id: str, seat_label: str) -> Situation:
        """Everything this kiosk needs to know now."""
        room, sitting = self._room, self._room.sitting
        facts = RoomFacts(
            room_name=room.identity.room_name,
            now_ms=room.clock.now_ms(),
            definition=room.definition(),
            state=EMPTY if sitting is None else sitting.state,
            stage=room.stage(),
            entry=room.entry,
            result=room.marks.shown_result,
            standby=told(room.standby.standing.peer),
        )
        return situations.situation(facts, self._kiosk(sitting, kiosk_id, seat_label))

    def paper(self, kiosk_id: str) -> Paper | None:
        """The paper this kiosk's candidate is working on now."""
        sitting = self._room.sitting
        if sitting is None:
            return None
        facts = self._kiosk(sitting, kiosk_id, "")
        return situations.paper(sitting.state, facts, self._room.opening.section_identity)

    def _kiosk(self, sitting: Sitting | None, kiosk_id: str, seat_label: str) -> KioskFacts:
        if sitting is None:
            return KioskFacts(kiosk_id, seat_label, None, None, ())
        seat = sitting.carried(kiosk_id)
        beside = [source for source, machine in sitting.state.standby.kiosks.items() if machine == kiosk_id]
        streams = [*(one.seating.source for one in sitting.seats(kiosk_id)), *beside][-MAX_STREAMS:]
        return KioskFacts(
            kiosk_id,
            seat_label,
            None if seat is None else sitting.attempt(seat.attempt_id),
            None if seat is None else seat.seating,
            [(source, sitting.stream(bytes.fromhex(source))) for source in streams],
            None if seat is None else self._room.sheets.sheet(seat.attempt_id),
        )


def _from_earlier_machine(event: Event, batch: SittingBatch) -> bool:
    """Whether this is an answer that came from a machine its candidate has left."""
    if not isinstance(event, _ANSWERS):
        return False
    attempt = batch.state.attempts.get(event.attempt_id)
    return attempt is not None and event.generation < attempt.generation


def _kiosks_of(event: Event, batch: SittingBatch) -> tuple[str, ...]:
    """The kiosks an event of one attempt concerns: where it is, and where it was when somebody moved."""
    attempt_id = getattr(event, "attempt_id", None)
    attempt = None if attempt_id is None else batch.state.attempts.get(attempt_id)
    if attempt is None:
        return ()
    if isinstance(event, events.CandidateSeated | SignInRestored):
        return tuple({seating.kiosk_id for seating in attempt.seatings[-2:]})
    return (attempt.seat.kiosk_id,)
