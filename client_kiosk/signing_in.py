"""Signing in: record 1 of a fresh stream, which holds the access code and is therefore never kept on this disk."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from client_kiosk.errors import KioskError, LinkError, OutboxError
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from server.protocol.messages import MESSAGES, Denied, Outcome, SignInAck, SignInMessage
from server.protocol.records import SignIn


@dataclass(frozen=True, slots=True)
class SignInAnswer:
    """What the page tells a candidate who signed in; `reason` has a text in the catalogue."""

    ok: bool
    reason: str | None = None
    tries_left: int | None = None
    wait_s: int | None = None


def sign_in(kiosk: Kiosk, line: Line, sbd: str, code: str) -> SignInAnswer:
    """Claim an attempt with candidate number and access code."""
    source = secrets.token_hex(16)
    record = SignIn(sbd, code, secrets.token_hex(16), kiosk.room_at_ms(), kiosk.uncertainty_ms())
    message = SignInMessage(source, record.text().decode("utf-8"))
    try:
        answer = MESSAGES["sign_in"].read_ack(line.call("sign_in", message.wire()))
    except LinkError:
        return SignInAnswer(False, "no_server")
    if isinstance(answer, Denied):
        return SignInAnswer(False, answer.refused.value, answer.tries_left, answer.wait_s)
    if not isinstance(answer, SignInAck) or answer.verdict.verdict is not Outcome.ACCEPTED:
        return SignInAnswer(False, answer.verdict.reason if isinstance(answer, SignInAck) else "bad_answer")
    try:
        kiosk.signed_in(source, answer.situation)
        kiosk.acknowledged(source, [answer.verdict])
    except OutboxError:
        return SignInAnswer(False, "no_outbox")
    except KioskError:
        return SignInAnswer(False, "bad_answer")
    return SignInAnswer(True)
