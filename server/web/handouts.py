"""Papers that hold a secret in full, kept in memory for the one officer who made them, and for minutes only.

Codes and first passwords are stored as digests; their slips exist here until they are printed or forgotten. A room
that restarts meanwhile makes new ones.

Sets of slips and single ones are bounded apart: a single slip takes no set's place, and of an officer's sets only one
that was printed makes room for another. Who has too many sets that nobody printed makes no more (`may_make_a_set`).
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from question_bank.phrase import phrase

KEPT_MS = 15 * 60_000  # a printer that is out of paper, and a walk to the cupboard
MAX_SINGLES = 32  # papers of one slip at a time, of one officer
MAX_SETS = 4  # papers of several slips at a time, of one officer; a full set is about 0.5 MB


UNPRINTED_SETS = phrase(
    "You have several sets of slips that were not printed. Print them first, or wait a quarter of an hour until they"
    " are forgotten: nothing was made."
)


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
        self._printed: set[str] = set()  # tokens that were opened at least once
        self._lock = threading.Lock()

    def keep(self, officer_id: str, file_name: str, count: int, pdf: bytes, now_ms: int) -> Handout:
        """Keep a paper for the officer who made it; `count` says how many slips it has."""
        made = Handout(secrets.token_urlsafe(16), officer_id, file_name, count, now_ms + KEPT_MS, pdf)
        with self._lock:
            self._sweep(now_ms)
            self._kept[made.token] = made
            self._make_room(made)
        return made

    def may_make_a_set(self, officer_id: str, now_ms: int) -> bool:
        """Whether one more set of slips would find its place without pushing out one that nobody printed."""
        with self._lock:
            self._sweep(now_ms)
            sets = [one for one in self._kept.values() if one.officer_id == officer_id and one.count > 1]
            return sum(one.token not in self._printed for one in sets) < MAX_SETS

    def take(self, token: str, officer_id: str, now_ms: int) -> Handout | None:
        """The paper, for its own officer; it stays until its time is over, since printers jam."""
        with self._lock:
            self._sweep(now_ms)
            found = self._kept.get(token)
            if found is None or found.officer_id != officer_id:
                return None
            self._printed.add(token)
        return found

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
                self._forget(token)

    def _make_room(self, made: Handout) -> None:
        """Forget what exceeds the bound of its kind: what was printed first, then the oldest."""
        several = made.count > 1
        same = [one for one in self._kept.values() if one.officer_id == made.officer_id and (one.count > 1) is several]
        same.sort(key=lambda one: one.token not in self._printed)  # stable: oldest first in either half
        for one in same[: max(0, len(same) - (MAX_SETS if several else MAX_SINGLES))]:
            self._forget(one.token)

    def _sweep(self, now_ms: int) -> None:
        for token in [token for token, one in self._kept.items() if one.until_ms <= now_ms]:
            self._forget(token)

    def _forget(self, token: str) -> None:
        del self._kept[token]
        self._printed.discard(token)
