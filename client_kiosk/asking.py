"""Asking the room over a live line: one message, one parsed answer; the greeting with its proof; a batch of records."""

from __future__ import annotations

from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client_kiosk.config import Membership
from client_kiosk.errors import LinkError
from client_kiosk.link import Line
from client_kiosk.outbox import Outbox
from client_kiosk.promises import Epochs
from question_bank import canonical
from question_bank.phrase import phrase
from server.protocol.messages import (
    MAX_MESSAGE_BYTES,
    MAX_RECORDS,
    MESSAGES,
    PROTOCOL,
    Denial,
    Denied,
    Hello,
    HelloAck,
    Machine,
    NumberedRecord,
    Prove,
    ProveAck,
)
from server.protocol.pairing import prove_text
from server.protocol.shape import Shaped

T = TypeVar("T", bound=Shaped)

_SLACK_BYTES = 4096  # of a `records` message around its records' texts


class DeniedError(LinkError):
    """The server turned a message away; `reason` says why."""

    def __init__(self, event: str, denied: Denied) -> None:
        said = phrase(
            "the room turned this machine away [%(event)s: %(reason)s]", event=event, reason=denied.refused.value
        )
        super().__init__(said)
        self.reason = denied.refused


class NoPrimaryError(LinkError):
    """A server of this room that is its primary no more: the other one is asked next. `known`: what it said, if anything."""

    def __init__(self, known: HelloAck | None = None) -> None:
        super().__init__(phrase("this server is not the room's primary any more"))
        self.known = known


def ask(line: Line, event: str, message: Shaped, expected: type[T]) -> T:
    """The parsed answer to a message. Raises DeniedError when it was turned away, LinkError when it is no answer."""
    answer = MESSAGES[event].read_ack(line.call(event, message.wire()))
    if isinstance(answer, expected):
        return answer
    if isinstance(answer, Denied):
        raise DeniedError(event, answer)
    raise LinkError(
        phrase("the server's answer is not understood [%(event)s: %(error)s]", event=event, error=str(answer))
    )


def greeted(line: Line, membership: Membership, build: str, kind: Machine, epochs: Epochs) -> HelloAck:
    """Say hello, and hear who answers: the primary or the standby. Raises LinkError for a primary that is none any more."""
    hello = Hello(
        PROTOCOL, membership.kiosk_id, kind, build, membership.seat_label, epochs.seen, epochs.promised
    )  # fmt: skip
    try:
        known = ask(line, "hello", hello, HelloAck)
    except DeniedError as denied:
        if denied.reason is Denial.STANDBY:
            raise NoPrimaryError from denied
        raise
    epoch = 0 if known.serving is None else known.serving.epoch
    if known.role == "primary" and not epochs.accepts(epoch):
        raise NoPrimaryError(known)
    return known


def proven(line: Line, membership: Membership, key: Ed25519PrivateKey, known: HelloAck) -> ProveAck:
    """Prove, bound to this very connection's certificate, that this machine is the paired one."""
    return ask(line, "prove", Prove(membership.kiosk_id, signature(line, membership, key, known)), ProveAck)


def signature(line: Line, membership: Membership, key: Ed25519PrivateKey, known: HelloAck) -> str:
    """What only the paired machine can say on this connection, in hex."""
    text = prove_text(bytes.fromhex(known.nonce), membership.room_id, membership.kiosk_id, line.leaf_der)
    return key.sign(text).hex()


def batch(outbox: Outbox, after: int) -> tuple[NumberedRecord, ...]:
    """The next records that fit one message, at least one if there is any."""
    size = 0
    taken: list[NumberedRecord] = []
    for held in outbox.after(after, MAX_RECORDS):
        size += len(canonical.encode(held.message)) + 32  # as the text travels: quoted inside JSON
        if taken and size > MAX_MESSAGE_BYTES - _SLACK_BYTES:
            break
        taken.append(NumberedRecord(held.seq, held.message))
    return tuple(taken)
