"""Staying online: find the server, prove who we are, send what it does not hold, and keep the clock right.

One thread owns the line and is the only one that sends records, so they leave in order. On every connection the server
says what it holds of each stream and everything after that is sent again, acknowledged or not: an ack is a display fact.
"""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client_kiosk import agent
from client_kiosk.agent import Notice
from client_kiosk.config import Membership
from client_kiosk.errors import LinkError, OutboxError
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from client_kiosk.outbox import FIRST_SEQ, Outbox
from client_kiosk.tls import Address, pinned
from question_bank import canonical
from server.protocol import clock, sequence
from server.protocol.messages import (
    MAX_MESSAGE_BYTES,
    MAX_RECORDS,
    MESSAGES,
    PROTOCOL,
    PULSE_S,
    Clock,
    ClockAck,
    Denial,
    Denied,
    Hello,
    HelloAck,
    Machine,
    NumberedRecord,
    Outcome,
    Prove,
    ProveAck,
    Pulse,
    Records,
    RecordsAck,
    SignInAck,
    SignInMessage,
    SignOut,
)
from server.protocol.pairing import prove_text
from server.protocol.records import SignIn
from server.protocol.shape import Malformed, Shaped
from server.protocol.situation import Paper, Situation, StreamView

T = TypeVar("T", bound=Shaped)

CLOCK_MS = 10_000  # between questions about the time: 200 ppm of drift is 2 ms by then
_SLACK_BYTES = 4096  # of a `records` message around its records' texts


@dataclass(frozen=True, slots=True)
class SignInAnswer:
    """What the page tells a candidate who signed in; `reason` has a text in the catalogue."""

    ok: bool
    reason: str | None = None
    tries_left: int | None = None
    wait_s: int | None = None


