"""The drill as a command: a standby takes over, and the checker that says that nothing was lost can say otherwise.

Of a room that drops a record, and of every file that was touched. All faults and their pairs: `test_fault_lab`.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from server import cli, faults
from server.drill import certificate, check_drill
from server.drill.faults import FAULTS, missing_here
from server.drill.rehearsal import Plan, hold
from server.identity import load_identity

SEATS = 6
PACE_S, HOLD_S = 0.2, 0.5
HERE = [name for name, fault in FAULTS.items() if fault.needs not in missing_here()]


def said_nothing(what: str, fault: str) -> None:
    """Nobody looks on."""


@pytest.fixture
def drilled(tmp_path: Path) -> Callable[..., tuple[dict[str, Any], Path]]:
    """`drilled(faults)`: hold a small drill; its report and the folder that is kept."""

    def held(names: Sequence[Sequence[str]], seed: int = 1) -> tuple[dict[str, Any], Path]:
        scratch, kept = tmp_path / f"scratch-{seed}", tmp_path / f"kept-{seed}"
        scratch.mkdir()
        kept.mkdir()
        return hold(Plan(SEATS, names, PACE_S, HOLD_S, seed, small=True), scratch, kept, said_nothing), kept

    return held


def all_is_well(report: dict[str, Any], phases: int) -> None:
    assert report["problems"] == []
    assert report["ok"]
    assert (report["lost"], report["duplicated"], report["late"], report["canaries_wrong"]) == (0, 0, 0, 0)
    assert (report["seats"], report["canaries"]) == (SEATS, 3)
    assert len(report["faults"]) == phases + 1
    for one in report["faults"]:
        assert one["acked"] >= SEATS, "answers were given in every phase"
        assert one["time_off_ms"] <= check_drill.TOLERATED_MS
        assert one["reconcile_s"] is not None
        assert (one["failover_s"] is None) == (not any(FAULTS[name].loses_server for name in named(one)))


def named(phase: dict[str, Any]) -> list[str]:
    return [name for name in phase["fault"].split("+") if name in FAULTS]


@pytest.mark.soak
def test_every_fault_on_one_computer_loses_nothing_doubles_nothing_and_leaves_every_clock_right(
    drilled: Callable[..., tuple[dict[str, Any], Path]],
) -> None:
    names = [(name,) for name in HERE]
    report, _ = drilled(names)
    all_is_well(report, len(names))


@pytest.mark.soak
@pytest.mark.parametrize("name", HERE)
def test_a_fault_with_three_hundred_seats(name: str, tmp_path: Path) -> None:
    scratch, kept = tmp_path / "scratch", tmp_path / "kept"
    scratch.mkdir()
    kept.mkdir()
    report = hold(Plan(300, [(name,)], 10.0, 5.0, 3), scratch, kept, said_nothing)
    assert report["problems"] == []
    assert (report["failover_s"] is not None) == FAULTS[name].loses_server
    assert (report["failover_s"] or 0) <= 30


def test_a_room_that_drops_a_record_is_found_out(
    drilled: Callable[..., tuple[dict[str, Any], Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(faults.VARIABLE, faults.Fault.DROP_ONE_IN_500.value)
    report, _ = drilled([])
    assert not report["ok"]
    assert report["lost"] == 1
    assert any("was acknowledged and is not there" in problem for problem in report["problems"])


# --- the certificate, and what the checker notices of files that were touched -----------------------------------------


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a drill that the command held."""
    folder = tmp_path_factory.mktemp("drill") / "filed"
    words = [
        "--language",
        "en",
        "drill",
        "--seats",
        "4",
        "--faults",
        "duplicate,promote+delay",
        "--pace",
        "0.2",
        "--hold",
        "0.5",
    ]
    assert cli.main([*words, "--seed", "5", "--to", str(folder)]) == 0
    return folder


@pytest.fixture
def copy(filed: Path, tmp_path: Path) -> Path:
    """A copy of it to touch."""
    return Path(shutil.copytree(filed, tmp_path / "copy"))


