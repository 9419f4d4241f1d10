"""A room on a stick: consistent while it runs, unreadable to who finds it, and put back whole or not at all."""

from __future__ import annotations

import errno
import secrets
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.backup import code
from server.backup.archive import BackupError
from server.backup.keeping import Keeper
from server.backup.restoring import Restored, restore
from server.backup.stick import APART_S, FOLDER, KEPT, NEWEST_KEPT, StickFault, fault_of, generations, superfluous
from server.domain import commands
from server.domain.values import IncidentCategory
from server.drill.prepared_room import PROCTOR, SITTING_ID, SealedContest, hold_ceremony, open_room
from server.errors import ConfigError
from server.identity import load_identity, write_identity
from server.live.room import Room
from server.store.journal import Journal
from server.store.verify import verify_file


@pytest.fixture
def halves() -> tuple[str, ...]:
    return code.new_half(), code.new_half()


@pytest.fixture
def room_folder(new_room: Callable[..., Any], halves: tuple[str, ...]) -> Path:
    folder: Path
    folder, _ = new_room(2)
    code.keep_recipient(folder, halves)
    return folder


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    found = tmp_path / "stick"
    found.mkdir()
    return found


@pytest.fixture
def running(room_folder: Path, contest: SealedContest) -> Iterator[Room]:
    """The room, its paper opened."""
    with open_room(room_folder) as room:
        hold_ceremony(room, contest)
        yield room


def note(room: Room, what: str = "") -> None:
    """One more record in the sitting's journal."""
    command = commands.RecordIncident(None, IncidentCategory.OTHER, what, "o-proctor")
    assert room.order(PROCTOR, secrets.token_bytes(16), 1, command).reason is None


def put_back(stick: Path, halves: tuple[str, ...], target: Path, **options: Any) -> Restored:
    return restore(stick, code.identity(halves), target, **options)


def journal_of(folder: Path) -> Path:
    return folder / "sittings" / f"{SITTING_ID}.journal.sqlite"


def kinds_of(folder: Path) -> list[str]:
    with Journal.open_to_read(journal_of(folder)) as journal:
        return [record.kind for record in journal.read()]


# --- the code ---------------------------------------------------------------------------------------------------------


def test_a_half_is_read_as_people_type_it_and_a_slip_is_noticed() -> None:
    half = code.new_half()
    assert code.read_half(code.shown(half)) == half
    assert code.read_half(f" {half.lower()[:7]}-{half.lower()[7:]} ") == half
    for place in range(len(half)):
        other = "2" if half[place] != "2" else "3"
        typed = half[:place] + other + half[place + 1 :]
        assert code.read_half(typed) is None or place >= code.DATA_SIGNS - code.CHECK_SIGNS, place
    assert code.read_half(half[:-1]) is None
    assert code.read_half(half + "2") is None


def test_a_room_without_a_code_is_not_copied(new_room: Callable[..., Any], stick: Path) -> None:
    folder, _ = new_room(1)
    with pytest.raises(ConfigError):
        Keeper(folder, stick)


# --- there and back ---------------------------------------------------------------------------------------------------


