"""examroom-server as a person meets it: real commands on real folders."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from server.drill.prepared_room import Rules, SealedContest, open_room, sitting_file
from server.identity import load_identity
from server.protocol.trust import Kit, read_kit
from server.running import RoomLock, Running, running
from server.store.room import RoomStore

PASSWORD = "mot mat khau dai"
ROSTER = "SBD,Họ và tên,Ngày sinh,Đơn vị,Bảng\n0001,Nguyễn Văn Một,01/02/1990,Sở Một,A\n0002,Trần Thị Hai,03/04/1991,Sở Hai,A\n"
OFFICERS = "Họ và tên,Vai trò,Đơn vị\nNguyễn Văn Ba,Giám thị,Ban Coi thi\nTrần Thị Bốn,Giám thị,Ban Coi thi\n"


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A room made by `init`."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "password").write_text(PASSWORD)
    words: list[str | Path] = ["init", folder / "room", "--name", "Phòng 7", "--password-file", folder / "password"]
    subprocess.run([sys.executable, "-m", "server.cli", *words], cwd=repository, check=True, capture_output=True)
    return folder / "room"


@pytest.fixture
def room(tmp_path: Path, made_once: Path) -> Path:
    """A copy of that room, modes and all."""
    return Path(shutil.copytree(made_once, tmp_path / "room"))


@pytest.fixture
def start(spawn: Callable[..., subprocess.Popen[str]]) -> Callable[..., subprocess.Popen[str]]:
    """`start(folder, …)`: a server on loopback that listens when this returns."""

    def serve(folder: Path, *words: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", "server.cli", "serve", folder, "--host", "127.0.0.1", "--port", "0"]
        process = spawn([*line, "--local-port", "0", *words], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline()
        return process

    return serve


# --- init -------------------------------------------------------------------------------------------------------------


def test_init_makes_a_room_with_one_officer_and_closed_secrets(room: Path) -> None:
    identity = load_identity(room)
    assert identity.room_name == "Phòng 7"
    assert stat.S_IMODE(room.stat().st_mode) == 0o700
    with RoomStore.open(room) as store:
        (officer,) = store.officers.everyone()
    assert officer.user_name == "kythuat"
    assert PASSWORD not in officer.password_hash


def test_init_refuses_a_folder_that_is_there_and_leaves_it_alone(room: Path, run: Any, tmp_path: Path) -> None:
    before = load_identity(room).room_id
    again = run("init", room, "--password-file", tmp_path / "password")
    assert again.returncode == 3
    assert again.stderr
    assert load_identity(room).room_id == before


def test_an_init_that_is_refused_leaves_nothing_behind(tmp_path: Path, run: Any) -> None:
    (tmp_path / "password").write_text("ngắn")
    refused = run("init", tmp_path / "room", "--password-file", tmp_path / "password")
    assert refused.returncode == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["password"]


# --- serve ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_a_room_opens_answers_for_its_health_and_stops_when_asked(room: Path, run: Any, start: Any, mode: str) -> None:
    process = start(room, "--async-mode", mode)
    found = running(room)
    assert found is not None
    assert found.async_mode == mode
    health = run("healthcheck", room)
    assert json.loads(health.stdout)["ok"] is True
    with urllib.request.urlopen(f"http://127.0.0.1:{found.local_port}/sign-in", timeout=20) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert running(room) is None
    assert run("healthcheck", room).returncode == 3


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b'{"ok": true, "room_state": "open", "problems": []}', 0),
        (200, b'{"ok": false, "room_state": "open", "problems": ["room_fault"]}', 3),
        (503, b'{"ok": false, "room_state": "stopped", "problems": ["not_stored"]}', 3),
        (200, b"<html>somebody else's page</html>", 3),
    ],
)
def test_healthcheck_shows_what_the_server_says_and_answers_3_unless_all_is_well(
    room: Path, run: Any, status: int, body: bytes, code: int
) -> None:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Health) as server, RoomLock(room) as lock:
        lock.publish(Running(os.getpid(), 1, server.server_port, "threading"))
        answering = threading.Thread(target=server.handle_request)
        answering.start()
        found = run("healthcheck", room)
        answering.join()
    assert (found.returncode, found.stdout.strip()) == (code, body.decode())


def test_a_room_that_listens_on_loopback_is_announced_there_alone(room: Path, start: Any, eventually: Any) -> None:
    start(room)
    log = room / "logs" / "server.jsonl"
    eventually(lambda: '"announced"' in log.read_text(), what="the announcement")
    (announced,) = [json.loads(line) for line in log.read_text().splitlines() if '"announced"' in line]
    assert announced["addresses"] == 1


def test_a_second_server_on_the_same_folder_says_so_and_goes(room: Path, run: Any, start: Any) -> None:
    start(room)
    second = run("serve", room, "--host", "127.0.0.1", "--port", "0", "--local-port", "0", "--no-discovery")
    assert second.returncode == 3
    assert "already runs" in second.stderr


def test_a_port_in_use_is_refused_with_a_hint(room: Path, run: Any) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = run("serve", room, "--host", "127.0.0.1", "--port", str(taken.getsockname()[1]), "--no-discovery")
    assert refused.returncode == 3
    assert "→" in refused.stderr


def test_a_folder_that_is_no_room_is_refused(tmp_path: Path, run: Any) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        refused = run("serve", folder, "--no-discovery")
        assert refused.returncode == 3
        assert "→" in refused.stderr


def test_a_supervised_server_that_is_killed_is_back_and_one_that_is_told_to_stop_stays_away(
    room: Path, start: Any, eventually: Any
) -> None:
    supervisor = start(room, "--supervise", "--no-discovery")
    first = running(room)
    assert first is not None
    assert first.pid != supervisor.pid
    os.kill(first.pid, signal.SIGKILL)
    eventually(
        lambda: (found := running(room)) is not None and found.pid != first.pid, what="another server on the folder"
    )
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(30) == 0
    assert running(room) is None


def test_the_log_names_nobody(room: Path, start: Any) -> None:
    process = start(room)
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    text = (room / "logs" / "server.jsonl").read_text()
    kinds = [json.loads(line)["kind"] for line in text.splitlines()]
    assert kinds[0] == "opened"
    assert "stopping" in kinds
    assert "Phòng 7" not in text


# --- kits -------------------------------------------------------------------------------------------------------------


def test_a_kit_is_made_beside_a_running_server_and_names_its_port(room: Path, run: Any, start: Any) -> None:
    start(room)
    found = running(room)
    assert found is not None
    made = run("kit", room, room.parent / "lab.kit", "--uses", "7", "--hours", "2")
    assert made.returncode == 0, made.stderr
    path = room.parent / "lab.kit"
    kit = read_kit(path.read_bytes())
    assert isinstance(kit, Kit)
    assert (kit.room_id, kit.port, kit.uses) == (load_identity(room).room_id, found.port, 7)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with RoomStore.open(room) as store:
        (row,) = store.machines.kits()
    assert (row.state.kit_id, row.made_by) == (kit.kit_id, "cli")
    assert row.state.expires_at_ms - row.made_at_ms == 2 * 3_600_000


def test_a_kit_never_overwrites_a_file(room: Path, run: Any) -> None:
    path = room.parent / "lab.kit"
    path.write_text("something else")
    assert run("kit", room, path).returncode == 3
    assert path.read_text() == "something else"


# --- preparing --------------------------------------------------------------------------------------------------------


def test_a_sitting_its_packages_a_roster_and_officers_are_taken_in(
    room: Path, run: Any, contest: SealedContest, tmp_path: Path
) -> None:
    sitting, roster, officers = tmp_path / "ca-1.yaml", tmp_path / "ds.csv", tmp_path / "cb.csv"
    sitting.write_text(sitting_file(contest, Rules()), encoding="utf-8")
    roster.write_text(ROSTER, encoding="utf-8-sig")
    officers.write_text(OFFICERS, encoding="utf-8-sig")
    packages = [bundle.package.path for bundle in contest.bundles.values()]
    commands: list[tuple[Any, ...]] = [
        ("sitting", "add", room, sitting),
        *(("package", "add", room, path) for path in packages),
        ("roster", "import", room, roster),
        ("officers", "import", room, officers, "--slips", tmp_path / "slips.pdf"),
    ]
    for command in commands:
        done = run(*command)
        assert done.returncode == 0, (command, done.stderr)
    assert (tmp_path / "slips.pdf").read_bytes().startswith(b"%PDF")
    with open_room(room) as opened:
        assert opened.sitting is not None
        assert opened.sitting.state.stage.value == "prepared"
        assert opened.store.candidates.count(opened.sitting.sitting_id) == 2
        assert len(opened.store.officers.everyone()) == 3


def test_a_bad_sitting_file_lists_its_mistakes_with_their_lines(room: Path, run: Any, tmp_path: Path) -> None:
    sitting = tmp_path / "ca-1.yaml"
    sitting.write_text("format: exam-sitting/1\nsitting_id: Ca Một\n", encoding="utf-8")
    refused = run("sitting", "add", room, sitting)
    assert refused.returncode == 3
    assert any(line.startswith("ca-1.yaml:2:") for line in refused.stderr.splitlines())


def test_a_package_of_no_sitting_is_refused(room: Path, run: Any, contest: SealedContest) -> None:
    package = next(iter(contest.bundles.values())).package.path
    assert run("package", "add", room, package).returncode == 3
    assert list((room / "packages").glob("*")) == []


def test_a_bad_roster_lists_every_mistake_and_imports_nothing(
    room: Path, run: Any, contest: SealedContest, tmp_path: Path
) -> None:
    sitting, roster = tmp_path / "ca-1.yaml", tmp_path / "ds.csv"
    sitting.write_text(sitting_file(contest, Rules()), encoding="utf-8")
    assert run("sitting", "add", room, sitting).returncode == 0
    roster.write_text(ROSTER.replace("01/02/1990", "31/02/1990").replace("Trần Thị Hai", ""), encoding="utf-8-sig")
    refused = run("roster", "import", room, roster)
    assert refused.returncode == 3
    rows = {line.split(":")[1] for line in refused.stderr.splitlines()}
    assert rows == {"2", "3"}
    with open_room(room) as opened:
        assert opened.sitting is not None
        assert opened.store.candidates.count(opened.sitting.sitting_id) == 0


def test_a_running_server_keeps_its_folder_to_itself(room: Path, run: Any, start: Any, tmp_path: Path) -> None:
    officers = tmp_path / "cb.csv"
    officers.write_text(OFFICERS, encoding="utf-8-sig")
    start(room)
    refused = run("officers", "import", room, officers, "--slips", tmp_path / "slips.pdf")
    assert refused.returncode == 3
    assert "already runs" in refused.stderr
    assert not (tmp_path / "slips.pdf").exists()


# --- words ------------------------------------------------------------------------------------------------------------


def test_help_and_refusals_speak_vietnamese_and_english(room: Path, run: Any) -> None:
    assert "usage:" in run("--help").stdout
    vietnamese = run("--help", language="vi").stdout
    assert "cách dùng" in vietnamese
    assert "Máy chủ của một phòng thi" in vietnamese
    assert "Không có máy chủ nào" in run("healthcheck", room, language="vi").stderr


def test_wrong_usage_is_status_2(run: Any) -> None:
    assert run("serve").returncode == 2
    assert run("no-such-command").returncode == 2
