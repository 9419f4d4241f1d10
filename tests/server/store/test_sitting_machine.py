"""A sitting with several kiosks, pauses, moves and restarts, held against a model that counts time in another way.

The model knows no instants: for each candidate it counts the milliseconds their clock has run, and remembers of each
record how far it had run when the record was made. The server decides from instants, pauses and deadlines.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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

from server.domain import commands
from server.domain.candidate_acts import PAUSE_NOTICE_MS
from server.domain.timing import remaining_ms
from server.protocol.messages import Outcome
from server.protocol.receipt import responses_sha256
from server.store.replay import replay
from server.store.verify import verify_file

CANDIDATES = st.sampled_from((1, 2, 3))
ITEMS = st.sampled_from(("i01", "i02"))
LAST_GENERATION = 3


@dataclass(slots=True)
class Made:
    """A record as it was made: how far its candidate's clock had run, and for how long they had been paused."""

    record: Any
    used_ms: int
    paused_for_ms: int
    newest: int


@dataclass(slots=True)
class Candidate:
    """The model of one candidate."""

    generation: int = 0
    allowed_ms: int | None = None
    used_ms: int = 0
    began_ms: int = 0  # their clock when the server began that runs now: an outage over the deadline costs no grace
    paused_for_ms: int | None = None
    ended: tuple[str, int] | None = None
    held: dict[str, tuple[int, Any]] = field(default_factory=dict)
    outboxes: dict[int, list[Made]] = field(default_factory=dict)
    delivered: dict[int, int] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        return self.allowed_ms is not None and self.ended is None

    @property
    def responses(self) -> dict[str, Any]:
        return {item: response for item, (_, response) in self.held.items() if response is not None}


