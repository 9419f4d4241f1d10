"""The agent as its pages see it: the kiosk, the line, the search for a room, behind one object."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

from client_kiosk import view
from client_kiosk.acting import Acted, ShownRun
from client_kiosk.agent import Notice, PairingStage, Screen, Step
from client_kiosk.discovery import Discovery
from client_kiosk.errors import LinkError
from client_kiosk.finder import FoundRoom, Rooms, typed_address
from client_kiosk.hall import hall
from client_kiosk.hall_desk import HallDesk
from client_kiosk.joining import Joining, JoinStage, JoinView
from client_kiosk.kiosk import Kiosk, Saved
from client_kiosk.media import File
from client_kiosk.online import Online
from client_kiosk.pages.runs import MAX_DRAFTS
from client_kiosk.signing_in import SignInAnswer
from question_bank.canonical import JSON
from server.protocol.hall import HandCategory, Seen
from server.protocol.machine import Display


class Watch:
    """One page waiting for the view to change."""

    def __init__(self, kiosk: Kiosk, stopping: threading.Event) -> None:
        self._kiosk = kiosk
        self._stopping = stopping
        self._seen = -1

    def wait(self, timeout_s: float) -> bool | None:
        """True when the view changed since the last True; False after `timeout_s`; None when the kiosk is stopping."""
        with self._kiosk.changed:
            changed = self._kiosk.changed.wait_for(
                lambda: self._stopping.is_set() or self._kiosk.revision != self._seen, timeout_s
            )
            if self._stopping.is_set():
                return None
            self._seen = self._kiosk.revision
            return changed

    def close(self) -> None:
        """Nothing is held."""


class FrontDesk:
    """Implements `pages.desk.Desk`. `discovery` is None where the network is not searched (an address was given)."""

    def __init__(self, kiosk: Kiosk, online: Online, joining: Joining, seat: str) -> None:
        self._kiosk = kiosk
        self._online = online
        self._joining = joining
        self._seat = seat
        self.discovery: Discovery | None = None
        self.hall = HallDesk(kiosk)
        self.stopping = threading.Event()

    # --- what is shown ------------------------------------------------------------------------------------------

    def view(self) -> dict[str, JSON]:
        """Everything a page shows; the clock's own screen changes (time over) need no change of state."""
        shown = view.view(self._kiosk)
        shown["hall"] = hall(self.hall, self._kiosk.paper, self._kiosk.room_at_ms())
        joining = self._joining.view
        rooms: list[JSON] = [
            {
                "room_id": room.key,
                "name": room.room_name,
                "fingerprint": room.fingerprint,
                "addresses": list(room.addresses),
            }
            for room in self._rooms()
        ]
        shown.update({"rooms": rooms, "code": joining.code or None, "code_confirmed": joining.equal_here})
        return shown

    def paper(self) -> Mapping[str, JSON] | None:
        """The opened paper, or None."""
        return view.paper(self._kiosk)

    def medium(self, sha256: str) -> File | None:
        """A file of the opened paper."""
        return view.medium(self._kiosk, sha256)

    def subscribe(self) -> Watch:
        """Hear of changes."""
        return Watch(self._kiosk, self.stopping)

    def stop(self) -> None:
        """Wake every page that waits, so that its stream ends."""
        self.stopping.set()
        self._kiosk.tell()

    def measured(self, display: Display) -> None:
        """What the page found of the screen it is on."""
        if self._kiosk.display != display:
            self._kiosk.display = display
            self._kiosk.inspect.set()

    # --- joining a room -----------------------------------------------------------------------------------------

    def _rooms(self) -> tuple[FoundRoom, ...]:
        return self.discovery.rooms.listed() if self.discovery is not None else ()

    def rooms_changed(self, rooms: Rooms) -> None:
        """The network told of other rooms than before."""
        stage = PairingStage.CHOOSE if rooms.listed() else PairingStage.SEARCHING
        self._kiosk.update(
            lambda state: state if state.pairing is PairingStage.COMPARE else replace(state, pairing=stage)
        )

    def joining_changed(self, joining: JoinView) -> None:
        """Joining came a step further, or failed."""
        fallback = PairingStage.CHOOSE if self._rooms() else PairingStage.SEARCHING
        stage = PairingStage.COMPARE if joining.stage is JoinStage.COMPARING else fallback
        notice = Notice(f"join_{joining.fault.value}") if joining.fault is not None else None
        self._kiosk.update(lambda state: replace(state, pairing=stage, notice=notice))

    def choose_room(self, room_id: str) -> None:
        """Begin pairing with a room that was found; `room_id` as the view gave it (`FoundRoom.key`)."""
        room = next((room for room in self._rooms() if room.key == room_id), None)
        if room is not None and self._kiosk.membership is None:
            self._joining.join(room.addresses, room, self._seat)

    def enter_address(self, text: str) -> bool:
        """Begin pairing with a server whose address a person typed."""
        address = typed_address(text)
        if address is None or self._kiosk.membership is not None:
            return False
        self._joining.join((address,), None, self._seat)
        return True

    def confirm_code(self) -> None:
        """A person at this machine says that the codes are the same."""
        self._joining.equal()

    def cancel_pairing(self) -> None:
        """The codes differ, or it was the wrong room."""
        self._joining.differ()

    def ask_again(self) -> Saved:
        """A technician has put right why the room let this machine go."""
        return self._kiosk.ask_again()

    def leave_room(self) -> Saved:
        """A technician takes this machine back to pairing, after the room has let it go."""
        left = self._kiosk.leave()
        if left.ok:
            self.rooms_changed(self.discovery.rooms if self.discovery is not None else Rooms())
        return left

    # --- the candidate ------------------------------------------------------------------------------------------

    def sign_in(self, sbd: str, code: str) -> SignInAnswer:
        """Claim an attempt, where nobody sits yet."""
        if self._kiosk.screen() is not Screen.SIGN_IN:
            return SignInAnswer(False, "not_now")
        return self._online.sign_in(sbd, code)

    def confirm_identity(self) -> Saved:
        """The name on the screen is the candidate's."""
        return self._kiosk.confirm_identity()

    def reject_identity(self) -> Saved:
        """It is not: give the seat back; only before anything was confirmed."""
        if self._kiosk.screen() is not Screen.CONFIRM:
            return Saved(False, "not_now")
        try:
            self._online.sign_out()
        except LinkError:
            return Saved(False, "no_server")
        return Saved(True)

    def step_done(self, step: Step) -> None:
        """Rules read, or typing tested."""
        self._kiosk.step_done(step)

    def save(self, number: int, response: Mapping[str, object]) -> Saved:
        """Record the whole response to the item at this place."""
        return self._kiosk.save(number, response)

    def clear(self, number: int) -> Saved:
        """Record that the item is not answered."""
        return self._kiosk.clear(number)

    def flag(self, number: int, flagged: bool) -> Saved:
        """Record the candidate's mark to come back."""
        return self._kiosk.flag(number, flagged)

    def run(self, number: int) -> ShownRun | None:
        """The run of the item at this place."""
        return self._kiosk.run(number)

    def act(self, number: int, action: Mapping[str, JSON]) -> Acted:
        """Take an action in it."""
        return self._kiosk.act(number, action)

    def draft(self, number: int, texts: Mapping[str, str]) -> bool:
        """Keep what is being typed in it."""
        return self._kiosk.draft(number, texts, MAX_DRAFTS)

    def submit(self) -> Saved:
        """Record the end of the part."""
        return self._kiosk.submit()

    # --- the hall -----------------------------------------------------------------------------------------------

    def raise_hand(self, category: HandCategory) -> Saved:
        """Ask for somebody."""
        return self.hall.raise_hand(category)

    def lower_hand(self) -> Saved:
        """Nobody is needed any more."""
        return self.hall.lower_hand()

    def message_seen(self, message_id: str, how: Seen) -> Saved:
        """A message is on the screen, or was read."""
        return self.hall.message_seen(message_id, how)

    def erratum_seen(self, erratum_id: str) -> Saved:
        """A correction was on the screen, at its item."""
        return self.hall.erratum_seen(erratum_id)
