"""Where sealing takes the files of a form from: a folder, whatever its files are called."""

from __future__ import annotations

import hashlib
from pathlib import Path

from question_bank.sealed_write import MediaSource


def from_folder(folder: Path) -> MediaSource:
    """The files of a bank's `media` folder by their digests. Raises OSError when the folder cannot be read."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            with path.open("rb") as file:
                found[hashlib.file_digest(file, "sha256").hexdigest()] = path

    def read(sha256: str) -> bytes:
        return found[sha256].read_bytes()

    return read
