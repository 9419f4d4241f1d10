"""A sitting that is running in this room: its journal, its committer, and who sits where.

Starting one that ran before is adopting its journal: replay, a new epoch, and on with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from server.domain import sitting
from server.domain.chain import Head
from server.domain.event import read_event
from server.domain.events import CandidateSeated, SetChosen, SittingOpened
from server.domain.hall_events import ReserveSwitchCalledOff
from server.domain.sheet_events import SignInRestored
from server.domain.state import Attempt, Seating, SittingState
from server.domain.timing import deadline_at_ms, grace_until_ms
from server.domain.values import HowChosen
from server.errors import DatabaseError, ExamRoomError, JournalError
from server.live.definition import SittingDefinition
from server.protocol.sequence import Stream
from server.store.async_port import AsyncPort
from server.store.batch import Committed, Delivery, Rules, Verdict
from server.store.committer import Batch, Committer
from server.store.journal import Journal, pages
from server.store.mirror import Mirror

RULES: Rules[SittingState] = Rules(sitting.decide, sitting.evolve, sitting.EMPTY, sitting.KINDS, sitting.ended)

SittingBatch = Batch[SittingState]

SETTLING_MS = 10_000  # within which every kiosk has heard which sitting is served, and sends what it kept for it

OWN_BATCH = 128  # commands of the room's own in one go: a quarter of what the committer takes at once


@dataclass(frozen=True, slots=True)
class Seat:
    """One sign-in on a kiosk: whose attempt, and the seating it made."""

    attempt_id: str
    seating: Seating


class Sitting:
    """One sitting and everything that is asked of it. `on_commit` hears every batch, on the hub, after it is on disk."""

    def __init__(
        self, definition: SittingDefinition, journal: Journal, now_ms: Callable[[], int], port: AsyncPort,
        on_commit: Callable[[SittingBatch], None], mirror: Mirror | None = None,
    ) -> None:  # fmt: skip
        self.definition = definition
        self.how_chosen: tuple[str | None, str | None] = (None, None)  # how, and the lot's seed
        self._on_commit = on_commit
        self._journal = journal  # closed with the sitting
        self._committer: Committer[SittingState] = Committer(
            self._journal, RULES, now_ms, port, self._committed, mirror=mirror
        )
        self.sign_ins: dict[str, str] = {}  # by outbox, the digest of its record 1 in hex; bound: the sign-ins
        self._port = port
        self._seats: dict[str, tuple[Seat, ...]] = {}
        self._signed_out: set[str] = set()
        self._delivered_ms: dict[str, int] = {}  # by outbox; bound: the sitting's sign-ins
        self._lock = threading.Lock()
        self._due_ms: int | None = None
        self._due_known = False

    # --- life ---

    def start(
        self, last_beat_ms: int | None = None, warm: Committed[SittingState] | None = None, lowest_epoch: int = 0
    ) -> None:
        """Adopt what the journal holds and begin a new epoch. Raises JournalError; then the journal is closed.

        `last_beat_ms`: when the server was last known to run, if it did not run since. `warm`, `lowest_epoch`: see
        `Committer.start`.
        """
        try:
            self._committer.start(last_beat_ms, warm=warm, lowest_epoch=lowest_epoch)
            self._read_choice()
            self.sign_ins = self._port.offload(partial(_sign_ins, self._journal, self.state))
            if self.state.hall.switch is not None:  # the last choice was made after the start, where that stops reading
                self.how_chosen = (HowChosen.RESERVE.value, None)
        except ExamRoomError:
            self._journal.close()
            raise
        seats = [
            (seating.at_ms, attempt, seating)
            for attempt in self.state.attempts.values()
            for seating in attempt.seatings
        ]
        for _, attempt, seating in sorted(seats, key=lambda one: (one[0], one[2].generation)):
            self._note_seat(attempt.attempt_id, seating)

    def stop(self) -> None:
        """Finish what is queued and let go of the journal."""
        self._committer.stop()
        self._journal.close()

    @property
    def journal_path(self) -> Path:
        """Where the journal lies."""
        return self._journal.path

    # --- reading ---

    @property
    def sitting_id(self) -> str:
        """The sitting's own id."""
        return self.definition.sitting_id

    @property
    def state(self) -> SittingState:
        """The latest committed state."""
        return self._committer.state

    @property
    def committed(self) -> Committed[SittingState]:
        """State and head of one instant."""
        return self._committer.committed

    @property
    def head(self) -> Head:
        """Where the journal stands: what minutes print."""
        return self._committer.head

    @property
    def last_at_ms(self) -> int:
        """The room time of the journal's last record."""
        return self._committer.at_ms

    @property
    def epoch(self) -> int:
        """The epoch of this start."""
        return self._committer.epoch

    @property
    def stopped(self) -> bool:
        """Whether nothing is stored any more."""
        return self._committer.stopped is not None

    @property
    def copies(self) -> int:
        """On how many servers what is acknowledged now lies."""
        return self._committer.copies

    def stream(self, source: bytes) -> Stream:
        """How far an outbox is held on disk."""
        return self._committer.stream(source)

    def has_record(self, seq: int, digest: bytes) -> bool:
        """Whether the journal's record of this number has this hash. Raises JournalError."""
        if not 0 < seq <= self.head.seq:
            return False
        return self._port.offload(partial(_has_record, self.journal_path, seq, digest))

    def seats(self, kiosk_id: str) -> tuple[Seat, ...]:
        """Every sign-in on a kiosk, oldest first."""
        return self._seats.get(kiosk_id, ())

    def carried(self, kiosk_id: str) -> Seat | None:
        """The sign-in a kiosk carries now: its newest, unless the candidate has signed out."""
        seats = self.seats(kiosk_id)
        return seats[-1] if seats and seats[-1].seating.source not in self._signed_out else None

    def attempt(self, attempt_id: str) -> Attempt | None:
        """One attempt."""
        return self.state.attempts.get(attempt_id)

    def next_due_ms(self) -> int | None:
        """When the next running attempt's deadline and grace have passed; None while none runs."""
        if not self._due_known:
            self._due_known = True
            state = self.state
            deadlines = [deadline_at_ms(part.ledger) for one in state.attempts.values() for part in one.unfinished]
            self._due_ms = min(
                (grace_until_ms(one, state.grace_ms, state.began_at_ms) for one in deadlines if one is not None),
                default=None,
            )
        return self._due_ms

    # --- asking ---

    def submit(self, deliveries: Sequence[Delivery]) -> list[Verdict]:
        """Wait until each delivery has its durable verdict. Raises NotStored, CommitterStopped."""
        return self._committer.submit(deliveries)

    def by_room(self, command: object) -> Verdict:
        """A command of the room's own. Raises NotStored, CommitterStopped."""
        return self._committer.order(command)

    def all_by_room(self, commands: Sequence[object]) -> None:
        """Several commands of the room's own, in as few batches as they need. Raises NotStored, CommitterStopped."""
        for start in range(0, len(commands), OWN_BATCH):
            self._committer.orders(commands[start : start + OWN_BATCH])

    def sign_out(self, kiosk_id: str, attempt_id: str) -> bool:
        """The candidate leaves the kiosk after the end of their part; whether there was somebody to leave.

        Held in memory only: after a restart of the server the kiosk shows the receipt once more.
        """
        seat = self.carried(kiosk_id)
        attempt = None if seat is None else self.attempt(seat.attempt_id)
        if seat is None or attempt is None or attempt.attempt_id != attempt_id or attempt.running is not None:
            return False
        self._signed_out.add(seat.seating.source)
        return True

    def delivered_all(self, kiosk_id: str, at_ms: int) -> None:
        """The kiosk has sent everything that its outboxes of this sitting held at `at_ms` (docs/decisions/0095).

        Kept with the outbox, not with the socket that showed it.
        """
        if at_ms < self.state.began_at_ms + SETTLING_MS:
            return
        for seat in self.seats(kiosk_id):
            self._delivered_ms[seat.seating.source] = at_ms

    def not_before_ms(self, source: str) -> int:
        """When an outbox was last known to be delivered whole: what comes now was made later. 0 when that is not known."""
        return self._delivered_ms.get(source, 0)

    # --- inside ---

    def _committed(self, batch: SittingBatch) -> None:
        for record, event in batch.entries:
            match event:
                case CandidateSeated() | SignInRestored():
                    at_ms = event.at_ms if isinstance(event, SignInRestored) else record.at_ms
                    seating = Seating(event.generation, event.kiosk_id, event.seat_label, event.source, at_ms)
                    self.sign_ins[event.source] = record.request_sha256.hex()
                    self._note_seat(event.attempt_id, seating)
                case ReserveSwitchCalledOff():
                    self._read_choice()
                case SetChosen():
                    self.how_chosen = (event.how.value, event.draw_seed)
        if not batch.entries[-1].event.kind.startswith(("response_", "action_")) or len(batch.entries) > 1:
            self._due_known = False
        self._on_commit(batch)

    def _note_seat(self, attempt_id: str, seating: Seating) -> None:
        with self._lock:
            self._seats[seating.kiosk_id] = (*self._seats.get(seating.kiosk_id, ()), Seat(attempt_id, seating))

    def _read_choice(self) -> None:
        """How the set was chosen, from the journal: the state keeps only which. It is before the first start."""
        for page in pages(self._journal):
            for record in page:
                if record.kind == SittingOpened.kind:
                    return
                if record.kind == SetChosen.kind and record.body is not None:
                    event = read_event(RULES.kinds, record.kind, record.body)
                    assert isinstance(event, SetChosen)
                    self.how_chosen = (event.how.value, event.draw_seed)


def _sign_ins(journal: Journal, state: SittingState) -> dict[str, str]:
    """By outbox, the digest of the record that began it. Raises JournalError; nobody else uses the journal meanwhile."""
    found = {source: journal.verdict_of(bytes.fromhex(source), 1) for source in state.by_source}
    return {source: one.request_sha256.hex() for source, one in found.items() if one is not None}


def _has_record(path: Path, seq: int, digest: bytes) -> bool:
    try:
        with Journal.open_to_read(path) as journal:
            return any(one.hash == digest for one in journal.read(seq - 1, 1))
    except DatabaseError as error:
        raise JournalError(error.said, hint=error.advice) from error
