"""Keeps the views of one journal: a little behind it by itself, and up to its last record whenever somebody looks.

Nothing of it is on the way of an answer: the keeper reads what is on disk, offloaded, a little at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from question_bank.phrase import phrase
from server.domain.event import Kinds
from server.errors import DatabaseError, JournalError
from server.store.async_port import AsyncPort, Worker
from server.store.journal import Journal
from server.store.locks import native_lock
from server.store.views import Incident, Moment, Views, remove

PACE_S = 1.0
AT_ONCE = 250  # records in one go: 20 ms of a core that acknowledgements share; who looks waits for the rest

T = TypeVar("T")


class ViewKeeper:
    """The views in `path` of the journal in `journal`. Safe to call from any thread of the program's port.

    `told` hears why the views begin to stand still (a full disk); answers are not affected.
    """

    def __init__(
        self, path: Path, journal: Path, kinds: Kinds, port: AsyncPort,
        told: Callable[[DatabaseError | JournalError], None],
    ) -> None:  # fmt: skip
        self.fault: DatabaseError | JournalError | None = None
        self._path = path
        self._journal = journal
        self._kinds = kinds
        self._port = port
        self._told = told
        self._open: tuple[Views, Journal] | None = None
        self._over = False
        self._lock = native_lock()  # taken in offloaded work only
        self._stop = port.waiter()
        self._worker: Worker | None = None

    def start(self) -> None:
        """Begin to follow the journal."""
        self._stop.clear()
        self._worker = self._port.spawn(self._run)

    def stop(self) -> None:
        """Let go of both files, before the journal is closed; nobody looks any more."""
        self._stop.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None
        self._port.offload(self._end)

    def timeline(self, attempt_id: str) -> list[Moment]:
        """What happened to one candidate, to the journal's last record. Raises DatabaseError, JournalError."""
        return self._port.offload(partial(self._with_views, lambda views: views.timeline(attempt_id), None))

    def decisions(self) -> list[Moment]:
        """What officers did, to the journal's last record. Raises DatabaseError, JournalError."""
        return self._port.offload(partial(self._with_views, Views.decisions, None))

    def incidents(self) -> list[Incident]:
        """Everything out of the ordinary, to the journal's last record. Raises DatabaseError, JournalError."""
        return self._port.offload(partial(self._with_views, Views.incidents, None))

    def _run(self) -> None:
        while not self._stop.wait(PACE_S):
            try:
                self._port.offload(partial(self._with_views, Views.head, AT_ONCE))
                self.fault = None
            except (DatabaseError, JournalError) as error:  # tried again in a second; whoever looks is told
                if self.fault is None:
                    self._told(error)
                self.fault = error

    def _with_views(self, ask: Callable[[Views], T], at_once: int | None) -> T:
        """What the views say once they have taken in so many records more (None: all there are)."""
        with self._lock:
            if self._over:
                raise DatabaseError(phrase("this sitting is not served any more"), hint=phrase("Reload the page."))
            views, journal = self._open = self._open or self._opened()
            try:
                views.catch_up(journal, at_once)
                return ask(views)
            except DatabaseError:  # not written, a full disk for one
                self._close()
                raise
            except sqlite3.Error as error:  # not read: made again the next time
                self._close()
                remove(self._path)
                told = phrase("%(file)s cannot be read [%(error)s]", file=self._path.name, error=str(error))
                raise DatabaseError(told, hint=phrase("Reload the page.")) from error

    def _opened(self) -> tuple[Views, Journal]:
        self._path.parent.mkdir(exist_ok=True)
        journal = Journal.open_to_read(self._journal)
        try:
            return Views.of(journal, self._path, self._kinds), journal
        except (DatabaseError, JournalError):
            journal.close()
            raise

    def _end(self) -> None:
        with self._lock:
            self._over = True
            self._close()

    def _close(self) -> None:
        if self._open is not None:
            views, journal = self._open
            self._open = None
            views.close()
            journal.close()
