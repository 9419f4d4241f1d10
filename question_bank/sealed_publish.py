"""Give a new package its name only when it is whole and right: temporary name, fsync, checks, then its own name."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from question_bank.disk import sync_folder

SUFFIX = ".exam"


def publish(path: Path, fill: Callable[[BinaryIO], object], prove: Callable[[Path], object]) -> None:
    """Write a new file: `fill` writes it, `prove` raises if it is not right. Nothing is left when either raises.

    Raises FileExistsError rather than replace a file. Needs no hard links: sticks have none.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with ExitStack() as undo:
        with path.open("xb"):
            undo.callback(path.unlink, missing_ok=True)  # from here on the name is ours
        undo.callback(draft.unlink, missing_ok=True)
        with draft.open("xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        prove(draft)
        draft.replace(path)
        undo.pop_all()
    sync_folder(path.parent)
