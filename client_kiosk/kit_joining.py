"""When to join with a technician's kit: until a room has taken us, less and less often, never into a person's own attempt."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Sequence

from client_kiosk.errors import KioskError
from client_kiosk.joining import Joining, JoinStage
from client_kiosk.pairing import JoinFault
from server.protocol import sequence
from server.protocol.trust import Kit

# The same kit, asked again, gets the same answer; only a person can go on from here.
_FINAL = (
    JoinFault.WRONG_KIT, JoinFault.KIT_EXPIRED, JoinFault.KIT_USED_UP, JoinFault.UNPAIRED, JoinFault.NOT_UNDERSTOOD,
)  # fmt: skip


class KitJoining:
    """One kit's file at one machine, read at every try: a stick may come later, or with another kit.

    `read` raises KioskError while there is no kit. `monotonic_ms` is this machine's monotonic clock.
    """

    def __init__(
        self,
        read: Callable[[], Kit],
        joining: Joining,
        addresses: Callable[[Kit], Sequence[str]],
        monotonic_ms: Callable[[], int],
    ) -> None:
        self._read = read
        self._joining = joining
        self._addresses = addresses
        self._monotonic_ms = monotonic_ms
        self._failures = 0
        self._again_ms = 0
        self._refused: Kit | None = None

    def look(self, paired: bool, seat: str) -> None:
        """Join now if it is time to; blocks while it tries."""
        if paired:  # and tried again from the beginning should this machine leave
            self._failures, self._again_ms, self._refused = 0, 0, None
            return
        busy = self._joining.view.stage in (JoinStage.REACHING, JoinStage.COMPARING)
        if busy or self._monotonic_ms() < self._again_ms:
            return
        with contextlib.suppress(KioskError):  # the stick was pulled, as it should be: nothing to try for now
            self._try(self._read(), seat)
        self._failures += 1
        delay = sequence.retry_delay_ms(self._failures, secrets.randbelow(1 << 16))
        self._again_ms = self._monotonic_ms() + delay

    def _try(self, kit: Kit, seat: str) -> None:
        if kit == self._refused:
            return
        fault = self._joining.by_kit(kit, self._addresses(kit), seat)
        self._refused = kit if fault in _FINAL else None
