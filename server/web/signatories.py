"""Which accounts may sign an act of two officers, and who says so. Pure.

Whoever had an account's first password printed could have used it. So an account signs nothing together with another
until its holder has chosen a password, and an officer of another role than that person's has confirmed it: then no
account that one person made alone, or took over by a new first password, is ever a signature. What an unconfirmed account
makes counts as made by everybody in whose hands that account was.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from question_bank.canonical import encode
from server.domain.names import tidy
from server.domain.rights import Role
from server.store.officers import Officer


def confirmable(by: Officer, everyone: Sequence[Officer], *, ever: bool) -> tuple[Officer, ...]:
    """The accounts that `by` may confirm now.

    The one who confirms is confirmed too. Somebody has to be the first: once in a room's life (`ever`: a list was
    confirmed before) an officer of the Organising Committee, whose own account is then on the list.
    """
    if not by.confirmed and not _may_be_first(by, everyone, ever=ever):
        return ()
    roles = {one.officer_id: one.role for one in everyone}
    return tuple(one for one in everyone if _waits(one) and _by_others(by, one, roles))


def hands(by: Officer) -> str:
    """`Officer.handed_by` of an account whose first password `by` has printed now."""
    before = () if by.confirmed else by.handed_by.split()
    return " ".join(dict.fromkeys((by.officer_id, *before)))


def waiting(everyone: Sequence[Officer]) -> tuple[Officer, ...]:
    """The accounts that may sign in and may not sign acts of two yet."""
    return tuple(one for one in everyone if one.active and not one.confirmed)


def namesakes(everyone: Sequence[Officer]) -> frozenset[str]:
    """The ids of active accounts whose name another active account has: one person's, or two people's to tell apart."""
    counted = Counter(name_key(one) for one in everyone if one.active)
    return frozenset(one.officer_id for one in everyone if one.active and counted[name_key(one)] > 1)


def name_key(officer: Officer) -> str:
    """Equal for two accounts in one name."""
    return tidy(officer.full_name).casefold()


def digest(accounts: Sequence[Officer]) -> str:
    """What somebody sees who is asked to confirm these accounts, in hex: another password makes it another list."""
    rows = [
        [one.officer_id, one.full_name, one.role.value, one.body, one.user_name, one.password_hash] for one in accounts
    ]
    return hashlib.sha256(encode(rows)).hexdigest()


def _may_be_first(by: Officer, everyone: Sequence[Officer], *, ever: bool) -> bool:
    known = any(one.confirmed and one.role is Role.ORGANISING for one in everyone)
    return by.role is Role.ORGANISING and not ever and not known


def _waits(one: Officer) -> bool:
    return one.active and not one.must_change and not one.confirmed


def _by_others(by: Officer, one: Officer, roles: dict[str, Role]) -> bool:
    """Whether neither `by` nor anybody of their role has held the first password ("cli" is the Technical Team's)."""
    held = one.handed_by.split()
    return by.officer_id not in held and all(roles.get(who, Role.TECHNICAL) is not by.role for who in held)
