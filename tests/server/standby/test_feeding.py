"""What the primary sends its standby: every journal, in bounded frames, in its order, and never at the committer's cost."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from server.domain.chain import NO_RECORDS
from server.domain.link_health import GONE_MS, LinkHealth
from server.domain.standby_commands import NoteStandby
from server.errors import JournalError, LinkError
from server.live.standby import feeding, session
from server.live.standby.frames import MAX_FRAME_BYTES, Frame, Frames, packed
from server.live.standby.greeting import Peer
from server.live.standby.own import RESUME_BYTES
from server.live.standby.rows import from_wire
from server.live.standby.session import Progress, Session
from server.role import Role
from server.store.async_port import THREADS
from server.store.journal import Journal

NAME, OTHER = "sittings/sitting-1.journal.sqlite", "sittings/sitting-2.journal.sqlite"


class Wire:
    """A session whose frames are looked at instead of sent."""

    def __init__(self) -> None:
        one, self._other = socket.socketpair()
        self._one = one
        self.frames: list[Frame] = []
        self.session = Session(Frames(one), Peer("2" * 16, Role.STANDBY, 0, "0.1.0", 1), "x", THREADS, lambda: 0)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        frames = Frames(self._other)
        while (frame := frames.receive()) is not None:
            self.frames.append(frame)

    def close(self) -> None:
        self.session.end()
        self.session.joined()
        self._reader.join()
        self._one.close()
        self._other.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    found = Wire()
    yield found
    found.close()


@pytest.fixture
def records(server: Any) -> list[Any]:
    """A sitting's first records."""
    server.started(1, 2)
    found: list[Any] = server.journal.read()
    return found


