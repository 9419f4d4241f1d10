"""Acceptance: any commands, deliveries and faults, held against the pure machine and against a model that knows five things.

The real committer on real SQLite is sent records twice, too early, in the wrong order and from several outboxes and generations at
once, while commits fail, disks tear and the server dies. Three things are kept beside it and compared after every step:

- the *pure machine*: `decide` and `evolve` on a state of its own, asked the same in the same order; every record on the disk must be
  the event it decides, and its state the server's;
- the *model*: how far each outbox is held, the one verdict each number was told, for each item the highest (generation, number)
  that counts, and by arithmetic of its own how much time each candidate has left;
- what was *told*: it is on the disk for ever, under the hash that was named.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from question_bank.phrase import phrase
from server.domain import sitting
from server.domain.event import EpochBegan, RequestConflict, RequestRefused
from server.domain.reasons import Refused
from server.domain.timing import remaining_ms
from server.errors import CommitterStopped, JournalError, NotStored
from server.protocol.messages import Outcome
from server.store.batch import Delivery
from server.store.journal import Journal
from server.store.record import Record, outcome_of
from server.store.verify import verify_file

PEOPLE = (1, 2, 3)
ITEMS = ("i01", "i02")
LAST_GENERATION = 3
FULL, TORN, DEAD = "the disk is full", "the disk takes it, and says nothing", "the disk takes nothing, for good"


class FaultyJournal:
    """A journal whose next append fails as `next_fault` says."""

    def __init__(self, inner: Journal) -> None:
        self.inner = inner
        self.next_fault: str | None = None

    def append(self, expected_head: Any, records: Any) -> Any:
        fault, self.next_fault = self.next_fault, None
        if fault == FULL:
            raise NotStored(phrase("%(why)s", why=fault))
        if fault == DEAD:
            raise JournalError(phrase("%(why)s", why=fault))
        done = self.inner.append(expected_head, records)
        if fault == TORN:
            raise JournalError(phrase("%(why)s", why=fault))
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass(slots=True)
class Clock:
    """A candidate's time, by arithmetic alone: ms given, ms run, and since when the clock runs (None: it stands)."""

    given_ms: int
    run_ms: int = 0
    since_ms: int | None = None

    def left_ms(self, now: int) -> int:
        return self.given_ms - self.run_ms - (now - self.since_ms if self.since_ms is not None else 0)


@dataclass(slots=True)
class Person:
    """The model of one candidate; an outbox is a list of deliveries, the sign-in first."""

    outboxes: dict[int, list[Delivery]] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    counts: dict[str, tuple[tuple[int, int], Any]] = field(default_factory=dict)
    clock: Clock | None = None

    @property
    def generation(self) -> int:
        """The newest sign-in that is held."""
        return max((generation for generation, held in self.held.items() if held), default=0)


