"""A program in the sandbox from its start to its end: what it prints, the clock, and what it writes."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import subprocess
import time
from pathlib import Path
from typing import BinaryIO

from question_bank.practical.sandbox.agreed import MOST_ANSWER, MOST_COMPLAINT, NO_MEMORY
from question_bank.practical.sandbox.bounds import LOOK_S, PIECE, stopped, too_much
from question_bank.practical.sandbox.port import Limits, Ran, Reason, Stopped

_CHILD = re.compile(rb'"child-pid": *([0-9]+)')
_END_S = 5.0  # for the kernel to end a sandbox
# By exit status; bubblewrap answers 128 and the signal that ended the program.
_REASONS = {NO_MEMORY: Reason.MEMORY, 128 + signal.SIGXCPU: Reason.TIME, 128 + signal.SIGXFSZ: Reason.SPACE}


def watched(process: subprocess.Popen[bytes], told: BinaryIO, out: Path, limits: Limits) -> Ran | Stopped:
    """Wait for the program's end or its bounds. When this returns nothing of it runs any more.

    `told` is where bubblewrap says which process is the first of the sandbox.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    deadline = time.monotonic() + limits.wall_s
    kept: dict[int, bytearray] = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    printed, complaint = kept[process.stdout.fileno()], kept[process.stderr.fileno()]
    reason: Reason | None = None
    try:
        with selectors.DefaultSelector() as selector:
            for descriptor in kept:
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ)
            while selector.get_map() and reason is None:
                left = deadline - time.monotonic()
                for key, _ in selector.select(min(left, LOOK_S) if limits.made_bytes else left) if left > 0 else ():
                    if not _read(key.fd, kept[key.fd]):
                        selector.unregister(key.fd)
                reason = _over(len(printed), deadline, out, limits)
            del complaint[MOST_COMPLAINT:]
        if reason is None:
            reason = _ended(process, deadline, out, limits)
    finally:
        _kill(process, told)
    return _result(process.returncode, reason, bytes(printed), bytes(complaint))


def _read(descriptor: int, into: bytearray) -> bool:
    """A piece of what the program says; False at its end. What goes beyond the bounds is read and dropped."""
    piece = os.read(descriptor, PIECE)
    into += piece[: MOST_ANSWER + 1 - len(into)]
    return bool(piece)


def _over(printed: int, deadline: float, out: Path, limits: Limits) -> Reason | None:
    if printed > MOST_ANSWER:
        return Reason.ANSWER
    if limits.made_bytes and too_much(out, limits.made_bytes):
        return Reason.SPACE
    return Reason.TIME if time.monotonic() >= deadline else None


def _ended(process: subprocess.Popen[bytes], deadline: float, out: Path, limits: Limits) -> Reason | None:
    """The program has closed what it prints to: now it must end, within the same bounds."""
    while process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(min(LOOK_S, max(0.001, deadline - time.monotonic())))
        if (reason := _over(0, deadline, out, limits)) is not None and process.poll() is None:
            return reason
    return Reason.SPACE if limits.made_bytes and too_much(out, limits.made_bytes) else None


def _kill(process: subprocess.Popen[bytes], told: BinaryIO) -> None:
    """End the first process of the sandbox: the kernel ends all others there before it is gone, and bubblewrap waits for it.

    Killing bubblewrap alone would end them too, but some time later: they might still write into a folder that is being removed.
    """
    if process.poll() is None:
        first = _first_process(told)
        with contextlib.suppress(ProcessLookupError):
            if first is not None:
                os.kill(first, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_S if first is not None else 0)
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _first_process(told: BinaryIO) -> int | None:
    """Its number here; None when bubblewrap has not come so far. Nobody else gets the number while bubblewrap waits for it."""
    os.set_blocking(told.fileno(), False)
    try:
        found = _CHILD.search(told.read(PIECE) or b"")
    except BlockingIOError:
        return None
    return int(found[1]) if found else None


def _result(status: int, reason: Reason | None, printed: bytes, complaint: bytes) -> Ran | Stopped:
    if reason is None and status == 0:
        return Ran(printed, complaint)
    return stopped(reason or _REASONS.get(status, Reason.DIED), status, complaint)
