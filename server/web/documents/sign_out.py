"""The sign-out sheet: what each candidate signs on leaving, one table for each room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.phrase import phrase
from server.domain.roster import Entry
from server.web import times
from server.web.documents.letterhead import Letterhead, signer
from server.web.documents.render import in_words, render_pdf


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One candidate; `answered` and `receipt` are "" for who has not finished, `result` "" where none is announced."""

    entry: Entry
    seat_label: str
    answered: str
    result: str
    receipt: str


def sign_out_sheet(
    title: str, rooms: Mapping[str, Sequence[SheetRow]], with_result: bool, head: Letterhead, now_ms: int
) -> bytes:
    """The PDF. `rooms`: the rows of each room, in order. Raises DocumentError. Slow."""
    columns = [
        (phrase("Serial number"), 3), (phrase("SBD"), 5), (phrase("Full name"), 14), (phrase("Date of birth"), 6),
        (phrase("Seat"), 5), (phrase("Answered"), 5), *([(phrase("Result"), 9)] if with_result else []),
        (phrase("Receipt code"), 7), (phrase("Signature"), 9),
    ]  # fmt: skip
    data: dict[str, JSON] = {
        "office": head.data(),
        "title": title,
        "kind": in_words(phrase("Sign-out sheet")),
        "when": times.day(now_ms),
        "words": {"foot": in_words(phrase("Printed %(when)s", when=times.day_and_clock(now_ms)))},
        "titles": [in_words(name) for name, _ in columns],
        "widths": [width for _, width in columns],
        "centred": [0, 1, 3, 4, 5, 6, *([7] if with_result else [])],
        "rooms": [_room(name, rows, with_result) for name, rows in rooms.items()],
        "people": [signer(in_words(phrase("Proctor 1"))), signer(in_words(phrase("Proctor 2")))],
    }
    return render_pdf("sign_out", data)


def _room(name: str, rows: Sequence[SheetRow], with_result: bool) -> JSON:
    shown: list[JSON] = []
    for number, row in enumerate(rows, start=1):
        result = [row.result] if with_result else []
        born = f"{row.entry.birth_date:%d/%m/%Y}"
        cells: list[JSON] = [str(number), row.entry.sbd, row.entry.full_name, born, row.seat_label, row.answered]
        shown.append([*cells, *result, row.receipt, ""])
    finished = sum(bool(row.receipt) for row in rows)
    summary = phrase("Candidates: %(all)s. Finished: %(finished)s.", all=len(rows), finished=finished)
    return {"name": name, "rows": shown, "summary": in_words(summary)}
