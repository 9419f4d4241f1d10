"""Setting the date of a real program: a wall clock of its own that a test steps while it runs. Needs Linux and gcc."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


def compiled(folder: Path) -> Path:
    """The library that is loaded before a program's own."""
    library = folder / "wall_clock.so"
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return library


class WallClock:
    """One machine's date; `environment` makes the programs that are started with it believe it."""

    def __init__(self, path: Path, library: Path) -> None:
        self._path = path
        self.environment: Mapping[str, str] = {"LD_PRELOAD": str(library), "EXAMROOM_WALL_FILE": str(path)}
        self.step(0)

    def step(self, seconds: int) -> None:
        """So far from the true time it is from now on, also for programs that run."""
        with self._path.open("r+b" if self._path.exists() else "w+b") as file:
            file.write(struct.pack("=q", seconds))
