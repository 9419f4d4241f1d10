"""Put a package into a folder whole or not at all: temporary name, fsync, checks, then its own name."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, TypeVar

from question_bank.disk import sync_folder
from question_bank.sealed import Package
from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_zip import MAX_PACKAGE_BYTES, each_chunk, reading

SUFFIX = ".exam"

T = TypeVar("T")


def stage(source: Path, folder: Path, signer: bytes, room_version: str) -> Package:
    """Copy a package to `<folder>/<package_id>.exam` after every check that needs no secret (docs §7 steps 1 and 2).

    A file already there is replaced in one step. Raises SealError, or OSError when the folder cannot be written; then
    the folder is as it was.
    """

    def fill(out: BinaryIO) -> None:
        with reading(source) as file:
            if each_chunk(file, 0, MAX_PACKAGE_BYTES + 1, out.write) > MAX_PACKAGE_BYTES:
                raise SealError(SealFault.TOO_LARGE, f"more than {MAX_PACKAGE_BYTES} bytes")

    def prove(draft: Path) -> Package:
        package = Package.open_file(draft, signer, room_version)
        package.verify()
        return package

    # The name is known only after the checks; until then the draft has one of its own.
    draft = folder / f".incoming.{secrets.token_hex(8)}"
    try:
        package = _written(draft, fill, prove)
        path = folder / f"{package.manifest.package_id}{SUFFIX}"
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)
    return Package.open_file(path, signer, room_version)


def publish(path: Path, fill: Callable[[BinaryIO], object], prove: Callable[[Path], object]) -> None:
    """Write a new file: `fill` writes it, `prove` raises if it is not right. Nothing is left when either raises.

    Raises FileExistsError rather than replace a file. Needs no hard links: sticks have none.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with ExitStack() as undo:
        with path.open("xb"):
            undo.callback(path.unlink, missing_ok=True)  # from here on the name is ours
        undo.callback(draft.unlink, missing_ok=True)
        _written(draft, fill, prove)
        draft.replace(path)
        undo.pop_all()
    sync_folder(path.parent)


def _written(draft: Path, fill: Callable[[BinaryIO], object], prove: Callable[[Path], T]) -> T:
    with draft.open("xb") as file:
        fill(file)
        file.flush()
        os.fsync(file.fileno())
    return prove(draft)
