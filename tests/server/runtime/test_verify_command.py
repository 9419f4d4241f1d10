"""`verify journal` and `export` on what a room really recorded: answers, marks, and the damage done to either."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank.canonical import JSON
from server.domain.commands import ClosePart, CloseSitting, OfficerCommand, SeatCandidate, StartPart
from server.domain.rights import Role
from server.drill.prepared_room import (
    ORGANISING,
    PROCTOR,
    SITTING_ID,
    SealedContest,
    hold_ceremony,
    make_room,
    open_room,
)
from server.live.actors import OfficerActor
from server.store.batch import Delivery

SITTING_FILE, CONTEST_FILE = f"sittings/{SITTING_ID}.journal.sqlite", "contests/tien-giang-2020.journal.sqlite"


@pytest.fixture
def finished(tmp_path: Path, contest: SealedContest, eventually: Callable[..., None]) -> Path:
    """A room whose sitting is over, marked and published."""
    folder = tmp_path / "finished"
    folder.mkdir()
    make_room(folder, contest, 1)
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        assert room.sitting is not None
        (candidate,) = room.store.candidates.of_sitting(SITTING_ID)
        seat = SeatCandidate(candidate.candidate_id, "a0", "k0", "M0", "5a" * 16)
        room.sitting.submit([Delivery(b"Z" * 16, 1, b"1", seat)])
        orders: tuple[OfficerCommand, ...] = (
            StartPart(0, ("a0",), bytes(32), "o-proctor"),
            ClosePart(0, "hết giờ", "o-proctor"),
            CloseSitting("o-proctor"),
        )
        for seq, command in enumerate(orders, start=1):
            verdict = room.order(PROCTOR, bytes(16), seq, command)
            assert verdict.reason is None, verdict
        eventually(lambda: room.marks.state.marks)
        assert room.marks.publish(ORGANISING, OfficerActor("o-organising-2", Role.ORGANISING)) is None
    return folder


def change(path: Path, statement: str) -> None:
    """Change a journal past its triggers."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def codes(report: dict[str, Any]) -> set[JSON]:
    return {problem["code"] for problem in report["problems"]}


def test_a_finished_room_verifies_its_answers_and_its_marks(finished: Path, run: Any) -> None:
    done = run("verify", "journal", finished, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = json.loads(done.stdout)
    assert folder["ok"] is True
    assert [(one["file"], one["of"], one["ok"]) for one in folder["reports"]] == [
        (SITTING_FILE, "sitting", True), (CONTEST_FILE, "contest", True),
    ]  # fmt: skip
    assert folder["reports"][1]["records"] >= 4  # an epoch, the key, one mark, the publication


def test_a_folder_a_journal_and_an_export_report_in_one_shape(
    finished: Path, run: Any, tmp_path: Path, report_keys: set[str]
) -> None:
    assert run("export", finished, tmp_path / "out").returncode == 0
    folder = json.loads((tmp_path / "out" / "verification.json").read_text(encoding="utf-8"))
    journal = json.loads(run("verify", "journal", finished / SITTING_FILE, "--json").stdout)
    assert journal["head"]["seq"] == journal["records"]
    assert (folder["what"], journal["what"]) == ("folder", "journal")
    for report in (folder, journal, *folder["reports"]):
        assert report_keys <= set(report)
        assert report["checked"]
        assert report["not_checked"]
    assert report_keys == {"what", "file", "ok", "checked", "not_checked", "problems"}


def test_the_marks_journal_alone_is_verified_by_its_own_rules(finished: Path, run: Any) -> None:
    done = run("verify", "journal", finished / CONTEST_FILE)
    assert done.returncode == 0, done.stdout
    assert "journal of a contest" in done.stdout
    assert "they are in the contest's journal" not in done.stdout
    assert "not checked" in done.stdout
    moved = finished / "copied-by-hand.sqlite"
    (finished / CONTEST_FILE).rename(moved)
    assert run("verify", "journal", moved).returncode == 0


def test_what_is_exported_holds_answers_and_marks_and_verifies_as_a_whole(
    finished: Path, run: Any, tmp_path: Path
) -> None:
    carried = [f"rescue/{'ab' * 32}.exam-rescue", f"rescue/{'ab' * 32}.json"]
    beside = ["branches/sittings.other.1.2.branch", *carried]
    for name in (*beside, "rescue/inbox/x.exam-rescue"):
        (finished / name).parent.mkdir(parents=True, exist_ok=True)
        (finished / name).write_bytes(b"kept")
    done = run("export", finished, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    names = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert names == sorted([*beside, CONTEST_FILE, SITTING_FILE, "verification.json"])
    again = run("verify", "journal", tmp_path / "out", "--json")
    assert again.returncode == 0, again.stdout
    assert json.loads(again.stdout) == json.loads((tmp_path / "out" / "verification.json").read_text(encoding="utf-8"))


def test_a_mark_that_was_changed_does_not_verify_and_an_export_says_so(
    finished: Path, run: Any, tmp_path: Path
) -> None:
    change(finished / CONTEST_FILE, "UPDATE journal SET body = replace(body, '\"marks\":0', '\"marks\":900')")
    done = run("verify", "journal", finished, "--json")
    assert done.returncode == 3
    sitting, contest = json.loads(done.stdout)["reports"]
    assert sitting["ok"] is True
    assert codes(contest) == {"wrong_body_digest", "wrong_mark"}, "and it is not the one that was published"
    exported = run("export", finished, tmp_path / "out")
    assert exported.returncode == 3
    assert CONTEST_FILE in exported.stderr
    assert json.loads((tmp_path / "out" / "verification.json").read_text(encoding="utf-8"))["ok"] is False


def test_a_damaged_journal_of_answers_does_not_verify(finished: Path, run: Any) -> None:
    change(finished / SITTING_FILE, f"UPDATE journal SET body = replace(body, '{SITTING_ID}', 'thu-tai-2')")
    done = run("verify", "journal", finished)
    assert done.returncode == 3
    assert "WRONG" in done.stdout


def test_a_file_that_is_no_journal_does_not_keep_the_others_from_being_looked_at(finished: Path, run: Any) -> None:
    (finished / "sittings" / "a.journal.sqlite").write_bytes(b"not a database" * 99)
    done = run("verify", "journal", finished, "--json")
    assert done.returncode == 3
    assert [(one["ok"], codes(one)) for one in json.loads(done.stdout)["reports"]] == [
        (False, {"unreadable_file"}), (True, set()), (True, set()),
    ]  # fmt: skip


def test_nothing_recorded_is_said_so(tmp_path: Path, run: Any) -> None:
    assert run("verify", "journal", tmp_path).returncode == 3
    assert run("verify", "journal", tmp_path / "nowhere.sqlite").returncode == 3
    found = run("verify", "journal", tmp_path, "--json")
    assert (found.returncode, codes(json.loads(found.stdout))) == (3, {"no_journal"})
    assert run("export", tmp_path, tmp_path / "out").returncode == 3
    assert not (tmp_path / "out").exists()