class Online:
    """Keeps one kiosk connected until stopped. `addresses` gives where to look, best first, each time anew."""

    def __init__(self, kiosk: Kiosk, build: str, addresses: Callable[[Membership], Iterable[str]]) -> None:
        self._kiosk = kiosk
        self._build = build
        self._addresses = addresses
        self._stopping = threading.Event()
        self._line: Line | None = None
        self._address: Address | None = None
        self._token: str | None = None
        self.last_fault = ""  # of the last connection, for `doctor` and the technician's line on the screen
        self._held: dict[str, StreamView] = {}
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
            if membership is None or self._kiosk.state.stopped is not None:
                self._kiosk.wake.wait(1.0)
                self._kiosk.wake.clear()
                continue
            tries = 0 if self._one_connection(membership) else tries + 1
            delay = sequence.retry_delay_ms(max(1, tries), secrets.randbelow(1 << 16))
            self._stopping.wait(delay / 1000)

    def _one_connection(self, membership: Membership) -> bool:
        """Connect to the first address that answers and stay until the line is gone.

        False when none answered, or the room turned us away: then it is asked again less and less often.
        """
        for text in dict.fromkeys(self._addresses(membership)):
            address = Address.parse(text)
            if address is None or self._stopping.is_set():
                continue
            try:
                self._kiosk.new_line()
                self._line = Line.open(address, pinned(membership.ca_pem), membership.room_id, self._pushed)
            except LinkError:
                continue
            try:
                self._prove(self._line, membership)
                self._remember(membership, text)
                self._address = address
                self._attend(self._line)
            except DeniedError as denied:  # a full disk over there: three hundred kiosks must not hammer it
                self.last_fault = str(denied)
                return False
            except (LinkError, OutboxError, OSError) as error:
                # The line is gone, or this disk takes nothing: the loop dials again, and the screen says what it knows.
                self.last_fault = str(error)
            finally:
                self._line.close()
                self._line, self._token = None, None
                self._kiosk.update(lambda state: replace(state, online=False))
            return True
        return False

    def _remember(self, membership: Membership, address: str) -> None:
        if membership.addresses[:1] != (address,):
            others = [known for known in membership.addresses if known != address]
            self._kiosk.joined(replace(membership, addresses=(address, *others)[:8]))

    def _prove(self, line: Line, membership: Membership) -> None:
        try:
            ack = proven(line, membership, self._kiosk.folder.key(), self._build, "kiosk")
        except DeniedError as denied:
            if denied.reason in _FINAL:
                self._kiosk.update(lambda state, why=denied.reason.value: replace(state, stopped=why))  # type: ignore[misc]
            raise
        self._token = ack.token
        if self._kiosk.estimate is not None:
            # Before its time is asked for: a server that was started again learns from us whether its clock is right.
            self._pulse(line)
        self._exchange_time(line)
        self._held = {view.source: view for view in ack.situation.streams}
        self._kiosk.answered(ack.situation)
        if ack.paper is not None:
            self._kiosk.got_paper(ack.paper)

    def _pushed(self, event: str, payload: object) -> None:
        """A push arrived, on a thread of the library."""
        message = MESSAGES[event].payload.parse(payload)
        match message:
            case Situation():
                # Streams in a later push may lag behind records under way: only a new connection resends by them.
                self._kiosk.heard(message)
            case Paper():
                self._kiosk.got_paper(message)
            case Malformed(where, why):
                self._kiosk.warn(Notice("bad_push", f"{event} {where}: {why}"))
            case _ if event == "stop":
                reason = str(getattr(message, "reason", ""))
                self._kiosk.update(lambda state: replace(state, stopped=reason))

    # --- while connected ----------------------------------------------------------------------------------------

    def _attend(self, line: Line) -> None:
        """Send records as they are made, a pulse every PULSE_S, a clock question now and then; until the line ends."""
        next_pulse = next_clock = self._kiosk.monotonic_ms()
        self._kiosk.update(lambda state: replace(state, held_back=frozenset()))
        sent = {source: self._start_of(outbox) for source, outbox in list(self._kiosk.outboxes.items())}
        while not line.ended.is_set() and not self._stopping.is_set():
            self._kiosk.wake.clear()
            for source, outbox in list(self._kiosk.outboxes.items()):
                sent[source] = self._send(line, outbox, sent.get(source, FIRST_SEQ - 1))
            now = self._kiosk.monotonic_ms()
            if now >= next_pulse:
                self._pulse(line)
                next_pulse = now + PULSE_S * 1000
            if now >= next_clock:
                self._exchange_time(line)
                next_clock = now + CLOCK_MS
            self._kiosk.wake.wait(max(0, min(next_pulse, next_clock) - self._kiosk.monotonic_ms()) / 1000)

    def _start_of(self, outbox: Outbox) -> int | None:
        """After which number to send: where the server's holding ends, or where a verdict was lost on the way here.

        None when the two do not continue each other.
        """
        view = self._held.get(outbox.stream.source)
        if view is None:
            self._hold_back(outbox)
            return None
        held = sequence.Stream(view.contiguous, bytes.fromhex(view.sha256 or ""))
        own = outbox.digest_of(view.contiguous)
        # Number 1, the sign-in, is never in the file, so its digest cannot be compared here: the server's word stands.
        there = held.sha256 if view.contiguous < FIRST_SEQ else bytes.fromhex(own or "")
        start = sequence.resend_from(held, max(outbox.last_seq, FIRST_SEQ - 1), there)
        if isinstance(start, sequence.Diverged):
            self._hold_back(outbox)
            return None
        # A server killed between its commit and its ack holds records whose verdict nobody has heard: asked for again.
        return min(start, outbox.first_unsettled() or start) - 1

    def _hold_back(self, outbox: Outbox) -> None:
        """Keep the file, send nothing from it: the room knows this stream otherwise, or not at all."""
        source = outbox.stream.source
        notice = Notice("outbox_held_back", source[:8])
        self._kiosk.update(lambda state: replace(state, held_back=state.held_back | {source}, notice=notice))

    def _send(self, line: Line, outbox: Outbox, after: int | None) -> int | None:
        """Send everything after `after`; the new last number, or None when this outbox cannot go on."""
        while after is not None and not line.ended.is_set():
            batch = _batch(outbox, after)
            if not batch:
                return after
            ack = ask(line, "records", Records(outbox.stream.source, batch), RecordsAck)
            self._kiosk.settled(outbox.stream.source, ack.verdicts)
            if ack.gap_at is not None and ack.contiguous < after:
                self._hold_back(outbox)
                return None
            after = batch[-1].seq if ack.gap_at is None else ack.contiguous
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
            raise LinkError("no server answers")
        line.call(event, message.wire())

    def sign_in(self, sbd: str, code: str) -> SignInAnswer:
        """Claim an attempt with candidate number and access code; record 1 of a fresh stream, never kept on disk."""
        line = self._line
        if line is None or not self._kiosk.state.online:
            return SignInAnswer(False, "no_server")
        source = secrets.token_hex(16)
        record = SignIn(sbd, code, secrets.token_hex(16), self._kiosk.room_at_ms(), self._kiosk.uncertainty_ms())
        message = SignInMessage(source, record.text().decode("utf-8"))
        try:
            answer = MESSAGES["sign_in"].read_ack(line.call("sign_in", message.wire()))
        except LinkError:
            return SignInAnswer(False, "no_server")
        if isinstance(answer, Denied):
            return SignInAnswer(False, answer.refused.value, answer.tries_left, answer.wait_s)
        if not isinstance(answer, SignInAck) or answer.verdict.verdict is not Outcome.ACCEPTED:
            return SignInAnswer(False, answer.verdict.reason if isinstance(answer, SignInAck) else "bad_answer")
        self._kiosk.signed_in(source, answer.situation)
        return SignInAnswer(True)

    def sign_out(self) -> None:
        """The name on the screen is not the candidate's: give the seat back. Raises LinkError while offline."""
        attempt = agent.attempt_here(self._kiosk.state)
        if attempt is not None:
            self.tell("sign_out", SignOut(attempt.attempt_id))


