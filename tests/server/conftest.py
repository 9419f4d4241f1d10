"""A small sitting that tests can play through, in memory or on a real journal."""

from __future__ import annotations

import dataclasses
import hashlib
import types
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import strategies as st

from server.domain import commands, hall_commands, sitting
from server.domain.event import Event
from server.domain.events import GroupPlan, ItemPlan, PackagePair, PackageRef, PartPlan, SectionPlan, SittingRules
from server.domain.reasons import Refused
from server.domain.state import SittingState
from server.domain.values import Cause, HowChosen, MarkingOpens, Opening, SetName, ShowResult
from server.protocol.hall import ClockRule
from server.protocol.records import (
    CandidateRecord,
    ClearResponse,
    ConfirmIdentity,
    FlagItem,
    SaveResponse,
    SubmitPart,
)
from server.protocol.shape import Hex, Items, Members, Raw, Shaped, Text, Whole
from server.store.async_port import THREADS
from server.store.batch import Delivery, Rules, Unreadable, Verdict
from server.store.committer import Committer
from server.store.journal import Journal

START_MS = 1_700_000_000_000
OFFICER = "officer-1"


class Sample:
    """Commands and records of a sitting of two parts with three items each, parts of 60 s with 10 s of grace."""

    START_MS = START_MS
    OFFICER = OFFICER
    DURATION_MS = 60_000
    GRACE_MS = 10_000
    PRIMARY = PackageRef("p-primary", "aa" * 32)
    RESERVE = PackageRef("p-reserve", "bb" * 32)

    def prepare(self, **changes: Any) -> commands.PrepareSitting:
        rules = SittingRules(ShowResult.AT_ONCE, 10, 1000, Opening.PRIMARY, MarkingOpens.AT_START)
        parts = (PartPlan(0, "ly-thuyet", 60), PartPlan(1, "thuc-hanh", 60))
        packages = PackagePair(self.PRIMARY, self.RESERVE)
        prepared = commands.PrepareSitting("sitting-1", "contest-1", "round-1", parts, rules, packages, OFFICER)
        return dataclasses.replace(prepared, **changes)

    def choose(self, **changes: Any) -> commands.ChooseSet:
        chosen = commands.ChooseSet(SetName.PRIMARY, HowChosen.RULE, None, "", OFFICER)
        return dataclasses.replace(chosen, **changes)

    def unseal(self, **changes: Any) -> commands.RecordUnsealing:
        sections = tuple(
            SectionPlan(
                f"s{part}", f"f{part}", 60,
                tuple(
                    ItemPlan(item, kind, (GroupPlan(self.options(item), ()),), {"most": 9} if kind == "multiple_choice" else {})
                    for item, kind in self.items(part).items()
                ),
                (), False,
            )
            for part in range(2)
        )  # fmt: skip
        unsealed = commands.RecordUnsealing(
            self.PRIMARY.package_id, self.PRIMARY.manifest_sha256, SetName.PRIMARY, sections, ("A", "B"),
            ("o1", "o2"), None,
        )  # fmt: skip
        return dataclasses.replace(unsealed, **changes)

    @staticmethod
    def items(part: int) -> dict[str, str]:
        return {f"i{part}1": "single_choice", f"i{part}2": "single_choice", f"i{part}3": "multiple_choice"}

    @staticmethod
    def options(item: str) -> tuple[str, ...]:
        return tuple(f"{item}-o{n}" for n in range(1, 5))

    @staticmethod
    def source(name: object) -> str:
        return hashlib.sha256(str(name).encode()).hexdigest()[:32]

    def reserve(self) -> commands.RecordUnsealing:
        """The other set: the same shape, with ids of its own (`r01` for `i01`, `rf0` for `f0`, `rs0` for `s0`)."""
        sections = tuple(
            SectionPlan(
                f"rs{part}", f"rf{part}", 60,
                tuple(
                    ItemPlan(item, kind, (GroupPlan(self.options(item), ()),), {"most": 9} if kind == "multiple_choice" else {})
                    for item, kind in self.reserve_items(part).items()
                ),
                (), False,
            )
            for part in range(2)
        )  # fmt: skip
        return self.unseal(
            package_id=self.RESERVE.package_id, manifest_sha256=self.RESERVE.manifest_sha256, set=SetName.RESERVE,
            sections=sections,
        )  # fmt: skip

    def reserve_items(self, part: int) -> dict[str, str]:
        return {f"r{item[1:]}": kind for item, kind in self.items(part).items()}

    @staticmethod
    def switch(clock: str = "full", least_ms: int = 0, **changes: Any) -> hall_commands.SwitchToReserve:
        asked = hall_commands.SwitchToReserve("the paper was seen outside", ClockRule(clock), least_ms, ("o1", "o2"))
        return dataclasses.replace(asked, **changes)

    @staticmethod
    def give(*who: str) -> hall_commands.GiveReserve:
        return hall_commands.GiveReserve(who or None, b"\x11" * 32, OFFICER)

    def seat(self, n: int, generation: int = 1, kiosk: str | None = None) -> commands.SeatCandidate:
        kiosk = kiosk or f"k{n}-{generation}"
        return commands.SeatCandidate(f"c{n}", f"a{n}", kiosk, f"M{n:02d}", self.source((n, generation)))

    def save(self, n: int, item: str, *options: int, at: int, generation: int = 1) -> SaveResponse:
        response = {"options": [f"{item}-o{option}" for option in options]}
        return SaveResponse(f"a{n}", generation, int(item[1]), item, response, at, 5)

    def clear(self, n: int, item: str, *, at: int, generation: int = 1) -> ClearResponse:
        return ClearResponse(f"a{n}", generation, int(item[1]), item, at, 5)

    def flag(self, n: int, item: str, flagged: bool, *, at: int, generation: int = 1) -> FlagItem:
        return FlagItem(f"a{n}", generation, int(item[1]), item, flagged, at, 5)

    def confirm(self, n: int, *, at: int = START_MS, generation: int = 1) -> ConfirmIdentity:
        return ConfirmIdentity(f"a{n}", generation, at, 5)

    def submit(
        self,
        n: int,
        last_seq: int,
        digest: bytes,
        *,
        at: int,
        part: int = 0,
        generation: int = 1,
        form: str | None = None,
    ) -> SubmitPart:
        return SubmitPart(f"a{n}", generation, part, last_seq, digest.hex(), at, 5, form)

    @staticmethod
    def start(part: int = 0, who: commands.Who = None) -> commands.StartPart:
        return commands.StartPart(part, who, b"\7" * 32, OFFICER)

    @staticmethod
    def pause(*who: str) -> commands.Pause:
        return commands.Pause(who or None, "power cut", Cause.EQUIPMENT, OFFICER)

    @staticmethod
    def resume(*who: str) -> commands.Resume:
        return commands.Resume(who or None, "power is back", OFFICER)

    @staticmethod
    def extend(ms: int, *who: str, cause: Cause = Cause.EQUIPMENT) -> commands.Extend:
        return commands.Extend(who or None, ms, "lost time", cause, OFFICER)