def test_long_answers_leave_in_several_frames_of_which_each_keeps_its_bound(
    wire: Wire, records: list[Any], eventually: Callable[..., None]
) -> None:
    essay = "ế" * (session.PART_BYTES // 4)
    long = [one._replace(seq=number, body=essay) for number, one in enumerate(records * 2, 1)]
    assert sum(len(one.body.encode()) for one in long) > MAX_FRAME_BYTES, "one frame would be none"

    def found() -> int:
        return sum(len(frame.data) for frame in wire.frames)

    wire.session.send_records(NAME, long)
    eventually(lambda: found() >= len(long) * len(essay.encode()))
    assert [one for frame in wire.frames for one in from_wire(frame.data)] == long
    assert len(wire.frames) > 2


def test_a_journal_that_was_closed_and_opened_again_is_read_from_the_disk_before_fresh_records_follow(
    wire: Wire, records: list[Any]
) -> None:
    """Journals of contests are opened for each marking."""
    found = wire.session
    found.progress[NAME] = Progress(records[2].head, 3, live=True)
    assert not found.pass_on(NAME, records[5].head, records[6:7]), "three records were written past this link"
    assert not found.progress[NAME].live
    found.go_live(NAME, lambda: records[5].head)
    assert not found.progress[NAME].live, "not before what lies on the disk was sent"


@pytest.fixture
def follows(primary: Any, waiting: Callable[..., Any], records: list[Any], eventually: Callable[..., None]) -> Any:
    """A standby that follows the primary's two journals over a real line."""
    for name in (NAME, OTHER):
        with Journal.open(primary.directory / name) as journal:
            journal.append(journal.head(), records[:4])
    primary.serve()
    second = waiting(primary.address)
    second.start()
    eventually(lambda: all(second.replica.heads().get(name, (0,))[0] == 4 for name in (NAME, OTHER)))
    return second


def append(primary: Any, name: str, more: list[Any]) -> None:
    with Journal.open(primary.directory / name) as journal:
        journal.append(journal.head(), more)


def held(second: Any, name: str) -> int:
    return int(second.replica.heads()[name].seq)


def test_what_was_written_to_a_journal_before_it_is_opened_again_reaches_the_standby(
    primary: Any, follows: Any, records: list[Any], eventually: Callable[..., None]
) -> None:
    name = OTHER
    mirror = primary.link.mirror(primary.directory / name)
    mirror.began(records[3].head)
    eventually(lambda: primary.link._session.progress[name].live)
    primary.link.let_go(primary.directory / name)
    append(primary, name, records[4:6])  # whoever had it open meanwhile
    again = primary.link.mirror(primary.directory / name)
    again.began(records[5].head)
    eventually(lambda: held(follows, name) == 6)
    append(primary, name, records[6:7])
    again.keep(records[6:7])
    eventually(lambda: held(follows, name) == 7)


def test_a_standby_that_comes_back_gets_every_journal_that_went_on_without_it(
    primary: Any, follows: Any, records: list[Any], eventually: Callable[..., None]
) -> None:
    mirrors = {name: primary.link.mirror(primary.directory / name) for name in (NAME, OTHER)}
    for mirror in mirrors.values():
        mirror.began(records[3].head)
    follows.follower.stop()
    eventually(lambda: primary.link._session is None)
    for name, mirror in mirrors.items():
        append(primary, name, records[4:6])
        mirror.keep(records[4:6])
    follows.follower.start()
    eventually(lambda: [held(follows, name) for name in mirrors] == [6, 6])
    for name, mirror in mirrors.items():
        append(primary, name, records[6:8])
        mirror.keep(records[6:8])
    eventually(lambda: [held(follows, name) for name in mirrors] == [8, 8])


def test_a_primary_that_cannot_copy_its_data_loses_the_standby_and_never_the_committer(
    primary: Any, wire: Wire, records: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `keep` raised would end the room's one writer: nothing at all would be stored any more."""
    link, ticks = primary.link, count(0, 100)
    link._now_ms, link._heard_ms = lambda: next(ticks), 0
    link._session, link._health = wire.session, LinkHealth(both=True)
    wire.session.progress[NAME] = Progress(records[3].head, 4, live=True)
    mirror = primary.link.mirror(primary.directory / NAME, lambda: True)
    mirror.began(records[3].head)

    def full(*_: object) -> bytes:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(feeding, "room_frame", full)
    kept = mirror.keep(records[4:5])
    assert kept.copies == 0
    assert kept.note == NoteStandby("lost", "unknown"), "the room goes on alone, and the journal says so"
    assert wire.session.ended, "the next connection begins with a whole copy"


def test_an_older_copy_of_the_rooms_data_never_leaves_after_a_newer_one(
    primary: Any, wire: Wire, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    """The committer and the link's own round send the same thing; the committer's record rests on the newer copy."""
    link, first_reads, go_on = primary.link, threading.Event(), threading.Event()
    version = 1

    class Store:
        packages = primary.store.packages

        @property
        def changes(self) -> int:
            return version

    def slow(store: Any, directory: Path, seen: int) -> bytes:
        if seen == 1:
            first_reads.set()
            go_on.wait(5)
        return packed({"t": "room", "version": seen})

    monkeypatch.setattr(feeding, "room_frame", slow)
    monkeypatch.setattr(link, "store", Store())
    one = threading.Thread(target=link._send_room, args=(wire.session,))
    one.start()
    first_reads.wait(5)
    version = 2
    other = threading.Thread(target=link._send_room, args=(wire.session,))
    other.start()
    other.join(0.3)  # where nothing holds it back, it is done by now
    go_on.set()
    one.join()
    other.join()
    eventually(lambda: len([frame for frame in wire.frames if frame.what == "room"]) == 2)
    sent = [frame.number("version") for frame in wire.frames if frame.what == "room"]
    assert sent == [1, 2]
    assert wire.session.room_sent == 2


def test_a_second_standby_is_turned_away_while_there_is_one(
    primary: Any, wire: Wire, eventually: Callable[..., None]
) -> None:
    """Two of them would each be sent a part, and both would be believed to have everything."""
    primary.link._session, other = wire.session, Wire()
    other.session.peer = Peer("3" * 16, Role.STANDBY, 0, "0.1.0", 1)
    other._other.shutdown(socket.SHUT_WR)
    primary.link.serve(other.session)
    eventually(lambda: other.frames)
    assert [(one.what, one.text("reason")) for one in other.frames] == [("refused", "another_standby")]
    assert other.session.ended
    assert primary.link._session is wire.session
    assert not wire.session.ended
    other.close()


def test_a_standby_that_says_nothing_for_two_seconds_is_hung_up_on(primary: Any, wire: Wire) -> None:
    """A pulled cable tells nobody; a standby that comes back must not find its place taken by its own ghost."""
    link = primary.link
    link._session, link._now_ms = wire.session, lambda: GONE_MS - 1
    link._tend(beat=True)
    assert not wire.session.ended
    link._now_ms = lambda: GONE_MS
    link._tend(beat=True)
    assert wire.session.ended


@pytest.mark.parametrize("trouble", [OSError(errno.ENOSPC, "no space left"), JournalError("damaged")])
def test_a_history_that_could_not_be_kept_is_not_said_to_be(
    primary: Any, wire: Wire, eventually: Callable[..., None], trouble: Exception
) -> None:
    """The standby sets its own copy aside on this word: what is nowhere else would wait for nobody."""

    def fails(journal: str, content: bytes) -> None:
        raise trouble

    primary.link.on_branch = fails
    primary.link._take_branch(wire.session, NAME, b"lines")
    assert wire.session.ended, "it is offered again with the next connection"
    wire.close()
    assert wire.frames == []
    kept: list[str] = []
    again = Wire()
    primary.link.on_branch = lambda journal, content: kept.append(journal)
    primary.link._take_branch(again.session, NAME, b"lines")
    eventually(lambda: [one.what for one in again.frames] == ["branch_held"])
    assert kept == [NAME]
    again.close()


def test_two_standbys_follow_nobody(primary: Any, waiting: Callable[..., Any], eventually: Callable[..., None]) -> None:
    primary.role = Role.STANDBY
    primary.serve()
    second = waiting(primary.address)
    second.follower.start()
    eventually(lambda: second.follower.fault is not None)
    assert isinstance(second.follower.fault, LinkError)
    assert "standby too" in str(second.follower.fault)
    assert second.follower.primary is None
    assert second.silent_ms() is None, "it is no primary that was heard"


def test_a_standby_without_space_says_so_before_it_is_sent_anything_and_comes_in_once_it_has_some(
    primary: Any, waiting: Callable[..., Any], eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    primary.serve()
    second, free = waiting(primary.address), [0]
    monkeypatch.setattr(second.own, "free_bytes", lambda: free[0])
    assert second.own.ran_short(OSError(errno.ENOSPC, "no space left"))
    second.follower.start()
    eventually(lambda: primary.link.view().short is not None)
    view = primary.link.view()
    assert (view.short.free_bytes, view.short.need_bytes) == (0, RESUME_BYTES)
    assert (view.connected, view.both, primary.link._session) == (True, False, None)
    free[0] = RESUME_BYTES
    eventually(lambda: primary.link._session is not None)
    assert primary.link.view().short is None


def test_a_fresh_record_never_overtakes_a_page_that_is_being_written(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    """It goes out at once where nothing is before it; out of its order the standby would hang up."""
    writes, go_on = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(frame: bytes) -> None:
        if len(frame) > session.AT_ONCE_BYTES:
            writes.set()
            go_on.wait(10)
        order.append("page" if len(frame) > session.AT_ONCE_BYTES else "fresh")

    monkeypatch.setattr(wire.session.frames, "send_packed", slow)
    wire.session.send({"t": "batch"}, bytes(session.AT_ONCE_BYTES + 1))
    assert writes.wait(10)
    wire.session.send({"t": "batch"})
    go_on.set()
    eventually(lambda: len(order) == 2)
    assert order == ["page", "fresh"]


def test_a_copy_of_the_rooms_data_leaves_nothing_behind(primary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each holds every officer and candidate, and a disk has only so much space."""
    before = set(primary.directory.iterdir())
    feeding.room_frame(primary.store, primary.directory, 1)
    assert set(primary.directory.iterdir()) == before

    def fails(path: Path) -> bytes:
        raise OSError(errno.EIO, "cannot be read")

    monkeypatch.setattr(Path, "read_bytes", fails)
    with pytest.raises(OSError, match="cannot be read"):
        feeding.room_frame(primary.store, primary.directory, 1)
    assert set(primary.directory.iterdir()) == before


def test_a_standby_that_reads_nothing_is_given_up_before_it_fills_the_memory(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes, go_on = threading.Event(), threading.Event()

    def stuck(frame: bytes) -> None:
        writes.set()
        go_on.wait(10)

    monkeypatch.setattr(session, "MAX_QUEUED_BYTES", 3 * session.AT_ONCE_BYTES)
    monkeypatch.setattr(wire.session.frames, "send_packed", stuck)
    for _ in range(3):
        wire.session.send({"t": "batch"}, bytes(session.AT_ONCE_BYTES))
        assert writes.wait(10)
    assert not wire.session.ended
    wire.session.send({"t": "batch"}, bytes(session.AT_ONCE_BYTES))
    go_on.set()
    assert wire.session.ended


def test_what_a_standby_has_once_said_to_hold_it_holds(wire: Wire) -> None:
    """A word about an earlier record may come after one about a later: pages and fresh records go side by side."""
    wire.session.progress[NAME] = Progress(NO_RECORDS, 0)
    for seq in (5, 3):
        wire.session.held(NAME, seq)
    assert wire.session.is_held(NAME, 5)
    assert not wire.session.is_held(NAME, 6)
