"""The outbox: on this machine's disk before anything is shown, whatever is killed, and gone only when released."""

from __future__ import annotations

import contextlib
import hashlib
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from client_kiosk.errors import OutboxError
from client_kiosk.outbox import Outbox, Stream, open_all

STREAM = Stream("ab" * 16, "ca-1", "attempt-1", 1)

WRITER = """
import sys
from pathlib import Path
from client_kiosk.outbox import Outbox
outbox = Outbox.open(Path(sys.argv[1]))
while True:
    seq = outbox.append({"kind": "save_response/1", "n": outbox.last_seq + 1})
    print(seq, flush=True)
"""


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox.create(tmp_path, STREAM)
    yield made
    made.close()


def test_the_first_record_is_number_2_because_the_sign_in_is_number_1(outbox: Outbox) -> None:
    assert outbox.last_seq == 1
    assert outbox.append({"kind": "a"}) == 2
    assert outbox.append({"kind": "b"}) == 3
    assert [held.seq for held in outbox.after(1, 10)] == [2, 3]
    assert [held.seq for held in outbox.after(2, 10)] == [3]


def test_a_record_keeps_its_exact_bytes_so_that_its_digest_is_the_servers(outbox: Outbox) -> None:
    outbox.append({"kind": "save_response/1", "text": "Đắk Lắk – ỵ", "b": 1, "a": 2})
    held = outbox.after(1, 1)[0]
    assert held.message == '{"a":2,"b":1,"kind":"save_response/1","text":"Đắk Lắk – ỵ"}'
    assert outbox.digest_of(2) == hashlib.sha256(held.message.encode()).hexdigest()
    assert outbox.digest_of(1) is None


def test_saved_on_this_machine_means_on_its_disk_after_a_restart_too(outbox: Outbox, tmp_path: Path) -> None:
    """A kill alone would not tell: what the system holds in memory outlives the program, but no power cut."""
    outbox.append({"kind": "a"})
    outbox.close()
    again = Outbox.open(outbox.path)
    fresh = Outbox.create(tmp_path, Stream("cd" * 16, "ca-1", "attempt-2", 1))
    with contextlib.closing(again), contextlib.closing(fresh):
        for opened in (again, fresh):
            assert opened._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert opened._connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_an_acknowledged_record_stays_until_the_stream_is_released(outbox: Outbox, tmp_path: Path) -> None:
    outbox.append({"kind": "a"})
    outbox.append({"kind": "b"})
    outbox.settle([(2, "accepted")])
    assert outbox.unsettled() == 1
    assert [held.verdict for held in outbox.after(1, 10)] == ["accepted", None]
    outbox.release()
    assert not list(tmp_path.iterdir())


def test_every_outbox_is_found_again_and_a_damaged_one_is_named_and_kept(tmp_path: Path) -> None:
    first = Outbox.create(tmp_path, STREAM)
    first.append({"kind": "a"})
    first.close()
    (tmp_path / "torn.sqlite").write_bytes(b"not a database, but not to be thrown away either")
    opened = open_all(tmp_path)
    assert opened.damaged == ("torn.sqlite",)
    assert (tmp_path / "torn.sqlite").exists()
    assert opened.outboxes[STREAM.source].stream == STREAM
    assert opened.outboxes[STREAM.source].last_seq == 2
    opened.outboxes[STREAM.source].close()


def test_what_a_crash_left_of_a_file_that_was_never_begun_frightens_nobody(tmp_path: Path) -> None:
    """Killed between making the file and making its tables: no record was ever in it."""
    begun = sqlite3.connect(tmp_path / f"{'cd' * 16}.sqlite")
    begun.execute("PRAGMA journal_mode = WAL")
    begun.close()
    (tmp_path / f"{'ef' * 16}.sqlite").touch()
    found = open_all(tmp_path)
    assert found.damaged == ()
    assert found.outboxes == {}
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_lost_its_head_is_never_opened_over_its_log(outbox: Outbox, tmp_path: Path) -> None:
    """SQLite throws the log of an empty database away when it opens it: the records would go with it."""
    outbox.append({"kind": "a"})
    log = outbox.path.with_name(outbox.path.name + "-wal")
    kept = log.read_bytes()
    other = tmp_path / "torn"
    other.mkdir()
    (other / outbox.path.name).touch()
    (other / log.name).write_bytes(kept)
    assert open_all(other).damaged == (outbox.path.name,)
    assert (other / log.name).read_bytes() == kept


