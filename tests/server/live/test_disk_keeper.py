"""A server's own disk: what nobody needs goes first, then the reserve; papers of a sitting never do; a full disk says so until it is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from question_bank import ballast
from question_bank.computer import hardware
from server.live import disk_keeper
from server.live.disk_keeper import FULL_BYTES, LOW_BYTES, SAMPLE_MS, DiskKeeper, RunningJournal
from server.logs import RoomLog
from server.protocol.machine import DiskState
from server.store.giving_way import Quota, of_a_room
from server.store.journal import Journal

RESERVE = 1 << 20
MUCH = 2 * LOW_BYTES


class Litter:
    """Something that nobody needs, of so many bytes."""

    name = "litter"

    def __init__(self, disk: list[int], octets: int) -> None:
        self.disk, self.octets = disk, octets

    def give_way(self) -> int:
        freed, self.octets = self.octets, 0
        self.disk[0] += freed
        return freed


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the disk has free, to be set; a reserve and a place in the journal of a size for tests."""
    free = [MUCH]
    monkeypatch.setattr(hardware, "disk", lambda folder: hardware.Space(free[0], 10 * MUCH))
    monkeypatch.setattr(ballast, "shutil", SimpleNamespace(disk_usage=hardware.disk))
    for name, octets in (("RESERVE_BYTES", RESERVE), ("JOURNAL_BYTES", 1 << 20), ("PIECE_BYTES", 256 << 10)):
        monkeypatch.setattr(disk_keeper, name, octets)
    return free


@pytest.fixture
def kept(tmp_path: Path) -> Callable[..., DiskKeeper]:
    def make(*litter: Litter, journal: RunningJournal | None = None) -> DiskKeeper:
        return DiskKeeper(tmp_path, litter, lambda: journal, RoomLog(None))

    return make


def state(keeper: DiskKeeper, now_ms: int = 0) -> DiskState:
    return keeper.read(now_ms, keeper.keep()).state


def test_the_reserve_is_given_back_only_where_nothing_else_helps_and_taken_again(
    disk: list[int], kept: Callable[..., DiskKeeper]
) -> None:
    litter = Litter(disk, 2 * FULL_BYTES)
    keeper = kept(litter)
    assert state(keeper) is DiskState.OK
    assert keeper.reserved_bytes == RESERVE
    disk[0] = 1
    assert state(keeper) is not DiskState.FULL
    assert (litter.octets, keeper.reserved_bytes) == (0, RESERVE), "what nobody needs went first"
    disk[0] = 1
    assert state(keeper) is DiskState.FULL
    assert keeper.reserved_bytes == 0
    disk[0] = 2 * FULL_BYTES  # the reserve's own place: the disk is as full as before
    assert state(keeper) is DiskState.FULL
    disk[0] = MUCH
    assert state(keeper) is DiskState.OK
    assert keeper.reserved_bytes == RESERVE


def test_a_disk_that_will_be_full_within_the_hour_says_so_before_it_is(
    disk: list[int], kept: Callable[..., DiskKeeper]
) -> None:
    keeper = kept()
    for round_ in range(12):
        disk[0] = 2 * MUCH - round_ * (8 << 20)
        found = keeper.read(round_ * SAMPLE_MS, disk[0])
    assert found.state is DiskState.SOON
    assert found.full_in_ms is not None
    assert found.full_in_ms < disk_keeper.SOON_MS
    assert kept().read(0, LOW_BYTES - 1).state is DiskState.LOW


def test_answers_have_their_place_inside_the_journal_before_they_come(
    disk: list[int], kept: Callable[..., DiskKeeper], tmp_path: Path
) -> None:
    path = tmp_path / "s.journal.sqlite"
    Journal.open(path).close()
    keeper = kept(journal=RunningJournal(path, open_part=False))
    keeper.keep()
    assert path.stat().st_size >= 1 << 20
    assert keeper.reserved_bytes >= RESERVE + (1 << 20) - (256 << 10)


def test_of_a_rooms_folder_logs_and_old_copies_go_and_no_paper_that_a_sitting_names(tmp_path: Path) -> None:
    names = [
        "logs/room.jsonl.1", "room.before-upgrade-3.sqlite", "sittings/s.before-upgrade-1.sqlite", "packages/.p9.part",
        "packages/other.exam", "packages/named.exam", "logs/room.jsonl", "room.sqlite", "sittings/s.journal.sqlite",
    ]  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * 10)
    freed = [one.give_way() for one in of_a_room(tmp_path, lambda: frozenset({"named"}))]
    assert freed == [10, 20, 20]
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(names[5:])


def test_nothing_but_answers_takes_the_space_that_is_kept_for_them() -> None:
    quota = Quota(lambda: 1_000, kept_bytes=400)
    assert quota.may_take(600)
    assert not quota.may_take(601)
