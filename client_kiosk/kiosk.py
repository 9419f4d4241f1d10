"""One kiosk, running: the state of `agent`, the outboxes, the opened paper, and what pages and line do with them.

Every change of state happens under one lock; nothing under it waits for the network. A record is on this machine's disk
before any method that made it returns.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from client_kiosk import agent
from client_kiosk.agent import Notice, Screen, State, Step, Work
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.errors import KioskError, OutboxError
from client_kiosk.outbox import FIRST_SEQ, Outbox, Stream, open_all
from client_kiosk.papers import ShownPaper, open_paper
from client_kiosk.place import Place
from question_bank.errors import ExamRoomError
from server.protocol import clock
from server.protocol.messages import Outcome, RecordVerdict
from server.protocol.records import Record, SubmitPart
from server.protocol.situation import Paper, Situation

# A record with one of these verdicts is part of what counts; any other was turned away and is shown as such.
COUNTED = (None, Outcome.ACCEPTED.value)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Saved:
    """Whether a click is on this machine's disk; `reason` has a text in the catalogue."""

    ok: bool
    reason: str | None = None


class Kiosk:
    """The kiosk's one object. `monotonic_ms` is this machine's monotonic clock; wall clocks are never read."""

    def __init__(
        self, folder: KioskFolder, version: str, monotonic_ms: Callable[[], int], ack_log: Path | None = None
    ) -> None:
        self.folder = folder
        self.version = version
        self.monotonic_ms = monotonic_ms
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.wake = threading.Event()  # set when the line has something to send
        self.membership = folder.membership()
        opened = open_all(folder.outboxes)
        self.outboxes: dict[str, Outbox] = dict(opened.outboxes)
        notice = Notice("damaged_outbox", ", ".join(opened.damaged)) if opened.damaged else None
        self.state = State(paired=self.membership is not None, sources=frozenset(self.outboxes), notice=notice)
        self.estimate: clock.Estimate | None = None
        self.paper: ShownPaper | None = None
        self.staging: dict[str, str | None] = {}  # package id → fault, or None when it waits here verified
        self.last_saved_ms: int | None = None
        self.revision = 0
        self._ack_log = ack_log
        self._from_server = Work()
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

    def joined(self, membership: Membership) -> None:
        """Remember the room this machine was paired with."""
        self.folder.join(membership)
        with self.lock:
            self.membership = membership
            self.update(lambda state: replace(state, paired=True, stopped=None))
        self.wake.set()

    # --- what the server says -----------------------------------------------------------------------------------

    def new_line(self) -> None:
        """Another line to the server: what was pushed on the one before says nothing about the order of its news."""
        with self.lock:
            self._pushed_at_ms = None

    def answered(self, situation: Situation) -> None:
        """Take in a situation that came with an answer, unless a newer one was pushed while the answer was on its way.

        Answers and pushes arrive on two threads: a start that overtook an answer would otherwise be forgotten.
        """
        with self.lock:
            if self._pushed_at_ms is None or self._pushed_at_ms < situation.server_at_ms:
                self._believe(situation)

    def heard(self, situation: Situation) -> None:
        """Take in a situation that was pushed; pushes arrive in order."""
        with self.lock:
            self._pushed_at_ms = situation.server_at_ms
            self._believe(situation)

    def _believe(self, situation: Situation) -> None:
        """Release outboxes, forget a paper that is no longer this kiosk's, overlay the outbox."""
        with self.lock:
            before, self.state = self.state, agent.heard(self.state, situation)
            self._let_go(situation)
            self.state = replace(self.state, sources=frozenset(self.outboxes))
            if self.paper is not None and self.state.paper_attempt is None:
                self.paper = None
            if self.state.work is not before.work and self.state.paper_attempt is not None:
                # The paper came before the situation it belongs to: what it told of earlier answers still holds.
                work = agent.overlay(self._from_server, self._counted_bodies(), self.state.paper_attempt[1])
                self.state = replace(self.state, work=work)
            self.tell()
        self.wake.set()

    def _let_go(self, situation: Situation) -> None:
        """Delete the outboxes the server releases, but never one it does not hold to its last record."""
        held = {view.source: view for view in situation.streams}
        for source in situation.release:
            outbox, view = self.outboxes.get(source), held.get(source)
            if outbox is None or view is None or view.contiguous < outbox.last_seq:
                continue
            if outbox.last_seq >= FIRST_SEQ and outbox.digest_of(outbox.last_seq) != view.sha256:
                continue
            del self.outboxes[source]
            outbox.release()

    def got_paper(self, paper: Paper) -> None:
        """Open the paper in memory; a package that is not the sealed one becomes a notice and a report, not a crash."""
        try:
            shown = self._opened(paper)
        except ExamRoomError as error:
            self._unopened = paper
            self.warn(Notice("paper_fault", str(error)))
            return
        with self.lock:
            self.paper, self._unopened = shown, None
            self._from_server = Work(MappingProxyType(dict(paper.responses)), frozenset(paper.flagged))
            work = agent.overlay(self._from_server, self._counted_bodies(), paper.part)
            key = (paper.attempt_id, paper.part)
            self.update(lambda state: replace(state, paper_attempt=key, work=work, notice=None))

    def staged(self, package_id: str, fault: str | None) -> None:
        """What fetching a package came to; a paper that was here before its package is opened now."""
        with self.lock:
            self.staging[package_id] = fault
            paper, attempt = self._unopened, agent.attempt_here(self.state)
            self.tell()
        if fault is not None or paper is None or attempt is None or paper.package_id != package_id:
            return
        if (paper.attempt_id, paper.part) == (attempt.attempt_id, attempt.part.index):
            self.got_paper(paper)

    def _opened(self, paper: Paper) -> ShownPaper:
        with self.lock:
            shown, situation = self.paper, self.state.situation
        if shown is not None and (shown.attempt_id, shown.part) == (paper.attempt_id, paper.part):
            return shown
        signer = situation.stage.signer if situation is not None else None
        if signer is None:
            raise KioskError("the room named no signer for its package")
        return open_paper(self.folder.packages / f"{paper.package_id}.exam", signer, self.version, paper)

    def _counted_bodies(self) -> list[Mapping[str, object]]:
        attempt = agent.attempt_here(self.state)
        outbox = self.outboxes.get(attempt.source) if attempt is not None else None
        return [body for held, body in outbox.bodies() if held.verdict in COUNTED] if outbox is not None else []

    def settled(self, source: str, verdicts: Sequence[RecordVerdict]) -> None:
        """Write down what became of records; a refused one is taken out of what the candidate sees, with a notice."""
        with self.lock:
            outbox = self.outboxes.get(source)
            if outbox is None:
                return
            self._log_acks(outbox, verdicts)
            self._note_verdicts(outbox, verdicts)
            self.last_saved_ms = self.room_at_ms()
            turned_away = [one for one in verdicts if one.verdict not in (Outcome.ACCEPTED, Outcome.GAP)]
            if turned_away:
                self._rebuild_work()
                self.state = replace(self.state, notice=self._notice_of(outbox, turned_away))
            self.tell()

    def _notice_of(self, outbox: Outbox, turned_away: Sequence[RecordVerdict]) -> Notice:
        """What the candidate is told of records that do not count, or not yet; of a pause, which items they were."""
        last = turned_away[-1]
        if (last.verdict, last.reason) != (Outcome.LATE, "paused"):
            return Notice(last.verdict.value, last.reason or "")
        seqs = {one.seq for one in turned_away}
        items = {body.get("item_id") for held, body in outbox.bodies() if held.seq in seqs}
        shown = self.paper.items if self.paper is not None else ()
        places = [str(number) for number, item in enumerate(shown, 1) if item.item_id in items]
        return Notice("late_paused", ", ".join(places))

    def _note_verdicts(self, outbox: Outbox, verdicts: Sequence[RecordVerdict]) -> None:
        """Write down what was durably decided; without a hash nothing was, and the record is still only here."""
        try:
            outbox.settle([(one.seq, one.verdict.value) for one in verdicts if one.hash is not None])
        except OutboxError:
            # A full disk: the page goes on saying "saved on this machine", and the verdict is asked for again later.
            return

    def _rebuild_work(self) -> None:
        attempt = agent.attempt_here(self.state)
        if attempt is not None:
            work = agent.overlay(self._from_server, self._counted_bodies(), attempt.part.index)
            self.state = replace(self.state, work=work)

    def _log_acks(self, outbox: Outbox, verdicts: Sequence[RecordVerdict]) -> None:
        """One JSON line per ack, for an independent checker; only where a rehearsal asked for it."""
        if self._ack_log is None:
            return
        attempt = agent.attempt_here(self.state)
        with self._ack_log.open("a", encoding="utf-8") as file:
            for one in verdicts:
                held = outbox.after(one.seq - 1, 1)
                line = {
                    "sbd": attempt.sbd if attempt is not None else None,
                    "source": outbox.stream.source,
                    "seq": one.seq,
                    "verdict": one.verdict.value,
                    "epoch": one.epoch,
                    "hash": one.hash,
                    "message": held[0].message if held else None,
                }
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    # --- what the candidate does --------------------------------------------------------------------------------

    def signed_in(self, source: str, situation: Situation) -> None:
        """The room accepted record 1 of the new stream: make its outbox, then believe the situation.

        Raises OutboxError when this disk takes no file: then the sign-in is not shown as done.
        """
        attempt = situation.attempt
        if attempt is None or situation.sitting is None:
            raise KioskError("the room accepted a sign-in and named no attempt", hint="Sign in again.")
        stream = Stream(source, situation.sitting.sitting_id, attempt.attempt_id, attempt.generation)
        outbox = Outbox.create(self.folder.outboxes, stream)
        with self.lock:
            self.outboxes[source] = outbox
            self.state = replace(self.state, sources=frozenset(self.outboxes), notice=None)
            self.tell()
        self.wake.set()
        self.answered(situation)

    def step_done(self, step: Step) -> None:
        """The candidate has read the rules, or typed the test."""
        self.update(lambda state: replace(state, steps=state.steps | {step}))

    def confirm_identity(self) -> Saved:
        """Record that the name on the screen is the candidate's."""
        return self._record(Place.confirmed, (Screen.CONFIRM,))

    def save(self, number: int, shown_options: Sequence[int]) -> Saved:
        """Record the whole response to the item at this place; `shown_options` are numbers as shown."""
        with self.lock:
            chosen = self.paper.options(number, shown_options) if self.paper is not None else None
            item = self.paper.item(number) if self.paper is not None else None
            if not chosen or item is None:
                return Saved(False, "no_such_option")
            response: Mapping[str, object] = {"options": chosen}
            return self._record(lambda here: here.saved(item.item_id, response))

    def clear(self, number: int) -> Saved:
        """Record that the item at this place is not answered."""
        with self.lock:
            item = self.paper.item(number) if self.paper is not None else None
            if item is None:
                return Saved(False, "no_such_item")
            return self._record(lambda here: here.cleared(item.item_id))

    def flag(self, number: int, flagged: bool) -> Saved:
        """Record that the candidate wants to come back to this item, or no longer."""
        with self.lock:
            item = self.paper.item(number) if self.paper is not None else None
            if item is None:
                return Saved(False, "no_such_item")
            return self._record(lambda here: here.flagged(item.item_id, flagged))

    def submit(self) -> Saved:
        """Record the end of the part, with the digest of what this machine knows to be the final responses."""
        with self.lock:
            return self._record(self._submission)

    def _submission(self, here: Place) -> SubmitPart:
        return here.submitted(self.outboxes[here.attempt.source].last_seq, self.state.work.responses)

    def _record(self, make: Callable[[Place], Record], allowed: Sequence[Screen] = (Screen.EXAM,)) -> Saved:
        """Put one record on this disk, then show it; refused with a reason when the screen does not allow it."""
        with self.lock:
            attempt = agent.attempt_here(self.state)
            if attempt is None or self.screen() not in allowed:
                return Saved(False, "not_now")
            record = make(Place(attempt, self.room_at_ms(), self.uncertainty_ms()))
            body: Mapping[str, object] = {"kind": record.KIND, **record.wire()}
            try:
                self.outboxes[attempt.source].append(body)
            except OutboxError as error:
                self.warn(Notice("disk_full", error.hint))
                return Saved(False, "disk_full")
            self.last_saved_ms = self.room_at_ms()
            work = agent.overlay(self.state.work, [body], attempt.part.index)
            self.update(lambda state: replace(state, work=work))
        self.wake.set()
        return Saved(True)

    def pending(self) -> int:
        """How many records this machine holds that the server has not decided on."""
        with self.lock:
            return sum(
                outbox.unsettled() for source, outbox in self.outboxes.items() if source not in self.state.held_back
            )

    def close(self) -> None:
        """Close every outbox; the kiosk is not used afterwards."""
        with self.lock:
            for outbox in self.outboxes.values():
                outbox.close()
            self.outboxes.clear()
