"""`make test` runs what needs root through sudo where it can, and says so where it cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAMS = ("dirname", "env", "mktemp", "rm", "sh")
# Writes down who runs it and how; the tests it is asked for fail if a file says so.
PYTHON = """#!/bin/sh
echo "$(id -u) $*" >> {tree}/runs
case "$*" in *"-m root"*) [ ! -e {tree}/root-status ] || exit "$(cat {tree}/root-status)" ;; esac
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A pretended machine, with what its user may do."""

    tree: Path
    path: Path

    def has(self, name: str, text: str) -> None:
        file = self.path / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.tree / "scripts" / "run_tests.sh", *arguments], env={**os.environ, "PATH": str(self.path)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def runs(self) -> list[str]:
        """Who ran pytest with which arguments, without the folder that is thrown away."""
        lines = (self.tree / "runs").read_text().splitlines()
        return [" ".join(word for word in line.split() if "cache_dir=" not in word and word != "-o") for line in lines]


@pytest.fixture
def machine(repository: Path, tmp_path: Path) -> Machine:
    """An ordinary user without sudo."""
    tree, path = tmp_path / "tree", tmp_path / "path"
    for folder in (tree / "scripts", tree / ".venv" / "bin", path):
        folder.mkdir(parents=True)
    shutil.copy(repository / "scripts" / "run_tests.sh", tree / "scripts")
    for name in PROGRAMS:
        (path / name).symlink_to(shutil.which(name) or "missing")
    made = Machine(tree, path)
    python = tree / ".venv" / "bin" / "python"
    python.write_text(PYTHON.format(tree=tree))
    python.chmod(0o755)
    (path / "cat").symlink_to(shutil.which("cat") or "missing")
    made.has("id", "echo ${AS_USER:-1000}")
    return made


def test_root_runs_everything_at_once(machine: Machine) -> None:
    machine.has("id", "echo 0")
    assert machine.run("-x").returncode == 0
    assert machine.runs() == ["0 -m pytest -n 3 --no-loadscope-reorder -x"]


def test_with_sudo_what_needs_root_is_run_as_root_and_the_rest_is_not(machine: Machine) -> None:
    machine.has("sudo", '[ "$1" != -n ] || shift; AS_USER=0 "$@"')
    done = machine.run("-x")
    assert done.returncode == 0
    assert machine.runs() == [
        "0 -m pytest -m root and not soak -x",
        "1000 -m pytest -n 3 --no-loadscope-reorder -m not root and not soak -x",
    ]
    assert "through sudo" in done.stderr


@pytest.mark.parametrize(("status", "expected"), [("1", 1), ("5", 0)], ids=["failed", "none of them asked for"])
def test_a_failure_as_root_fails_the_whole_and_the_rest_is_run_all_the_same(
    machine: Machine, status: str, expected: int
) -> None:
    machine.has("sudo", '[ "$1" != -n ] || shift; AS_USER=0 "$@"')
    (machine.tree / "root-status").write_text(status)
    assert machine.run().returncode == expected
    assert len(machine.runs()) == 2


@pytest.mark.parametrize("sudo", ["", "exit 1"], ids=["no sudo", "sudo would ask for a password"])
def test_without_root_and_sudo_everything_is_tried_and_the_lack_is_told(machine: Machine, sudo: str) -> None:
    if sudo:
        machine.has("sudo", sudo)
    done = machine.run()
    assert done.returncode == 0
    assert machine.runs() == ["1000 -m pytest -n 3 --no-loadscope-reorder"]
    assert "the tests that need it will be skipped" in done.stderr


def test_no_two_of_those_that_work_side_by_side_play_machines_on_one_network(repository: Path, tmp_path: Path) -> None:
    played = ("client_kiosk/test_one.py", "scenario/test_two.py", "browser/test_screens.py")
    for name in ("setup.cfg", "tests/conftest.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(repository / name, tmp_path / name)
    for name in (*played, "project/test_three.py"):
        (tmp_path / "tests" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "tests" / name).write_text(
            "from __future__ import annotations\n\nimport os\nfrom pathlib import Path\n\nimport pytest\n\n\n"
            '@pytest.mark.parametrize("n", range(4))\n'
            "def test_it(n: int) -> None:\n"
            f"    with Path('workers').open('a') as out: print('{name}', os.environ['PYTEST_XDIST_WORKER'], os.readlink('/proc/thread-self/ns/net'), file=out)\n"
        )
    done = subprocess.run(
        [repository / ".venv" / "bin" / "python", "-m", "pytest", "-n", "2", "tests"], cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    lines = [line.split() for line in (tmp_path / "workers").read_text().splitlines()]
    assert len(lines) == 16
    players = {(worker, network) for name, worker, network in lines if name in played}
    assert len(players) == len({network for _, network in players})


def test_the_end_of_a_run_names_what_was_not_tested(repository: Path, tmp_path: Path) -> None:
    for name in ("setup.cfg", "tests/conftest.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(repository / name, tmp_path / name)
    (tmp_path / "tests" / "test_one.py").write_text(
        "from __future__ import annotations\n\nimport os\n\nimport pytest\n\nos.geteuid = lambda: 1000\n\n\n"
        "@pytest.mark.root\ndef test_a_network() -> None:\n    raise AssertionError\n"
    )
    done = subprocess.run(
        [repository / ".venv" / "bin" / "python", "-m", "pytest", "-p", "no:randomly", "tests"], cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "1 skipped: needs root (network namespaces, small disks)" in done.stdout
    assert "`make test` runs them as root, or as anybody who has sudo." in done.stdout
