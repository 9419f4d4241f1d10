"""The room's two servers as one machine sees them: whom to ask first, and what to say to a standby. docs/standby.md.

A machine that hears no primary tells the standby so, promises itself when it is asked, and waits there.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum

from client_kiosk.asking import NoPrimaryError, ask, greeted, signature
from client_kiosk.config import Membership
from client_kiosk.errors import LinkError
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from client_kiosk.promises import PromiseFile, after_meeting, after_standby
from server.protocol.messages import Done, HelloAck
from server.protocol.standby_messages import SILENT_MS, Promise, Vouch, VouchAck

AGAIN_S = 0.5  # between two words to a standby
MAX_SILENT_MS = 86_400_000


class Elsewhere(Enum):
    """Not here: a standby hears the primary, or this is no primary any more; or a standby has gone, perhaps to take over."""

    ASK_THE_OTHER = "ask_the_other"
    ASK_AGAIN = "ask_again"


class Servers:
    """One per kiosk. `addresses` gives where to look, best first, each time anew."""

    def __init__(self, kiosk: Kiosk, build: str, addresses: Callable[[Membership], Iterable[str]]) -> None:
        self._kiosk = kiosk
        self._build = build
        self._addresses = addresses
        self._promises = PromiseFile(kiosk.folder.path)
        self._waiting_at: str | None = None
        self._silent: str | None = None  # whose server said nothing any more
        self._heard_ms = kiosk.monotonic_ms()

    def in_order(self, membership: Membership) -> list[str]:
        """Where to ask: the standby this machine waits at, then the others; last whoever has just fallen silent."""
        known = dict.fromkeys(self._addresses(membership))
        if self._waiting_at is not None:
            known = {self._waiting_at: None, **known}
        return sorted(known, key=lambda text: text == self._silent)

    def meet(self, line: Line, membership: Membership, text: str, stopping: threading.Event) -> HelloAck | Elsewhere:
        """Say hello: the primary's answer, or what a standby made of us. Raises LinkError, OSError."""
        epochs = self._promises.of(membership.room_id)
        try:
            known = greeted(line, membership, self._build, "kiosk", epochs)
        except NoPrimaryError as error:
            if error.known is not None and epochs.promised:
                self._say_goodbye(line, membership, error.known)
            return Elsewhere.ASK_THE_OTHER
        if known.role == "primary":
            self._promises.keep(after_meeting(epochs, known.serving))
            return known
        self._waiting_at = text
        hears = self._stand_by(line, membership, known, stopping)
        return Elsewhere.ASK_THE_OTHER if hears else Elsewhere.ASK_AGAIN

    def _say_goodbye(self, line: Line, membership: Membership, known: HelloAck) -> None:
        """Tell a server this machine may not talk to any more that it waits for the other one: its page says so.

        With proof, for a stranger must not make a room believe it. Whether it was heard changes nothing here.
        """
        with contextlib.suppress(LinkError):
            signed = signature(line, membership, self._kiosk.folder.key(), known)
            ask(line, "vouch", Vouch(membership.kiosk_id, signed, 0), VouchAck)

    def at_home(self) -> None:
        """The primary has let this machine in."""
        self._waiting_at = None

    def heard(self) -> None:
        """The primary is there."""
        self._heard_ms = self._kiosk.monotonic_ms()

    def left(self, line: Line, text: str) -> None:
        """A line has ended; one that had fallen silent is not asked first again."""
        self._silent = text if line.silent_ms() >= SILENT_MS else None

    def _stand_by(
        self, line: Line, membership: Membership, known: HelloAck, stopping: threading.Event
    ) -> bool:  # fmt: skip
        """Stay until the standby hears the primary (True), or the line ends (False).

        Raises OSError when a promise cannot be written: then none is given.
        """
        silent_ms = min(self._kiosk.monotonic_ms() - self._heard_ms, MAX_SILENT_MS)
        signed = signature(line, membership, self._kiosk.folder.key(), known)
        vouch = Vouch(membership.kiosk_id, signed, silent_ms)
        while not line.ended.is_set() and not stopping.is_set():
            said = ask(line, "vouch", vouch, VouchAck)
            epochs = after_standby(self._promises.of(membership.room_id), said.next_epoch)
            self._promises.keep(epochs)
            if said.hears:
                return True
            if said.asks:
                self._promises.keep(replace(epochs, promised=said.next_epoch))
                ask(line, "promise", Promise(said.next_epoch), Done)
            line.ended.wait(AGAIN_S)
        return False