def test_the_command_leaves_a_certificate_that_verifies_anywhere(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = PdfReader(copy / certificate.PAPER_FILE).pages[-1].extract_text()
    assert "TỔ KỸ THUẬT" in signed
    assert "Giấy xác nhận này được lưu" in signed, "nobody signs a sheet on which nothing is said"
    assert cli.main(["verify", "drill", str(copy), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    assert told["statement"]["lost"] == 0
    assert told["statement"]["acked"] > 40
    assert told["statement"]["faults"] == ["calm", "duplicate", "promote+delay"]
    _, twice, taken_over = json.loads((copy / certificate.REPORT_FILE).read_bytes())["faults"]
    assert twice["failover_s"] is None
    assert 0 < taken_over["offered_s"] < taken_over["failover_s"]
    assert told["statement"]["own_room"]
    assert told["key"] == certificate.fingerprint(told["statement"]["key"])


def codes(folder: Path) -> dict[str, str]:
    return {str(one.where): one.code for one in certificate.verify(folder).problems}


@pytest.mark.parametrize("name", [*check_drill.FILES, certificate.REPORT_FILE])
def test_a_file_that_was_changed_is_named(copy: Path, name: str) -> None:
    data = (copy / name).read_bytes()
    (copy / name).write_bytes(b"x" + data[1:])
    assert codes(copy) == {name: "wrong_digest"}
    (copy / name).unlink()
    assert codes(copy) == {name: "wrong_digest"}


def test_a_statement_that_was_changed_or_is_none_is_refused(copy: Path) -> None:
    path = copy / certificate.STATEMENT_FILE
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"lost":0', b'"lost":1'))
    assert codes(copy) == {certificate.STATEMENT_FILE: "wrong_signature"}
    for nonsense in (b"", b"{}", b'{"signature":"","statement":{"format":"exam-drill/1","key":"zz"}}', whole[:-2]):
        path.write_bytes(nonsense)
        assert codes(copy) == {certificate.STATEMENT_FILE: "unreadable_file"}


def test_a_report_that_says_more_than_the_files_is_found_by_counting_again(
    copy: Path, new_room: Callable[..., tuple[Path, Any]]
) -> None:
    """Signed anew by somebody who has a room's key, with figures that are too good."""
    folder, _ = new_room()
    report = json.loads((copy / certificate.REPORT_FILE).read_bytes())
    certificate.write(copy, {**report, "acked": report["acked"] + 1}, load_identity(folder), False, 1)
    assert codes(copy) == {"acked": "other_figures"}
    certificate.write(copy, {**report, "ok": False}, load_identity(folder), False, 1)
    assert codes(copy) == {"": "not_passed"}


def journal_of(folder: Path, *statements: str) -> None:
    """Do something to a journal that nobody may do."""
    with closing(sqlite3.connect(folder / "journal.sqlite", isolation_level=None)) as journal:
        for (trigger,) in journal.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            journal.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            journal.execute(statement)


COPY = """INSERT INTO journal SELECT (SELECT max(seq) FROM journal) + 1, epoch, source, {}, kind, at_ms, request_sha256, body, body_sha256,
          prev_hash, hash FROM journal WHERE seq = (SELECT max(seq) FROM journal WHERE kind LIKE 'response_saved/%')"""
LAST = "(SELECT max(seq) FROM journal WHERE kind LIKE 'response_saved/%')"


@pytest.mark.parametrize(
    ("statements", "figures", "problem"),
    [
        ((f"DELETE FROM journal WHERE seq = {LAST}",), {"lost": 1}, "was acknowledged and is not there"),
        ((f"UPDATE journal SET epoch = epoch + 1 WHERE seq = {LAST}",), {"lost": 1}, "before it was stored"),
        ((f"UPDATE journal SET body = json_set(body, '$.response.options', json('[]')) WHERE seq = {LAST}",), {"lost": 1}, "and stands there as"),
        ((f"UPDATE journal SET body = json_set(body, '$.generation', 0) WHERE seq = {LAST}",), {"lost": 1}, "not as acknowledged"),
        ((COPY.format("source_seq + 9999, part"),), {"duplicated": 1}, "is held 2 times"),
        ((COPY.format("source_seq, part + 1"),), {"duplicated": 1}, "is held 2 times"),
        (("UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 9",), {"lost": 0}, "journal record 9 is not what its hash says"),
        (("UPDATE journal SET kind = 'request_conflict/1' WHERE seq = 9",), {"lost": 0}, "record 9: one number, two contents"),
    ],
)  # fmt: skip
def test_the_checker_finds_what_became_of_a_journal(
    copy: Path, statements: Sequence[str], figures: dict[str, int], problem: str
) -> None:
    journal_of(copy, *statements)
    report = check_drill.check(copy)
    assert not report["ok"]
    assert {name: report[name] for name in figures} == figures
    assert any(problem in one for one in report["problems"]), report["problems"]


def change_lines(path: Path, where: Callable[[dict[str, Any]], bool], change: dict[str, Any] | None) -> None:
    """Change the last line of a log that is so, and all others of the same record: the fault sent everything twice.

    None: they go.
    """
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    last = [line for line in lines if where(line)][-1]
    same = [
        line is last or ("seq" in line and (line["source"], line["seq"]) == (last["source"], last["seq"]))
        for line in lines
    ]
    found = [
        {**line, **(change or {})} if hit else line for line, hit in zip(lines, same, strict=True) if change or not hit
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in found))


@pytest.mark.parametrize(
    ("file", "where", "change", "problem"),
    [
        ("acks.jsonl", lambda one: "save_response" in one["message"], None, "was never acknowledged"),
        ("acks.jsonl", lambda one: "save_response" in one["message"], {"hash": "00" * 32}, "under the hash that was promised"),
        ("acks.jsonl", lambda one: "save_response" in one["message"], {"verdict": "refused"}, "answered “refused”"),
        ("clicks.jsonl", lambda one: one["options"], {"options": ["elsewhere"]}, "acknowledged as another answer"),
        ("course.jsonl", lambda one: one["what"] == "remaining", {"said_ms": 7_000_000}, "remaining time wrong by"),
        ("course.jsonl", lambda one: one["what"] == "phase", {"settled_ms": None}, "not everything was acknowledged in time"),
    ],
)  # fmt: skip
def test_the_checker_finds_what_kiosks_were_not_told_and_clocks_that_were_wrong(
    copy: Path, file: str, where: Callable[[dict[str, Any]], bool], change: dict[str, Any] | None, problem: str
) -> None:
    change_lines(copy / file, where, change)
    report = check_drill.check(copy)
    assert not report["ok"]
    assert any(problem in one for one in report["problems"]), report["problems"]


def test_a_canary_with_another_result_fails_the_drill(copy: Path) -> None:
    results = json.loads((copy / "results.json").read_bytes())
    results["rows"][0]["right"] -= 1
    (copy / "results.json").write_text(json.dumps(results))
    report = check_drill.check(copy)
    assert (report["ok"], report["canaries_wrong"]) == (False, 1)


def test_anybody_s_result_that_is_not_what_they_deserved_fails_the_drill(copy: Path) -> None:
    canaries = json.loads((copy / "canaries.json").read_bytes())
    results = json.loads((copy / "results.json").read_bytes())
    row = next(one for one in results["rows"] if one["sbd"] not in canaries)
    row["right"] += 1
    (copy / "results.json").write_text(json.dumps(results))
    report = check_drill.check(copy)
    assert (report["ok"], report["canaries_wrong"]) == (False, 0)
    assert [f"SBD {row['sbd']}: {row['right']} right published, {row['right'] - 1} deserved"] == report["problems"]


@pytest.mark.parametrize(
    ("words", "status"),
    [(["--faults", "no_such"], 3), (["--faults", "power_all+step_clock"], 3), (["--faults", "delay+delay"], 3),
     (["--faults", "a+b+c"], 3), (["--seats", "0"], 2), (["--pace", "-1"], 2)],
)  # fmt: skip
def test_what_cannot_be_rehearsed_is_refused_before_anything_is_made(words: list[str], status: int) -> None:
    try:
        found = cli.main(["drill", *words])
    except SystemExit as refused:
        found = int(str(refused.code))
    assert found == status


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert cli.main(["drill", "--to", str(tmp_path / "there")]) == 3
