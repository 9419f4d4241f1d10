"""What the sandbox of Windows hands to the system: structures, flags and texts as <winnt.h> and <processthreadsapi.h> have them. Pure."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Mapping, Sequence
from ctypes import c_int64, c_size_t, c_uint32, c_uint64, c_void_p

from question_bank.practical.sandbox.agreed import NO_MEMORY
from question_bank.practical.sandbox.port import Limits, Reason

# JOB_OBJECT_LIMIT_*: time of a process, processes, memory of a process and of the job, no box after a crash, end with the handle.
PROCESS_TIME, ACTIVE_PROCESS, PROCESS_MEMORY, JOB_MEMORY = 0x2, 0x8, 0x100, 0x200
DIE_ON_UNHANDLED_EXCEPTION, KILL_ON_JOB_CLOSE = 0x400, 0x2000
# JOB_OBJECT_UILIMIT_*: handles, clipboard in and out, settings, display, atoms, desktop, switching off.
ALL_OF_THE_SCREEN = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80
# CREATE_SUSPENDED, CREATE_UNICODE_ENVIRONMENT, CREATE_NO_WINDOW.
CREATION = 0x4 | 0x400 | 0x08000000
_SECOND = 10_000_000  # in units of 100 ns
# STATUS_NO_MEMORY, STATUS_COMMITMENT_LIMIT, STATUS_QUOTA_EXCEEDED; a job that ends a process for its time answers ERROR_NOT_ENOUGH_QUOTA.
_OUT_OF_MEMORY = frozenset({0xC0000017, 0xC000012D, 0xC0000044, NO_MEMORY})
_OUT_OF_TIME = 1816


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION of 64-bit Windows."""

    _fields_ = (
        ("process_time", c_int64), ("job_time", c_int64), ("flags", c_uint32), ("least_working_set", c_size_t),
        ("most_working_set", c_size_t), ("active_processes", c_uint32), ("affinity", c_size_t), ("priority", c_uint32),
        ("scheduling", c_uint32),
    )  # fmt: skip


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; six counters of input and output stand between."""

    _fields_ = (
        ("basic", BasicLimits), ("counters", c_uint64 * 6), ("process_memory", c_size_t), ("job_memory", c_size_t),
        ("most_process_memory", c_size_t), ("most_job_memory", c_size_t),
    )  # fmt: skip


class StartupInfo(ctypes.Structure):
    """STARTUPINFOW."""

    _fields_ = (
        ("size", c_uint32), ("reserved", c_void_p), ("desktop", c_void_p), ("title", c_void_p), ("place", c_uint32 * 7),
        ("flags", c_uint32), ("show", ctypes.c_uint16), ("more", ctypes.c_uint16), ("more_data", c_void_p),
        ("given", c_void_p), ("printed", c_void_p), ("complaint", c_void_p),
    )  # fmt: skip


class ProcessInformation(ctypes.Structure):
    """PROCESS_INFORMATION."""

    _fields_ = (("process", c_void_p), ("thread", c_void_p), ("process_id", c_uint32), ("thread_id", c_uint32))


class SidAndAttributes(ctypes.Structure):
    """SID_AND_ATTRIBUTES."""

    _fields_ = (("sid", c_void_p), ("attributes", c_uint32))


def job_limits(limits: Limits) -> ExtendedLimits:
    """One process with so much time and memory, ended with the job."""
    found = ExtendedLimits()
    found.basic.flags = (
        PROCESS_TIME | ACTIVE_PROCESS | PROCESS_MEMORY | JOB_MEMORY | DIE_ON_UNHANDLED_EXCEPTION | KILL_ON_JOB_CLOSE
    )
    found.basic.process_time = limits.cpu_s * _SECOND
    found.basic.active_processes = 1
    found.process_memory = found.job_memory = limits.memory_bytes
    return found


def environment_block(environment: Mapping[str, str]) -> str:
    """`NAME=value` in the order of the names without case, each ended by a zero, and one more (CreateProcess)."""
    return "".join(f"{name}={environment[name]}\0" for name in sorted(environment, key=str.upper)) + "\0"


def command_line(words: Sequence[str]) -> str:
    """The words as the C library of Windows takes them apart again."""
    return subprocess.list2cmdline(words)


def ended(status: int) -> Reason | None:
    """Why a program ended, by its exit status; None when it ended well."""
    if status in _OUT_OF_MEMORY:
        return Reason.MEMORY
    if status == _OUT_OF_TIME:
        return Reason.TIME
    return Reason.DIED if status else None
