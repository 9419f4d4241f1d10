"""The port: run one program on one job, with no network, nothing to write to but the job's own folder, and bounds on all.

The folder has `in/`, which the program may read, and `out/`, which it may write where its limits say so. The program is started in the
folder, so its words name both by relative paths. Its answer is what it prints.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePath, PurePosixPath
from typing import Protocol

from question_bank.phrase import Phrase, phrase

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use. `made_bytes` is what `out/` may come to: 0 leaves nothing at all to write to."""

    wall_s: float
    cpu_s: int
    memory_bytes: int  # of addresses: what is mapped counts, touched or not
    made_bytes: int = 0
    file_bytes: int = 64 * MIB  # of one file it writes
    descriptors: int = 64
    threads: bool = False
    temporary: bool = False  # whether what it writes into the system's folder for temporary files goes to `out/`


@dataclass(frozen=True, slots=True)
class Command:
    """A program: its words, the files and folders it must be able to read besides the system's, and its environment."""

    words: tuple[str, ...]
    reads: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


class Reason(Enum):
    """Why a program was stopped, or ended badly by itself."""

    TIME = "time"  # the wall clock or the processor's
    ANSWER = "answer"  # it printed more than is read
    SPACE = "space"  # it wrote more than it may
    MEMORY = "memory"
    DIED = "died"  # a signal, or any exit status but 0


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that ended by itself with exit status 0: what it printed, and what it complained of."""

    printed: bytes
    complaint: bytes = b""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A program that gave no answer. `detail` is for logs: exit status or signal, and its last words."""

    reason: Reason
    detail: str = ""

    def said(self) -> Phrase:
        """The reason for people."""
        return _SAID[self.reason]


@dataclass(frozen=True, slots=True)
class Missing:
    """This computer has no sandbox: nothing is opened on it. `message` says what is missing, `hint` what to install."""

    message: Phrase
    hint: Phrase


class Sandbox(Protocol):
    """What an operating system brings."""

    def run(self, folder: Path, command: Command, limits: Limits) -> Ran | Stopped | Missing:
        """Run a program to its end or its bounds; nothing of it is left running."""


_SAID: Mapping[Reason, Phrase] = {
    Reason.TIME: phrase("it took longer than it may"),
    Reason.ANSWER: phrase("it answered more than is read"),
    Reason.SPACE: phrase("it wrote more than it may"),
    Reason.MEMORY: phrase("it needed more memory than it may"),
    Reason.DIED: phrase("it ended without an answer"),
}


def run(folder: Path, command: Command, limits: Limits) -> Ran | Stopped | Missing:
    """Run a program on the job in `folder` in this system's sandbox; never without one."""
    return _sandbox().run(folder, command, limits)


def _sandbox() -> Sandbox:
    if sys.platform == "win32":
        from question_bank.practical.sandbox.windows import WindowsSandbox

        return WindowsSandbox()
    from question_bank.practical.sandbox.linux import LinuxSandbox

    return LinuxSandbox()


def inside(folder: Path) -> PurePath:
    """The path of a job's folder as the program in the sandbox sees it."""
    return folder if sys.platform == "win32" else PurePosixPath("/job")


def prepared(folder: Path, given: Mapping[str, bytes]) -> None:
    """Lay a job's files into `in/` under names of ours, and an empty `out/` beside it."""
    (folder / "in").mkdir(mode=0o700)
    (folder / "out").mkdir(mode=0o700)
    for name, data in given.items():
        (folder / "in" / name).write_bytes(data)


def read_made(folder: Path, name: str, most: int) -> bytes | None:
    """A plain file that a program left in `out/`; None when there is none, it is larger, or it is a link or a device to elsewhere."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(folder / "out" / name, flags)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with open(descriptor, "rb", closefd=False) as stream:
            data = stream.read(most + 1)
    finally:
        os.close(descriptor)
    return data if len(data) <= most else None
