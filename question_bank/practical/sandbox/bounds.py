"""What every system's sandbox looks at while a program runs, and says at its end."""

from __future__ import annotations

import os
from pathlib import Path

from question_bank.practical.sandbox.port import Reason, Stopped

LOOK_S = 0.05  # between two looks at what was written: at a gigabyte a second, fifty megabytes too much at most
PIECE = 64 * 1024  # bytes read at once
_MOST_ENTRIES = 20_000  # files and folders in `out/`; LibreOffice's own are about a hundred
_MOST_SAID = 1000  # characters of what a program complained of last


def too_much(out: Path, most: int) -> bool:
    """Whether what lies in the folder takes more than `most` bytes, or is too many files. Never follows a link."""
    total = entries = 0
    todo = [out]
    while todo:
        try:
            with os.scandir(todo.pop()) as listing:
                for entry in listing:
                    entries += 1
                    found = entry.stat(follow_symlinks=False)
                    total += found.st_blocks * 512 if hasattr(found, "st_blocks") else found.st_size
                    if total > most or entries > _MOST_ENTRIES:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(Path(entry.path))
        except OSError:  # what the program has just removed, or made unreadable: no larger for that
            continue
    return False


def stopped(reason: Reason, status: int, complaint: bytes) -> Stopped:
    """The reason with its exit status and the program's last words."""
    said = complaint.decode("utf-8", "replace").strip()[-_MOST_SAID:]
    return Stopped(reason, f"exit status {status}: {said}" if said else f"exit status {status}")