class Play:
    """A sitting in memory: each command is decided and evolved at once; `now` is room time."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.state: SittingState = sitting.EMPTY
        self.now = START_MS
        self.log: list[tuple[Event, int, int]] = []
        self.sent: dict[str, int] = {}

    def do(self, command: commands.Command, *, after: int = 0) -> tuple[Event, ...] | Refused:
        """Decide at `after` ms from now."""
        self.now += after
        decided = sitting.decide(self.state, command, self.now)
        if not isinstance(decided, Refused):
            for event in decided:
                self.log.append((event, self.now, len(self.log) + 1))
                self.state = sitting.evolve(self.state, *self.log[-1])
        return decided

    def done(self, command: commands.Command, *, after: int = 0) -> tuple[Event, ...]:
        """Decide, and insist that it was not refused."""
        decided = self.do(command, after=after)
        assert not isinstance(decided, Refused), decided
        return decided

    def send(
        self, record: CandidateRecord, *, after: int = 0, source: str | None = None, not_before: int = 0
    ) -> tuple[Event, ...] | Refused:
        """A kiosk's next record, from the outbox of its generation."""
        found = source or self.sample.source((int(record.attempt_id[1:]), record.generation))
        self.sent[found] = self.sent.get(found, 1) + 1
        return self.do(commands.KioskRecord(record, found, self.sent[found], not_before), after=after)

    def next_seq(self, n: int, generation: int = 1) -> int:
        """The number that candidate's next record will have."""
        return self.sent.get(self.sample.source((n, generation)), 1) + 1

    def unsealed(self) -> Play:
        """Prepared, chosen and unsealed."""
        for command in (self.sample.prepare(), self.sample.choose(), self.sample.unseal()):
            self.done(command)
        return self

    def seated(self, *candidates: int) -> Play:
        """Unsealed, with these candidates seated and confirmed."""
        self.unsealed()
        for n in candidates:
            self.done(self.sample.seat(n))
            self.send(self.sample.confirm(n))
        return self

    def started(self, *candidates: int) -> Play:
        """Seated, and part 0 started for them."""
        self.seated(*candidates)
        self.done(self.sample.start())
        return self

    def part(self, n: int, part: int = 0) -> Any:
        """A candidate's part."""
        return self.state.attempts[f"a{n}"].parts[part]


