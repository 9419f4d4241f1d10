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
from openpyxl import Workbook

from scripts import check_demo
from server.protocol.receipt import receipt_code, responses_sha256

ROOT = Path(check_demo.__file__).resolve().parent.parent

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
SITTING = """\
format: exam-sitting/1
parts: [{section_code: ly-thuyet, duration_s: 120}]
rules: {time_unit_ms: 1000}
"""
FIRST, SECOND = "Hồ sơ nộp ở đâu? Chọn một nơi.", "Mật khẩu tốt có gì?"
RIGHT = {FIRST: ["Trên Cổng dịch vụ công"], SECOND: ["Dài", "Khó đoán"]}
ITEMS = {FIRST: "i1", SECOND: "i2"}
OPTIONS = {
    FIRST: {"Tại chợ": "o1a", "Trên Cổng dịch vụ công": "o1b", "Ở nhà": "o1c"},
    SECOND: {"Dài": "o2a", "Khó đoán": "o2b", "Tên mình": "o2c"},
}
MARK = 150  # hundredths, of each item
START_MS, PAUSE_MS = 1_700_000_000_000, 2_500
WATCH_MS = 7_000_000  # what the script's own watch shows at the start
TITLES = (
    "SBD", "Full name", "Part", "Answered", "Items", "Right", "Marks", "Max marks", "Time taken (s)", "Receipt",
)  # fmt: skip


