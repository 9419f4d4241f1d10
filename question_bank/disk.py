"""Files that survive a power cut: what is there is whole, and what was promised is there."""

from __future__ import annotations

import os
import secrets
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
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_new(temporary, data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def forget_cached(path: Path) -> None:
    """Have what is read of this file next come from its disk, where the system lets one ask for that. Raises OSError.

    What was written a moment ago is read from memory else, which says nothing of the disk. It must have been forced there.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have the folder's list of names on the disk: without it a rename can be lost with the power."""
    if os.name == "nt":
        return  # Windows has no such call; NTFS journals names by itself
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lasting_folder(folder: Path, mode: int = 0o777) -> None:
    """Have this folder, made if need be with those above it, and its name on the disk. Raises OSError.

    A folder whose own name is not on the disk is gone after a power cut with every file in it, however well those were
    forced there. One that is there already may have been made by a run that lost its power in between.
    """
    new = [folder]
    while not new[-1].parent.exists():
        new.append(new[-1].parent)
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for one in reversed(new):
        sync_folder(one.parent)