class DeniedError(LinkError):
    """The server turned a message away; `reason` says why."""

    def __init__(self, event: str, denied: Denied) -> None:
        super().__init__(f"{event}: {denied.refused.value} {denied.hint}")
        self.reason = denied.refused


def ask(line: Line, event: str, message: Shaped, expected: type[T]) -> T:
    """The parsed answer to a message. Raises DeniedError when it was turned away, LinkError when it is no answer."""
    answer = MESSAGES[event].read_ack(line.call(event, message.wire()))
    if isinstance(answer, expected):
        return answer
    if isinstance(answer, Denied):
        raise DeniedError(event, answer)
    raise LinkError(f"{event}: {answer}")


def proven(line: Line, membership: Membership, key: Ed25519PrivateKey, build: str, kind: Machine) -> ProveAck:
    """Say hello and prove, bound to this very connection's certificate, that this machine is the paired one."""
    hello = Hello(PROTOCOL, membership.kiosk_id, kind, build, membership.seat_label)
    known = ask(line, "hello", hello, HelloAck)
    text = prove_text(bytes.fromhex(known.nonce), membership.room_id, membership.kiosk_id, line.leaf_der)
    return ask(line, "prove", Prove(membership.kiosk_id, key.sign(text).hex()), ProveAck)


def _batch(outbox: Outbox, after: int) -> tuple[NumberedRecord, ...]:
    """The next records that fit one message, at least one if there is any."""
    size = 0
    taken: list[NumberedRecord] = []
    for held in outbox.after(after, MAX_RECORDS):
        size += len(canonical.encode(held.message)) + 32  # as the text travels: quoted inside JSON
        if taken and size > MAX_MESSAGE_BYTES - _SLACK_BYTES:
            break
        taken.append(NumberedRecord(held.seq, held.message))
    return tuple(taken)


_FINAL = frozenset({Denial.UNKNOWN_KIOSK, Denial.WRONG_SIGNATURE, Denial.WRONG_PROTOCOL})
