"""The programs that need no Python where they run, frozen from build/*.spec and started."""

from __future__ import annotations

import http.cookiejar
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

pytestmark = pytest.mark.soak

PROGRAMS = {"server": "examroom-server", "kiosk": "examroom-kiosk"}


@pytest.fixture(scope="module")
def frozen(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds one folder per program."""
    made = tmp_path_factory.mktemp("frozen")
    for recipe in PROGRAMS:
        subprocess.run(
            [
                sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--workpath", made / "work",
                "--distpath", made, repository / "build" / f"{recipe}.spec",
            ],
            cwd=made, check=True,
        )  # fmt: skip
    return made


def modules(program: Path) -> set[str]:
    """Every Python module inside a frozen program."""
    archive = CArchiveReader(str(program))
    return set(archive.open_embedded_archive("PYZ.pyz").toc)


@pytest.mark.parametrize("name", PROGRAMS.values())
def test_a_frozen_program_starts_and_tells_its_commands(frozen: Path, name: str) -> None:
    told = subprocess.run([frozen / name / name, "--help"], check=True, capture_output=True, text=True)
    assert name in told.stdout


@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_the_frozen_server_makes_a_room_serves_it_and_announces_it(
    frozen: Path,
    tmp_path: Path,
    spawn: Callable[..., subprocess.Popen[str]],
    eventually: Callable[..., None],
    mode: str,
) -> None:
    server = frozen / "examroom-server" / "examroom-server"
    (tmp_path / "password").write_text("ban-to-chuc-2020")
    subprocess.run([server, "init", tmp_path / "room", "--password-file", tmp_path / "password"], check=True)
    running = spawn(
        [server, "serve", tmp_path / "room", "--host", "127.0.0.1", "--port", "0", "--local-port", "0",
         "--interface", "127.0.0.1", "--async-mode", mode],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdout is not None
    said = running.stdout.readline()
    address = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert address, said
    with urllib.request.urlopen(f"{address[0]}/front/tokens.css", timeout=10) as answer:
        assert b"--brand" in answer.read()
    children = psutil.Process(running.pid).children
    eventually(lambda: any("announce" in child.cmdline() for child in children()), what="the announcing process")
    announcing = children()
    running.send_signal(signal.SIGTERM)
    running.wait(timeout=20)
    assert psutil.wait_procs(announcing, timeout=10)[1] == []


def test_the_frozen_kiosk_shows_its_page(
    frozen: Path, tmp_path: Path, spawn: Callable[..., subprocess.Popen[str]], free_port: Callable[[], int]
) -> None:
    kiosk = spawn(
        [frozen / "examroom-kiosk" / "examroom-kiosk", "run", "--dir", tmp_path, "--no-browser", "--no-search",
         "--local-address", "127.0.0.1", "--port", str(free_port())],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert kiosk.stdout is not None
    link = kiosk.stdout.readline().strip()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    opener.open(link, timeout=10).close()  # exchanges the launch token for a cookie
    with opener.open(link.partition("/enter")[0], timeout=10) as page:
        assert "/front/tokens.css" in page.read().decode()


def test_the_frozen_kiosk_holds_no_server_but_the_protocol_no_keys_and_no_eventlet(frozen: Path) -> None:
    held = modules(frozen / "examroom-kiosk" / "examroom-kiosk")
    assert {name for name in held if name.startswith("server.") and not name.startswith("server.protocol")} == set()
    assert held & {"eventlet", "question_bank.scoring", "question_bank.custody", "question_bank.bank"} == set()
    assert "server.protocol.messages" in held


@pytest.mark.parametrize(
    ("name", "packages"), [("examroom-server", ("server", "question_bank")), ("examroom-kiosk", ("client_kiosk",))]
)
def test_a_frozen_program_carries_every_file_its_pages_need(
    frozen: Path, repository: Path, name: str, packages: tuple[str, ...]
) -> None:
    inside = frozen / name / "_internal"
    for package in packages:
        for path in (repository / package).rglob("*"):
            if path.suffix in {".html", ".css", ".js", ".mo", ".woff2", ".sql", ".typ"}:
                assert (inside / path.relative_to(repository)).is_file(), path


def test_freezing_writes_nothing_into_the_recipes(frozen: Path, repository: Path) -> None:
    assert {path.name for path in (repository / "build").iterdir()} == {
        "README.md", "entry_kiosk.py", "entry_server.py", "kiosk.spec", "server.spec", "systemd",
    }  # fmt: skip
