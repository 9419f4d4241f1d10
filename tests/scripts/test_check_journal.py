"""The checker that believes nobody, on two histories: what a branch alone acknowledged must have come back, and must count."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator

import pytest

from server.drill.check_journal import missing, not_counting, other_records
from server.drill.check_logs import Ack, Row

SOURCE, HASH = b"s" * 16, b"h" * 32


def ack(seq: int = 2, option: str = "o1") -> Ack:
    body = {
        "kind": "save_response/1",
        "attempt_id": "a1",
        "generation": 1,
        "item_id": "i1",
        "response": {"options": [option]},
    }
    return Ack("TS1", SOURCE, seq, "accepted", 1, HASH, json.dumps(body))


def row(one: Ack, own: bytes, epoch: int = 1) -> Row:
    request = hashlib.sha256(one.message.encode()).digest()
    return Row(epoch, "response_saved/1", request, json.dumps(dict(one.body)), own)


def test_what_only_a_branch_acknowledged_is_lost_until_the_journal_has_it_under_its_number() -> None:
    told = ack()
    branch = {told.ref: [row(told, HASH)]}
    back = {told.ref: [row(told, b"x" * 32, epoch=9)]}
    assert missing([told], {}, [branch]) == {
        told.ref: f"SBD TS1: record 2 of {SOURCE.hex()[:8]} was acknowledged and has not come back from its branch"
    }
    assert list(missing([told], {told.ref: [row(ack(option="o2"), b"x" * 32)]}, [branch])) == [told.ref]
    assert missing([told], back, [branch]) == {}
    assert list(missing([told], {}, [])) == [told.ref]
    assert other_records([told], back, [branch]) == []
    assert len(other_records([told], back, [])) == 1, "nobody holds the hash that was promised"


@pytest.fixture
def journal() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE journal (source_seq INTEGER, kind TEXT, body TEXT)")
    yield connection
    connection.close()


def test_the_last_answer_that_was_acknowledged_is_the_one_that_must_count(journal: sqlite3.Connection) -> None:
    first, last = ack(2, "o1"), ack(3, "o2")

    def hold(one: Ack) -> None:
        body = json.dumps(dict(one.body))
        journal.execute("INSERT INTO journal VALUES (?, 'response_saved/1', ?)", (one.seq, body))

    assert list(not_counting([first, last], journal)) == [last.ref]
    hold(first)
    assert list(not_counting([first, last], journal)) == [last.ref]
    hold(ack(3, "o3"))
    assert list(not_counting([first, last], journal)) == [last.ref]
    journal.execute("DELETE FROM journal WHERE source_seq = 3")
    hold(last)
    assert not_counting([first, last], journal) == {}
