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
    """One candidate in one part; `part` is its number, "" while only one has begun. `answered` and `receipt` are "" for who has not finished, `result` "" where none is announced."""

    entry: Entry
    seat_label: str
    part: str
    answered: str
    result: str
    receipt: str


def sign_out_sheet(
    title: str, rooms: Mapping[str, Sequence[SheetRow]], with_result: bool, head: Letterhead, now_ms: int
) -> bytes:
    """The PDF. `rooms`: the rows of each room, in order. Raises DocumentError. Slow."""
    several = any(row.part for rows in rooms.values() for row in rows)
    columns = [
        (phrase("Serial number"), 3), (phrase("SBD"), 5), (phrase("Full name"), 14), (phrase("Date of birth"), 6),
        (phrase("Seat"), 5), *([(phrase("Part"), 3)] if several else []), (phrase("Answered"), 5), *([(phrase("Result"), 9)] if with_result else []),
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
        "centred": [at for at in range(len(columns) - 1) if at != 2],  # all but the name and the signature
        "rooms": [_room(name, rows, with_result) for name, rows in rooms.items()],
        "people": [signer(in_words(phrase("Proctor 1"))), signer(in_words(phrase("Proctor 2")))],
    }
    return render_pdf("sign_out", data)


def _room(name: str, rows: Sequence[SheetRow], with_result: bool) -> JSON:
    shown: list[JSON] = []
    numbers: dict[str, int] = {}
    for row in rows:
        number = numbers.setdefault(row.entry.sbd, len(numbers) + 1)
        part = [row.part] if row.part else []
        result = [row.result] if with_result else []
        born = f"{row.entry.birth_date:%d/%m/%Y}"
        cells: list[JSON] = [str(number), row.entry.sbd, row.entry.full_name, born, row.seat_label]
        shown.append([*cells, *part, row.answered, *result, row.receipt, ""])
    unfinished = {row.entry.sbd for row in rows if not row.receipt}
    summary = phrase(
        "Candidates: %(all)s. Finished: %(finished)s.", all=len(numbers), finished=len(numbers.keys() - unfinished)
    )
    return {"name": name, "rows": shown, "summary": in_words(summary)}
