"""What the pages may ask of the agent; all that a candidate's browser can reach goes through these calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from client_kiosk.agent import Step
from client_kiosk.kiosk import Saved
from client_kiosk.media import File
from client_kiosk.pages.runs import Runs
from client_kiosk.signing_in import SignInAnswer
from question_bank.canonical import JSON
from server.protocol.hall import HandCategory, Seen
from server.protocol.machine import Display


class Subscription(Protocol):
    """One page waiting for changes."""

    def wait(self, timeout_s: float) -> bool | None:
        """True when the view changed since the last True; False after `timeout_s`; None when the kiosk is stopping."""

    def close(self) -> None:
        """The page is gone."""


class Desk(Runs, Protocol):
    """The agent as the pages see it. Every method may be called from any thread; none waits for more than seconds."""

    def view(self) -> dict[str, JSON]:
        """Everything a page shows, as in `client_kiosk.view`; with `rooms`, `code`, `code_confirmed` while pairing."""

    def paper(self) -> Mapping[str, JSON] | None:
        """The opened paper, or None."""

    def medium(self, sha256: str) -> File | None:
        """A picture or recording of the opened paper, by its digest; None when the paper has none such."""

    def subscribe(self) -> Subscription:
        """Hear of changes."""

    def measured(self, display: Display) -> None:
        """What the page found of the screen it is on."""

    def choose_room(self, room_id: str) -> None:
        """Begin pairing with a room that was found."""

    def enter_address(self, text: str) -> bool:
        """Begin pairing with a server at `host:port`; False when the text is no address."""

    def confirm_code(self) -> None:
        """A person at this machine says that both screens show the same code."""

    def cancel_pairing(self) -> None:
        """The codes differ, or the wrong room was chosen."""

    def ask_again(self) -> Saved:
        """Ask the room that let this machine go whether it takes it after all."""

    def leave_room(self) -> Saved:
        """Forget the room that let this machine go, and pair anew; every answer stays on the disk."""

    def sign_in(self, sbd: str, code: str) -> SignInAnswer:
        """Claim an attempt."""

    def confirm_identity(self) -> Saved:
        """The name on the screen is the candidate's."""

    def reject_identity(self) -> Saved:
        """It is not: give the seat back."""

    def step_done(self, step: Step) -> None:
        """Rules read, or typing tested."""

    def save(self, number: int, response: Mapping[str, object]) -> Saved:
        """Record the whole response to the item at this place."""

    def clear(self, number: int) -> Saved:
        """Record that the item is not answered."""

    def flag(self, number: int, flagged: bool) -> Saved:
        """Record the candidate's mark to come back."""

    def submit(self) -> Saved:
        """Record the end of the part."""

    def raise_hand(self, category: HandCategory) -> Saved:
        """The candidate asks for somebody."""

    def lower_hand(self) -> Saved:
        """They need nobody any more."""

    def message_seen(self, message_id: str, how: Seen) -> Saved:
        """A proctor's message is on the screen, or the candidate has read it; said once each."""

    def erratum_seen(self, erratum_id: str) -> Saved:
        """A correction was on the screen, at its item; said once."""
