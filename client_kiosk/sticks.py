"""USB sticks: which are plugged in, and writing a file to one so that it can be pulled afterwards."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from client_kiosk.errors import KioskError
from question_bank.disk import forget_cached, sync_folder
from question_bank.phrase import phrase

MAX_STICKS = 16  # shown; a machine has fewer ports
_MOUNTED_UNDER = ("/media/", "/run/media/")  # where desktops mount what is plugged in (udisks)


@dataclass(frozen=True, slots=True)
class Stick:
    """A drive that was plugged in: where it is, and how much space is left on it."""

    path: Path
    free_bytes: int

    @property
    def name(self) -> str:
        """What a person calls it: its label, or its letter."""
        return self.path.name or str(self.path)


def sticks() -> tuple[Stick, ...]:
    """The removable drives there are now; one that cannot be looked at is left out."""
    found = []
    for one in psutil.disk_partitions(all=False):
        if "removable" in one.opts.split(",") or one.mountpoint.startswith(_MOUNTED_UNDER):
            with contextlib.suppress(OSError):
                found.append(Stick(Path(one.mountpoint), psutil.disk_usage(one.mountpoint).free))
    return tuple(found[:MAX_STICKS])


def put(folder: Path, name: str, data: bytes) -> Path:
    """Write a file there, whole or not at all, and read it back: sticks lie. Raises KioskError."""
    target = folder / name
    temporary = folder / f".{name}.part"
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        with contextlib.suppress(OSError):  # some file systems of sticks have no such call
            sync_folder(folder)
        forget_cached(target)
        kept = target.read_bytes()
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise KioskError(
            phrase("%(file)s cannot be written [%(error)s]", file=str(target), error=error.strerror or str(error)),
            hint=phrase("Take another stick or folder, or make space on this one."),
        ) from error
    if kept != data:
        raise KioskError(
            phrase("%(file)s does not hold what was written to it", file=str(target)),
            hint=phrase("Take another stick."),
        )
    return target