class Server:
    """A committer on a real journal; `now` is room time."""

    RULES: Rules[SittingState] = Rules(sitting.decide, sitting.evolve, sitting.EMPTY, sitting.KINDS, sitting.ended)

    def __init__(self, path: Path, sample: Sample) -> None:
        self.path = path
        self.sample = sample
        self.now = START_MS
        self.batches: list[Any] = []
        self.listeners: list[Callable[[Any], None]] = []
        self.orders = 0
        self.page = hashlib.sha256(str(path).encode()).digest()[:16]
        self.open()

    def open(self, journal: Any = None) -> None:
        self.journal: Any = journal or Journal.open(self.path)
        self.committer: Committer[SittingState] = Committer(
            self.journal, self.RULES, lambda: self.now, THREADS, self.heard
        )
        self.committer.start()

    def heard(self, batch: Any) -> None:
        self.batches.append(batch)
        for listener in self.listeners:
            listener(batch)

    def close(self) -> None:
        self.committer.stop()
        self.journal.close()

    def reopen(self) -> None:
        self.close()
        self.open()

    @property
    def state(self) -> SittingState:
        return self.committer.state

    def order(self, command: object) -> Verdict:
        """An officer's command, from the page's own stream."""
        self.orders += 1
        message = f'{{"order":{self.orders}}}'.encode()
        return self.committer.submit([Delivery(self.page, self.orders, message, command)])[0]

    def delivery(self, n: int, seq: int, record: CandidateRecord, generation: int = 1) -> Delivery:
        source = self.sample.source((n, generation))
        return Delivery(bytes.fromhex(source), seq, record.text(), commands.KioskRecord(record, source, seq))

    def sign_in(self, n: int, generation: int = 1) -> Delivery:
        command = self.sample.seat(n, generation)
        return Delivery(bytes.fromhex(command.source), 1, f"sign in {n} {generation}".encode(), command)

    def broken(self, n: int, seq: int, message: bytes, generation: int = 1) -> Delivery:
        return Delivery(bytes.fromhex(self.sample.source((n, generation))), seq, message, Unreadable("not JSON"))

    def send(self, *deliveries: Delivery) -> list[Verdict]:
        return self.committer.submit(list(deliveries))

    def started(self, *candidates: int) -> Server:
        """Everybody seated, confirmed (their records 1 and 2) and started in part 0."""
        for command in (self.sample.prepare(), self.sample.choose(), self.sample.unseal()):
            self.order(command)
        for n in candidates:
            self.send(self.sign_in(n), self.delivery(n, 2, self.sample.confirm(n)))
        self.order(self.sample.start())
        return self


