"""Making officers: ids, first passwords and their hashes. Also for the command line; knows no request."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from server.domain.officer_list import OfficerRow
from server.store.officers import Officer
from server.web import passwords
from server.web.documents.slips import PasswordSlip


def new_officers(
    rows: Sequence[OfficerRow], by: str, now_ms: int, handed_by: str = ""
) -> tuple[list[Officer], list[PasswordSlip]]:
    """Officers with fresh first passwords that must be changed, and the slips that tell them. Slow: 50 ms each.

    `by` is an officer's id or "cli"; `handed_by`: `signatories.hands`, else `by` alone. Nothing is stored: that is
    `OfficerStore.add`.
    """
    officers: list[Officer] = []
    slips: list[PasswordSlip] = []
    for row in rows:
        password = passwords.initial_password()
        officers.append(
            Officer(
                officer_id="u" + secrets.token_hex(8),
                user_name=row.user_name,
                full_name=row.full_name,
                role=row.role,
                body=row.body,
                password_hash=passwords.hash_password(password),
                must_change=True,
                added_at_ms=now_ms,
                added_by=by,
                handed_by=handed_by or by,
            )
        )
        slips.append(PasswordSlip(row, password))
    return officers, slips


def first_password() -> tuple[str, str]:
    """A fresh first password and its hash. Slow."""
    password = passwords.initial_password()
    return password, passwords.hash_password(password)
