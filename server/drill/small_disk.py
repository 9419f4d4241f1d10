"""A folder on a small disk of its own, which can be filled to the last byte and cleared again. Linux, root only.

It is a file system in memory in a mount namespace of its own, held open by a process that does nothing, so that it outlives
whoever works on it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def can_be_made() -> bool:
    """Whether this process may mount a disk of its own; root in a container often may not."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    probe = ["unshare", "--mount", "--propagation", "private", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


class SmallDisk:
    """Puts `folder`, with what is in it, on a disk of so many bytes until `close`."""

    def __init__(self, folder: Path, size_bytes: int) -> None:
        self._folder = folder
        kept = folder.with_name(f"{folder.name}-kept")
        script = (
            'cp -a "$1" "$2" && mount -t tmpfs -o size="$3" tmpfs "$1" && cp -a "$2/." "$1" && rm -r "$2" && '
            "echo ready && exec cat"
        )
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]
        self._holder = subprocess.Popen(
            [*command, str(folder), str(kept), str(size_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "ready\n"

    @property
    def prefix(self) -> tuple[str, ...]:
        """What goes before a command that is to see this disk."""
        return ("nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", f"--wd={os.getcwd()}")

    @property
    def path(self) -> Path:
        """The folder as seen from here."""
        return Path(f"/proc/{self._holder.pid}/root{self._folder}")

    @property
    def is_open(self) -> bool:
        """Whether `close` has not been called yet."""
        return self._holder.poll() is None

    def fill(self) -> None:
        """Leave not one byte."""
        with (self.path / "filler").open("ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue

    def free_bytes(self) -> int:
        """What may still be written to it."""
        return shutil.disk_usage(self.path).free

    def clear(self) -> None:
        """Make space again."""
        (self.path / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount; what was on it is copied to where it belongs."""
        self.clear()
        shutil.copytree(self.path, self._folder, dirs_exist_ok=True)
        assert self._holder.stdin is not None
        assert self._holder.stdout is not None
        self._holder.stdin.close()
        self._holder.stdout.close()
        self._holder.wait()
