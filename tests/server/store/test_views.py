"""Views are made from the journal and can be made again: same content, whatever happened to the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.domain import commands
from server.domain.events import KINDS
from server.domain.values import IncidentCategory
from server.errors import DatabaseError
from server.protocol.receipt import responses_sha256
from server.store.async_port import THREADS
from server.store.journal import Journal
from server.store.view_keeper import ViewKeeper
from server.store.views import Views

TABLES = ("attempt", "part", "response", "timeline", "incident")


@pytest.fixture
def busy(server: Any) -> Any:
    """A sitting in which most things have happened."""
    server.started(1, 2, 3)
    sample = server.sample
    for turn, (n, item, option) in enumerate(
        [(1, "i01", 1), (1, "i01", 2), (2, "i02", 3), (1, "i03", 1), (2, "i01", 4)]
    ):
        seq = server.committer.stream(bytes.fromhex(sample.source((n, 1)))).contiguous + 1
        server.now += 100 + turn
        server.send(server.delivery(n, seq, sample.save(n, item, option, at=server.now)))
    server.order(sample.pause("a3"))
    server.order(sample.extend(5_000, "a2"))
    server.send(server.sign_in(1, 2))
    server.send(server.delivery(1, 2, sample.clear(1, "i03", at=server.now, generation=2), 2))
    server.send(
        server.delivery(1, 6, sample.save(1, "i03", 4, at=server.now - 1))
    )  # the older machine, made before the move
    server.send(server.broken(3, 3, b"\xff"))
    server.order(commands.RecordIncident("a2", IncidentCategory.POWER, "flicker", "o1"))
    digest = responses_sha256("a2", 0, server.state.attempts["a2"].parts[0].responses)
    server.send(server.delivery(2, 5, sample.submit(2, 4, digest, at=server.now)))
    server.order(commands.CloseSeat("a1", "ill", "o2"))
    return server


def content(views: Views) -> dict[str, list[tuple[Any, ...]]]:
    return {table: views.rows(table) for table in TABLES}


@pytest.fixture
def reader(busy: Any) -> Iterator[Journal]:
    with Journal.open_to_read(busy.path) as found:
        yield found


def test_the_effective_responses_are_those_of_the_state(busy: Any, reader: Journal, tmp_path: Path) -> None:
    views = Views.open(tmp_path / "v.views.sqlite", reader, KINDS)
    held = {
        (attempt.attempt_id, part.part, item): None if one.response is None else one.generation
        for attempt in busy.state.attempts.values() for part in attempt.parts.values()
        for item, one in part.held.items()
    }  # fmt: skip
    rows = views.rows("response")
    assert {row[:3]: None if row[3] is None else row[4] for row in rows} == held
    assert next(row for row in rows if row[2] == "i03" and row[0] == "a1")[3] is None  # cleared by the newer sign-in
    views.close()


def test_a_seats_history_and_the_incidents_are_there_in_order(reader: Journal, tmp_path: Path) -> None:
    views = Views.open(tmp_path / "v.views.sqlite", reader, KINDS)
    kinds = [moment.kind for moment in views.timeline("a2")]
    assert kinds == [
        "candidate_seated/1", "identity_confirmed/1", "attempt_opened/1", "response_saved/1", "response_saved/1",
        "time_extended/1", "incident_recorded/1", "seat_submitted/1",
    ]  # fmt: skip
    assert [(one.category, one.attempt_id) for one in views.incidents()] == [
        ("two_machines", "a1"), ("unreadable", None), ("power", "a2"),
    ]  # fmt: skip
    assert "o2" in {moment.officer_id for moment in views.decisions()}
    assert {row[0]: row[12] for row in views.rows("part")} == {"a1": "officer", "a2": "candidate", "a3": None}
    views.close()


def test_projected_in_any_batches_or_made_anew_the_content_is_the_same(
    busy: Any, reader: Journal, tmp_path: Path
) -> None:
    whole = Views.open(tmp_path / "whole.views.sqlite", reader, KINDS)
    steps = Views(tmp_path / "steps.views.sqlite", KINDS)
    entries = [entry for batch in busy.batches for entry in batch.entries]
    steps.catch_up(_Until(reader, entries[0].record.seq - 1))
    for start in range(0, len(entries), 3):
        steps.apply(entries[max(0, start - 2) : start + 3])  # two of them a second time
    assert content(steps) == content(whole)
    assert steps.head() == whole.head() == reader.head()
    whole.close()
    steps.close()


@pytest.mark.parametrize("damage", ["garbage", "another journal", "behind"])
def test_views_that_cannot_be_right_are_made_again(
    busy: Any, reader: Journal, tmp_path: Path, damage: str, new_server: Any
) -> None:
    path = tmp_path / "v.views.sqlite"
    first = Views.open(path, reader, KINDS)
    wanted = content(first)
    first.close()
    if damage == "garbage":
        path.write_bytes(b"garbage" * 1000)
    elif damage == "another journal":
        path.unlink()
        other = new_server().started(1)
        Views.open(path, other.journal, KINDS).close()
    else:
        path.unlink()
        Views.open(path, _Until(reader, 5), KINDS).close()
    again = Views.open(path, reader, KINDS)
    assert content(again) == wanted
    again.close()


def test_a_record_that_is_missing_before_is_noticed_and_nothing_changes(busy: Any, tmp_path: Path) -> None:
    views = Views(tmp_path / "v.views.sqlite", KINDS)
    with pytest.raises(DatabaseError, match="does not follow"):
        views.apply(busy.batches[3].entries)
    assert views.head().seq == 0
    assert views.rows("timeline") == []
    views.close()


def test_only_known_tables_are_read(reader: Journal, tmp_path: Path) -> None:
    views = Views.open(tmp_path / "v.views.sqlite", reader, KINDS)
    with pytest.raises(ValueError, match="no view"):
        views.rows("journal; DROP TABLE attempt")
    views.close()


@pytest.fixture
def kept(new_server: Any, tmp_path: Path) -> Iterator[tuple[Any, ViewKeeper, Views]]:
    """A server whose views are kept while it runs; the keeper is started by the test."""
    server = new_server()
    with Journal.open_to_read(server.path) as reader:
        views = Views.open(tmp_path / "kept.views.sqlite", reader, KINDS)
        keeper = ViewKeeper(views, reader, THREADS)
        server.listeners.append(lambda batch: keeper.take(batch.entries))
        yield server, keeper, views
        keeper.stop()
        views.close()


def test_the_keeper_follows_the_commits(kept: Any, tmp_path: Path) -> None:
    server, keeper, views = kept
    keeper.start()
    server.started(1, 2)
    server.send(server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now)))
    keeper.stop()
    assert keeper.fault is None
    assert views.head() == server.committer.head
    whole = Views.open(tmp_path / "whole.views.sqlite", server.journal, KINDS)
    assert content(views) == content(whole)
    whole.close()


def test_a_keeper_that_has_fallen_far_behind_reads_the_journal(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, keeper, views = kept
    monkeypatch.setattr("server.store.view_keeper.MAX_WAITING", 5)
    server.started(1, 2)
    assert len(keeper._waiting) <= 5
    keeper.start()
    keeper.stop()
    assert views.head() == server.committer.head


def test_views_that_cannot_be_written_say_so_and_catch_up_when_they_can(kept: Any) -> None:
    server, keeper, views = kept
    views._db.execute("CREATE TRIGGER full BEFORE INSERT ON timeline BEGIN SELECT RAISE(ABORT, 'full'); END")
    keeper.start()
    server.started(1)
    keeper.stop()
    assert keeper.fault is not None
    assert "full" in str(keeper.fault)
    views._db.execute("DROP TRIGGER full")
    keeper.start()
    server.send(server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now)))
    keeper.stop()
    assert keeper.fault is None
    assert views.head() == server.committer.head


class _Until:
    """A journal as it was when it had this many records."""

    def __init__(self, journal: Journal, last: int) -> None:
        self._journal = journal
        self._last = last

    def read(self, after: int = 0, limit: int = 5_000) -> list[Any]:
        return [record for record in self._journal.read(after, limit) if record.seq <= self._last]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)
