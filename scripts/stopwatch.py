"""When each thing of a rehearsal happened, by one watch that is neither the room's nor a kiosk's."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Stopwatch:
    """Writes a JSON line for each thing: {"what", "sbd", "from_ms", "to_ms"}, ms of the machine's monotonic clock.

    Used by several threads: a line is one write.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def during(self, what: str, sbd: str | None = None) -> Iterator[None]:
        """It happens within this block: not before it is entered, and seen to have happened when it is left."""
        from_ms = _now_ms()
        yield
        line = {"what": what, "sbd": sbd, "from_ms": from_ms, "to_ms": _now_ms()}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
