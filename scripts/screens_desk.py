"""A kiosk's agent for pictures and tests of its pages: shows what it is told, and keeps what is clicked in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, cast

from client_kiosk.acting import Acted, ShownRun
from client_kiosk.agent import Step
from client_kiosk.carrying import Carrying
from client_kiosk.kiosk import Saved
from client_kiosk.media import File
from client_kiosk.pages.app import create_app
from client_kiosk.signing_in import SignInAnswer
from question_bank.canonical import JSON
from question_bank.front.door import Door
from scripts.quiet_server import quiet_server
from scripts.simulator_page import Bench
from server.protocol.hall import HandCategory, Seen
from server.protocol.machine import Display

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DONE = Saved(True)


class _Watch:
    """One page waiting for the desk to change."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self._desk = desk
        self._seen = -1

    def wait(self, timeout_s: float) -> bool | None:
        """True when something changed, None when the desk is closed."""
        with self._desk.changed:
            moved = self._desk.changed.wait_for(
                lambda: self._desk.closed or self._desk.revision != self._seen, timeout_s
            )
            self._seen = self._desk.revision
            return None if self._desk.closed else moved

    def close(self) -> None:
        """Nothing is held."""


class ScriptedDesk:
    """Implements `client_kiosk.pages.desk.Desk` from one view that a script sets.

    `answer` is what the next sign-in gets, `fault` the reason for which the disk refuses everything (None: it takes it).
    """

    def __init__(self, view: Mapping[str, JSON], paper: Mapping[str, JSON]) -> None:
        self.changed = threading.Condition()
        self.revision = 0
        self.closed = False
        self.calls: list[tuple[object, ...]] = []
        self.answer = SignInAnswer(True)
        self.fault: str | None = None
        self._view = dict(view)
        self._paper = paper
        self.media: dict[str, File] = {}
        self.displays: list[Display] = []
        self.benches: dict[int, Bench] = {}

    def show(self, view: Mapping[str, JSON]) -> None:
        """Show this from now on."""
        with self.changed:
            self._view = deepcopy(dict(view))
            self.revision += 1
            self.changed.notify_all()

    def tell(self, **parts: JSON) -> None:
        """Change parts of what is shown."""
        self.show({**self._view, **parts})

    def close(self) -> None:
        """Let every waiting page go."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    # --- what the pages ask ---

    def view(self) -> dict[str, JSON]:
        """What is shown now."""
        return deepcopy(self._view)

    def measured(self, display: Display) -> None:
        """What the page found of its screen."""
        self.displays.append(display)

    def paper(self) -> Mapping[str, JSON] | None:
        """The paper, while it is open."""
        return self._paper if self._view["screen"] in ("exam", "paused", "time_up", "submitting") else None

    def subscribe(self) -> _Watch:
        """Hear of changes."""
        return _Watch(self)

    def choose_room(self, room_id: str) -> None:
        """Noted."""
        self.calls.append(("choose_room", room_id))

    def enter_address(self, text: str) -> bool:
        """An address has a colon here."""
        self.calls.append(("enter_address", text))
        return ":" in text

    def confirm_code(self) -> None:
        """As if confirmed."""
        self.tell(code_confirmed=True)

    def cancel_pairing(self) -> None:
        """Back to the beginning."""
        self.tell(screen="searching", code=None, code_confirmed=False)

    def ask_again(self) -> Saved:
        """The room takes the machine again."""
        self.calls.append(("ask_again",))
        self.tell(screen="sign_in", stopped=None)
        return DONE

    def leave_room(self) -> Saved:
        """Back to looking for a room."""
        self.calls.append(("leave_room",))
        if self.fault is not None:
            return Saved(False, self.fault)
        self.tell(screen="searching", stopped=None, room_name=None, seat_label=None, sitting=None)
        return DONE

    def sign_in(self, sbd: str, code: str) -> SignInAnswer:
        """The scripted answer; a good one leads on."""
        self.calls.append(("sign_in", sbd, code))
        if self.answer.ok:
            self.tell(screen="confirm")
        return self.answer

    def confirm_identity(self) -> Saved:
        """On to the rules."""
        self.tell(screen="rules")
        return DONE

    def reject_identity(self) -> Saved:
        """Back to signing in."""
        self.tell(screen="sign_in")
        return DONE

    def step_done(self, step: Step) -> None:
        """On to the next."""
        self.tell(screen="typing" if step is Step.RULES else "waiting")

    def medium(self, sha256: str) -> File | None:
        """A file of the paper, from what the script put into `media`."""
        return self.media.get(sha256)

    def save(self, number: int, response: Mapping[str, object]) -> Saved:
        """Kept in memory."""
        return self._respond(number, response)

    def clear(self, number: int) -> Saved:
        """Forgotten."""
        return self._respond(number, None)

    def run(self, number: int) -> ShownRun | None:
        """The script's simulators, by the item's place."""
        bench = self.benches.get(number)
        return None if bench is None else bench.run(1)

    def act(self, number: int, action: Mapping[str, JSON]) -> Acted:
        """Kept in memory; the list of items shows that something was done."""
        self.calls.append(("act", number, dict(action)))
        acted = Acted(reason=self.fault) if self.fault is not None else self.benches[number].act(1, action)
        if acted.ok:
            responses = self._view["responses"]
            assert isinstance(responses, dict)
            done: dict[str, JSON] = {"actions": acted.n, "sha256": f"{acted.n:064x}"}
            self.tell(responses={**responses, str(number): done})
        return acted

    def draft(self, number: int, texts: Mapping[str, str]) -> bool:
        """Kept in memory."""
        return self.fault is None and self.benches[number].draft(1, texts)

    def flag(self, number: int, flagged: bool) -> Saved:
        """Kept in memory."""
        if self.fault is not None:
            return Saved(False, self.fault)
        self.calls.append(("flag", number, flagged))
        marked = self._view["flagged"]
        assert isinstance(marked, list)
        rest: list[JSON] = [one for one in marked if one != number]
        self.tell(flagged=[*rest, *([number] if flagged else [])])
        return DONE

    def raise_hand(self, category: HandCategory) -> Saved:
        """Up."""
        self.calls.append(("raise_hand", category.value))
        self._in_the_hall(hand={"category": category.value, "since": "10:14"})
        return DONE

    def lower_hand(self) -> Saved:
        """Down."""
        self.calls.append(("lower_hand",))
        self._in_the_hall(hand=None)
        return DONE

    def message_seen(self, message_id: str, how: Seen) -> Saved:
        """Noted; once confirmed it leaves the screen."""
        self.calls.append(("message_seen", message_id, how.value))
        told = self._view.get("hall")
        messages = told["messages"] if isinstance(told, dict) else []
        if how is Seen.CONFIRMED and isinstance(messages, list):
            self._in_the_hall(messages=[one for one in messages if isinstance(one, dict) and one["id"] != message_id])
        return DONE

    def erratum_seen(self, erratum_id: str) -> Saved:
        """Noted."""
        self.calls.append(("erratum_seen", erratum_id))
        return DONE

    def _in_the_hall(self, **parts: JSON) -> None:
        told = self._view.get("hall")
        self.tell(hall={**(told if isinstance(told, dict) else {}), **parts})

    def submit(self) -> Saved:
        """Handed in."""
        self.calls.append(("submit",))
        self.tell(screen="submitting")
        return DONE

    def _respond(self, number: int, response: Mapping[str, object] | None) -> Saved:
        if self.fault is not None:
            return Saved(False, self.fault)
        self.calls.append(("clear", number) if response is None else ("save", number, response))
        responses = self._view["responses"]
        assert isinstance(responses, dict)
        kept = {name: value for name, value in responses.items() if name != str(number)}
        if response is not None:
            kept[str(number)] = cast(JSON, response)
        saved: dict[str, JSON] = {"state": "server", "pending": 0, "at": "10:17:19"}
        waiting = self._view.get("waiting")
        late = (
            {name: value for name, value in waiting.items() if name != str(number)} if isinstance(waiting, dict) else {}
        )
        self.tell(responses=kept, answered=len(kept), saved=saved, waiting=late)
        return DONE


@contextmanager
def served_desk(desk: ScriptedDesk, carrying: Carrying | None = None) -> Iterator[str]:
    """The kiosk's real pages before this desk, on a free port of loopback: the address of its door, open to any token."""

    def pages(host: str) -> WSGIApplication:
        return create_app(desk, Door(host, "exam-pictures", lambda token: True), carrying)

    with quiet_server(pages, desk.close) as host:
        yield f"http://{host}/enter?token=any"