def test_a_running_room_comes_back_as_it_was(
    running: Room, room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    note(running, "trước khi sao lưu")
    kept = running.sitting.head if running.sitting is not None else None
    (room_folder / "rescue").mkdir(exist_ok=True)
    (room_folder / "rescue" / f"{'ab' * 32}.exam-rescue").write_bytes(b"carried by hand")
    made = Keeper(room_folder, stick).once()
    assert (made.fault, made.number) == ("", 1)
    note(running, "sau khi sao lưu")
    target = tmp_path / "elsewhere" / "room"
    found = put_back(stick, halves, target)
    assert (found.set_aside, found.skipped, found.missing_packages) == (None, (), ())
    assert load_identity(target).ca_sha256 == running.identity.ca_sha256
    assert kinds_of(target)[-2:] == ["epoch_began/1", "room_restored/1"]
    assert (target / "rescue" / f"{'ab' * 32}.exam-rescue").read_bytes() == b"carried by hand"
    with Journal.open_to_read(journal_of(target)) as journal:
        records = journal.read()
    assert kept is not None
    assert records[kept.seq - 1].hash == kept.hash
    assert len(records) == kept.seq + 2
    assert verify_file(journal_of(target)).ok
    with open_room(target) as again:
        assert again.sitting is not None
        assert again.sitting.epoch > running.sitting.epoch + 1000  # type: ignore[union-attr]  # above whatever it began since
        assert again.sitting.state.paper is not None
        assert again.opening.is_readable(again.sitting), "no custodian is needed again"
        assert {one.name for one in (target / "packages").iterdir()} == {
            one.name for one in (room_folder / "packages").iterdir()
        }


def test_nothing_on_the_stick_can_be_read(running: Room, room_folder: Path, stick: Path) -> None:
    note(running, "Nguyễn Văn Bí Mật")
    assert not Keeper(room_folder, stick).once().fault
    files = [path for path in stick.rglob("*") if path.is_file()]
    names = {path.relative_to(stick / FOLDER).parts[-1] for path in files}
    assert any(name.endswith(".exambackup") for name in names)
    secret = (room_folder / "room.key").read_bytes()
    for path in files:
        content = path.read_bytes()
        for text in ("Thí sinh Số".encode(), "Bí Mật".encode(), b"SQLite format", secret[:40], b"PRIVATE KEY"):
            assert text not in content, (path, text)


def test_copies_are_whole_while_the_room_writes(
    running: Room, room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    stopping = threading.Event()

    def write() -> None:
        while not stopping.is_set():
            note(running, "x" * 500)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        keeper = Keeper(room_folder, stick)
        made = [keeper.once() for _ in range(4)]
    finally:
        stopping.set()
        writer.join()
    assert [one.fault for one in made] == [""] * 4
    heads = [dict(one.journals)[f"sittings/{SITTING_ID}.journal.sqlite"] for one in made]
    assert heads == sorted(set(heads)), "each holds more than the one before"
    for one in made:
        put_back(stick, halves, tmp_path / f"back{one.number}", number=one.number)


def test_what_did_not_change_is_not_written_again_until_it_is_gone(room_folder: Path, stick: Path) -> None:
    keeper = Keeper(room_folder, stick)
    assert [keeper.once().number for _ in range(3)] == [1, 1, 1]
    (one,) = generations(next((stick / FOLDER).glob("r*")))
    one.path.unlink()
    assert keeper.once().number == 1
    assert one.path.exists()


def test_only_so_many_generations_stay(room_folder: Path, stick: Path) -> None:
    keeper = Keeper(room_folder, stick)
    for number in range(NEWEST_KEPT + 2):
        (room_folder / "note.txt").write_text(str(number))
        assert not keeper.once().fault
    found = generations(keeper._stick.folder)
    assert [one.number for one in found] == list(range(NEWEST_KEPT + 2, 2, -1))
    assert not list(room_folder.glob(".backup-*"))


@given(st.lists(st.floats(0.0, 200.0), max_size=60))
def test_what_stays_reaches_back_for_minutes_however_often_a_backup_is_made(steps: list[float]) -> None:
    now = 10_000.0
    times: list[float] = []
    for step in steps:
        now += step
        times.insert(0, now)
        for place in reversed(superfluous(times)):
            del times[place]
        assert len(times) <= KEPT
        assert all(after - before >= APART_S for after, before in pairwise(times[NEWEST_KEPT - 1 :]))
    assert times[:1] == ([now] if steps else [])
    if sum(steps) > 15 * 200:
        assert now - times[-1] >= (KEPT - NEWEST_KEPT) * APART_S


# --- sticks that fail -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, StickFault.FULL),
        (errno.EROFS, StickFault.READ_ONLY),
        (errno.EACCES, StickFault.READ_ONLY),
        (errno.EIO, StickFault.GONE),
        (errno.ENOENT, StickFault.GONE),
        (errno.EINVAL, StickFault.FAILED),
    ],
)
def test_each_error_of_a_stick_has_its_name(number: int, fault: StickFault) -> None:
    assert fault_of(OSError(number, "x")) is fault


def test_a_stick_that_is_pulled_is_said_and_works_again_when_it_is_back(room_folder: Path, stick: Path) -> None:
    keeper = Keeper(room_folder, stick)
    assert not keeper.once().fault
    away = stick.rename(stick.with_name("pulled"))
    assert keeper.once().fault == "backup_gone"
    assert not stick.exists(), "nothing is written where no stick is"
    away.rename(stick)
    assert not keeper.once().fault


