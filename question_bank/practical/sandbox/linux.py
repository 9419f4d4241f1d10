"""Linux: bubblewrap around rlimits and a filter of system calls. Works for root and for ordinary users.

What the program sees is `/usr`, read-only, what its command names, and its job as `/job`; no `/home`, no `/proc`, no network, no other process.
"""

from __future__ import annotations

import contextlib
import functools
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from question_bank.phrase import phrase
from question_bank.practical.sandbox.port import Command, Limits, Missing, Ran, Stopped
from question_bank.practical.sandbox.seccomp import filter_program
from question_bank.practical.sandbox.watching import watched

# Merged into /usr by a link where the distribution has done that, else folders of their own.
_BESIDE_USR = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
_LINKER = Path("/etc/ld.so.cache")
_NOBODY = "65534"
_PROBE = Limits(wall_s=10, cpu_s=5, memory_bytes=1 << 30)
_PROGRAMS = {"bwrap": "bubblewrap", "prlimit": "util-linux"}  # by the packages of Debian and Ubuntu


class LinuxSandbox:
    """The port on Linux."""

    def run(self, folder: Path, command: Command, limits: Limits) -> Ran | Stopped | Missing:
        """Run a program to its end or its bounds."""
        missing = unusable()
        return missing if missing is not None else _started(folder, command, limits)


def unusable() -> Missing | None:
    """Why there is no sandbox here; None when there is one. A sandbox that works once is not tried again."""
    for program, package in _PROGRAMS.items():
        if shutil.which(program) is None:
            return Missing(
                phrase(
                    "the program “%(program)s” is missing, without which no candidate's file is opened", program=program
                ),
                phrase("Install it as an administrator: apt-get install %(package)s", package=package),
            )
    if filter_program(platform.machine(), threads=True) is None:
        return Missing(
            phrase("there is no sandbox for processors of the kind “%(kind)s”", kind=platform.machine()),
            phrase("Mark on a computer with an Intel, AMD or 64-bit ARM processor."),
        )
    try:
        _works()
    except _NoNamespacesError as error:
        return Missing(
            phrase("this system does not let programs make a sandbox: %(detail)s", detail=str(error)),
            phrase(
                "Allow it as an administrator: sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0"
            ),
        )
    return None


class _NoNamespacesError(Exception):
    """Bubblewrap could not start even `true`."""


@functools.cache
def _works() -> None:
    """Start nothing in a sandbox, once for each process of ours. Raises _NoNamespacesError."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("in", "out"):
            (Path(folder) / name).mkdir()
        done = _started(Path(folder), Command(("/usr/bin/true",)), _PROBE)
    if isinstance(done, Stopped):
        raise _NoNamespacesError(done.detail)


def _started(folder: Path, command: Command, limits: Limits) -> Ran | Stopped:
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as told, open(writing, "wb", buffering=0) as telling:
        with _filter(limits.threads) as rules:
            process = subprocess.Popen(
                [*_bounded(limits), *_walled(folder, command, limits), "--info-fd", str(writing), "--seccomp", str(rules), "--", *command.words],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=dict(command.environment), pass_fds=(rules, writing), start_new_session=True, cwd="/",
            )  # fmt: skip
        telling.close()
        with process:
            return watched(process, told, folder / "out", limits)


def _bounded(limits: Limits) -> list[str]:
    """The rlimits, which everything in the sandbox inherits."""
    return [
        shutil.which("prlimit") or "prlimit", f"--as={limits.memory_bytes}", f"--cpu={limits.cpu_s}:{limits.cpu_s + 1}",
        f"--fsize={limits.file_bytes}", f"--nofile={limits.descriptors}", "--core=0", "--memlock=0", "--",
    ]  # fmt: skip


def _walled(folder: Path, command: Command, limits: Limits) -> list[str]:
    """Bubblewrap with what the program may see. The last mount leaves even the empty root read-only."""
    words = [
        shutil.which("bwrap") or "bwrap", "--unshare-all", "--unshare-user", "--uid", _NOBODY, "--gid", _NOBODY, "--cap-drop", "ALL",
        "--die-with-parent", "--new-session", "--hostname", "sandbox", "--ro-bind", "/usr", "/usr",
    ]  # fmt: skip
    for name in _BESIDE_USR:
        if os.path.islink(name):
            words += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            words += ["--ro-bind", name, name]
    for path in _apart((_LINKER, *command.reads)):
        words += ["--ro-bind-try", str(path), str(path)]
    words += ["--dev", "/dev", "--remount-ro", "/dev", "--dir", "/job", "--ro-bind", str(folder / "in"), "/job/in"]
    if limits.made_bytes:
        words += ["--bind", str(folder / "out"), "/job/out"]
    if limits.temporary:
        words += ["--symlink", "job/out", "/tmp"]  # noqa: S108 - of the sandbox
    return [*words, "--chdir", "/job", "--remount-ro", "/"]


def _apart(paths: tuple[Path, ...]) -> list[Path]:
    """Each path once, without those that lie within `/usr` or within another."""
    found: list[Path] = []
    for path in sorted(set(paths)):
        if not any(path.is_relative_to(outer) for outer in (Path("/usr"), *found)):
            found.append(path)
    return found


@contextmanager
def _filter(threads: bool) -> Iterator[int]:
    """A descriptor to read the filter from; it fits a pipe's buffer."""
    program = filter_program(platform.machine(), threads)
    assert program is not None
    reading, writing = os.pipe()
    try:
        with contextlib.closing(os.fdopen(writing, "wb")) as stream:
            stream.write(program)
        yield reading
    finally:
        os.close(reading)