class Rehearsal:
    """A closed sitting as its files. What each method writes agrees everywhere; tests then spoil one thing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clicks: list[str] = []
        self.acks: list[str] = []
        self.rows: list[dict[str, Any]] = []
        self.moments: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self.workbook: list[list[Any]] = []
        self.page: list[list[str]] = []
        self.journal = sqlite3.connect(":memory:")
        self._seqs: dict[str, int] = {}
        self._responses: dict[str, dict[str, Any]] = {}

    def close(self) -> None:
        self.journal.close()

    # --- what happened ---

    def begin(self, *sbds: str) -> None:
        """The start for all, and a pause of 2.5 s after ten seconds."""
        for sbd in sbds:
            body = {"attempt_id": f"a{sbd}", "part": 0, "opened_at_ms": START_MS, "duration_ms": 120_000}
            self.row("attempt_opened/1", START_MS, body)
            self.watched("exam", -200, 700, sbd)
        for kind, after_ms in (("seat_paused/1", 10_000), ("seat_resumed/1", 10_000 + PAUSE_MS)):
            for sbd in sbds:
                self.row(kind, START_MS + after_ms, {"attempt_id": f"a{sbd}", "part": 0})
        self.watched("start", -300, 400)
        self.watched("pause", 9_900, 10_200)
        self.watched("resume", 12_400, 12_700)

    def answer(
        self, sbd: str, stem: str, options: list[str], generation: int = 1, kind: str = "save_response/1",
        verdict: str = "accepted",
    ) -> int:  # fmt: skip
        """One answer from click to record; the place of its row."""
        self.clicks.append(json.dumps({"sbd": sbd, "stem": stem, "options": options}))
        body: dict[str, Any] = {"attempt_id": f"a{sbd}", "part": 0, "generation": generation, "item_id": ITEMS[stem]}
        held = self._responses.setdefault(sbd, {})
        if kind == "save_response/1":
            body["response"] = {"options": sorted(OPTIONS[stem][option] for option in options)}
        if verdict == "accepted" and "response" in body:
            held[ITEMS[stem]] = body["response"]
        elif verdict == "accepted":
            held.pop(ITEMS[stem], None)
        stored = kind.replace("save_response", "response_saved").replace("clear_response", "response_cleared")
        return self.record(sbd, kind, body, "late_recorded/1" if verdict == "late" else stored, body, verdict)

    def submit(self, sbd: str, right: int, after_ms: int) -> None:
        """The end of a part, so long after the start, and the result in all its forms."""
        at_ms, taken_ms = START_MS + after_ms, (after_ms - PAUSE_MS) // 1000 * 1000
        told = {"attempt_id": f"a{sbd}", "part": 0, "generation": 1, "made_at_ms": at_ms, "uncertainty_ms": 5}
        stored = {**told, "believed_at_ms": at_ms, "time_taken_ms": taken_ms}
        self.record(sbd, "submit_part/1", told, "seat_submitted/1", stored, "accepted")
        self.watched("submit", after_ms - 100, after_ms + 300, sbd)
        self.result(sbd, right, taken_ms)

    def result(self, sbd: str, right: int | None, taken_ms: int) -> None:
        held = self._responses.get(sbd, {})
        digest = responses_sha256(f"a{sbd}", 0, held)
        marks = None if right is None else right * MARK
        self.results.append(
            {"sbd": sbd, "attempt_id": f"a{sbd}", "part": 0, "right": right, "of": 2, "answered": len(held), "marks": marks,
             "max_marks": 2 * MARK, "time_taken_ms": taken_ms, "responses_sha256": digest.hex(),
             "receipt": receipt_code(digest), "disputed": False}
        )  # fmt: skip
        self.workbook.append(
            [sbd, "Thí sinh mẫu", 1, len(held), 2, right, (marks or 0) / 100, 2 * MARK / 100, taken_ms // 1000,
             receipt_code(digest)]
        )  # fmt: skip
        span = f"{taken_ms // 60_000:02}:{taken_ms // 1000 % 60:02}"
        self.page.append([sbd, "Thí sinh mẫu", f"{right}/2", span, receipt_code(digest)])

    def record(self, sbd: str, sent: str, told: dict[str, Any], kind: str, stored: dict[str, Any], verdict: str) -> int:
        """A record with its ack; the place of its row."""
        source = hashlib.md5(f"{sbd} {told['generation']}".encode()).digest()
        seq = self._seqs[sbd] = self._seqs.get(sbd, 1) + 1
        message = json.dumps({"kind": sent, **told})
        place = self.row(kind, START_MS + len(self.rows), stored, source, seq, message)
        ack = {
            "sbd": sbd, "source": source.hex(), "seq": seq, "verdict": verdict, "epoch": 1,
            "hash": self.rows[place]["hash"].hex(), "message": message,
        }  # fmt: skip
        self.acks.append(json.dumps(ack))
        return place

    def row(
        self, kind: str, at_ms: int, body: dict[str, Any], source: bytes = bytes(16), seq: int = 1, message: str = ""
    ) -> int:
        """A record of the journal; its place."""
        self.rows.append(
            {"seq": len(self.rows) + 1, "source": source, "source_seq": seq, "epoch": 1, "kind": kind, "at_ms": at_ms,
             "request_sha256": hashlib.sha256(message.encode()).digest(), "body": json.dumps(body),
             "hash": hashlib.sha256(f"row {len(self.rows)}".encode()).digest()}
        )  # fmt: skip
        return len(self.rows) - 1

    def watched(self, what: str, from_ms: int, to_ms: int, sbd: str | None = None) -> None:
        """What the script's watch says, in ms after the start."""
        self.moments.append({"what": what, "sbd": sbd, "from_ms": WATCH_MS + from_ms, "to_ms": WATCH_MS + to_ms})

    # --- spoiling and checking ---

    def change(self, place: int, **values: Any) -> None:
        """Other values in a journal record's body."""
        self.rows[place]["body"] = json.dumps({**json.loads(self.rows[place]["body"]), **values})

    def places(self, kind: str) -> list[int]:
        """Where the journal holds records of this kind."""
        return [place for place, row in enumerate(self.rows) if row["kind"] == kind]

    def report(self) -> tuple[int, dict[str, Any]]:
        """What the program says: exit status and the last line of its output."""
        self._write()
        names = {
            "clicks": "clicks.jsonl", "acks": "acks-1.jsonl", "moments": "moments.jsonl", "journal": "journal.sqlite",
            "results": "results.json", "workbook": "results.xlsx", "page": "results-page.json", "form": "form.json",
            "bank": "bank", "sitting": "ca-thi.yaml",
        }  # fmt: skip
        options = [text for name, file in names.items() for text in (f"--{name}", str(self.folder / file))]
        done = subprocess.run(
            [sys.executable, "-m", "scripts.check_demo", *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return done.returncode, report

    def _write(self) -> None:
        folder = self.folder
        (folder / "clicks.jsonl").write_text("".join(f"{line}\n" for line in self.clicks), encoding="utf-8")
        (folder / "acks-1.jsonl").write_text("".join(f"{line}\n" for line in self.acks), encoding="utf-8")
        moments = "".join(f"{json.dumps(one)}\n" for one in self.moments)
        (folder / "moments.jsonl").write_text(moments, encoding="utf-8")
        (folder / "results.json").write_text(json.dumps({"rows": self.results}), encoding="utf-8")
        (folder / "results-page.json").write_text(json.dumps(self.page), encoding="utf-8")
        (folder / "form.json").write_text(json.dumps(form()), encoding="utf-8")
        (folder / "ca-thi.yaml").write_text(SITTING, encoding="utf-8")
        (folder / "bank").mkdir()
        (folder / "bank" / "a.yaml").write_text(BANK, encoding="utf-8")
        book = Workbook()
        assert book.active is not None
        for row in (TITLES, *self.workbook):
            book.active.append(list(row))
        book.save(folder / "results.xlsx")
        journal = sqlite3.connect(folder / "journal.sqlite")
        self.write_rows(journal)
        journal.close()

    def write_rows(self, journal: sqlite3.Connection) -> None:
        journal.execute(
            "CREATE TABLE journal (seq, epoch, source, source_seq, kind, at_ms, request_sha256, body, hash)"
        )
        for row in self.rows:
            journal.execute(
                "INSERT INTO journal VALUES"
                " (:seq, :epoch, :source, :source_seq, :kind, :at_ms, :request_sha256, :body, :hash)",
                row,
            )
        journal.commit()

    def found(self) -> tuple[list[check_demo.Ack], sqlite3.Connection]:
        """Acks and journal as the checker's functions take them."""
        path = self.folder / "acks.jsonl"
        path.write_text("".join(f"{line}\n" for line in self.acks), encoding="utf-8")
        self.write_rows(self.journal)
        return check_demo.read_acks([path]), self.journal


def form() -> dict[str, Any]:
    """The paper as its authors hold it, as far as the checker reads it."""
    items = [
        {"item_id": ITEMS[stem], "stem": stem, "max_mark": MARK,
         "options": [{"option_id": option, "text": text} for text, option in options.items()]}
        for stem, options in OPTIONS.items()
    ]  # fmt: skip
    return {"sections": [{"candidate": {"items": items}}]}


@pytest.fixture
def rehearsal(tmp_path: Path) -> Any:
    """Two candidates: 0002 has one of two right, after changing an answer and clearing another; 0001 both, in more time."""
    made = Rehearsal(tmp_path)
    made.begin("0001", "0002")
    made.answer("0001", FIRST, RIGHT[FIRST])
    made.answer("0001", SECOND, RIGHT[SECOND])
    made.answer("0002", FIRST, ["Tại chợ"])
    made.answer("0002", FIRST, RIGHT[FIRST])
    made.answer("0002", SECOND, RIGHT[SECOND])
    made.answer("0002", SECOND, [], kind="clear_response/1")
    made.submit("0001", 2, 60_400)
    made.submit("0002", 1, 50_000)
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


def one_saved(made: Rehearsal) -> int:
    """Where the second answer of 0001 stands in the journal."""
    return made.places("response_saved/1")[1]


def drop_the_row(made: Rehearsal) -> None:
    del made.rows[one_saved(made)]


def change_the_request(made: Rehearsal) -> None:
    made.rows[one_saved(made)]["request_sha256"] = bytes(32)


def store_another_answer(made: Rehearsal) -> None:
    made.change(one_saved(made), response={"options": ["o2c"]})


def store_a_refusal(made: Rehearsal) -> None:
    body = json.dumps({"what": "save_response/1", "reason": "paused"})
    made.rows[one_saved(made)].update(kind="request_refused/1", body=body)


def store_it_as_late(made: Rehearsal) -> None:
    made.rows[one_saved(made)]["kind"] = "late_recorded/1"


def store_it_after_the_ack(made: Rehearsal) -> None:
    made.rows[one_saved(made)]["epoch"] = 2


def drop_a_clearing(made: Rehearsal) -> None:
    del made.rows[made.places("response_cleared/1")[0]]


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
    assert report["answers_lost"] == 1
    assert any(told in problem for problem in report["problems"])


def forget_every_ack(made: Rehearsal) -> None:
    made.acks.clear()


def forget_one_ack(made: Rehearsal) -> None:
    del made.acks[1]


def forget_the_ack_of_an_answer_changed_later(made: Rehearsal) -> None:
    del made.acks[2]


def forget_the_last_change(made: Rehearsal) -> None:
    del made.acks[3]


def acknowledge_another_answer(made: Rehearsal) -> None:
    made.acks[1] = made.acks[1].replace("o2b", "o2c")


def acknowledge_another_persons_answer(made: Rehearsal) -> None:
    made.acks[1] = made.acks[1].replace('"sbd": "0001"', '"sbd": "0002"')


def refuse_an_answer(made: Rehearsal) -> None:
    made.acks[1] = made.acks[1].replace('"accepted"', '"refused"')


def find_it_late(made: Rehearsal) -> None:
    made.acks[1] = made.acks[1].replace('"accepted"', '"late"')


@pytest.mark.parametrize(
    ("spoil", "lost"),
    [
        (forget_every_ack, 6),
        (forget_one_ack, 1),
        (forget_the_ack_of_an_answer_changed_later, 1),
        (forget_the_last_change, 1),
        (acknowledge_another_answer, 2),  # the one that was given, and the one that stands otherwise in the journal
        (acknowledge_another_persons_answer, 1),
        (refuse_an_answer, 1),
        (find_it_late, 2),
    ],
)
def test_a_click_without_its_own_ack_is_a_lost_answer(
    rehearsal: Rehearsal, spoil: Callable[[Rehearsal], None], lost: int
) -> None:
    spoil(rehearsal)
    status, report = rehearsal.report()
    assert (status, report["answers_lost"]) == (1, lost), report["problems"]
    assert any("was given and never acknowledged" in problem for problem in report["problems"])


def test_an_answer_acknowledged_after_the_last_click_is_a_lost_answer(rehearsal: Rehearsal) -> None:
    """The candidate sees the one, the room counts the other, and clicks, acks and journal each look whole."""
    rehearsal.answer("0001", FIRST, ["Tại chợ"])
    rehearsal.clicks.pop()
    status, report = rehearsal.report()
    assert (status, report["answers_lost"]) == (1, 1)
    assert report["problems"][0].startswith("SBD 0001: Tại chợ was acknowledged last, Trên Cổng dịch vụ công given")


def test_answers_are_acknowledged_in_the_order_of_the_clicks(rehearsal: Rehearsal) -> None:
    first, second = (json.loads(ack) for ack in rehearsal.acks[2:4])
    first["message"], second["message"] = second["message"], first["message"]
    rehearsal.acks[2:4] = [json.dumps(first), json.dumps(second)]
    assert any("was given and never acknowledged" in problem for problem in rehearsal.report()[1]["problems"])


def test_an_answer_that_nobody_clicked_is_told(rehearsal: Rehearsal) -> None:
    del rehearsal.clicks[4:6]
    status, report = rehearsal.report()
    assert (status, report["answers_lost"]) == (1, 0)
    assert any("answers what nobody clicked: Mật khẩu" in problem for problem in report["problems"])


def test_an_answer_from_another_paper_is_told(rehearsal: Rehearsal) -> None:
    rehearsal.acks = [ack.replace('\\"i2\\"', '\\"i9\\"') for ack in rehearsal.acks]
    assert any("answers what is not on the paper: i9" in problem for problem in rehearsal.report()[1]["problems"])


def test_an_ack_written_twice_is_one_answer(rehearsal: Rehearsal) -> None:
    """A kiosk that was killed before it noted a verdict asks for it again."""
    rehearsal.acks.insert(3, rehearsal.acks[1])
    status, report = rehearsal.report()
    assert (status, report["answers_acked"]) == (0, 6)


def test_the_same_choice_confirmed_again_needs_no_second_ack(rehearsal: Rehearsal) -> None:
    rehearsal.clicks.insert(1, rehearsal.clicks[0])
    assert rehearsal.report()[0] == 0


def test_a_record_under_another_hash_than_was_promised_is_told_though_the_answer_is_there(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.rows[one_saved(rehearsal)]["hash"] = bytes(32)
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
    made.result("0003", 1, 60_000)


def take_too_long(made: Rehearsal) -> None:
    made.results[0]["time_taken_ms"] = 120_001


def take_no_time_at_all(made: Rehearsal) -> None:
    made.results[0]["time_taken_ms"] = -1


def take_a_second_more(made: Rehearsal) -> None:
    made.results[0]["time_taken_ms"] += 1000


def take_a_second_less(made: Rehearsal) -> None:
    made.results[1]["time_taken_ms"] -= 1000


def take_one_second_all(made: Rehearsal) -> None:
    for row in made.results:
        row["time_taken_ms"] = 1000


def swap_times(made: Rehearsal) -> None:
    first, second = made.results
    first["time_taken_ms"], second["time_taken_ms"] = second["time_taken_ms"], first["time_taken_ms"]


def give_other_marks(made: Rehearsal) -> None:
    made.results[0]["marks"] = MARK


def count_other_responses(made: Rehearsal) -> None:
    made.results[0]["responses_sha256"] = "0" * 64


def swap_ranks(made: Rehearsal) -> None:
    made.page.reverse()


def show_another_time(made: Rehearsal) -> None:
    made.page[0][3] = "00:58"


def leave_one_off_the_page(made: Rehearsal) -> None:
    made.page.pop()


def swap_rows_of_the_workbook(made: Rehearsal) -> None:
    made.workbook.reverse()


def put_other_figures_into_the_workbook(made: Rehearsal) -> None:
    made.workbook[1][TITLES.index("Time taken (s)")] += 1
    made.workbook[1][TITLES.index("Marks")] += 1


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (swap, "SBD 0001: 1 right published, 2 deserved"),
        (forget_one, "SBD 0002 has no result"),
        (leave_one_unmarked, "SBD 0001: None right published, 2 deserved"),
        (add_a_stranger, "SBD 0003: 1 right published, 0 deserved"),
        (take_too_long, "SBD 0001: a time of 120001 ms cannot be"),
        (take_no_time_at_all, "SBD 0001: a time of -1 ms cannot be"),
        (take_a_second_more, "SBD 0001: time_taken_ms 58000 published, 57000 deserved"),
        (take_a_second_less, "SBD 0002: time_taken_ms 46000 published, 47000 deserved"),
        (take_one_second_all, "SBD 0002: time_taken_ms 1000 published, 47000 deserved"),
        (swap_times, "SBD 0001: time_taken_ms 47000 published, 57000 deserved"),
        (give_other_marks, "SBD 0001: marks 150 published, 300 deserved"),
        (count_other_responses, f"SBD 0001: responses_sha256 {'0' * 64} published, "),
        (swap_ranks, "the order of the page is 0002, 0001; it should be 0001, 0002"),
        (show_another_time, "SBD 0001 on the page: no 00:57"),
        (leave_one_off_the_page, "the order of the page is 0001; it should be 0001, 0002"),
        (swap_rows_of_the_workbook, "the order of the workbook is 0002, 0001; it should be 0001, 0002"),
        (put_other_figures_into_the_workbook, "SBD 0002 in the workbook: Time taken (s) 48 published, 47 deserved"),
    ],
)
def test_every_kind_of_wrong_result_is_found(
    rehearsal: Rehearsal, spoil: Callable[[Rehearsal], None], told: str
) -> None:
    spoil(rehearsal)
    status, report = rehearsal.report()
    assert (status, report["results_correct"], report["answers_lost"]) == (1, False, 0)
    assert any(problem.startswith(told) for problem in report["problems"]), report["problems"]


def everywhere(made: Rehearsal, sbd: str, **instants: int) -> None:
    """Other instants of a submission in the journal, and the result that follows from them in each of its forms."""
    place = next(place for place in made.places("seat_submitted/1") if f"a{sbd}" in made.rows[place]["body"])
    made.change(place, **instants)
    taken_ms = instants["time_taken_ms"]
    at = [row["sbd"] for row in made.results].index(sbd)
    made.results[at]["time_taken_ms"] = taken_ms
    made.workbook[at][TITLES.index("Time taken (s)")] = taken_ms // 1000
    made.page[at][3] = f"{taken_ms // 60_000:02}:{taken_ms // 1000 % 60:02}"


def test_a_time_that_does_not_follow_from_the_journals_own_instants_is_told(rehearsal: Rehearsal) -> None:
    everywhere(rehearsal, "0001", time_taken_ms=56_000)
    status, report = rehearsal.report()
    assert (status, report["results_correct"]) == (1, False)
    assert "a0001: the journal says 56000 ms were taken, its instants 57000" in report["problems"]


def test_a_submission_at_another_instant_than_the_kiosks_own_is_told(rehearsal: Rehearsal) -> None:
    everywhere(rehearsal, "0001", believed_at_ms=START_MS + 59_400, time_taken_ms=56_000)
    status, report = rehearsal.report()
    assert (status, report["problems"]) == (1, ["a0001: submitted 1000 ms from when the kiosk says"])


def test_a_start_that_nobody_saw_is_told(rehearsal: Rehearsal) -> None:
    """The journal, the kiosk's clock and the result agree with each other; the script's watch does not."""
    rehearsal.change(rehearsal.places("attempt_opened/1")[0], opened_at_ms=START_MS + 5_000)
    everywhere(rehearsal, "0001", time_taken_ms=52_000)
    status, report = rehearsal.report()
    assert (status, report["results_correct"]) == (1, False)
    assert len(report["problems"]) == 1
    assert report["problems"][0].startswith("SBD 0001: 52000 ms published, ")


def test_a_submission_that_no_kiosk_heard_of_is_told(rehearsal: Rehearsal) -> None:
    rehearsal.acks.pop()
    assert "a0002: submitted, says the journal; no kiosk has heard so" in rehearsal.report()[1]["problems"]


def test_a_part_of_another_length_than_the_sitting_files_is_told(rehearsal: Rehearsal) -> None:
    rehearsal.change(rehearsal.places("attempt_opened/1")[1], duration_ms=180_000)
    assert "a0002: 180000 ms given, 120000 ms by the sitting file" in rehearsal.report()[1]["problems"]


@pytest.mark.parametrize(("cause", "at_ms", "taken_ms"), [("deadline", 200_000, 120_000), ("officer", 70_900, 68_000)])
def test_who_is_ended_by_the_room_took_until_then(rehearsal: Rehearsal, cause: str, at_ms: int, taken_ms: int) -> None:
    everywhere(rehearsal, "0001", time_taken_ms=taken_ms)
    place = rehearsal.places("seat_submitted/1")[0]
    rehearsal.rows[place].update(kind="seat_closed/1", at_ms=START_MS + at_ms)
    rehearsal.change(place, cause=cause)
    rehearsal.moments = [one for one in rehearsal.moments if (one["what"], one["sbd"]) != ("submit", "0001")]
    rehearsal.watched("submit", at_ms - 100, at_ms + 300, "0001")
    assert rehearsal.report()[1]["problems"] == []


def test_time_given_back_is_not_taken_and_time_granted_is(rehearsal: Rehearsal) -> None:
    submitted = rehearsal.rows[rehearsal.places("seat_submitted/1")[0] :]
    del rehearsal.rows[-len(submitted) :]
    for cause, ms in (("equipment", 4_000), ("arrangement", 9_000)):
        body = {"attempt_id": "a0001", "part": 0, "ms": ms, "cause": cause}
        rehearsal.row("time_extended/1", START_MS + 20_000, body)
    rehearsal.rows += [{**row, "seq": row["seq"] + 2} for row in submitted]
    everywhere(rehearsal, "0001", time_taken_ms=53_000)
    assert rehearsal.report()[1]["problems"] == []


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


@pytest.mark.parametrize("checker", ["scripts.check_demo", "server.drill.check_drill"])
def test_the_checkers_use_nothing_of_the_product_but_what_checkers_are_made_of(repository: Path, checker: str) -> None:
    program = f"import sys, {checker}; print(*[m for m in sys.modules if m.split('.')[0] in ('server', 'client_kiosk', 'question_bank')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert [one for one in loaded if not one.startswith("server.drill.check_")] == ["server", "server.drill"]
    assert (repository / "server/drill/__init__.py").read_bytes() == b""


def test_every_item_of_the_sample_bank_has_a_key_the_checker_can_read(repository: Path) -> None:
    found: Mapping[str, frozenset[str]] = check_demo.keys(
        repository / "question_bank" / "samples" / "bank" / "trac-nghiem"
    )
    assert len(found) >= 160
    assert all(found.values())
