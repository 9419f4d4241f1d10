"""Files that survive a power cut: what is there is whole, and what was promised is there."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file that must not be there yet, and have it on the disk before returning.

    Raises OSError, also when it exists; the folder's own list of names is made durable by `sync_folder`.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_private(path: Path, data: bytes) -> None:
    """Put `data` at `path`, readable by this user only: temp → fsync → rename → fsync of the folder. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_new(temporary, data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the folder's list of names on the disk: without it a rename can be lost with the power."""
    if os.name == "nt":
        return  # Windows has no such call; NTFS journals names by itself
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
