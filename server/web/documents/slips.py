"""Slips to cut apart, ten a page: candidates' access codes and officers' first passwords.

A slip is the only place where a code or a first password ever stands in full; the room keeps digests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.phrase import phrase
from server.domain.access_codes import shown
from server.domain.officer_list import OfficerRow
from server.domain.roster import Entry
from server.web.documents.render import in_words, render_pdf
from server.web.wording import ROLES


@dataclass(frozen=True, slots=True)
class CodeSlip:
    """One candidate's slip."""

    entry: Entry
    code: str


@dataclass(frozen=True, slots=True)
class PasswordSlip:
    """One officer's slip."""

    officer: OfficerRow
    password: str


def code_slips(room_name: str, sitting_title: str, slips: Sequence[CodeSlip]) -> bytes:
    """The PDF of access-code slips, in the order given. Raises DocumentError. Slow."""
    words = {
        "first": in_words(phrase("Candidate number (SBD)")),
        "second": in_words(phrase("Access code")),
        "advice": in_words(
            phrase("Type the number and the code at your machine. The code is yours alone: show it to nobody.")
        ),
    }
    rows: list[JSON] = []
    for slip in slips:
        entry = slip.entry
        about = f"{entry.birth_date:%d/%m/%Y} · {entry.unit}"
        corner = " · ".join(part for part in (entry.room, entry.seat) if part)
        rows.append(
            {"name": entry.full_name, "about": about, "first": entry.sbd, "second": shown(slip.code), "corner": corner}
        )
    return render_pdf(
        "slips", {"heading": f"{sitting_title} · {room_name}", "words": dict(words), "stacked": False, "slips": rows}
    )


def password_slips(room_name: str, slips: Sequence[PasswordSlip]) -> bytes:
    """The PDF of officers' first passwords. Raises DocumentError. Slow."""
    words = {
        "first": in_words(phrase("User name")),
        "second": in_words(phrase("First password")),
        "advice": in_words(
            phrase("Sign in once and choose a password of your own. Then destroy this slip; never hand it on.")
        ),
    }
    rows: list[JSON] = []
    for slip in slips:
        officer = slip.officer
        about = " · ".join(part for part in (in_words(ROLES[officer.role]), officer.body) if part)
        rows.append(
            {
                "name": officer.full_name, "about": about, "first": officer.user_name, "second": slip.password,
            }
        )  # fmt: skip
    return render_pdf("slips", {"heading": room_name, "words": dict(words), "stacked": True, "slips": rows})


def recovery_slips(room_name: str, halves: Sequence[str]) -> bytes:
    """The PDF of a recovery code, a slip for each half. Raises DocumentError. Slow."""
    words = {
        "first": in_words(phrase("Half")),
        "second": in_words(phrase("Recovery code")),
        "advice": in_words(
            phrase(
                "Keep it sealed, apart from the other half and from the stick. Both together open the room's backups."
            )
        ),
    }
    rows: list[JSON] = [
        {
            "name": in_words(phrase("Recovery code of the room's backups")),
            "about": in_words(phrase("Half %(number)s of %(all)s", number=number, all=len(halves))),
            "first": f"{number}/{len(halves)}", "second": half,
        }
        for number, half in enumerate(halves, start=1)
    ]  # fmt: skip
    return render_pdf("slips", {"heading": room_name, "words": dict(words), "stacked": True, "slips": rows})
