"""The checker of the demo must be able to fail: each loss and each wrong result is told, and nothing else is."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scripts import check_demo

BANK = """\
format: exam-items/1
items:
  - id: A-1
    type: single_choice
    stem: |
      Hồ sơ nộp ở đâu?
      Chọn một nơi.
    options: {A: Tại chợ, B: Trên Cổng dịch vụ công, C: Ở nhà}
    key: B
  - id: A-2
    type: multiple_choice
    stem: Mật khẩu tốt có gì?
    options: {A: Dài, B: Khó đoán, C: Tên mình}
    key: [A, B]
"""
FIRST, SECOND = "Hồ sơ nộp ở đâu? Chọn một nơi.", "Mật khẩu tốt có gì?"
RIGHT = {FIRST: ["Trên Cổng dịch vụ công"], SECOND: ["Dài", "Khó đoán"]}


class Rehearsal:
    """A closed sitting as four files. `answer` writes a click, its ack and its journal record, which agree."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clicks: list[str] = []
        self.acks: list[str] = []
        self.rows: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self.journal = sqlite3.connect(":memory:")
        self._seqs: dict[str, int] = {}

    def close(self) -> None:
        self.journal.close()

    def answer(
        self, sbd: str, stem: str, options: list[str], generation: int = 1, kind: str = "save_response/1",
        verdict: str = "accepted",
    ) -> int:  # fmt: skip
        """One answer from click to record; the place of its row."""
        self.clicks.append(json.dumps({"sbd": sbd, "stem": stem, "options": options}))
        source = hashlib.md5(f"{sbd} {generation}".encode()).digest()
        seq = self._seqs[sbd] = self._seqs.get(sbd, 1) + 1
        body: dict[str, Any] = {"attempt_id": f"a{sbd}", "generation": generation, "item_id": f"i{len(stem)}"}
        if kind == "save_response/1":
            body["response"] = {"options": sorted(options)}
        message = json.dumps({"kind": kind, **body})
        row: dict[str, Any] = {
            "seq": len(self.rows) + 1,
            "source": source,
            "source_seq": seq,
            "epoch": 1,
            "kind": {"late": "late_recorded/1"}.get(verdict, kind.replace("save_response", "response_saved").replace("clear_response", "response_cleared")),
            "request_sha256": hashlib.sha256(message.encode()).digest(),
            "body": json.dumps(body),
            "hash": hashlib.sha256(f"row {len(self.rows)}".encode()).digest(),
        }  # fmt: skip
        self.rows.append(row)
        self.acks.append(
            json.dumps(
                {"sbd": sbd, "source": source.hex(), "seq": seq, "verdict": verdict, "epoch": 1, "hash": row["hash"].hex(),
                 "message": message}
            )
        )  # fmt: skip
        return len(self.rows) - 1

    def result(self, sbd: str, right: int | None, time_taken_ms: int = 60_000) -> None:
        self.results.append({"sbd": sbd, "right": right, "of": 2, "time_taken_ms": time_taken_ms})

    def report(self) -> tuple[int, dict[str, Any]]:
        """What the program says: exit status and the last line of its output."""
        folder = self.folder
        (folder / "clicks.jsonl").write_text("".join(f"{line}\n" for line in self.clicks), encoding="utf-8")
        (folder / "acks-1.jsonl").write_text("".join(f"{line}\n" for line in self.acks), encoding="utf-8")
        (folder / "results.json").write_text(json.dumps({"rows": self.results}), encoding="utf-8")
        (folder / "bank").mkdir()
        (folder / "bank" / "a.yaml").write_text(BANK, encoding="utf-8")
        journal = sqlite3.connect(folder / "journal.sqlite")
        self.write_rows(journal)
        journal.close()
        done = subprocess.run(
            [sys.executable, check_demo.__file__, "--clicks", folder / "clicks.jsonl", "--acks", folder / "acks-1.jsonl",
             "--journal", folder / "journal.sqlite", "--results", folder / "results.json", "--bank", folder / "bank",
             "--limit-ms", "120000"], capture_output=True, text=True, check=False,
        )  # fmt: skip
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return done.returncode, report

    def write_rows(self, journal: sqlite3.Connection) -> None:
        journal.execute("CREATE TABLE journal (seq, epoch, source, source_seq, kind, request_sha256, body, hash)")
        for row in self.rows:
            journal.execute(
                "INSERT INTO journal VALUES (:seq, :epoch, :source, :source_seq, :kind, :request_sha256, :body, :hash)",
                row,
            )
        journal.commit()

    def found(self) -> tuple[list[check_demo.Ack], sqlite3.Connection]:
        """Acks and journal as the checker's functions take them."""
        path = self.folder / "acks.jsonl"
        path.write_text("".join(f"{line}\n" for line in self.acks), encoding="utf-8")
        self.write_rows(self.journal)
        return check_demo.read_acks([path]), self.journal


