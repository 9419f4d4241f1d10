"""Locks that a native thread and the hub may both take.

eventlet turns `threading.Lock` into one for green threads: released in a native thread it wakes nobody on the hub, and
waited for in a native thread it hangs there for good. What offloaded work and handlers share (a database connection,
the clock, the log) is therefore guarded by the system's own lock, which must be held without yielding: no waiting, no
sleeping, no socket inside. `runtime` imports this module before it patches the process.
"""

from __future__ import annotations

from _thread import RLock as NativeRLock
from _thread import allocate_lock as native_lock

__all__ = ["NativeRLock", "native_lock"]
