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
from server.store.views import Moment, Views

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


def caught_up(path: Path, journal: Any) -> Views:
    views = Views.of(journal, path, KINDS)
    views.catch_up(journal)
    return views


@pytest.fixture
def reader(busy: Any) -> Iterator[Journal]:
    with Journal.open_to_read(busy.path) as found:
        yield found


def test_the_effective_responses_are_those_of_the_state(busy: Any, reader: Journal, tmp_path: Path) -> None:
    views = caught_up(tmp_path / "v.views.sqlite", reader)
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
    views = caught_up(tmp_path / "v.views.sqlite", reader)
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
    whole = caught_up(tmp_path / "whole.views.sqlite", reader)
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
    first = caught_up(path, reader)
    wanted = content(first)
    first.close()
    if damage == "garbage":
        path.write_bytes(b"garbage" * 1000)
    elif damage == "another journal":
        path.unlink()
        other = new_server().started(1)
        caught_up(path, other.journal).close()
    else:
        path.unlink()
        caught_up(path, _Until(reader, 5)).close()
    again = caught_up(path, reader)
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
    views = caught_up(tmp_path / "v.views.sqlite", reader)
    with pytest.raises(ValueError, match="no view"):
        views.rows("journal; DROP TABLE attempt")
    views.close()


def test_a_journal_is_followed_a_little_at_a_time(reader: Journal, tmp_path: Path) -> None:
    whole = caught_up(tmp_path / "whole.views.sqlite", reader)
    steps = Views.of(reader, tmp_path / "steps.views.sqlite", KINDS)
    seen = []
    while steps.head() != whole.head():
        steps.catch_up(reader, 4)
        seen.append(steps.head().seq)
    assert seen == [*range(4, whole.head().seq, 4), whole.head().seq]
    steps.catch_up(reader, 4)
    assert content(steps) == content(whole)
    whole.close()
    steps.close()


# --- the keeper ---


@pytest.fixture
def keeper(server: Any, tmp_path: Path) -> Iterator[ViewKeeper]:
    """The views of a running server's journal; the test starts it where it is to follow by itself."""
    found = ViewKeeper(tmp_path / "views" / "v.views.sqlite", server.path, KINDS, THREADS, lambda error: None)
    yield found
    found.stop()


def kinds(moments: list[Moment]) -> list[str]:
    return [one.kind for one in moments]


def test_whoever_looks_sees_everything_that_is_on_disk(server: Any, keeper: ViewKeeper) -> None:
    server.started(1, 2)
    assert kinds(keeper.timeline("a1"))[-1] == "attempt_opened/1"
    server.send(server.delivery(1, 3, server.sample.save(1, "i01", 1, at=server.now)))
    assert kinds(keeper.timeline("a1"))[-1] == "response_saved/1"


def test_the_views_follow_the_journal_by_themselves(
    server: Any, keeper: ViewKeeper, monkeypatch: pytest.MonkeyPatch, eventually: Any
) -> None:
    monkeypatch.setattr("server.store.view_keeper.PACE_S", 0.01)
    monkeypatch.setattr("server.store.view_keeper.AT_ONCE", 3)
    server.started(1, 2)
    keeper.start()

    def followed() -> bool:
        with keeper._lock:
            return keeper._open is not None and keeper._open[0].head() == server.committer.head

    eventually(followed, what="the views reaching the journal's head")


def test_a_damaged_file_is_made_again_by_the_next_look(server: Any, keeper: ViewKeeper) -> None:
    server.started(1)
    wanted = keeper.timeline("a1")
    assert keeper._open is not None
    keeper._open[0]._db.execute("DROP TABLE timeline")
    with pytest.raises(DatabaseError, match="no such table"):
        keeper.timeline("a1")
    assert keeper.timeline("a1") == wanted


def test_views_that_cannot_be_written_say_so_once_and_catch_up_when_they_can(
    server: Any, keeper: ViewKeeper, monkeypatch: pytest.MonkeyPatch, eventually: Any
) -> None:
    monkeypatch.setattr("server.store.view_keeper.PACE_S", 0.01)
    told: list[Any] = []
    keeper._told = told.append
    tries: list[int] = []

    def full(self: Views, journal: object, most: int | None = None) -> None:
        tries.append(1)
        raise DatabaseError("the disk is full", hint="")

    with monkeypatch.context() as patched:
        patched.setattr(Views, "catch_up", full)
        server.started(1)
        keeper.start()
        eventually(lambda: len(tries) > 2, what="the keeper trying again")
        with pytest.raises(DatabaseError, match="disk is full"):
            keeper.timeline("a1")
    eventually(lambda: keeper.fault is None, what="the keeper going on")
    assert len(told) == 1
    assert kinds(keeper.timeline("a1"))[-1] == "attempt_opened/1"


def test_nobody_looks_at_a_sitting_that_was_let_go(server: Any, keeper: ViewKeeper) -> None:
    server.started(1)
    keeper.timeline("a1")
    keeper.stop()
    with pytest.raises(DatabaseError):
        keeper.timeline("a1")


class _Until:
    """A journal as it was when it had this many records."""

    def __init__(self, journal: Journal, last: int) -> None:
        self._journal = journal
        self._last = last

    def read(self, after: int = 0, limit: int = 5_000) -> list[Any]:
        return [record for record in self._journal.read(after, limit) if record.seq <= self._last]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)
