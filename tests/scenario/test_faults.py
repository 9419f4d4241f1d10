"""Rooms broken on purpose: they break what they say, nothing else, and never a room with an opened package."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from question_bank import canonical
from scripts import check_demo
from scripts.scene import Scene
from server import faults
from server.domain.chain import NO_RECORDS, Head
from server.domain.events import ItemFlagged, ResponseSaved
from server.drill.prepared_room import SealedContest, hold_ceremony, open_room
from server.drill.virtual_parts import Sheet
from server.errors import ConfigError
from server.faults import DroppingJournal, Fault, HoldingJournal, SwappingMarkDesk
from server.live.marks import MarkDesk, ResultRow
from server.store.journal import Appended, Journal, Moved
from server.store.record import Record, Request, record

Stage = Callable[..., AbstractContextManager[Scene]]
SOURCE = bytes(range(16))


def answers(head: Head, first: int, count: int) -> list[Record]:
    """So many answers of one stream, as a committer would link them."""
    made: list[Record] = []
    for seq in range(first, first + count):
        event = ResponseSaved("a1", 1, 0, "i2222222", {"options": ["o22222"]}, seq, seq, 0)
        request = Request(1, SOURCE, seq, seq, canonical.digest(seq))
        made.append(record(made[-1].head if made else head, request, 0, event))
    return made


def on_disk(path: Path) -> list[int]:
    """The numbers of the stream's records that another program finds."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found = [seq for (seq,) in connection.execute("SELECT source_seq FROM journal ORDER BY seq")]
    connection.close()
    return found


def append(journal: Journal, head: Head, first: int, count: int) -> Head:
    records = answers(head, first, count)
    assert journal.append(head, records) == Appended(records[-1].head)
    return records[-1].head


# --- what each one breaks ---------------------------------------------------------------------------------------------


@pytest.fixture
def holding(tmp_path: Path) -> Iterator[HoldingJournal]:
    with HoldingJournal.open(tmp_path / "journal.sqlite") as journal:
        yield journal


def test_the_newest_records_are_acknowledged_and_on_no_disk(holding: HoldingJournal) -> None:
    head = append(holding, NO_RECORDS, 1, 10)
    assert on_disk(holding.path) == []
    for batch in range(1, 10):
        head = append(holding, head, 1 + 10 * batch, 10)
    assert on_disk(holding.path) == list(range(1, 101 - faults.HELD_BACK))
    assert isinstance(holding.append(NO_RECORDS, answers(NO_RECORDS, 101, 1)), Moved)


def test_what_is_held_back_can_be_asked_for_and_is_written_at_an_orderly_end(holding: HoldingJournal) -> None:
    append(holding, NO_RECORDS, 1, 5)
    verdict = holding.verdict_of(SOURCE, 5)
    assert verdict is not None
    assert on_disk(holding.path) == [1, 2, 3, 4, 5]
    append(holding, verdict.head, 6, 5)
    holding.close()
    assert on_disk(holding.path) == list(range(1, 11))
    with Journal.open(holding.path) as journal:
        assert all(one.linked() for one in journal.read())


def test_an_answer_now_and_then_is_left_out_and_the_chain_closes_over_it(tmp_path: Path) -> None:
    with DroppingJournal.open(tmp_path / "journal.sqlite") as journal:
        head = NO_RECORDS
        for batch in range(60):
            head = append(journal, head, 1 + 10 * batch, 10)
        assert isinstance(journal.append(NO_RECORDS, answers(NO_RECORDS, 601, 1)), Moved)
        missing = set(range(1, 601)) - set(on_disk(journal.path))
        assert missing == {faults.FIRST_DROPPED, faults.FIRST_DROPPED + faults.DROPPED_EVERY}
        records = journal.read()
        assert [one.seq for one in records] == list(range(1, 599))
        assert all(one.linked() for one in records)
        assert all(one.prev_hash == before.hash for before, one in itertools.pairwise(records))


def test_only_answers_are_left_out(tmp_path: Path) -> None:
    with DroppingJournal.open(tmp_path / "journal.sqlite") as journal:
        head = NO_RECORDS
        for seq in range(1, 101):
            event = ItemFlagged("a1", 1, 0, "i2222222", True, seq, seq)
            made = record(head, Request(1, SOURCE, seq, seq, canonical.digest(seq)), 0, event)
            assert journal.append(head, [made]) == Appended(made.head)
            head = made.head
        assert on_disk(journal.path) == list(range(1, 101))


