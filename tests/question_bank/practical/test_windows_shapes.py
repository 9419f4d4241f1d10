"""What the sandbox of Windows hands to the system, as far as it can be looked at here."""

from __future__ import annotations

import ctypes
import struct

import pytest

from question_bank.practical.sandbox.agreed import NO_MEMORY
from question_bank.practical.sandbox.port import MIB, Limits, Reason
from question_bank.practical.sandbox.windows_shapes import (
    ExtendedLimits,
    ProcessInformation,
    StartupInfo,
    command_line,
    ended,
    environment_block,
    job_limits,
)

pytestmark = pytest.mark.skipif(struct.calcsize("P") != 8, reason="structures of 64-bit systems")


def test_structures_are_as_large_as_windows_has_them() -> None:
    sizes = [ctypes.sizeof(one) for one in (ExtendedLimits, StartupInfo, ProcessInformation)]
    assert sizes == [144, 104, 24]
    assert (ExtendedLimits.process_memory.offset, StartupInfo.printed.offset) == (112, 88)


def test_a_job_has_one_process_with_its_time_and_memory_and_ends_with_its_handle() -> None:
    made = job_limits(Limits(wall_s=20, cpu_s=20, memory_bytes=64 * MIB))
    assert (made.basic.active_processes, made.basic.process_time, made.process_memory) == (1, 200_000_000, 64 * MIB)
    kill_on_close, one_process, time, memory = 0x2000, 0x8, 0x2, 0x100
    for flag in (kill_on_close, one_process, time, memory):
        assert made.basic.flags & flag


def test_the_environment_and_the_command_are_written_as_windows_reads_them() -> None:
    assert environment_block({"b": "2", "A": "1"}) == "A=1\0b=2\0\0"
    assert command_line(["a b", 'say "x"', "c\\"]) == '"a b" "say \\"x\\"" c\\'


@pytest.mark.parametrize(
    ("status", "reason"),
    [(0, None), (1, Reason.DIED), (NO_MEMORY, Reason.MEMORY), (0xC0000017, Reason.MEMORY), (0xC0000005, Reason.DIED), (1816, Reason.TIME)],
)  # fmt: skip
def test_an_exit_status_says_why(status: int, reason: Reason | None) -> None:
    assert ended(status) is reason
