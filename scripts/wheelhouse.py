#!/usr/bin/env python3
"""Gather everything a room's machine installs into one folder that needs no network.

    wheelhouse.py [--to FOLDER] [--windows]

The folder (.tmp/wheelhouse unless told) then holds one wheel of each package of requirements/room.txt and our own,
`room.txt` that pins them all by digest, SHA256SUMS, and install.sh. Carried on a stick, it installs with

    sh install.sh /opt/examroom          a new virtual environment there; or by hand:
    pip install --no-index --find-links FOLDER --require-hashes -r FOLDER/room.txt

Wheels are for this machine's platform and version of Python, or with --windows for 64-bit Windows and Python 3.11.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "room.txt"
WINDOWS_PYTHON = "3.11"

INSTALL = """\
#!/bin/sh
# Install examroom into a new virtual environment from the wheels beside this file. Needs python3 >= 3.11 and no network.
#   sh install.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:?"usage: sh install.sh FOLDER"}
(cd "$here" && sha256sum --check --quiet SHA256SUMS)
# Without Debian's python3-venv there is no pip to start with; its wheel is here and runs from the archive.
python3 -m venv --without-pip "$target"
pip=$(echo "$here"/pip-*.whl)
"$target/bin/python" "$pip/pip" install --quiet --disable-pip-version-check --no-cache-dir \\
  --no-index --find-links "$here" --require-hashes -r "$here/room.txt"
echo "Installed. The commands are in $target/bin: examroom-server, examroom-kiosk, examroom-bank."
"""


def run(*arguments: str | Path) -> None:
    """Run a program to its end; CalledProcessError when it fails."""
    subprocess.run([str(argument) for argument in arguments], cwd=ROOT, check=True)


def download(house: Path, windows: bool) -> None:
    """Fetch the wheels of the lock file, each checked against its digest. Only wheels: a room has no compiler."""
    python = Path(sys.executable)
    options: list[str | Path] = ["--requirement", LOCK]
    if windows:
        # pip would judge the lock's platform markers by this machine, so uv writes out what Windows needs.
        flat = house / "room-windows.txt"
        run(
            python.with_name("uv"), "pip", "compile", LOCK, "--python-platform", "x86_64-pc-windows-msvc", "--quiet",
            "--python-version", WINDOWS_PYTHON, "--generate-hashes", "--no-config", "--output-file", flat,
        )  # fmt: skip
        options = ["--requirement", flat, "--platform", "win_amd64", "--python-version", WINDOWS_PYTHON]
    run(
        python, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:",
        "--dest", house, *options,
    )  # fmt: skip


def build_ours(house: Path) -> Path:
    """Build our wheel into the folder and return it."""
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", house)
    return next(house.glob("examroom-*.whl"))


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_lists(house: Path, ours: Path, windows: bool) -> None:
    """Write room.txt (every package by version and digest, ours too), install.sh and SHA256SUMS."""
    lock = (house / "room-windows.txt" if windows else LOCK).read_text()
    version = ours.name.split("-")[1]
    (house / "room.txt").write_text(f"{lock}examroom[server,kiosk]=={version} \\\n    --hash=sha256:{digest(ours)}\n")
    (house / "room-windows.txt").unlink(missing_ok=True)
    if not windows:
        (house / "install.sh").write_text(INSTALL)
    rows = [f"{digest(path)}  {path.name}\n" for path in sorted(house.iterdir())]
    (house / "SHA256SUMS").write_text("".join(rows))


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / ".tmp" / "wheelhouse")
    parser.add_argument("--windows", action="store_true")
    chosen = parser.parse_args()
    house: Path = chosen.to.resolve()
    # Made beside its place and moved there whole: a broken download leaves the last good one.
    part = house.with_name(house.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    download(part, chosen.windows)
    write_lists(part, build_ours(part), chosen.windows)
    shutil.rmtree(house, ignore_errors=True)
    part.rename(house)
    wheels = [path.stat().st_size for path in house.glob("*.whl")]
    print(f"{house}: {len(wheels)} wheels, {sum(wheels) / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
