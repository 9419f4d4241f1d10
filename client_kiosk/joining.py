"""Joining a room over the network: dials, checks who answered, shows a code, and remembers the room when both said yes.

One attempt at a time, on a thread of its own; `JoinView` is what the screen shows of it.
"""

from __future__ import annotations

import contextlib
import secrets
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client_kiosk import pairing
from client_kiosk.config import Membership
from client_kiosk.errors import KioskError, LinkError
from client_kiosk.finder import FoundRoom, with_port
from client_kiosk.link import Line
from client_kiosk.pairing import Comparing, JoinFault, Secret
from client_kiosk.tls import Address, dial, leaf_der, pinned, unpinned
from server.protocol.messages import (
    MESSAGES,
    PAIRING_S,
    PROTOCOL,
    Denied,
    Hello,
    HelloAck,
    Machine,
    Paired,
    PairKitAck,
    PairOfferAck,
    PairRevealAck,
)
from server.protocol.messages import PairRefused as RefusedThere
from server.protocol.shape import Malformed, Shaped
from server.protocol.trust import Kit, host_name

T = TypeVar("T", bound=Shaped)

_TRY_ANOTHER_ADDRESS = (JoinFault.NO_ANSWER, JoinFault.OTHER_AUTHORITY, JoinFault.FOREIGN_CERTIFICATE)


class JoinStage(StrEnum):
    """How far joining is. reaching → comparing → joined; or failed, from either."""

    IDLE = "idle"
    REACHING = "reaching"
    COMPARING = "comparing"
    JOINED = "joined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JoinView:
    """What the screen shows. `code` while comparing; `equal_here` once the person said so; `fault` when it failed."""

    stage: JoinStage = JoinStage.IDLE
    room_name: str = ""
    code: str = ""
    equal_here: bool = False
    fault: JoinFault | None = None


