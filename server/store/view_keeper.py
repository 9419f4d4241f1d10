"""Keeps the views up to date beside the hot path: what a commit adds is gathered on the hub and written offloaded."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial
from itertools import islice

from server.errors import DatabaseError
from server.store.async_port import AsyncPort, Worker
from server.store.batch import Entry
from server.store.journal import JournalPort
from server.store.views import Views

MAX_WAITING = 100_000  # entries gathered; beyond it they are read from the journal again, once the writer keeps up
MAX_AT_ONCE = 2_000  # entries in one transaction: well under a second, so that stopping never waits long


class ViewKeeper:
    """Projects every committed entry, in order, some time after its commit.

    `reader` is a connection to the journal of the keeper's own, used only to catch up. `fault` says why the views
    stand still, None while they do not: pages are then behind, answers are not affected.
    """

    def __init__(self, views: Views, reader: JournalPort, port: AsyncPort) -> None:
        self.fault: DatabaseError | None = None
        self._views = views
        self._reader = reader
        self._port = port
        self._waiting: deque[Entry] = deque()
        self._behind = False
        self._wake = port.waiter()
        self._stopping = False
        self._worker: Worker | None = None

    def start(self) -> None:
        """Start projecting."""
        self._stopping = False
        self._worker = self._port.spawn(self._run)

    def stop(self) -> None:
        """Project what waits, then stop."""
        self._stopping = True
        self._wake.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    def take(self, added: Sequence[Entry]) -> None:
        """Note what a commit has added; on the hub, and cheap."""
        if len(self._waiting) + len(added) > MAX_WAITING:
            self._behind = True
        else:
            self._waiting.extend(added)
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait()
            self._wake.clear()
            self._write()
        self._write()

    def _write(self) -> None:
        """Write all that waits; after a fault the journal is read instead, at the next commit."""
        try:
            while self._waiting or self._behind:
                if self._behind:
                    self._waiting.clear()
                    self._behind = False
                    self._port.offload(partial(self._views.catch_up, self._reader))
                else:
                    some = tuple(islice(self._waiting, MAX_AT_ONCE))
                    self._port.offload(partial(self._views.apply, some))
                    for _ in some:
                        self._waiting.popleft()
            self.fault = None
        except DatabaseError as error:
            self._behind = True
            self.fault = error
