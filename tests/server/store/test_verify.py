"""Verification finds every kind of damage, and says where."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from question_bank.phrase import english
from server.domain import commands
from server.domain.chain import Head, link
from server.domain.event import EpochBegan, Event, RequestConflict
from server.domain.events import ResponseSaved
from server.domain.marking import JournalHead, MarkAwarded, MarkingOpened, ResultsPublished, WrongCanary, results_sha256
from server.protocol.receipt import responses_sha256
from server.store.journal import MIGRATIONS, Journal
from server.store.record import Record, Request, record
from server.store.verify import JournalOf, JournalReport, verify_file


@pytest.fixture
def rows(server: Any) -> list[Record]:
    """The records of a small sitting: seats, answers, a refusal, an unreadable record, a conflict, a submission."""
    server.started(1, 2)
    sample = server.sample
    save = server.delivery(1, 3, sample.save(1, "i01", 1, at=server.now))
    other = server.delivery(1, 3, sample.save(1, "i01", 2, at=server.now))
    server.send(save, other, server.delivery(1, 4, sample.save(1, "i09", 1, at=server.now)))
    server.send(server.broken(2, 3, b"\xff"))
    digest = responses_sha256("a1", 0, {"i01": {"options": ["i01-o1"]}})
    server.send(server.delivery(1, 5, sample.submit(1, 4, digest, at=server.now + 1)))
    found: list[Record] = server.journal.read()
    return found


@pytest.fixture
def verify(tmp_path: Path) -> Callable[[Sequence[Record]], JournalReport]:
    """Verify a journal that holds these rows, put there past every trigger."""

    def check(found: Sequence[Record]) -> JournalReport:
        path = tmp_path / "tampered.sqlite"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        table = MIGRATIONS[0].partition("CREATE TRIGGER")[0].replace("UNIQUE (source, source_seq, part)", "CHECK (1)")
        connection.executescript(table.replace("seq        INTEGER PRIMARY KEY", "seq INTEGER"))
        connection.executemany("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", found)
        connection.commit()
        connection.close()
        return verify_file(path)

    return check


def relinked(rows: Sequence[Record], first: int = 0) -> list[Record]:
    """The rows with numbers and hashes made right from `first` on, as a clever forger would."""
    found = list(rows[:first])
    head = found[-1].head if found else Head(0, bytes(32))
    for row in rows[first:]:
        row = row._replace(seq=head.seq + 1, prev_hash=head.hash)
        if row.body is not None:
            row = row._replace(body_sha256=hashlib.sha256(row.body.encode()).digest())
        row = row._replace(hash=link(*row[:8], row.body_sha256, row.prev_hash))
        found.append(row)
        head = row.head
    return found


def codes(report: JournalReport) -> set[str]:
    return {problem.code for problem in report.problems}


def test_a_whole_journal_is_ok_and_the_report_says_what_it_did_not_check(
    server: Any, rows: list[Record], verify: Callable[[Sequence[Record]], JournalReport]
) -> None:
    for report in (verify_file(server.path), verify(rows), verify(relinked(rows))):
        document = report.document(english)
        assert document["ok"] is True
        assert (document["what"], document["of"]) == ("journal", "sitting")
        assert document["problems"] == []
        assert document["head"] == {"seq": rows[-1].seq, "hash": rows[-1].hash.hex()}
        assert document["records"] == len(rows)
        assert document["checked"]
        assert document["not_checked"]
        assert json.dumps(document)


def test_an_empty_journal_is_ok(verify: Callable[[Sequence[Record]], JournalReport]) -> None:
    assert verify([]).ok


def change(place: int, relink: bool = False, **columns: Any) -> Callable[[list[Record]], list[Record]]:
    def tamper(rows: list[Record]) -> list[Record]:
        rows = [*rows[:place], rows[place]._replace(**columns), *rows[place + 1 :]]
        return relinked(rows, place) if relink else rows

    return tamper


def body_of(kind: str, **fields: Any) -> Callable[[list[Record]], list[Record]]:
    """The first record of a kind with other fields, everything made right behind it."""

    def tamper(rows: list[Record]) -> list[Record]:
        place = next(n for n, row in enumerate(rows) if row.kind == kind)
        body = json.loads(rows[place].body or "") | fields
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return relinked([*rows[:place], rows[place]._replace(body=text), *rows[place + 1 :]], place)

    return tamper


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (change(5, at_ms=1_700_000_000_001), "wrong_hash"),
        (change(5, epoch=7), "wrong_hash"),
        (change(5, part=3), "wrong_hash"),
        (change(5, kind="seat_paused/1"), "wrong_hash"),
        (change(5, request_sha256=b"x" * 32), "wrong_hash"),
        (change(5, hash=b"x" * 32), "broken_link"),
        (change(5, prev_hash=b"x" * 32), "broken_link"),
        (change(5, body='{"attempt_id":"a1"}'), "wrong_body_digest"),
        (lambda rows: rows[:5] + rows[6:], "gap"),
        (lambda rows: rows[1:], "gap"),
        (lambda rows: relinked(rows[:5] + rows[6:]), "stream_gap"),
        (lambda rows: relinked([*rows, rows[-1]._replace(part=1, request_sha256=b"x" * 32)]), "second_verdict"),
        (lambda rows: relinked([*rows, rows[5]._replace(part=1)]), "second_verdict"),
        (lambda rows: relinked([*rows, rows[-1]]), "part_gap"),
        (lambda rows: relinked([*rows, rows[6]]), "part_gap"),
        (change(5, relink=True, at_ms=1), "time_decreases"),
        (change(9, relink=True, epoch=0), "epoch_decreases"),
        (change(9, relink=True, kind="seat_praised/1"), "unknown_kind"),
        (change(9, relink=True, body='{"attempt_id":"a1"}'), "unreadable_body"),
        (change(9, relink=True, body="[]"), "unreadable_body"),
        (body_of("candidate_seated/1", seat_label=" "), ""),
        (body_of("response_saved/1", response={"options": ["i01-o4"]}), "wrong_receipt"),
        (body_of("seat_submitted/1", receipt="0000-0000"), "wrong_receipt"),
        (body_of("seat_submitted/1", attempt_id="a2"), ""),
        (body_of("seat_submitted/1", attempt_id="a7"), "wrong_receipt"),
    ],
)
def test_every_kind_of_damage_has_its_name(
    rows: list[Record],
    verify: Callable[[Sequence[Record]], JournalReport],
    tamper: Callable[[list[Record]], list[Record]],
    code: str,
) -> None:
    report = verify(tamper(rows))
    if code:
        assert code in codes(report)
        assert all(problem.where and english(problem.message) for problem in report.problems)


def test_a_body_in_another_encoding_is_found_even_when_its_digest_fits(
    rows: list[Record], verify: Callable[[Sequence[Record]], JournalReport]
) -> None:
    spaced = [*rows[:5], rows[5]._replace(body=(rows[5].body or "").replace(",", ", ", 1)), *rows[6:]]
    assert codes(verify(relinked(spaced, 5))) == {"not_canonical"}


def test_a_conflict_is_told_once_and_about_something(
    rows: list[Record], verify: Callable[[Sequence[Record]], JournalReport]
) -> None:
    place = next(n for n, row in enumerate(rows) if row.kind == "request_conflict/1")
    twice = [*rows, rows[place]._replace(part=2, at_ms=rows[-1].at_ms)]
    assert codes(verify(relinked(twice))) == {"wrong_conflict"}
    nothing = record(
        rows[-1].head, Request(1, b"n" * 16, 1, rows[-1].at_ms, b"r" * 32), 0, RequestConflict("00" * 32, "11" * 32)
    )
    assert "wrong_conflict" in codes(verify([*rows, nothing]))


def test_nothing_may_follow_the_end(
    server: Any, rows: list[Record], verify: Callable[[Sequence[Record]], JournalReport]
) -> None:
    server.order(commands.ClosePart(0, "end", "o"))
    server.order(commands.CloseSitting("o"))
    closed = server.journal.read()
    assert verify(closed).ok
    more = record(
        closed[-1].head, Request(2, b"n" * 16, 1, closed[-1].at_ms, b"r" * 32), 0, EpochBegan(2, 1, "00" * 32)
    )
    assert codes(verify([*closed, more])) == {"after_the_end"}


def test_erased_bodies_are_not_a_problem_but_are_not_called_checked(
    rows: list[Record], verify: Callable[[Sequence[Record]], JournalReport]
) -> None:
    erased = [row._replace(body=None) if row.kind == ResponseSaved.kind else row for row in rows]
    report = verify(erased)
    assert report.ok
    assert any("1 erased" in english(line) for line in report.not_checked)


def test_a_damaged_file_is_a_problem_and_not_a_crash(server: Any, rows: list[Record], tmp_path: Path) -> None:
    server.journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    octets = bytearray(server.path.read_bytes())
    for page in range(2, len(octets) // 4096):
        octets[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    (tmp_path / "damaged.sqlite").write_bytes(octets)
    assert "damaged_file" in codes(verify_file(tmp_path / "damaged.sqlite"))


def test_verification_changes_nothing(server: Any, rows: list[Record]) -> None:
    server.close()
    before = {path.name: path.read_bytes() for path in server.path.parent.glob("sitting-1*")}
    assert verify_file(server.path).ok
    assert {path.name: path.read_bytes() for path in server.path.parent.glob("sitting-1*")} == before
    server.open()


def test_a_file_that_is_no_journal_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "notes.sqlite").write_bytes(b"no database at all" * 100)
    for name in ("notes.sqlite", "gone.sqlite"):
        report = verify_file(tmp_path / name)
        assert codes(report) == {"unreadable_file"}
        assert report.checked == ()


# --- marks ------------------------------------------------------------------------------------------------------------


def opened(package: str = "p1", scheme: str = "aa" * 32, wrong: tuple[WrongCanary, ...] = ()) -> MarkingOpened:
    return MarkingOpened("sitting-1", package, scheme, 1, wrong, ("One", "Two"), ("u1", "u2"))


def awarded(attempt: str = "a1", scheme: str = "aa" * 32) -> MarkAwarded:
    return MarkAwarded(
        "sitting-1", f"c-{attempt}", attempt, 0, 700, 1000, 7, 10, 60_000, scheme, "bb" * 32, False, JournalHead(9, "cc" * 32)
    )  # fmt: skip


def published(*announced: MarkAwarded, count: int = 1) -> ResultsPublished:
    return ResultsPublished("sitting-1", results_sha256(announced or (awarded(),)), count, ("u1", "u2"))


def marks(*events: Event) -> list[Record]:
    """The records of a contest's journal that holds these events, an epoch before them."""
    found: list[Record] = []
    head = Head(0, bytes(32))
    for number, event in enumerate((EpochBegan(1, 0, "00" * 32), *events), start=1):
        found.append(record(head, Request(1, b"m" * 16, number, 1_700_000_000_000, b"r" * 32), 0, event))
        head = found[-1].head
    return found


