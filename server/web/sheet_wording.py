"""Words for what machines' seat sheets brought back: on the page about servers, in a seat's history, in the minutes."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase, phrases
from server.domain.sheet_events import SeatRestored
from server.web.times import span


def seats_restored(n: int) -> Phrase:
    """How many seats machines have brought back."""
    return phrases("%(n)s seat was restored from its machine", "%(n)s seats were restored from their machines", n)


def machines_wait(n: int) -> Phrase:
    """How many machines hold sheets that rest on a paper which is not open here."""
    return phrases(
        "%(n)s machine holds what a lost server said of its seat, and waits for the paper to be opened here.",
        "%(n)s machines hold what a lost server said of their seats, and wait for the paper to be opened here.",
        n,
    )


def seats_in_words(n: int) -> Phrase:
    """So many seats."""
    return phrases("%(n)s seat", "%(n)s seats", n)


def told(event: SeatRestored) -> list[Phrase]:
    """What was new in a sheet, a few words each."""
    found: list[Phrase] = []
    if event.signed_in:
        found.append(phrases("%(n)s sign-in", "%(n)s sign-ins", len(event.signed_in)))
    found += [phrase("clock of part %(part)s started", part=part + 1) for part in event.opened]
    given_ms = sum(one.ms for clock in event.clocks for one in clock.extensions)
    if given_ms:
        found.append(phrase("%(span)s of time given", span=span(given_ms)))
    pauses = sum(len(clock.pauses) for clock in event.clocks)
    if pauses:
        found.append(phrases("%(n)s pause", "%(n)s pauses", pauses))
    if event.moves:
        found.append(phrases("%(n)s change of seat", "%(n)s changes of seat", len(event.moves)))
    if any(clock.reopened for clock in event.clocks):
        found.append(phrase("the part goes on"))
    if event.disputed:
        found.append(phrase("another start of the part, which stays as it is here"))
    return found or [phrase("identity confirmed")]


def in_history(event: SeatRestored) -> Phrase:
    """One sentence with the figures, for the seat's own history."""
    return phrase(
        "brought back from the machine's seat sheet: sign-ins %(signed_in)s, clocks started %(opened)s, time given %(given)s,"
        " pauses %(pauses)s",
        signed_in=len(event.signed_in), opened=len(event.opened), pauses=sum(len(one.pauses) for one in event.clocks),
        given=span(sum(given.ms for one in event.clocks for given in one.extensions)),
    )  # fmt: skip


def in_minutes(event: SeatRestored) -> Phrase:
    """One sentence for the minutes."""
    return phrase("Seat %(seat)s brought back from its machine's seat sheet", seat=event.seat_label)


# On the console's map; docs/console-protocol.md has the codes.
SHEETS: Mapping[str, Phrase] = {
    "problem_seats_restored": seats_restored(0),
    "problems_seats_restored": seats_restored(0),
    "advice_seats_restored": phrase("nothing has to be done; which ones, and with what, stands on the page “Servers”"),
    "problem_sheets_other_set": phrase("Machines wait for the other set's paper"),
    "problems_sheets_other_set": machines_wait(0),
    "advice_sheets_other_set": phrase(
        "order the switch to the reserve set again and open it; hand it out only to those who have no paper then"
    ),
    "problem_sheets_waiting": phrase("Machines wait for the paper to be opened here"),
    "problems_sheets_waiting": machines_wait(0),
    "advice_sheets_waiting": phrase("open the paper and start nobody before: clocks come back by themselves"),
}
