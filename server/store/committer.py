"""One writer for a journal: queue → judge → one transaction → verdicts. Saved means committed.

The loop takes what is queued (at most MAX_BATCH deliveries), judges each against the state the ones before it made,
and hands the records to the journal in one offloaded append; meanwhile the next batch gathers. Only then does the
state change, do the askers wake, and does the hub hear of it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from question_bank.phrase import phrase
from server.domain.chain import Head
from server.domain.event import EpochBegan
from server.errors import CommitterStopped, ExamRoomError, JournalError, NotStored
from server.protocol.sequence import EMPTY, Place, Stream, place
from server.store.async_port import AsyncPort, Waiter, Worker
from server.store.batch import OWN, Committed, Delivery, Draft, Entry, Judged, Key, Rules, Verdict, verdicts
from server.store.journal import Appended, JournalPort, pages
from server.store.mirror import Alone, Mirror
from server.store.record import Request, StoredVerdict, record
from server.store.replay import entries, evolved, replay

MAX_BATCH = 512  # deliveries in one transaction: bounds how long the first of them waits for the last
MAX_WAITING = 4_096  # askers: a kiosk asks once at a time, so this is four times the largest hall
MAX_MOVES = 64  # times in a row that somebody else appended first; more means two rooms on one file

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Batch(Generic[S]):
    """What one commit has added: records with their events in order, and the states around it."""

    entries: tuple[Entry, ...]
    before: S
    state: S
    head: Head


@dataclass(slots=True)
class _Ask:
    """Somebody waiting: filled in with verdicts or an error, then woken."""

    deliveries: tuple[Delivery, ...]
    waiter: Waiter
    verdicts: list[Verdict] | None = None
    error: ExamRoomError | None = None


class Committer(Generic[S]):
    """The one writer of a journal, and the state it has committed.

    `clock` gives room time in ms. `on_commit` is called on the hub after each commit; it must be quick, since on green
    threads the askers run after it, and must not raise.
    `own_source` (16 random bytes) is the stream of the server's own commands, a new one at every start. `mirror`: the
    second server, which has each batch before anybody hears of it.
    """

    def __init__(
        self,
        journal: JournalPort,
        rules: Rules[S],
        clock: Callable[[], int],
        port: AsyncPort,
        on_commit: Callable[[Batch[S]], None],
        own_source: bytes | None = None,
        mirror: Mirror | None = None,
    ) -> None:
        self._journal = journal
        self._rules = rules
        self._clock = clock
        self._port = port
        self._on_commit = on_commit
        self._mirror = mirror or Alone()
        self._own_source = own_source or secrets.token_bytes(16)
        self._committed: Committed[S] = Committed(rules.initial)
        self._copies = 1
        self._epoch = 0
        self._queue: deque[_Ask] = deque()
        self._wake = port.waiter()
        self._worker: Worker | None = None
        self._stopping = False
        self._stopped: CommitterStopped | None = CommitterStopped(phrase("the committer has not started"))

    @property
    def state(self) -> S:
        """The latest committed state."""
        return self._committed.state

    @property
    def committed(self) -> Committed[S]:
        """State and head of one instant."""
        return self._committed

    @property
    def head(self) -> Head:
        """The latest committed record's number and hash."""
        return self._committed.head

    @property
    def epoch(self) -> int:
        """The epoch this server began."""
        return self._epoch

    @property
    def copies(self) -> int:
        """On how many servers the last batch is."""
        return self._copies

    @property
    def stopped(self) -> CommitterStopped | None:
        """Why nothing is stored any more, None while the committer runs."""
        return self._stopped

    @property
    def at_ms(self) -> int:
        """The room time of the last record on disk."""
        return self._committed.at_ms

    def stream(self, source: bytes) -> Stream:
        """How far a stream is held on disk."""
        return self._committed.streams.get(source, EMPTY)

    # --- start and stop ---

    def start(
        self, last_beat_ms: int | None = None, *, warm: Committed[S] | None = None, lowest_epoch: int = 0
    ) -> None:
        """Replay the journal, begin a new epoch (unless the journal has ended), and start the loop.

        `last_beat_ms`: room time when the server was last known to run, when it did not run since. `warm`: what the
        journal's records up to there have made, when that is known already; `lowest_epoch`: none below it is begun.
        Raises JournalError when the journal cannot be trusted or written.
        """
        self._committed = self._port.offload(partial(replay, self._journal, self._rules, warm))
        if not self._rules.ended(self._committed.state):
            self._begin_epoch(last_beat_ms, lowest_epoch)
        self._mirror.began(self._committed.head)
        self._stopping, self._stopped = False, None
        self._worker = self._port.spawn(self._run)

    def stop(self) -> None:
        """Finish what is queued, then end the loop; the journal stays open for its owner to close."""
        self._stopping = True
        self._wake.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    def _begin_epoch(self, last_beat_ms: int | None, lowest: int) -> None:
        for _ in range(MAX_MOVES):
            before = self._committed
            epoch = max(before.epoch + 1, lowest)
            at_ms = max(self._clock(), before.at_ms)
            silent_ms = None if last_beat_ms is None else max(0, at_ms - last_beat_ms)
            event = EpochBegan(epoch, before.head.seq, before.head.hash.hex(), silent_ms)
            number = self.stream(self._own_source).contiguous + 1
            request = Request(epoch, self._own_source, number, at_ms, hashlib.sha256(b"EpochBegan").digest())
            first = record(before.head, request, 0, event)
            if isinstance(self._port.offload(partial(self._journal.append, before.head, [first])), Appended):
                state = self._rules.evolve(before.state, event, at_ms, first.seq)
                streams = {**before.streams, self._own_source: Stream(number, request.sha256)}
                self._committed = Committed(state, first.head, streams, at_ms, epoch)
                self._epoch = epoch
                return
            self._committed = self._port.offload(partial(replay, self._journal, self._rules, before))
        raise _moving()

    # --- asking ---

    def submit(self, deliveries: Sequence[Delivery]) -> list[Verdict]:
        """Wait until each delivery has its verdict, in order; the verdicts are on disk when this returns.

        Raises NotStored when the batch was not stored (send again), CommitterStopped when nothing is any more.
        """
        if len(deliveries) > MAX_BATCH or any(len(one.source) != 16 or one.source_seq < 1 for one in deliveries):
            raise ValueError(f"at most {MAX_BATCH} deliveries, each from a source of 16 bytes, numbered from 1")
        return self._ask(deliveries)

    def order(self, command: object) -> Verdict:
        """Submit a command of the server's own (a tick, a lost connection). Raises as `submit` does."""
        return self.orders([command])[0]

    def orders(self, commands: Sequence[object]) -> list[Verdict]:
        """Submit several commands of the server's own in one go, at most MAX_BATCH. Raises as `submit` does."""
        if len(commands) > MAX_BATCH:
            raise ValueError(f"at most {MAX_BATCH} commands in one go")
        own = self._own_source
        return self._ask([Delivery(own, OWN, type(command).__name__.encode(), command) for command in commands])

    def _ask(self, deliveries: Sequence[Delivery]) -> list[Verdict]:
        if len(self._queue) >= MAX_WAITING:
            raise NotStored(
                phrase("too much is waiting to be stored"), hint=phrase("Wait; kiosks send again by themselves.")
            )
        ask = _Ask(tuple(deliveries), self._port.waiter())
        self._queue.append(ask)
        self._wake.set()
        if self._stopped is not None:  # looked at after queueing: the loop's end and this line cannot miss each other
            self._turn_away()
        ask.waiter.wait()
        if ask.error is not None:
            raise ask.error
        return ask.verdicts or []

    # --- the loop ---

    def _run(self) -> None:
        taken: list[_Ask] = []
        try:
            while not self._stopping or self._queue:
                self._wake.wait()
                self._wake.clear()
                while self._queue:
                    taken = self._take()
                    self._commit(taken)
        except JournalError as error:
            told = phrase("nothing is stored any more: %(why)s", why=error.said)
            self._stopped = CommitterStopped(told, hint=error.advice)
        finally:
            self._stopped = self._stopped or CommitterStopped(
                phrase("the room has stopped"), hint=phrase("Start the server again.")
            )
            self._queue.extend(ask for ask in taken if ask.verdicts is None and ask.error is None)
            self._turn_away()

    def _take(self) -> list[_Ask]:
        taken = [self._queue.popleft()]
        count = len(taken[0].deliveries)
        while self._queue and count + len(self._queue[0].deliveries) <= MAX_BATCH:
            taken.append(self._queue.popleft())
            count += len(taken[-1].deliveries)
        return taken

    def _turn_away(self) -> None:
        """Wake everybody who is still waiting, with the reason why they wait in vain."""
        while self._queue:
            try:
                ask = self._queue.popleft()
            except IndexError:  # another thread was faster
                return
            why = self._stopped or CommitterStopped("")
            ask.error = CommitterStopped(why.said, hint=why.advice)
            ask.waiter.set()

    def _commit(self, asks: Sequence[_Ask]) -> None:
        """Judge, append, and wake; a batch that is not stored leaves everything as it was."""
        try:
            draft, judged = self._append(asks)
        except NotStored as error:
            for ask in asks:
                ask.error = NotStored(error.said, hint=error.advice)
                ask.waiter.set()
            return
        batches = self._settle(draft)
        handed = iter(verdicts(judged, self._copies))
        for ask in asks:
            ask.verdicts = [next(handed) for _ in ask.deliveries]
        try:
            for batch in batches:
                self._on_commit(batch)
        finally:  # what listens has taken the batch in before anybody acts on an answer; and nobody waits for ever
            for ask in asks:
                ask.waiter.set()

    def _settle(self, draft: Draft[S]) -> list[Batch[S]]:
        """Wait for the second server, then take the batch for committed; a note about that server follows it."""
        if not draft.entries:
            return []
        kept = self._mirror.keep([entry.record for entry in draft.entries])
        before, after = self._committed, draft.after()
        self._committed, self._copies = after, 1 + kept.copies
        batches = [Batch(tuple(draft.entries), before.state, after.state, after.head)]
        return batches if kept.note is None else batches + self._noted(kept.note)

    def _noted(self, note: object) -> list[Batch[S]]:
        """Commit a command of the room's own between two batches; a disk that takes nothing now is asked again later."""
        delivery = Delivery(self._own_source, OWN, type(note).__name__.encode(), note)
        try:
            draft, _ = self._append([_Ask((delivery,), self._port.waiter())])
        except NotStored:
            return []
        return self._settle(draft)

    def _append(self, asks: Sequence[_Ask]) -> tuple[Draft[S], list[Judged]]:
        """Judge the batch and put it on disk; on whatever head the journal has by then."""
        for _ in range(MAX_MOVES):
            stored = self._stored(asks)
            draft = Draft(self._rules, self._committed, self._own_source, self._clock(), stored)
            judged = [draft.judge(delivery) for ask in asks for delivery in ask.deliveries]
            if not draft.entries:
                return draft, judged
            records = [entry.record for entry in draft.entries]
            done = self._port.offload(partial(self._journal.append, self._committed.head, records))
            if isinstance(done, Appended):
                return draft, judged
            self._catch_up()
        raise _moving()

    def _stored(self, asks: Sequence[_Ask]) -> Mapping[Key, StoredVerdict]:
        """The first verdicts on everything in these asks that the journal has already."""
        keys = [
            (delivery.source, delivery.source_seq)
            for ask in asks for delivery in ask.deliveries
            if delivery.source_seq != OWN
            and place(self.stream(delivery.source), delivery.source_seq) is Place.SEEN
        ]  # fmt: skip
        return self._port.offload(partial(_look_up, self._journal, keys)) if keys else {}

    def _catch_up(self) -> None:
        """Take in what somebody else has appended. Raises JournalError when they have begun a newer epoch."""
        before = self._committed
        records = self._port.offload(lambda: [one for page in pages(self._journal, before.head.seq) for one in page])
        added = tuple(entries(records, self._rules.kinds, before.head))
        self._committed = after = evolved(added, self._rules, before)
        self._on_commit(Batch(added, before.state, after.state, after.head))
        if after.epoch > self._epoch:
            hint = phrase("Use that server; this one only reads from now on.")
            raise JournalError(
                phrase("another server began epoch %(epoch)s of this journal", epoch=after.epoch), hint=hint
            )


def _look_up(journal: JournalPort, keys: Sequence[Key]) -> dict[Key, StoredVerdict]:
    found = {key: journal.verdict_of(*key) for key in dict.fromkeys(keys)}
    return {key: verdict for key, verdict in found.items() if verdict is not None}


def _moving() -> JournalError:
    hint = phrase("Stop the other server on this folder, then start this one again.")
    return JournalError(phrase("the journal moved %(times)s times in a row", times=MAX_MOVES), hint=hint)
