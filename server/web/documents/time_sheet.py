"""Candidates' time accounts on paper: one candidate's, everybody's, and what of it stands in the minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from server.domain.roster import Entry
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.time_ledger import EntryKind
from server.web import times
from server.web.console import ledger
from server.web.documents.letterhead import Letterhead, signer
from server.web.documents.render import in_words, render_pdf

_ORDINARY = (EntryKind.ALLOWED, EntryKind.PASSED)

Officer = Callable[[str | None], str]
"""An officer's name by their id."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """What accounts are made of. `entries` by candidate id; `now_ms` is the instant they are made at."""

    state: SittingState
    entries: Mapping[str, Entry]
    officer: Officer
    now_ms: int


def time_sheet(title: str, clocks: Clocks, attempts: Sequence[Attempt], head: Letterhead) -> bytes:
    """The accounts of these candidates as a PDF. Raises DocumentError. Slow."""
    several = len(clocks.state.parts) > 1
    data: dict[str, JSON] = {
        "office": head.data(),
        "kind": in_words(phrase("Candidates' time accounts") if len(attempts) != 1 else phrase("A candidate's time account")),
        "subject": in_words(phrase("Sitting: %(title)s", title=title)),
        "words": {"foot": in_words(phrase("Printed %(when)s", when=times.day_and_clock(clocks.now_ms)))},
        "sections": [
            _account(clocks, attempt, part, several)
            for attempt in sorted(attempts, key=lambda one: _named(clocks, one)) for part in attempt.parts.values()
        ],
        "closing": in_words(phrase("The amounts add up to what was left; all times are of the room's clock.")),
        "people": [signer(in_words(phrase("Proctor 1"))), signer(in_words(phrase("Proctor 2")))],
    }  # fmt: skip
    return render_pdf("minutes", data)


def _account(clocks: Clocks, attempt: Attempt, part: PartAttempt, several: bool) -> JSON:
    rows = ledger.rows(clocks.state, attempt, part, clocks.now_ms)
    name = f"{_named(clocks, attempt)} ({attempt.seat.seat_label})"
    found = phrase("%(name)s, part %(number)s", name=name, number=part.part + 1)
    breaks = ledger.breaks(part, clocks.now_ms)
    granted = phrase("Rest breaks granted: %(all)s, left: %(left)s.", all=breaks[0], left=breaks[1]) if breaks else None
    cells: list[JSON] = [
        [in_words(row.what), row.why, ", ".join(clocks.officer(one) for one in row.officers), row.amount, row.balance]
        for row in rows
    ]
    titles = (phrase("Entry"), phrase("Reason"), phrase("Officer"), phrase("Amount"), phrase("Left then"))
    return {
        "title": in_words(found) if several else name,
        "paragraphs": [in_words(granted)] if granted is not None else [],
        "table": _table(titles, cells, (9, 5, 4, 3, 3), (3, 4)),
        "digests": [],
    }


def time_sections(clocks: Clocks) -> list[JSON]:
    """The annex of the minutes: whoever's time was anything but ordinary, and each decision about it."""
    cells: list[JSON] = []
    for attempt in sorted(clocks.state.attempts.values(), key=lambda one: _named(clocks, one)):
        for part in attempt.parts.values():
            cells += _told(clocks, attempt, part)
    said = phrase(
        "What was granted, given, made good or refused, and when a clock stood; each candidate's whole account is printed on its own."
    )
    nothing = phrase("Every candidate had the time of the part, no more and no less.")
    titles = (phrase("Candidate"), phrase("Entry"), phrase("Reason"), phrase("Officer"), phrase("Amount"))
    return [
        {
            "title": in_words(phrase("VIII. The candidates' time")),
            "paragraphs": [in_words(said if cells else nothing), *_late(clocks.state)],
            "table": _table(titles, cells, (5, 8, 5, 4, 3), (4,)) if cells else None,
            "digests": [],
        }
    ]


def _late(state: SittingState) -> list[JSON]:
    """What was decided about records that came late."""
    marks = [one.accepted for found in state.time.late.values() for one in found]
    if not marks:
        return []
    found = phrase(
        "Records that came late: %(accepted)s counted, %(refused)s not counted, %(waiting)s not decided.",
        accepted=marks.count(True), refused=marks.count(False), waiting=marks.count(None),
    )  # fmt: skip
    return [in_words(found)]


def _told(clocks: Clocks, attempt: Attempt, part: PartAttempt) -> Iterator[JSON]:
    for row in ledger.rows(clocks.state, attempt, part, clocks.now_ms):
        if row.kind is not None and row.kind not in _ORDINARY:
            officers = ", ".join(clocks.officer(one) for one in row.officers)
            yield [_named(clocks, attempt), in_words(row.what), row.why, officers, row.amount]


def _named(clocks: Clocks, attempt: Attempt) -> str:
    entry = clocks.entries.get(attempt.candidate_id)
    return attempt.candidate_id if entry is None else f"{entry.sbd} {entry.full_name}"


def _table(titles: Sequence[Phrase], rows: list[JSON], widths: Sequence[int], centred: Sequence[int]) -> JSON:
    return {
        "titles": [in_words(title) for title in titles], "rows": rows, "widths": list(widths), "centred": list(centred),
    }  # fmt: skip
