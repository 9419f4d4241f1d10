"""The journal's table: it grows at its end, and nothing else can be done to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.domain.chain import NO_RECORDS, Head
from server.domain.event import EpochBegan
from server.errors import DatabaseError, JournalError, NotStored
from server.store.journal import Appended, Journal, Moved, pages
from server.store.record import Record, Request, record

SOURCE = b"s" * 16


def chain(head: Head, count: int, first: int = 1) -> list[Record]:
    """Records that follow `head`, numbered from `first` in their stream."""
    records: list[Record] = []
    for number in range(first, first + count):
        request = Request(1, SOURCE, number, 1_000 + number, b"r" * 32)
        records.append(record(head, request, 0, EpochBegan(1, head.seq, head.hash.hex())))
        head = records[-1].head
    return records


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "j.sqlite") as found:
        yield found


def test_what_was_appended_is_read_again_in_order(journal: Journal) -> None:
    records = chain(NO_RECORDS, 5)
    assert journal.append(NO_RECORDS, records) == Appended(records[-1].head)
    assert journal.head() == records[-1].head
    assert journal.read() == records
    assert journal.read(after=3, limit=1) == records[3:4]


def test_pages_give_every_record_once(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    records = chain(NO_RECORDS, 7)
    journal.append(NO_RECORDS, records)
    read = Journal.read
    monkeypatch.setattr(Journal, "read", lambda self, after=0, limit=3: read(self, after, limit))
    assert [one for page in pages(journal) for one in page] == records


def test_a_journal_that_moved_takes_nothing_and_says_where_it_is(journal: Journal, tmp_path: Path) -> None:
    mine, theirs = chain(NO_RECORDS, 1), chain(NO_RECORDS, 2)
    with Journal.open(tmp_path / "j.sqlite") as other:
        other.append(NO_RECORDS, theirs)
    assert journal.append(NO_RECORDS, mine) == Moved(theirs[-1].head)
    assert journal.read() == theirs
    more = chain(theirs[-1].head, 1, first=3)
    assert isinstance(journal.append(theirs[-1].head, more), Appended)


def test_an_empty_append_changes_nothing(journal: Journal) -> None:
    assert journal.append(NO_RECORDS, []) == Appended(NO_RECORDS)


# --- what the triggers refuse, from any program that opens the file ---


@pytest.fixture
def intruder(journal: Journal, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program's connection, with SQLite's own defaults, on a journal of three records."""
    journal.append(NO_RECORDS, chain(NO_RECORDS, 3))
    connection = sqlite3.connect(tmp_path / "j.sqlite", isolation_level=None)
    yield connection
    connection.close()


COLUMNS = [
    "seq", "epoch", "source", "source_seq", "part", "kind", "at_ms", "request_sha256", "body_sha256", "prev_hash", "hash",
]  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_can_be_changed(intruder: sqlite3.Connection, column: str) -> None:
    value = (
        "x'" + "00" * (16 if column == "source" else 32) + "'"
        if "sha" in column or column in ("source", "prev_hash", "hash")
        else "77"
    )
    with pytest.raises(sqlite3.IntegrityError, match="only the body can be erased"):
        intruder.execute(f"UPDATE journal SET {column} = {value} WHERE seq = 3")
    with pytest.raises(sqlite3.IntegrityError, match="only the body can be erased"):
        intruder.execute(f"UPDATE journal SET body = NULL, {column} = {value} WHERE seq = 3")


def test_a_body_can_be_erased_but_not_rewritten_nor_given_back(intruder: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="only the body can be erased"):
        intruder.execute("UPDATE journal SET body = '{}' WHERE seq = 2")
    (body,) = intruder.execute("SELECT body FROM journal WHERE seq = 2").fetchone()
    intruder.execute("UPDATE journal SET body = NULL WHERE seq = 2")
    with pytest.raises(sqlite3.IntegrityError, match="only the body can be erased"):
        intruder.execute("UPDATE journal SET body = ? WHERE seq = 2", (body,))