@pytest.mark.root
def test_a_full_stick_is_said_keeps_what_it_has_and_goes_on_with_space(
    room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", stick], check=True)
    try:
        keeper = Keeper(room_folder, stick)
        assert keeper.once().fault == ""
        (stick / "films").write_bytes(bytes(5 << 20))
        (room_folder / "note.txt").write_text("another state")
        assert keeper.once().fault == "backup_full"
        put_back(stick, halves, tmp_path / "back")
        (stick / "films").unlink()
        assert keeper.once().fault == ""
        subprocess.run(["mount", "-o", "remount,ro", stick], check=True)
        (room_folder / "note.txt").write_text("a third state")
        assert keeper.once().fault == "backup_read_only"
    finally:
        subprocess.run(["umount", stick], check=True)
    assert keeper.once().fault == "backup_gone", "the empty folder that is left is on the computer's own disk"
    assert not list(stick.iterdir())


# --- putting back -----------------------------------------------------------------------------------------------------


def test_another_code_or_halves_in_the_wrong_order_open_nothing(
    room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    Keeper(room_folder, stick).once()
    for wrong in ((halves[1], halves[0]), (halves[0], code.new_half())):
        with pytest.raises(BackupError):
            put_back(stick, wrong, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".back*"))


def test_when_the_newest_is_damaged_the_one_before_it_is_taken_and_said(
    room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    keeper = Keeper(room_folder, stick)
    for text in ("one", "two"):
        (room_folder / "note.txt").write_text(text)
        keeper.once()
    newest = generations(keeper._stick.folder)[0].path
    newest.write_bytes(newest.read_bytes()[:-100])
    found = put_back(stick, halves, tmp_path / "back")
    assert found.manifest.number == 1
    assert [path.name for path, _ in found.skipped] == [newest.name]
    assert (tmp_path / "back" / "note.txt").read_text() == "one"


def test_no_changed_byte_of_a_backup_is_ever_taken(
    room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    keeper = Keeper(room_folder, stick)
    keeper.once()
    (one,) = generations(keeper._stick.folder)
    octets = one.path.read_bytes()
    for place in range(0, len(octets), max(1, len(octets) // 12)):
        changed = bytearray(octets)
        changed[place] ^= 1
        one.path.write_bytes(changed)
        with pytest.raises(BackupError):
            put_back(stick, halves, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_folder_with_more_is_kept_until_somebody_says_so_and_then_set_aside(
    running: Room, room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    Keeper(room_folder, stick).once()
    note(running, "nobody else has this")
    copy = tmp_path / "copy"
    shutil.copytree(room_folder, copy)
    with pytest.raises(ConfigError) as refused:
        put_back(stick, halves, copy)
    assert "--replace" in str(refused.value.advice)
    assert (copy / "room.sqlite").exists()
    found = put_back(stick, halves, copy, replace=True)
    assert found.set_aside is not None
    assert kinds_of(found.set_aside)[-1] == "incident_recorded/1"
    assert kinds_of(copy)[-1] == "room_restored/1"


def test_a_folder_with_no_more_is_set_aside_unasked(
    room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    shutil.copytree(room_folder, tmp_path / "copy")
    Keeper(room_folder, stick).once()
    found = put_back(stick, halves, tmp_path / "copy")
    assert found.set_aside is not None
    assert (found.set_aside / "room.key").exists()


@pytest.mark.parametrize("what", ["another room", "photos"])
def test_a_folder_of_something_else_is_not_taken_for_a_room(
    room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path, what: str
) -> None:
    Keeper(room_folder, stick).once()
    target = tmp_path / "target"
    target.mkdir()
    if what == "photos":
        (target / "photo.jpg").write_bytes(b"jpg")
    else:
        write_identity(target, "Phòng khác")
    before = sorted(path.name for path in target.iterdir())
    with pytest.raises(ConfigError):
        put_back(stick, halves, target)
    assert sorted(path.name for path in target.iterdir()) == before


def test_a_missing_package_is_said_and_the_room_comes_back_without_it(
    room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    keeper = Keeper(room_folder, stick)
    keeper.once()
    gone, damaged = sorted((keeper._stick.folder / "packages").iterdir())
    gone.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-1])
    found = put_back(stick, halves, tmp_path / "back")
    assert set(found.missing_packages) == {gone.name, damaged.name}
    assert list((tmp_path / "back" / "packages").iterdir()) == []


def test_a_stick_with_two_rooms_asks_which(
    room_folder: Path, stick: Path, halves: tuple[str, ...], tmp_path: Path
) -> None:
    keeper = Keeper(room_folder, stick)
    keeper.once()
    shutil.copytree(keeper._stick.folder, stick / FOLDER / "rother")
    with pytest.raises(ConfigError):
        put_back(stick, halves, tmp_path / "back")
    put_back(keeper._stick.folder, halves, tmp_path / "back")
    with pytest.raises(ConfigError):
        put_back(tmp_path / "empty", halves, tmp_path / "back2")