@pytest.fixture
def rehearsal(tmp_path: Path) -> Any:
    """Two candidates: 0001 has both right, 0002 one of two, after changing an answer and clearing another."""
    made = Rehearsal(tmp_path)
    made.answer("0001", FIRST, RIGHT[FIRST])
    made.answer("0001", SECOND, RIGHT[SECOND])
    made.answer("0002", FIRST, ["Tại chợ"])
    made.answer("0002", FIRST, RIGHT[FIRST])
    made.answer("0002", SECOND, RIGHT[SECOND])
    made.answer("0002", SECOND, [], kind="clear_response/1")
    made.result("0001", 2)
    made.result("0002", 1)
    yield made
    made.close()


def test_a_sitting_that_lost_nothing_is_told_so(rehearsal: Rehearsal) -> None:
    assert rehearsal.report() == (
        0,
        {
            "candidates": 2,
            "answers_given": 6,
            "answers_acked": 6,
            "answers_lost": 0,
            "graded": 2,
            "results_correct": True,
            "problems": [],
        },
    )


def drop_the_row(made: Rehearsal) -> None:
    del made.rows[1]


def change_the_request(made: Rehearsal) -> None:
    made.rows[1]["request_sha256"] = bytes(32)


def store_another_answer(made: Rehearsal) -> None:
    body = json.loads(made.rows[1]["body"])
    made.rows[1]["body"] = json.dumps({**body, "response": {"options": ["Tên mình"]}})


def store_a_refusal(made: Rehearsal) -> None:
    made.rows[1].update(kind="request_refused/1", body=json.dumps({"what": "save_response/1", "reason": "paused"}))


def store_it_as_late(made: Rehearsal) -> None:
    made.rows[1]["kind"] = "late_recorded/1"


def store_it_after_the_ack(made: Rehearsal) -> None:
    made.rows[1]["epoch"] = 2


def drop_a_clearing(made: Rehearsal) -> None:
    del made.rows[5]


@pytest.mark.parametrize(
    ("lose", "told"),
    [
        (drop_the_row, "was acknowledged and is not there"),
        (change_the_request, "is not what was sent"),
        (store_another_answer, "stands there as response_saved/1"),
        (store_a_refusal, "stands there as request_refused/1"),
        (store_it_as_late, "stands there as late_recorded/1"),
        (store_it_after_the_ack, "was acknowledged before it was stored"),
        (drop_a_clearing, "was acknowledged and is not there"),
    ],
)
def test_every_kind_of_loss_is_found(rehearsal: Rehearsal, lose: Callable[[Rehearsal], None], told: str) -> None:
    lose(rehearsal)
    status, report = rehearsal.report()
    assert status == 1
    assert report["answers_lost"] >= 1
    assert any(told in problem for problem in report["problems"])


