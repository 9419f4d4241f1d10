"""The command `stats`: item statistics of a table of marks."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from question_bank.aligned import aligned
from question_bank.errors import ExamRoomError
from question_bank.item_stats.distractors import Choices
from question_bank.item_stats.document import document_text
from question_bank.item_stats.measures import Flag, ItemStatistics, TestStatistics, statistics
from question_bank.item_stats.reading import MAX_BYTES, CellProblem, read_choices, read_matrix
from question_bank.item_stats.uncertainty import Certainty, Interval
from question_bank.phrase import Phrase, phrase
from question_bank.wording import gettext, language, ngettext, render

OK = 0
CONTENT = 3

_CERTAINTY = {
    Certainty.TOO_FEW: phrase("too few candidates to judge single items"),
    Certainty.ROUGH: phrase("rough: more candidates may change these figures"),
    Certainty.STEADY: phrase("enough candidates for steady figures"),
}
_FLAGS = {
    Flag.POSSIBLE_WRONG_KEY: phrase("possible wrong key"),
    Flag.NEGATIVE_DISCRIMINATION: phrase("who did well elsewhere did worse here"),
    Flag.NO_VARIANCE: phrase("everybody earned the same"),
    Flag.UNUSED_OPTION: phrase("an option nobody chose"),
}


class StatisticsFileError(ExamRoomError):
    """A table cannot be read at all."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `stats`; it sets `run`, a function of the parsed arguments that gives the exit status."""
    parser = commands.add_parser(
        "stats", help=gettext("say of each item how hard it was and how well it told candidates apart")
    )
    parser.add_argument("responses", type=Path,
                        help=gettext("a .csv table: a row for each candidate, a column for each item, marks as shares of the maximum"))  # fmt: skip
    parser.add_argument("--choices", type=Path, metavar="FILE",
                        help=gettext("a .csv table of the options chosen, with a row called “key”"))  # fmt: skip
    parser.add_argument("--json", action="store_true", help=gettext("print one JSON object instead of text"))
    parser.set_defaults(run=run_stats)


def run_stats(arguments: argparse.Namespace) -> int:
    """Print the statistics. Exit status 0, or 3 when a table is not what it should be."""
    matrix = read_matrix(_read(arguments.responses))
    if isinstance(matrix, list):
        return _refused(arguments.responses, matrix, arguments.json)
    choices: Choices | None = None
    if arguments.choices:
        found = read_choices(_read(arguments.choices), matrix)
        if isinstance(found, list):
            return _refused(arguments.choices, found, arguments.json)
        choices = found
    made = statistics(matrix, choices)
    if arguments.json:
        print(document_text(made))
    else:
        print(statistics_text(made))
    return OK


def statistics_text(found: TestStatistics) -> str:
    """A table of the items, what to look at, and the test as a whole."""
    head = [gettext("item"), gettext("n"), gettext("facility"), gettext("SD"), gettext("item–rest correlation"),
            gettext("efficiency"), gettext("look at")]  # fmt: skip
    rows = [head, *(_row(item) for item in found.items)]
    whole = [
        ngettext("%(n)s candidate", "%(n)s candidates", found.candidates),
        gettext("mean %(mean)s, SD %(sd)s", mean=number(found.mean), sd=number(found.sd)),
        gettext("alpha %(alpha)s%(interval)s", alpha=number(found.alpha), interval=_within(found.alpha_interval)),
        gettext("standard error of measurement %(error)s", error=number(found.standard_error)),
        render(_CERTAINTY[found.certainty]),
    ]
    return aligned([[row[0], row[-1], *row[1:-1]] for row in rows], text_columns=2) + "\n\n" + "\n".join(whole)


def number(value: float | None) -> str:
    """Two decimals, with the reader's decimal sign; a dash for what is not known."""
    if value is None:
        return "–"
    text = f"{value:.2f}"
    return text.replace(".", ",") if language() == "vi" else text


def _row(item: ItemStatistics) -> list[str]:
    suspect = item.suspicion
    said = [render(_FLAGS[flag]) for flag in item.flags]
    if suspect is not None:
        said[0] += (
            f" ({suspect.option})" if suspect.sure else gettext(" (%(option)s, uncertain)", option=suspect.option)
        )
    discrimination = number(item.discrimination) + _within(item.discrimination_interval)
    return [item.id, str(item.n), number(item.facility) + _within(item.facility_interval), number(item.sd), discrimination,
            number(item.discriminative_efficiency), "; ".join(said)]  # fmt: skip


def _within(interval: Interval | None) -> str:
    return "" if interval is None else f" [{number(interval.low)} … {number(interval.high)}]"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise StatisticsFileError(gettext("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror),
                                  hint=gettext("Check the path and the file's permissions.")) from error  # fmt: skip


def _refused(path: Path, problems: Sequence[CellProblem], as_json: bool) -> int:
    if as_json:
        listed = [
            {
                "code": one.code,
                "where": _where(path, one),
                "row": one.row,
                "column": one.column,
                "message": render(one.message),
            }
            for one in problems
        ]
        print(json.dumps({"ok": False, "problems": listed}, ensure_ascii=False, indent=2))
    else:
        for one in problems:
            print(f"{_where(path, one)}: {one.code}: {render(one.message)}")
    return CONTENT


def _where(path: Path, one: CellProblem) -> str:
    """File, row and column, as far as they are known."""
    places = [str(place) for place in (one.row, one.column) if place]
    return ":".join([str(path), *places])


def certainty_words(found: Certainty) -> Phrase:
    """What the number of candidates allows to say, in plain words."""
    return _CERTAINTY[found]
