"""One kiosk, running: the opened paper, what the server says, and what the candidate does.

Every change of state happens under one lock; nothing under it waits for the network. A record is on this machine's disk
before any method that made it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from client_kiosk import agent, verdicts
from client_kiosk.acting import Acted, RunActions, ShownRun
from client_kiosk.agent import Notice, Screen, Step, Work
from client_kiosk.errors import KioskError, OutboxError, evidence
from client_kiosk.holding import OUTBOX_BYTES, Holding, Saved
from client_kiosk.outbox import Outbox, Stream
from client_kiosk.papers import ShownPaper, open_paper
from client_kiosk.place import Place
from client_kiosk.simulating import Simulating, Wanted
from client_kiosk.staging import package_file
from question_bank.canonical import JSON
from question_bank.errors import ExamRoomError
from question_bank.phrase import phrase
from server.protocol.messages import RecordVerdict
from server.protocol.records import Record, SubmitPart
from server.protocol.situation import Paper, Situation

__all__ = ["Kiosk", "Saved"]


class Kiosk(Holding):
    """The kiosk's one object: what it holds, and what is done with it."""

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
        """Take in a situation that was pushed, unless a newer one was: the library gives each push a thread of its own."""
        with self.lock:
            if self._pushed_at_ms is None or self._pushed_at_ms <= situation.server_at_ms:
                self._pushed_at_ms = situation.server_at_ms
                self._believe(situation)

    def _believe(self, situation: Situation) -> None:
        """Release outboxes, forget a paper that is no longer this kiosk's, overlay the outbox."""
        self.also_at(situation.standby)
        self._keep_sheet(situation)
        with self.lock:
            before, self.state = self.state, agent.heard(self.state, situation)
            self._let_go(situation)
            self.state = replace(self.state, sources=frozenset(self.outboxes))
            if self.paper is not None and self.state.paper_attempt is None:
                self.paper, self._from_server, self._simulating = None, Work(), None
            if self.state.work is not before.work and self.state.paper_attempt is not None:
                # The paper came before the situation it belongs to: what it told of earlier answers still holds.
                self._rebuild_work()
            self.tell()
            self.on_paper()
        self.wake.set()

    def got_paper(self, paper: Paper) -> None:
        """Open the paper in memory; a package that is not the sealed one becomes a notice and a report, not a crash."""
        try:
            shown = self._opened(paper)
        except ExamRoomError as error:
            self._unopened = paper
            self.warn(Notice("paper_fault", evidence(error)))
            return
        with self.lock:
            if self.paper is not shown or self._simulating is None:
                self.paper_no += self.paper is not shown
                self._simulating = Simulating(shown)
            self.paper, self._unopened = shown, None
            self._simulating.hear(paper.responses)
            self._from_server = Work(MappingProxyType(dict(paper.responses)), frozenset(paper.flagged))
            self._rebuild_work()
            key = (paper.attempt_id, paper.part, paper.form_id)
            self.update(lambda state: replace(state, paper_attempt=key, notice=None))
            self.on_paper()

    def staged(self, package_id: str, fault: str | None) -> None:
        """What fetching a package came to; a paper that was here before its package is opened now."""
        with self.lock:
            self.staging[package_id] = fault
            paper, attempt = self._unopened, agent.attempt_here(self.state)
            self.tell()
        if fault is not None or paper is None or attempt is None or paper.package_id != package_id:
            return
        if (paper.attempt_id, paper.part, paper.form_id) == (
            attempt.attempt_id,
            attempt.part.index,
            attempt.part.form_id,
        ):
            self.got_paper(paper)

    def _opened(self, paper: Paper) -> ShownPaper:
        with self.lock:
            shown, situation = self.paper, self.state.situation
        if shown is not None and (shown.attempt_id, shown.part, shown.form_id) == (
            paper.attempt_id,
            paper.part,
            paper.form_id,
        ):
            return shown
        signer = situation.stage.signer if situation is not None else None
        if signer is None:
            raise KioskError(phrase("the room named no signer for its package"))
        return open_paper(package_file(self.folder.packages, paper.package_id), signer, self.version, paper)

    def settled(self, source: str, said: Sequence[RecordVerdict]) -> None:
        """Write down what became of records; one that does not count is shown so, with a notice. Raises OutboxError."""
        with self.lock:
            outbox = self.outboxes.get(source)
            if outbox is None:
                return
            attempt = agent.attempt_here(self.state)
            self._ack_log.write(outbox, attempt.sbd if attempt is not None else None, said)
            self._note_verdicts(outbox, said)
            self.acknowledged(source, said)
            self.last_saved_ms = self.room_at_ms()
            away = verdicts.turned_away(said)
            if away and attempt is not None:
                self._rebuild_work()
            if away and attempt is not None and attempt.source == source:
                self.state = replace(self.state, notice=verdicts.notice_of(outbox, away, self.paper))
            self.tell()

    def _note_verdicts(self, outbox: Outbox, said: Sequence[RecordVerdict]) -> None:
        """Write down what was durably decided; without a hash nothing was, and the record is still only here."""
        try:
            outbox.settle([(one.seq, one.verdict.value) for one in said if one.hash is not None])
        except OutboxError:
            # A full disk: the page goes on saying "saved on this machine", and the verdict is asked for again at the next pulse.
            return

    def _rebuild_work(self) -> None:
        """What the server said of this paper, then the outbox's records with their verdicts."""
        attempt = agent.attempt_here(self.state)
        outbox = self.outboxes.get(attempt.source) if attempt is not None else None
        if self._simulating is None:
            return
        records = verdicts.bodies(outbox) if outbox is not None else []
        self.state = replace(self.state, work=self._simulating.laid_over(self._from_server, records))

    # --- what the candidate does --------------------------------------------------------------------------------

    def signed_in(self, source: str, situation: Situation) -> None:
        """The room accepted record 1 of the new stream: make its outbox, then believe the situation.

        Raises OutboxError when this disk takes no file: then the sign-in is not shown as done.
        """
        attempt = situation.attempt
        if attempt is None or situation.sitting is None:
            raise KioskError(phrase("the room accepted a sign-in and named no attempt"), hint=phrase("Sign in again."))
        stream = Stream(source, situation.sitting.sitting_id, attempt.attempt_id, attempt.generation)
        outbox = self._with_reserve(lambda: Outbox.create(self.folder.outboxes, stream))
        outbox.hold_space(OUTBOX_BYTES)
        with self.lock:
            self.outboxes[source] = outbox
            self.last_saved_ms = None
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

    def save(self, number: int, response: Mapping[str, object]) -> Saved:
        """Record the whole response to the item at this place; what cannot be one is refused here already."""
        with self.lock:
            item = self.paper.item(number) if self.paper is not None else None
            if self.paper is None or item is None:
                return Saved(False, "no_such_item")
            if self.paper.problem(number, response) is not None:
                return Saved(False, "not_a_response")
            return self._record(lambda here: here.saved(item.item_id, response))

    def clear(self, number: int) -> Saved:
        """Record that the item at this place is not answered."""
        with self.lock:
            item = self.paper.item(number) if self.paper is not None else None
            if item is None:
                return Saved(False, "no_such_item")
            if item.simulator is not None:
                return Saved(False, "not_a_response")  # what was done in a system stays done
            return self._record(lambda here: here.cleared(item.item_id))

    def act(self, number: int, action: Mapping[str, JSON]) -> Acted:
        """Take an action in the simulator at this place: decided here, and on this disk before it is shown."""
        with self.lock:
            item = self.paper.item(number) if self.paper is not None else None
            if item is None or self._simulating is None:
                return Acted(reason="no_such_item")
            at_ms = self.room_at_ms()

            def record(n: int) -> str | None:
                return self._record(lambda here: replace(here, made_at_ms=at_ms).acted(item.item_id, n, action)).reason

            return self._simulating.act(item, lambda: self.state.work, action, at_ms, record)

    def run(self, number: int) -> ShownRun | None:
        """The run of the simulator at this place; None where there is none, or while the room still has to give of it."""
        with self.lock:
            item = self.paper.item(number) if self.paper is not None else None
            attempt = agent.attempt_here(self.state)
            if item is None or self._simulating is None or attempt is None:
                return None
            return self._simulating.shown(item, self.state.work, self.drafts.of(attempt.source, item.item_id))

    def draft(self, number: int, texts: Mapping[str, str], most: int) -> bool:
        """Keep what is being typed in the simulator at this place; False when this machine did not."""
        with self.lock:
            item = self.paper.item(number) if self.paper is not None else None
            attempt = agent.attempt_here(self.state)
            if item is None or item.simulator is None or attempt is None:
                return False
            return self.drafts.keep(attempt.source, item.item_id, texts, most)

    def wanted_runs(self) -> tuple[Wanted, ...]:
        """Runs of which the room holds more than this machine."""
        with self.lock:
            return self._simulating.wanted if self._simulating is not None else ()

    def got_run(self, wanted: Wanted, run: RunActions) -> None:
        """The room gave a run; of another paper than the one that is open now it is of no use."""
        with self.lock:
            if self._simulating is None or wanted not in self._simulating.wanted:
                return
            self._simulating.give(wanted, run)
            self._rebuild_work()
            self.tell()

    def flag(self, number: int, flagged: bool) -> Saved:
        """Record that the candidate wants to come back to this item, or no longer."""
        with self.lock:
            item = self.paper.item(number) if self.paper is not None else None
            if item is None:
                return Saved(False, "no_such_item")
            return self._record(lambda here: here.flagged(item.item_id, flagged))

    def tell_room(self, make: Callable[[Place], Record]) -> Saved:
        """Record something for the people in the hall: it changes no answer, and is sent like one."""
        return self._record(make, agent.WITH_SOMEBODY)

    def submit(self) -> Saved:
        """Record the end of the part, with the digest of what this machine knows to be the final responses."""
        with self.lock:
            return self._record(self._submission)

    def _submission(self, here: Place) -> SubmitPart:
        return here.submitted(self.outboxes[here.attempt.source].last_seq, self.state.work.responses)

    def resume_work(self, since_ms: int) -> Saved:
        """Record that the paper is shown again, after a time since `since_ms` (room time) in which it was not."""
        return self._record(
            lambda here: here.resumed(since_ms), (Screen.EXAM, Screen.TIME_UP, Screen.SUBMITTED, Screen.CLOSED)
        )

    def _record(self, make: Callable[[Place], Record], allowed: Sequence[Screen] = (Screen.EXAM,)) -> Saved:
        """Put one record on this disk, then show it; refused with a reason when the screen does not allow it."""
        with self.lock:
            attempt = agent.attempt_here(self.state)
            if attempt is None or self.screen() not in allowed:
                return Saved(False, "not_now")
            record = make(Place(attempt, self.room_at_ms(), self.uncertainty_ms()))
            body: Mapping[str, object] = {"kind": record.KIND, **record.wire()}
            try:
                self._with_reserve(lambda: self.outboxes[attempt.source].append(body))
            except OutboxError:
                self.warn(Notice("disk_full"))
                return Saved(False, "disk_full")
            self.last_saved_ms = self.room_at_ms()
            work = self.state.work if self.paper is None else agent.overlay(self.state.work, [body], self.paper.passage)
            notice = verdicts.after_a_click(self.state.notice, work.waiting, self.paper)
            self.update(lambda state: replace(state, work=work, notice=notice))
        self.wake.set()
        return Saved(True)
