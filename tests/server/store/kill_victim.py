"""A server that commits for its life: forks a child for every line on stdin, which prints an ack for each record.

The child sits a room on the journal named on the command line: eight outboxes that send records in order, with
duplicates, refused, unreadable and conflicting ones among them. The parent kills it whenever it likes. What is
printed is exactly what a kiosk would have been told.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import threading
from pathlib import Path

from server.domain import commands, sitting
from server.domain.events import GroupPlan, ItemPlan, PackagePair, PackageRef, PartPlan, SectionPlan, SittingRules
from server.domain.values import HowChosen, MarkingOpens, Opening, SetName, ShowResult
from server.protocol.messages import Outcome
from server.protocol.records import ConfirmIdentity, SaveResponse
from server.store.async_port import THREADS
from server.store.batch import Delivery, Rules, Unreadable
from server.store.committer import Committer
from server.store.journal import Journal

RULES = Rules(sitting.decide, sitting.evolve, sitting.EMPTY, sitting.KINDS, sitting.ended)
OUTBOXES = 8
NOW_MS = 1_700_000_000_000
LOCK = threading.Lock()


def source_of(n: int) -> bytes:
    return hashlib.sha256(b"outbox %d" % n).digest()[:16]


def prepare(committer: Committer) -> None:  # type: ignore[type-arg]
    """Everything up to the start, once."""
    package = PackageRef("p1", "0" * 64)
    items = tuple(ItemPlan(f"i{n}", "single_choice", (GroupPlan((f"i{n}a", f"i{n}b"), ()),), {}) for n in range(60))
    rules = SittingRules(ShowResult.AT_ONCE, 30, 1000, Opening.PRIMARY, MarkingOpens.AT_START)
    todo: list[object] = [
        commands.PrepareSitting("s", "c", "r", (PartPlan(0, "p", 3600),), rules, PackagePair(package, None), "o"),
        commands.ChooseSet(SetName.PRIMARY, HowChosen.RULE, None, "", "o"),
        commands.RecordUnsealing(
            "p1",
            "0" * 64,
            SetName.PRIMARY,
            (SectionPlan("s0", "f0", 3600, items, (), False),),
            ("A", "B"),
            ("o",),
            None,
        ),
        *(commands.SeatCandidate(f"c{n}", f"a{n}", f"k{n}", f"{n}", source_of(n).hex()) for n in range(OUTBOXES)),
    ]
    for number, command in enumerate(todo, start=1):
        seat = isinstance(command, commands.SeatCandidate)
        source, seq = (bytes.fromhex(command.source), 1) if seat else (b"officer's page 1", number)  # type: ignore[attr-defined]
        committer.submit([Delivery(source, seq, b"%d" % number, command)])
    for n in range(OUTBOXES):
        committer.submit([delivery(n, 2)])
    committer.submit([Delivery(b"officer's page 2", 1, b"start", commands.StartPart(0, None, bytes(32), "o"))])


def delivery(n: int, seq: int, other: bool = False) -> Delivery:
    """Record `seq` of an outbox: always the same bytes, for ever."""
    source = source_of(n)
    if seq % 11 == 0 and not other:
        return Delivery(source, seq, b"\xff broken %d" % seq, Unreadable("not JSON"))
    if seq == 2:
        confirm = ConfirmIdentity(f"a{n}", 1, NOW_MS, 1)
        return Delivery(source, seq, confirm.text(), commands.KioskRecord(confirm, source.hex(), seq))
    item = "nowhere" if seq % 7 == 0 else f"i{seq % 60}"
    response = {"options": [f"{item}{'b' if other else 'a'}"]}
    save = SaveResponse(f"a{n}", 1, 0, item, response, NOW_MS + seq, 1)
    return Delivery(source, seq, save.text(), commands.KioskRecord(save, source.hex(), seq))


def send(committer: Committer, n: int, seed: int) -> None:  # type: ignore[type-arg]
    """One outbox: goes on where the server says it holds it, sends in messages of one to eight, some of it twice."""
    chance = random.Random(seed * 100 + n)
    while True:
        held = committer.stream(source_of(n)).contiguous
        first = max(3, held + 1 - chance.choice((0, 0, 0, 1, 5)))
        wanted = [delivery(n, seq) for seq in range(first, held + 1 + chance.randint(1, 8))]
        if chance.random() < 0.05 and held > 3:
            wanted.append(delivery(n, held, other=True))
        for sent, verdict in zip(wanted, committer.submit(wanted), strict=True):
            if verdict.verdict is not Outcome.GAP:
                print_ack(n, sent.source_seq, verdict.verdict, verdict.seq, verdict.hash)


def print_ack(n: int, seq: int, outcome: Outcome, at_seq: int, hashed: bytes) -> None:
    with LOCK:
        os.write(1, f"ack {n} {seq} {outcome} {at_seq} {hashed.hex()}\n".encode())


def live(path: Path, seed: int) -> None:
    """Serve until killed."""
    committer = Committer(Journal.open(path), RULES, lambda: NOW_MS + 10_000, THREADS, lambda batch: None)
    committer.start()
    if not committer.state.parts:
        prepare(committer)
    senders = [threading.Thread(target=send, args=(committer, n, seed), daemon=True) for n in range(OUTBOXES)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()


def main() -> None:
    path = Path(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(path, int(line))
            os._exit(1)
        os.write(1, f"born {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
