"""What the channel remembers of one kiosk's socket, while it lives."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field

from server.protocol.messages import Hello, Pulse
from server.store.machines import Machine

MAX_MARKS = 64  # pulses remembered that said something new; one every two seconds while a candidate types without pause


@dataclass(slots=True)
class KioskSession:
    """One socket. `machine` is None until it has proven itself; `nonce` is good for this socket alone.

    `pairing`: a person is comparing codes, so the socket may stay unproven for longer.
    """

    connection: str
    address: str
    opened_at_ms: int
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    hello: Hello | None = None
    machine: Machine | None = None
    pairing: bool = False
    leaving: bool = False
    _marks: deque[tuple[str, int, int]] = field(default_factory=lambda: deque(maxlen=MAX_MARKS))

    def note_pulse(self, pulse: Pulse, now_ms: int) -> None:
        """Remember how far the kiosk's outbox had come at an instant: what is numbered higher was made later."""
        if pulse.source is None:
            return
        # The kiosk's own estimate, when it is earlier: a pulse that was long on its way proves nothing about the wait.
        at_ms = now_ms if pulse.estimate_at_ms is None else min(now_ms, pulse.estimate_at_ms)
        mark = (pulse.source, pulse.outbox_last_seq, at_ms - (pulse.uncertainty_ms or 0))
        if self._marks and self._marks[-1][:2] == mark[:2]:
            self._marks[-1] = mark
        else:
            self._marks.append(mark)

    def not_before_ms(self, source: str, seq: int) -> int:
        """An instant at which record `seq` of `source` had not been made yet; 0 when none is known."""
        for marked, last_seq, at_ms in reversed(self._marks):
            if marked == source and last_seq < seq:
                return max(0, at_ms)
        return 0
