"""What one answer costs inside the room server: parse, decide, evolve, hash, insert; and what a replay costs.

No network and no TLS: the rest of a server's time per answer belongs to those. Prints a table, or JSON with --json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from server.domain import commands, sitting
from server.domain.events import GroupPlan, ItemPlan, PackagePair, PackageRef, PartPlan, SectionPlan, SittingRules
from server.domain.state import SittingState
from server.domain.values import HowChosen, MarkingOpens, Opening, SetName, ShowResult
from server.protocol.records import ConfirmIdentity, SaveResponse, read_record
from server.store.async_port import THREADS
from server.store.batch import Committed, Delivery, Draft, Rules
from server.store.committer import Committer
from server.store.journal import Journal
from server.store.replay import replay

ITEMS = 60
OPTIONS = 4
START_MS = 1_700_000_000_000
RULES: Rules[SittingState] = Rules(sitting.decide, sitting.evolve, sitting.EMPTY, sitting.KINDS, sitting.ended)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line."""

    what: str
    value: float
    unit: str


class Room:
    """A committer on a real file, with every candidate seated, confirmed and started."""

    def __init__(self, folder: Path, candidates: int) -> None:
        self.now_ms = START_MS
        self.journal = Journal.open(folder / "bench.journal.sqlite")
        self.committer = Committer(self.journal, RULES, lambda: self.now_ms, THREADS, lambda batch: None)
        self.committer.start()
        self.sources = [hashlib.sha256(b"%d" % n).digest()[:16] for n in range(candidates)]
        self._officer = bytes(16)
        self._orders = 0
        self._open()

    def order(self, command: object) -> None:
        """One officer's command, which must be accepted."""
        self._orders += 1
        (verdict,) = self.committer.submit([Delivery(self._officer, self._orders, b"%d" % self._orders, command)])
        if verdict.verdict.value != "accepted":
            raise SystemExit(f"{command}: {verdict}")

    def _open(self) -> None:
        package = PackageRef("p1", "0" * 64)
        items = tuple(ItemPlan(f"i{n:07d}", "single_choice", (GroupPlan(option_ids(n), ()),), {}) for n in range(ITEMS))
        rules = SittingRules(ShowResult.AT_ONCE, 30, 1000, Opening.PRIMARY, MarkingOpens.AT_START)
        parts = (PartPlan(0, "ly-thuyet", 2700),)
        self.order(commands.PrepareSitting("s", "c", "r", parts, rules, PackagePair(package, None), "o"))
        self.order(commands.ChooseSet(SetName.PRIMARY, HowChosen.RULE, None, "", "o"))
        section = (SectionPlan("s00000", "f0000000", 2700, items, (), False),)
        self.order(commands.RecordUnsealing("p1", "0" * 64, SetName.PRIMARY, section, ("A", "B"), ("o",), None))
        for n, source in enumerate(self.sources):
            seat = commands.SeatCandidate(f"c{n}", f"a{n}", f"k{n}", f"{n}", source.hex())
            confirm = ConfirmIdentity(f"a{n}", 1, START_MS, 1)
            known = commands.KioskRecord(confirm, source.hex(), 2)
            self.committer.submit([Delivery(source, 1, b"in", seat), Delivery(source, 2, confirm.text(), known)])
        began = time.perf_counter()
        self.order(commands.StartPart(0, None, bytes(32), "o"))
        self.start_s = time.perf_counter() - began

    def text(self, candidate: int, turn: int) -> bytes:
        """A record's bytes: candidate's answer number `turn`."""
        item = turn % ITEMS
        response = {"options": [option_ids(item)[turn % OPTIONS]]}
        return SaveResponse(f"a{candidate}", 1, 0, f"i{item:07d}", response, START_MS + 5, 3).text()

    def delivery(self, candidate: int, turn: int, text: bytes) -> Delivery:
        """What the channel makes of the bytes."""
        record = read_record(text)
        source = self.sources[candidate]
        return Delivery(source, turn + 3, text, commands.KioskRecord(record, source.hex(), turn + 3))  # type: ignore[arg-type]


