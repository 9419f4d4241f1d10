"""Verification finds every kind of damage, and says where."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from server.domain import commands
from server.domain.chain import Head, link
from server.domain.event import EpochBegan, RequestConflict
from server.domain.events import ResponseSaved
from server.protocol.receipt import responses_sha256
from server.store.journal import MIGRATIONS
from server.store.record import Record, Request, record
from server.store.verify import VerifyReport, verify_journal, verify_sitting


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
def verify(tmp_path: Path) -> Callable[[Sequence[Record]], VerifyReport]:
    """Verify a journal that holds these rows, put there past every trigger."""

    def check(found: Sequence[Record]) -> VerifyReport:
        path = tmp_path / "tampered.sqlite"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        table = MIGRATIONS[0].partition("CREATE TRIGGER")[0].replace("UNIQUE (source, source_seq, part)", "CHECK (1)")
        connection.executescript(table.replace("seq        INTEGER PRIMARY KEY", "seq INTEGER"))
        connection.executemany("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", found)
        connection.commit()
        connection.close()
        return verify_sitting(path)

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


def codes(report: VerifyReport) -> set[str]:
    return {problem.code for problem in report.problems}


def test_a_whole_journal_is_ok_and_the_report_says_what_it_did_not_check(
    server: Any, rows: list[Record], verify: Callable[[Sequence[Record]], VerifyReport]
) -> None:
    for report in (verify_sitting(server.path), verify(rows), verify(relinked(rows))):
        document = report.document()
        assert document["ok"] is True
        assert document["what"] == "journal"
        assert document["problems"] == []
        assert document["head"] == {"seq": rows[-1].seq, "hash": rows[-1].hash.hex()}
        assert document["records"] == len(rows)
        assert document["checked"]
        assert document["not_checked"]
        assert json.dumps(document)


def test_an_empty_journal_is_ok(verify: Callable[[Sequence[Record]], VerifyReport]) -> None:
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
    verify: Callable[[Sequence[Record]], VerifyReport],
    tamper: Callable[[list[Record]], list[Record]],
    code: str,
) -> None:
    report = verify(tamper(rows))
    if code:
        assert code in codes(report)
        assert all(problem.where and problem.message for problem in report.problems)


def test_a_body_in_another_encoding_is_found_even_when_its_digest_fits(
    rows: list[Record], verify: Callable[[Sequence[Record]], VerifyReport]
) -> None:
    spaced = [*rows[:5], rows[5]._replace(body=(rows[5].body or "").replace(",", ", ", 1)), *rows[6:]]
    assert codes(verify(relinked(spaced, 5))) == {"not_canonical"}


def test_a_conflict_is_told_once_and_about_something(
    rows: list[Record], verify: Callable[[Sequence[Record]], VerifyReport]
) -> None:
    place = next(n for n, row in enumerate(rows) if row.kind == "request_conflict/1")
    twice = [*rows, rows[place]._replace(part=2, at_ms=rows[-1].at_ms)]
    assert codes(verify(relinked(twice))) == {"wrong_conflict"}
    nothing = record(
        rows[-1].head, Request(1, b"n" * 16, 1, rows[-1].at_ms, b"r" * 32), 0, RequestConflict("00" * 32, "11" * 32)
    )
    assert "wrong_conflict" in codes(verify([*rows, nothing]))


def test_nothing_may_follow_the_end(
    server: Any, rows: list[Record], verify: Callable[[Sequence[Record]], VerifyReport]
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
    rows: list[Record], verify: Callable[[Sequence[Record]], VerifyReport]
) -> None:
    erased = [row._replace(body=None) if row.kind == ResponseSaved.kind else row for row in rows]
    report = verify(erased)
    assert report.ok
    assert any("1 erased" in line for line in report.not_checked)


def test_a_damaged_file_is_a_problem_and_not_a_crash(server: Any, rows: list[Record], tmp_path: Path) -> None:
    server.journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    octets = bytearray(server.path.read_bytes())
    for page in range(2, len(octets) // 4096):
        octets[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    (tmp_path / "damaged.sqlite").write_bytes(octets)
    assert "damaged_file" in codes(verify_sitting(tmp_path / "damaged.sqlite"))


def test_verification_changes_nothing(server: Any, rows: list[Record]) -> None:
    server.close()
    before = {path.name: path.read_bytes() for path in server.path.parent.glob("sitting-1*")}
    assert verify_sitting(server.path).ok
    assert {path.name: path.read_bytes() for path in server.path.parent.glob("sitting-1*")} == before
    server.open()


def test_another_journals_rules_can_be_verified_too(server: Any, rows: list[Record]) -> None:
    only_common = dataclasses.replace(server.RULES, kinds={"epoch_began/1": server.RULES.kinds["epoch_began/1"]})
    assert "unknown_kind" in codes(verify_journal(server.journal, only_common))
