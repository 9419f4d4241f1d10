"""The programs that need no Python where they run, frozen from build/*.spec and started.

`make test` freezes the server alone and takes it as far as a kiosk's first message (docs/decisions/0110); `make soak`
does the rest.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PyInstaller.archive.readers import CArchiveReader

from client_kiosk.asking import ask
from client_kiosk.link import Line
from client_kiosk.tls import Address, pinned
from question_bank.practical.job import WorkDocument, mark_submission
from scripts.office_files import packed, pptx
from server.protocol.messages import PROTOCOL, Hello, HelloAck

PROGRAMS = {"examroom-server": "server", "examroom-kiosk": "kiosk"}
MODES = ("eventlet", "threading")


@pytest.fixture(scope="module")
def freeze(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`freeze(name)`: the folder of this program, frozen once."""
    made = tmp_path_factory.mktemp("frozen")

    def program(name: str) -> Path:
        if not (made / name).exists():
            recipe = repository / "build" / f"{PROGRAMS[name]}.spec"
            subprocess.run(
                [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--workpath", made / "work",
                 "--distpath", made, recipe],
                cwd=made, check=True,
            )  # fmt: skip
        return made / name

    return program


@pytest.fixture
def room(freeze: Callable[[str], Path], tmp_path: Path) -> Path:
    """A room's folder, made by the frozen server."""
    (tmp_path / "password").write_text("ban-to-chuc-2020")
    server = freeze("examroom-server") / "examroom-server"
    subprocess.run([server, "init", tmp_path / "room", "--password-file", tmp_path / "password"], check=True)
    return tmp_path / "room"


@pytest.fixture
def serve(
    freeze: Callable[[str], Path], room: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> Callable[..., tuple[subprocess.Popen[str], str]]:
    """`serve("--async-mode", "eventlet", …)`: the frozen server on this room, and its pages' address on this machine."""

    def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
        running = spawn(
            [freeze("examroom-server") / "examroom-server", "serve", room, "--host", "127.0.0.1", "--port", "0",
             "--local-port", "0", *arguments],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert running.stdout is not None
        said = running.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address, said
        return running, address[0]

    return start


def modules(program: Path) -> set[str]:
    """Every Python module inside a frozen program."""
    archive = CArchiveReader(str(program))
    return set(archive.open_embedded_archive("PYZ.pyz").toc)


@pytest.mark.parametrize("mode", MODES)
def test_the_frozen_server_serves_its_pages_and_hears_a_kiosk(
    serve: Callable[..., tuple[subprocess.Popen[str], str]], room: Path, mode: str
) -> None:
    """A driver that the freezer does not see is missed only here: "Invalid async_mode specified"."""
    _, pages = serve("--no-discovery", "--async-mode", mode)
    with urllib.request.urlopen(f"{pages}/healthz", timeout=10) as answer:
        assert json.load(answer)["ok"] is True
    with urllib.request.urlopen(f"{pages}/front/tokens.css", timeout=10) as answer:
        assert b"--brand" in answer.read()
    room_id = json.loads((room / "room.json").read_text())["room_id"]
    address = Address("127.0.0.1", json.loads((room / "running.json").read_text())["port"])
    line = Line.open(address, pinned((room / "ca.pem").read_text()), room_id, lambda event, payload: None)
    try:
        heard = ask(line, "hello", Hello(PROTOCOL, None, "kiosk", "0.1.0", "A01"), HelloAck)
    finally:
        line.close()
    assert (heard.room_id, heard.room_state) == (room_id, "unpaired")


@pytest.mark.soak
@pytest.mark.parametrize("mode", MODES)
def test_the_frozen_server_announces_its_room_and_stops_as_asked(
    serve: Callable[..., tuple[subprocess.Popen[str], str]], eventually: Callable[..., None], mode: str
) -> None:
    running, _ = serve("--interface", "127.0.0.1", "--async-mode", mode)
    children = psutil.Process(running.pid).children
    eventually(lambda: any("announce" in child.cmdline() for child in children()), what="the announcing process")
    announcing = children()
    running.send_signal(signal.SIGTERM)
    running.wait(timeout=20)
    assert psutil.wait_procs(announcing, timeout=10)[1] == []


RUBRIC = b"""format: exam-rubric/1
id: frozen
version: 1
title: {vi: "T", en: "T"}
files: [{name: a.pptx, accept: [pptx]}]
points: 1
groups: [{id: g, title: {vi: "G", en: "G"}, checks: [{id: c, points: 1, type: pptx.slide_count, expect: {count: 0}}]}]
"""


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox of Linux")
def test_the_frozen_server_marks_work_in_the_sandbox(
    freeze: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does for itself: the program in another role, its folder all there is to read."""
    program = freeze("examroom-server") / "examroom-server"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "_MEIPASS", str(program.parent / "_internal"), raising=False)
    done = mark_submission(RUBRIC, bytes(32), {"a.pptx": packed(pptx())})
    assert isinstance(done, WorkDocument)
    assert done.document["points"] == 100, done.log


@pytest.mark.soak
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_frozen_program_starts_and_tells_its_commands(freeze: Callable[[str], Path], name: str) -> None:
    told = subprocess.run([freeze(name) / name, "--help"], check=True, capture_output=True, text=True)
    assert name in told.stdout


@pytest.mark.soak
def test_the_frozen_kiosk_shows_its_page(
    freeze: Callable[[str], Path],
    tmp_path: Path,
    spawn: Callable[..., subprocess.Popen[str]],
    free_port: Callable[[], int],
) -> None:
    kiosk = spawn(
        [freeze("examroom-kiosk") / "examroom-kiosk", "run", "--dir", tmp_path, "--no-browser", "--no-search", "--no-internet-probe",
         "--local-address", "127.0.0.1", "--port", str(free_port())],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert kiosk.stdout is not None
    link = kiosk.stdout.readline().strip()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    opener.open(link, timeout=10).close()  # exchanges the launch token for a cookie
    with opener.open(link.partition("/enter")[0], timeout=10) as page:
        assert "/front/tokens.css" in page.read().decode()


@pytest.mark.soak
def test_the_frozen_kiosk_holds_no_server_but_the_protocol_no_keys_and_no_eventlet(
    freeze: Callable[[str], Path],
) -> None:
    held = modules(freeze("examroom-kiosk") / "examroom-kiosk")
    assert {name for name in held if name.startswith("server.") and not name.startswith("server.protocol")} == set()
    assert held & {"eventlet", "question_bank.scoring", "question_bank.custody", "question_bank.bank"} == set()
    assert "server.protocol.messages" in held


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "packages"), [("examroom-server", ("server", "question_bank")), ("examroom-kiosk", ("client_kiosk",))]
)
def test_a_frozen_program_carries_every_file_its_pages_need(
    freeze: Callable[[str], Path], repository: Path, name: str, packages: tuple[str, ...]
) -> None:
    inside = freeze(name) / "_internal"
    for package in packages:
        for path in (repository / package).rglob("*"):
            if path.suffix in {".html", ".css", ".js", ".mo", ".woff2", ".sql", ".typ"}:
                assert (inside / path.relative_to(repository)).is_file(), path


def test_freezing_writes_nothing_into_the_recipes(freeze: Callable[[str], Path], repository: Path) -> None:
    freeze("examroom-server")
    assert {path.name for path in (repository / "build").iterdir()} == {
        "README.md", "entry_kiosk.py", "entry_server.py", "kiosk.spec", "server.spec", "systemd",
    }  # fmt: skip