def test_a_journal_of_marks_is_read_by_the_rules_of_marks(verify: Callable[[Sequence[Record]], JournalReport]) -> None:
    report = verify(marks(opened(), awarded(), published()))
    assert report.problems == ()
    assert report.of is JournalOf.CONTEST
    assert not any("contest's journal" in english(sentence) for sentence in report.not_checked)
    assert set(report.checked).isdisjoint(report.not_checked)


@pytest.mark.parametrize(
    "events",
    [
        (awarded(),),
        (opened(), awarded(scheme="ee" * 32)),
        (opened(), awarded(), awarded()),
        (opened(), opened()),
        (opened(), awarded(), published(count=2)),
        (opened(), awarded(), published(awarded("a9"))),
        (opened(), awarded(), published(), published()),
        (opened(wrong=(WrongCanary(1, "s1", 2, 1, 200, 100),)), awarded(), published()),
    ],
)
def test_marks_that_cannot_have_been_decided_are_found(
    verify: Callable[[Sequence[Record]], JournalReport], events: tuple[Event, ...]
) -> None:
    assert codes(verify(marks(*events))) == {"wrong_mark"}


def test_a_mark_among_the_answers_is_unknown_there(
    rows: list[Record], verify: Callable[[Sequence[Record]], JournalReport]
) -> None:
    strange = record(rows[-1].head, Request(1, b"m" * 16, 1, rows[-1].at_ms, b"r" * 32), 0, opened())
    report = verify([*rows, strange])
    assert (report.of, codes(report)) == (JournalOf.SITTING, {"unknown_kind"})


