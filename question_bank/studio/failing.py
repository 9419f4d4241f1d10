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


def told(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """Type and place: “KeyError form.py:12 form_work.py:115”."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return " ".join([kind.__name__ if kind else "", *(f"{Path(one.filename).name}:{one.lineno}" for one in frames)])


def say(kind: type[BaseException] | None, trace: TracebackType | None) -> None:
    """One line on standard error."""
    print(told(kind, trace), file=sys.stderr, flush=True)


@contextmanager
def threads_say_no_more() -> Iterator[None]:
    """Until the body ends, a thread that fails says this, too, and not what Python would print."""
    before = threading.excepthook
    threading.excepthook = lambda failed: say(failed.exc_type, failed.exc_traceback)
    try:
        yield
    finally:
        threading.excepthook = before
