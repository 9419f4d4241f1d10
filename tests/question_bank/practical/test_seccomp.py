"""The filter of system calls, read as the kernel reads it."""

from __future__ import annotations

import struct

import pytest

from question_bank.practical.sandbox.seccomp import filter_program

ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE = {"x86_64": 56, "aarch64": 220}
THREAD, FORK = 0x10F00, 17  # flags of pthread_create and of fork, in part
MOST_INSTRUCTIONS = 4096  # BPF_MAXINSNS


def verdict(program: bytes, audit: int, number: int, argument: int = 0) -> int:
    """What the program answers to one call (struct seccomp_data)."""
    data = struct.pack("<iIQ6Q", number, audit, 0, argument, 0, 0, 0, 0, 0)
    lines = list(struct.iter_unpack("<HBBI", program))
    at = value = 0
    while True:
        code, right, wrong, constant = lines[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("<I", data, constant)
        elif code == 0x06:
            return int(constant)
        else:
            holds = {0x15: value == constant, 0x35: value >= constant, 0x45: bool(value & constant)}[code]
            at += right if holds else wrong


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("threads", [True, False])
def test_a_program_makes_no_process_and_threads_only_where_it_may(machine: str, threads: bool) -> None:
    program = filter_program(machine, threads)
    assert program is not None
    assert len(program) // 8 <= MOST_INSTRUCTIONS
    audit, clone = MACHINES[machine], CLONE[machine]
    assert verdict(program, audit, clone, FORK) == EPERM
    assert verdict(program, audit, clone, THREAD) == (ALLOW if threads else EPERM)
    assert verdict(program, audit, 435, THREAD) == ENOSYS


@pytest.mark.parametrize(
    ("machine", "number", "expected"),
    [
        ("x86_64", 0, ALLOW), ("x86_64", 57, EPERM), ("x86_64", 58, EPERM), ("x86_64", 272, EPERM), ("x86_64", 319, EPERM),
        ("x86_64", 0x40000000 + 57, KILL), ("aarch64", 63, ALLOW), ("aarch64", 97, EPERM), ("aarch64", 279, EPERM),
    ],
)  # fmt: skip
def test_calls_are_judged_by_the_table_of_the_machine(machine: str, number: int, expected: int) -> None:
    program = filter_program(machine, threads=True)
    assert program is not None
    assert verdict(program, MACHINES[machine], number) == expected


def test_another_table_of_calls_ends_the_program() -> None:
    program = filter_program("x86_64", threads=True)
    assert program is not None
    assert verdict(program, 0x40000003, 2) == KILL  # 32-bit x86, where 2 is fork


def test_a_machine_that_is_not_known_has_no_filter() -> None:
    assert filter_program("riscv64", threads=True) is None
