"""What a kiosk holds: its state under one lock, its outboxes, the room it belongs to, and what it knows of room time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from client_kiosk import agent, streams
from client_kiosk.agent import MAY_LEAVE, Notice, Screen, State, Stop, Work
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.drafts import Drafts
from client_kiosk.errors import OutboxError
from client_kiosk.heads import Heads
from client_kiosk.outbox import Outbox, open_all
from client_kiosk.papers import ShownPaper
from client_kiosk.rescue_rooms import RescueRoom, remember
from client_kiosk.sheets import Sheets
from client_kiosk.simulating import Simulating
from client_kiosk.streams import Standing
from client_kiosk.verdicts import AckLog
from question_bank.ballast import Ballast
from server.protocol import clock
from server.protocol.machine import Display
from server.protocol.messages import RecordVerdict
from server.protocol.situation import Paper, Situation

OUTBOX_BYTES = 2 * 2**20  # free inside each outbox: 5,000 clicks, whoever fills the disk meanwhile
RESERVE_BYTES = 16 * 2**20  # of the disk: the largest essays of a sitting, autosaved for an hour, are a third of it

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Saved:
    """Whether a click is on this machine's disk; `reason` has a text in the catalogue."""

    ok: bool
    reason: str | None = None


class Holding:
    """The part of a kiosk that remembers. `monotonic_ms` is this machine's monotonic clock; wall clocks are never read."""

    def __init__(
        self, folder: KioskFolder, version: str, monotonic_ms: Callable[[], int], ack_log: Path | None = None
    ) -> None:
        self.folder = folder
        self.version = version
        self.monotonic_ms = monotonic_ms
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.wake = threading.Event()  # set when the line has something to send
        self.inspect = threading.Event()  # set when the room asks what this machine is like
        self.display: Display | None = None  # as the page measured it
        self.round_trip_ms: int | None = None  # of the last question about the time
        self.ballast = Ballast(folder.path, RESERVE_BYTES)
        self.on_paper: Callable[[], object] = lambda: None  # a paper was opened, or the room spoke: look at the clock
        self.membership = folder.membership()
        self.heads = Heads(folder.heads)
        self.sheets = Sheets(folder.sheets)
        self.drafts = Drafts(folder.drafts)
        opened = open_all(folder.outboxes)
        self.outboxes: dict[str, Outbox] = dict(opened.outboxes)
        notice = Notice("damaged_outbox", ", ".join(opened.damaged)) if opened.damaged else None
        resting = frozenset(source for source, outbox in self.outboxes.items() if outbox.is_set_aside)
        self.state = State(
            paired=self.membership is not None, sources=frozenset(self.outboxes), resting=resting, notice=notice
        )
        self.estimate: clock.Estimate | None = None
        self.paper: ShownPaper | None = None
        self.paper_no = 0  # grows with every other paper: a page that shows one knows that it is not the last any more
        self.staging: dict[str, str | None] = {}  # package id → fault, or None when it waits here verified
        self.last_saved_ms: int | None = None
        self.revision = 0
        self._ack_log = AckLog(ack_log)
        self._from_server = Work()
        self._simulating: Simulating | None = None  # of the paper
        self._pushed_at_ms: int | None = None  # room time of the newest situation pushed on this line
        self._unopened: Paper | None = None  # the last one that could not be opened: its package may still be coming

    # --- time ---------------------------------------------------------------------------------------------------

    def room_at_ms(self) -> int:
        """Room time as far as this machine can tell; the server's last word before the first exchange."""
        if self.estimate is not None:
            return clock.room_time_ms(self.estimate, self.monotonic_ms())
        return self.state.situation.server_at_ms if self.state.situation is not None else 0

    def uncertainty_ms(self) -> int:
        """How wrong `room_at_ms` may be; a day before the first exchange."""
        return clock.uncertainty_ms(self.estimate, self.monotonic_ms()) if self.estimate is not None else 86_400_000

    def learn_time(self, exchange: clock.Exchange) -> None:
        """Take in one question and answer about room time."""
        found = clock.estimate(exchange)
        if found is not None:
            self.round_trip_ms = max(0, exchange.t4_ms - exchange.t1_ms - (exchange.t3_ms - exchange.t2_ms))
            with self.lock:
                self.estimate = clock.better(self.estimate, found)

    # --- state --------------------------------------------------------------------------------------------------

    def update(self, change: Callable[[State], State]) -> None:
        """Apply a pure change to the state and tell everyone who waits."""
        with self.lock:
            self.state = change(self.state)
            self.tell()

    def warn(self, notice: Notice) -> None:
        """Show this beside the screen until something better is known."""
        self.update(lambda state: replace(state, notice=notice))

    def tell(self) -> None:
        """Something the view shows has changed."""
        with self.lock:
            self.revision += 1
            self.changed.notify_all()

    def screen(self) -> Screen:
        """The screen now."""
        with self.lock:
            return agent.screen(self.state, self.room_at_ms())

    # --- the room it belongs to ---------------------------------------------------------------------------------

    def joined(self, membership: Membership) -> None:
        """Remember the room this machine was paired with. Raises OSError when this disk takes nothing."""
        self.folder.join(membership)
        with self.lock:
            self.membership = membership
            self.update(lambda state: replace(state, paired=True, stopped=None, situation=None, notice=None))
        self.wake.set()

    def found_at(self, membership: Membership, address: str) -> None:
        """The room answered at this address: it is tried first from now on."""
        with self.lock:
            if self.membership is membership and membership.addresses[:1] != (address,):
                others = [known for known in membership.addresses if known != address]
                self.membership = replace(membership, addresses=(address, *others)[:8])
                with contextlib.suppress(OSError):  # a full disk: the answers must go out all the same
                    self.folder.join(self.membership)

    def learn_recipient(self, recipient: str | None, seat_label: str) -> None:
        """Remember to whom this room wants rescued answers encrypted; an older room names nobody."""
        membership = self.membership
        if membership is not None and recipient is not None:
            room = RescueRoom(
                membership.room_id,
                membership.room_name,
                membership.kiosk_id,
                seat_label or membership.seat_label,
                recipient,
            )
            with contextlib.suppress(OSError):  # a full disk: the next connection says it again
                remember(self.folder.path, room)

    def also_at(self, address: str) -> None:
        """The room's other server is there; on this disk, for the day it is needed."""
        with self.lock:
            membership = self.membership
            if membership is None or not address or address in membership.addresses:
                return
            first, others = membership.addresses[:1], membership.addresses[1:]
            self.membership = replace(membership, addresses=(*first, address, *others)[:8])
            with contextlib.suppress(OSError):  # a full disk: it is said again with the next situation
                self.folder.join(self.membership)

    def stop_with(self, why: Stop | None) -> None:
        """The room let this machine go, or takes it (None)."""
        if self.state.stopped is not why:
            self.update(lambda state: replace(state, stopped=why))
            self.wake.set()

    def ask_again(self) -> Saved:
        """A person wants to know whether the room takes this machine after all."""
        self.stop_with(None)
        return Saved(True)

    def leave(self) -> Saved:
        """Forget the room, on a person's word and only after the room's own; every outbox stays on the disk.

        After a copied disk the key is changed too: whoever keeps it would go on pushing the other machine out.
        """
        with self.lock:
            membership, why = self.membership, self.state.stopped
            if membership is None or why not in MAY_LEAVE:
                return Saved(False, "not_now")
            try:
                if why is Stop.REPLACED:
                    self.folder.change_key(membership.kiosk_id)
                self.folder.leave()
            except OSError:
                return Saved(False, "not_left")
            self._simulating = None
            self.membership = self.paper = self.estimate = self.last_saved_ms = self._unopened = None
            self.staging = {}
            sources = frozenset(self.outboxes)
            self.update(lambda state: State(sources=sources, resting=sources))
        self.wake.set()
        return Saved(True)

    # --- outboxes -----------------------------------------------------------------------------------------------

    def _let_go(self, situation: Situation) -> None:
        """Delete the outboxes the server releases, but never one it does not hold to its last record."""
        for source in situation.release:
            outbox = self.outboxes.get(source)
            with contextlib.suppress(OutboxError):  # what cannot be read cannot be compared, and stays
                if outbox is not None and streams.is_held(outbox, situation):
                    del self.outboxes[source]
                    outbox.release()
                    with contextlib.suppress(OSError):
                        self.sheets.forget(source)
                        self.drafts.forget(source)

    def stand(self, found: Mapping[str, Standing]) -> None:
        """Take in where outboxes stand now; those not named stay where they were."""
        with self.lock:
            state = self.state
            held = state.held_back - found.keys() | _of(found, Standing.HELD_BACK)
            resting = state.resting - found.keys() | _of(found, Standing.RESTING)
            for source in found:
                outbox = self.outboxes.get(source)
                with contextlib.suppress(OutboxError):  # only what is shown before the room's first word hangs on it
                    if outbox is not None:
                        outbox.set_aside(source in resting)
            if (held, resting) != (state.held_back, state.resting):
                self.update(lambda state: replace(state, held_back=held, resting=resting))

    def acknowledged(self, source: str, said: Sequence[RecordVerdict]) -> None:
        """Remember how far the room's journal was when it gave these verdicts; `keep_heads` writes it down."""
        outbox, membership = self.outboxes.get(source), self.membership
        if outbox is not None and membership is not None:
            self.heads.note(membership.room_id, outbox.stream.sitting_id, source, said, self.room_at_ms())

    def keep_heads(self) -> None:
        """Have on this disk what was acknowledged and told; a disk that takes nothing now is tried again."""
        with contextlib.suppress(OSError):  # a full disk: answers matter more
            self.heads.write()
        with contextlib.suppress(OSError):
            self.sheets.write()

    def _keep_sheet(self, situation: Situation) -> None:
        """Have the room's word about this seat on the disk before anything of the situation is acted on."""
        if situation.attempt is not None:
            with contextlib.suppress(OSError):  # a full disk does not stop the exam: `keep_heads` tries again
                self.sheets.told(situation.attempt.source, situation.sheet)

    def _with_reserve(self, write: Callable[[], T]) -> T:
        """Write; on a disk that takes nothing give the reserve back and write again. Raises OutboxError."""
        try:
            return write()
        except OutboxError:
            if not self.ballast.give_back():
                raise
            return write()

    def keep_reserve(self) -> None:
        """Hold the reserve again once there is space for it and as much beside."""
        if self.ballast.held_bytes < RESERVE_BYTES and self.ballast.take(beside=RESERVE_BYTES):
            self.inspect.set()

    def reserved_bytes(self) -> int:
        """What this disk holds back for answers."""
        return self.ballast.held_bytes

    def pending(self) -> int:
        """How many records this machine holds that the server has not decided on."""
        with self.lock:
            idle = self.state.held_back | self.state.resting
            return sum(outbox.unsettled() for source, outbox in self.outboxes.items() if source not in idle)

    def close(self) -> None:
        """Close every outbox; the kiosk is not used afterwards."""
        self.keep_heads()
        with self.lock:
            for outbox in self.outboxes.values():
                outbox.close()
            self.outboxes.clear()


def _of(found: Mapping[str, Standing], wanted: Standing) -> frozenset[str]:
    return frozenset(source for source, standing in found.items() if standing is wanted)