def option_ids(item: int) -> tuple[str, ...]:
    """Four options' ids."""
    return tuple(f"o{item:03d}{option:02d}" for option in range(OPTIONS))


def steps(room: Room, answers: int) -> list[Figure]:
    """Microseconds an answer in each step, one batch of 512 after the other."""
    spent = {"parse": 0.0, "judge (decide, evolve, encode, hash)": 0.0, "append (insert, COMMIT)": 0.0}
    candidates = len(room.sources)
    committed = replay(room.journal, RULES)
    for start in range(0, answers, 512):
        turns = [divmod(n, candidates) for n in range(start, min(start + 512, answers))]
        texts = [room.text(candidate, turn) for turn, candidate in turns]
        t0 = time.perf_counter()
        deliveries = [room.delivery(c, t, text) for (t, c), text in zip(turns, texts, strict=True)]
        t1 = time.perf_counter()
        draft = Draft(RULES, committed, bytes(16), START_MS + 10, {})
        for delivery in deliveries:
            draft.judge(delivery)
        t2 = time.perf_counter()
        room.journal.append(committed.head, [entry.record for entry in draft.entries])
        t3 = time.perf_counter()
        committed = draft.after()
        for name, took in zip(spent, (t1 - t0, t2 - t1, t3 - t2), strict=True):
            spent[name] += took
    figures = [Figure(name, took / answers * 1e6, "µs") for name, took in spent.items()]
    return [*figures, Figure("all three", sum(figure.value for figure in figures), "µs")]


def closed_loop(room: Room, workers: int, seconds: float) -> list[Figure]:
    """Acknowledged answers a second with `workers` threads that each wait for every ack."""
    taken: list[float] = []
    stop = time.perf_counter() + seconds

    def work(candidate: int) -> None:
        turn = 0
        while (began := time.perf_counter()) < stop:
            room.committer.submit([room.delivery(candidate, turn, room.text(candidate, turn))])
            taken.append(time.perf_counter() - began)
            turn += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(workers)]
    began = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cpu = time.process_time() - began
    taken.sort()
    return [
        Figure(f"acknowledged answers, {workers} in a closed loop", len(taken) / seconds, "/s"),
        Figure("… p50", taken[len(taken) // 2] * 1e3, "ms"),
        Figure("… p99", taken[len(taken) * 99 // 100] * 1e3, "ms"),
        Figure("… CPU for 1,000 answers", cpu / len(taken) * 1e3, "s"),
    ]


def replayed(room: Room) -> list[Figure]:
    """Seconds to come back from the whole journal, every link checked."""
    began = time.perf_counter()
    found: Committed[SittingState] = replay(room.journal, RULES)
    return [Figure(f"replay of {found.head.seq:,} records", time.perf_counter() - began, "s")]


def measured(folder: Path, arguments: argparse.Namespace) -> list[Figure]:
    """All figures."""
    figures: list[Figure] = []
    runs: list[tuple[str, Callable[[Room], list[Figure]]]] = [
        ("steps", lambda room: steps(room, arguments.answers) + replayed(room)),
        ("loop", lambda room: closed_loop(room, min(50, arguments.candidates), arguments.seconds)),
    ]
    for name, run in runs:
        (folder / name).mkdir()
        room = Room(folder / name, arguments.candidates)
        if name == "steps":
            figures.append(Figure(f"start of {arguments.candidates} candidates", room.start_s * 1e3, "ms"))
        figures += run(room)
        room.committer.stop()
        room.journal.close()
    return figures


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=300)
    parser.add_argument("--answers", type=int, default=90_000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder), arguments)
    if arguments.json:
        print(json.dumps({figure.what: round(figure.value, 3) for figure in figures}, ensure_ascii=False))
    else:
        for figure in figures:
            print(f"{figure.what:<45}{figure.value:>12,.1f} {figure.unit}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
