"""What a candidate does in the hall beside the paper: asks for somebody, sees and confirms messages and corrections.

What was said here is shown at once, before the room says it back; on this disk it is before any method returns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from client_kiosk.holding import Saved
from client_kiosk.kiosk import Kiosk
from client_kiosk.place import Place
from server.protocol.hall import HallView, HandCategory, HandView, Seen
from server.protocol.records import Record

MAX_KEPT = 1_000  # ids remembered as said: more than a sitting has messages and corrections


@dataclass(slots=True)
class Said:
    """What this machine has said of an attempt since it started. `hand`: None while the room's word stands."""

    attempt_id: str = ""
    hand: tuple[HandView | None] | None = None
    hand_until_ms: int = 0
    seen: set[tuple[str, Seen]] = field(default_factory=set)


class HallDesk:
    """One per kiosk."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self._said = Said()

    def raise_hand(self, category: HandCategory) -> Saved:
        """Ask for somebody."""
        since_ms = self._kiosk.room_at_ms()
        saved = self._kiosk.tell_room(lambda here: here.raised(category))
        return self._hand(saved, HandView(category, since_ms))

    def lower_hand(self) -> Saved:
        """Nobody is needed any more."""
        return self._hand(self._kiosk.tell_room(Place.lowered), None)

    def message_seen(self, message_id: str, how: Seen) -> Saved:
        """A message is on the screen, or was read; said once each."""
        known = {one.message_id for one in self._told().messages}
        return self._once(message_id in known, (message_id, how), lambda here: here.seen(message_id, how))

    def erratum_seen(self, erratum_id: str) -> Saved:
        """A correction was on the screen, at its item; said once."""
        known = {one.erratum_id for one in self._told().errata}
        return self._once(erratum_id in known, (erratum_id, Seen.SHOWN), lambda here: here.corrected(erratum_id))

    def view(self) -> HallView:
        """What the room told, and over it what was said here and is still on its way."""
        with self._kiosk.lock:
            told, said = self._told(), self._of_now()
            if said.hand is None:
                return told
            situation = self._kiosk.state.situation
            heard = situation is not None and situation.server_at_ms > said.hand_until_ms
            if heard and self._kiosk.pending() == 0:
                said.hand = None  # the room has taken it in, whatever it said since
                return told
            return HallView(told.switch, told.messages, said.hand[0], told.lock, told.next_word, told.errata)

    def has_seen(self, one_id: str, how: Seen) -> bool:
        """Whether that was said here, though the room may not have heard it yet."""
        return (one_id, how) in self._of_now().seen

    # --- inside -----------------------------------------------------------------------------------------------------

    def _hand(self, saved: Saved, hand: HandView | None) -> Saved:
        if saved.ok:
            with self._kiosk.lock:
                said = self._of_now()
                said.hand, said.hand_until_ms = (hand,), self._kiosk.room_at_ms()
                self._kiosk.tell()
        return saved

    def _once(self, known: bool, what: tuple[str, Seen], make: Callable[[Place], Record]) -> Saved:
        with self._kiosk.lock:
            said = self._of_now()
            if not known or what in said.seen or len(said.seen) >= MAX_KEPT:
                return Saved(known)
            saved = self._kiosk.tell_room(make)
            if saved.ok:
                said.seen.add(what)
                self._kiosk.tell()
            return saved

    def _told(self) -> HallView:
        situation = self._kiosk.state.situation
        return HallView() if situation is None else situation.hall

    def _of_now(self) -> Said:
        """What was said of whoever sits here now."""
        situation = self._kiosk.state.situation
        attempt = None if situation is None else situation.attempt
        attempt_id = "" if attempt is None else attempt.attempt_id
        if attempt_id != self._said.attempt_id:
            self._said = Said(attempt_id)
        return self._said