class Sitting(RuleBasedStateMachine):
    """The rules; `server_class` is given by the test."""

    server_class: Any = None

    def __init__(self) -> None:
        super().__init__()
        kind, sample = self.server_class
        self.folder = Path(tempfile.mkdtemp())
        self.server = kind(self.folder / "sitting.journal.sqlite", sample())
        self.sample = self.server.sample
        self.people = {n: Candidate() for n in (1, 2, 3)}
        for command in (self.sample.prepare(), self.sample.choose(), self.sample.unseal()):
            self.server.order(command)

    @initialize(seated=st.integers(1, 3))
    def begin(self, seated: int) -> None:
        """Some are there for the start; the others come later, or never."""
        for n in range(1, seated + 1):
            self.sign_in(n)
        self.start()

    def teardown(self) -> None:
        try:
            for person in self.people.values():
                for generation, records in person.outboxes.items():
                    while person.delivered[generation] < len(records):
                        self.hand_over(self.number(person), generation, 0, 64)
            self.the_server_agrees_with_the_model()
            assert replay(self.server.journal, self.server.RULES).state == self.server.state
            assert verify_file(self.server.path).ok
        finally:
            self.server.close()
            shutil.rmtree(self.folder)

    def number(self, person: Candidate) -> int:
        return next(n for n, one in self.people.items() if one is person)

    def pass_time(self, ms: int) -> None:
        """Let everybody's clock run, and let the room notice."""
        self.server.now += ms
        for person in self.people.values():
            if person.paused_for_ms is not None:
                person.paused_for_ms += ms
            elif person.runs:
                person.used_ms += ms
                assert person.allowed_ms is not None
                if person.used_ms >= max(person.allowed_ms, person.began_ms) + self.sample.GRACE_MS:
                    person.ended = ("deadline", person.generation)
        self.server.committer.order(commands.Tick())

    @rule(ms=st.sampled_from((1, 400, PAUSE_NOTICE_MS, 9_000, 25_000, 61_000)))
    def time_passes(self, ms: int) -> None:
        self.pass_time(ms)

    @rule(n=CANDIDATES)
    def sign_in_or_move(self, n: int) -> None:
        self.sign_in(n)

    def sign_in(self, n: int) -> None:
        person = self.people[n]
        if person.generation == LAST_GENERATION:
            return
        self.pass_time(1)
        person.generation += 1
        generation = person.generation
        confirm = self.server.delivery(
            n, 2, self.sample.confirm(n, at=self.server.now, generation=generation), generation
        )
        verdicts = self.server.send(self.server.sign_in(n, generation), confirm)
        assert [one.verdict for one in verdicts] == [Outcome.ACCEPTED] * 2
        person.outboxes[generation], person.delivered[generation] = [], 0

    @precondition(lambda self: any(one.generation and one.allowed_ms is None for one in self.people.values()))
    @rule()
    def start_late_comers(self) -> None:
        self.start()

    def start(self) -> None:
        self.pass_time(1)
        ready = [person for person in self.people.values() if person.generation and person.allowed_ms is None]
        verdict = self.server.order(self.sample.start())
        assert (verdict.verdict is Outcome.ACCEPTED) == bool(ready)
        for person in ready:
            person.allowed_ms = self.sample.DURATION_MS

    @precondition(lambda self: self.started())
    @rule(data=st.data(), item=ITEMS, option=st.one_of(st.none(), st.integers(1, 4)), older=st.booleans())
    def answer(self, data: st.DataObject, item: str, option: int | None, older: bool) -> None:
        """A kiosk makes a record; nothing is sent yet."""
        n = data.draw(st.sampled_from(self.started()))
        self.make_answer(n, item, option, max(1, self.people[n].generation - older))

    @precondition(lambda self: self.started())
    @rule(
        data=st.data(), item=ITEMS, option=st.integers(1, 4), wait_ms=st.sampled_from((1, PAUSE_NOTICE_MS - 2, 9_000))
    )
    def answer_in_a_pause_and_send(self, data: st.DataObject, item: str, option: int, wait_ms: int) -> None:
        """A kiosk that knows nothing of a pause goes on, and is heard during it or after it."""
        n = data.draw(st.sampled_from(self.started()))
        self.pause(n)
        self.pass_time(wait_ms)
        self.make_answer(n, item, option, self.people[n].generation)
        if data.draw(st.booleans()):
            self.resume(n)
        self.hand_over(n, self.people[n].generation, 0, 64)

    @precondition(lambda self: self.started())
    @rule(
        data=st.data(),
        item=ITEMS,
        option=st.integers(1, 4),
        side_ms=st.sampled_from((-2, -1, 0, 1)),
        late=st.booleans(),
    )
    def answer_at_the_deadline(self, data: st.DataObject, item: str, option: int, side_ms: int, late: bool) -> None:
        """A record made a millisecond each side of the deadline, heard at once or a millisecond each side of the grace."""
        n = data.draw(st.sampled_from(self.started()))
        person = self.people[n]
        if not person.runs or person.paused_for_ms is not None:
            return
        assert person.allowed_ms is not None
        self.pass_time(max(0, person.allowed_ms - person.used_ms + side_ms - 1))
        self.make_answer(n, item, option, person.generation)
        if late:
            grace_ends = max(person.allowed_ms, person.began_ms) + self.sample.GRACE_MS
            self.pass_time(max(0, grace_ends - person.used_ms - 1 + data.draw(st.integers(-1, 1))))
        self.hand_over(n, person.generation, 0, 64)

    def started(self) -> list[int]:
        return [n for n, person in self.people.items() if person.allowed_ms is not None]

    def make_answer(self, n: int, item: str, option: int | None, generation: int) -> None:
        self.pass_time(1)
        at = self.server.now
        record: Any = (
            self.sample.clear(n, item, at=at, generation=generation)
            if option is None
            else self.sample.save(n, item, option, at=at, generation=generation)
        )
        self.keep(self.people[n], generation, record)

    @precondition(lambda self: self.started())
    @rule(data=st.data())
    def submit(self, data: st.DataObject) -> None:
        n = data.draw(st.sampled_from(self.started()))
        person = self.people[n]
        self.pass_time(1)
        generation = person.generation
        last_seq = 2 + len(person.outboxes[generation])
        digest = responses_sha256(f"a{n}", 0, person.responses)
        self.keep(
            person, generation, self.sample.submit(n, last_seq, digest, at=self.server.now, generation=generation)
        )

    def keep(self, person: Candidate, generation: int, record: Any) -> None:
        made = Made(record, person.used_ms, person.paused_for_ms or 0, person.generation)
        person.outboxes[generation].append(made)

    @precondition(lambda self: self.waiting())
    @rule(data=st.data(), again=st.integers(0, 3), count=st.integers(1, 5))
    def send(self, data: st.DataObject, again: int, count: int) -> None:
        n, generation = data.draw(st.sampled_from(self.waiting()))
        self.hand_over(n, generation, again, count)

    def waiting(self) -> list[tuple[int, int]]:
        """The outboxes that hold something the server does not."""
        return [
            (n, generation) for n, person in self.people.items() for generation, records in person.outboxes.items()
            if len(records) > person.delivered[generation]
        ]  # fmt: skip

    def hand_over(self, n: int, generation: int, again: int, count: int) -> None:
        """An outbox is sent: some records a second time, then new ones."""
        person = self.people[n]
        if not person.outboxes.get(generation):
            return
        self.pass_time(1)
        held = person.delivered[generation]
        first = max(0, held - again)
        some = person.outboxes[generation][first : held + count]
        if not some:
            return
        deliveries = [
            self.server.delivery(n, 3 + first + place, made.record, generation) for place, made in enumerate(some)
        ]
        for place, verdict in enumerate(self.server.send(*deliveries), start=first):
            if place >= held:
                outcome = self.judged(person, generation, person.outboxes[generation][place])
                assert verdict.verdict is outcome, (verdict, outcome)
                person.delivered[generation] = place + 1

    def judged(self, person: Candidate, generation: int, made: Made) -> Outcome:
        """What the model says of a record that comes now, and what it then holds."""
        submits = made.record.KIND.startswith("submit")
        superseded = person.generation > generation if submits else made.newest > generation
        if superseded:
            return Outcome.LATE
        if person.ended is not None:
            how, by = person.ended
            return Outcome.REFUSED if how == "submitted" and generation >= by else Outcome.LATE
        if made.paused_for_ms >= PAUSE_NOTICE_MS:
            return Outcome.LATE
        assert person.allowed_ms is not None
        if person.used_ms >= person.allowed_ms and made.used_ms >= person.allowed_ms and not submits:
            return Outcome.LATE
        if submits:
            person.ended = ("submitted", generation)
            person.paused_for_ms = None
        elif person.held.get(made.record.item_id, (0, None))[0] <= generation:
            person.held[made.record.item_id] = (generation, getattr(made.record, "response", None))
        return Outcome.ACCEPTED

    @rule(n=CANDIDATES)
    def another_record_under_the_same_number(self, n: int) -> None:
        person = self.people[n]
        if not person.delivered.get(1):
            return
        forged = self.sample.flag(n, "i03", True, at=self.server.now)
        assert self.server.send(self.server.delivery(n, 3, forged))[0].verdict is Outcome.CONFLICT

    @rule(n=CANDIDATES, generation=st.integers(1, LAST_GENERATION))
    def a_record_too_early(self, n: int, generation: int) -> None:
        person = self.people[n]
        if generation in person.outboxes:
            seq = 3 + person.delivered[generation] + 1
            record = self.sample.flag(n, "i03", True, at=self.server.now, generation=generation)
            assert self.server.send(self.server.delivery(n, seq, record, generation))[0].verdict is Outcome.GAP

    @rule(n=CANDIDATES)
    def pause_one(self, n: int) -> None:
        self.pause(n)

    def pause(self, n: int) -> None:
        self.pass_time(1)
        person = self.people[n]
        can = person.runs and person.paused_for_ms is None and person.used_ms < (person.allowed_ms or 0)
        assert (self.server.order(self.sample.pause(f"a{n}")).verdict is Outcome.ACCEPTED) == can
        if can:
            person.paused_for_ms = 0

    @rule(n=CANDIDATES)
    def resume_one(self, n: int) -> None:
        self.resume(n)

    def resume(self, n: int) -> None:
        self.pass_time(1)
        person = self.people[n]
        can = person.runs and person.paused_for_ms is not None
        assert (self.server.order(self.sample.resume(f"a{n}")).verdict is Outcome.ACCEPTED) == can
        if can:
            person.paused_for_ms = None

    @rule(n=CANDIDATES, ms=st.sampled_from((1, 5_000, 40_000)))
    def extend(self, n: int, ms: int) -> None:
        self.pass_time(1)
        person = self.people[n]
        assert (self.server.order(self.sample.extend(ms, f"a{n}")).verdict is Outcome.ACCEPTED) == person.runs
        if person.runs:
            person.allowed_ms = (person.allowed_ms or 0) + ms

    @rule(n=CANDIDATES)
    def end(self, n: int) -> None:
        self.pass_time(1)
        person = self.people[n]
        verdict = self.server.order(commands.CloseSeat(f"a{n}", "ill", self.sample.OFFICER))
        assert (verdict.verdict is Outcome.ACCEPTED) == person.runs
        if person.runs:
            person.ended, person.paused_for_ms = ("officer", person.generation), None

    @precondition(lambda self: any(person.generation for person in self.people.values()))
    @rule()
    def restart(self) -> None:
        self.server.reopen()
        for person in self.people.values():
            person.began_ms = person.used_ms

    @invariant()
    def the_server_agrees_with_the_model(self) -> None:
        for n, person in self.people.items():
            attempt = self.server.state.attempts.get(f"a{n}")
            assert (attempt.generation if attempt else 0) == person.generation
            for generation, count in person.delivered.items():
                source = bytes.fromhex(self.sample.source((n, generation)))
                assert self.server.committer.stream(source).contiguous == 2 + count
            if person.allowed_ms is None:
                continue
            part = attempt.parts[0]
            assert part.responses == person.responses
            assert (part.finish is not None) == (person.ended is not None)
            if person.runs:
                left = max(0, person.allowed_ms - person.used_ms)
                assert remaining_ms(part.ledger, self.server.now) == left
            else:
                assert part.finish.time_taken_ms <= person.used_ms


def test_any_course_of_a_sitting_agrees_with_the_model(server_class: Any) -> None:
    machine = type("Played", (Sitting,), {"server_class": server_class})
    run_state_machine_as_test(machine, settings=settings(stateful_step_count=40))
