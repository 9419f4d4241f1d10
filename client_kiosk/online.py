"""Staying online: find the server, prove who we are, send what it does not hold, and keep the clock right.

One thread owns the line and is the only one that sends records, so they leave in order. On every connection the server
says what it holds of each stream and everything after that is sent again, acknowledged or not: an ack is a display fact.
"""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

from client_kiosk import agent, signing_in
from client_kiosk.agent import Notice, Stop
from client_kiosk.asking import DeniedError, ask, batch, proven
from client_kiosk.config import Membership
from client_kiosk.errors import LinkError, OutboxError
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from client_kiosk.outbox import FIRST_SEQ, Outbox
from client_kiosk.servers import Elsewhere, Servers
from client_kiosk.showing import News, show_sheets
from client_kiosk.signing_in import SignInAnswer
from client_kiosk.streams import Placed, Standing, placed
from client_kiosk.tls import Address, pinned
from question_bank.errors import ExamRoomError
from question_bank.phrase import phrase
from server.protocol import clock, sequence
from server.protocol.machine import Inspect
from server.protocol.messages import (
    MESSAGES,
    PULSE_S,
    Clock,
    ClockAck,
    Denial,
    HelloAck,
    Pulse,
    Records,
    RecordsAck,
    SignOut,
)
from server.protocol.messages import Stop as StopSaid
from server.protocol.shape import Malformed, Shaped
from server.protocol.situation import Paper, Situation
from server.protocol.standby_messages import SILENT_MS

CLOCK_MS = 10_000  # between questions about the time: 200 ppm of drift is 2 ms by then
# Between questions whether a machine that was let go is wanted again: an officer may have pressed wrongly.
LET_GO_MS = 30_000


