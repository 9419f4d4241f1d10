"""Statistics as a bank keeps them: the paper `statistics:NAME` (docs/statistics.md §3). Pure.

The figures stand in it as the text that `stats --json` prints: canonical JSON, in which papers are kept, has no fractions.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from question_bank.canonical import JSON
from question_bank.item_stats.distractors import OptionUse, Suspicion
from question_bank.item_stats.document import document_text
from question_bank.item_stats.measures import Flag, ItemStatistics, TestStatistics
from question_bank.item_stats.uncertainty import Certainty, Interval
from question_bank.phrase import Phrase, phrase

FORMAT = "exam-item-statistics/1"
FAMILY = "statistics"
MOST_TITLE = 200  # characters
_PARTS = re.compile(r"[^a-z0-9]+")
Read: TypeAlias = "bool | int | float | str | list[Read] | dict[str, Read] | None"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where figures come from: a contest's title and day, the files they were worked out from, and when that was."""

    title: str
    held_on: date
    file: str
    choices_file: str
    at_ms: int
    figures: TestStatistics

    @property
    def name(self) -> str:
        """The paper's name: the same title on the same day is the same paper, in another revision."""
        plain = unicodedata.normalize("NFD", self.title.lower()).replace("đ", "d").encode("ascii", "ignore").decode()
        return f"{FAMILY}:{self.held_on.isoformat()}-{_PARTS.sub('-', plain)[:60].strip('-')}".rstrip("-")

    def paper(self) -> dict[str, JSON]:
        """As the bank keeps it."""
        return {
            "format": FORMAT, "title": self.title, "held_on": self.held_on.isoformat(), "file": self.file,
            "choices_file": self.choices_file, "at_ms": self.at_ms, "figures": document_text(self.figures),
        }  # fmt: skip


def read_day(text: str) -> date | Phrase:
    """A day as a page's field gives it, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return phrase("this is not a day")


def read_kept(content: JSON) -> Kept | None:
    """The inverse of `Kept.paper`; None for a paper that is none."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return None
    day, at_ms = read_day(_text(content, "held_on")), content.get("at_ms")
    try:
        figures = json.loads(_text(content, "figures"))
        if isinstance(day, Phrase) or not isinstance(at_ms, int):
            return None
        files = _text(content, "file"), _text(content, "choices_file")
        return Kept(_text(content, "title"), day, *files, at_ms, _read_test(figures))
    except (ValueError, LookupError, TypeError):  # another version wrote it otherwise
        return None


def _text(content: dict[str, JSON], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _read_test(value: dict[str, Read]) -> TestStatistics:
    """The inverse of `document`. Raises ValueError, LookupError, TypeError."""
    return TestStatistics(
        _whole(value["candidates"]), _whole(value["complete"]), _number(value["mean"]), _number(value["sd"]),
        _number(value["alpha"]), _interval(value["alpha_interval"]), _number(value["standard_error"]),
        Certainty(value["certainty"]), tuple(_read_item(one) for one in _objects(value["items"])),
    )  # fmt: skip


def _read_item(value: dict[str, Read]) -> ItemStatistics:
    suspect, flags = value.get("possible_wrong_key"), value["flags"]
    return ItemStatistics(
        str(value["id"]), _whole(value["n"]), _number(value["facility"]), _interval(value["facility_interval"]),
        _number(value["sd"]), _number(value["discrimination"]), _interval(value["discrimination_interval"]),
        _number(value["discriminative_efficiency"]), Certainty(value["certainty"]),
        tuple(Flag(flag) for flag in (flags if isinstance(flags, list) else ())),
        tuple(_read_option(one) for one in _objects(value.get("options", []))),
        Suspicion(str(suspect["option"]), suspect["sure"] is True) if isinstance(suspect, dict) else None,
    )  # fmt: skip


def _read_option(value: dict[str, Read]) -> OptionUse:
    return OptionUse(
        str(value["option"]), value["right"] is True, _whole(value["chosen"]), _number(value["share"]),
        _number(value["upper"]), _number(value["lower"]), _number(value["rest_correlation"]),
    )  # fmt: skip


def _objects(value: Read) -> list[dict[str, Read]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _whole(value: Read) -> int:
    if not isinstance(value, int):
        raise TypeError("not a whole number")
    return value


def _number(value: Read) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("not a number")
    return float(value)


def _interval(value: Read) -> Interval | None:
    if not isinstance(value, list):
        return None
    low, high = (_number(one) for one in value)
    if low is None or high is None:
        raise TypeError("not an interval")
    return Interval(low, high)
