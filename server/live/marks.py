"""The mark desk: grades every finished part once the marking part is open, and keeps the marks in the contest's journal.

What is still to be marked is a view of the two journals, so a crash in the middle loses nothing and marking again adds
nothing. Keys are in this process's memory only, and nothing here is ever sent to a kiosk but the result itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from question_bank.disk import lasting_folder
from question_bank.scoring import SectionScore, score_section
from question_bank.sealed import Package, SealError
from server.domain import late_bucket, marking
from server.domain.commands import AnchorClock
from server.domain.marking import (
    AwardMark,
    JournalHead,
    MarkAwarded,
    MarkingState,
    OpenMarking,
    PublishResults,
    SetMarkAside,
    WrongCanary,
)
from server.domain.reasons import Reason, Refused
from server.domain.rights import Right
from server.domain.state import Attempt, PartAttempt
from server.domain.values import ShowResult
from server.errors import JournalError
from server.live import settled
from server.live.actors import OfficerActor
from server.live.marking_papers import is_replaced, replaced_marks
from server.live.marking_scheme import Scheme, opening_of, read_scheme
from server.live.result_rows import ResultRow, jury_steps, result_rows
from server.live.settled import finished
from server.live.sitting_service import OWN_BATCH
from server.protocol.situation import ResultView
from server.store.async_port import Waiter, Worker
from server.store.batch import Rules
from server.store.committer import Batch, Committer
from server.store.journal import Journal

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting

__all__ = ["MarkDesk", "ResultRow"]

RULES: Rules[MarkingState] = Rules(marking.decide, marking.evolve, marking.EMPTY, marking.KINDS)
RETRY_S = 1.0  # after marks could not be stored: the disk is full, or the room is closing


class MarkDesk:
    """One per room, for the contest of its active sitting."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._journal: Journal | None = None
        self._committer: Committer[MarkingState] | None = None
        self._schemes: dict[str, Scheme] = {}
        # Parts with something that only a person can mark, by attempt and part: marked once, not at every turn.
        # By attempt, part and section; with the responses' digest: a late record that counts changes it.
        self._waiting: dict[tuple[str, int, str], tuple[str, SectionScore]] = {}
        self._wake: Waiter = room.port.waiter()
        self._worker: Worker | None = None
        self._stopping = False
        self._listeners: list[Callable[[tuple[str, ...]], None]] = []

    # --- life ---

    def start(self, sitting: Sitting) -> None:
        """Open the contest's journal, and again whatever marking part was open. Raises JournalError."""
        folder = self._room.directory / "contests"
        lasting_folder(folder)
        room, path = self._room, folder / f"{sitting.definition.contest_id}.journal.sqlite"
        self._journal = Journal.open(path)
        mirror = room.standby.link.mirror(path)
        self._committer = Committer(self._journal, RULES, room.clock.now_ms, room.port, self._committed, mirror=mirror)
        self._committer.start(lowest_epoch=room.standby.standing.epoch)
        self.reload(sitting)
        self._stopping = False
        self._worker = room.port.spawn(self._run)

    def reload(self, sitting: Sitting) -> None:
        """Open again, from the room's safe, every marking part that was opened and is not in memory.

        A package that cannot be read leaves its parts unmarked until it is imported again; the exam goes on.
        """
        room = self._room
        for package_id in sitting.definition.package_ids:
            identity = room.opening.safe.marking(package_id)
            if identity is None or package_id in self._schemes or not self.is_open(package_id):
                continue
            try:
                package = room.staging.open(package_id, sitting.definition.committee.raw)
                self._schemes[package_id] = read_scheme(package, identity, room.clock.now_ms())
            except SealError as error:
                room.log.failure("marking_part_unreadable", error, package_id=package_id)
        self.wake()

    def stop(self) -> None:
        """Finish the mark at hand and let go of the journal and the keys."""
        self._stopping = True
        self._wake.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None
        if self._committer is not None:
            self._committer.stop()
            self._committer = None
        if self._journal is not None:
            self._room.standby.link.let_go(self._journal.path)
            self._journal.close()
            self._journal = None
        self._schemes.clear()
        self._waiting.clear()

    def subscribe(self, listener: Callable[[tuple[str, ...]], None]) -> Callable[[], None]:
        """Hear the attempts whose marks were just stored, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def wake(self) -> None:
        """Something may be there to mark."""
        self._wake.set()

    # --- opening ---

    def is_open(self, package_id: str) -> bool:
        """Whether the marking part of a package was opened."""
        return package_id in self.state.opened

    def open_marking(
        self, package: Package, identity: str, officers: tuple[str, str], bodies: tuple[str, ...]
    ) -> Refused | None:
        """Take an opened marking part: grade its canaries, record both, and mark everything that has ended.

        A wrong canary does not stop the exam; nothing of this scheme is ever shown or published. One that is recorded
        already is only taken in again. Raises JournalError.
        """
        sitting, committer = self._room.sitting, self._committer
        if sitting is None or committer is None:
            return Refused(Reason.NOT_PREPARED)
        package_id = package.manifest.package_id
        scheme = read_scheme(package, identity, self._room.clock.now_ms())
        opened = self.state.opened.get(package_id)
        if opened is None:
            event = opening_of(scheme, sitting.sitting_id, package_id, officers, bodies)
            verdict = committer.order(OpenMarking(event))
            if verdict.reason is not None:
                return Refused(Reason(verdict.reason), verdict.detail)
        elif opened.scheme_sha256 != scheme.sha256:
            return Refused(Reason.WRONG_PACKAGE, package_id)
        self._schemes[package_id] = scheme
        self.wake()
        return None

    def anchor(self, command: AnchorClock) -> None:
        """Room time was set back: the contest's journal goes by it too. Raises JournalError."""
        if self._committer is not None:
            self._committer.order(command)

    # --- what is known ---

    @property
    def state(self) -> MarkingState:
        """The latest committed marks."""
        return marking.EMPTY if self._committer is None else self._committer.state

    def canaries_wrong(self) -> tuple[WrongCanary, ...]:
        """Every canary of an opened scheme that did not come out; results must not be published while there is one."""
        return tuple(wrong for opened in self.state.opened.values() for wrong in opened.wrong)

    def shown_result(self, attempt_id: str, part: int) -> ResultView | None:
        """What the candidate may see now: nothing unless the contest shows results at once and nothing is in doubt."""
        sitting, state = self._room.sitting, self.state
        mark = state.marks.get((attempt_id, part))
        if sitting is None or mark is None or mark.disputed or self.canaries_wrong():
            return None
        if is_replaced(sitting, state, mark):  # awarded for a paper that another one took the place of
            return None
        if sitting.definition.rules.show_result is not ShowResult.AT_ONCE or not self._is_settled(attempt_id, part):
            return None
        attempt = sitting.attempt(attempt_id)
        jury = attempt is not None and bool(jury_steps(sitting.state, attempt, part))
        return ResultView(mark.right, mark.of, mark.marks, mark.max_marks, mark.time_taken_ms // 1000, jury)

    def _is_settled(self, attempt_id: str, index: int) -> bool:
        """Whether the mark is of what holds now, and nothing about the part waits for a decision."""
        sitting, mark = self._room.sitting, self.state.marks.get((attempt_id, index))
        attempt = None if sitting is None else sitting.attempt(attempt_id)
        part = None if attempt is None else attempt.parts.get(index)
        if sitting is None or attempt is None or part is None or part.finish is None or mark is None:
            return False
        state, now_ms = sitting.state, self._room.clock.now_ms()
        waits = settled.waits(state, attempt, part, now_ms) or settled.may_come_back(state, attempt, part)
        return settled.rests_on(mark, part.finish) and not waits

    def results(self) -> list[ResultRow]:
        """Every finished part of the active sitting, by part and candidate number."""
        sitting = self._room.sitting
        if sitting is None:
            return []
        return result_rows(
            sitting, self.state, self._room.store.candidates.of_sitting(sitting.sitting_id), self._waiting
        )

    def publish(self, first: OfficerActor, second: OfficerActor | None) -> Refused | None:
        """Announce the results by two officers; refused while a part is unmarked or a canary is wrong."""
        sitting, committer = self._room.sitting, self._committer
        if sitting is None or committer is None:
            return Refused(Reason.NOT_PREPARED)
        if second is None or first.officer_id == second.officer_id:
            return Refused(Reason.SECOND_OFFICER_NEEDED)
        if not first.may(Right.PUBLISH_RESULTS) or not second.may(Right.PUBLISH_RESULTS):
            return Refused(Reason.NOT_ALLOWED)
        if next(late_bucket.mattering(sitting.state), None) is not None:
            return Refused(Reason.LATE_UNDECIDED)
        ended = list(finished(sitting.state))
        if any(not self._is_marked(*found) for found in ended):
            return Refused(Reason.NOT_ALL_MARKED, str(len(ended)))
        officers = (first.officer_id, second.officer_id)
        verdict = committer.order(PublishResults(sitting.sitting_id, len(ended), officers))
        return None if verdict.reason is None else Refused(Reason(verdict.reason), verdict.detail)

    # --- marking ---

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait()
            self._wake.clear()
            try:
                self._mark_due()
            except JournalError as error:
                self._room.log.failure("marks_not_stored", error)
                self._try_again()
            except Exception as error:  # noqa: BLE001 - one for the loop: it says so, and the next part is still marked
                self._room.fault("marks", error)

    def _try_again(self) -> None:
        if not self._stopping:
            self._room.port.waiter().wait(RETRY_S)
            self._wake.set()

    def _mark_due(self) -> None:
        sitting, committer = self._room.sitting, self._committer
        if sitting is None or committer is None or not self._schemes:
            return
        if aside := [SetMarkAside(one) for one in replaced_marks(sitting, committer.state)]:
            committer.orders(aside)
        now_ms = self._room.clock.now_ms()
        due = [
            found for found in finished(sitting.state)
            if not self._is_marked(*found) and not settled.waits(sitting.state, *found, now_ms)
        ]  # fmt: skip
        for start in range(0, len(due), OWN_BATCH):
            if self._stopping:
                return
            graded = [self._graded(sitting, *found) for found in due[start : start + OWN_BATCH]]
            awards = [AwardMark(event) for event in graded if event is not None]
            if awards:
                committer.orders(awards)

    def _is_marked(self, attempt: Attempt, part: PartAttempt) -> bool:
        """Whether a part has its mark, or waits for a person's, for what holds now."""
        mark, finish = self.state.marks.get((attempt.attempt_id, part.part)), part.finish
        if finish is None or mark is not None:
            return finish is not None and mark is not None and settled.rests_on(mark, finish)
        waiting = self._waiting.get((attempt.attempt_id, part.part, part.section_id))
        return waiting is not None and waiting[0] == finish.responses_sha256

    def _graded(self, sitting: Sitting, attempt: Attempt, part: PartAttempt) -> MarkAwarded | None:
        """The mark of a finished part, by the scheme of the set it was sat on; None when that is not open or not ours."""
        for scheme in self._schemes.values():
            section = scheme.part.section(part.section_id)
            if section is not None:
                break
        else:
            return None
        found = score_section(section, part.responses)
        if part.finish is None:
            return None
        if found.waiting:
            self._waiting[attempt.attempt_id, part.part, part.section_id] = (part.finish.responses_sha256, found)
            return None
        head = sitting.head
        return MarkAwarded(
            sitting_id=sitting.sitting_id,
            candidate_id=attempt.candidate_id,
            attempt_id=attempt.attempt_id,
            part=part.part,
            marks=found.marks,
            max_marks=found.max_marks,
            right=found.right,
            of=found.of,
            time_taken_ms=part.finish.time_taken_ms,
            scheme_sha256=scheme.sha256,
            responses_sha256=part.finish.responses_sha256,
            disputed=part.finish.disputed,
            sitting_head=JournalHead(head.seq, head.hash.hex()),
        )

    def _committed(self, batch: Batch[MarkingState]) -> None:
        awarded = tuple(entry.event.attempt_id for entry in batch.entries if isinstance(entry.event, MarkAwarded))
        for listener in tuple(self._listeners):
            listener(awarded)
