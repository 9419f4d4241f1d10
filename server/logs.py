"""The room's log: JSON lines in `logs/`, rotated and bounded; kinds and ids, never a name, a response or a key.

What has to last is in the journal. The log is for the technician who asks why the server stopped or who was turned
away, so a failure is written as its type and place: its text may hold what it was working on.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

from server.store.locks import NativeRLock

LOG_FILE = "server.jsonl"
MAX_BYTES = 5 * 1024 * 1024
KEPT = 5  # old files: 30 MB in all, weeks of ordinary running
_FIELDS = "examroom_fields"


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC ms), level, kind, and the fields given."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record; foreign records give their origin, and a failure its type and place."""
        fields = getattr(record, _FIELDS, None)
        line: dict[str, object] = {"at_ms": int(record.created * 1000), "level": record.levelname.lower()}
        if isinstance(fields, dict):
            line.update(kind=record.getMessage(), **fields)
        else:
            line.update(kind="library", origin=f"{record.name}:{record.lineno}")
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = type(error).__name__
            line["place"] = place(error)
        return json.dumps(line, ensure_ascii=False)


def place(error: BaseException) -> list[str]:
    """Where an exception came from: file names and line numbers, the innermost last, at most eight."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]


class RoomLog:
    """The one way of writing to the room's log."""

    def __init__(self, directory: Path | None, *, echo: bool = False) -> None:
        """Log into `directory` (made if missing; None keeps no file), and to standard error too when `echo`."""
        self._logger = logging.getLogger("examroom")
        self._logger.setLevel(logging.INFO)
        self._handlers: list[logging.Handler] = []
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            self._handlers.append(
                RotatingFileHandler(directory / LOG_FILE, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8")
            )
        if echo:
            self._handlers.append(logging.StreamHandler(sys.stderr))
        for handler in self._handlers:
            handler.lock = NativeRLock()  # offloaded work logs too
            handler.setFormatter(JsonLines())
            handler.formatter.converter = time.gmtime  # type: ignore[union-attr]
            # Everything goes through the root: what libraries warn of is a technician's business too.
            logging.getLogger().addHandler(handler)

    def __call__(self, kind: str, **fields: str | int | None) -> None:
        """Write one line: what happened, to which ids."""
        self._logger.info(kind, extra={_FIELDS: fields})

    def failure(self, kind: str, error: BaseException, **fields: str | int | None) -> None:
        """Write one line about something that should not have happened."""
        self._logger.error(kind, exc_info=error, extra={_FIELDS: fields})

    def close(self) -> None:
        """Let go of the files."""
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        self._handlers.clear()
