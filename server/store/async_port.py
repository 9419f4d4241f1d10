"""What the store needs of the program's async mode, and the plain threading implementation of it.

`runtime` injects the port, so that nothing else knows whether workers are threads or green threads. The rule behind
it: an event set from a native thread never wakes a green waiter, so waiters are set only by what `spawn` started;
blocking work goes through `offload`, which gives the hub to others meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")


class Waiter(Protocol):
    """A flag that one side waits for and the other sets; both on the hub."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until set, or for `timeout` seconds; whether it is set."""

    def set(self) -> object:
        """Set it, waking whoever waits."""

    def clear(self) -> object:
        """Unset it."""


class Worker(Protocol):
    """Something `spawn` started."""

    def join(self, timeout: float | None = None) -> object:
        """Wait until it has ended."""


class Spawn(Protocol):
    """Start a function beside this one."""

    def __call__(self, work: Callable[[], None]) -> Worker:
        """Start it and return at once."""


class Offload(Protocol):
    """Run blocking work without stopping the hub."""

    def __call__(self, work: Callable[[], T]) -> T:
        """Its result, or its exception, here; others run meanwhile."""


@dataclass(frozen=True, slots=True)
class AsyncPort:
    """The three together, as `runtime` hands them out."""

    spawn: Spawn
    offload: Offload
    waiter: Callable[[], Waiter]


def spawn_thread(work: Callable[[], None]) -> Worker:
    """A daemon thread, so that a stuck disk cannot keep the process from ending; its owner joins it when it stops."""
    thread = threading.Thread(target=work, name=getattr(work, "__qualname__", "worker"), daemon=True)
    thread.start()
    return thread


def run_here(work: Callable[[], T]) -> T:
    """Offloading among native threads: each already blocks nobody but itself."""
    return work()


THREADS = AsyncPort(spawn_thread, run_here, threading.Event)
