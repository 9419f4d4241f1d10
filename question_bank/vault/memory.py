"""Keep what is open out of files that outlive it: core dumps, and swap where the system lets us (docs/threats.md)."""

from __future__ import annotations

import ctypes
import sys

_PR_SET_DUMPABLE = 4  # prctl(2)
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4  # mlockall(2): pages are locked when they are first used


def keep_out_of_files() -> tuple[str, ...]:
    """Ask the system for all of it, for this whole process; gives what it did: `core`, `dumpable`, `locked`.

    Memory is locked only where the limit on it is none: under a limit, running into it would end the program instead.
    """
    if sys.platform == "win32":
        return ()
    import resource

    done = []
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    done.append("core")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0:
            done.append("dumpable")
        unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
        if unlimited and libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) == 0:
            done.append("locked")
    return tuple(done)