class FaultyRoom(RuleBasedStateMachine):
    """The rules; `server_class` is given by the test."""

    server_class: Any = None

    def __init__(self) -> None:
        super().__init__()
        kind, sample = self.server_class
        self.folder = Path(tempfile.mkdtemp())
        self.server = kind(self.folder / "sitting.journal.sqlite", sample())
        self.sample = self.server.sample
        self.pure: Any = sitting.EMPTY
        self.seen = 0  # records that the pure machine has decided too
        self.people = {n: Person() for n in PEOPLE}
        self.told: dict[tuple[bytes, int], tuple[Any, bytes]] = {}
        self.unheard: list[Delivery] = []  # of a batch of which nobody knows whether it was stored
        self.orders = 0
        self.open()

    def open(self) -> None:
        """Start a server on the journal; the pure machine takes its epoch from the disk, which nobody decides."""
        self.server.close()
        self.journal = FaultyJournal(Journal.open(self.server.path))
        self.server.open(self.journal)
        unheard, self.unheard = self.unheard, []
        rows = self.journal.read(self.seen, 10_000)
        on_disk = {(one.source, one.source_seq) for one in rows}
        stored = [(one.source, one.source_seq) in on_disk for one in unheard if self.is_next(one, unheard)]
        assert all(stored) or not any(stored), "a batch is stored whole or not at all"
        self.follow(unheard if rows[0].kind != EpochBegan.kind else [], epochs=True)

    def teardown(self) -> None:
        try:
            self.journal.next_fault = None
            if self.server.committer.stopped:
                self.open()
            for n, person in self.people.items():
                for generation in person.outboxes:
                    self.send([(n, generation, place) for place in range(1, len(person.outboxes[generation]) + 1)])
            self.everything_agrees()
            assert verify_file(self.server.path).ok
        finally:
            self.server.close()
            shutil.rmtree(self.folder)

    # --- the pure machine ---------------------------------------------------------------------------------------------

    def follow(self, asked: list[Delivery], *, epochs: bool = False) -> None:
        """Decide what was asked, in its order, on the pure state: it must be what is on the disk since, and nothing else."""
        rows = self.journal.read(self.seen, 10_000)
        for delivery in asked:
            if rows and (rows[0].source, rows[0].source_seq) == (delivery.source, delivery.source_seq):
                rows = self.decided(delivery, rows)
        while epochs and rows and rows[0].kind == EpochBegan.kind:
            self.evolve(EpochBegan.from_body(json.loads(str(rows[0].body))), rows.pop(0))
        assert rows == [], "the server recorded what nobody decided"

    def decided(self, delivery: Delivery, rows: list[Record]) -> list[Record]:
        """The rows that are left when those of this delivery are what the pure machine says."""
        if rows[0].kind == RequestConflict.kind:
            self.evolve(RequestConflict.from_body(json.loads(str(rows[0].body))), rows[0])
            return rows[1:]
        found = sitting.decide(self.pure, delivery.command, rows[0].at_ms)  # type: ignore[arg-type]
        if isinstance(found, Refused) or not found:
            assert rows[0].kind == RequestRefused.kind
            assert not isinstance(found, Refused) or json.loads(str(rows[0].body))["reason"] == found.reason
            self.evolve(RequestRefused.from_body(json.loads(str(rows[0].body))), rows[0])
            return rows[1:]
        for event, row in zip(found, rows, strict=False):
            assert (row.kind, json.loads(str(row.body))) == (event.kind, json.loads(json.dumps(event.body())))
            self.evolve(event, row)
        self.count(delivery, rows[0])
        return rows[len(found) :]

    def evolve(self, event: Any, row: Record) -> None:
        self.pure = sitting.evolve(self.pure, event, row.at_ms, row.seq)
        self.seen = row.seq
        for person in self.people.values():
            for generation, outbox in person.outboxes.items():
                if row.source == outbox[0].source and row.kind != RequestConflict.kind:
                    person.held[generation] = max(person.held[generation], row.source_seq)

    def count(self, delivery: Delivery, row: Record) -> None:
        """An accepted answer counts when no higher (generation, number) does."""
        record = getattr(delivery.command, "record", None)
        item = getattr(record, "item_id", None)
        if record is None or item is None or outcome_of(row.kind) is not Outcome.ACCEPTED or "response" not in row.kind:
            return
        counts = self.people[int(record.attempt_id[1:])].counts
        order = (record.generation, delivery.source_seq)
        if item not in counts or order > counts[item][0]:
            counts[item] = (order, getattr(record, "response", None))

    # --- asking the server --------------------------------------------------------------------------------------------

    def is_next(self, delivery: Delivery, batch: list[Delivery]) -> bool:
        """Whether this one has a number that was not held before the batch, and would be reached in it."""
        for person in self.people.values():
            for generation, outbox in person.outboxes.items():
                if outbox[0].source == delivery.source:
                    reached = person.held[generation]
                    for one in batch:
                        reached += one.source == delivery.source and one.source_seq == reached + 1
                    return person.held[generation] < delivery.source_seq <= reached
        return True

    def ask(self, batch: list[Delivery]) -> list[Any] | None:
        """Submit: the verdicts, or None when nobody was told anything."""
        before = self.journal.next_fault
        try:
            verdicts: list[Any] = self.server.send(*batch)
        except NotStored:
            self.follow([])
            return None
        except CommitterStopped:
            self.unheard = batch if before == TORN else []
            return None
        self.follow(batch)
        return verdicts

    def send(self, wanted: list[tuple[int, int, int]]) -> None:
        """Send records by (person, generation, number), in this order, in one message; hold every verdict to the model."""
        batch = [self.people[n].outboxes[generation][seq - 1] for n, generation, seq in wanted]
        reached = {(n, generation): self.people[n].held[generation] for n, generation, _ in wanted}
        verdicts = self.ask(batch)
        if verdicts is None:
            return
        for (n, generation, seq), delivery, verdict in zip(wanted, batch, verdicts, strict=True):
            if seq > reached[n, generation] + 1:
                assert verdict.verdict is Outcome.GAP
                continue
            assert verdict.verdict is not Outcome.GAP
            reached[n, generation] = max(seq, reached[n, generation])
            said = (verdict.verdict, verdict.hash)
            assert self.told.setdefault((delivery.source, delivery.source_seq), said) == said, "one number, one verdict"

    def order(self, command: object) -> bool:
        """An officer's command; whether it was accepted, None being no answer."""
        self.orders += 1
        delivery = Delivery(self.orders.to_bytes(16), 1, b"order %d" % self.orders, command)
        verdicts = self.ask([delivery])
        return verdicts is not None and verdicts[0].verdict is Outcome.ACCEPTED

    # --- rules --------------------------------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        for command in (self.sample.prepare(), self.sample.choose(), self.sample.unseal()):
            assert self.order(command)
        for n in PEOPLE[:2]:
            self.sign_in(n)
            self.send([(n, 1, 1), (n, 1, 2)])
        self.start()

    runs = precondition(lambda self: not self.server.committer.stopped)

    @runs
    @rule(fault=st.sampled_from((FULL, FULL, TORN, DEAD)))
    def the_next_commit_fails(self, fault: str) -> None:
        self.journal.next_fault = fault

    @rule()
    def the_server_dies_and_is_started_again(self) -> None:
        self.open()

    @rule(ms=st.sampled_from((1, 700, 5_000)))
    def time_passes(self, ms: int) -> None:
        if all(one.clock is None or one.clock.left_ms(self.server.now + ms) > 0 for one in self.people.values()):
            self.server.now += ms  # deadlines are the other machine's matter (test_sitting_machine)

    @rule(n=st.sampled_from(PEOPLE))
    def sign_in(self, n: int) -> None:
        """A machine makes a new outbox; its first two records are the sign-in and the confirmation."""
        person = self.people[n]
        generation = len(person.outboxes) + 1
        if generation > LAST_GENERATION or any(held < 2 for held in person.held.values()):
            return
        self.server.now += 1
        confirm = self.sample.confirm(n, at=self.server.now, generation=generation)
        person.outboxes[generation] = [
            self.server.sign_in(n, generation), self.server.delivery(n, 2, confirm, generation)
        ]  # fmt: skip
        person.held[generation] = 0

    @rule(
        n=st.sampled_from(PEOPLE),
        item=st.sampled_from(ITEMS),
        option=st.one_of(st.none(), st.integers(1, 4)),
        older=st.booleans(),
    )
    def answer(self, n: int, item: str, option: int | None, older: bool) -> None:
        """A record on a machine's disk, made now; of an older machine too."""
        outboxes = self.people[n].outboxes
        if not outboxes:
            return
        generation = max(1, len(outboxes) - older)
        self.server.now += 1
        made: Any = (
            self.sample.clear(n, item, at=self.server.now, generation=generation)
            if option is None
            else self.sample.save(n, item, option, at=self.server.now, generation=generation)
        )
        outboxes[generation].append(self.server.delivery(n, len(outboxes[generation]) + 1, made, generation))

    @runs
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        """Anything that machines have, in any order and number, from several of them in one message."""
        there = [
            (n, generation, seq)
            for n, person in self.people.items() for generation, outbox in person.outboxes.items()
            for seq in range(max(1, person.held[generation] - 1), len(outbox) + 1)
        ]  # fmt: skip
        if there:
            self.send(data.draw(st.lists(st.sampled_from(there), min_size=1, max_size=6)))

    @runs
    @rule(data=st.data())
    def deliver_in_order(self, data: st.DataObject) -> None:
        """What a whole machine does: everything it has, from where the server says it holds it."""
        n = data.draw(st.sampled_from(PEOPLE))
        for generation, outbox in self.people[n].outboxes.items():
            if self.server.committer.stopped:
                return
            self.send(
                [(n, generation, seq) for seq in range(self.people[n].held[generation] + 1, len(outbox) + 1)]
                or [(n, generation, 1)]
            )

    @runs
    @rule(n=st.sampled_from(PEOPLE))
    def another_text_under_a_held_number(self, n: int) -> None:
        person = self.people[n]
        if person.held.get(1, 0) < 2:
            return
        first = person.outboxes[1][1]
        verdicts = self.ask([Delivery(first.source, 2, first.message + b" ", first.command)])
        assert verdicts is None or verdicts[0].verdict is Outcome.CONFLICT

    @runs
    @rule()
    def start(self) -> None:
        self.server.now += 1
        self.order(self.sample.start())

    @runs
    @rule(n=st.sampled_from(PEOPLE))
    def pause(self, n: int) -> None:
        self.server.now += 1
        self.order(self.sample.pause(f"a{n}"))

    @runs
    @rule(n=st.sampled_from(PEOPLE))
    def resume(self, n: int) -> None:
        self.server.now += 1
        self.order(self.sample.resume(f"a{n}"))

    @runs
    @rule(n=st.sampled_from(PEOPLE), ms=st.sampled_from((1, 40_000)))
    def extend(self, n: int, ms: int) -> None:
        self.server.now += 1
        self.order(self.sample.extend(ms, f"a{n}"))

    # --- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def everything_agrees(self) -> None:
        if self.server.committer.stopped:
            return
        assert self.server.state == self.pure
        for n, person in self.people.items():
            for generation, outbox in person.outboxes.items():
                assert self.server.committer.stream(outbox[0].source).contiguous == person.held[generation]
            attempt = self.server.state.attempts.get(f"a{n}")
            part = attempt.parts.get(0) if attempt is not None and hasattr(attempt.parts, "get") else None
            if attempt is None or part is None:
                continue
            counting = {item: response for item, (_, response) in person.counts.items() if response is not None}
            assert part.responses == counting
        self.the_clocks_are_right()

    def the_clocks_are_right(self) -> None:
        """The model's own arithmetic over the facts, against the ledger the server asks."""
        clocks: dict[str, Clock] = {}
        for row in self.journal.read(0, 100_000):
            body = json.loads(str(row.body))
            if row.kind == "attempt_opened/1":
                clocks[body["attempt_id"]] = Clock(body["duration_ms"], 0, row.at_ms)
            elif row.kind == "time_extended/1":
                clocks[body["attempt_id"]].given_ms += body["ms"]
            elif row.kind == "seat_paused/1":
                clock = clocks[body["attempt_id"]]
                clock.run_ms, clock.since_ms = clock.run_ms + row.at_ms - (clock.since_ms or 0), None
            elif row.kind == "seat_resumed/1":
                clocks[body["attempt_id"]].since_ms = row.at_ms
        for attempt_id, clock in clocks.items():
            self.people[int(attempt_id[1:])].clock = clock
            ledger = self.server.state.attempts[attempt_id].parts[0].ledger
            assert remaining_ms(ledger, self.server.now) == max(0, clock.left_ms(self.server.now))

    @invariant()
    def what_was_told_is_on_the_disk(self) -> None:
        held = {(row.source, row.source_seq, row.hash) for row in self.journal.read(0, 100_000)}
        assert {(*ref, hashed) for ref, (_, hashed) in self.told.items()} <= held


def test_any_commands_faults_and_deliveries_agree_with_the_pure_machine_and_the_model(server_class: Any) -> None:
    machine = type("Faulty", (FaultyRoom,), {"server_class": server_class})
    run_state_machine_as_test(machine, settings=settings(max_examples=30, stateful_step_count=30))


@pytest.mark.soak
def test_a_long_course_agrees_too(server_class: Any) -> None:
    machine = type("Faulty", (FaultyRoom,), {"server_class": server_class})
    run_state_machine_as_test(machine, settings=settings(max_examples=1000, stateful_step_count=80))
