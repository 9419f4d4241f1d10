"""A primary that had lost its standby dies for good: what the machines hold brings everything back to the standby."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from scripts import check_demo, check_times
from scripts.kiosk_process import Player
from scripts.scene import PASSWORD, Scene
from server.drill.officers import PROCTOR
from server.drill.prepared_room import open_room
from server.drill.room_process import OfficerAtServer
from server.drill.standby_process import StandbyProcess
from server.store.verify import verify_file

SEATS = 3  # the first is there from the start; the others come when the primary is alone
PATIENCE_S = 30.0
GIVEN_MS = 300_000
UNIT_MS = 1_000  # of the time taken, in the sitting file


@pytest.fixture
def hall(stage: Callable[..., AbstractContextManager[Scene]]) -> Iterator[Scene]:
    with stage(count=SEATS) as scene:
        yield scene


@pytest.fixture
def standby(hall: Scene, tmp_path: Path) -> Iterator[StandbyProcess]:
    """The second server, in step with the first."""
    hall.server.start()
    second = StandbyProcess(
        tmp_path / "second", hall.room_folder, f"127.0.0.1:{hall.port}", "--host", "127.0.0.1", "--no-discovery"
    )
    with ExitStack() as stack:
        stack.callback(second.stop)
        second.start()
        soon(lambda: "standby_rejoined/1" in kinds(hall.room_folder))
        yield second


def soon(predicate: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not predicate():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def journal_of(folder: Path) -> Path:
    (path,) = (folder / "sittings").glob("*.journal.sqlite")
    return path


def rows(folder: Path, columns: str) -> list[tuple[Any, ...]]:
    """The sitting's records in a server's folder, oldest first."""
    with closing(sqlite3.connect(f"{journal_of(folder).as_uri()}?mode=ro", uri=True)) as journal:
        return journal.execute(f"SELECT {columns} FROM journal ORDER BY seq").fetchall()


def kinds(folder: Path) -> list[str]:
    return [row[0] for row in rows(folder, "kind")]


def attempts(folder: Path) -> dict[str, str]:
    """By seat, the attempt of who signed in there."""
    found = ((json.loads(body), kind) for kind, body in rows(folder, "kind, body") if kind == "candidate_seated/1")
    return {body["seat_label"]: body["attempt_id"] for body, _ in found}


def stored(player: Player) -> bool:
    view = player.kiosk.view()
    return view["connected"] and not view["saved"]["pending"]


def clock(player: Player) -> tuple[float, dict[str, Any]]:
    """When it was looked at (monotonic ms), and what the screen shows."""
    return time.monotonic() * 1000, player.kiosk.view()["clock"]


def wrong(hall: Scene, folder: Path) -> list[str]:
    """What the demo's checker finds of the journal in this folder: lost answers and wrong results.

    What the dead server alone acknowledged stands nowhere under its hash: each of these records must have been
    acknowledged by this one too, and stand here as it says.
    """
    acks = list({ack.ref: ack for ack in check_demo.read_acks(hall.ack_logs)}.values())  # of each the newest
    with closing(sqlite3.connect(f"{journal_of(folder).as_uri()}?mode=ro", uri=True)) as journal:
        held = check_demo.read_rows(journal)
        lost = check_demo.lost_answers(acks, held) + check_demo.superseded_by_nothing(acks, journal)
        lost += check_demo.other_records(acks, held)
        courses = check_times.courses(journal).items()
        lost += [f"{key}: {one.told_ms} ms" for key, one in courses if one.told_ms != one.taken_ms(UNIT_MS)]
    expected = check_demo.expected_right(check_demo.lines(hall.clicks), hall.right_texts())
    with open_room(folder) as room:
        results = [asdict(row) for row in room.marks.results()]
    return lost + check_demo.wrong_results(expected, results, 10**9)


def test_two_who_came_while_the_primary_was_alone_are_back_with_time_and_answers(
    hall: Scene, standby: StandbyProcess, free_port: Callable[[], int]
) -> None:
    players = [hall.player(n, hall.kiosk(n, free_port())) for n in range(SEATS)]
    first, given, paused = players
    for player in players:
        player.kiosk.start()
    hall.sit(0, first.kiosk)
    first.read_paper()
    assert first.choose(1, [1])
    soon(lambda: stored(first))

    standby.kill()
    soon(lambda: "standby_lost/1" in kinds(hall.room_folder))
    for player in (given, paused):
        player.arrive()
    seats = [hall.sheets[n].seat_label for n in range(SEATS)]
    ids = attempts(hall.room_folder)
    hall.officer.order("start", part=0, who=[ids[seats[1]], ids[seats[2]]])
    hall.officer.order("extend", who=[ids[seats[1]]], ms=GIVEN_MS, reason="Máy hỏng", cause="equipment")
    hall.officer.order("pause", who=[ids[seats[2]]], reason="Ốm", cause="hall")
    given.read_paper()
    assert given.choose(1, [1])
    paused.kiosk.wait_for("paused")
    hall.officer.order("resume", who=[ids[seats[2]]], reason="Đã khoẻ")
    paused.read_paper()
    for player in players:
        assert player.choose(2, [1])
    soon(lambda: all(stored(player) for player in players))
    told = attempts(standby.folder)
    assert set(told) == {seats[0]}, "the standby knows of none of this"

    hall.server.kill()  # for good: its disk is gone
    for player in players:
        assert player.choose(3, [1]), "the exam goes on without a server"
    before = {player.sbd: clock(player) for player in players}
    given.kiosk.kill()  # what it holds now is what its disk holds
    given.kiosk.start()
    standby.start()
    standby.wait_for(lambda news: news["promised"] >= 1)
    assert standby.promote(PROCTOR, PASSWORD, "The primary's disk has died") == ""
    soon(lambda: all(stored(player) for player in players))

    for player in players:
        player.kiosk.wait_for("exam")
        then_ms, was = before[player.sbd]
        now_ms, shown = clock(player)
        assert player.kiosk.view()["screen"] == "exam"
        assert abs(was["remaining_ms"] - (now_ms - then_ms) - shown["remaining_ms"]) < 1000
        assert player.choose(4, [1])
    soon(lambda: all(stored(player) for player in players))
    restored = {
        json.loads(body)["attempt_id"] for kind, body in rows(standby.folder, "kind, body") if kind == "seat_restored/1"
    }
    assert restored == {ids[seats[1]], ids[seats[2]]}
    officer = OfficerAtServer(standby.local_port, PROCTOR, PASSWORD)
    officer.sign_in()
    page = officer.request("GET", "/servers").body
    assert all(seat in page for seat in seats[1:])

    for player in players:
        player.submit()
    officer.order("close_part", part=0, reason="Hết giờ")
    officer.order("close_sitting", reason="Hết giờ")
    assert standby.stop() == 0
    assert verify_file(journal_of(standby.folder)).problems == ()
    assert wrong(hall, standby.folder) == []
