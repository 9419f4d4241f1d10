"""Was anything lost, and are the results right? An independent check of one closed sitting.

Uses nothing of the product but the two modules that the drill's checker is made of (`server.drill.check_logs`, `check_journal`), which use
nothing of it themselves: it compares things that were made apart from each other.

    clicks.jsonl      what a script clicked, as texts on the screen: {"sbd", "stem", "options": [text, …]} after each click
    acks-*.jsonl      what each kiosk wrote at the instant of an ack: {"sbd", "source", "seq", "verdict", "epoch",
                      "hash", "message"}
    journal.sqlite    the closed sitting's journal, read as a plain SQLite file
    moments.jsonl     when the script started, paused, resumed and submitted, by its own watch (`check_times`)
    results.json, results.xlsx, results-page.json
                      the results as exported, and as the page shows them in order of rank (`check_results`)
    form.json         the paper as its authors hold it (`check_paper`); the sitting file with its rules
    the bank          stems and texts of the right options

It prints one JSON object, and ends with 1 when `problems` has anything in it. What it counts:

    answers_given     lines of clicks.jsonl: each an answer that the screen showed as chosen and as saved. One answer to a
                      multiple-choice item can be several clicks, and so several records.
    answers_acked     different records (stream and number) that give or take back a response and were acknowledged as
                      accepted or late; a repeated ack counts once.
    answers_lost      given answers that no accepted ack of this candidate and item carries, in the order of the clicks; and
                      items whose last accepted ack is not the last click; and acknowledged records that the journal
                      does not hold as they were sent and promised, or that are the last of their item and do not
                      count. What is missing in two ways counts once.
    results_correct   number right, marks, time taken, digest, receipt and order of rank are those deserved.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from scripts import check_answers, check_results, check_times
from scripts.check_answers import expected_right, right_stems
from scripts.check_paper import Paper, folded, keys
from scripts.check_results import Deserved, wrong_results
from server.drill.check_journal import lost_answers, missing, not_counting, other_records, superseded_by_nothing
from server.drill.check_logs import KINDS, Ack, last_acks, lines, owners, read_acks, read_rows, submissions

__all__ = [
    "Ack", "expected_right", "folded", "keys", "lines", "lost_answers", "other_records", "read_acks", "read_rows",
    "superseded_by_nothing", "wrong_results",
]  # fmt: skip


SHOWN = 50  # problems in the report; one fault in a chain of records can make hundreds


@dataclass(frozen=True, slots=True)
class Files:
    """Everything that is read; each is an option of the command."""

    clicks: Path
    acks: Sequence[Path]
    moments: Path
    journal: Path
    results: Path
    workbook: Path
    page: Path
    form: Path
    bank: Path
    sitting: Path


@dataclass(frozen=True, slots=True)
class Told:
    """What the script, the kiosks and the authors say, read."""

    clicks: Sequence[Mapping[str, object]]
    acks: Sequence[Ack]
    watched: check_times.Watched
    paper: Paper
    key: Mapping[str, frozenset[str]]
    rules: check_times.Rules

    @classmethod
    def read(cls, files: Files) -> Told:
        """Raises when a file is not what it should be."""
        watched = check_times.Watched.of(lines(files.moments))
        rules = check_times.Rules.read(files.sitting)
        paper, key = Paper.read(files.form), keys(files.bank)
        return cls(lines(files.clicks), read_acks(files.acks), watched, paper, key, rules)

    def deserved(self, sbd: str, key: check_times.Key, course: check_times.Course) -> Deserved:
        """What one candidate's part must come out as."""
        stems = right_stems(self.clicks, self.key).get(sbd, frozenset())
        last = [ack for (attempt_id, _), ack in last_acks(self.acks).items() if attempt_id == key[0]]
        least_ms, most_ms = self.watched.bounds_ms(sbd)
        most_ms -= course.compensation_ms
        least_ms = min(least_ms, course.duration_ms + course.extended_ms) - course.compensation_ms
        return Deserved(
            sbd, *key, len(stems), self.paper.of, self.paper.marks(stems), self.paper.max_marks,
            course.taken_ms(self.rules.unit_ms), least_ms - self.rules.unit_ms - check_times.SLACK_MS,
            most_ms + check_times.SLACK_MS,
            {str(ack.body["item_id"]): ack.body["response"] for ack in last if "response" in ack.body},
        )  # fmt: skip


def check(files: Files) -> dict[str, Any]:
    """The report. Raises when a file is not what it should be."""
    told = Told.read(files)
    with closing(sqlite3.connect(f"file:{files.journal}?mode=ro", uri=True)) as journal:
        held, courses = read_rows(journal), check_times.courses(journal)
        gone = {**not_counting(told.acks, journal), **missing(told.acks, held)}
        wrong_times = check_times.unlike_the_kiosk(journal, submissions(told.acks))
    lost = check_answers.unacknowledged(told.clicks, told.acks, told.paper) + list(gone.values())
    other = other_records(told.acks, held) + check_answers.given_by_nobody(told.clicks, told.acks, told.paper)
    whose = owners(told.acks)
    other += [
        f"{attempt_id} is in the journal and in no kiosk's log" for attempt_id, _ in courses if attempt_id not in whose
    ]
    deserved = [told.deserved(whose[key[0]], key, course) for key, course in courses.items() if key[0] in whose]
    rows: list[Mapping[str, object]] = json.loads(files.results.read_text(encoding="utf-8"))["rows"]
    wrong = [
        *wrong_results(expected_right(told.clicks, told.key), rows, max(told.rules.durations_ms)),
        *check_times.wrong_courses(courses, told.rules),
        *wrong_times,
        *check_results.wrong_export(deserved, rows),
        *check_results.wrong_workbook(deserved, files.workbook),
        *check_results.wrong_page(deserved, json.loads(files.page.read_text(encoding="utf-8"))),
    ]
    return {
        "candidates": len(rows),
        "answers_given": len(told.clicks),
        "answers_acked": len({ack.ref for ack in told.acks if ack.is_answer and ack.verdict in KINDS}),
        "answers_lost": len(lost),
        "graded": sum(row.get("right") is not None for row in rows),
        "results_correct": not wrong,
        "problems": [*lost, *wrong, *other][:SHOWN],
    }


def main(arguments: list[str]) -> int:
    """Exit status: 0 nothing lost and all right, 1 not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in fields(Files):
        parser.add_argument(f"--{name.name}", type=Path, required=True, nargs="+" if name.name == "acks" else None)
    report = check(Files(**vars(parser.parse_args(arguments))))
    print(json.dumps(report, ensure_ascii=False))
    return 1 if report["problems"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