def test_a_journal_that_has_only_begun_is_what_its_folder_says(tmp_path: Path) -> None:
    for folder, of in (("sittings", JournalOf.SITTING), ("contests", JournalOf.CONTEST)):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "x.journal.sqlite"
        with Journal.open(path) as journal:
            journal.append(Head(0, bytes(32)), marks())
        assert (verify_file(path).of, verify_file(path).ok) == (of, True)


def test_room_time_goes_back_at_the_anchor_that_sets_it_back_and_nowhere_else(server: Any) -> None:
    day_ms = 86_400_000
    server.order(server.sample.prepare())
    ahead = server.now
    server.now -= day_ms  # the room's clock was stepped back; the journal goes on from its last record until it is told
    server.order(server.sample.choose())
    assert server.committer.at_ms == ahead
    verdict = server.order(commands.AnchorClock(server.now, 0, "corrected by an officer", server.sample.OFFICER))
    assert verdict.reason is None
    assert server.committer.at_ms == server.now
    server.order(server.sample.unseal())
    rows = server.journal.read()
    assert [row.at_ms - ahead for row in rows[-3:]] == [0, -day_ms, -day_ms]
    assert verify_file(server.path).ok
    server.reopen()
    assert server.committer.at_ms == server.now
    assert server.state.began_at_ms == server.now
