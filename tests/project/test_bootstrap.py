"""scripts/bootstrap.sh installs what is missing, says so in a sentence, and leaves alone what is there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

BASICS = ("cat", "cut", "dirname", "env", "flock", "grep", "id", "mkdir", "rm", "sh", "sha256sum", "tail")
# Writes down how it was called; the first installation fails as on a machine whose package lists are missing.
APT = """#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >> {log}
case "$*" in *update*) : > {log}.updated ;; *) [ -e {log}.updated ] || {{ echo "no such package"; exit 100; }} ;; esac
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A pretended machine: a copy of the script in a tree of its own, and a PATH with only what is put there."""

    tree: Path
    path: Path

    def has(self, name: str, text: str) -> None:
        (self.path / name).write_text(text)
        (self.path / name).chmod(0o755)

    def run(self, *commands: str) -> subprocess.CompletedProcess[str]:
        script = self.tree / "scripts" / "bootstrap.sh"
        return subprocess.run(
            [script, *commands], env={**os.environ, "PATH": str(self.path)}, capture_output=True, text=True, check=False
        )

    def apt_calls(self) -> list[str]:
        log = self.tree / "apt"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine(repository: Path, tmp_path: Path) -> Machine:
    """Everything set up already, but none of the programs that tests need."""
    tree, path = tmp_path / "tree", tmp_path / "path"
    for name in ("requirements/dev.txt", "setup.cfg", "pyproject.toml", "scripts/bootstrap.sh"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(repository / name, tree / name)
    # The script also looks in /usr/sbin, where this machine may have what the pretended one must not.
    script = tree / "scripts" / "bootstrap.sh"
    script.write_text(script.read_text().replace("PATH=$PATH:/usr/sbin:/sbin\n", ""))
    lock = b"".join((tree / name).read_bytes() for name in ("requirements/dev.txt", "setup.cfg", "pyproject.toml"))
    (tree / ".venv/bin").mkdir(parents=True)
    (tree / ".venv/bin/python").symlink_to(sys.executable)
    (tree / ".venv/examroom-lock").write_text(hashlib.sha256(lock).hexdigest())
    path.mkdir()
    for name in BASICS:
        (path / name).symlink_to(shutil.which(name) or "missing")
    made = Machine(tree, path)
    made.has("python3", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    made.has("apt-get", APT.format(log=tree / "apt"))
    made.has("ldconfig", "#!/bin/sh\necho ' libatomic.so.1 (libc6,x86-64) => /lib/libatomic.so.1'\n")
    made.has("sudo", '#!/bin/sh\nexec "$@"\n')
    return made


def test_nothing_is_installed_where_nothing_is_missing(machine: Machine) -> None:
    machine.has("chromium", "#!/bin/sh\n")
    done = machine.run("chromium")
    assert (done.returncode, done.stderr) == (0, "")
    assert machine.apt_calls() == []


def test_missing_programs_come_from_debians_packages_and_are_named(machine: Machine) -> None:
    done = machine.run("chromium", "pdftoppm", "ip")
    assert done.returncode == 0
    assert done.stderr.startswith(
        "Installing from Debian's packages what is missing here: chromium poppler-utils iproute2"
    )
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_library_of_the_node_programs_is_installed(machine: Machine) -> None:
    machine.has("ldconfig", "#!/bin/sh\necho ' libc.so.6 (libc6,x86-64) => /lib/libc.so.6'\n")
    assert "missing here: libatomic1 (" in machine.run().stderr


def test_the_library_that_frozen_programs_carry_along_is_installed(machine: Machine) -> None:
    assert machine.run("libpython").stderr == ""
    machine.has("python3", f'#!/bin/sh\ncase "$2" in *CDLL*) exit 1 ;; esac\nexec {sys.executable} "$@"\n')
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"missing here: libpython{version} (" in machine.run("libpython").stderr


def test_package_lists_are_fetched_only_when_the_first_try_fails_and_nothing_asks(machine: Machine) -> None:
    machine.run("age")
    install = "noninteractive -q -y install --no-install-recommends age"
    assert machine.apt_calls() == [install, "noninteractive -q -y update", install]
    machine.run("nft")
    assert machine.apt_calls()[3:] == [install.replace("age", "nftables")]


def test_a_failure_of_the_package_manager_is_shown_and_ends_the_target(machine: Machine) -> None:
    machine.has("apt-get", "#!/bin/sh\necho 'the disk is full'\nexit 100\n")
    done = machine.run("age")
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert done.stderr.endswith("Debian's packages could not be installed: age\n")


def test_where_there_is_no_debian_the_packages_are_named(machine: Machine) -> None:
    (machine.path / "apt-get").unlink()
    done = machine.run("age", "nft")
    assert done.returncode == 1
    assert "age nftables" in done.stderr


def test_someone_who_is_not_root_and_has_no_sudo_is_told_what_to_ask_for(machine: Machine) -> None:
    (machine.path / "sudo").unlink()
    (machine.path / "id").unlink()
    machine.has("id", "#!/bin/sh\necho 1000\n")
    done = machine.run("age")
    assert done.returncode == 1
    assert "Please install as root: age" in done.stderr


def test_someone_who_is_not_root_installs_through_sudo(machine: Machine) -> None:
    (machine.path / "id").unlink()
    machine.has("id", "#!/bin/sh\necho 1000\n")
    machine.has("sudo", f'#!/bin/sh\necho "$1" >> {machine.tree}/sudo\nexec "$@"\n')
    assert machine.run("age").returncode == 0
    assert (machine.tree / "sudo").read_text().split() == ["env"] * len(machine.apt_calls())


def test_a_python_that_is_too_old_is_refused_with_a_sentence(machine: Machine) -> None:
    machine.has("python3", "#!/bin/sh\nexit 1\n")
    done = machine.run()
    assert (done.returncode, done.stderr) == (1, "Python 3.11 or newer is needed as 'python3'.\n")
