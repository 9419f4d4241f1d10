"""What is said of a failure of the program itself: its type and place alone, for its text may be a question's."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

_FRAMES = 8  # of the place, the innermost


def say(kind: type[BaseException] | None, trace: TracebackType | None) -> None:
    """One line on standard error."""
    place = " ".join(f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(trace)[-_FRAMES:])
    print(f"{kind.__name__ if kind else ''} {place}", file=sys.stderr, flush=True)


@contextmanager
def threads_say_no_more() -> Iterator[None]:
    """Until the body ends, a thread that fails says this, too, and not what Python would print."""
    before = threading.excepthook
    threading.excepthook = lambda failed: say(failed.exc_type, failed.exc_traceback)
    try:
        yield
    finally:
        threading.excepthook = before
