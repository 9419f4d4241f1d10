"""`result export`, `verify result` and what kiosks kept, from the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from server.cli import main
from server.identity import load_identity
from server.store.journal import Journal


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = main(["--language", "en", *map(str, words)])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.fixture
def heads(closed: Any, tmp_path: Path) -> Path:
    """What a kiosk printed that holds the journal's last but one record."""
    (path,) = (closed.folder / "sittings").glob("*.journal.sqlite")
    with Journal.open_to_read(path) as journal:
        record = journal.read()[-2]
    head = {
        "format": "exam-head/1", "room_id": load_identity(closed.folder).room_id, "sitting_id": "thu-tai-1",
        "source": record.source.hex(), "epoch": record.epoch, "seq": record.seq, "hash": record.hash.hex(),
        "at_ms": record.at_ms,
    }  # fmt: skip
    found = tmp_path / "heads.json"
    found.write_text(json.dumps({"what": "heads", "seat": "M001", "heads": [head], "damaged": []}), encoding="utf-8")
    return found


def test_a_closed_sitting_is_exported_and_verifies(
    closed: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], report_keys: set[str]
) -> None:
    target = tmp_path / "ca.result"
    status, out, _ = run(capsys, "result", "export", closed.folder, target)
    assert (status, "in order" in out) == (0, True)
    assert target.read_bytes() == closed.bundle.read_bytes()
    status, out, _ = run(capsys, "verify", "result", target, "--json")
    assert status == 0
    assert report_keys <= set(json.loads(out))
    status, _, err = run(capsys, "result", "export", closed.folder, target)
    assert (status, "already" in err) == (3, True)


def test_a_receipt_is_checked_with_its_number(closed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code = closed.receipts["TS0003"]
    status, out, _ = run(capsys, "verify", "result", closed.bundle, "--receipt", code, "--sbd", "TS0003")
    assert status == 0
    assert f"{code} is the receipt of candidate TS0003 for part 1: 4 of 10 answered" in out
    status, _, err = run(capsys, "verify", "result", closed.bundle, "--receipt", code, "--sbd", "TS0001")
    assert (status, "not_this_receipt" in err) == (3, True)
    status, _, err = run(capsys, "verify", "result", closed.bundle, "--receipt", code)
    assert (status, "--sbd" in err) == (3, True)


def test_heads_of_kiosks_are_held_against_bundle_and_journal(
    closed: Any, heads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, "verify", "result", closed.bundle, "--heads", heads)
    assert (status, "1 head kept by a kiosk was compared" in out) == (0, True)
    (journal,) = (closed.folder / "sittings").glob("*.journal.sqlite")
    for path in (journal, closed.folder):
        assert run(capsys, "verify", "journal", path, "--heads", heads)[0] == 0
    told = json.loads(heads.read_text())
    told["heads"][0]["hash"] = "cd" * 32
    heads.write_text(json.dumps(told))
    for words in (("result", closed.bundle), ("journal", journal), ("journal", closed.folder)):
        status, out, _ = run(capsys, "verify", *words, "--heads", heads, "--json")
        assert (status, "wrong_head_kept" in out) == (3, True)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"what":"heads"}', "{", '{"what":"heads","seat":1,"heads":[],"damaged":[]}']
)
def test_a_file_that_is_not_of_a_kiosk_is_named(
    closed: Any, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(text)
    status, _, err = run(capsys, "verify", "result", closed.bundle, "--heads", wrong)
    assert (status, "wrong.json" in err, "examroom-kiosk heads" in err) == (3, True, True)


def test_a_bundle_is_verified_where_there_is_nothing_but_the_bundle(
    closed: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(closed.bundle, elsewhere / "x.result")
    (elsewhere / "x.result").chmod(0o400)
    assert run(capsys, "verify", "result", elsewhere / "x.result")[0] == 0
    assert [path.name for path in elsewhere.iterdir()] == ["x.result"]