class _Failed(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, fault: JoinFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Joining:
    """Joins rooms for one machine. `remember` is called with the membership, once, before the view says joined."""

    def __init__(
        self,
        key: Callable[[], Ed25519PrivateKey],
        kind: Machine,
        build: str,
        remember: Callable[[Membership], None],
        changed: Callable[[JoinView], None],
    ) -> None:
        self._key = key
        self._kind: Machine = kind
        self._build = build
        self._remember = remember
        self._changed = changed
        self._lock = threading.Lock()
        self._decided = threading.Condition(self._lock)
        self._comparing: Comparing | None = None
        self._fault: JoinFault | None = None
        self._thread: threading.Thread | None = None
        self._line: Line | None = None
        self._hello = 0
        self.view = JoinView()

    # --- what the person does -------------------------------------------------------------------------------------

    def join(self, addresses: Sequence[str], room: FoundRoom | None, seat: str) -> None:
        """Begin with a room that was found, or with a typed address (`room` None). An attempt under way is given up."""
        self.give_up()
        with self._lock:
            self._comparing, self._fault = None, None
        self._thread = threading.Thread(target=self._attempt, args=(tuple(addresses), room, seat), name="kiosk-joining")
        self._thread.start()

    def equal(self) -> None:
        """The person says that the two codes are equal."""
        with self._lock:
            if self._comparing is not None:
                self._comparing = pairing.confirmed(self._comparing)
                self._decided.notify_all()

    def differ(self) -> None:
        """The person says that they differ: somebody is in between."""
        self._end(JoinFault.CODES_DIFFER)

    def give_up(self) -> None:
        """Stop an attempt under way, and wait until it has hung up."""
        self._end(JoinFault.STOPPED_HERE)
        line, thread = self._line, self._thread
        if line is not None:
            line.close()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def by_kit(self, kit: Kit, addresses: Sequence[str], seat: str) -> JoinFault | None:
        """Join with a technician's kit, now, at the first address where its room answers; None when joined."""
        self.give_up()
        with self._lock:
            self._fault = None
        self._show(JoinView(JoinStage.REACHING, kit.room_name))
        fault = self._at_each(
            tuple(dict.fromkeys((*addresses, *(with_port(host, kit.port) for host in kit.addresses)))),
            lambda address: self._with_kit(address, kit, seat),
        )
        if fault is not None:
            self._show(JoinView(JoinStage.FAILED, kit.room_name, fault=fault))
        return fault

    # --- an attempt -----------------------------------------------------------------------------------------------

    def _attempt(self, addresses: Sequence[str], room: FoundRoom | None, seat: str) -> None:
        name = room.room_name if room is not None else ""
        self._show(JoinView(JoinStage.REACHING, name))
        fault = self._at_each(addresses, lambda address: self._by_code(address, room, seat))
        if fault is not None:
            self._show(JoinView(JoinStage.FAILED, name, fault=fault))

    def _at_each(self, addresses: Sequence[str], attempt: Callable[[Address], None]) -> JoinFault | None:
        """Try address after address; what a copied record or a dead server answers only costs the next try."""
        worst = JoinFault.NO_ANSWER
        for text in addresses:
            address = Address.parse(text)
            if address is None:
                continue
            try:
                attempt(address)
            except LinkError:
                fault = self._fault or JoinFault.NO_ANSWER
            except _Failed as failed:
                fault = failed.fault
            except (KioskError, OSError):
                return JoinFault.NOT_KEPT
            else:
                return None
            if fault not in _TRY_ANOTHER_ADDRESS:
                return fault
            worst = fault if fault is not JoinFault.NO_ANSWER else worst
        return worst

    def _by_code(self, address: Address, room: FoundRoom | None, seat: str) -> None:
        key = self._key()
        secret = Secret(key.public_key().public_bytes_raw(), secrets.token_bytes(32))
        line = self._open(address, unpinned(), room.room_id if room is not None else "unknown")
        try:
            ack = self._ask(line, "pair_offer", secret.offer(self._kind, seat, self._build), PairOfferAck)
            authority, ack = _one_authority(ack)
            verified = _verified_leaf(address, ack)
            comparing = pairing.offered(secret, room, ack, authority, line.leaf_der, verified)
            if isinstance(comparing, JoinFault):
                raise _Failed(comparing)
            with self._lock:
                self._comparing = comparing
            shown = pairing.revealed(comparing, self._ask(line, "pair_reveal", secret.reveal(), PairRevealAck))
            if isinstance(shown, JoinFault):
                raise _Failed(shown)
            self._show(JoinView(JoinStage.COMPARING, comparing.room_name, comparing.code))
            self._keep(self._agreed(), address)
        finally:
            line.close()
            self._line = None
            with self._lock:
                self._comparing = None

    def _agreed(self) -> Comparing:
        """Wait until the person here and the officer there have both said yes; raises _Failed when it ends otherwise."""
        with self._decided:
            shown = False
            while self._fault is None and self._comparing is not None and not self._comparing.joined:
                if self._comparing.equal_here and not shown:
                    shown = True
                    self._show(JoinView(JoinStage.COMPARING, self._comparing.room_name, self._comparing.code, True))
                if not self._decided.wait(PAIRING_S):
                    raise _Failed(JoinFault.REFUSED_THERE)
            if self._fault is not None or self._comparing is None:
                raise _Failed(self._fault or JoinFault.NO_ANSWER)
            return self._comparing

    def _with_kit(self, address: Address, kit: Kit, seat: str) -> None:
        key = self._key()
        secret = Secret(key.public_key().public_bytes_raw(), secrets.token_bytes(32))
        line = self._open(address, pinned(kit.ca_pem), kit.room_id)
        try:
            message = pairing.kit_message(secret, kit, line.leaf_der, self._kind, seat, self._build)
            ack = self._ask(line, "pair_kit", message, PairKitAck)
        finally:
            line.close()
            self._line = None
        joined = Comparing(
            kit.room_id, kit.room_name, kit.ca_pem, kit.server_key, "", True, ack.kiosk_id, ack.seat_label
        )
        self._keep(joined, address)

    def _keep(self, joined: Comparing, address: Address) -> None:
        self._remember(
            Membership(
                room_id=joined.room_id,
                room_name=joined.room_name,
                kiosk_id=joined.kiosk_id,
                seat_label=joined.seat_label,
                ca_pem=joined.ca_pem,
                server_key=joined.server_key,
                addresses=(str(address),),
            )
        )
        self._show(JoinView(JoinStage.JOINED, joined.room_name))

    # --- the line ---------------------------------------------------------------------------------------------------

    def _open(self, address: Address, context: ssl.SSLContext, room_id: str) -> Line:
        line = Line.open(address, context, room_id, self._pushed)
        self._line = line
        watch = threading.Thread(target=self._watch, args=(line,), name="kiosk-joining-line", daemon=True)
        watch.start()
        hello = Hello(PROTOCOL, None, self._kind, self._build, None)
        with contextlib.ExitStack() as undo:
            undo.callback(line.close)
            self._ask(line, "hello", hello, HelloAck)
            undo.pop_all()
        return line

    def _watch(self, line: Line) -> None:
        """A line that ends wakes whoever waits for the officer's click."""
        line.ended.wait()
        with self._lock:
            if self._line is line and self._comparing is not None and not self._comparing.joined:
                self._fault = self._fault or JoinFault.NO_ANSWER
                self._decided.notify_all()

    def _ask(self, line: Line, event: str, message: Shaped, expected: type[T]) -> T:
        answer = MESSAGES[event].read_ack(line.call(event, message.wire()))
        if isinstance(answer, expected):
            return answer
        raise _Failed(pairing.fault_of(answer.refused) if isinstance(answer, Denied) else JoinFault.NOT_UNDERSTOOD)

    def _pushed(self, event: str, payload: Mapping[str, object]) -> None:
        """What the server pushes while we wait, on a thread of the library."""
        match MESSAGES[event].payload.parse(payload):
            case Paired(kiosk_id, seat_label):
                with self._lock:
                    if self._comparing is not None:
                        self._comparing = pairing.paired(self._comparing, kiosk_id, seat_label)
                        self._decided.notify_all()
            case RefusedThere():
                self._end(JoinFault.REFUSED_THERE)
            case Malformed():
                self._end(JoinFault.NOT_UNDERSTOOD)

    def _end(self, fault: JoinFault) -> None:
        with self._lock:
            self._fault = self._fault or fault
            self._decided.notify_all()

    def _show(self, view: JoinView) -> None:
        self.view = view
        self._changed(view)


def _one_authority(ack: PairOfferAck) -> tuple[bytes, PairOfferAck]:
    """The DER of the one authority named, and the answer with that alone.

    A list of certificates would let somebody add their own behind the room's: everything here trusts what was hashed.
    """
    try:
        named = x509.load_pem_x509_certificates(ack.ca_pem.encode())
    except ValueError as error:
        raise _Failed(JoinFault.FOREIGN_CERTIFICATE) from error
    if len(named) != 1:
        raise _Failed(JoinFault.FOREIGN_CERTIFICATE)
    der = named[0].public_bytes(serialization.Encoding.DER)
    return der, replace(ack, ca_pem=ssl.DER_cert_to_PEM_cert(der))


def _verified_leaf(address: Address, ack: PairOfferAck) -> bytes:
    """The certificate shown to a second connection, verified by OpenSSL against the authority just named."""
    try:
        connection = dial(address, pinned(ack.ca_pem), host_name(ack.room_id))
    except LinkError as error:
        raise _Failed(JoinFault.FOREIGN_CERTIFICATE) from error
    try:
        return leaf_der(connection)
    finally:
        connection.close()