def test_how_much_is_unsettled_is_known_again_after_a_restart(outbox: Outbox, tmp_path: Path) -> None:
    outbox.append({"kind": "a"})
    outbox.append({"kind": "b"})
    outbox.settle([(2, "accepted")])
    again = open_all(tmp_path).outboxes[STREAM.source]
    assert (outbox.unsettled(), again.unsettled(), again.first_unsettled()) == (1, 1, 3)
    again.close()


def test_a_verdict_that_comes_twice_leaves_the_others_waiting(outbox: Outbox) -> None:
    for n in range(3):
        outbox.append({"n": n})
    for _ in range(3):
        outbox.settle([(2, "accepted")])
    assert outbox.unsettled() == 2
    assert outbox.first_unsettled() == 3


def test_that_a_file_waits_for_its_sitting_is_remembered(outbox: Outbox, tmp_path: Path) -> None:
    assert not outbox.is_set_aside
    outbox.set_aside(True)
    again = open_all(tmp_path).outboxes[STREAM.source]
    assert again.is_set_aside
    again.close()
    outbox.set_aside(False)
    last = open_all(tmp_path).outboxes[STREAM.source]
    assert not last.is_set_aside
    last.close()


def test_a_file_that_was_released_a_moment_ago_is_an_error_with_a_name(outbox: Outbox) -> None:
    """The line's thread may still hold it: anything but an OutboxError would end that thread for good."""
    outbox.append({"kind": "a"})
    outbox.release()
    for asked in (lambda: outbox.digest_of(2), outbox.first_unsettled, lambda: outbox.after(1, 1)):
        with pytest.raises(OutboxError):
            asked()


def test_a_stream_is_never_opened_over_an_existing_one(outbox: Outbox, tmp_path: Path) -> None:
    with pytest.raises(OutboxError, match="exists already"):
        Outbox.create(tmp_path, STREAM)


def test_a_full_disk_shows_nothing_as_saved_and_the_next_try_goes_on(outbox: Outbox) -> None:
    outbox.append({"kind": "a"})
    pages = outbox._connection.execute("PRAGMA page_count").fetchone()[0]
    outbox._connection.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for _ in range(100):
            outbox.append({"kind": "b", "text": "x" * 500})

    with pytest.raises(OutboxError, match="did not take"):
        fill()
    kept = outbox.last_seq
    outbox._connection.execute("PRAGMA max_page_count = 1073741823")
    assert outbox.append({"kind": "c"}) == kept + 1
    assert [held.seq for held in outbox.after(1, 1000)] == list(range(2, kept + 2))


def test_what_was_reported_as_stored_survives_kill_9_at_any_instant(
    tmp_path: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> None:
    Outbox.create(tmp_path, STREAM).close()
    path = tmp_path / f"{STREAM.source}.sqlite"
    chance = random.Random(20261122)
    reported = 1
    for _ in range(25):
        child = spawn([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE)
        assert child.stdout is not None
        for _ in range(chance.randrange(1, 20)):
            reported = int(child.stdout.readline())
        child.kill()
        rest = child.stdout.read().split()  # what it still said between our reading and the kill counts too
        reported = int(rest[-1]) if rest else reported
        child.wait()
        again = Outbox.open(path)
        assert again.last_seq >= reported
        assert [held.seq for held in again.after(1, 10**6)] == list(range(2, again.last_seq + 1))
        reported = again.last_seq
        again.close()
