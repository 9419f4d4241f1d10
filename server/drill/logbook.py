"""What a drill writes down for its checker, as it happens: lines of JSON, each one write. Read by `check_drill`."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self


def watch_ms() -> int:
    """The drill's own watch: ms of this computer's monotonic clock."""
    return time.monotonic_ns() // 1_000_000


class Logbook:
    """The three logs of one drill, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, IO[str]] = {
            name: (folder / f"{name}.jsonl").open("a", encoding="utf-8", buffering=1)
            for name in ("clicks", "acks", "course")
        }

    def click(self, **fields: object) -> None:
        """An answer was given, and is on its machine's disk."""
        self._write("clicks", fields)

    def ack(self, **fields: object) -> None:
        """A kiosk heard a verdict."""
        self._write("acks", fields)

    def course(self, what: str, **fields: object) -> None:
        """The drill did or saw something."""
        self._write("course", {"what": what, **fields})

    def _write(self, name: str, fields: Mapping[str, object]) -> None:
        self._files[name].write(json.dumps(fields, ensure_ascii=False) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()
