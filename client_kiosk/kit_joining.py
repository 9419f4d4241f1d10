"""When to join with a technician's kit: until a room has taken us, less and less often, never into a person's own attempt."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from client_kiosk.joining import Joining, JoinStage
from client_kiosk.pairing import JoinFault
from server.protocol import sequence
from server.protocol.trust import Kit

# The same kit, asked again, gets the same answer; only a person can go on from here.
_FINAL = (
    JoinFault.WRONG_KIT, JoinFault.KIT_EXPIRED, JoinFault.KIT_USED_UP, JoinFault.UNPAIRED, JoinFault.NOT_UNDERSTOOD,
)  # fmt: skip


class KitJoining:
    """One kit at one machine. `addresses` is asked at every try; `monotonic_ms` is this machine's monotonic clock."""

    def __init__(
        self, kit: Kit, joining: Joining, addresses: Callable[[], Sequence[str]], monotonic_ms: Callable[[], int]
    ) -> None:
        self._kit = kit
        self._joining = joining
        self._addresses = addresses
        self._monotonic_ms = monotonic_ms
        self._failures = 0
        self._again_ms = 0
        self._refused = False

    def look(self, paired: bool, seat: str) -> None:
        """Join now if it is time to; blocks while it tries."""
        if paired:  # and tried again from the beginning should this machine leave
            self._failures, self._again_ms, self._refused = 0, 0, False
            return
        busy = self._joining.view.stage in (JoinStage.REACHING, JoinStage.COMPARING)
        if self._refused or busy or self._monotonic_ms() < self._again_ms:
            return
        fault = self._joining.by_kit(self._kit, self._addresses(), seat)
        self._refused = fault in _FINAL
        self._failures += 1
        delay = sequence.retry_delay_ms(self._failures, secrets.randbelow(1 << 16))
        self._again_ms = self._monotonic_ms() + delay