def test_a_record_under_another_hash_than_was_promised_is_told_though_the_answer_is_there(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.rows[1]["hash"] = bytes(32)
    status, report = rehearsal.report()
    assert (status, report["answers_lost"]) == (1, 0)
    assert [problem.endswith("does not stand under the hash that was promised") for problem in report["problems"]] == [
        True
    ]


def test_an_acknowledged_late_answer_must_be_there_as_late(rehearsal: Rehearsal) -> None:
    place = rehearsal.answer("0001", FIRST, ["Ở nhà"], verdict="late")
    rehearsal.clicks.pop()
    assert rehearsal.report()[1]["answers_lost"] == 0
    acks, journal = rehearsal.found()
    journal.execute("DELETE FROM journal WHERE seq = ?", (place + 1,))
    assert len(check_demo.lost_answers(acks, check_demo.read_rows(journal))) == 1


def test_a_refused_answer_promises_nothing(rehearsal: Rehearsal) -> None:
    place = rehearsal.answer("0001", FIRST, ["Ở nhà"], verdict="refused")
    del rehearsal.rows[place], rehearsal.clicks[-1]
    assert rehearsal.report()[0] == 0


def test_an_older_generation_never_counts_over_a_newer_one(rehearsal: Rehearsal) -> None:
    rehearsal.answer("0001", FIRST, ["Ở nhà"], generation=2)
    acks, journal = rehearsal.found()
    assert check_demo.superseded_by_nothing(acks, journal) == []
    # The newer one gone, the older ones would count: that is a loss, although an answer is there.
    journal.execute("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)")
    assert len(check_demo.superseded_by_nothing(acks, journal)) == 1


def test_an_answer_stored_without_an_ack_is_no_loss(rehearsal: Rehearsal) -> None:
    rehearsal.answer("0001", FIRST, RIGHT[FIRST])
    rehearsal.acks.pop()
    assert rehearsal.report()[0] == 0


def swap(made: Rehearsal) -> None:
    first, second = made.results
    first["right"], second["right"] = second["right"], first["right"]


def forget_one(made: Rehearsal) -> None:
    made.results.pop()


def leave_one_unmarked(made: Rehearsal) -> None:
    made.results[0]["right"] = None


def add_a_stranger(made: Rehearsal) -> None:
    made.result("0003", 1)


def take_too_long(made: Rehearsal) -> None:
    made.results[0]["time_taken_ms"] = 120_001


def take_no_time_at_all(made: Rehearsal) -> None:
    made.results[0]["time_taken_ms"] = -1


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (swap, "SBD 0001: 1 right published, 2 deserved"),
        (forget_one, "SBD 0002 has no result"),
        (leave_one_unmarked, "SBD 0001: None right published, 2 deserved"),
        (add_a_stranger, "SBD 0003: 1 right published, 0 deserved"),
        (take_too_long, "SBD 0001: a time of 120001 ms cannot be"),
        (take_no_time_at_all, "SBD 0001: a time of -1 ms cannot be"),
    ],
)
def test_every_kind_of_wrong_result_is_found(
    rehearsal: Rehearsal, spoil: Callable[[Rehearsal], None], told: str
) -> None:
    spoil(rehearsal)
    status, report = rehearsal.report()
    assert (status, report["results_correct"], report["answers_lost"]) == (1, False, 0)
    assert told in report["problems"]


def test_a_last_line_torn_by_a_kill_is_no_line(rehearsal: Rehearsal, tmp_path: Path) -> None:
    torn = tmp_path / "torn.jsonl"
    torn.write_text(f"{rehearsal.acks[0]}\n{rehearsal.acks[1][:40]}", encoding="utf-8")
    assert len(check_demo.read_acks([torn])) == 1
    whole = tmp_path / "whole.jsonl"
    whole.write_text(f"{rehearsal.acks[0]}\n{rehearsal.acks[1]}\n", encoding="utf-8")
    assert len(check_demo.read_acks([whole])) == 2


def test_a_line_torn_in_the_middle_of_a_log_is_not_overlooked(rehearsal: Rehearsal, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_text(f"{rehearsal.acks[0][:40]}\n{rehearsal.acks[1]}\n", encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        check_demo.read_acks([damaged])


def test_the_checker_imports_nothing_of_the_product(repository: Path) -> None:
    program = "import sys; from scripts import check_demo; print([m for m in sys.modules if m.split('.')[0] in ('server', 'client_kiosk', 'question_bank')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_item_of_the_sample_bank_has_a_key_the_checker_can_read(repository: Path) -> None:
    found: Mapping[str, frozenset[str]] = check_demo.keys(repository / "question_bank" / "samples" / "bank")
    assert len(found) >= 160
    assert all(found.values())
