"""The programs that need no Python where they run, frozen from build/*.spec and started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