def test_two_results_are_exchanged_when_they_differ(
    new_room: Callable[..., tuple[Path, list[Sheet]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ResultRow("c1", "0001", "", "", "", 0, 10, 10, 4, 400, 1000, 5000, 6000, "K7QF-3M2P", False, False)
    true = [
        row,
        replace(row, sbd="0002"),
        replace(row, sbd="0003", right=9, marks=900),
        replace(row, sbd="0004", right=1),
    ]
    monkeypatch.setattr(MarkDesk, "results", lambda self: list(true))
    folder, _ = new_room()
    with open_room(folder) as room:
        desk = SwappingMarkDesk(room)
        told = [(one.sbd, one.right, one.marks, one.time_taken_ms) for one in desk.results()]
        assert told == [("0001", 9, 900, 5000), ("0002", 4, 400, 5000), ("0003", 4, 400, 5000), ("0004", 1, 400, 5000)]
        monkeypatch.setattr(MarkDesk, "results", lambda self: true[:2])
        assert desk.results() == true[:2]


# --- where they may be ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", list(Fault))
def test_a_folder_with_an_opened_package_is_never_broken(
    new_room: Callable[..., tuple[Path, list[Sheet]]], contest: SealedContest, fault: Fault
) -> None:
    folder, _ = new_room()
    with open_room(folder) as room:
        hold_ceremony(room, contest, marking=False)
        with pytest.raises(ConfigError, match="opened package"):
            faults.install(room, fault.value)


def test_a_broken_server_does_not_start_where_a_package_was_opened_and_a_whole_one_does(stage: Stage) -> None:
    with stage(1) as scene:
        before = scene.journal.read_bytes()
        refused = serve(scene.room_folder, "drop_one_in_500")
        assert refused.returncode == 3
        assert "EXAMROOM_FAULT" in refused.stderr
        assert scene.journal.read_bytes() == before
        scene.server.start()


def test_a_fault_nobody_knows_is_refused(stage: Stage) -> None:
    with stage(1, opened=False) as scene:
        refused = serve(scene.room_folder, "something_else")
        assert refused.returncode == 3
        assert "ack_before_commit, drop_one_in_500, swap_results" in refused.stderr


def serve(folder: Path, fault: str) -> subprocess.CompletedProcess[str]:
    """Try to start a broken server: how it ended."""
    return subprocess.run(
        [sys.executable, "-m", "server.cli", "serve", folder, "--host", "127.0.0.1", "--port", "0", "--local-port", "0",
         "--no-discovery"],
        env={"PATH": "/usr/bin:/bin", faults.VARIABLE: fault, "LANG": "C.UTF-8"}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


# --- and that they are noticed ----------------------------------------------------------------------------------------


async def broken_rehearsal(scene: Scene, fault: Fault, *, killed: bool) -> None:
    """One candidate sits a whole paper in a broken room, opened through its own pages."""
    scene.server.environment[faults.VARIABLE] = fault.value
    await asyncio.to_thread(scene.server.start)
    await asyncio.to_thread(scene.hold_ceremony)
    kiosk = scene.virtual(0)
    kiosk.start()
    await kiosk.ready.wait()
    await kiosk.stage()
    await kiosk.sign_in()
    assert (await scene.officer.ordered("start", part=0, who=None))["verdict"] == "accepted"
    await kiosk.opened.wait()
    for _ in range(2 * faults.HELD_BACK):
        await kiosk.answer()
    if killed:
        await asyncio.to_thread(scene.server.kill)
        kiosk.reconciled.clear()
        scene.server.environment.clear()
        await asyncio.to_thread(scene.server.start)
        await kiosk.reconciled.wait()
    await kiosk.submit()
    assert (await scene.officer.command("close_part", part=0, reason="Hết giờ"))["verdict"] == "accepted"
    assert (await scene.officer.command("close_sitting", reason="Hết giờ"))["verdict"] == "accepted"
    await kiosk.stop()
    await scene.officer.close()


def lost(scene: Scene) -> list[str]:
    connection = sqlite3.connect(f"file:{scene.journal}?mode=ro", uri=True)
    found = check_demo.lost_answers(check_demo.read_acks(scene.ack_logs), check_demo.read_rows(connection))
    connection.close()
    return found


def test_an_ack_before_the_commit_is_noticed_although_the_kiosk_sent_everything_again(stage: Stage) -> None:
    with stage(1, opened=False) as scene:
        asyncio.run(broken_rehearsal(scene, Fault.ACK_BEFORE_COMMIT, killed=True))
        assert scene.server.stop() == 0
        assert scene.verified().problems == (), "the kiosk has mended the loss; the promise was broken all the same"
        assert lost(scene)
        assert all(problem.endswith("was acknowledged before it was stored") for problem in lost(scene))


def test_a_dropped_record_is_noticed(stage: Stage) -> None:
    with stage(1, opened=False) as scene:
        asyncio.run(broken_rehearsal(scene, Fault.DROP_ONE_IN_500, killed=False))
        assert scene.server.stop() == 0
        (problem,) = lost(scene)
        assert problem.endswith("was acknowledged and is not there")
        assert "stream_gap" in {problem.code for problem in scene.verified().problems}


def test_the_same_rehearsal_in_a_whole_room_loses_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with stage(1, opened=False) as scene:
        monkeypatch.setattr(faults, "VARIABLE", "NOT_LOOKED_AT")
        asyncio.run(broken_rehearsal(scene, Fault.ACK_BEFORE_COMMIT, killed=True))
        assert scene.server.stop() == 0
        assert scene.verified().problems == ()
        assert lost(scene) == []
