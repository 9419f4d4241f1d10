"""What officers do outside a sitting's journal, and orders to the sitting from a form."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import flash, request

from question_bank.phrase import Phrase, phrase
from server.domain.commands import OfficerCommand
from server.domain.reasons import Reason
from server.errors import CommitterStopped, NotStored
from server.protocol.messages import Outcome
from server.store.batch import Verdict
from server.store.officers import Act, Officer
from server.web import sessions
from server.web.context import now_ms, room
from server.web.language import say
from server.web.wording import REASONS

_SOURCE_HEX = 32  # 16 bytes


def note(act: str, detail: str = "") -> None:
    """Record what this officer did; `detail` holds ids and counts, never names or secrets."""
    room().store.officers.note(Act(now_ms(), sessions.current().officer_id, act, detail))


def order(command: OfficerCommand, second: Officer | None = None, source: bytes | None = None) -> Phrase | None:
    """Ask the sitting for something on behalf of this officer; what to say when it was not done, else None.

    `source`: the form's own stream id, so that a form sent twice is one act.
    """
    actor = sessions.actor(sessions.current())
    partner = sessions.actor(second) if second is not None else None
    stream = source or form_source()
    return asked(lambda: room().order(actor, stream, 1, command, second=partner))


def asked(ask: Callable[[], Verdict]) -> Phrase | None:
    """What to say when what was asked of the room was not done, else None."""
    try:
        verdict = ask()
    except NotStored:
        return phrase("The server's disk did not take it: nothing was changed. Make space on the disk, then try again.")
    except CommitterStopped:
        return phrase("The server stores nothing more. Call the Technical Team: the room must be started again.")
    return refusal(verdict)


def refusal(verdict: Verdict) -> Phrase | None:
    """What to say about a verdict that was not "accepted"."""
    if verdict.verdict is Outcome.ACCEPTED:
        return None
    if verdict.reason in set(Reason):
        return REASONS[Reason(verdict.reason)]
    return phrase("The same form was sent before with other contents. Reload the page.")


def form_source() -> bytes:
    """The stream id that the page's form carries; a fresh one when it carries none."""
    text = request.form.get("source", "")
    if len(text) == _SOURCE_HEX and all(sign in "0123456789abcdef" for sign in text):
        return bytes.fromhex(text)
    return secrets.token_bytes(16)


def done(sentence: Phrase) -> None:
    """Say on the next page what was done."""
    flash(say(sentence))
