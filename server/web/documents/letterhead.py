"""The head of an administrative document (Decree 30/2020/NĐ-CP, Appendix I) and the people who sign it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from question_bank.canonical import JSON
from question_bank.phrase import phrase
from server.web.documents.render import in_words

DOTS = "……"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the officer who prints states; "" leaves dots to fill in by hand. `above` is the superior body, if any."""

    above: str
    body: str
    number: str
    place: str
    on: date

    def data(self) -> dict[str, JSON]:
        """As the templates take it."""
        return {
            "above": self.above,
            "body": self.body or DOTS * 4,
            "number": in_words(phrase("No. %(number)s", number=self.number or f"{DOTS}/BB-{DOTS}")),
            "place-and-date": f"{self.place or DOTS * 2}, {day_in_words(self.on)}",
        }


def day_in_words(on: date) -> str:
    """A date as the Decree writes it: a day below 10 and the months 1 and 2 have a leading zero."""
    day, month = f"{on.day:02}", f"{on.month:02}" if on.month < 3 else str(on.month)
    return in_words(phrase("day %(day)s month %(month)s year %(year)s", day=day, month=month, year=str(on.year)))


def signer(title: str, name: str = "") -> dict[str, JSON]:
    """One place to sign."""
    return {"title": title, "how": in_words(phrase("(signature and full name)")), "name": name}