def test_no_record_can_be_deleted(intruder: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        intruder.execute("DELETE FROM journal WHERE seq = 3")
    assert intruder.execute("SELECT count(*) FROM journal").fetchone() == (3,)


@pytest.mark.parametrize("recursive", [False, True])
def test_insert_or_replace_does_not_slip_past(intruder: sqlite3.Connection, journal: Journal, recursive: bool) -> None:
    intruder.execute(f"PRAGMA recursive_triggers = {int(recursive)}")
    before = journal.read()
    row = before[1]._replace(epoch=9)
    with pytest.raises(sqlite3.IntegrityError):
        intruder.execute("INSERT OR REPLACE INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row)
    assert journal.read() == before


def test_the_rooms_own_connection_cannot_replace_by_the_other_key_either(journal: Journal) -> None:
    journal.append(NO_RECORDS, chain(NO_RECORDS, 3))
    before = journal.read()
    row = before[1]._replace(seq=4)
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        journal._db.conn.execute("INSERT OR REPLACE INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row)
    journal._db.conn.rollback()
    assert journal.read() == before


@pytest.mark.parametrize("seq", [1, 3, 5, 99, -1])
def test_a_record_is_only_added_at_the_end(intruder: sqlite3.Connection, journal: Journal, seq: int) -> None:
    row = chain(journal.head(), 1, first=4)[0]._replace(seq=seq)
    with pytest.raises(sqlite3.IntegrityError):
        intruder.execute("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row)


# --- failures ---


def test_a_batch_that_breaks_in_the_middle_leaves_nothing(journal: Journal) -> None:
    journal.append(NO_RECORDS, chain(NO_RECORDS, 2))
    head, before = journal.head(), journal.read()
    calls = iter([0] * 10)
    journal._db.conn.set_progress_handler(lambda: next(calls, 1), 50)
    with pytest.raises(NotStored) as caught:
        journal.append(head, chain(head, 200, first=3))
    journal._db.conn.set_progress_handler(None, 0)
    assert caught.value.hint
    assert journal.read() == before
    assert isinstance(journal.append(head, chain(head, 200, first=3)), Appended)


def test_a_full_file_refuses_and_takes_the_batch_once_there_is_room(journal: Journal) -> None:
    connection = journal._db.conn
    (held,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {held + 1}")
    with pytest.raises(NotStored, match="full"):
        journal.append(NO_RECORDS, chain(NO_RECORDS, 100))
    assert journal.head() == NO_RECORDS
    connection.execute("PRAGMA max_page_count = 100000")
    journal.append(NO_RECORDS, chain(NO_RECORDS, 100))
    assert journal.head().seq == 100


def test_another_programs_lock_is_waited_for_and_then_refused(journal: Journal, tmp_path: Path) -> None:
    journal._db.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(tmp_path / "j.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotStored, match="locked"):
        journal.append(NO_RECORDS, chain(NO_RECORDS, 1))
    other.execute("ROLLBACK")
    other.close()
    assert isinstance(journal.append(NO_RECORDS, chain(NO_RECORDS, 1)), Appended)


def test_a_commit_that_fails_for_no_passing_reason_is_an_error_of_the_journal(journal: Journal) -> None:
    def authorize(action: int, what: str | None, *_: Any) -> int:
        denied = action == sqlite3.SQLITE_TRANSACTION and what == "COMMIT"
        return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK

    journal._db.conn.set_authorizer(authorize)
    with pytest.raises(JournalError) as caught:
        journal.append(NO_RECORDS, chain(NO_RECORDS, 1))
    assert not isinstance(caught.value, NotStored)
    journal._db.conn.set_authorizer(None)
    assert journal.head() == NO_RECORDS


def test_the_same_request_twice_is_an_error_the_table_notices(journal: Journal) -> None:
    journal.append(NO_RECORDS, chain(NO_RECORDS, 2))
    with pytest.raises(JournalError, match="UNIQUE"):
        journal.append(journal.head(), chain(journal.head(), 1, first=2))


def test_a_journal_to_read_must_be_there_and_is_not_written(tmp_path: Path, journal: Journal) -> None:
    with pytest.raises(DatabaseError):
        Journal.open_to_read(tmp_path / "nowhere.sqlite")
    assert not (tmp_path / "nowhere.sqlite").exists()
    journal.append(NO_RECORDS, chain(NO_RECORDS, 2))
    with Journal.open_to_read(tmp_path / "j.sqlite") as reader:
        assert reader.head().seq == 2
        with pytest.raises(JournalError, match="readonly"):
            reader.append(reader.head(), chain(reader.head(), 1, first=3))


def test_saved_means_on_disk(journal: Journal) -> None:
    assert journal._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)
