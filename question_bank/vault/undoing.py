"""Which revision undo and redo lead back to, told from the revisions themselves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Made(Enum):
    """How a revision came to be."""

    WRITTEN = "written"
    UNDONE = "undone"
    REDONE = "redone"


@dataclass(frozen=True, slots=True)
class Steps:
    """The revision whose content undo would bring back, and redo; 0 is none."""

    undo: int
    redo: int


def steps(made: Sequence[Made]) -> Steps:
    """`made[n-1]` says how revision n came to be; the first is always written.

    An undo that has nothing to go back to, or a redo that has nothing ahead, never gets into a bank; here it is skipped.
    """
    done: list[int] = []  # revisions whose content led to the present one, oldest first
    ahead: list[int] = []  # contents that were undone, the next to redo last
    for revision, how in enumerate(made, start=1):
        if how is Made.WRITTEN:
            done.append(revision)
            ahead.clear()
        elif how is Made.UNDONE and len(done) > 1:
            ahead.append(done.pop())
        elif how is Made.REDONE and ahead:
            done.append(ahead.pop())
    return Steps(done[-2] if len(done) > 1 else 0, ahead[-1] if ahead else 0)
