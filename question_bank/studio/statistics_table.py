"""Statistics as a committee reads them: a row for each item with its words, what to look at first, and a .csv file. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from question_bank.item_stats.measures import Flag, ItemStatistics, TestStatistics
from question_bank.item_stats.uncertainty import Certainty, Interval
from question_bank.phrase import Phrase, phrase
from question_bank.wording import language, render

# Ebel, R. L. (1965), Measuring Educational Achievement: 0.40 and up very good, 0.30 good, 0.20 marginal, below it poor.
_TELLS_APART = (
    (0.4, phrase("tells apart very well")),
    (0.3, phrase("tells apart well")),
    (0.2, phrase("tells apart a little")),
    (0.0, phrase("hardly tells apart")),
)
_BACKWARDS = phrase("works backwards")
HARD, EASY = 0.3, 0.85  # shares of the maximum below and above which few candidates are told apart
FLAGS: Mapping[Flag, Phrase] = {
    Flag.POSSIBLE_WRONG_KEY: phrase("possible wrong key"),
    Flag.NEGATIVE_DISCRIMINATION: phrase("who did well elsewhere did worse here"),
    Flag.NO_VARIANCE: phrase("everybody earned the same"),
    Flag.UNUSED_OPTION: phrase("an option nobody chose"),
}
_GRAVE = (Flag.POSSIBLE_WRONG_KEY, Flag.NEGATIVE_DISCRIMINATION, Flag.NO_VARIANCE, Flag.UNUSED_OPTION)
COLUMNS = ("look", "item", "n", "facility", "sd", "discrimination", "efficiency")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute


@dataclass(frozen=True, slots=True)
class Row:
    """An item's figures; `line` is the beginning of what it asks, None when the bank has no such item."""

    figures: ItemStatistics
    line: str | None

    @property
    def uncertain(self) -> bool:
        """Whether so few candidates allow no judgement of a single item."""
        return self.figures.certainty is Certainty.TOO_FEW

    @property
    def suspect(self) -> bool:
        """Whether the key may be wrong."""
        return self.figures.suspicion is not None

    def hardness(self) -> Phrase | None:
        """What the facility says, in words."""
        share = self.figures.facility
        if share is None:
            return None
        return phrase("hard") if share < HARD else phrase("easy") if share > EASY else phrase("medium")

    def power(self) -> Phrase | None:
        """What the discrimination says, in words."""
        r = self.figures.discrimination
        return None if r is None else next((said for least, said in _TELLS_APART if round(r, 2) >= least), _BACKWARDS)

    def look_at(self) -> list[str]:
        """What somebody should look at, the gravest first."""
        suspect = self.figures.suspicion
        said = [render(FLAGS[flag]) for flag in _GRAVE if flag in self.figures.flags]
        if suspect is not None:
            said[0] += f": {suspect.option}"
        return said


def rows(found: TestStatistics, lines: Mapping[str, str], by: str, down: bool) -> list[Row]:
    """The items in the order asked for; by what is to be looked at, unless it is a column's name. What is not known is last."""
    made = [Row(item, lines.get(item.id)) for item in found.items]
    if by == "item":
        return sorted(made, key=lambda row: row.figures.id, reverse=down)
    if by not in _FIGURES:
        return sorted(made, key=_gravity, reverse=down)
    value = _FIGURES[by]
    known = [row for row in made if value(row.figures) is not None]
    known.sort(key=lambda row: value(row.figures) or 0, reverse=down)
    return known + [row for row in made if value(row.figures) is None]


_FIGURES: Mapping[str, Callable[[ItemStatistics], float | None]] = {
    "n": lambda item: item.n,
    "facility": lambda item: item.facility,
    "sd": lambda item: item.sd,
    "discrimination": lambda item: item.discrimination,
    "efficiency": lambda item: item.discriminative_efficiency,
}


def _gravity(row: Row) -> tuple[int, bool, float]:
    flags, suspect = row.figures.flags, row.figures.suspicion
    gravest = next((place for place, flag in enumerate(_GRAVE) if flag in flags), len(_GRAVE))
    r = row.figures.discrimination
    return gravest, not (suspect and suspect.sure), 1 if r is None else r


def number(value: float | None, digits: int = 2) -> str:
    """A figure with the reader's decimal sign; a dash for what is not known."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}".replace("-", "−")
    return text.replace(".", ",") if language() == "vi" else text


def percent(value: float | None) -> str:
    """A share in percent, without decimals."""
    return "–" if value is None else f"{100 * value:.0f}\N{NO-BREAK SPACE}%".replace("-", "−")


def within(interval: Interval | None) -> str:
    """The 95 % interval of a figure."""
    return "" if interval is None else f"{number(interval.low)} … {number(interval.high)}"


def table_file(table: Sequence[Row], heads: Sequence[str]) -> bytes:
    """The table for a spreadsheet program in the reader's language; no cell is ever a formula."""
    vietnamese = language() == "vi"
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";" if vietnamese else ",")
    writer.writerow(heads)
    for row in table:
        one = row.figures
        low, high = one.discrimination_interval or (None, None)
        shares = (one.facility, one.sd, one.discrimination, low, high, one.discriminative_efficiency)
        written = ["" if share is None else f"{share:.4f}" for share in shares]
        figures = [share.replace(".", ",") for share in written] if vietnamese else written
        writer.writerow([_plain(one.id), one.n, *figures, _plain("; ".join(row.look_at())), _plain(row.line or "")])
    return stream.getvalue().encode("utf-8-sig")  # with its mark, or Excel reads it in the system's code page


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
