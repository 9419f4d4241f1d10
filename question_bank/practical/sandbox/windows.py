"""Windows: a Job Object (time, memory, one process, ended with its handle) around a restricted token of low integrity.

**Not run by any test: there is no Windows where this is developed.** What can be tested elsewhere is in `windows_shapes`. The token has no
privileges, and may touch only what Everyone, Users and RESTRICTED may: programs installed for all users and its own job, not the files of the
user it runs for. Being of low integrity it writes nowhere but into `out/`. Python, examroom and LibreOffice must therefore be installed for
all users. The network is closed to these programs by rules of the firewall that installation makes (docs/practical.md §5); a sandbox whose
rules are not there is not used.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from question_bank.phrase import phrase
from question_bank.practical.sandbox.agreed import MOST_ANSWER, MOST_COMPLAINT
from question_bank.practical.sandbox.bounds import LOOK_S, PIECE, stopped, too_much
from question_bank.practical.sandbox.port import Command, Limits, Missing, Ran, Reason, Stopped
from question_bank.practical.sandbox.windows_shapes import (
    ALL_OF_THE_SCREEN,
    CREATION,
    ExtendedLimits,
    ProcessInformation,
    SidAndAttributes,
    StartupInfo,
    command_line,
    ended,
    environment_block,
    job_limits,
)

RULE = "examroom practical sandbox"  # the firewall's rules have this name, one for each program
# Who may read a job: RESTRICTED. `out/` is of low integrity, with all that is made in it.
_READ, _WRITE = "*S-1-5-12:(OI)(CI)(RX)", "*S-1-5-12:(OI)(CI)(M)"
_LOW = "(OI)(CI)L"

if sys.platform == "win32":
    import msvcrt

    _TOKEN_ALL = 0xF01FF
    _NO_PRIVILEGES, _LIMITED_USER = 0x1, 0x4
    _RESTRICTED_TO = ("S-1-1-0", "S-1-5-32-545", "S-1-5-12")
    _LOW_INTEGRITY, _INTEGRITY_CLASS, _IS_INTEGRITY = "S-1-16-4096", 25, 0x20
    _EXTENDED, _SCREEN = 9, 4  # classes of SetInformationJobObject
    _USE_HANDLES, _TIMED_OUT = 0x100, 0x102

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _security = ctypes.WinDLL("advapi32", use_last_error=True)
    _kernel.CreateJobObjectW.restype = ctypes.c_void_p
    _kernel.GetCurrentProcess.restype = ctypes.c_void_p

    class WindowsSandbox:
        """The port on Windows."""

        def run(self, folder: Path, command: Command, limits: Limits) -> Ran | Stopped | Missing:
            """Run a program to its end or its bounds."""
            missing = _unusable(Path(command.words[0]))
            if missing is not None:
                return missing
            _allow(folder)
            token, job = _token(), _job(limits)
            try:
                return _started(folder, command, limits, token, job)
            finally:
                _kernel.CloseHandle(ctypes.c_void_p(job))
                _kernel.CloseHandle(ctypes.c_void_p(token))

    def _unusable(program: Path) -> Missing | None:
        """Why nothing may be run: the firewall lets the program out."""
        query = ("netsh", "advfirewall", "firewall", "show", "rule", f"name={RULE} {program.stem}")
        if subprocess.run(query, capture_output=True, check=False).returncode == 0:
            return None
        return Missing(
            phrase("the firewall does not keep “%(program)s” off the network", program=program.name),
            phrase("Run the installation again as an administrator: it makes the firewall's rules."),
        )

    def _checked(done: int) -> None:
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())

    def _allow(folder: Path) -> None:
        """Let the restricted token into its job, and nowhere else."""
        for name, words in (("in", ("/grant", _READ)), ("out", ("/grant", _WRITE, "/setintegritylevel", _LOW))):
            subprocess.run(["icacls", str(folder / name), *words], capture_output=True, check=True)
        subprocess.run(["icacls", str(folder), "/grant", "*S-1-5-12:(RX)"], capture_output=True, check=True)

    def _sid(text: str) -> ctypes.c_void_p:
        found = ctypes.c_void_p()
        _checked(_security.ConvertStringSidToSidW(text, ctypes.byref(found)))
        return found

    def _token() -> int:
        """Our own token without privileges, restricted, of low integrity."""
        own, made = ctypes.c_void_p(), ctypes.c_void_p()
        _checked(
            _security.OpenProcessToken(ctypes.c_void_p(_kernel.GetCurrentProcess()), _TOKEN_ALL, ctypes.byref(own))
        )
        restricted = (SidAndAttributes * len(_RESTRICTED_TO))(
            *(SidAndAttributes(_sid(one), 0) for one in _RESTRICTED_TO)
        )
        flags = _NO_PRIVILEGES | _LIMITED_USER
        _checked(
            _security.CreateRestrictedToken(
                own, flags, 0, None, 0, None, len(_RESTRICTED_TO), restricted, ctypes.byref(made)
            )
        )
        _kernel.CloseHandle(own)
        label = SidAndAttributes(_sid(_LOW_INTEGRITY), _IS_INTEGRITY)
        _checked(_security.SetTokenInformation(made, _INTEGRITY_CLASS, ctypes.byref(label), ctypes.sizeof(label)))
        return int(made.value or 0)

    def _job(limits: Limits) -> int:
        job = ctypes.c_void_p(_kernel.CreateJobObjectW(None, None))
        _checked(int(job.value or 0))
        bounds, screen = job_limits(limits), ctypes.c_uint32(ALL_OF_THE_SCREEN)
        _checked(_kernel.SetInformationJobObject(job, _EXTENDED, ctypes.byref(bounds), ctypes.sizeof(ExtendedLimits)))
        _checked(_kernel.SetInformationJobObject(job, _SCREEN, ctypes.byref(screen), ctypes.sizeof(screen)))
        return int(job.value or 0)

    def _started(folder: Path, command: Command, limits: Limits, token: int, job: int) -> Ran | Stopped:
        """Start suspended, so that nothing runs before it is in the job."""
        pipes = [os.pipe(), os.pipe()]
        nothing = os.open(os.devnull, os.O_RDONLY)
        given = [nothing, *(writing for _, writing in pipes)]
        for descriptor in given:
            os.set_handle_inheritable(msvcrt.get_osfhandle(descriptor), True)
        start = StartupInfo(size=ctypes.sizeof(StartupInfo), flags=_USE_HANDLES)
        start.given, start.printed, start.complaint = (msvcrt.get_osfhandle(one) for one in given)
        temporary = str(folder / "out")
        system = {"SystemRoot": os.environ["SYSTEMROOT"], "TEMP": temporary, "TMP": temporary}
        block = ctypes.create_unicode_buffer(environment_block({**system, **command.environment}))
        words = ctypes.create_unicode_buffer(command_line(command.words))
        found = ProcessInformation()
        made = _security.CreateProcessAsUserW(
            ctypes.c_void_p(token), None, words, None, None, True, CREATION, block, str(folder), ctypes.byref(start), ctypes.byref(found)
        )  # fmt: skip
        for descriptor in given:
            os.close(descriptor)
        readers = [
            _Reader(reading, most) for (reading, _), most in zip(pipes, (MOST_ANSWER + 1, MOST_COMPLAINT), strict=True)
        ]
        try:
            _checked(made)
            _checked(_kernel.AssignProcessToJobObject(ctypes.c_void_p(job), ctypes.c_void_p(found.process)))
            _kernel.ResumeThread(ctypes.c_void_p(found.thread))
            reason = _watched(found.process, readers[0], folder / "out", limits)
        finally:
            _kernel.TerminateJobObject(ctypes.c_void_p(job), 1)
            _kernel.TerminateProcess(ctypes.c_void_p(found.process), 1)  # where it never came into the job
            for reader in readers:
                reader.join()
        status = ctypes.c_uint32()
        _kernel.GetExitCodeProcess(ctypes.c_void_p(found.process), ctypes.byref(status))
        for handle in (found.thread, found.process):
            _kernel.CloseHandle(ctypes.c_void_p(handle))
        printed, complaint = (bytes(reader.kept) for reader in readers)
        reason = reason or (Reason.ANSWER if len(printed) > MOST_ANSWER else ended(status.value))
        return Ran(printed, complaint) if reason is None else stopped(reason, status.value, complaint)

    def _watched(process: int, printed: _Reader, out: Path, limits: Limits) -> Reason | None:
        deadline = time.monotonic() + limits.wall_s
        while _kernel.WaitForSingleObject(ctypes.c_void_p(process), int(LOOK_S * 1000)) == _TIMED_OUT:
            if len(printed.kept) > MOST_ANSWER:
                return Reason.ANSWER
            if too_much(out, limits.made_bytes):
                return Reason.SPACE
            if time.monotonic() >= deadline:
                return Reason.TIME
        return Reason.SPACE if too_much(out, limits.made_bytes) else None

    class _Reader(threading.Thread):
        """Reads a pipe to its end, and keeps its beginning."""

        def __init__(self, descriptor: int, most: int) -> None:
            super().__init__(daemon=True)
            self.kept = bytearray()
            self._descriptor = descriptor
            self._most = most
            self.start()

        def run(self) -> None:
            with open(self._descriptor, "rb", buffering=0) as stream:
                while piece := stream.read(PIECE):
                    self.kept += piece[: self._most - len(self.kept)]