class Online:
    """Keeps one kiosk connected until stopped. `addresses` gives where to look, best first, each time anew."""

    def __init__(self, kiosk: Kiosk, build: str, addresses: Callable[[Membership], Iterable[str]]) -> None:
        self._kiosk = kiosk
        self._servers = Servers(kiosk, build, addresses)
        self._stopping = threading.Event()
        self._line: Line | None = None
        self._address: Address | None = None
        self._token: str | None = None
        self.last_fault = ""  # of the last connection, for `doctor` and the technician's line on the screen
        self._known: frozenset[str] = frozenset()  # outboxes that were here when the room said what it holds
        self._ask_again_ms = 0  # on the monotonic clock; after the room has let this machine go
        self._news = News(kiosk.heard, kiosk.got_paper)
        self._thread = threading.Thread(target=self._run, name="kiosk-online")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up and end the thread; what was not sent is in the outbox."""
        self._stopping.set()
        self._kiosk.wake.set()
        line = self._line
        if line is not None:
            line.close()
        self._thread.join()

    # --- connecting ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        tries = 0
        while not self._stopping.is_set():
            membership = self._kiosk.membership
            if membership is None or not self._may_dial():
                self._kiosk.wake.wait(1.0)
                self._kiosk.wake.clear()
                continue
            self._ask_again_ms = self._kiosk.monotonic_ms() + LET_GO_MS
            tries = 0 if self._tried(membership) else tries + 1
            delay = sequence.retry_delay_ms(max(1, tries), secrets.randbelow(1 << 16))
            self._stopping.wait(delay / 1000)

    def _may_dial(self) -> bool:
        """Not against another machine with the same pairing: two would push each other out for ever."""
        match self._kiosk.state.stopped:
            case None:
                return True
            case Stop.REPLACED:
                return False
            case _:
                return self._kiosk.monotonic_ms() >= self._ask_again_ms

    def _tried(self, membership: Membership) -> bool:
        """One connection; what nobody foresaw is told on the screen, and costs this connection only."""
        try:
            return self._one_connection(membership)
        except Exception as error:  # noqa: BLE001 - one for the loop: without it the line would be dead and nobody told
            self.last_fault = f"{type(error).__name__}: {error}"
            self._kiosk.warn(Notice("program_fault", type(error).__name__))
            return False

    def _one_connection(self, membership: Membership) -> bool:
        """Connect to the first address that answers and stay until the line is gone.

        False when none answered, or the room turned us away: then it is asked again less and less often.
        """
        for text in self._servers.in_order(membership):
            address = Address.parse(text)
            if address is None or self._stopping.is_set():
                continue
            try:
                line = self._open(address, membership)
            except LinkError:
                continue
            try:
                known = self._servers.meet(line, membership, text, self._stopping)
                if known is Elsewhere.ASK_THE_OTHER:
                    continue
                if isinstance(known, HelloAck):
                    self._prove(line, membership, known)
                    self._kiosk.found_at(membership, text)
                    self._address = address
                    self._attend(line)
            except DeniedError as denied:  # a full disk over there: three hundred kiosks must not hammer it
                self.last_fault = str(denied)
                return False
            except (LinkError, OutboxError, OSError) as error:
                # The line is gone, or this disk takes nothing: the loop dials again, and the screen says what it knows.
                self.last_fault = str(error)
            finally:
                self._servers.left(line, text)
                line.close()
                self._line, self._token = None, None
                self._kiosk.update(lambda state: replace(state, online=False))
            return True
        return False

    def look(self) -> None:
        """A line on which nothing has come for SILENT_MS is given up: perhaps another server is there by now."""
        line = self._line
        if line is not None and line.silent_ms() >= SILENT_MS:
            line.give_up()
            self._kiosk.wake.set()

    def _open(self, address: Address, membership: Membership) -> Line:
        """A line that is checked against the pinned authority; what it pushes counts only while it is the line."""
        self._kiosk.new_line()
        opened: list[Line] = []
        line = Line.open(
            address, pinned(membership.ca_pem), membership.room_id,
            lambda event, payload: self._pushed(opened, event, payload),
        )  # fmt: skip
        self._line = line
        opened.append(line)
        return line

    def _prove(self, line: Line, membership: Membership, known: HelloAck) -> None:
        self._known = frozenset(self._kiosk.outboxes)
        try:
            ack = proven(line, membership, self._kiosk.folder.key(), known)
        except DeniedError as denied:
            if denied.reason in _FINAL:
                self._kiosk.stop_with(_FINAL[denied.reason])
            raise
        if self._kiosk.membership is None:
            raise LinkError(phrase("this machine has left the room"))
        self._token = ack.token
        self._kiosk.learn_recipient(ack.rescue, ack.situation.seat_label)
        self._servers.at_home()
        self._kiosk.stop_with(None)
        if self._kiosk.estimate is not None:
            # Before its time is asked for: a server that was started again learns from us whether its clock is right.
            self._pulse(line)
        self._exchange_time(line)
        with self._news.held(ack.paper):
            shown = show_sheets(self._kiosk, line, ack.situation)
            self._kiosk.answered(shown.situation)
            self._kiosk.update(lambda state: replace(state, sheet_waits=shown.waits))

    def _pushed(self, opened: list[Line], event: str, payload: object) -> None:
        """A push arrived, on a thread of the library, perhaps after its line's end."""
        line = self._line
        if line is None or (opened and opened[0] is not line):
            return
        try:
            self._heard(event, MESSAGES[event].payload.parse(payload))
        except (ExamRoomError, OSError) as error:  # this disk: the next connection tells everything again
            self.last_fault = str(error)
            self._kiosk.warn(Notice("disk_full"))
            line.ended.set()
            self._kiosk.wake.set()

    def _heard(self, event: str, message: Shaped | Malformed) -> None:
        match message:
            case Situation():
                self._news.heard(message)
            case Paper():
                self._news.got_paper(message)
            case Inspect():
                self._kiosk.inspect.set()
            case StopSaid(reason) if reason in (Stop.REPLACED, Stop.UNPAIRED):
                self._kiosk.stop_with(Stop(reason))
            case Malformed(where, why):
                self._kiosk.warn(Notice("bad_push", f"{event} {where}: {why}"))

    # --- while connected ----------------------------------------------------------------------------------------

    def _attend(self, line: Line) -> None:
        """Send records as they are made, a pulse every PULSE_S, a clock question now and then; until the line ends."""
        next_pulse = next_clock = self._kiosk.monotonic_ms()
        sent: dict[str, int | None] = dict.fromkeys(self._known)
        examined: Situation | None = None
        while not line.ended.is_set() and not self._stopping.is_set() and self._is_wanted():
            self._servers.heard()
            self._kiosk.wake.clear()
            situation = self._kiosk.state.situation
            if situation is not None and situation is not examined:
                self._examine(sent, situation)
                examined = situation
            for source, outbox in list(self._kiosk.outboxes.items()):
                sent[source] = self._send(line, outbox, sent.get(source, FIRST_SEQ - 1))
            now = self._kiosk.monotonic_ms()
            if now >= next_pulse:
                self._pulse(line)
                self._ask_again(sent)
                next_pulse = now + PULSE_S * 1000
            if now >= next_clock:
                self._exchange_time(line)
                next_clock = now + CLOCK_MS
            self._kiosk.wake.wait(max(0, min(next_pulse, next_clock) - self._kiosk.monotonic_ms()) / 1000)

    def _is_wanted(self) -> bool:
        return self._kiosk.state.stopped is None and self._kiosk.membership is not None

    def _examine(self, sent: dict[str, int | None], situation: Situation) -> None:
        """By the room's newest word: where to go on with each outbox that is not being sent, and which wait now.

        One that is being sent goes on from where it is, for a push may lag behind records under way; only when its
        sitting is no longer the one served does it wait from now on.
        """
        found: dict[str, Placed] = {}
        for source, outbox in list(self._kiosk.outboxes.items()):
            place = placed(outbox, situation)
            if sent.get(source, 0) is None or place.standing is Standing.RESTING:
                found[source] = place
                sent[source] = place.after if place.standing is Standing.SENT else None
        self._kiosk.stand({source: place.standing for source, place in found.items()})

    def _ask_again(self, sent: dict[str, int | None]) -> None:
        """Send once more what has no verdict on this disk, which may take it by now: a full one took none."""
        for source, outbox in list(self._kiosk.outboxes.items()):
            after, first = sent.get(source), outbox.first_unsettled() if outbox.unsettled() else None
            if after is not None and first is not None and first <= after:
                sent[source] = first - 1
                self._kiosk.wake.set()

    def _send(self, line: Line, outbox: Outbox, after: int | None) -> int | None:
        """Send everything after `after`; the new last number, or None when this outbox cannot go on."""
        while after is not None and not line.ended.is_set():
            records = batch(outbox, after)
            if not records:
                return after
            ack = ask(line, "records", Records(outbox.stream.source, records), RecordsAck)
            self._kiosk.settled(outbox.stream.source, ack.verdicts)
            if ack.gap_at is not None and ack.contiguous < after:
                self._kiosk.stand({outbox.stream.source: Standing.HELD_BACK})
                return None
            after = after + len(ack.verdicts) if ack.gap_at is None else ack.contiguous
            if ack.gap_at is None and after < records[-1].seq:
                return after  # the rest rests on what is not known there yet: sent again with the pulse
        return after

    def _pulse(self, line: Line) -> None:
        kiosk = self._kiosk
        with kiosk.lock:
            attempt = agent.attempt_here(kiosk.state)
            outbox = kiosk.outboxes.get(attempt.source) if attempt is not None else None
            pulse = Pulse(
                screen=kiosk.screen().value,
                pending=kiosk.pending(),
                outbox_last_seq=outbox.last_seq if outbox is not None else 0,
                disk_free_bytes=shutil.disk_usage(kiosk.folder.path).free,
                uncertainty_ms=kiosk.uncertainty_ms() if kiosk.estimate is not None else None,
                estimate_at_ms=kiosk.room_at_ms() if kiosk.estimate is not None else None,
                source=outbox.stream.source if outbox is not None else None,
            )
        line.call("pulse", pulse.wire())

    def _exchange_time(self, line: Line) -> None:
        asked = self._kiosk.monotonic_ms()
        answer = ask(line, "clock", Clock(asked), ClockAck)
        self._kiosk.learn_time(clock.Exchange(asked, answer.t2_ms, answer.t3_ms, self._kiosk.monotonic_ms()))

    # --- asked for by pages and staging -------------------------------------------------------------------------

    def download(self) -> tuple[Address, str] | None:
        """Where packages can be fetched from now, and the bearer token; None while offline."""
        address, token = self._address, self._token
        return (address, token) if address is not None and token is not None else None

    def tell(self, event: str, message: Shaped) -> None:
        """Send one message outside the records (staging progress). Raises LinkError while offline."""
        line = self._line
        if line is None:
            raise LinkError(phrase("no server answers"))
        line.call(event, message.wire())

    def sign_in(self, sbd: str, code: str) -> SignInAnswer:
        """Claim an attempt with candidate number and access code."""
        line = self._line
        if line is None or not self._kiosk.state.online:
            return SignInAnswer(False, "no_server")
        return signing_in.sign_in(self._kiosk, line, sbd, code)

    def sign_out(self) -> None:
        """The name on the screen is not the candidate's: give the seat back. Raises LinkError while offline."""
        attempt = agent.attempt_here(self._kiosk.state)
        if attempt is not None:
            self.tell("sign_out", SignOut(attempt.attempt_id))


_FINAL = {
    Denial.UNKNOWN_KIOSK: Stop.UNKNOWN_KIOSK,
    Denial.UNPAIRED: Stop.UNPAIRED,
    Denial.WRONG_SIGNATURE: Stop.WRONG_SIGNATURE,
    Denial.WRONG_PROTOCOL: Stop.WRONG_PROTOCOL,
}