@pytest.fixture
def sample() -> Sample:
    """Commands and records of a small sitting."""
    return Sample()


@pytest.fixture
def play(sample: Sample) -> Play:
    """A sitting in memory."""
    return Play(sample)


@pytest.fixture(scope="session")
def new_play() -> Callable[[], Play]:
    """A function that makes sittings in memory."""
    return lambda: Play(Sample())


@pytest.fixture
def server(tmp_path: Path, sample: Sample) -> Iterator[Server]:
    """A committer on a real journal, stopped and closed at the end."""
    found = Server(tmp_path / "sitting-1.journal.sqlite", sample)
    yield found
    found.close()


@pytest.fixture
def new_server(tmp_path: Path, sample: Sample) -> Iterator[Callable[[], Server]]:
    """A function that makes servers, each on a journal of its own."""
    made: list[Server] = []

    def make() -> Server:
        made.append(Server(tmp_path / f"{len(made)}.journal.sqlite", sample))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def server_class() -> tuple[type[Server], type[Sample]]:
    """The classes themselves, for tests that make and close servers of their own."""
    return Server, Sample


# --- values of any shaped dataclass, drawn from its annotations ---

IDS = ("a1", "a2", "a3", "c1", "c2", "i01", "i02", "k1-1", "s0", "f0")
NUMBERS = (0, 1, 2, 1_700_000_000_000, 1_700_000_030_000)
PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"])
ENCODABLE = st.characters(exclude_categories=["Cs"])
OPTIONS = st.fixed_dictionaries({"options": st.lists(st.sampled_from(("i01-o1", "i01-o2")), max_size=2)})


def drawn(hint: Any) -> st.SearchStrategy[Any]:
    """Values of an annotation, mostly small and often the ids of a small sitting."""
    if get_origin(hint) is Annotated:
        base, mark = get_args(hint)[:2]
        return bounded(base, mark)
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of(*(st.none() if part is types.NoneType else drawn(part) for part in get_args(hint)))
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if hint is bool:
        return st.booleans()
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    assert issubclass(hint, Shaped)
    return instances(hint)


def bounded(base: Any, mark: Any) -> st.SearchStrategy[Any]:
    match mark:
        case Text(least, most):
            fitting = [one for one in IDS if least <= len(one) <= most]
            anything = st.text(PRINTABLE, min_size=least, max_size=min(most, least + 9))
            return st.one_of(st.sampled_from(fitting), anything) if fitting else anything
        case Raw(most):
            return st.text(ENCODABLE, max_size=min(most, 9))
        case Whole(least, most):
            return st.one_of(
                st.sampled_from([n for n in NUMBERS if least <= n <= most] or [least]), st.integers(least, most)
            )
        case Hex(octets):
            return st.binary(min_size=octets, max_size=octets).map(bytes.hex)
        case Members():
            return OPTIONS
        case Items(most) if get_origin(base) is tuple:
            return st.lists(drawn(get_args(base)[0]), max_size=min(3, most)).map(tuple)
        case Items(most):
            return st.dictionaries(drawn(get_args(base)[0]), drawn(get_args(base)[1]), max_size=min(3, most))
    raise AssertionError(mark)


def instances(shape: type[Shaped]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(shape, include_extras=True)
    return st.builds(shape, **{field.name: drawn(hints[field.name]) for field in dataclasses.fields(shape)})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def any_of() -> Callable[[type[Shaped]], st.SearchStrategy[Any]]:
    """`any_of(cls)`: a strategy for instances of a shaped dataclass."""
    return instances
