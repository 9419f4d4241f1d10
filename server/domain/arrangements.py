"""Access arrangements: what was granted to a candidate beforehand, as the roster writes it. Pure.

Extra time is whole minutes ("15") or a share of the part's time ("25%"), which is rounded up to a whole second; breaks
are whole minutes, during which the clock stands. Both are granted anew in every part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_EXTRA_MINUTES = 240  # more than the longest part that is held
MAX_EXTRA_PERCENT = 200
MAX_BREAK_MINUTES = 120

_MINUTES = re.compile(r"([0-9]{1,3})\s*(?:'|’|p|ph|phút|min|mins|minutes)?", re.IGNORECASE)
_PERCENT = re.compile(r"([0-9]{1,3})\s*%")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One candidate's: `extra` is "15", "25%" or "", `breaks` "10" or ""; as `extra_time` and `breaks` give them."""

    extra: str = ""
    breaks: str = ""

    def __bool__(self) -> bool:
        return bool(self.extra or self.breaks)

    def extra_ms(self, duration_ms: int) -> int:
        """The extra time in a part of this length."""
        if self.extra.endswith("%"):
            seconds = -(-duration_ms * int(self.extra[:-1]) // 100_000)
            return seconds * 1000
        return int(self.extra or "0") * 60_000

    @property
    def break_ms(self) -> int:
        """The rest breaks in one part."""
        return int(self.breaks or "0") * 60_000


def extra_time(text: str) -> str | None:
    """Extra time in its one spelling, "" for none; None when it is none, or more than anybody grants."""
    if found := _PERCENT.fullmatch(text):
        share = int(found[1])
        return None if share > MAX_EXTRA_PERCENT else f"{share}%" if share else ""
    return _minutes(text, MAX_EXTRA_MINUTES)


def breaks(text: str) -> str | None:
    """Minutes of rest breaks in their one spelling, "" for none; None when they are none, or too many."""
    return _minutes(text, MAX_BREAK_MINUTES)


def _minutes(text: str, most: int) -> str | None:
    found = _MINUTES.fullmatch(text)
    if found is None or int(found[1]) > most:
        return None
    return str(int(found[1])) if int(found[1]) else ""
