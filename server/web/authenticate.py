"""Who someone is, by user name and password: at sign-in, and again beside a colleague for an act of two officers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flask import request

from question_bank.phrase import Phrase, phrase, phrases
from server.domain.rights import Right, may
from server.store.officers import Act, Officer
from server.web import limits, passwords
from server.web.context import now_ms, room, web
from server.web.signatories import name_key

SECOND_NAME, SECOND_PASSWORD = "second_user_name", "second_password"  # the form's fields


class Failed(Enum):
    """Why someone is not believed, or may not act here."""

    WRONG = "wrong"  # name or password: which of the two is nobody's business
    WAIT = "wait"
    FIRST_PASSWORD = "first_password"  # noqa: S105
    SAME_PERSON = "same_person"
    NO_RIGHT = "no_right"
    I_AM_UNCONFIRMED = "i_am_unconfirmed"
    UNCONFIRMED = "unconfirmed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Unproven:
    """Nobody was identified; `wait_ms` says how long to wait before trying again."""

    why: Failed
    wait_ms: int = 0

    @property
    def sentence(self) -> Phrase:
        """What the page says about it."""
        if self.why is Failed.WAIT:
            seconds = -(-self.wait_ms // 1000)
            return phrases("Too many tries. Wait %(n)s second.", "Too many tries. Wait %(n)s seconds.", seconds)
        return _SENTENCES[self.why]


_SENTENCES = {
    Failed.WRONG: phrase("The user name or the password is wrong."),
    Failed.FIRST_PASSWORD: phrase("This officer must first sign in alone and choose a password."),
    Failed.SAME_PERSON: phrase("The second officer must be another person."),
    Failed.NO_RIGHT: phrase("The second officer's role does not have the right to do this."),
    Failed.I_AM_UNCONFIRMED: phrase(
        "Your own account has not been confirmed yet: an officer of another body confirms it on the page “Officers”."
    ),
    Failed.UNCONFIRMED: phrase(
        "The second officer's account has not been confirmed yet: an officer of another body confirms it on the page"
        " “Officers”."
    ),
    Failed.MISSING: phrase("The second officer's user name and password are needed."),
}


def authenticate(user_name: str, password: str) -> Officer | Unproven:
    """The officer with this name and password. Takes as long for a wrong name as for a wrong password."""
    limiter, name, at_ms = web().limiter, user_name.strip().casefold()[:100], now_ms()
    here = f"{name}|{request.remote_addr}"
    keys = ((limits.PASSWORD, here), (limits.PASSWORD_ANYWHERE, name))
    wait_ms = max(limiter.wait_ms(rule, key, at_ms) for rule, key in keys)
    if wait_ms:
        return Unproven(Failed.WAIT, wait_ms)
    # Counted before the slow check: many tries at once are many tries.
    for rule, key in keys:
        limiter.count(rule, key, at_ms)
    found = room().store.officers.by_user_name(name)
    known = found if found is not None and found.active else None
    password_hash = known.password_hash if known is not None else None
    if not room().port.offload(lambda: passwords.verify(password_hash, password)) or known is None:
        room().store.officers.note(Act(at_ms, known.officer_id if known else None, "sign_in_failed", ""))
        return Unproven(Failed.WRONG)
    limiter.forget(limits.PASSWORD, here)
    limiter.take_back(limits.PASSWORD_ANYWHERE, name)
    return known


def second_officer(first: Officer, right: Right) -> Officer | Unproven:
    """The colleague who signs an act together with `first`, by the fields of the form; verified anew each time.

    Both accounts must be confirmed; two accounts in one name are one person.
    """
    if not first.confirmed:
        return Unproven(Failed.I_AM_UNCONFIRMED)
    user_name, password = request.form.get(SECOND_NAME, ""), request.form.get(SECOND_PASSWORD, "")
    if not user_name.strip() or not password:
        return Unproven(Failed.MISSING)
    found = authenticate(user_name, password)
    if isinstance(found, Unproven):
        return found
    if found.officer_id == first.officer_id or name_key(found) == name_key(first):
        return Unproven(Failed.SAME_PERSON)
    if found.must_change:
        return Unproven(Failed.FIRST_PASSWORD)
    if not found.confirmed:
        return Unproven(Failed.UNCONFIRMED)
    return found if may(found.role, right) else Unproven(Failed.NO_RIGHT)
