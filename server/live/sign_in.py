"""Candidates signing in: how many wrong codes a number may have, and who comes in with a right one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from server.protocol.messages import Denial, Denied

TRIES = 5  # wrong codes of one number before it must wait: a candidate mistypes twice or thrice
WAIT_S = 30  # then; 21^8 codes at ten tries a minute would take a hundred thousand years
MAX_NUMBERS = 4096  # numbers remembered at once, real or not; the oldest are forgotten first


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    wait_until_ms: int = 0


class SignInGuard:
    """Counts wrong codes for each candidate number, never for an address: a whole lab may share one.

    A number nobody has is counted like any other, so that nothing tells which numbers exist.
    """

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def waiting(self, sbd: str, now_ms: int) -> Denied | None:
        """The refusal of a number that must wait; None when a code may be tried."""
        with self._lock:
            known = self._tries.get(_key(sbd))
            if known is None or known.wait_until_ms <= now_ms:
                return None
            return Denied(Denial.TOO_MANY_TRIES, tries_left=0, wait_s=-(-(known.wait_until_ms - now_ms) // 1000))

    def wrong(self, sbd: str, now_ms: int) -> Denied:
        """One more wrong code for this number: what the kiosk is told."""
        with self._lock:
            known = self._tries.setdefault(_key(sbd), _Tries())
            self._tries.move_to_end(_key(sbd))
            if len(self._tries) > MAX_NUMBERS:
                self._tries.popitem(last=False)
            known.wrong += 1
            left = TRIES - known.wrong
            if left > 0:
                return Denied(Denial.WRONG_CODE, tries_left=left, wait_s=0)
            known.wrong, known.wait_until_ms = 0, now_ms + WAIT_S * 1000
            return Denied(Denial.WRONG_CODE, tries_left=0, wait_s=WAIT_S)

    def right(self, sbd: str) -> None:
        """The code was right: earlier mistakes are forgotten."""
        with self._lock:
            self._tries.pop(_key(sbd), None)


def _key(sbd: str) -> str:
    return sbd.strip().upper()
