"""Papers that hold a secret in full, kept in memory for the one officer who made them, and for minutes only.

Codes and first passwords are stored as digests; their slips exist here until they are printed or forgotten. A room
that restarts meanwhile makes new ones.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

KEPT_MS = 15 * 60_000  # a printer that is out of paper, and a walk to the cupboard
MAX_KEPT = 16  # papers at a time; a full set of slips is about 0.5 MB


@dataclass(frozen=True, slots=True)
class Handout:
    """One PDF waiting to be printed."""

    token: str
    officer_id: str
    file_name: str
    count: int
    until_ms: int
    pdf: bytes = field(repr=False)


class Handouts:
    """The papers of one process. Safe to call from any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Handout] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, officer_id: str, file_name: str, count: int, pdf: bytes, now_ms: int) -> Handout:
        """Keep a paper for the officer who made it; `count` says how many slips it has."""
        made = Handout(secrets.token_urlsafe(16), officer_id, file_name, count, now_ms + KEPT_MS, pdf)
        with self._lock:
            self._sweep(now_ms)
            self._kept[made.token] = made
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return made

    def take(self, token: str, officer_id: str, now_ms: int) -> Handout | None:
        """The paper, for its own officer; it stays until its time is over, since printers jam."""
        with self._lock:
            self._sweep(now_ms)
            found = self._kept.get(token)
        return found if found is not None and found.officer_id == officer_id else None

    def of(self, officer_id: str, now_ms: int) -> tuple[Handout, ...]:
        """What waits for this officer, newest first."""
        with self._lock:
            self._sweep(now_ms)
            return tuple(reversed([one for one in self._kept.values() if one.officer_id == officer_id]))

    def drop(self, token: str, officer_id: str) -> None:
        """Forget a paper that was printed."""
        with self._lock:
            found = self._kept.get(token)
            if found is not None and found.officer_id == officer_id:
                del self._kept[token]

    def _sweep(self, now_ms: int) -> None:
        for token in [token for token, one in self._kept.items() if one.until_ms <= now_ms]:
            del self._kept[token]
