"""What gives way on a full disk before an answer does, and who may still take space.

Users of space that is not answers (collected files, screenshots, copies) ask a `Quota` before they take any, and may
register something that can be given up. The order of `GivesWay` is the order in which it goes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

KEPT_FOR_ANSWERS = 256 * 2**20  # of the disk: four times what a sitting of three hundred writes


class GivesWay(Protocol):
    """Something on the disk that nobody needs for this exam."""

    @property
    def name(self) -> str:
        """One word for the log."""

    def give_way(self) -> int:
        """Delete it; how many bytes came free. Never raises for a file that is gone or held."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Who writes anything but answers asks first. `free` reads the disk."""

    free: Callable[[], int]
    kept_bytes: int = KEPT_FOR_ANSWERS

    def may_take(self, octets: int) -> bool:
        """Whether so many bytes may be written: enough for answers stays free."""
        return self.free() - octets >= self.kept_bytes


@dataclass(frozen=True, slots=True)
class Files:
    """Files that are found anew each time."""

    name: str
    find: Callable[[], Iterable[Path]]

    def give_way(self) -> int:
        """Delete them."""
        return sum(_deleted(path) for path in tuple(self.find()))


def of_a_room(directory: Path, named: Callable[[], frozenset[str]]) -> Sequence[GivesWay]:
    """What a room's folder holds that gives way, in this order: old logs, copies from before an upgrade, packages that were
    cut off while they came and such as no sitting names (`named` gives their ids).
    """

    def packages() -> list[Path]:
        folder, keep = directory / "packages", named()
        return [*folder.glob(".*.part"), *(one for one in folder.glob("*.exam") if one.stem not in keep)]

    def copies() -> list[Path]:
        return [*directory.glob("*.before-upgrade-*.sqlite"), *directory.glob("*/*.before-upgrade-*.sqlite")]

    return (
        Files("old logs", lambda: (directory / "logs").glob("*.jsonl.*")),
        Files("copies from before an upgrade", copies),
        Files("packages of no sitting", packages),
    )


def _deleted(path: Path) -> int:
    with contextlib.suppress(OSError):
        size = path.stat().st_size
        path.unlink()
        return size
    return 0
