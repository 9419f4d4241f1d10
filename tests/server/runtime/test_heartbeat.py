"""Room time across restarts, and one server at a time."""

from __future__ import annotations

import errno
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.composition import open_room
from server.domain.event import COMMON, EpochBegan, read_event
from server.drill.prepared_room import SealedContest, make_room
from server.errors import ConfigError
from server.heartbeat import FILE_NAME, Beat, Heartbeat, resumed_ms
from server.logs import RoomLog
from server.running import RoomLock, Running, running
from server.store.async_port import THREADS
from server.store.journal import Journal
from server.supervise import MAX_PAUSE_S, pause_s

LAST = Beat(room_ms=1_000_000, wall_ms=990_000, monotonic_ms=5_000, boot="b1")
times = st.integers(min_value=0, max_value=2**45)


def test_a_first_start_takes_the_computers_time() -> None:
    assert resumed_ms(None, 123, 5, "b1") == 123


def test_in_the_same_run_of_the_computer_nobody_can_move_room_time_by_moving_the_date() -> None:
    for moved_wall_ms in (0, 990_000, 10**15):
        assert resumed_ms(LAST, moved_wall_ms, 7_000, "b1") == 1_002_000


def test_after_a_reboot_the_wall_clock_and_its_last_offset_are_believed() -> None:
    assert resumed_ms(LAST, 1_090_000, 10, "b2") == 1_100_000


@given(wall=times, monotonic=times, boot=st.sampled_from(["", "b1", "b2"]))
def test_room_time_never_goes_back_whatever_the_clocks_say(wall: int, monotonic: int, boot: str) -> None:
    assert resumed_ms(LAST, wall, monotonic, boot) >= LAST.room_ms


def test_the_last_beat_is_found_again(tmp_path: Path) -> None:
    first = Heartbeat(tmp_path, lambda: 42)
    assert first.last is None
    for room_ms in (1_000, 2_000, 3_000):
        first.write(Beat(room_ms, 1, 2, "b"))
    first.close()
    again = Heartbeat(tmp_path)
    assert again.last == Beat(3_000, 1, 2, "b")
    again.close()


def test_a_torn_beat_leaves_the_one_before_it(tmp_path: Path) -> None:
    first = Heartbeat(tmp_path, lambda: 42)
    first.write(Beat(1_000, 1, 2, "b"))
    first.write(Beat(2_000, 1, 2, "b"))
    first.close()
    path = tmp_path / FILE_NAME
    data = bytearray(path.read_bytes())
    data[512:530] = b"\0" * 18
    path.write_bytes(data)
    again = Heartbeat(tmp_path)
    assert again.last == Beat(1_000, 1, 2, "b")
    again.close()


def test_garbage_in_the_file_is_no_beat(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff" * 1024)
    heartbeat = Heartbeat(tmp_path)
    assert heartbeat.last is None
    heartbeat.close()


# --- one server at a time ---------------------------------------------------------------------------------------------


def test_two_servers_never_share_a_folder(tmp_path: Path) -> None:
    with RoomLock(tmp_path) as lock:
        lock.publish(Running(7, 8443, 8480, "eventlet"))
        with pytest.raises(ConfigError, match="already runs"):
            RoomLock(tmp_path)
        assert running(tmp_path) == Running(7, 8443, 8480, "eventlet")
    assert running(tmp_path) is None
    RoomLock(tmp_path).release()


def test_a_killed_server_leaves_nothing_that_keeps_the_next_from_starting(
    tmp_path: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> None:
    code = (
        "import sys, time; from pathlib import Path; from server.running import *;"
        "lock = RoomLock(Path(sys.argv[1])); lock.publish(Running(1, 2, 3, 'threading'));"
        "print('held', flush=True); time.sleep(60)"
    )
    process = spawn([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    assert running(tmp_path) == Running(1, 2, 3, "threading")
    process.kill()
    process.wait()
    assert running(tmp_path) is None
    RoomLock(tmp_path).release()


def test_a_server_that_dies_at_once_is_given_more_and_more_time() -> None:
    pauses = [0.0]
    for _ in range(12):
        pauses.append(pause_s(1.0, pauses[-1]))
    assert pauses[1] < 1
    assert pauses == sorted(pauses)
    assert pauses[-1] == MAX_PAUSE_S
    assert pause_s(3600.0, MAX_PAUSE_S) < 1


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_says_what_failed_and_where_but_not_what_it_was_working_on(tmp_path: Path) -> None:
    log = RoomLog(tmp_path)
    secret = "AGE-SECRET-KEY-1"
    log("kiosk_joined", kiosk_id="k1")
    try:
        raise ValueError(secret)
    except ValueError as error:
        log.failure("request_failed", error)
        logging.getLogger("library").warning("said %s", secret, exc_info=error)
    log.close()
    text = (tmp_path / "server.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["kind"] for line in lines] == ["kiosk_joined", "request_failed", "library"]
    assert lines[0]["kiosk_id"] == "k1"
    assert lines[1]["error"] == "ValueError"
    assert "test_heartbeat.py:" in lines[1]["place"][-1]
    assert secret not in text


# --- outages ----------------------------------------------------------------------------------------------------------


def starts(folder: Path) -> list[EpochBegan]:
    """Every start that the journal of the room's one sitting tells of."""
    (path,) = (folder / "sittings").glob("*.journal.sqlite")
    with Journal.open_to_read(path) as journal:
        events = [read_event(COMMON, one.kind, one.body or "") for one in journal.read() if one.kind in COMMON]
    return [event for event in events if isinstance(event, EpochBegan)]


@pytest.fixture
def prepared(tmp_path: Path, contest: SealedContest) -> Path:
    """A room with a prepared sitting, which no server ever ran on."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    make_room(folder, contest, 1)
    return folder


def test_a_start_tells_how_long_nobody_was_served_since_the_last_beat(prepared: Path) -> None:
    with open_room(prepared, THREADS, RoomLog(None)):
        pass  # the first run beats
    before = Heartbeat(prepared)
    assert before.last is not None
    away_ms = 3_600_000
    now = before.now()
    for _ in range(2):  # into both places of the file
        before.write(replace(now, room_ms=now.room_ms - away_ms, monotonic_ms=now.monotonic_ms - away_ms))
    before.close()
    with open_room(prepared, THREADS, RoomLog(None)) as room:
        assert room.sitting is not None
        room.activate(room.sitting.sitting_id)  # taken up again by a server that ran on
    *_, first, back, again = starts(prepared)
    assert first.silent_ms is None, "there was no beat before it"
    assert back.silent_ms is not None
    assert away_ms <= back.silent_ms < 2 * away_ms
    assert again.silent_ms is None


def test_a_heartbeat_that_cannot_be_written_is_a_fault_of_the_room(
    prepared: Path, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    def full(heartbeat: Heartbeat, now: Beat) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Heartbeat, "write", full)
    with open_room(prepared, THREADS, RoomLog(None)) as room:
        eventually(lambda: room.faults)
        assert set(room.faults) == {"heartbeat"}
