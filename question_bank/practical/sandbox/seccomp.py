"""A filter of system calls for Linux (seccomp, classic BPF): no new processes, no new namespaces, no memory that no limit counts. Pure.

RLIMIT_NPROC does not hold root back, and counts all processes of an ordinary user: the filter does neither.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # <linux/bpf_common.h>
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000  # <linux/seccomp.h>
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x10000
_X32 = 0x40000000  # the second table of x86-64, which would pass by the numbers below


@dataclass(frozen=True, slots=True)
class _Machine:
    audit: int  # AUDIT_ARCH_* of <linux/audit.h>
    clone: int
    clone3: int
    denied: tuple[int, ...]
    has_x32: bool = False


# fork, vfork, unshare, setns, mount, umount2, pivot_root, chroot, ptrace, process_vm_readv/writev, bpf, perf_event_open, userfaultfd,
# io_uring_*, add_key, request_key, keyctl, open_by_handle_at, memfd_create, memfd_secret, shmget, fsopen, move_mount, open_tree.
_MACHINES: Mapping[str, _Machine] = {
    "x86_64": _Machine(
        0xC000003E, 56, 435,
        (57, 58, 272, 308, 165, 166, 155, 161, 101, 310, 311, 321, 298, 323, 425, 426, 427, 248, 249, 250, 304, 319, 447, 29, 430, 429, 428),
        has_x32=True,
    ),
    "aarch64": _Machine(
        0xC00000B7, 220, 435,
        (97, 268, 40, 39, 41, 51, 117, 270, 271, 280, 241, 282, 425, 426, 427, 217, 218, 219, 265, 279, 447, 194, 430, 429, 428),
    ),
}  # fmt: skip


def filter_program(machine: str, threads: bool) -> bytes | None:
    """The filter as the kernel takes it, for a machine as `uname -m` names it; None for one that is not known here.

    Processes cannot be made; threads only with `threads`. A denied call fails with EPERM, `clone3` with ENOSYS, upon which the C library
    uses `clone`, whose flags a filter can see.
    """
    known = _MACHINES.get(machine)
    if known is None:
        return None
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, known.audit), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER)]
    if known.has_x32:
        lines += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    lines += [(_EQUAL, 0, 1, known.clone3), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    for number in known.denied:
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    lines += [(_EQUAL, 1, 0, known.clone), (_RETURN, 0, 0, _ALLOW)]
    if threads:
        lines += [(_LOAD, 0, 0, _FIRST_ARGUMENT), (_ANY_BIT, 0, 1, _CLONE_THREAD), (_RETURN, 0, 0, _ALLOW)]
    lines.append((_RETURN, 0, 0, _ERRNO | _EPERM))
    return b"".join(struct.pack("<HBBI", *line) for line in lines)
