"""What lies beside the journals travels to the standby: sealed packages, answers carried by hand, and nothing else."""

from __future__ import annotations

import hashlib
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.live.standby import feeding
from server.live.standby.follower import _files
from server.live.standby.frames import Frame
from server.live.standby.replica import Replica, WantedFile
from server.store.room import RoomStore

CARRIED = f"{'ab' * 32}.exam-rescue"
REPORT = f"{'ab' * 32}.json"


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[tuple[Path, feeding.Shelf]]:
    folder = tmp_path / "primary"
    (folder / "rescue" / "inbox").mkdir(parents=True)
    with RoomStore.open(folder) as store:
        yield folder, feeding.Shelf(store, folder)


@pytest.fixture
def standby(tmp_path: Path) -> Replica:
    (tmp_path / "standby").mkdir()
    return Replica(tmp_path / "standby")


def at_once(work: Callable[[], Any]) -> Any:
    return work()


def named(shelf: feeding.Shelf) -> list[WantedFile]:
    return _files(Frame(shelf.frame(at_once)))


def fetch(primary: Path, standby: Replica, wanted: list[WantedFile]) -> None:
    """Piece by piece, as the link does."""
    for file in standby.missing(wanted):
        whole = False
        while not whole:
            offset = standby.partial_size(file)
            whole = standby.add_piece(file, offset, feeding._read(primary / file.path, offset))


def test_answers_carried_by_hand_are_on_both_servers_with_what_became_of_them(
    primary: tuple[Path, feeding.Shelf], standby: Replica
) -> None:
    folder, shelf = primary
    before = shelf.version()
    (folder / "rescue" / CARRIED).write_bytes(bytes(range(256)) * 2_000)  # two pieces
    (folder / "rescue" / REPORT).write_bytes(b"{}")
    (folder / "rescue" / "inbox" / CARRIED).write_bytes(b"not judged yet")
    assert shelf.version() != before
    fetch(folder, standby, named(shelf))
    for name in (CARRIED, REPORT):
        there = standby.directory / "rescue" / name
        assert there.read_bytes() == (folder / "rescue" / name).read_bytes()
        if sys.platform != "win32":
            assert stat.S_IMODE(there.stat().st_mode) == 0o600
    assert standby.missing(named(shelf)) == []
    assert standby.held_packages() == [], "what was carried by hand is no sealed paper"


def test_what_became_of_a_file_changes_and_is_fetched_again(
    primary: tuple[Path, feeding.Shelf], standby: Replica
) -> None:
    folder, shelf = primary
    report = folder / "rescue" / REPORT
    report.write_bytes(b'{"times":1}')
    fetch(folder, standby, named(shelf))
    fresh = report.with_name("fresh")
    fresh.write_bytes(b'{"times":2}')
    fresh.replace(report)
    fetch(folder, standby, named(shelf))
    assert (standby.directory / "rescue" / REPORT).read_bytes() == b'{"times":2}'


@pytest.mark.parametrize(
    "path",
    ["room.key", "rescue/../room.key", "rescue/inbox/" + CARRIED, "rescue/" + "g" * 64 + ".json", "rescue/x.exam"],
)
def test_no_other_file_of_the_folder_is_named_sent_or_taken(
    primary: tuple[Path, feeding.Shelf], standby: Replica, path: str
) -> None:
    folder, _ = primary
    assert standby.missing([WantedFile(path, 1, hashlib.sha256(b"x").hexdigest())]) == []
    with pytest.raises(ValueError, match="path"):
        feeding.send_piece(object(), folder, Frame({"t": "want", "path": path, "offset": 0}), at_once)  # type: ignore[arg-type]


def test_a_file_that_is_gone_since_it_was_named_does_not_end_the_link(primary: tuple[Path, feeding.Shelf]) -> None:
    folder, _ = primary
    sent: list[Any] = []

    class Session:
        def send(self, head: object, data: bytes = b"") -> None:
            sent.append((head, data))

    wanted = Frame({"t": "want", "path": f"rescue/{CARRIED}", "offset": 0})
    feeding.send_piece(Session(), folder, wanted, at_once)  # type: ignore[arg-type]
    assert sent == [({"t": "chunk", "path": f"rescue/{CARRIED}", "offset": 0, "gone": True}, b"")]


def test_a_file_that_came_otherwise_than_it_was_named_is_thrown_away_and_fetched_anew(
    primary: tuple[Path, feeding.Shelf], standby: Replica
) -> None:
    """A sealed paper that is not the one that was sealed is worse than none: a promoted server would hand it out."""
    folder, shelf = primary
    (folder / "rescue" / CARRIED).write_bytes(b"as it was sealed")
    (wanted,) = named(shelf)
    assert not standby.add_piece(wanted, 0, b"as it was SEALED")
    assert not (standby.directory / wanted.path).exists()
    assert standby.partial_size(wanted) == 0, "nothing of it is built upon"
    fetch(folder, standby, [wanted])
    assert standby.missing([wanted]) == []
    there = standby.directory / wanted.path
    assert there.read_bytes() == b"as it was sealed"
    there.write_bytes(b"as it was SEALED")  # the disk, or somebody, has changed it since this program began
    assert Replica(standby.directory).missing([wanted]) == [wanted]
